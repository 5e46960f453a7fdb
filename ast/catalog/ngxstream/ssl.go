package ngxstream

import (
	"strings"

	"tidegate/ast/catalog"
)

// SSLHandshakeTimeout bounds the TLS handshake with a client.
var SSLHandshakeTimeout = catalog.Time(catalog.Spec{
	Name: "ssl_handshake_timeout", In: both, Args: "<time>", Default: "60s", Runs: catalog.Full,
	Doc: "Bounds the time of the TLS handshake with a client.",
})

// SSLCertificate names a certificate; several kinds of keys need several
// directives. Like the keys they are paired by order.
var SSLCertificate = catalog.Custom(catalog.Spec{
	Name: "ssl_certificate", In: both, Args: "<path>", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Names the file with the certificate and its chain; variables are allowed.",
}, DecodeServerFile).RefuseIf(keyStore)

// SSLCertificateKey names the key of a certificate.
var SSLCertificateKey = catalog.Custom(catalog.Spec{
	Name: "ssl_certificate_key", In: both, Args: "<path>", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Names the file with the secret key; variables are allowed.",
}, DecodeServerFile).RefuseIf(keyStore)

// SSLCertificateCache caches certificates named with variables.
var SSLCertificateCache = catalog.Custom(catalog.Spec{
	Name: "ssl_certificate_cache", In: both,
	Args:    "(off|max=<int>|inactive=<time>|valid=<time>) [max=<int>|inactive=<time>|valid=<time> [max=<int>|inactive=<time>|valid=<time>]]",
	Default: "off", Since: "1.27.4", Runs: catalog.Full,
	Doc: "Caches certificates and keys whose names have variables.",
}, DecodeCertCache)

// SSLCertificateCompression compresses certificates on the wire.
var SSLCertificateCompression = catalog.Flag(catalog.Spec{
	Name: "ssl_certificate_compression", In: both, Default: "off", Since: "1.29.1",
	Runs: catalog.Ignored("certificates are sent uncompressed, which every client understands, as by an nginx whose OpenSSL cannot compress them"),
	Doc:  "Compresses certificates in TLS 1.3 handshakes.",
})

// SSLPasswordFile holds passphrases of keys.
var SSLPasswordFile = catalog.ConfPath(catalog.Spec{
	Name: "ssl_password_file", In: both, Args: "<path>", Runs: catalog.Full,
	Doc: "Names the file with passphrases for secret keys, one per line.",
})

// SSLDhparam would set Diffie-Hellman parameters.
var SSLDhparam = catalog.ConfPath(catalog.Spec{
	Name: "ssl_dhparam", In: both, Args: "<path>",
	Runs: catalog.Ignored("Go's TLS has no ciphers with finite-field Diffie-Hellman, so the parameters have no use"),
	Doc:  "Names the file with parameters for DHE ciphers.",
})

// SSLEcdhCurve lists the curves for key exchange.
var SSLEcdhCurve = catalog.String(catalog.Spec{
	Name: "ssl_ecdh_curve", In: both, Args: "<curves>", Default: "auto",
	Runs: catalog.Partial("the curves that Go's TLS has, under OpenSSL's names; a list without any of them is refused when it is loaded"),
	Doc:  "Lists the curves for key exchange.",
})

// SSLProtocols is the set of TLS versions offered to clients.
var SSLProtocols = catalog.Bitmask(catalog.Spec{
	Name: "ssl_protocols", In: both, Args: protocolArgs, Default: "TLSv1.2 TLSv1.3", Runs: catalog.Full,
	Doc: "Sets the TLS versions offered to clients.",
}, protocolChoices...)

// SSLCiphers lists the ciphers offered to clients, in OpenSSL's notation.
var SSLCiphers = catalog.String(catalog.Spec{
	Name: "ssl_ciphers", In: both, Args: "<ciphers>", Default: "HIGH:!aNULL:!MD5", Runs: catalog.Full,
	Doc: "Sets the ciphers offered to clients.",
})

