package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
)

// Directives of ngx_http_upstream_module.
var (
	UpstreamResolver = catalog.Custom(catalog.Spec{Name: "resolver", In: catalog.HTTPUpstream, Args: ngxcore.ResolverArgs,
		Since: "1.27.3", Runs: unserved,
		Doc: "Sets the name servers."}, ngxcore.DecodeResolver)
	UpstreamResolverTimeout = catalog.Time(catalog.Spec{Name: "resolver_timeout", In: catalog.HTTPUpstream, Args: "<time>", Default: "30s", Since: "1.27.3",
		Runs: unserved,
		Doc:  "Bounds the time for resolving a name."})
	UpstreamServer = catalog.Custom(catalog.Spec{Name: "server", In: catalog.HTTPUpstream,
		Args:   "<addr> [weight=<int>|max_conns=<int>|max_fails=<int>|fail_timeout=<time>|slow_start=<time>|backup|down|resolve|service=<name>|route=<name>|drain]...",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Holds the configuration of one server."}, decodePeer)
	Upstream = catalog.BlockOf(catalog.Spec{Name: "upstream", In: catalog.HTTP, Opens: catalog.HTTPUpstream, Args: "<name>", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Declares a group of servers."}, decodeUpstream)
)
