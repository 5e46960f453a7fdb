package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_scgi_module.
var (
	SCGIBind = catalog.Custom(catalog.Spec{Name: "scgi_bind", In: levels, Args: "<addr> [transparent] | off", Runs: unserved,
		Doc: "Sets the local address of connections to the SCGI server."}, ngxstream.DecodeBind)
	SCGIBufferSize = catalog.Size(catalog.Spec{Name: "scgi_buffer_size", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the size of the buffer for the first part of the answer of the SCGI server."})
	SCGIBuffering = catalog.Flag(catalog.Spec{Name: "scgi_buffering", In: levels, Default: "on", Runs: unserved,
		Doc: "Reads the answer of the SCGI server ahead of the client."})
	SCGIBuffers = catalog.Buffers(catalog.Spec{Name: "scgi_buffers", In: levels, DefaultNote: "8 4k|8k", Runs: unserved,
		Doc: "Sets number and size of the buffers for the answer of the SCGI server."})
	SCGIBusyBuffersSize = catalog.Size(catalog.Spec{Name: "scgi_busy_buffers_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds the buffers that may be on their way to the client while the answer is read."})
	SCGICache = catalog.Custom(catalog.Spec{Name: "scgi_cache", In: levels, Args: "<zone>|off", Default: "off", Runs: unserved,
		Doc: "Chooses the cache zone for answers of the SCGI server."}, decodeCache)
	SCGICacheBackgroundUpdate = catalog.Flag(catalog.Spec{Name: "scgi_cache_background_update", In: levels, Default: "off", Since: "1.11.10", Runs: unserved,
		Doc: "Renews a stale entry in a subrequest while the stale one is served."})
	SCGICacheBypass = catalog.Conditions(catalog.Spec{Name: "scgi_cache_bypass", In: levels, Runs: unserved,
		Doc: "Answers from the SCGI server, not from the cache, if a value is neither empty nor \"0\"."})
	SCGICacheKey = catalog.Custom(catalog.Spec{Name: "scgi_cache_key", In: levels, Args: "<tmpl>", Runs: unserved,
		Doc: "Sets the key under which answers are cached."}, decodeTemplate)
	SCGICacheLock = catalog.Flag(catalog.Spec{Name: "scgi_cache_lock", In: levels, Default: "off", Since: "1.1.12", Runs: unserved,
		Doc: "Lets only one request at a time fill a cache entry."})
	SCGICacheLockAge = catalog.Time(catalog.Spec{Name: "scgi_cache_lock_age", In: levels, Args: "<time>", Default: "5s", Since: "1.7.8", Runs: unserved,
		Doc: "Lets another request fill the entry when the first one takes this long."})
	SCGICacheLockTimeout = catalog.Time(catalog.Spec{Name: "scgi_cache_lock_timeout", In: levels, Args: "<time>", Default: "5s", Since: "1.1.12", Runs: unserved,
		Doc: "Bounds the wait for an entry that another request fills."})
	SCGICacheMaxRangeOffset = catalog.Offset(catalog.Spec{Name: "scgi_cache_max_range_offset", In: levels, Args: "<size>", Since: "1.11.6", Runs: unserved,
		Doc: "Passes range requests beyond this offset on without caching."})
	SCGICacheMethods = catalog.SetOf(catalog.Spec{Name: "scgi_cache_methods", In: levels, Args: "(GET|HEAD|POST)...", Default: "GET HEAD", Runs: unserved,
		Doc: "Chooses the methods whose answers are cached."}, "GET", "HEAD", "POST")
	SCGICacheMinUses = catalog.Int(catalog.Spec{Name: "scgi_cache_min_uses", In: levels, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Caches an answer only after this many requests."})
	SCGICachePath = catalog.Custom(catalog.Spec{Name: "scgi_cache_path", In: catalog.HTTP,
		Args:   "<path> (levels=<levels>|use_temp_path=on|off|keys_zone=<name>:<size>|inactive=<time>|max_size=<size>|min_free=<size>|manager_files=<int>|manager_sleep=<time>|manager_threshold=<time>|loader_files=<int>|loader_sleep=<time>|loader_threshold=<time>)...",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Declares a cache on disk and its zone."}, decodeCachePath)
	SCGICacheRevalidate = catalog.Flag(catalog.Spec{Name: "scgi_cache_revalidate", In: levels, Default: "off", Since: "1.5.7", Runs: unserved,
		Doc: "Renews expired entries with conditional requests."})
	SCGICacheUseStale = catalog.SetOf(catalog.Spec{Name: "scgi_cache_use_stale", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_503|http_403|http_404|http_429|updating|off)...",
		Default: "off", Runs: unserved,
		Doc: "Chooses when an expired entry may be served."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_503", "http_403", "http_404", "http_429", "updating", "off")
	SCGICacheValid = catalog.Custom(catalog.Spec{Name: "scgi_cache_valid", In: levels, Args: "[<code>...] <time>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets how long answers with given codes are cached."}, decodeCacheValid)
	SCGIConnectTimeout = catalog.Time(catalog.Spec{Name: "scgi_connect_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time for connecting to the SCGI server."})
	SCGIForceRanges = catalog.Flag(catalog.Spec{Name: "scgi_force_ranges", In: levels, Default: "off", Since: "1.7.7", Runs: unserved,
		Doc: "Allows byte ranges whatever the answer says of them."})
	SCGIHideHeader = catalog.String(catalog.Spec{Name: "scgi_hide_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Keeps a header of the answer from the client."})
	SCGIIgnoreClientAbort = catalog.Flag(catalog.Spec{Name: "scgi_ignore_client_abort", In: levels, Default: "off", Runs: unserved,
		Doc: "Finishes the exchange with the SCGI server after the client has gone."})
	SCGIIgnoreHeaders = catalog.SetOf(catalog.Spec{Name: "scgi_ignore_headers", In: levels,
		Args: "(X-Accel-Redirect|X-Accel-Expires|X-Accel-Limit-Rate|X-Accel-Buffering|X-Accel-Charset|Expires|Cache-Control|Set-Cookie|Vary)...",
		Runs: unserved,
		Doc:  "Ignores instructions in these headers of the answer."}, "X-Accel-Redirect", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset", "Expires", "Cache-Control", "Set-Cookie", "Vary")
	SCGIInterceptErrors = catalog.Flag(catalog.Spec{Name: "scgi_intercept_errors", In: levels, Default: "off", Runs: unserved,
		Doc: "Lets error_page handle answers with codes from 300 on."})
	SCGILimitRate = catalog.SizeTemplateOf(catalog.Spec{Name: "scgi_limit_rate", In: levels, Args: "<size>", Default: "0", Since: "1.7.7", Runs: unserved,
		Doc: "Limits the speed of reading from the SCGI server, in bytes per second; 0 is no limit."})
	SCGIMaxTempFileSize = catalog.Size(catalog.Spec{Name: "scgi_max_temp_file_size", In: levels, Args: "<size>", Default: "1024m", Runs: unserved,
		Doc: "Bounds the temporary file of an answer; 0 is no file."})
	SCGINextUpstream = catalog.SetOf(catalog.Spec{Name: "scgi_next_upstream", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_503|http_403|http_404|http_429|updating|off)...",
		Default: "error timeout", Runs: unserved,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_503", "http_403", "http_404", "http_429", "updating", "off")
	SCGINextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "scgi_next_upstream_timeout", In: levels, Args: "<time>", Default: "0", Since: "1.7.5",
		Runs: unserved,
		Doc:  "Bounds the time in which further servers are tried; 0 is no bound."})
	SCGINextUpstreamTries = catalog.Int(catalog.Spec{Name: "scgi_next_upstream_tries", In: levels, Args: "<int>", Default: "0", Since: "1.7.5", Runs: unserved,
		Doc: "Bounds the number of servers tried; 0 is no bound."})
	SCGINoCache = catalog.Conditions(catalog.Spec{Name: "scgi_no_cache", In: levels, Runs: unserved,
		Doc: "Keeps an answer out of the cache if a value is neither empty nor \"0\"."})
	SCGIParam = catalog.Custom(catalog.Spec{Name: "scgi_param", In: levels, Args: "<name> <tmpl> [if_not_empty]",
		DefaultNote: "HTTP_HOST $host$is_request_port$request_port", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes a parameter to the SCGI server."}, decodeParam)
	SCGIPass = catalog.Custom(catalog.Spec{Name: "scgi_pass", In: catalog.HTTPLocation | catalog.HTTPLocationIf, Inherit: catalog.Local,
		Args: "<addr>", Runs: unserved,
		Doc: "Passes requests to the SCGI server."}, DecodePass)
	SCGIPassHeader = catalog.String(catalog.Spec{Name: "scgi_pass_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes on a header that is hidden otherwise."})
	SCGIPassRequestBody = catalog.Flag(catalog.Spec{Name: "scgi_pass_request_body", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request body on."})
	SCGIPassRequestHeaders = catalog.Flag(catalog.Spec{Name: "scgi_pass_request_headers", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request headers on."})
	SCGIReadTimeout = catalog.Time(catalog.Spec{Name: "scgi_read_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two reads from the SCGI server."})
	SCGIRequestBuffering = catalog.Flag(catalog.Spec{Name: "scgi_request_buffering", In: levels, Default: "on", Since: "1.7.11", Runs: unserved,
		Doc: "Reads the whole request body before it is passed on."})
	SCGISendTimeout = catalog.Time(catalog.Spec{Name: "scgi_send_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two writes to the SCGI server."})
	SCGISocketKeepalive = catalog.Flag(catalog.Spec{Name: "scgi_socket_keepalive", In: levels, Default: "off", Since: "1.15.6", Runs: unserved,
		Doc: "Turns TCP keepalive on for connections to the SCGI server."})
	SCGISocketRcvbuf = catalog.Size(catalog.Spec{Name: "scgi_socket_rcvbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the receive buffer of connections to the SCGI server."})
	SCGISocketSndbuf = catalog.Size(catalog.Spec{Name: "scgi_socket_sndbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the send buffer of connections to the SCGI server."})
	SCGIStore = catalog.Custom(catalog.Spec{Name: "scgi_store", In: levels, Args: "on|off|<tmpl>", Default: "off", Runs: unserved,
		Doc: "Keeps answers as files."}, decodeStore)
	SCGIStoreAccess = catalog.Permissions(catalog.Spec{Name: "scgi_store_access", In: levels, Default: "user:rw", Runs: unserved,
		Doc: "Sets the permissions of stored files."})
	SCGITempFileWriteSize = catalog.Size(catalog.Spec{Name: "scgi_temp_file_write_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds what is written to a temporary file at once."})
	SCGITempPath = catalog.TempPath(catalog.Spec{Name: "scgi_temp_path", In: levels, Default: "scgi_temp", Runs: unserved,
		Doc: "Names the directory for temporary files."})
)