// VerifyClient is the argument of ssl_verify_client.
type VerifyClient uint8

// Ways of treating client certificates.
const (
	VerifyOff VerifyClient = iota
	VerifyOn
	VerifyOptional
	VerifyOptionalNoCA
)

// SSLVerifyClient asks clients for a certificate.
var SSLVerifyClient = catalog.Enum(catalog.Spec{
	Name: "ssl_verify_client", In: both, Args: "off|on|optional|optional_no_ca", Default: "off", Since: "1.11.8", Runs: catalog.Full,
	Doc: "Asks clients for a certificate and verifies it.",
}, VerifyChoices()...)

// VerifyChoices returns the words of ssl_verify_client, for other modules'
// declarations.
func VerifyChoices() []catalog.Choice[VerifyClient] {
	return []catalog.Choice[VerifyClient]{{Word: "off", Value: VerifyOff}, {Word: "on", Value: VerifyOn},
		{Word: "optional", Value: VerifyOptional}, {Word: "optional_no_ca", Value: VerifyOptionalNoCA}}
}

// SSLVerifyDepth bounds the length of a client's certificate chain.
var SSLVerifyDepth = catalog.Int(catalog.Spec{
	Name: "ssl_verify_depth", In: both, Args: "<int>", Default: "1", Since: "1.11.8", Runs: catalog.Full,
	Doc: "Bounds the length of the chain of a client's certificate.",
})

// SSLClientCertificate names the authorities for client certificates, which
// are also announced to clients.
var SSLClientCertificate = catalog.ConfPath(catalog.Spec{
	Name: "ssl_client_certificate", In: both, Args: "<path>", Since: "1.11.8", Runs: catalog.Full,
	Doc: "Names the file with authorities for client certificates; their names are sent to clients.",
})

// SSLTrustedCertificate names further authorities, which are not announced.
var SSLTrustedCertificate = catalog.ConfPath(catalog.Spec{
	Name: "ssl_trusted_certificate", In: both, Args: "<path>", Since: "1.11.8", Runs: catalog.Full,
	Doc: "Names the file with authorities for client certificates; their names are not sent.",
})

// SSLCRL names the revoked client certificates.
var SSLCRL = catalog.ConfPath(catalog.Spec{
	Name: "ssl_crl", In: both, Args: "<path>", Since: "1.11.8", Runs: catalog.Full,
	Doc: "Names the file with revoked client certificates.",
})

// SSLPreferServerCiphers prefers the server's order of ciphers.
var SSLPreferServerCiphers = catalog.Flag(catalog.Spec{
	Name: "ssl_prefer_server_ciphers", In: both, Default: "off", Runs: catalog.Full,
	Doc: "Prefers the server's order of ciphers to the client's.",
})

// SSLSessionCache sets where TLS sessions are kept.
var SSLSessionCache = catalog.Custom(catalog.Spec{
	Name: "ssl_session_cache", In: both,
	Args:    "(off|none|builtin[:<int>]|shared:<name>:<size>) [off|none|builtin[:<int>]|shared:<name>:<size>]",
	Default: "none", Repeat: catalog.LastWins, Runs: catalog.Full,
	Doc: "Sets the kind and size of the cache of TLS sessions.",
}, DecodeSessionCache)

// SSLSessionTickets turns session tickets on.
var SSLSessionTickets = catalog.Flag(catalog.Spec{
	Name: "ssl_session_tickets", In: both, Default: "on", Runs: catalog.Full,
	Doc: "Resumes TLS sessions by tickets.",
})

// SSLSessionTicketKey names a file with a key for tickets; the first encrypts.
var SSLSessionTicketKey = catalog.ConfPath(catalog.Spec{
	Name: "ssl_session_ticket_key", In: both, Args: "<path>", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Names a file of 48 or 80 random bytes with a key for session tickets.",
})

