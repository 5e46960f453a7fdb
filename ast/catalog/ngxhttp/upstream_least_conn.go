package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_upstream_least_conn_module.
var (
	LeastConn = catalog.Custom(catalog.Spec{Name: "least_conn", In: catalog.HTTPUpstream, Since: "1.3.1", Repeat: catalog.Own, Runs: unserved,
		Doc: "Chooses the server with the fewest connections."}, decodeLeastConn)
)
