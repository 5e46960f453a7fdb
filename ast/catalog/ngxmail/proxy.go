package ngxmail

import "tidegate/ast/catalog"

// Directives of ngx_mail_proxy_module.
var (
	Proxy = catalog.Flag(catalog.Spec{Name: "proxy", In: levels, Runs: unserved,
		Doc: "Proxies sessions."})
	ProxyBuffer = catalog.Size(catalog.Spec{Name: "proxy_buffer", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the size of the buffer of each direction."})
	ProxyPassErrorMessage = catalog.Flag(catalog.Spec{Name: "proxy_pass_error_message", In: levels, Default: "off", Runs: unserved,
		Doc: "Passes error messages of the server on."})
	ProxyProtocol = catalog.Custom(catalog.Spec{Name: "proxy_protocol", In: levels, Args: "off|on|v2", Default: "off", Since: "1.19.8", Runs: unserved,
		Doc: "Begins connections to the server with a PROXY protocol header."}, decodeProxyProtocol).WithValues("off", "on", "v2")
	ProxySMTPAuth = catalog.Flag(catalog.Spec{Name: "proxy_smtp_auth", In: levels, Default: "off", Since: "1.19.4", Runs: unserved,
		Doc: "Logs in to the SMTP server."})
	ProxyTimeout = catalog.Time(catalog.Spec{Name: "proxy_timeout", In: levels, Args: "<time>", Default: "24h", Runs: unserved,
		Doc: "Closes a session after this long without data."})
	XClient = catalog.Flag(catalog.Spec{Name: "xclient", In: levels, Default: "on", Runs: unserved,
		Doc: "Tells the SMTP server about the client by XCLIENT."})
)
