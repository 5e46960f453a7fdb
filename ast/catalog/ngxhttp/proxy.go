package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_proxy_module.
var (
	ProxyBind = catalog.Custom(catalog.Spec{Name: "proxy_bind", In: levels, Args: "<addr> [transparent] | off", Since: "0.8.22", Runs: unserved,
		Doc: "Sets the local address of connections to the proxied server."}, ngxstream.DecodeBind)
	ProxyBufferSize = catalog.Size(catalog.Spec{Name: "proxy_buffer_size", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the size of the buffer for the first part of the answer of the proxied server."})
	ProxyBuffering = catalog.Flag(catalog.Spec{Name: "proxy_buffering", In: levels, Default: "on", Runs: unserved,
		Doc: "Reads the answer of the proxied server ahead of the client."})
	ProxyBuffers = catalog.Buffers(catalog.Spec{Name: "proxy_buffers", In: levels, DefaultNote: "8 4k|8k", Runs: unserved,
		Doc: "Sets number and size of the buffers for the answer of the proxied server."})
	ProxyBusyBuffersSize = catalog.Size(catalog.Spec{Name: "proxy_busy_buffers_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds the buffers that may be on their way to the client while the answer is read."})
	ProxyCache = catalog.Custom(catalog.Spec{Name: "proxy_cache", In: levels, Args: "<zone>|off", Default: "off", Runs: unserved,
		Doc: "Chooses the cache zone for answers of the proxied server."}, decodeCache)
	ProxyCacheBackgroundUpdate = catalog.Flag(catalog.Spec{Name: "proxy_cache_background_update", In: levels, Default: "off", Since: "1.11.10", Runs: unserved,
		Doc: "Renews a stale entry in a subrequest while the stale one is served."})
	ProxyCacheBypass = catalog.Conditions(catalog.Spec{Name: "proxy_cache_bypass", In: levels, Runs: unserved,
		Doc: "Answers from the proxied server, not from the cache, if a value is neither empty nor \"0\"."})
	ProxyCacheConvertHead = catalog.Flag(catalog.Spec{Name: "proxy_cache_convert_head", In: levels, Default: "on", Since: "1.9.7", Runs: unserved,
		Doc: "Turns HEAD into GET for caching."})
	ProxyCacheKey = catalog.Custom(catalog.Spec{Name: "proxy_cache_key", In: levels, Args: "<tmpl>", DefaultNote: "$scheme$proxy_host$request_uri",
		Runs: unserved,
		Doc:  "Sets the key under which answers are cached."}, decodeTemplate)
	ProxyCacheLock = catalog.Flag(catalog.Spec{Name: "proxy_cache_lock", In: levels, Default: "off", Since: "1.1.12", Runs: unserved,
		Doc: "Lets only one request at a time fill a cache entry."})
	ProxyCacheLockAge = catalog.Time(catalog.Spec{Name: "proxy_cache_lock_age", In: levels, Args: "<time>", Default: "5s", Since: "1.7.8", Runs: unserved,
		Doc: "Lets another request fill the entry when the first one takes this long."})
	ProxyCacheLockTimeout = catalog.Time(catalog.Spec{Name: "proxy_cache_lock_timeout", In: levels, Args: "<time>", Default: "5s", Since: "1.1.12",
		Runs: unserved,
		Doc:  "Bounds the wait for an entry that another request fills."})
	ProxyCacheMaxRangeOffset = catalog.Offset(catalog.Spec{Name: "proxy_cache_max_range_offset", In: levels, Args: "<size>", Since: "1.11.6", Runs: unserved,
		Doc: "Passes range requests beyond this offset on without caching."})
	ProxyCacheMethods = catalog.SetOf(catalog.Spec{Name: "proxy_cache_methods", In: levels, Args: "(GET|HEAD|POST)...", Default: "GET HEAD", Since: "0.7.59",
		Runs: unserved,
		Doc:  "Chooses the methods whose answers are cached."}, "GET", "HEAD", "POST")
	ProxyCacheMinUses = catalog.Int(catalog.Spec{Name: "proxy_cache_min_uses", In: levels, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Caches an answer only after this many requests."})
	ProxyCachePath = catalog.Custom(catalog.Spec{Name: "proxy_cache_path", In: catalog.HTTP,
		Args:   "<path> (levels=<levels>|use_temp_path=on|off|keys_zone=<name>:<size>|inactive=<time>|max_size=<size>|min_free=<size>|manager_files=<int>|manager_sleep=<time>|manager_threshold=<time>|loader_files=<int>|loader_sleep=<time>|loader_threshold=<time>)...",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Declares a cache on disk and its zone."}, decodeCachePath)
	ProxyCacheRevalidate = catalog.Flag(catalog.Spec{Name: "proxy_cache_revalidate", In: levels, Default: "off", Since: "1.5.7", Runs: unserved,
		Doc: "Renews expired entries with conditional requests."})
	ProxyCacheUseStale = catalog.SetOf(catalog.Spec{Name: "proxy_cache_use_stale", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_502|http_503|http_504|http_403|http_404|http_429|updating|off)...",
		Default: "off", Runs: unserved,
		Doc: "Chooses when an expired entry may be served."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_502", "http_503", "http_504", "http_403", "http_404", "http_429", "updating", "off")
	ProxyCacheValid = catalog.Custom(catalog.Spec{Name: "proxy_cache_valid", In: levels, Args: "[<code>...] <time>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets how long answers with given codes are cached."}, decodeCacheValid)
	ProxyConnectTimeout = catalog.Time(catalog.Spec{Name: "proxy_connect_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time for connecting to the proxied server."})
	ProxyCookieDomain = catalog.Custom(catalog.Spec{Name: "proxy_cookie_domain", In: levels, Args: "off | <tmpl> <tmpl>", Default: "off", Since: "1.1.15",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Rewrites the domain of cookies."}, decodeCookieRewrite)
	ProxyCookieFlags = catalog.Custom(catalog.Spec{Name: "proxy_cookie_flags", In: levels, Args: "off | <cookie> [<flag> [<flag> [<flag>]]]", Default: "off",
		Since: "1.19.3", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets or clears flags of cookies."}, decodeCookieFlags)
	ProxyCookiePath = catalog.Custom(catalog.Spec{Name: "proxy_cookie_path", In: levels, Args: "off | <tmpl> <tmpl>", Default: "off", Since: "1.1.15",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Rewrites the path of cookies."}, decodeCookieRewrite)
	ProxyForceRanges = catalog.Flag(catalog.Spec{Name: "proxy_force_ranges", In: levels, Default: "off", Since: "1.7.7", Runs: unserved,
		Doc: "Allows byte ranges whatever the answer says of them."})
	ProxyHeadersHashBucketSize = catalog.Int(catalog.Spec{Name: "proxy_headers_hash_bucket_size", In: levels, Args: "<int>", Default: "64", Runs: unserved,
		Doc: "Sets the bucket size of the hash of headers."})
	ProxyHeadersHashMaxSize = catalog.Int(catalog.Spec{Name: "proxy_headers_hash_max_size", In: levels, Args: "<int>", Default: "512", Runs: unserved,
		Doc: "Bounds the size of the hash of headers."})
	ProxyHideHeader = catalog.String(catalog.Spec{Name: "proxy_hide_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Keeps a header of the answer from the client."})
	ProxyHTTPVersion = catalog.OneOf(catalog.Spec{Name: "proxy_http_version", In: levels, Args: "1.0|1.1|2", Default: "1.1", Since: "1.1.4", Runs: unserved,
		Doc: "Sets the protocol version towards the proxied server."}, "1.0", "1.1", "2")
	ProxyIgnoreClientAbort = catalog.Flag(catalog.Spec{Name: "proxy_ignore_client_abort", In: levels, Default: "off", Runs: unserved,
		Doc: "Finishes the exchange with the proxied server after the client has gone."})
	ProxyIgnoreHeaders = catalog.SetOf(catalog.Spec{Name: "proxy_ignore_headers", In: levels,
		Args: "(X-Accel-Redirect|X-Accel-Expires|X-Accel-Limit-Rate|X-Accel-Buffering|X-Accel-Charset|Expires|Cache-Control|Set-Cookie|Vary)...",
		Runs: unserved,
		Doc:  "Ignores instructions in these headers of the answer."}, "X-Accel-Redirect", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset", "Expires", "Cache-Control", "Set-Cookie", "Vary")
	ProxyInterceptErrors = catalog.Flag(catalog.Spec{Name: "proxy_intercept_errors", In: levels, Default: "off", Runs: unserved,
		Doc: "Lets error_page handle answers with codes from 300 on."})
	ProxyLimitRate = catalog.SizeTemplateOf(catalog.Spec{Name: "proxy_limit_rate", In: levels, Args: "<size>", Default: "0", Since: "1.7.7", Runs: unserved,
		Doc: "Limits the speed of reading from the proxied server, in bytes per second; 0 is no limit."})
	ProxyMaxTempFileSize = catalog.Size(catalog.Spec{Name: "proxy_max_temp_file_size", In: levels, Args: "<size>", Default: "1024m", Runs: unserved,
		Doc: "Bounds the temporary file of an answer; 0 is no file."})
	ProxyMethod = catalog.TemplateOf(catalog.Spec{Name: "proxy_method", In: levels, Args: "<tmpl>", Runs: unserved,
		Doc: "Replaces the request method."})
	ProxyNextUpstream = catalog.SetOf(catalog.Spec{Name: "proxy_next_upstream", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_502|http_503|http_504|http_403|http_404|http_429|updating|off)...",
		Default: "error timeout", Runs: unserved,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_502", "http_503", "http_504", "http_403", "http_404", "http_429", "updating", "off")
	ProxyNextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "proxy_next_upstream_timeout", In: levels, Args: "<time>", Default: "0", Since: "1.7.5",
		Runs: unserved,
		Doc:  "Bounds the time in which further servers are tried; 0 is no bound."})
	ProxyNextUpstreamTries = catalog.Int(catalog.Spec{Name: "proxy_next_upstream_tries", In: levels, Args: "<int>", Default: "0", Since: "1.7.5", Runs: unserved,
		Doc: "Bounds the number of servers tried; 0 is no bound."})
	ProxyNoCache = catalog.Conditions(catalog.Spec{Name: "proxy_no_cache", In: levels, Runs: unserved,
		Doc: "Keeps an answer out of the cache if a value is neither empty nor \"0\"."})
	ProxyPass = catalog.Custom(catalog.Spec{Name: "proxy_pass", In: catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept,
		Inherit: catalog.Local, Args: "<url>", Runs: unserved,
		Doc: "Passes requests to the proxied server."}, decodeProxyPass)
	ProxyPassHeader = catalog.String(catalog.Spec{Name: "proxy_pass_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes on a header that is hidden otherwise."})
	ProxyPassRequestBody = catalog.Flag(catalog.Spec{Name: "proxy_pass_request_body", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request body on."})
	ProxyPassRequestHeaders = catalog.Flag(catalog.Spec{Name: "proxy_pass_request_headers", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request headers on."})
	ProxyPassTrailers = catalog.Flag(catalog.Spec{Name: "proxy_pass_trailers", In: levels, Default: "off", Since: "1.27.2", Runs: unserved,
		Doc: "Passes trailers of the answer on."})
	ProxyReadTimeout = catalog.Time(catalog.Spec{Name: "proxy_read_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two reads from the proxied server."})
	ProxyRedirect = catalog.Custom(catalog.Spec{Name: "proxy_redirect", In: levels, Args: "default | off | <url> <tmpl>", Default: "default",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Rewrites Location and Refresh of the answer."}, decodeProxyRedirect)
	ProxyRequestBuffering = catalog.Flag(catalog.Spec{Name: "proxy_request_buffering", In: levels, Default: "on", Since: "1.7.11", Runs: unserved,
		Doc: "Reads the whole request body before it is passed on."})
	ProxySendLowat = catalog.Custom(catalog.Spec{Name: "proxy_send_lowat", In: levels, Args: "<size>", Default: "0", Runs: unserved,
		Doc: "Sets the low-water mark of sending on systems that have one."}, decodeLowat)
	ProxySendTimeout = catalog.Time(catalog.Spec{Name: "proxy_send_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two writes to the proxied server."})
	ProxySetBody = catalog.LateTemplateOf(catalog.Spec{Name: "proxy_set_body", In: levels, Args: "<value>", Runs: unserved,
		Doc: "Replaces the request body."})
	ProxySetHeader = catalog.Custom(catalog.Spec{Name: "proxy_set_header", In: levels, Args: "<name> <tmpl>",
		DefaultNote: "Host $proxy_host | Connection close", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets a header of the request to the proxied server."}, decodeParam)
	ProxySocketKeepalive = catalog.Flag(catalog.Spec{Name: "proxy_socket_keepalive", In: levels, Default: "off", Since: "1.15.6", Runs: unserved,
		Doc: "Turns TCP keepalive on for connections to the proxied server."})
	ProxySocketRcvbuf = catalog.Size(catalog.Spec{Name: "proxy_socket_rcvbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the receive buffer of connections to the proxied server."})
	ProxySocketSndbuf = catalog.Size(catalog.Spec{Name: "proxy_socket_sndbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the send buffer of connections to the proxied server."})
	ProxySSLCertificate = catalog.Custom(catalog.Spec{Name: "proxy_ssl_certificate", In: levels, Args: "<tmpl>", Since: "1.7.8", Runs: unserved,
		Doc: "Names the client certificate for the proxied server."}, ngxstream.DecodeFileTemplate)
	ProxySSLCertificateCache = catalog.Custom(catalog.Spec{Name: "proxy_ssl_certificate_cache", In: levels,
		Args:    "(off|max=<int>|inactive=<time>|valid=<time>) [max=<int>|inactive=<time>|valid=<time> [max=<int>|inactive=<time>|valid=<time>]]",
		Default: "off", Since: "1.27.4", Runs: unserved,
		Doc: "Keeps client certificates whose names have variables."}, ngxstream.DecodeCertCache)
	ProxySSLCertificateKey = catalog.Custom(catalog.Spec{Name: "proxy_ssl_certificate_key", In: levels, Args: "<tmpl>", Since: "1.7.8", Runs: unserved,
		Doc: "Names the key of the client certificate."}, ngxstream.DecodeFileTemplate)
	ProxySSLCiphers = catalog.String(catalog.Spec{Name: "proxy_ssl_ciphers", In: levels, Args: "<ciphers>", Default: "DEFAULT", Since: "1.5.6",
		Runs: unserved,
		Doc:  "Chooses the ciphers towards the proxied server."})
	ProxySSLConfCommand = catalog.KeyValue(catalog.Spec{Name: "proxy_ssl_conf_command", In: levels, Args: "<name> <text>", Since: "1.19.4", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Passes a command to OpenSSL for connections to the proxied server."})
	ProxySSLCRL = catalog.ConfPath(catalog.Spec{Name: "proxy_ssl_crl", In: levels, Args: "<path>", Since: "1.7.0", Runs: unserved,
		Doc: "Names the file with revoked certificates of servers."})
	ProxySSLName = catalog.TemplateOf(catalog.Spec{Name: "proxy_ssl_name", In: levels, Args: "<tmpl>", DefaultNote: "$proxy_host", Since: "1.7.0",
		Runs: unserved,
		Doc:  "Sets the name for verifying the proxied server and for SNI."})
	ProxySSLPasswordFile = catalog.ConfPath(catalog.Spec{Name: "proxy_ssl_password_file", In: levels, Args: "<path>", Since: "1.7.8", Runs: unserved,
		Doc: "Names the file with passphrases of keys."})
	ProxySSLProtocols = catalog.Bitmask(catalog.Spec{Name: "proxy_ssl_protocols", In: levels, Args: "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...",
		Default: "TLSv1.2 TLSv1.3", Since: "1.5.6", Runs: unserved,
		Doc: "Chooses the TLS versions towards the proxied server."}, ngxstream.ProtocolChoices()...)
	ProxySSLServerName = catalog.Flag(catalog.Spec{Name: "proxy_ssl_server_name", In: levels, Default: "off", Since: "1.7.0", Runs: unserved,
		Doc: "Sends the server name (SNI) to the proxied server."})
	ProxySSLSessionReuse = catalog.Flag(catalog.Spec{Name: "proxy_ssl_session_reuse", In: levels, Default: "on", Runs: unserved,
		Doc: "Resumes TLS sessions with the proxied server."})
	ProxySSLTrustedCertificate = catalog.ConfPath(catalog.Spec{Name: "proxy_ssl_trusted_certificate", In: levels, Args: "<path>", Since: "1.7.0", Runs: unserved,
		Doc: "Names the authorities for verifying the proxied server."})
	ProxySSLVerify = catalog.Flag(catalog.Spec{Name: "proxy_ssl_verify", In: levels, Default: "off", Since: "1.7.0", Runs: unserved,
		Doc: "Verifies the certificate of the proxied server."})
	ProxySSLVerifyDepth = catalog.Int(catalog.Spec{Name: "proxy_ssl_verify_depth", In: levels, Args: "<int>", Default: "1", Since: "1.7.0", Runs: unserved,
		Doc: "Bounds the length of the certificate chain."})
	ProxyStore = catalog.Custom(catalog.Spec{Name: "proxy_store", In: levels, Args: "on|off|<tmpl>", Default: "off", Runs: unserved,
		Doc: "Keeps answers as files."}, decodeStore)
	ProxyStoreAccess = catalog.Permissions(catalog.Spec{Name: "proxy_store_access", In: levels, Default: "user:rw", Runs: unserved,
		Doc: "Sets the permissions of stored files."})
	ProxyTempFileWriteSize = catalog.Size(catalog.Spec{Name: "proxy_temp_file_write_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds what is written to a temporary file at once."})
	ProxyTempPath = catalog.TempPath(catalog.Spec{Name: "proxy_temp_path", In: levels, Default: "proxy_temp", Runs: unserved,
		Doc: "Names the directory for temporary files."})
)
