package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_fastcgi_module.
var (
	FastCGIBind = catalog.Custom(catalog.Spec{Name: "fastcgi_bind", In: levels, Args: "<addr> [transparent] | off", Since: "0.8.22", Runs: unserved,
		Doc: "Sets the local address of connections to the FastCGI server."}, ngxstream.DecodeBind)
	FastCGIBufferSize = catalog.Size(catalog.Spec{Name: "fastcgi_buffer_size", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the size of the buffer for the first part of the answer of the FastCGI server."})
	FastCGIBuffering = catalog.Flag(catalog.Spec{Name: "fastcgi_buffering", In: levels, Default: "on", Since: "1.5.6", Runs: unserved,
		Doc: "Reads the answer of the FastCGI server ahead of the client."})
	FastCGIBuffers = catalog.Buffers(catalog.Spec{Name: "fastcgi_buffers", In: levels, DefaultNote: "8 4k|8k", Runs: unserved,
		Doc: "Sets number and size of the buffers for the answer of the FastCGI server."})
	FastCGIBusyBuffersSize = catalog.Size(catalog.Spec{Name: "fastcgi_busy_buffers_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds the buffers that may be on their way to the client while the answer is read."})
	FastCGICache = catalog.Custom(catalog.Spec{Name: "fastcgi_cache", In: levels, Args: "<zone>|off", Default: "off", Runs: unserved,
		Doc: "Chooses the cache zone for answers of the FastCGI server."}, decodeCache)
	FastCGICacheBackgroundUpdate = catalog.Flag(catalog.Spec{Name: "fastcgi_cache_background_update", In: levels, Default: "off", Since: "1.11.10", Runs: unserved,
		Doc: "Renews a stale entry in a subrequest while the stale one is served."})
	FastCGICacheBypass = catalog.Conditions(catalog.Spec{Name: "fastcgi_cache_bypass", In: levels, Runs: unserved,
		Doc: "Answers from the FastCGI server, not from the cache, if a value is neither empty nor \"0\"."})
	FastCGICacheKey = catalog.Custom(catalog.Spec{Name: "fastcgi_cache_key", In: levels, Args: "<tmpl>", Runs: unserved,
		Doc: "Sets the key under which answers are cached."}, decodeTemplate)
	FastCGICacheLock = catalog.Flag(catalog.Spec{Name: "fastcgi_cache_lock", In: levels, Default: "off", Since: "1.1.12", Runs: unserved,
		Doc: "Lets only one request at a time fill a cache entry."})
	FastCGICacheLockAge = catalog.Time(catalog.Spec{Name: "fastcgi_cache_lock_age", In: levels, Args: "<time>", Default: "5s", Since: "1.7.8", Runs: unserved,
		Doc: "Lets another request fill the entry when the first one takes this long."})
	FastCGICacheLockTimeout = catalog.Time(catalog.Spec{Name: "fastcgi_cache_lock_timeout", In: levels, Args: "<time>", Default: "5s", Since: "1.1.12",
		Runs: unserved,
		Doc:  "Bounds the wait for an entry that another request fills."})
	FastCGICacheMaxRangeOffset = catalog.Offset(catalog.Spec{Name: "fastcgi_cache_max_range_offset", In: levels, Args: "<size>", Since: "1.11.6", Runs: unserved,
		Doc: "Passes range requests beyond this offset on without caching."})
	FastCGICacheMethods = catalog.SetOf(catalog.Spec{Name: "fastcgi_cache_methods", In: levels, Args: "(GET|HEAD|POST)...", Default: "GET HEAD", Since: "0.7.59",
		Runs: unserved,
		Doc:  "Chooses the methods whose answers are cached."}, "GET", "HEAD", "POST")
	FastCGICacheMinUses = catalog.Int(catalog.Spec{Name: "fastcgi_cache_min_uses", In: levels, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Caches an answer only after this many requests."})
	FastCGICachePath = catalog.Custom(catalog.Spec{Name: "fastcgi_cache_path", In: catalog.HTTP,
		Args:   "<path> (levels=<levels>|use_temp_path=on|off|keys_zone=<name>:<size>|inactive=<time>|max_size=<size>|min_free=<size>|manager_files=<int>|manager_sleep=<time>|manager_threshold=<time>|loader_files=<int>|loader_sleep=<time>|loader_threshold=<time>)...",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Declares a cache on disk and its zone."}, decodeCachePath)
	FastCGICacheRevalidate = catalog.Flag(catalog.Spec{Name: "fastcgi_cache_revalidate", In: levels, Default: "off", Since: "1.5.7", Runs: unserved,
		Doc: "Renews expired entries with conditional requests."})
	FastCGICacheUseStale = catalog.SetOf(catalog.Spec{Name: "fastcgi_cache_use_stale", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_503|http_403|http_404|http_429|updating|off)...",
		Default: "off", Runs: unserved,
		Doc: "Chooses when an expired entry may be served."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_503", "http_403", "http_404", "http_429", "updating", "off")
	FastCGICacheValid = catalog.Custom(catalog.Spec{Name: "fastcgi_cache_valid", In: levels, Args: "[<code>...] <time>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets how long answers with given codes are cached."}, decodeCacheValid)
	FastCGICatchStderr = catalog.String(catalog.Spec{Name: "fastcgi_catch_stderr", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Treats an answer as invalid if this text appears on the error stream."})
	FastCGIConnectTimeout = catalog.Time(catalog.Spec{Name: "fastcgi_connect_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time for connecting to the FastCGI server."})
	FastCGIForceRanges = catalog.Flag(catalog.Spec{Name: "fastcgi_force_ranges", In: levels, Default: "off", Since: "1.7.7", Runs: unserved,
		Doc: "Allows byte ranges whatever the answer says of them."})
	FastCGIHideHeader = catalog.String(catalog.Spec{Name: "fastcgi_hide_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Keeps a header of the answer from the client."})
	FastCGIIgnoreClientAbort = catalog.Flag(catalog.Spec{Name: "fastcgi_ignore_client_abort", In: levels, Default: "off", Runs: unserved,
		Doc: "Finishes the exchange with the FastCGI server after the client has gone."})
	FastCGIIgnoreHeaders = catalog.SetOf(catalog.Spec{Name: "fastcgi_ignore_headers", In: levels,
		Args: "(X-Accel-Redirect|X-Accel-Expires|X-Accel-Limit-Rate|X-Accel-Buffering|X-Accel-Charset|Expires|Cache-Control|Set-Cookie|Vary)...",
		Runs: unserved,
		Doc:  "Ignores instructions in these headers of the answer."}, "X-Accel-Redirect", "X-Accel-Expires", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset", "Expires", "Cache-Control", "Set-Cookie", "Vary")
	FastCGIIndex = catalog.String(catalog.Spec{Name: "fastcgi_index", In: levels, Args: "<name>", Runs: unserved,
		Doc: "Names the file for addresses that end in a slash."})
	FastCGIInterceptErrors = catalog.Flag(catalog.Spec{Name: "fastcgi_intercept_errors", In: levels, Default: "off", Runs: unserved,
		Doc: "Lets error_page handle answers with codes from 300 on."})
	FastCGIKeepConn = catalog.Flag(catalog.Spec{Name: "fastcgi_keep_conn", In: levels, Default: "off", Since: "1.1.4", Runs: unserved,
		Doc: "Keeps connections to the FastCGI server open."})
	FastCGILimitRate = catalog.SizeTemplateOf(catalog.Spec{Name: "fastcgi_limit_rate", In: levels, Args: "<size>", Default: "0", Since: "1.7.7", Runs: unserved,
		Doc: "Limits the speed of reading from the FastCGI server, in bytes per second; 0 is no limit."})
	FastCGIMaxTempFileSize = catalog.Size(catalog.Spec{Name: "fastcgi_max_temp_file_size", In: levels, Args: "<size>", Default: "1024m", Runs: unserved,
		Doc: "Bounds the temporary file of an answer; 0 is no file."})
	FastCGINextUpstream = catalog.SetOf(catalog.Spec{Name: "fastcgi_next_upstream", In: levels,
		Args:    "(error|timeout|invalid_header|non_idempotent|http_500|http_503|http_403|http_404|http_429|updating|off)...",
		Default: "error timeout", Runs: unserved,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_header", "non_idempotent", "http_500", "http_503", "http_403", "http_404", "http_429", "updating", "off")
	FastCGINextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "fastcgi_next_upstream_timeout", In: levels, Args: "<time>", Default: "0", Since: "1.7.5",
		Runs: unserved,
		Doc:  "Bounds the time in which further servers are tried; 0 is no bound."})
	FastCGINextUpstreamTries = catalog.Int(catalog.Spec{Name: "fastcgi_next_upstream_tries", In: levels, Args: "<int>", Default: "0", Since: "1.7.5",
		Runs: unserved,
		Doc:  "Bounds the number of servers tried; 0 is no bound."})
	FastCGINoCache = catalog.Conditions(catalog.Spec{Name: "fastcgi_no_cache", In: levels, Runs: unserved,
		Doc: "Keeps an answer out of the cache if a value is neither empty nor \"0\"."})
	FastCGIParam = catalog.Custom(catalog.Spec{Name: "fastcgi_param", In: levels, Args: "<name> <tmpl> [if_not_empty]",
		DefaultNote: "HTTP_HOST $host$is_request_port$request_port", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes a parameter to the FastCGI server."}, decodeParam)
	FastCGIPass = catalog.Custom(catalog.Spec{Name: "fastcgi_pass", In: catalog.HTTPLocation | catalog.HTTPLocationIf, Inherit: catalog.Local,
		Args: "<addr>", Runs: unserved,
		Doc: "Passes requests to the FastCGI server."}, DecodePass)
	FastCGIPassHeader = catalog.String(catalog.Spec{Name: "fastcgi_pass_header", In: levels, Args: "<text>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Passes on a header that is hidden otherwise."})
	FastCGIPassRequestBody = catalog.Flag(catalog.Spec{Name: "fastcgi_pass_request_body", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request body on."})
	FastCGIPassRequestHeaders = catalog.Flag(catalog.Spec{Name: "fastcgi_pass_request_headers", In: levels, Default: "on", Runs: unserved,
		Doc: "Passes the request headers on."})
	FastCGIReadTimeout = catalog.Time(catalog.Spec{Name: "fastcgi_read_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two reads from the FastCGI server."})
	FastCGIRequestBuffering = catalog.Flag(catalog.Spec{Name: "fastcgi_request_buffering", In: levels, Default: "on", Since: "1.7.11", Runs: unserved,
		Doc: "Reads the whole request body before it is passed on."})
	FastCGISendLowat = catalog.Custom(catalog.Spec{Name: "fastcgi_send_lowat", In: levels, Args: "<size>", Default: "0", Runs: unserved,
		Doc: "Sets the low-water mark of sending on systems that have one."}, decodeLowat)
	FastCGISendTimeout = catalog.Time(catalog.Spec{Name: "fastcgi_send_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two writes to the FastCGI server."})
	FastCGISocketKeepalive = catalog.Flag(catalog.Spec{Name: "fastcgi_socket_keepalive", In: levels, Default: "off", Since: "1.15.6", Runs: unserved,
		Doc: "Turns TCP keepalive on for connections to the FastCGI server."})
	FastCGISocketRcvbuf = catalog.Size(catalog.Spec{Name: "fastcgi_socket_rcvbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the receive buffer of connections to the FastCGI server."})
	FastCGISocketSndbuf = catalog.Size(catalog.Spec{Name: "fastcgi_socket_sndbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the send buffer of connections to the FastCGI server."})
	FastCGISplitPathInfo = catalog.Custom(catalog.Spec{Name: "fastcgi_split_path_info", In: levels, Args: "<regex>", Runs: unserved,
		Doc: "Takes script name and path information out of the address."}, decodeSplitPathInfo)
	FastCGIStore = catalog.Custom(catalog.Spec{Name: "fastcgi_store", In: levels, Args: "on|off|<tmpl>", Default: "off", Runs: unserved,
		Doc: "Keeps answers as files."}, decodeStore)
	FastCGIStoreAccess = catalog.Permissions(catalog.Spec{Name: "fastcgi_store_access", In: levels, Default: "user:rw", Runs: unserved,
		Doc: "Sets the permissions of stored files."})
	FastCGITempFileWriteSize = catalog.Size(catalog.Spec{Name: "fastcgi_temp_file_write_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Bounds what is written to a temporary file at once."})
	FastCGITempPath = catalog.TempPath(catalog.Spec{Name: "fastcgi_temp_path", In: levels, Default: "fastcgi_temp", Runs: unserved,
		Doc: "Names the directory for temporary files."})
)
