package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_addition_filter_module.
var (
	AddAfterBody = catalog.String(catalog.Spec{Name: "add_after_body", In: levels, Args: "<uri>", Runs: unserved,
		Doc: "Appends the answer of a subrequest."})
	AddBeforeBody = catalog.String(catalog.Spec{Name: "add_before_body", In: levels, Args: "<uri>", Runs: unserved,
		Doc: "Puts the answer of a subrequest in front."})
	AdditionTypes = catalog.MediaTypes(catalog.Spec{Name: "addition_types", In: levels, DefaultNote: "text/html", Since: "0.7.9", Runs: unserved,
		Doc: "Chooses the media types to which text is added."}, "text/html")
)
