package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_try_files_module.
var (
	TryFiles = catalog.Custom(catalog.Spec{Name: "try_files", In: catalog.HTTPServer | catalog.HTTPLocation, Inherit: catalog.Local,
		Args: "<tmpl>... (<tmpl>|=<code>)", Runs: unserved,
		Doc: "Serves the first file that exists."}, decodeTryFiles)
)
