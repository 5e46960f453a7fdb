package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_ssl_module.
var (
	SSLBufferSize = catalog.Size(catalog.Spec{Name: "ssl_buffer_size", In: servers, Args: "<size>", Default: "16k", Since: "1.5.9", Runs: unserved,
		Doc: "Bounds the size of TLS records."})
	SSLCertificate = catalog.Custom(catalog.Spec{Name: "ssl_certificate", In: servers, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Names a certificate."}, ngxstream.DecodeServerFile)
	SSLCertificateCache = catalog.Custom(catalog.Spec{Name: "ssl_certificate_cache", In: servers,
		Args:    "(off|max=<int>|inactive=<time>|valid=<time>) [max=<int>|inactive=<time>|valid=<time> [max=<int>|inactive=<time>|valid=<time>]]",
		Default: "off", Since: "1.27.4", Runs: unserved,
		Doc: "Keeps certificates whose names have variables."}, ngxstream.DecodeCertCache)
	SSLCertificateCompression = catalog.Flag(catalog.Spec{Name: "ssl_certificate_compression", In: servers, Default: "off", Since: "1.29.1", Runs: unserved,
		Doc: "Compresses certificates."})
	SSLCertificateKey = catalog.Custom(catalog.Spec{Name: "ssl_certificate_key", In: servers, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Names the key of a certificate."}, ngxstream.DecodeServerFile)
	SSLCiphers = catalog.String(catalog.Spec{Name: "ssl_ciphers", In: servers, Args: "<ciphers>", Default: "HIGH:!aNULL:!MD5", Runs: unserved,
		Doc: "Chooses the ciphers."})
	SSLClientCertificate = catalog.ConfPath(catalog.Spec{Name: "ssl_client_certificate", In: servers, Args: "<path>", Runs: unserved,
		Doc: "Names the authorities that clients are told of."})
	SSLConfCommand = catalog.KeyValue(catalog.Spec{Name: "ssl_conf_command", In: servers, Args: "<name> <text>", Since: "1.19.4", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Passes a command to OpenSSL."})
	SSLCRL = catalog.ConfPath(catalog.Spec{Name: "ssl_crl", In: servers, Args: "<path>", Since: "0.8.7", Runs: unserved,
		Doc: "Names the file with revoked certificates."})
	SSLDhparam = catalog.ConfPath(catalog.Spec{Name: "ssl_dhparam", In: servers, Args: "<path>", Since: "0.7.2", Runs: unserved,
		Doc: "Names the file with Diffie-Hellman parameters."})
	SSLEarlyData = catalog.Flag(catalog.Spec{Name: "ssl_early_data", In: servers, Default: "off", Since: "1.15.3", Runs: unserved,
		Doc: "Accepts early data (0-RTT)."})
	SSLEcdhCurve = catalog.String(catalog.Spec{Name: "ssl_ecdh_curve", In: servers, Args: "<curve>", Default: "auto", Since: "1.1.0", Runs: unserved,
		Doc: "Chooses the curves."})
	SSLECHFile = catalog.ConfPath(catalog.Spec{Name: "ssl_ech_file", In: servers, Args: "<path>", Since: "1.29.4", Repeat: catalog.Many, Runs: unserved,
		Doc: "Names a file of Encrypted ClientHello."})
	SSLOCSP = catalog.Enum(catalog.Spec{Name: "ssl_ocsp", In: servers, Args: "off|on|leaf", Default: "off", Since: "1.19.0", Runs: unserved,
		Doc: "Checks clients' certificates by OCSP."}, ngxstream.OCSPChoices()...)
	SSLOCSPCache = catalog.Custom(catalog.Spec{Name: "ssl_ocsp_cache", In: servers, Args: "off|shared:<name>:<size>", Default: "off", Since: "1.19.0",
		Runs: unserved,
		Doc:  "Sets the zone in which OCSP answers are kept."}, ngxstream.DecodeOCSPCache)
	SSLOCSPResponder = catalog.String(catalog.Spec{Name: "ssl_ocsp_responder", In: servers, Args: "<url>", Since: "1.19.0", Runs: unserved,
		Doc: "Replaces the OCSP responder."})
	SSLPasswordFile = catalog.ConfPath(catalog.Spec{Name: "ssl_password_file", In: servers, Args: "<path>", Since: "1.7.3", Runs: unserved,
		Doc: "Names the file with passphrases of keys."})
	SSLPreferServerCiphers = catalog.Flag(catalog.Spec{Name: "ssl_prefer_server_ciphers", In: servers, Default: "off", Runs: unserved,
		Doc: "Prefers the server's order of ciphers."})
	SSLProtocols = catalog.Bitmask(catalog.Spec{Name: "ssl_protocols", In: servers, Args: "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...",
		Default: "TLSv1.2 TLSv1.3", Runs: unserved,
		Doc: "Chooses the TLS versions."}, ngxstream.ProtocolChoices()...)
	SSLRejectHandshake = catalog.Flag(catalog.Spec{Name: "ssl_reject_handshake", In: servers, Default: "off", Since: "1.19.4", Runs: unserved,
		Doc: "Turns every TLS handshake down."})
	SSLSessionCache = catalog.Custom(catalog.Spec{Name: "ssl_session_cache", In: servers,
		Args:        "(off|none|builtin[:<int>]|shared:<name>:<size>) [builtin[:<int>]|shared:<name>:<size>]",
		DefaultNote: "none", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Chooses where TLS sessions are kept."}, ngxstream.DecodeSessionCache)
	SSLSessionTicketKey = catalog.ConfPath(catalog.Spec{Name: "ssl_session_ticket_key", In: servers, Args: "<path>", Since: "1.5.7", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Names a file with a key of tickets."})
	SSLSessionTickets = catalog.Flag(catalog.Spec{Name: "ssl_session_tickets", In: servers, Default: "on", Since: "1.5.9", Runs: unserved,
		Doc: "Resumes sessions by tickets."})
	SSLSessionTimeout = catalog.Seconds(catalog.Spec{Name: "ssl_session_timeout", In: servers, Args: "<time>", Default: "5m", Runs: unserved,
		Doc: "Sets how long a session can be resumed."})
	SSLStapling = catalog.Flag(catalog.Spec{Name: "ssl_stapling", In: servers, Default: "off", Since: "1.3.7", Runs: unserved,
		Doc: "Staples OCSP answers."})
	SSLStaplingFile = catalog.ConfPath(catalog.Spec{Name: "ssl_stapling_file", In: servers, Args: "<path>", Since: "1.3.7", Runs: unserved,
		Doc: "Names a file with the OCSP answer."})
	SSLStaplingResponder = catalog.String(catalog.Spec{Name: "ssl_stapling_responder", In: servers, Args: "<url>", Since: "1.3.7", Runs: unserved,
		Doc: "Replaces the OCSP responder for stapling."})
	SSLStaplingVerify = catalog.Flag(catalog.Spec{Name: "ssl_stapling_verify", In: servers, Default: "off", Since: "1.3.7", Runs: unserved,
		Doc: "Verifies OCSP answers."})
	SSLTrustedCertificate = catalog.ConfPath(catalog.Spec{Name: "ssl_trusted_certificate", In: servers, Args: "<path>", Since: "1.3.7", Runs: unserved,
		Doc: "Names authorities that clients are not told of."})
	SSLVerifyClient = catalog.Enum(catalog.Spec{Name: "ssl_verify_client", In: servers, Args: "off|on|optional|optional_no_ca", Default: "off",
		Runs: unserved,
		Doc:  "Asks clients for a certificate."}, ngxstream.VerifyChoices()...)
	SSLVerifyDepth = catalog.Int(catalog.Spec{Name: "ssl_verify_depth", In: servers, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Bounds the length of the certificate chain."})
)
