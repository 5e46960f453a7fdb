package ngxmail

import "tidegate/ast/catalog"

// Directives of ngx_mail_auth_http_module.
var (
	AuthHTTP = catalog.Custom(catalog.Spec{Name: "auth_http", In: levels, Args: "<url>", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Names the server that checks logins."}, decodeAuthHTTP)
	AuthHTTPHeader = catalog.KeyValue(catalog.Spec{Name: "auth_http_header", In: levels, Args: "<name> <text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Adds a header to requests of that server."})
	AuthHTTPPassClientCert = catalog.Flag(catalog.Spec{Name: "auth_http_pass_client_cert", In: levels, Default: "off", Since: "1.7.11", Runs: unserved,
		Doc: "Passes the client certificate on."})
	AuthHTTPTimeout = catalog.Time(catalog.Spec{Name: "auth_http_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time of a check."})
)
