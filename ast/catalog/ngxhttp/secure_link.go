package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_secure_link_module.
var (
	SecureLink = catalog.TemplateOf(catalog.Spec{Name: "secure_link", In: levels, Args: "<tmpl>", Since: "0.7.18", Runs: unserved,
		Doc: "Gives signature and life time of a link."})
	SecureLinkMD5 = catalog.TemplateOf(catalog.Spec{Name: "secure_link_md5", In: levels, Args: "<tmpl>", Since: "0.7.18", Runs: unserved,
		Doc: "Gives what is signed."})
	SecureLinkSecret = catalog.String(catalog.Spec{Name: "secure_link_secret", In: levels, Args: "<word>", Since: "0.7.18", Runs: unserved,
		Doc: "Sets the secret of simple links."})
)
