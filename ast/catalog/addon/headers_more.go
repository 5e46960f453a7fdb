package addon

import "tidegate/ast/catalog"

// HeadersMoreModule and its directives.
var (
	HeadersMoreModule = catalog.NewModule("ngx_http_headers_more_filter_module", "Headers of requests and answers.",
		MoreSetHeaders, MoreClearHeaders, MoreSetInputHeaders, MoreClearInputHeaders)

	MoreSetHeaders = catalog.Custom(catalog.Spec{Name: "more_set_headers", In: levelsAndIf, Args: "[-a|-s <codes>|-t <types>] <header>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets headers of answers."}, decodeSetHeaders)
	MoreClearHeaders = catalog.Custom(catalog.Spec{Name: "more_clear_headers", In: levelsAndIf, Args: "[-s <codes>|-t <types>] <name>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Removes headers of answers."}, decodeClearHeaders)
	MoreSetInputHeaders = catalog.Custom(catalog.Spec{Name: "more_set_input_headers", In: levelsAndIf, Args: "[-r|-t <types>] <header>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets headers of requests."}, decodeSetInputHeaders)
	MoreClearInputHeaders = catalog.Custom(catalog.Spec{Name: "more_clear_input_headers", In: levelsAndIf, Args: "[-r|-t <types>] <name>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Removes headers of requests."}, decodeClearInputHeaders)
)
