package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_empty_gif_module.
var (
	EmptyGif = catalog.Custom(catalog.Spec{Name: "empty_gif", In: catalog.HTTPLocation, Inherit: catalog.Local, Repeat: catalog.LastWins,
		Runs: unserved,
		Doc:  "Answers with a transparent pixel."}, decodeSwitch)
)
