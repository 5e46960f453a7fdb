package ngxstream

import "tidegate/ast/catalog"

// Protocols is a set of TLS protocol versions.
type Protocols uint32

// Protocol versions. The old ones are recognised and never offered.
const (
	SSLv2 Protocols = 1 << iota
	SSLv3
	TLSv1
	TLSv11
	TLSv12
	TLSv13
)

// protocolChoices is the word list of ssl_protocols and its kin.
var protocolChoices = []catalog.Choice[Protocols]{
	{Word: "SSLv2", Value: SSLv2},
	{Word: "SSLv3", Value: SSLv3},
	{Word: "TLSv1", Value: TLSv1},
	{Word: "TLSv1.1", Value: TLSv11},
	{Word: "TLSv1.2", Value: TLSv12},
	{Word: "TLSv1.3", Value: TLSv13},
}

// ProtocolChoices returns the words of ssl_protocols, for other modules'
// declarations.
func ProtocolChoices() []catalog.Choice[Protocols] { return protocolChoices }

const protocolArgs = "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)..."

// ProxySSL turns TLS on for connections to the proxied server.
var ProxySSL = catalog.Flag(catalog.Spec{
	Name: "proxy_ssl", In: both, Default: "off", Runs: catalog.Full,
	Doc: "Uses TLS for connections to the proxied server.",
})

// ProxySSLSessionReuse resumes TLS sessions with the proxied server.
var ProxySSLSessionReuse = catalog.Flag(catalog.Spec{
	Name: "proxy_ssl_session_reuse", In: both, Default: "on", Runs: catalog.Full,
	Doc: "Resumes earlier TLS sessions with the proxied server.",
})

// ProxySSLProtocols is the set of TLS versions towards the proxied server.
var ProxySSLProtocols = catalog.Bitmask(catalog.Spec{
	Name: "proxy_ssl_protocols", In: both, Args: protocolArgs, Default: "TLSv1.2 TLSv1.3", Runs: catalog.Full,
	Doc: "Sets the TLS versions offered to the proxied server.",
}, protocolChoices...)

// ProxySSLCiphers lists the ciphers towards the proxied server, in OpenSSL's
// notation.
var ProxySSLCiphers = catalog.String(catalog.Spec{
	Name: "proxy_ssl_ciphers", In: both, Args: "<ciphers>", Default: "DEFAULT", Runs: catalog.Full,
	Doc: "Sets the ciphers offered to the proxied server.",
})

// ProxySSLName is the name to verify and to send in SNI.
var ProxySSLName = catalog.TemplateOf(catalog.Spec{
	Name: "proxy_ssl_name", In: both, Args: "<tmpl>", Runs: catalog.Full,
	DefaultNote: "the host of proxy_pass",
	Doc:         "Sets the name that the certificate of the proxied server must have and that SNI carries.",
})

// ProxySSLServerName sends SNI to the proxied server.
var ProxySSLServerName = catalog.Flag(catalog.Spec{
	Name: "proxy_ssl_server_name", In: both, Default: "off", Runs: catalog.Full,
	Doc: "Sends the server name to the proxied server (SNI).",
})

// ProxySSLALPN lists the protocols offered by ALPN; each may have variables.
var ProxySSLALPN = catalog.Custom(catalog.Spec{
	Name: "proxy_ssl_alpn", In: both, Args: "<tmpl>...", Since: "1.31.0", Runs: catalog.Full,
	Doc: "Sets the protocols offered to the proxied server by ALPN.",
}, decodeProxyALPN)

// ProxySSLVerify verifies the certificate of the proxied server.
var ProxySSLVerify = catalog.Flag(catalog.Spec{
	Name: "proxy_ssl_verify", In: both, Default: "off", Runs: catalog.Full,
	Doc: "Verifies the certificate of the proxied server.",
})

// ProxySSLVerifyDepth bounds the length of the certificate chain.
var ProxySSLVerifyDepth = catalog.Int(catalog.Spec{
	Name: "proxy_ssl_verify_depth", In: both, Args: "<int>", Default: "1", Runs: catalog.Full,
	Doc: "Bounds the length of the chain of the proxied server's certificate.",
})

// ProxySSLTrustedCertificate is the file with the trusted authorities.
var ProxySSLTrustedCertificate = catalog.ConfPath(catalog.Spec{
	Name: "proxy_ssl_trusted_certificate", In: both, Args: "<path>", Runs: catalog.Full,
	Doc: "Names the file with the authorities that the proxied server's certificate is verified against.",
})

// ProxySSLCRL is the file with revoked certificates.
var ProxySSLCRL = catalog.ConfPath(catalog.Spec{
	Name: "proxy_ssl_crl", In: both, Args: "<path>", Runs: catalog.Full,
	Doc: "Names the file with revoked certificates.",
})

