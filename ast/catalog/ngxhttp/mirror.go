package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_mirror_module.
var (
	Mirror = catalog.Words(catalog.Spec{Name: "mirror", In: levels, Args: "<uri>|off", Default: "off", Since: "1.13.4", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Copies requests to another address."})
	MirrorRequestBody = catalog.Flag(catalog.Spec{Name: "mirror_request_body", In: levels, Default: "on", Since: "1.13.4", Runs: unserved,
		Doc: "Copies request bodies too."})
)
