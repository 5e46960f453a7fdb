package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_referer_module.
var (
	RefererHashBucketSize = catalog.Int(catalog.Spec{Name: "referer_hash_bucket_size", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "<int>",
		Default: "64", Since: "1.0.5", Runs: unserved,
		Doc: "Sets the bucket size of the hash of referers."})
	RefererHashMaxSize = catalog.Int(catalog.Spec{Name: "referer_hash_max_size", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "<int>",
		Default: "2048", Since: "1.0.5", Runs: unserved,
		Doc: "Bounds the size of the hash of referers."})
	ValidReferers = catalog.Custom(catalog.Spec{Name: "valid_referers", In: catalog.HTTPServer | catalog.HTTPLocation,
		Args: "(none|blocked|server_names|<text>)...", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets which Referer values are valid."}, decodeReferers)
)
