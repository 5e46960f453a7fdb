package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_geo_module.
var (
	Geo = catalog.EntryBlock(catalog.Spec{Name: "geo", In: catalog.HTTP, Opens: catalog.HTTPGeo, Args: "[<tmpl>] <var>", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Creates a variable whose value depends on an address."}, decodeGeo)
)