// SSLSessionTimeout is the lifetime of TLS sessions.
var SSLSessionTimeout = catalog.Seconds(catalog.Spec{
	Name: "ssl_session_timeout", In: both, Args: "<time>", Default: "5m", Runs: catalog.Full,
	Doc: "Sets how long a TLS session may be resumed.",
})

// SSLALPN lists the protocols that the server offers by ALPN.
var SSLALPN = catalog.Custom(catalog.Spec{
	Name: "ssl_alpn", In: both, Args: "<name>...", Since: "1.21.4", Runs: catalog.Full,
	Doc: "Lists the protocols offered to clients by ALPN; a client that knows none of them is turned away.",
}, decodeALPN)

// SSLConfCommand gives a command to the TLS library.
var SSLConfCommand = catalog.KeyValue(catalog.Spec{
	Name: "ssl_conf_command", In: both, Args: "<name> <value>", Since: "1.19.4", Repeat: catalog.Many,
	Runs: catalog.Partial("a command that Go's TLS cannot follow is refused when the configuration is loaded"),
	Doc:  "Gives a configuration command to the TLS library.",
})

// SSLRejectHandshake turns clients away during the handshake.
var SSLRejectHandshake = catalog.Flag(catalog.Spec{
	Name: "ssl_reject_handshake", In: both, Default: "off", Since: "1.25.5", Runs: catalog.Full,
	Doc: "Turns clients away during the TLS handshake.",
})

const noOCSP = "OCSP follows in a later version"

// NoResponder is why ssl_stapling needs a file.
const NoResponder = "OCSP responders are not asked"

// OCSPMode is the argument of ssl_ocsp.
type OCSPMode uint8

// Which certificates of a client are checked by OCSP.
const (
	OCSPOff OCSPMode = iota
	OCSPOn
	OCSPLeaf
)

// OCSPChoices returns the words of ssl_ocsp, for other modules' declarations.
func OCSPChoices() []catalog.Choice[OCSPMode] {
	return []catalog.Choice[OCSPMode]{{Word: "off", Value: OCSPOff}, {Word: "on", Value: OCSPOn}, {Word: "leaf", Value: OCSPLeaf}}
}

// Directives on OCSP and encrypted ClientHello.
var (
	SSLOCSP = catalog.Enum(catalog.Spec{
		Name: "ssl_ocsp", In: both, Args: "off|on|leaf", Default: "off", Since: "1.27.2",
		Runs: catalog.Partial("off; " + noOCSP), Doc: "Asks an OCSP responder about client certificates.",
	}, OCSPChoices()...).
		RefuseIf(func(m OCSPMode) string { return reasonIf(m != OCSPOff, noOCSP) })
	SSLOCSPResponder = catalog.String(catalog.Spec{
		Name: "ssl_ocsp_responder", In: both, Args: "<url>", Since: "1.27.2",
		Runs: catalog.Ignored("it has an effect with ssl_ocsp only, which is refused"), Doc: "Names the OCSP responder for client certificates.",
	})
	SSLOCSPCache = catalog.Custom(catalog.Spec{
		Name: "ssl_ocsp_cache", In: both, Args: "off|shared:<name>:<size>", Default: "off", Since: "1.27.2",
		Runs: catalog.Ignored("it has an effect with ssl_ocsp only, which is refused"), Doc: "Sets the cache of answers about client certificates.",
	}, DecodeOCSPCache)
	SSLStapling = catalog.Flag(catalog.Spec{
		Name: "ssl_stapling", In: both, Default: "off", Since: "1.27.2",
		Runs: catalog.Partial("with ssl_stapling_file; " + NoResponder), Doc: "Sends the OCSP answer about the server's certificate along.",
	})
	SSLStaplingFile = catalog.ConfPath(catalog.Spec{
		Name: "ssl_stapling_file", In: both, Args: "<path>", Since: "1.27.2",
		Runs: catalog.Full, Doc: "Names a file with the OCSP answer.",
	})
	SSLStaplingResponder = catalog.String(catalog.Spec{
		Name: "ssl_stapling_responder", In: both, Args: "<url>", Since: "1.27.2",
		Runs: catalog.Ignored("it has an effect without ssl_stapling_file only, which is refused"), Doc: "Names the OCSP responder for the server's certificate.",
	})
	SSLStaplingVerify = catalog.Flag(catalog.Spec{
		Name: "ssl_stapling_verify", In: both, Default: "off", Since: "1.27.2",
		Runs: catalog.Ignored("nginx verifies what a responder answers, and the answer in ssl_stapling_file never"), Doc: "Verifies the OCSP answer about the server's certificate.",
	})
	SSLECHFile = catalog.ConfPath(catalog.Spec{
		Name: "ssl_ech_file", In: both, Args: "<path>", Since: "1.29.4", Repeat: catalog.Many,
		Runs: catalog.Refused("encrypted ClientHello follows in a later version"), Doc: "Names a file with a key for encrypted ClientHello.",
	})
)

