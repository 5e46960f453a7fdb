package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_upstream_least_time_module.
var (
	LeastTime = catalog.Custom(catalog.Spec{Name: "least_time", In: catalog.HTTPUpstream, Args: "(header|last_byte) [inflight]", Since: "1.7.10",
		Repeat: catalog.Own, Runs: unserved,
		Doc: "Chooses the server with the shortest times and the fewest connections."}, decodeLeastTime)
)

// decodeLeastTime follows ngx_http_upstream_least_time.
func decodeLeastTime(c *catalog.Call) (ngxstream.LeastTimeArgs, bool) {
	return ngxstream.DecodeLeastTimeOf(c, "header", "last_byte")
}
