package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_upstream_zone_module.
var (
	Zone = catalog.Custom(catalog.Spec{Name: "zone", In: catalog.HTTPUpstream, Args: "<name> [<size>]", Since: "1.9.0", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Keeps the state of a group in shared memory."}, ngxstream.DecodeZone)
)
