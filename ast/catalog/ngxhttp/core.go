package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_core_module.
var (
	AbsoluteRedirect = catalog.Flag(catalog.Spec{Name: "absolute_redirect", In: levels, Default: "on", Since: "1.11.8", Runs: unserved,
		Doc: "Gives redirects with scheme and host."})
	AIO = catalog.Custom(catalog.Spec{Name: "aio", In: levels, Args: "on|off|threads[=<pool>]", Default: "off", Since: "0.8.11", Runs: unserved,
		Doc: "Reads files without blocking."}, decodeAIO)
	AIOWrite = catalog.Flag(catalog.Spec{Name: "aio_write", In: levels, Default: "off", Since: "1.9.13", Runs: unserved,
		Doc: "Writes files without blocking."})
	Alias = catalog.Custom(catalog.Spec{Name: "alias", In: catalog.HTTPLocation, Inherit: catalog.Local, Args: "<path>", Repeat: catalog.Own,
		Runs: unserved,
		Doc:  "Replaces the location in file names."}, decodeRoot)
	AuthDelay = catalog.Time(catalog.Spec{Name: "auth_delay", In: levels, Args: "<time>", Default: "0s", Since: "1.17.10", Runs: unserved,
		Doc: "Delays the answer to requests that are not authorised."})
	ChunkedTransferEncoding = catalog.Flag(catalog.Spec{Name: "chunked_transfer_encoding", In: levels, Default: "on", Runs: unserved,
		Doc: "Allows chunked answers."})
	ClientBodyBufferSize = catalog.Size(catalog.Spec{Name: "client_body_buffer_size", In: levels, Args: "<size>", DefaultNote: "8k|16k", Runs: unserved,
		Doc: "Sets the size of the buffer for request bodies."})
	ClientBodyEarlyRead = catalog.Conditions(catalog.Spec{Name: "client_body_early_read", In: servers, Origin: catalog.Newer, Runs: unserved,
		Doc: "Reads the request body early if a value is neither empty nor \"0\"."})
	ClientBodyInFileOnly = catalog.OneOf(catalog.Spec{Name: "client_body_in_file_only", In: levels, Args: "off|on|clean", Default: "off", Runs: unserved,
		Doc: "Writes every request body to a file."}, "off", "on", "clean")
	ClientBodyInSingleBuffer = catalog.Flag(catalog.Spec{Name: "client_body_in_single_buffer", In: levels, Default: "off", Runs: unserved,
		Doc: "Keeps the request body in one piece."})
	ClientBodyTempPath = catalog.TempPath(catalog.Spec{Name: "client_body_temp_path", In: levels, Default: "client_body_temp", Runs: unserved,
		Doc: "Names the directory for request bodies."})
	ClientBodyTimeout = catalog.Time(catalog.Spec{Name: "client_body_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two reads of the request body."})
	ClientHeaderBufferSize = catalog.Size(catalog.Spec{Name: "client_header_buffer_size", In: servers, Args: "<size>", Default: "1k", Runs: unserved,
		Doc: "Sets the size of the buffer for request headers."})
	ClientHeaderTimeout = catalog.Time(catalog.Spec{Name: "client_header_timeout", In: servers, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time for reading request headers."})
	ClientMaxBodySize = catalog.Offset(catalog.Spec{Name: "client_max_body_size", In: levels, Args: "<size>", Default: "1m", Runs: unserved,
		Doc: "Bounds the size of request bodies; 0 is no bound."})
	ConnectionPoolSize = catalog.Size(catalog.Spec{Name: "connection_pool_size", In: servers, Args: "<size>", DefaultNote: "256|512", Runs: unserved,
		Doc: "Sets the memory that a connection begins with."}).Check(checkPool)
	DefaultType = catalog.String(catalog.Spec{Name: "default_type", In: levels, Args: "<mime_type>", Default: "text/plain", Runs: unserved,
		Doc: "Sets the media type of files whose extension is unknown."})
	Directio = catalog.Custom(catalog.Spec{Name: "directio", In: levels, Args: "<size>|off", Default: "off", Since: "0.7.7", Runs: unserved,
		Doc: "Reads files from this size on past the page cache."}, decodeDirectIO)
	DirectioAlignment = catalog.Offset(catalog.Spec{Name: "directio_alignment", In: levels, Args: "<size>", Default: "512", Since: "0.8.11", Runs: unserved,
		Doc: "Sets the alignment of direct reads."})
	DisableSymlinks = catalog.Custom(catalog.Spec{Name: "disable_symlinks", In: levels, Args: "off | (on|if_not_owner) [from=<path>]", Default: "off",
		Since: "1.1.15", Runs: unserved,
		Doc: "Refuses to open files through symbolic links."}, decodeDisableSymlinks)
	EarlyHints = catalog.Conditions(catalog.Spec{Name: "early_hints", In: levels, Since: "1.29.0", Runs: unserved,
		Doc: "Passes early hints on if a value is neither empty nor \"0\"."})
	ErrorLog = catalog.Custom(catalog.Spec{Name: "error_log", In: levels, Args: "(<path>|stderr|syslog:<params>|memory:<size>) [<level>]...",
		DefaultNote: "logs/error.log error", Repeat: catalog.Many, Runs: unserved,
		Doc: "Adds an error log."}, ngxcore.DecodeErrorLog)
	ErrorPage = catalog.Custom(catalog.Spec{Name: "error_page", In: levelsAndIf, Args: "<code>... [=[<code>]] <tmpl>", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Answers errors with the given address."}, decodeErrorPage)
	ETag = catalog.Flag(catalog.Spec{Name: "etag", In: levels, Default: "on", Since: "1.3.3", Runs: unserved,
		Doc: "Adds ETag to static files."})
	GzipDisable = catalog.Custom(catalog.Spec{Name: "gzip_disable", In: levels, Args: "<regex>...", Since: "0.6.23", Repeat: catalog.Many, Runs: unserved,
		Doc: "Leaves out clients by a regular expression on their name."}, decodeGzipDisable)
	GzipHTTPVersion = catalog.OneOf(catalog.Spec{Name: "gzip_http_version", In: levels, Args: "1.0|1.1", Default: "1.1", Runs: unserved,
		Doc: "Sets the least protocol version for compression."}, "1.0", "1.1")
	GzipProxied = catalog.SetOf(catalog.Spec{Name: "gzip_proxied", In: levels,
		Args: "(off|expired|no-cache|no-store|private|no_last_modified|no_etag|auth|any)...", Default: "off",
		Runs: unserved,
		Doc:  "Chooses when requests of proxies are answered compressed."}, "off", "expired", "no-cache", "no-store", "private", "no_last_modified", "no_etag", "auth", "any")
	GzipVary = catalog.Flag(catalog.Spec{Name: "gzip_vary", In: levels, Default: "off", Runs: unserved,
		Doc: "Adds \"Vary: Accept-Encoding\"."})
	IfModifiedSince = catalog.OneOf(catalog.Spec{Name: "if_modified_since", In: levels, Args: "off|exact|before", Default: "exact", Since: "0.7.24",
		Runs: unserved,
		Doc:  "Chooses how the time in If-Modified-Since is compared."}, "off", "exact", "before")
	IgnoreInvalidHeaders = catalog.Flag(catalog.Spec{Name: "ignore_invalid_headers", In: servers, Default: "on", Runs: unserved,
		Doc: "Ignores headers with invalid names."})
	Internal = catalog.Custom(catalog.Spec{Name: "internal", In: catalog.HTTPLocation, Inherit: catalog.Local,
		Runs: unserved,
		Doc:  "Serves internal requests only."}, decodeSwitch)
	KeepaliveDisable = catalog.SetOf(catalog.Spec{Name: "keepalive_disable", In: levels, Args: "(none|msie6|safari) [(none|msie6|safari)]", Default: "msie6",
		Runs: unserved,
		Doc:  "Closes connections of these browsers after each request."}, "none", "msie6", "safari")
	KeepaliveMinTimeout = catalog.Time(catalog.Spec{Name: "keepalive_min_timeout", In: levels, Args: "<time>", Default: "0", Since: "1.27.4", Runs: unserved,
		Doc: "Keeps idle connections at least this long when room is needed."})
	KeepaliveRequests = catalog.Int(catalog.Spec{Name: "keepalive_requests", In: levels, Args: "<int>", Default: "1000", Since: "0.8.0", Runs: unserved,
		Doc: "Bounds the requests of a connection."})
	KeepaliveTime = catalog.Time(catalog.Spec{Name: "keepalive_time", In: levels, Args: "<time>", Default: "1h", Since: "1.19.10", Runs: unserved,
		Doc: "Bounds the time in which a connection takes requests."})
	KeepaliveTimeout = catalog.Custom(catalog.Spec{Name: "keepalive_timeout", In: levels, Args: "<time> [<time>]", Default: "75s", Runs: unserved,
		Doc: "Closes idle connections after this long; 0 is at once."}, decodeKeepalive)
	LargeClientHeaderBuffers = catalog.Buffers(catalog.Spec{Name: "large_client_header_buffers", In: servers, Default: "4 8k", Runs: unserved,
		Doc: "Sets number and size of buffers for large request headers."})
	LimitExcept = catalog.BlockOf(catalog.Spec{Name: "limit_except", In: catalog.HTTPLocation, Opens: catalog.HTTPLimitExcept, Args: "<method>...",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Holds rules for all methods but the given ones."}, decodeLimitExcept)
	LimitRate = catalog.SizeTemplateOf(catalog.Spec{Name: "limit_rate", In: levelsAndIf, Args: "<size>", Default: "0", Runs: unserved,
		Doc: "Limits the speed of an answer, in bytes per second; 0 is no limit."})
	LimitRateAfter = catalog.SizeTemplateOf(catalog.Spec{Name: "limit_rate_after", In: levelsAndIf, Args: "<size>", Default: "0", Since: "0.8.0", Runs: unserved,
		Doc: "Sets the part of an answer that is not limited."})
	LingeringClose = catalog.OneOf(catalog.Spec{Name: "lingering_close", In: levels, Args: "off|on|always", Default: "on", Since: "1.1.0", Runs: unserved,
		Doc: "Chooses when a connection is closed slowly."}, "off", "on", "always")
	LingeringTime = catalog.Time(catalog.Spec{Name: "lingering_time", In: levels, Args: "<time>", Default: "30s", Runs: unserved,
		Doc: "Bounds the time of a slow close."})
	LingeringTimeout = catalog.Time(catalog.Spec{Name: "lingering_timeout", In: levels, Args: "<time>", Default: "5s", Runs: unserved,
		Doc: "Bounds the wait for data during a slow close."})
	Listen = catalog.Custom(catalog.Spec{Name: "listen", In: catalog.HTTPServer, Inherit: catalog.Local,
		Args:        "<addr> [default_server|default|ssl|http2|quic|proxy_protocol|bind|deferred|reuseport|multipath|setfib=<int>|fastopen=<int>|backlog=<int>|rcvbuf=<size>|sndbuf=<size>|accept_filter=<name>|ipv6only=on|off|so_keepalive=<keepalive>]...",
		DefaultNote: "*:80 | *:8000", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets an address to listen on."}, decodeListen)
	Location = catalog.BlockOf(catalog.Spec{Name: "location", In: catalog.HTTPServer | catalog.HTTPLocation, Opens: catalog.HTTPLocation,
		Args: "[=|~|~*|^~] <uri>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Holds the configuration of a part of the address space."}, decodeLocation)
	LogNotFound = catalog.Flag(catalog.Spec{Name: "log_not_found", In: levels, Default: "on", Runs: unserved,
		Doc: "Logs files that are missing."})
	LogSubrequest = catalog.Flag(catalog.Spec{Name: "log_subrequest", In: levels, Default: "off", Runs: unserved,
		Doc: "Logs subrequests in the access log."})
	MaxHeaders = catalog.Int(catalog.Spec{Name: "max_headers", In: servers, Args: "<int>", Default: "1000", Since: "1.29.8", Runs: unserved,
		Doc: "Bounds the number of request headers."})
	MaxRanges = catalog.Int(catalog.Spec{Name: "max_ranges", In: levels, Args: "<int>", Since: "1.1.2", Runs: unserved,
		Doc: "Bounds the number of byte ranges; 0 is none."})
	MergeSlashes = catalog.Flag(catalog.Spec{Name: "merge_slashes", In: servers, Default: "on", Runs: unserved,
		Doc: "Takes several slashes as one."})
	MSIEPadding = catalog.Flag(catalog.Spec{Name: "msie_padding", In: levels, Default: "on", Runs: unserved,
		Doc: "Pads error pages for old browsers."})
	MSIERefresh = catalog.Flag(catalog.Spec{Name: "msie_refresh", In: levels, Default: "off", Runs: unserved,
		Doc: "Gives old browsers a refresh instead of a redirect."})
	OpenFileCache = catalog.Custom(catalog.Spec{Name: "open_file_cache", In: levels, Args: "off | max=<int> [inactive=<time>]", Default: "off",
		Runs: unserved,
		Doc:  "Keeps descriptors and facts of files."}, decodeOpenFileCache)
	OpenFileCacheErrors = catalog.Flag(catalog.Spec{Name: "open_file_cache_errors", In: levels, Default: "off", Runs: unserved,
		Doc: "Remembers failures to open files."})
	OpenFileCacheEvents = catalog.Flag(catalog.Spec{Name: "open_file_cache_events", In: levels, Runs: unserved,
		Doc: "Watches cached files by kernel events."})
	OpenFileCacheMinUses = catalog.Int(catalog.Spec{Name: "open_file_cache_min_uses", In: levels, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Keeps a descriptor open from this many uses on."})
	OpenFileCacheValid = catalog.Seconds(catalog.Spec{Name: "open_file_cache_valid", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Sets after how long a cached file is checked."})
	PortInRedirect = catalog.Flag(catalog.Spec{Name: "port_in_redirect", In: levels, Default: "on", Runs: unserved,
		Doc: "Gives redirects with the port."})
	PostAction = catalog.String(catalog.Spec{Name: "post_action", In: levelsAndIf, Args: "<text>", Runs: unserved,
		Doc: "Runs a subrequest when a request is done."})
	PostponeOutput = catalog.Size(catalog.Spec{Name: "postpone_output", In: levels, Args: "<size>", Default: "1460", Runs: unserved,
		Doc: "Sends data once there is this much of it."})
	ReadAhead = catalog.Size(catalog.Spec{Name: "read_ahead", In: levels, Args: "<size>", Default: "0", Runs: unserved,
		Doc: "Sets how much the kernel reads ahead."})
	RecursiveErrorPages = catalog.Flag(catalog.Spec{Name: "recursive_error_pages", In: levels, Default: "off", Runs: unserved,
		Doc: "Allows several redirects by error_page."})
	RequestPoolSize = catalog.Size(catalog.Spec{Name: "request_pool_size", In: servers, Args: "<size>", Default: "4k", Runs: unserved,
		Doc: "Sets the memory that a request begins with."}).Check(checkPool)
	ResetTimedoutConnection = catalog.Flag(catalog.Spec{Name: "reset_timedout_connection", In: levels, Default: "off", Runs: unserved,
		Doc: "Resets connections that have timed out."})
	Resolver = catalog.Custom(catalog.Spec{Name: "resolver", In: levels, Args: ngxcore.ResolverArgs, Runs: unserved,
		Doc: "Sets the name servers."}, ngxcore.DecodeResolver)
	ResolverTimeout = catalog.Time(catalog.Spec{Name: "resolver_timeout", In: levels, Args: "<time>", Default: "30s", Runs: unserved,
		Doc: "Bounds the time for resolving a name."})
	Root = catalog.Custom(catalog.Spec{Name: "root", In: levelsAndIf, Args: "<path>", Default: "html", Repeat: catalog.Own, Runs: unserved,
		Doc: "Names the directory of files."}, decodeRoot)
	Satisfy = catalog.OneOf(catalog.Spec{Name: "satisfy", In: levels, Args: "all|any", Default: "all", Runs: unserved,
		Doc: "Chooses whether one check of access or all must agree."}, "all", "any")
	SendLowat = catalog.Custom(catalog.Spec{Name: "send_lowat", In: levels, Args: "<size>", Default: "0", Runs: unserved,
		Doc: "Sets the low-water mark of sending on systems that have one."}, decodeLowat)
	SendTimeout = catalog.Time(catalog.Spec{Name: "send_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two writes to the client."})
	Sendfile = catalog.Flag(catalog.Spec{Name: "sendfile", In: levelsAndIf, Default: "off", Runs: unserved,
		Doc: "Sends files by sendfile()."})
	SendfileMaxChunk = catalog.Size(catalog.Spec{Name: "sendfile_max_chunk", In: levels, Args: "<size>", Default: "2m", Runs: unserved,
		Doc: "Bounds what is sent by one call; 0 is no bound."})
	Server = catalog.PlainBlock(catalog.Spec{Name: "server", In: catalog.HTTP, Opens: catalog.HTTPServer, Repeat: catalog.Many, Runs: unserved,
		Doc: "Holds the configuration of one server."})
	ServerName = catalog.Custom(catalog.Spec{Name: "server_name", In: catalog.HTTPServer, Inherit: catalog.Local, Args: "<name>...",
		DefaultNote: "an empty name", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets the names of a server."}, ngxstream.DecodeServerNames)
	ServerNameInRedirect = catalog.Flag(catalog.Spec{Name: "server_name_in_redirect", In: levels, Default: "off", Runs: unserved,
		Doc: "Gives redirects with the name of the server."})
	ServerNamesHashBucketSize = catalog.Int(catalog.Spec{Name: "server_names_hash_bucket_size", In: catalog.HTTP, Args: "<int>", DefaultNote: "32|64|128",
		Runs: unserved,
		Doc:  "Sets the bucket size of the hash of server names."})
	ServerNamesHashMaxSize = catalog.Int(catalog.Spec{Name: "server_names_hash_max_size", In: catalog.HTTP, Args: "<int>", Default: "512", Runs: unserved,
		Doc: "Bounds the size of the hash of server names."})
	ServerTokens = catalog.OneOf(catalog.Spec{Name: "server_tokens", In: levels, Args: "off|on|build", Default: "on", Runs: unserved,
		Doc: "Names the version in answers."}, "off", "on", "build")
	SubrequestOutputBufferSize = catalog.Size(catalog.Spec{Name: "subrequest_output_buffer_size", In: levels, Args: "<size>", DefaultNote: "4k|8k", Since: "1.13.10",
		Runs: unserved,
		Doc:  "Sets the buffer for the answer of a subrequest."})
	TCPNodelay = catalog.Flag(catalog.Spec{Name: "tcp_nodelay", In: levels, Default: "on", Runs: unserved,
		Doc: "Sends small packets at once."})
	TCPNopush = catalog.Flag(catalog.Spec{Name: "tcp_nopush", In: levels, Default: "off", Runs: unserved,
		Doc: "Fills packets before they are sent."})
	Types = catalog.EntryBlock(catalog.Spec{Name: "types", In: levels, Opens: catalog.HTTPTypes,
		DefaultNote: "text/html html; image/gif gif; image/jpeg jpg;", Repeat: catalog.Many, Runs: unserved,
		Doc: "Maps file extensions to media types."}, decodeTypes)
	TypesHashBucketSize = catalog.Int(catalog.Spec{Name: "types_hash_bucket_size", In: levels, Args: "<int>", Default: "64", Runs: unserved,
		Doc: "Sets the bucket size of the hash of types."})
	TypesHashMaxSize = catalog.Int(catalog.Spec{Name: "types_hash_max_size", In: levels, Args: "<int>", Default: "1024", Runs: unserved,
		Doc: "Bounds the size of the hash of types."})
	UnderscoresInHeaders = catalog.Flag(catalog.Spec{Name: "underscores_in_headers", In: servers, Default: "off", Runs: unserved,
		Doc: "Accepts underscores in names of headers."})
	VariablesHashBucketSize = catalog.Int(catalog.Spec{Name: "variables_hash_bucket_size", In: catalog.HTTP, Args: "<int>", Default: "64", Runs: unserved,
		Doc: "Sets the bucket size of the hash of variables."})
	VariablesHashMaxSize = catalog.Int(catalog.Spec{Name: "variables_hash_max_size", In: catalog.HTTP, Args: "<int>", Default: "1024", Runs: unserved,
		Doc: "Bounds the size of the hash of variables."})
)
