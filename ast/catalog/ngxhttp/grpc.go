package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_grpc_module.
var (
	GRPCBind = catalog.Custom(catalog.Spec{Name: "grpc_bind", In: levels, Args: "<addr> [transparent] | off", Runs: unserved,
		Doc: "Sets the local address of connections to the gRPC server."}, ngxstream.DecodeBind)
	GRPCBufferSize = catalog.Size(catalog.Spec{Name: "grpc_buffer_size", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the size of the buffer for the first part of the answer of the gRPC server."})
	GRPCConnectTimeout = catalog.Time(catalog.Spec{Name: "grpc_connect_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time for connecting to the gRPC server."})
	GRPCHideHeader = catalog.String(catalog.Spec{Name: "grpc_hide_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Keeps a header of the answer from the client."})
	GRPCIgnoreHeaders = catalog.SetOf(catalog.Spec{Name: "grpc_ignore_headers", In: levels,
		Args: "(X-Accel-Redirect|X-Accel-Expires|X-Accel-Limit-Rate|X-Accel-Buffering|X-Accel-Charset|Expires|Cache-Control|Set-Cookie|Vary)...",
		Runs: unserved,
		Doc:  "Ignores instructions in these headers of the answer."}, "X-Accel-Redirect", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset", "Expires", "Cache-Control", "Set-Cookie", "Vary")
	GRPCInterceptErrors = catalog.Flag(catalog.Spec{Name: "grpc_intercept_errors", In: levels, Default: "off", Runs: unserved,
		Doc: "Lets error_page handle answers with codes from 300 on."})
	GRPCNextUpstream = catalog.SetOf(catalog.Spec{Name: "grpc_next_upstream", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_502|http_503|http_504|http_403|http_404|http_429|off)...",
		Default: "error timeout", Runs: unserved,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_502", "http_503", "http_504", "http_403", "http_404", "http_429", "off")
	GRPCNextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "grpc_next_upstream_timeout", In: levels, Args: "<time>", Default: "0", Runs: unserved,
		Doc: "Bounds the time in which further servers are tried; 0 is no bound."})
	GRPCNextUpstreamTries = catalog.Int(catalog.Spec{Name: "grpc_next_upstream_tries", In: levels, Args: "<int>", Default: "0", Runs: unserved,
		Doc: "Bounds the number of servers tried; 0 is no bound."})
	GRPCPass = catalog.Custom(catalog.Spec{Name: "grpc_pass", In: catalog.HTTPLocation | catalog.HTTPLocationIf, Inherit: catalog.Local,
		Args: "<addr>", Runs: unserved,
		Doc: "Passes requests to the gRPC server."}, DecodePass)
	GRPCPassHeader = catalog.String(catalog.Spec{Name: "grpc_pass_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes on a header that is hidden otherwise."})
	GRPCReadTimeout = catalog.Time(catalog.Spec{Name: "grpc_read_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two reads from the gRPC server."})
	GRPCSendTimeout = catalog.Time(catalog.Spec{Name: "grpc_send_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two writes to the gRPC server."})
	GRPCSetHeader = catalog.Custom(catalog.Spec{Name: "grpc_set_header", In: levels, Args: "<name> <tmpl>", DefaultNote: "Content-Length $content_length",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets a header of the request to the gRPC server."}, decodeParam)
	GRPCSocketKeepalive = catalog.Flag(catalog.Spec{Name: "grpc_socket_keepalive", In: levels, Default: "off", Since: "1.15.6", Runs: unserved,
		Doc: "Turns TCP keepalive on for connections to the gRPC server."})
	GRPCSocketRcvbuf = catalog.Size(catalog.Spec{Name: "grpc_socket_rcvbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the receive buffer of connections to the gRPC server."})
	GRPCSocketSndbuf = catalog.Size(catalog.Spec{Name: "grpc_socket_sndbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the send buffer of connections to the gRPC server."})
	GRPCSSLCertificate = catalog.Custom(catalog.Spec{Name: "grpc_ssl_certificate", In: levels, Args: "<tmpl>", Runs: unserved,
		Doc: "Names the client certificate for the gRPC server."}, ngxstream.DecodeFileTemplate)
	GRPCSSLCertificateCache = catalog.Custom(catalog.Spec{Name: "grpc_ssl_certificate_cache", In: levels,
		Args:    "(off|max=<int>|inactive=<time>|valid=<time>) [max=<int>|inactive=<time>|valid=<time> [max=<int>|inactive=<time>|valid=<time>]]",
		Default: "off", Since: "1.27.4", Runs: unserved,
		Doc: "Keeps client certificates whose names have variables."}, ngxstream.DecodeCertCache)
	GRPCSSLCertificateKey = catalog.Custom(catalog.Spec{Name: "grpc_ssl_certificate_key", In: levels, Args: "<tmpl>", Runs: unserved,
		Doc: "Names the key of the client certificate."}, ngxstream.DecodeFileTemplate)
	GRPCSSLCiphers = catalog.String(catalog.Spec{Name: "grpc_ssl_ciphers", In: levels, Args: "<ciphers>", Default: "DEFAULT", Runs: unserved,
		Doc: "Chooses the ciphers towards the gRPC server."})
	GRPCSSLConfCommand = catalog.KeyValue(catalog.Spec{Name: "grpc_ssl_conf_command", In: levels, Args: "<name> <text>", Since: "1.19.4", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Passes a command to OpenSSL for connections to the gRPC server."})
	GRPCSSLCRL = catalog.ConfPath(catalog.Spec{Name: "grpc_ssl_crl", In: levels, Args: "<path>", Runs: unserved,
		Doc: "Names the file with revoked certificates of servers."})
	GRPCSSLName = catalog.TemplateOf(catalog.Spec{Name: "grpc_ssl_name", In: levels, Args: "<tmpl>", Default: "host from grpc_pass", Runs: unserved,
		Doc: "Sets the name for verifying the gRPC server and for SNI."})
	GRPCSSLPasswordFile = catalog.ConfPath(catalog.Spec{Name: "grpc_ssl_password_file", In: levels, Args: "<path>", Runs: unserved,
		Doc: "Names the file with passphrases of keys."})
	GRPCSSLProtocols = catalog.Bitmask(catalog.Spec{Name: "grpc_ssl_protocols", In: levels, Args: "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...",
		Default: "TLSv1.2 TLSv1.3", Runs: unserved,
		Doc: "Chooses the TLS versions towards the gRPC server."}, ngxstream.ProtocolChoices()...)
	GRPCSSLServerName = catalog.Flag(catalog.Spec{Name: "grpc_ssl_server_name", In: levels, Default: "off", Runs: unserved,
		Doc: "Sends the server name (SNI) to the gRPC server."})
	GRPCSSLSessionReuse = catalog.Flag(catalog.Spec{Name: "grpc_ssl_session_reuse", In: levels, Default: "on", Runs: unserved,
		Doc: "Resumes TLS sessions with the gRPC server."})
	GRPCSSLTrustedCertificate = catalog.ConfPath(catalog.Spec{Name: "grpc_ssl_trusted_certificate", In: levels, Args: "<path>", Runs: unserved,
		Doc: "Names the authorities for verifying the gRPC server."})
	GRPCSSLVerify = catalog.Flag(catalog.Spec{Name: "grpc_ssl_verify", In: levels, Default: "off", Runs: unserved,
		Doc: "Verifies the certificate of the gRPC server."})
	GRPCSSLVerifyDepth = catalog.Int(catalog.Spec{Name: "grpc_ssl_verify_depth", In: levels, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Bounds the length of the certificate chain."})
)
