package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_uwsgi_module.
var (
	UWSGIBind = catalog.Custom(catalog.Spec{Name: "uwsgi_bind", In: levels, Args: "<addr> [transparent] | off", Runs: unserved,
		Doc: "Sets the local address of connections to the uwsgi server."}, ngxstream.DecodeBind)
	UWSGIBufferSize = catalog.Size(catalog.Spec{Name: "uwsgi_buffer_size", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the size of the buffer for the first part of the answer of the uwsgi server."})
	UWSGIBuffering = catalog.Flag(catalog.Spec{Name: "uwsgi_buffering", In: levels, Default: "on", Runs: unserved,
		Doc: "Reads the answer of the uwsgi server ahead of the client."})
	UWSGIBuffers = catalog.Buffers(catalog.Spec{Name: "uwsgi_buffers", In: levels, DefaultNote: "8 4k|8k", Runs: unserved,
		Doc: "Sets number and size of the buffers for the answer of the uwsgi server."})
	UWSGIBusyBuffersSize = catalog.Size(catalog.Spec{Name: "uwsgi_busy_buffers_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds the buffers that may be on their way to the client while the answer is read."})
	UWSGICache = catalog.Custom(catalog.Spec{Name: "uwsgi_cache", In: levels, Args: "<zone>|off", Default: "off", Runs: unserved,
		Doc: "Chooses the cache zone for answers of the uwsgi server."}, decodeCache)
	UWSGICacheBackgroundUpdate = catalog.Flag(catalog.Spec{Name: "uwsgi_cache_background_update", In: levels, Default: "off", Since: "1.11.10", Runs: unserved,
		Doc: "Renews a stale entry in a subrequest while the stale one is served."})
	UWSGICacheBypass = catalog.Conditions(catalog.Spec{Name: "uwsgi_cache_bypass", In: levels, Runs: unserved,
		Doc: "Answers from the uwsgi server, not from the cache, if a value is neither empty nor \"0\"."})
	UWSGICacheKey = catalog.Custom(catalog.Spec{Name: "uwsgi_cache_key", In: levels, Args: "<tmpl>", Runs: unserved,
		Doc: "Sets the key under which answers are cached."}, decodeTemplate)
	UWSGICacheLock = catalog.Flag(catalog.Spec{Name: "uwsgi_cache_lock", In: levels, Default: "off", Since: "1.1.12", Runs: unserved,
		Doc: "Lets only one request at a time fill a cache entry."})
	UWSGICacheLockAge = catalog.Time(catalog.Spec{Name: "uwsgi_cache_lock_age", In: levels, Args: "<time>", Default: "5s", Since: "1.7.8", Runs: unserved,
		Doc: "Lets another request fill the entry when the first one takes this long."})
	UWSGICacheLockTimeout = catalog.Time(catalog.Spec{Name: "uwsgi_cache_lock_timeout", In: levels, Args: "<time>", Default: "5s", Since: "1.1.12",
		Runs: unserved,
		Doc:  "Bounds the wait for an entry that another request fills."})
	UWSGICacheMaxRangeOffset = catalog.Offset(catalog.Spec{Name: "uwsgi_cache_max_range_offset", In: levels, Args: "<size>", Since: "1.11.6", Runs: unserved,
		Doc: "Passes range requests beyond this offset on without caching."})
	UWSGICacheMethods = catalog.SetOf(catalog.Spec{Name: "uwsgi_cache_methods", In: levels, Args: "(GET|HEAD|POST)...", Default: "GET HEAD", Runs: unserved,
		Doc: "Chooses the methods whose answers are cached."}, "GET", "HEAD", "POST")
	UWSGICacheMinUses = catalog.Int(catalog.Spec{Name: "uwsgi_cache_min_uses", In: levels, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Caches an answer only after this many requests."})
	UWSGICachePath = catalog.Custom(catalog.Spec{Name: "uwsgi_cache_path", In: catalog.HTTP,
		Args:   "<path> (levels=<levels>|use_temp_path=on|off|keys_zone=<name>:<size>|inactive=<time>|max_size=<size>|min_free=<size>|manager_files=<int>|manager_sleep=<time>|manager_threshold=<time>|loader_files=<int>|loader_sleep=<time>|loader_threshold=<time>)...",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Declares a cache on disk and its zone."}, decodeCachePath)
	UWSGICacheRevalidate = catalog.Flag(catalog.Spec{Name: "uwsgi_cache_revalidate", In: levels, Default: "off", Since: "1.5.7", Runs: unserved,
		Doc: "Renews expired entries with conditional requests."})
	UWSGICacheUseStale = catalog.SetOf(catalog.Spec{Name: "uwsgi_cache_use_stale", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_503|http_403|http_404|http_429|updating|off)...",
		Default: "off", Runs: unserved,
		Doc: "Chooses when an expired entry may be served."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_503", "http_403", "http_404", "http_429", "updating", "off")
	UWSGICacheValid = catalog.Custom(catalog.Spec{Name: "uwsgi_cache_valid", In: levels, Args: "[<code>...] <time>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets how long answers with given codes are cached."}, decodeCacheValid)
	UWSGIConnectTimeout = catalog.Time(catalog.Spec{Name: "uwsgi_connect_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time for connecting to the uwsgi server."})
	UWSGIForceRanges = catalog.Flag(catalog.Spec{Name: "uwsgi_force_ranges", In: levels, Default: "off", Since: "1.7.7", Runs: unserved,
		Doc: "Allows byte ranges whatever the answer says of them."})
	UWSGIHideHeader = catalog.String(catalog.Spec{Name: "uwsgi_hide_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Keeps a header of the answer from the client."})
	UWSGIIgnoreClientAbort = catalog.Flag(catalog.Spec{Name: "uwsgi_ignore_client_abort", In: levels, Default: "off", Runs: unserved,
		Doc: "Finishes the exchange with the uwsgi server after the client has gone."})
	UWSGIIgnoreHeaders = catalog.SetOf(catalog.Spec{Name: "uwsgi_ignore_headers", In: levels,
		Args: "(X-Accel-Redirect|X-Accel-Expires|X-Accel-Limit-Rate|X-Accel-Buffering|X-Accel-Charset|Expires|Cache-Control|Set-Cookie|Vary)...",
		Runs: unserved,
		Doc:  "Ignores instructions in these headers of the answer."}, "X-Accel-Redirect", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset", "Expires", "Cache-Control", "Set-Cookie", "Vary")
	UWSGIInterceptErrors = catalog.Flag(catalog.Spec{Name: "uwsgi_intercept_errors", In: levels, Default: "off", Runs: unserved,
		Doc: "Lets error_page handle answers with codes from 300 on."})
	UWSGILimitRate = catalog.SizeTemplateOf(catalog.Spec{Name: "uwsgi_limit_rate", In: levels, Args: "<size>", Default: "0", Since: "1.7.7", Runs: unserved,
		Doc: "Limits the speed of reading from the uwsgi server, in bytes per second; 0 is no limit."})
	UWSGIMaxTempFileSize = catalog.Size(catalog.Spec{Name: "uwsgi_max_temp_file_size", In: levels, Args: "<size>", Default: "1024m", Runs: unserved,
		Doc: "Bounds the temporary file of an answer; 0 is no file."})
	UWSGIModifier1 = catalog.IntRange(catalog.Spec{Name: "uwsgi_modifier1", In: levels, Args: "<int>", Default: "0", Runs: unserved,
		Doc: "Sets the first modifier of the uwsgi packet."}, 0, 255)
	UWSGIModifier2 = catalog.IntRange(catalog.Spec{Name: "uwsgi_modifier2", In: levels, Args: "<int>", Default: "0", Runs: unserved,
		Doc: "Sets the second modifier of the uwsgi packet."}, 0, 255)
	UWSGINextUpstream = catalog.SetOf(catalog.Spec{Name: "uwsgi_next_upstream", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_503|http_403|http_404|http_429|updating|off)...",
		Default: "error timeout", Runs: unserved,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_503", "http_403", "http_404", "http_429", "updating", "off")
	UWSGINextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "uwsgi_next_upstream_timeout", In: levels, Args: "<time>", Default: "0", Since: "1.7.5",
		Runs: unserved,
		Doc:  "Bounds the time in which further servers are tried; 0 is no bound."})
	UWSGINextUpstreamTries = catalog.Int(catalog.Spec{Name: "uwsgi_next_upstream_tries", In: levels, Args: "<int>", Default: "0", Since: "1.7.5", Runs: unserved,
		Doc: "Bounds the number of servers tried; 0 is no bound."})
	UWSGINoCache = catalog.Conditions(catalog.Spec{Name: "uwsgi_no_cache", In: levels, Runs: unserved,
		Doc: "Keeps an answer out of the cache if a value is neither empty nor \"0\"."})
	UWSGIParam = catalog.Custom(catalog.Spec{Name: "uwsgi_param", In: levels, Args: "<name> <tmpl> [if_not_empty]",
		DefaultNote: "HTTP_HOST $host$is_request_port$request_port", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes a parameter to the uwsgi server."}, decodeParam)
	UWSGIPass = catalog.Custom(catalog.Spec{Name: "uwsgi_pass", In: catalog.HTTPLocation | catalog.HTTPLocationIf, Inherit: catalog.Local,
		Args: "<addr>", Runs: unserved,
		Doc: "Passes requests to the uwsgi server."}, DecodePass)
	UWSGIPassHeader = catalog.String(catalog.Spec{Name: "uwsgi_pass_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes on a header that is hidden otherwise."})
	UWSGIPassRequestBody = catalog.Flag(catalog.Spec{Name: "uwsgi_pass_request_body", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request body on."})
	UWSGIPassRequestHeaders = catalog.Flag(catalog.Spec{Name: "uwsgi_pass_request_headers", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request headers on."})
	UWSGIReadTimeout = catalog.Time(catalog.Spec{Name: "uwsgi_read_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two reads from the uwsgi server."})
	UWSGIRequestBuffering = catalog.Flag(catalog.Spec{Name: "uwsgi_request_buffering", In: levels, Default: "on", Since: "1.7.11", Runs: unserved,
		Doc: "Reads the whole request body before it is passed on."})
	UWSGISendTimeout = catalog.Time(catalog.Spec{Name: "uwsgi_send_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two writes to the uwsgi server."})
	UWSGISocketKeepalive = catalog.Flag(catalog.Spec{Name: "uwsgi_socket_keepalive", In: levels, Default: "off", Since: "1.15.6", Runs: unserved,
		Doc: "Turns TCP keepalive on for connections to the uwsgi server."})
	UWSGISocketRcvbuf = catalog.Size(catalog.Spec{Name: "uwsgi_socket_rcvbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the receive buffer of connections to the uwsgi server."})
	UWSGISocketSndbuf = catalog.Size(catalog.Spec{Name: "uwsgi_socket_sndbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the send buffer of connections to the uwsgi server."})
	UWSGISSLCertificate = catalog.Custom(catalog.Spec{Name: "uwsgi_ssl_certificate", In: levels, Args: "<tmpl>", Since: "1.7.8", Runs: unserved,
		Doc: "Names the client certificate for the uwsgi server."}, ngxstream.DecodeFileTemplate)
	UWSGISSLCertificateCache = catalog.Custom(catalog.Spec{Name: "uwsgi_ssl_certificate_cache", In: levels,
		Args:    "(off|max=<int>|inactive=<time>|valid=<time>) [max=<int>|inactive=<time>|valid=<time> [max=<int>|inactive=<time>|valid=<time>]]",
		Default: "off", Since: "1.27.4", Runs: unserved,
		Doc: "Keeps client certificates whose names have variables."}, ngxstream.DecodeCertCache)
	UWSGISSLCertificateKey = catalog.Custom(catalog.Spec{Name: "uwsgi_ssl_certificate_key", In: levels, Args: "<tmpl>", Since: "1.7.8", Runs: unserved,
		Doc: "Names the key of the client certificate."}, ngxstream.DecodeFileTemplate)
	UWSGISSLCiphers = catalog.String(catalog.Spec{Name: "uwsgi_ssl_ciphers", In: levels, Args: "<ciphers>", Default: "DEFAULT", Since: "1.5.8",
		Runs: unserved,
		Doc:  "Chooses the ciphers towards the uwsgi server."})
	UWSGISSLConfCommand = catalog.KeyValue(catalog.Spec{Name: "uwsgi_ssl_conf_command", In: levels, Args: "<name> <text>", Since: "1.19.4", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Passes a command to OpenSSL for connections to the uwsgi server."})
	UWSGISSLCRL = catalog.ConfPath(catalog.Spec{Name: "uwsgi_ssl_crl", In: levels, Args: "<path>", Since: "1.7.0", Runs: unserved,
		Doc: "Names the file with revoked certificates of servers."})
	UWSGISSLName = catalog.TemplateOf(catalog.Spec{Name: "uwsgi_ssl_name", In: levels, Args: "<tmpl>", Default: "host from uwsgi_pass", Since: "1.7.0",
		Runs: unserved,
		Doc:  "Sets the name for verifying the uwsgi server and for SNI."})
	UWSGISSLPasswordFile = catalog.ConfPath(catalog.Spec{Name: "uwsgi_ssl_password_file", In: levels, Args: "<path>", Since: "1.7.8", Runs: unserved,
		Doc: "Names the file with passphrases of keys."})
	UWSGISSLProtocols = catalog.Bitmask(catalog.Spec{Name: "uwsgi_ssl_protocols", In: levels, Args: "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...",
		Default: "TLSv1.2 TLSv1.3", Since: "1.5.8", Runs: unserved,
		Doc: "Chooses the TLS versions towards the uwsgi server."}, ngxstream.ProtocolChoices()...)
	UWSGISSLServerName = catalog.Flag(catalog.Spec{Name: "uwsgi_ssl_server_name", In: levels, Default: "off", Since: "1.7.0", Runs: unserved,
		Doc: "Sends the server name (SNI) to the uwsgi server."})
	UWSGISSLSessionReuse = catalog.Flag(catalog.Spec{Name: "uwsgi_ssl_session_reuse", In: levels, Default: "on", Since: "1.5.8", Runs: unserved,
		Doc: "Resumes TLS sessions with the uwsgi server."})
	UWSGISSLTrustedCertificate = catalog.ConfPath(catalog.Spec{Name: "uwsgi_ssl_trusted_certificate", In: levels, Args: "<path>", Since: "1.7.0", Runs: unserved,
		Doc: "Names the authorities for verifying the uwsgi server."})
	UWSGISSLVerify = catalog.Flag(catalog.Spec{Name: "uwsgi_ssl_verify", In: levels, Default: "off", Since: "1.7.0", Runs: unserved,
		Doc: "Verifies the certificate of the uwsgi server."})
	UWSGISSLVerifyDepth = catalog.Int(catalog.Spec{Name: "uwsgi_ssl_verify_depth", In: levels, Args: "<int>", Default: "1", Since: "1.7.0", Runs: unserved,
		Doc: "Bounds the length of the certificate chain."})
	UWSGIStore = catalog.Custom(catalog.Spec{Name: "uwsgi_store", In: levels, Args: "on|off|<tmpl>", Default: "off", Runs: unserved,
		Doc: "Keeps answers as files."}, decodeStore)
	UWSGIStoreAccess = catalog.Permissions(catalog.Spec{Name: "uwsgi_store_access", In: levels, Default: "user:rw", Runs: unserved,
		Doc: "Sets the permissions of stored files."})
	UWSGIString = catalog.String(catalog.Spec{Name: "uwsgi_string", In: levels, Args: "<text>", Runs: unserved,
		Doc: "Passes a text to the uWSGI server."})
	UWSGITempFileWriteSize = catalog.Size(catalog.Spec{Name: "uwsgi_temp_file_write_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds what is written to a temporary file at once."})
	UWSGITempPath = catalog.TempPath(catalog.Spec{Name: "uwsgi_temp_path", In: levels, Default: "uwsgi_temp", Runs: unserved,
		Doc: "Names the directory for temporary files."})
)
