package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_headers_filter_module.
var (
	AddHeader = catalog.Custom(catalog.Spec{Name: "add_header", In: levelsAndIf, Args: "<name> <tmpl> [always]", Repeat: catalog.Many, Runs: unserved,
		Doc: "Adds a header to answers."}, decodeAddHeader)
	AddHeaderInherit = catalog.OneOf(catalog.Spec{Name: "add_header_inherit", In: levelsAndIf, Args: "off|on|merge", Default: "on", Since: "1.29.3",
		Runs: unserved,
		Doc:  "Chooses how headers of the outer level are inherited."}, "off", "on", "merge")
	AddTrailer = catalog.Custom(catalog.Spec{Name: "add_trailer", In: levelsAndIf, Args: "<name> <tmpl> [always]", Since: "1.13.2", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Adds a trailer to answers."}, decodeAddHeader)
	AddTrailerInherit = catalog.OneOf(catalog.Spec{Name: "add_trailer_inherit", In: levelsAndIf, Args: "off|on|merge", Default: "on", Since: "1.29.3",
		Runs: unserved,
		Doc:  "Chooses how trailers of the outer level are inherited."}, "off", "on", "merge")
	Expires = catalog.Custom(catalog.Spec{Name: "expires", In: levelsAndIf, Args: "[modified] <time> | epoch | max | off", Default: "off",
		Runs: unserved,
		Doc:  "Sets Expires and Cache-Control."}, decodeExpires)
)
