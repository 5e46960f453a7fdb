package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_upstream_sticky_module.
var (
	Sticky = catalog.Words(catalog.Spec{Name: "sticky", In: catalog.HTTPUpstream, Args: "(cookie|route|learn) <value>...", Since: "1.5.7",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Sends a client to the same server again."})
)
