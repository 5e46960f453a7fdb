package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_map_module.
var (
	Map = catalog.EntryBlock(catalog.Spec{Name: "map", In: catalog.HTTP, Opens: catalog.HTTPMap, Args: "<tmpl> <var>", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Creates a variable whose value is looked up in a table."}, decodeMap)
	MapHashBucketSize = catalog.Int(catalog.Spec{Name: "map_hash_bucket_size", In: catalog.HTTP, Args: "<int>", DefaultNote: "32|64|128", Runs: unserved,
		Doc: "Sets the bucket size of the hash of a map."})
	MapHashMaxSize = catalog.Int(catalog.Spec{Name: "map_hash_max_size", In: catalog.HTTP, Args: "<int>", Default: "2048", Runs: unserved,
		Doc: "Bounds the size of the hash of a map."})
)

// decodeMap follows ngx_http_map_block.
func decodeMap(c *catalog.Call) (*ngxstream.MapTable, bool) {
	return ngxstream.DecodeMap(c, MapHashMaxSize, MapHashBucketSize)
}
