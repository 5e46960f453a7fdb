package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_flv_module.
var (
	FLV = catalog.Custom(catalog.Spec{Name: "flv", In: catalog.HTTPLocation, Inherit: catalog.Local, Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Serves Flash video from an offset."}, decodeSwitch)
)
