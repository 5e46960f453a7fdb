package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_slice_filter_module.
var (
	Slice = catalog.Size(catalog.Spec{Name: "slice", In: levels, Args: "<size>", Default: "0", Since: "1.9.8", Runs: unserved,
		Doc: "Fetches answers in pieces of this size."})
)
