package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_upstream_ip_hash_module.
var (
	IPHash = catalog.Custom(catalog.Spec{Name: "ip_hash", In: catalog.HTTPUpstream, Repeat: catalog.Own, Runs: unserved,
		Doc: "Chooses the server by the address of the client."}, decodeIPHash)
)
