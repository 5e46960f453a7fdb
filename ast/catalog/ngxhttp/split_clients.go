package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_split_clients_module.
var (
	SplitClients = catalog.EntryBlock(catalog.Spec{Name: "split_clients", In: catalog.HTTP, Opens: catalog.HTTPSplitClients, Args: "<tmpl> <var>",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Creates a variable that divides clients into shares."}, ngxstream.DecodeSplitClients)
)
