package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_auth_basic_module.
var (
	AuthBasic = catalog.TemplateOf(catalog.Spec{Name: "auth_basic", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLimitExcept,
		Args: "<tmpl>", Default: "off", Runs: unserved,
		Doc: "Asks for name and password with this realm."})
	AuthBasicUserFile = catalog.Custom(catalog.Spec{Name: "auth_basic_user_file",
		In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLimitExcept, Args: "<path>",
		Runs: unserved,
		Doc:  "Names the file with users and password hashes."}, decodeTemplate)
)
