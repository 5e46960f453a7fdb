package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_upstream_keepalive_module.
var (
	Keepalive = catalog.Custom(catalog.Spec{Name: "keepalive", In: catalog.HTTPUpstream, Args: "<int> [local]", Default: "32 local", Since: "1.1.4",
		Runs: unserved,
		Doc:  "Keeps idle connections to the group."}, decodeUpstreamKeepalive)
	UpstreamKeepaliveRequests = catalog.Int(catalog.Spec{Name: "keepalive_requests", In: catalog.HTTPUpstream, Args: "<int>", Default: "1000", Since: "1.15.3",
		Runs: unserved,
		Doc:  "Bounds the requests of a connection."})
	UpstreamKeepaliveTime = catalog.Time(catalog.Spec{Name: "keepalive_time", In: catalog.HTTPUpstream, Args: "<time>", Default: "1h", Since: "1.19.10",
		Runs: unserved,
		Doc:  "Bounds the time in which a connection takes requests."})
	UpstreamKeepaliveTimeout = catalog.Time(catalog.Spec{Name: "keepalive_timeout", In: catalog.HTTPUpstream, Args: "<time>", Default: "60s", Since: "1.15.3",
		Runs: unserved,
		Doc:  "Closes idle connections after this long; 0 is at once."})
)
