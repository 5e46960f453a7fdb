package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_upstream_hash_module.
var (
	Hash = catalog.Custom(catalog.Spec{Name: "hash", In: catalog.HTTPUpstream, Args: "<tmpl> [consistent]", Since: "1.7.2", Repeat: catalog.Own,
		Runs: unserved,
		Doc:  "Chooses the server by a key; consistent moves few keys when the group changes."}, ngxstream.DecodeHash)
)
