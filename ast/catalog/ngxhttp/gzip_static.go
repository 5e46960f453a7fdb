package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_gzip_static_module.
var (
	GzipStatic = catalog.OneOf(catalog.Spec{Name: "gzip_static", In: levels, Args: "off|on|always", Default: "off", Runs: unserved,
		Doc: "Serves files that are compressed already."}, "off", "on", "always")
)
