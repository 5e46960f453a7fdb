package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_degradation_module.
var (
	Degradation = catalog.Words(catalog.Spec{Name: "degradation", In: catalog.HTTP, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets the use of memory from which on requests are shed."})
	Degrade = catalog.OneOf(catalog.Spec{Name: "degrade", In: levels, Args: "204|444", Runs: unserved,
		Doc: "Chooses the answer to requests that are shed."}, "204", "444")
)
