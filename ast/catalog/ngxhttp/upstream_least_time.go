package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_upstream_least_time_module.
var (
	LeastTime = catalog.Words(catalog.Spec{Name: "least_time", In: catalog.HTTPUpstream, Args: "(header|last_byte) [inflight]", Since: "1.7.10",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Chooses the server with the shortest times and the fewest connections."})
)
