package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_index_module.
var (
	Index = catalog.Custom(catalog.Spec{Name: "index", In: levels, Args: "<tmpl>...", DefaultNote: "index.html", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Names the files that stand for a directory."}, decodeIndex)
)