// ProxySSLCertificate is the client certificate shown to the proxied server.
var ProxySSLCertificate = catalog.Custom(catalog.Spec{
	Name: "proxy_ssl_certificate", In: both, Args: "<path>", Runs: catalog.Full,
	Doc: "Names the certificate shown to the proxied server; variables are allowed.",
}, DecodeFileTemplate).RefuseIf(keyStore)

// ProxySSLCertificateKey is the key of the client certificate.
var ProxySSLCertificateKey = catalog.Custom(catalog.Spec{
	Name: "proxy_ssl_certificate_key", In: both, Args: "<path>", Runs: catalog.Full,
	Doc: "Names the key of the certificate shown to the proxied server; variables are allowed.",
}, DecodeFileTemplate).RefuseIf(keyStore)

// ProxySSLCertificateCache caches certificates named with variables.
var ProxySSLCertificateCache = catalog.Custom(catalog.Spec{
	Name: "proxy_ssl_certificate_cache", In: both,
	Args:    "off | (max=<int>|inactive=<time>|valid=<time>) [inactive=<time>|max=<int>|valid=<time>] [valid=<time>|max=<int>|inactive=<time>]",
	Default: "off", Since: "1.27.4", Runs: catalog.Full,
	Doc: "Caches certificates and keys whose names have variables.",
}, DecodeCertCache)

// ProxySSLPasswordFile holds the passphrases of the key.
var ProxySSLPasswordFile = catalog.ConfPath(catalog.Spec{
	Name: "proxy_ssl_password_file", In: both, Args: "<path>", Runs: catalog.Full,
	Doc: "Names the file with passphrases for secret keys, one per line.",
})

// ProxySSLConfCommand sets an OpenSSL configuration command.
var ProxySSLConfCommand = catalog.KeyValue(catalog.Spec{
	Name: "proxy_ssl_conf_command", In: both, Args: "<name> <value>", Since: "1.19.4", Repeat: catalog.Many,
	Runs: catalog.Partial("a command that Go's TLS cannot follow is refused when the configuration is loaded"),
	Doc:  "Gives a configuration command to the TLS library for connections to the proxied server.",
})

// FileTemplate is a file name that may have variables.
type FileTemplate struct {
	Template catalog.Template
	// Path is the absolute name when the template has no variables; "" also for
	// Secret and Data.
	Path string
	// Secret is the text after "data:", a value in place of a file.
	Data string
	// Late is what nginx finds wrong with the template when it compiles it, which
	// for certificates of servers is at the end of the block.
	Late *catalog.TemplateError
	// Store is set for "store:" and "engine:" references to a key store.
	Store string
}

// DecodeFileTemplate follows ngx_stream_set_complex_value_zero_slot with the
// file rules of ngx_ssl_certificate.
func DecodeFileTemplate(c *catalog.Call) (FileTemplate, bool) {
	t, ok := c.Template(1)
	return fileTemplate(c, t), ok
}

// DecodeServerFile takes the name of a certificate or key of a server, which
// ngx_stream_ssl_compile_certificates compiles at the end of the block.
func DecodeServerFile(c *catalog.Call) (FileTemplate, bool) {
	t := c.LateTemplate(1)
	f := fileTemplate(c, t.Template)
	f.Late = t.Err
	return f, true
}

// DecodeFileName is DecodeFileTemplate where variables are not known.
func DecodeFileName(c *catalog.Call) (FileTemplate, bool) {
	return fileTemplate(c, catalog.Literal(c.Text(1))), true
}

func fileTemplate(c *catalog.Call, t catalog.Template) FileTemplate {
	f := FileTemplate{Template: t}
	name, constant := t.Constant()
	switch {
	case !constant || name == "":
	case len(name) > 5 && name[:5] == "data:":
		f.Data = name[5:]
	case len(name) > 6 && name[:6] == "store:", len(name) > 7 && name[:7] == "engine:":
		f.Store = name
	default:
		f.Path = c.Env.FullName(name, true)
	}
	return f
}

// decodeProxyALPN follows ngx_stream_proxy_ssl_alpn.
func decodeProxyALPN(c *catalog.Call) ([]catalog.Template, bool) {
	out := make([]catalog.Template, 0, c.Len()-1)
	ok := true
	for i := 1; i < c.Len(); i++ {
		t, good := c.Template(i)
		if name, constant := t.Constant(); good && constant && len(name) > 255 {
			good = c.FailDirective(i, "protocol too long")
		}
		ok = ok && good
		out = append(out, t)
	}
	return out, ok
}