func reasonIf(condition bool, why string) string {
	if condition {
		return why
	}
	return ""
}

// keyStore says why a certificate or key is refused, "" if it is not.
func keyStore(f FileTemplate) string {
	return reasonIf(f.Store != "", "keys in engines and stores need OpenSSL")
}

// SessionCache is the argument of ssl_session_cache.
type SessionCache struct {
	Off, None bool
	// Builtin tells that each worker has a cache, of Size sessions; -1 is
	// OpenSSL's default.
	Builtin     bool
	BuiltinSize int
	// Shared is the cache that all workers share.
	Shared SharedZone
}

// DecodeSessionCache follows ngx_stream_ssl_session_cache.
func DecodeSessionCache(c *catalog.Call) (SessionCache, bool) {
	var s SessionCache
	for i := 1; i < c.Len(); i++ {
		word, ok := c.Text(i), true
		switch {
		case word == "off":
			s.Off = true
		case word == "none":
			s.None = true
		case word == "builtin":
			s.Builtin, s.BuiltinSize = true, -1
		case len(word) > 8 && strings.HasPrefix(word, "builtin:"):
			s.Builtin = true
			s.BuiltinSize, ok = catalog.ParseInt(word[8:])
		case strings.HasPrefix(word, "shared:"):
			s.Shared, ok = parseSharedZone(word)
			if ok && s.Shared.Size < 8*PageSize {
				return s, c.Fail(i, `session cache "%s" is too small`, word)
			}
		default:
			ok = false
		}
		if !ok {
			return s, c.Fail(i, `invalid session cache "%s"`, word)
		}
	}
	return s, true
}

// parseSharedZone reads "shared:name:size".
func parseSharedZone(word string) (SharedZone, bool) {
	name, size, found := strings.Cut(strings.TrimPrefix(word, "shared:"), ":")
	n, ok := catalog.ParseSize(size)
	return SharedZone{Name: name, Size: n}, found && ok && name != ""
}

// DecodeOCSPCache follows ngx_stream_ssl_ocsp_cache; no name is off.
func DecodeOCSPCache(c *catalog.Call) (SharedZone, bool) {
	word := c.Text(1)
	if word == "off" {
		return SharedZone{}, true
	}
	z, ok := parseSharedZone(word)
	switch {
	case !ok || !strings.HasPrefix(word, "shared:"):
		return z, c.Fail(1, `invalid OCSP cache "%s"`, word)
	case z.Size < 8*PageSize:
		return z, c.Fail(1, `OCSP cache "%s" is too small`, word)
	}
	return z, true
}

// decodeALPN follows ngx_stream_ssl_alpn.
func decodeALPN(c *catalog.Call) ([]string, bool) {
	for i := 1; i < c.Len(); i++ {
		if len(c.Text(i)) > 255 {
			return nil, c.FailDirective(i, "protocol too long")
		}
	}
	return c.Texts(1), true
}
