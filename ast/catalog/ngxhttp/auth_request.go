package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_auth_request_module.
var (
	AuthRequest = catalog.Custom(catalog.Spec{Name: "auth_request", In: levels, Args: "<uri>|off", Default: "off", Runs: unserved,
		Doc: "Admits a request if a subrequest answers with 2xx."}, decodeURIOrOff)
	AuthRequestSet = catalog.Custom(catalog.Spec{Name: "auth_request_set", In: levels, Args: "<var> <tmpl>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets a variable when the subrequest is done."}, decodeAssignment)
)
