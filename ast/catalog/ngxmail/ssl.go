package ngxmail

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_mail_ssl_module.
var (
	SSLCertificate = catalog.Custom(catalog.Spec{Name: "ssl_certificate", In: levels, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Names a certificate."}, ngxstream.DecodeFileName)
	SSLCertificateCompression = catalog.Flag(catalog.Spec{Name: "ssl_certificate_compression", In: levels, Default: "off", Since: "1.29.1", Runs: unserved,
		Doc: "Compresses certificates."})
	SSLCertificateKey = catalog.Custom(catalog.Spec{Name: "ssl_certificate_key", In: levels, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Names the key of a certificate."}, ngxstream.DecodeFileName)
	SSLCiphers = catalog.String(catalog.Spec{Name: "ssl_ciphers", In: levels, Args: "<ciphers>", Default: "HIGH:!aNULL:!MD5", Runs: unserved,
		Doc: "Chooses the ciphers."})
	SSLClientCertificate = catalog.ConfPath(catalog.Spec{Name: "ssl_client_certificate", In: levels, Args: "<path>", Since: "1.7.11", Runs: unserved,
		Doc: "Names the authorities that clients are told of."})
	SSLConfCommand = catalog.KeyValue(catalog.Spec{Name: "ssl_conf_command", In: levels, Args: "<name> <text>", Since: "1.19.4", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Passes a command to OpenSSL."})
	SSLCRL = catalog.ConfPath(catalog.Spec{Name: "ssl_crl", In: levels, Args: "<path>", Since: "1.7.11", Runs: unserved,
		Doc: "Names the file with revoked certificates."})
	SSLDhparam = catalog.ConfPath(catalog.Spec{Name: "ssl_dhparam", In: levels, Args: "<path>", Since: "0.7.2", Runs: unserved,
		Doc: "Names the file with Diffie-Hellman parameters."})
	SSLEcdhCurve = catalog.String(catalog.Spec{Name: "ssl_ecdh_curve", In: levels, Args: "<curve>", Default: "auto", Since: "1.1.0", Runs: unserved,
		Doc: "Chooses the curves."})
	SSLPasswordFile = catalog.ConfPath(catalog.Spec{Name: "ssl_password_file", In: levels, Args: "<path>", Since: "1.7.3", Runs: unserved,
		Doc: "Names the file with passphrases of keys."})
	SSLPreferServerCiphers = catalog.Flag(catalog.Spec{Name: "ssl_prefer_server_ciphers", In: levels, Default: "off", Runs: unserved,
		Doc: "Prefers the server's order of ciphers."})
	SSLProtocols = catalog.Bitmask(catalog.Spec{Name: "ssl_protocols", In: levels, Args: "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...",
		Default: "TLSv1.2 TLSv1.3", Runs: unserved,
		Doc: "Chooses the TLS versions."}, ngxstream.ProtocolChoices()...)
	SSLSessionCache = catalog.Custom(catalog.Spec{Name: "ssl_session_cache", In: levels,
		Args:        "(off|none|builtin[:<int>]|shared:<name>:<size>) [builtin[:<int>]|shared:<name>:<size>]",
		DefaultNote: "none", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Chooses where TLS sessions are kept."}, ngxstream.DecodeSessionCache)
	SSLSessionTicketKey = catalog.ConfPath(catalog.Spec{Name: "ssl_session_ticket_key", In: levels, Args: "<path>", Since: "1.5.7", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Names a file with a key of tickets."})
	SSLSessionTickets = catalog.Flag(catalog.Spec{Name: "ssl_session_tickets", In: levels, Default: "on", Since: "1.5.9", Runs: unserved,
		Doc: "Resumes sessions by tickets."})
	SSLSessionTimeout = catalog.Seconds(catalog.Spec{Name: "ssl_session_timeout", In: levels, Args: "<time>", Default: "5m", Runs: unserved,
		Doc: "Sets how long a session can be resumed."})
	SSLTrustedCertificate = catalog.ConfPath(catalog.Spec{Name: "ssl_trusted_certificate", In: levels, Args: "<path>", Since: "1.7.11", Runs: unserved,
		Doc: "Names authorities that clients are not told of."})
	SSLVerifyClient = catalog.Enum(catalog.Spec{Name: "ssl_verify_client", In: levels, Args: "off|on|optional|optional_no_ca", Default: "off",
		Since: "1.7.11", Runs: unserved,
		Doc: "Asks clients for a certificate."}, ngxstream.VerifyChoices()...)
	SSLVerifyDepth = catalog.Int(catalog.Spec{Name: "ssl_verify_depth", In: levels, Args: "<int>", Default: "1", Since: "1.7.11", Runs: unserved,
		Doc: "Bounds the length of the certificate chain."})
	StartTLS = catalog.OneOf(catalog.Spec{Name: "starttls", In: levels, Args: "off|on|only", Default: "off", Runs: unserved,
		Doc: "Chooses whether TLS is offered or required."}, "off", "on", "only")
)
