package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_random_index_module.
var (
	RandomIndex = catalog.Flag(catalog.Spec{Name: "random_index", In: catalog.HTTPLocation, Default: "off", Runs: unserved,
		Doc: "Chooses a random file for a directory."})
)
