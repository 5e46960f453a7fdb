package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_copy_filter_module.
var (
	OutputBuffers = catalog.Buffers(catalog.Spec{Name: "output_buffers", In: levels, Default: "2 32k", Runs: unserved,
		Doc: "Sets number and size of buffers for reading from disk."})
)
