package ngxmail

import "tidegate/ast/catalog"

// Directives of ngx_mail_ssl_module that open-source nginx does not have.
var (
	SSL = catalog.Unavailable(catalog.Spec{Name: "ssl", In: levels, Args: "on|off", Origin: catalog.Removed})
)
