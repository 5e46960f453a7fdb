package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_upstream_random_module.
var (
	Random = catalog.Custom(catalog.Spec{Name: "random", In: catalog.HTTPUpstream, Args: "[two [<method>]]", Since: "1.15.1", Repeat: catalog.Own,
		Runs: unserved,
		Doc:  "Chooses a server at random, or the better of two."}, decodeRandom)
)
