package ngxmail

import "tidegate/ast/catalog"

// The modules with their rows.
var (
	CoreModule = catalog.NewModule("ngx_mail_core_module", "Servers, listeners and sessions.",
		ErrorLog, Listen, MaxErrors, Protocol, Resolver, ResolverTimeout, Server, ServerName, Timeout)
	SSLModule = catalog.NewModule("ngx_mail_ssl_module", "TLS towards clients.",
		SSL, SSLCertificate, SSLCertificateCompression, SSLCertificateKey, SSLCiphers, SSLClientCertificate,
		SSLConfCommand, SSLCRL, SSLDhparam, SSLEcdhCurve, SSLPasswordFile, SSLPreferServerCiphers, SSLProtocols,
		SSLSessionCache, SSLSessionTicketKey, SSLSessionTickets, SSLSessionTimeout, SSLTrustedCertificate,
		SSLVerifyClient, SSLVerifyDepth, StartTLS)
	POP3Module = catalog.NewModule("ngx_mail_pop3_module", "POP3.",
		POP3Auth, POP3Capabilities)
	IMAPModule = catalog.NewModule("ngx_mail_imap_module", "IMAP.",
		IMAPAuth, IMAPCapabilities, IMAPClientBuffer)
	SMTPModule = catalog.NewModule("ngx_mail_smtp_module", "SMTP.",
		SMTPAuth, SMTPCapabilities, SMTPClientBuffer, SMTPGreetingDelay)
	AuthHTTPModule = catalog.NewModule("ngx_mail_auth_http_module", "Logins checked by a web server.",
		AuthHTTP, AuthHTTPHeader, AuthHTTPPassClientCert, AuthHTTPTimeout)
	ProxyModule = catalog.NewModule("ngx_mail_proxy_module", "Passing sessions to mail servers.",
		Proxy, ProxyBuffer, ProxyPassErrorMessage, ProxyProtocol, ProxySMTPAuth, ProxyTimeout, XClient)
	RealipModule = catalog.NewModule("ngx_mail_realip_module", "The client's address behind another proxy.",
		SetRealIPFrom)
)

// Modules lists the mail modules in nginx's order, the absent ones last.
func Modules() []*catalog.Module {
	return []*catalog.Module{
		CoreModule, SSLModule, POP3Module, IMAPModule, SMTPModule, AuthHTTPModule, ProxyModule, RealipModule,
	}
}
