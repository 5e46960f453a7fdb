package ngxlua

import (
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// The http Lua module has the directives of the stream one and many more. They
// are declared by the same phases and constructors; the runtime refuses them
// together with the http block.

var unservedHTTP = catalog.Refused("http is checked and not served")

const (
	httpMain     = catalog.HTTP
	httpServer   = catalog.HTTP | catalog.HTTPServer
	httpLevels   = httpServer | catalog.HTTPLocation
	anyHTTP      = httpLevels | catalog.HTTPLocationIf
	httpLocation = catalog.HTTPLocation | catalog.HTTPLocationIf
	httpSet      = catalog.HTTPServer | catalog.HTTPServerIf | httpLocation
)

// The phases of http, in the order of a request's life.
var (
	HTTPInitPhase                = &Phase{Name: "init_by_lua", Runs: catalog.Init, empty: emptyLocation}
	HTTPInitWorkerPhase          = &Phase{Name: "init_worker_by_lua", Runs: catalog.InitWorker}
	HTTPExitWorkerPhase          = &Phase{Name: "exit_worker_by_lua", Runs: catalog.ExitWorker}
	HTTPSSLClientHelloPhase      = &Phase{Name: "ssl_client_hello_by_lua", Runs: catalog.SSLClientHello}
	HTTPSSLCertificatePhase      = &Phase{Name: "ssl_certificate_by_lua", Runs: catalog.SSLCertificate}
	HTTPSSLSessionFetchPhase     = &Phase{Name: "ssl_session_fetch_by_lua", Runs: catalog.SSLSessionFetch}
	HTTPSSLSessionStorePhase     = &Phase{Name: "ssl_session_store_by_lua", Runs: catalog.SSLSessionStore}
	HTTPServerRewritePhase       = &Phase{Name: "server_rewrite_by_lua", Runs: catalog.ServerRewrite, empty: emptyLocation, positioned: true, variables: true}
	HTTPRewritePhase             = &Phase{Name: "rewrite_by_lua", Runs: catalog.Rewrite, empty: emptyLocation, positioned: true, variables: true}
	HTTPAccessPhase              = &Phase{Name: "access_by_lua", Runs: catalog.Access, empty: emptyLocation, positioned: true, variables: true}
	HTTPPreContentPhase          = &Phase{Name: "precontent_by_lua", Runs: catalog.PreContent, empty: emptyLocation, positioned: true, variables: true}
	HTTPContentPhase             = &Phase{Name: "content_by_lua", Runs: catalog.Content, empty: emptyLocation, positioned: true, variables: true}
	HTTPBalancerPhase            = &Phase{Name: "balancer_by_lua", Runs: catalog.Balancer}
	HTTPProxySSLCertificatePhase = &Phase{Name: "proxy_ssl_certificate_by_lua", Runs: catalog.ProxySSLCertificate}
	HTTPProxySSLVerifyPhase      = &Phase{Name: "proxy_ssl_verify_by_lua", Runs: catalog.ProxySSLVerify}
	HTTPHeaderFilterPhase        = &Phase{Name: "header_filter_by_lua", Runs: catalog.HeaderFilter, empty: emptyLocation, positioned: true, variables: true}
	HTTPBodyFilterPhase          = &Phase{Name: "body_filter_by_lua", Runs: catalog.BodyFilter, empty: emptyLocation, positioned: true, variables: true}
	HTTPLogPhase                 = &Phase{Name: "log_by_lua", Runs: catalog.Log, empty: emptyLocation, positioned: true, variables: true}
)

// Directives of http with Lua code, by phase.
var (
	HTTPAccessByLua                   = HTTPAccessPhase.quoted(catalog.Spec{In: anyHTTP, Runs: unservedHTTP, Doc: "Runs in the access phase."})
	HTTPAccessByLuaBlock              = HTTPAccessPhase.block(catalog.Spec{In: anyHTTP, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs in the access phase."})
	HTTPAccessByLuaFile               = HTTPAccessPhase.file(catalog.Spec{In: anyHTTP, Runs: unservedHTTP, Doc: "Runs a file in the access phase."})
	HTTPBalancerByLuaBlock            = HTTPBalancerPhase.block(catalog.Spec{In: catalog.HTTPUpstream, Since: "v0.10.0", Runs: unservedHTTP, Doc: "Runs to choose the server for a request."})
	HTTPBalancerByLuaFile             = HTTPBalancerPhase.file(catalog.Spec{In: catalog.HTTPUpstream, Since: "v0.10.0", Runs: unservedHTTP, Doc: "Runs a file to choose the server for a request."})
	HTTPBodyFilterByLua               = HTTPBodyFilterPhase.quoted(catalog.Spec{In: anyHTTP, Since: "v0.5.0rc32", Runs: unservedHTTP, Doc: "Runs on each piece of the answer."})
	HTTPBodyFilterByLuaBlock          = HTTPBodyFilterPhase.block(catalog.Spec{In: anyHTTP, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs on each piece of the answer."})
	HTTPBodyFilterByLuaFile           = HTTPBodyFilterPhase.file(catalog.Spec{In: anyHTTP, Since: "v0.5.0rc32", Runs: unservedHTTP, Doc: "Runs a file on each piece of the answer."})
	HTTPContentByLua                  = HTTPContentPhase.quoted(catalog.Spec{In: httpLocation, Runs: unservedHTTP, Doc: "Runs to answer the request."})
	HTTPContentByLuaBlock             = HTTPContentPhase.block(catalog.Spec{In: httpLocation, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs to answer the request."})
	HTTPContentByLuaFile              = HTTPContentPhase.file(catalog.Spec{In: httpLocation, Runs: unservedHTTP, Doc: "Runs a file to answer the request."})
	HTTPExitWorkerByLuaBlock          = HTTPExitWorkerPhase.block(catalog.Spec{In: httpMain, Since: "v0.10.18", Runs: unservedHTTP, Doc: "Runs when a worker ends."})
	HTTPExitWorkerByLuaFile           = HTTPExitWorkerPhase.file(catalog.Spec{In: httpMain, Since: "v0.10.18", Runs: unservedHTTP, Doc: "Runs a file when a worker ends."})
	HTTPHeaderFilterByLua             = HTTPHeaderFilterPhase.quoted(catalog.Spec{In: anyHTTP, Since: "v0.2.1rc20", Runs: unservedHTTP, Doc: "Runs on the headers of the answer."})
	HTTPHeaderFilterByLuaBlock        = HTTPHeaderFilterPhase.block(catalog.Spec{In: anyHTTP, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs on the headers of the answer."})
	HTTPHeaderFilterByLuaFile         = HTTPHeaderFilterPhase.file(catalog.Spec{In: anyHTTP, Since: "v0.2.1rc20", Runs: unservedHTTP, Doc: "Runs a file on the headers of the answer."})
	HTTPInitByLua                     = HTTPInitPhase.quoted(catalog.Spec{In: httpMain, Since: "v0.5.5", Runs: unservedHTTP, Doc: "Runs when the configuration is loaded."})
	HTTPInitByLuaBlock                = HTTPInitPhase.block(catalog.Spec{In: httpMain, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs when the configuration is loaded."})
	HTTPInitByLuaFile                 = HTTPInitPhase.file(catalog.Spec{In: httpMain, Since: "v0.5.5", Runs: unservedHTTP, Doc: "Runs a file when the configuration is loaded."})
	HTTPInitWorkerByLua               = HTTPInitWorkerPhase.quoted(catalog.Spec{In: httpMain, Since: "v0.9.5", Runs: unservedHTTP, Doc: "Runs when a worker starts."})
	HTTPInitWorkerByLuaBlock          = HTTPInitWorkerPhase.block(catalog.Spec{In: httpMain, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs when a worker starts."})
	HTTPInitWorkerByLuaFile           = HTTPInitWorkerPhase.file(catalog.Spec{In: httpMain, Since: "v0.9.5", Runs: unservedHTTP, Doc: "Runs a file when a worker starts."})
	HTTPLogByLua                      = HTTPLogPhase.quoted(catalog.Spec{In: anyHTTP, Since: "v0.5.0rc31", Runs: unservedHTTP, Doc: "Runs when the request is done."})
	HTTPLogByLuaBlock                 = HTTPLogPhase.block(catalog.Spec{In: anyHTTP, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs when the request is done."})
	HTTPLogByLuaFile                  = HTTPLogPhase.file(catalog.Spec{In: anyHTTP, Since: "v0.5.0rc31", Runs: unservedHTTP, Doc: "Runs a file when the request is done."})
	HTTPPrecontentByLuaBlock          = HTTPPreContentPhase.block(catalog.Spec{In: anyHTTP, Runs: unservedHTTP, Doc: "Runs before the content phase."})
	HTTPPrecontentByLuaFile           = HTTPPreContentPhase.file(catalog.Spec{In: anyHTTP, Runs: unservedHTTP, Doc: "Runs a file before the content phase."})
	HTTPProxySSLCertificateByLuaBlock = HTTPProxySSLCertificatePhase.block(catalog.Spec{In: httpLocation, Runs: unservedHTTP, Doc: "Runs to choose the client certificate."})
	HTTPProxySSLCertificateByLuaFile  = HTTPProxySSLCertificatePhase.file(catalog.Spec{In: httpLocation, Runs: unservedHTTP, Doc: "Runs a file to choose the client certificate."})
	HTTPProxySSLVerifyByLuaBlock      = HTTPProxySSLVerifyPhase.block(catalog.Spec{In: httpLocation, Runs: unservedHTTP, Doc: "Runs to judge the certificate of the server."})
	HTTPProxySSLVerifyByLuaFile       = HTTPProxySSLVerifyPhase.file(catalog.Spec{In: httpLocation, Runs: unservedHTTP, Doc: "Runs a file to judge the certificate of the server."})
	HTTPRewriteByLua                  = HTTPRewritePhase.quoted(catalog.Spec{In: anyHTTP, Runs: unservedHTTP, Doc: "Runs in the rewrite phase."})
	HTTPRewriteByLuaBlock             = HTTPRewritePhase.block(catalog.Spec{In: anyHTTP, Since: "v0.9.17", Runs: unservedHTTP, Doc: "Runs in the rewrite phase."})
	HTTPRewriteByLuaFile              = HTTPRewritePhase.file(catalog.Spec{In: anyHTTP, Runs: unservedHTTP, Doc: "Runs a file in the rewrite phase."})
	HTTPServerRewriteByLuaBlock       = HTTPServerRewritePhase.block(catalog.Spec{In: httpServer, Runs: unservedHTTP, Doc: "Runs in the rewrite phase of the server."})
	HTTPServerRewriteByLuaFile        = HTTPServerRewritePhase.file(catalog.Spec{In: httpServer, Runs: unservedHTTP, Doc: "Runs a file in the rewrite phase of the server."})
	HTTPSetByLua                      = catalog.Custom(catalog.Spec{Name: "set_by_lua", In: httpSet, Args: "<var> <lua> [<tmpl>]...", Deprecated: "set_by_lua_block", Repeat: catalog.Many, Runs: unservedHTTP,
		Doc: "Sets a variable to what Lua code returns."}, decodeSetByLua)
	HTTPSetByLuaBlock = catalog.LuaBlock(catalog.Spec{Name: "set_by_lua_block", In: httpSet, Args: "<var>", Since: "v0.9.17", Repeat: catalog.Many, Runs: unservedHTTP,
		Doc: "Sets a variable to what Lua code returns."}, decodeSetByLua)
	HTTPSetByLuaFile = catalog.Custom(catalog.Spec{Name: "set_by_lua_file", In: httpSet, Args: "<var> <path> [<tmpl>]...", Repeat: catalog.Many, Runs: unservedHTTP,
		Doc: "Sets a variable to what Lua code returns."}, decodeSetByLua)
	HTTPSSLCertificateByLuaBlock  = HTTPSSLCertificatePhase.block(catalog.Spec{In: httpServer, Since: "v0.10.0", Runs: unservedHTTP, Doc: "Runs to choose the certificate."})
	HTTPSSLCertificateByLuaFile   = HTTPSSLCertificatePhase.file(catalog.Spec{In: httpServer, Since: "v0.10.0", Runs: unservedHTTP, Doc: "Runs a file to choose the certificate."})
	HTTPSSLClientHelloByLuaBlock  = HTTPSSLClientHelloPhase.block(catalog.Spec{In: httpServer, Since: "v0.10.21", Runs: unservedHTTP, Doc: "Runs when a ClientHello has been read."})
	HTTPSSLClientHelloByLuaFile   = HTTPSSLClientHelloPhase.file(catalog.Spec{In: httpServer, Since: "v0.10.21", Runs: unservedHTTP, Doc: "Runs a file when a ClientHello has been read."})
	HTTPSSLSessionFetchByLuaBlock = HTTPSSLSessionFetchPhase.block(catalog.Spec{In: httpMain, Since: "v0.10.6", Runs: unservedHTTP, Doc: "Runs to look a TLS session up."})
	HTTPSSLSessionFetchByLuaFile  = HTTPSSLSessionFetchPhase.file(catalog.Spec{In: httpMain, Since: "v0.10.6", Runs: unservedHTTP, Doc: "Runs a file to look a TLS session up."})
	HTTPSSLSessionStoreByLuaBlock = HTTPSSLSessionStorePhase.block(catalog.Spec{In: httpMain, Since: "v0.10.6", Runs: unservedHTTP, Doc: "Runs to keep a TLS session."})
	HTTPSSLSessionStoreByLuaFile  = HTTPSSLSessionStorePhase.file(catalog.Spec{In: httpMain, Since: "v0.10.6", Runs: unservedHTTP, Doc: "Runs a file to keep a TLS session."})
)

// Settings of Lua in http.
var (
	HTTPAccessByLuaNoPostpone = catalog.Flag(catalog.Spec{Name: "access_by_lua_no_postpone", In: httpMain, Default: "off", Since: "v0.9.20", Runs: unservedHTTP,
		Doc: "Runs access code in the order of the modules."})
	HTTPBalancerKeepalive = catalog.Custom(catalog.Spec{Name: "balancer_keepalive", In: catalog.HTTPUpstream, Args: "<int>", Since: "v0.10.21", Runs: unservedHTTP,
		Doc: "Keeps connections that balancer code chose."}, decodeBalancerKeepalive)
	HTTPLuaCaptureErrorLog = catalog.Custom(catalog.Spec{Name: "lua_capture_error_log", In: httpMain, Args: "<size>", Since: "v0.10.9", Runs: unservedHTTP,
		Doc: "Keeps the latest lines of the error log for Lua code."}, decodeCapture)
	HTTPLuaCheckClientAbort = catalog.Flag(catalog.Spec{Name: "lua_check_client_abort", In: anyHTTP, Default: "off", Since: "v0.7.4", Runs: unservedHTTP,
		Doc: "Watches for clients that go away."})
	HTTPLuaCodeCache = catalog.Custom(catalog.Spec{Name: "lua_code_cache", In: anyHTTP, Args: "on|off", Default: "on", Runs: unservedHTTP,
		Doc: "Keeps loaded code between requests."}, decodeHTTPCodeCache)
	HTTPLuaHTTP10Buffering = catalog.Flag(catalog.Spec{Name: "lua_http10_buffering", In: anyHTTP, Default: "on", Since: "v0.5.0rc19", Runs: unservedHTTP,
		Doc: "Buffers answers to HTTP/1.0 clients."})
	HTTPLuaLoadRestyCore = catalog.Custom(catalog.Spec{Name: "lua_load_resty_core", In: httpMain, Args: "on|off", Default: "on", Since: "v0.10.16", Repeat: catalog.LastWins, Deprecated: "nothing: resty.core is loaded always", Runs: unservedHTTP,
		Doc: "Once chose whether resty.core was loaded."}, decodeRestyCore("ngx_lua v0.10.16"))
	HTTPLuaMallocTrim = catalog.Custom(catalog.Spec{Name: "lua_malloc_trim", In: httpMain, Args: "<int>", Default: "1000", Since: "v0.10.7", Repeat: catalog.LastWins, Runs: unservedHTTP,
		Doc: "Gives memory back after this many requests."}, decodeMallocTrim)
	HTTPLuaMaxPendingTimers = catalog.Int(catalog.Spec{Name: "lua_max_pending_timers", In: httpMain, Args: "<int>", Default: "1024", Since: "v0.8.0", Runs: unservedHTTP,
		Doc: "Bounds the timers of a worker that wait."})
	HTTPLuaMaxRunningTimers = catalog.Int(catalog.Spec{Name: "lua_max_running_timers", In: httpMain, Args: "<int>", Default: "256", Since: "v0.8.0", Runs: unservedHTTP,
		Doc: "Bounds the timers of a worker that run."})
	HTTPLuaNeedRequestBody = catalog.Flag(catalog.Spec{Name: "lua_need_request_body", In: anyHTTP, Default: "off", Runs: unservedHTTP,
		Doc: "Reads the request body before code runs."})
	HTTPLuaPackageCpath = catalog.String(catalog.Spec{Name: "lua_package_cpath", In: httpMain, Args: "<luapath>", DefaultNote: "the environment variable LUA_CPATH, else Lua's own default", Runs: unservedHTTP,
		Doc: "Sets the search path of C modules."})
	HTTPLuaPackagePath = catalog.String(catalog.Spec{Name: "lua_package_path", In: httpMain, Args: "<luapath>", DefaultNote: "the environment variable LUA_PATH, else Lua's own default", Runs: unservedHTTP,
		Doc: "Sets the search path of Lua modules."})
	HTTPLuaRegexCacheMaxEntries = catalog.Int(catalog.Spec{Name: "lua_regex_cache_max_entries", In: httpMain, Args: "<int>", Default: "1024", Runs: unservedHTTP,
		Doc: "Bounds the compiled regular expressions of a worker."})
	HTTPLuaRegexMatchLimit = catalog.Int(catalog.Spec{Name: "lua_regex_match_limit", In: httpMain, Args: "<int>", Default: "0", Since: "v0.8.5", Runs: unservedHTTP,
		Doc: "Bounds the work of a regular expression; 0 is the default bound."})
	HTTPLuaSaRestart = catalog.Flag(catalog.Spec{Name: "lua_sa_restart", In: httpMain, Default: "on", Since: "v0.10.14", Runs: unservedHTTP,
		Doc: "Restarts system calls that a signal interrupts."})
	HTTPLuaSharedDict = catalog.Custom(catalog.Spec{Name: "lua_shared_dict", In: httpMain, Args: "<name> <size>", Since: "v0.3.1rc22", Repeat: catalog.Many, Runs: unservedHTTP,
		Doc: "Declares a dictionary that all workers share."}, decodeSharedDict)
	HTTPLuaSocketBufferSize = catalog.Size(catalog.Spec{Name: "lua_socket_buffer_size", In: anyHTTP, Args: "<size>", Default: "4k", Since: "v0.5.0rc1", Runs: unservedHTTP,
		Doc: "Sets the buffer for reading from cosockets."})
	HTTPLuaSocketConnectTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_connect_timeout", In: anyHTTP, Args: "<time>", Default: "60s", Since: "v0.5.0rc1", Runs: unservedHTTP,
		Doc: "Bounds the time for connecting."})
	HTTPLuaSocketKeepaliveTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_keepalive_timeout", In: anyHTTP, Args: "<time>", Default: "60s", Since: "v0.5.0rc1", Runs: unservedHTTP,
		Doc: "Closes pooled connections after this long."})
	HTTPLuaSocketLogErrors = catalog.Flag(catalog.Spec{Name: "lua_socket_log_errors", In: anyHTTP, Default: "on", Since: "v0.5.13", Runs: unservedHTTP,
		Doc: "Logs errors of cosockets."})
	HTTPLuaSocketPoolSize = catalog.Int(catalog.Spec{Name: "lua_socket_pool_size", In: anyHTTP, Args: "<int>", Default: "30", Since: "v0.5.0rc1", Runs: unservedHTTP,
		Doc: "Bounds the connections of a pool."})
	HTTPLuaSocketReadTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_read_timeout", In: anyHTTP, Args: "<time>", Default: "60s", Since: "v0.5.0rc1", Runs: unservedHTTP,
		Doc: "Bounds the time of a read."})
	HTTPLuaSocketSendLowat = catalog.Custom(catalog.Spec{Name: "lua_socket_send_lowat", In: anyHTTP, Args: "<size>", Default: "0", Runs: unservedHTTP,
		Doc: "Sets the low-water mark of sending."}, decodeLowat)
	HTTPLuaSocketSendTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_send_timeout", In: anyHTTP, Args: "<time>", Default: "60s", Since: "v0.5.0rc1", Runs: unservedHTTP,
		Doc: "Bounds the time of a write."})
	HTTPLuaSSLCertificate = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_certificate", In: httpLevels, Args: "<path>", Since: "v0.10.26", Repeat: catalog.Many, Runs: unservedHTTP,
		Doc: "Names the client certificate of cosockets."})
	HTTPLuaSSLCertificateKey = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_certificate_key", In: httpLevels, Args: "<path>", Since: "v0.10.26", Repeat: catalog.Many, Runs: unservedHTTP,
		Doc: "Names the key of that certificate."})
	HTTPLuaSSLCiphers = catalog.String(catalog.Spec{Name: "lua_ssl_ciphers", In: httpLevels, Args: "<ciphers>", Default: "DEFAULT", Since: "v0.9.11", Runs: unservedHTTP,
		Doc: "Chooses the ciphers of cosockets."})
	HTTPLuaSSLConfCommand = catalog.KeyValue(catalog.Spec{Name: "lua_ssl_conf_command", In: httpLevels, Args: "<name> <text>", Since: "v0.10.21", Repeat: catalog.Many, Runs: unservedHTTP,
		Doc: "Passes a command to OpenSSL for cosockets."})
	HTTPLuaSSLCRL = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_crl", In: httpLevels, Args: "<path>", Since: "v0.9.11", Runs: unservedHTTP,
		Doc: "Names the file with revoked certificates."})
	HTTPLuaSSLKeyLog = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_key_log", In: httpLevels, Args: "<path>", Runs: unservedHTTP,
		Doc: "Names a file for the keys of TLS sessions."})
	HTTPLuaSSLProtocols = catalog.SetOf(catalog.Spec{Name: "lua_ssl_protocols", In: httpLevels, Args: "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...", Default: "TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", Since: "v0.9.11", Runs: unservedHTTP,
		Doc: "Chooses the TLS versions of cosockets."}, "SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")
	HTTPLuaSSLTrustedCertificate = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_trusted_certificate", In: httpLevels, Args: "<path>", Since: "v0.9.11", Runs: unservedHTTP,
		Doc: "Names the authorities for cosockets."})
	HTTPLuaSSLVerifyDepth = catalog.Int(catalog.Spec{Name: "lua_ssl_verify_depth", In: httpLevels, Args: "<int>", Default: "1", Since: "v0.9.11", Runs: unservedHTTP,
		Doc: "Bounds the length of the certificate chain."})
	HTTPLuaThreadCacheMaxEntries = catalog.Int(catalog.Spec{Name: "lua_thread_cache_max_entries", In: httpMain, Args: "<int>", Default: "1024", Runs: unservedHTTP,
		Doc: "Bounds the light threads kept for reuse."})
	HTTPLuaTransformUnderscoresInResponseHeaders = catalog.Flag(catalog.Spec{Name: "lua_transform_underscores_in_response_headers", In: anyHTTP, Default: "on", Since: "v0.5.0rc32", Runs: unservedHTTP,
		Doc: "Writes hyphens for underscores in headers."})
	HTTPLuaUpstreamSkipOpensslDefaultVerify = catalog.Flag(catalog.Spec{Name: "lua_upstream_skip_openssl_default_verify", In: httpLocation, Default: "off", Runs: unservedHTTP,
		Doc: "Leaves verification of servers to Lua code."})
	HTTPLuaUseDefaultType = catalog.Flag(catalog.Spec{Name: "lua_use_default_type", In: anyHTTP, Default: "on", Since: "v0.9.1", Runs: unservedHTTP,
		Doc: "Gives answers the default media type."})
	HTTPLuaWorkerThreadVMPoolSize = catalog.Int(catalog.Spec{Name: "lua_worker_thread_vm_pool_size", In: httpMain, Args: "<int>", Default: "10", Runs: unservedHTTP,
		Doc: "Bounds the Lua VMs of worker threads."})
	HTTPPrecontentByLuaNoPostpone = catalog.Flag(catalog.Spec{Name: "precontent_by_lua_no_postpone", In: httpMain, Default: "off", Runs: unservedHTTP,
		Doc: "Runs precontent code in the order of the modules."})
	HTTPRewriteByLuaNoPostpone = catalog.Flag(catalog.Spec{Name: "rewrite_by_lua_no_postpone", In: httpMain, Default: "off", Since: "v0.5.0rc29", Runs: unservedHTTP,
		Doc: "Runs rewrite code in the order of the modules."})
)

// decodeSetByLua takes the variable of set_by_lua and its kin, as
// ngx_http_lua_set_by_lua does; the code is checked for its syntax.
func decodeSetByLua(c *catalog.Call) (*Script, bool) {
	s := &Script{Directive: c.Node, Chunk: "=set_by_lua", Runs: catalog.Set}
	if c.Node.Lua() == nil && c.Text(0) != "set_by_lua" {
		var ok bool
		if s.File, ok = c.PathTemplate(2, false); !ok {
			return s, false
		}
	}
	name, ok := c.VariableName(1)
	if !ok || !c.Define(1, catalog.NewVariable{Name: name, Changeable: true, Weak: true}) {
		return s, false
	}
	p := &Phase{Name: "set_by_lua", Runs: catalog.Set}
	switch {
	case c.Node.Lua() != nil:
		s.Source = c.Node.Lua().Text
		p.checkSyntax(c, s)
	case c.Text(0) == "set_by_lua":
		s.Source = c.Text(2)
		p.checkSyntax(c, s)
	}
	_, ok = c.Templates(3, c.Len())
	return s, ok
}

// decodeBalancerKeepalive follows ngx_http_lua_balancer_keepalive.
func decodeBalancerKeepalive(c *catalog.Call) (int, bool) {
	n, ok := catalog.ParseInt(c.Text(1))
	return n, ok && n != 0 || c.Fail(1, `invalid value "%s" in "balancer_keepalive" directive`, c.Text(1))
}

// decodeHTTPCodeCache follows ngx_http_lua_code_cache.
func decodeHTTPCodeCache(c *catalog.Call) (bool, bool) {
	on, ok := c.OnOff(1)
	if ok && !on {
		c.Env.Report(diag.Diagnostic{Severity: diag.Alert, Rule: "lua-code-cache-off", Passes: true,
			Message: "lua_code_cache is off; this will hurt performance", Subject: c.Word(1), At: c.At()})
	}
	return on, ok
}

// HTTPModule lists the directives of the http Lua module.
var HTTPModule = catalog.NewModule("ngx_http_lua_module", "Lua in web servers.",
	HTTPAccessByLua, HTTPAccessByLuaBlock, HTTPAccessByLuaFile, HTTPAccessByLuaNoPostpone,
	HTTPBalancerByLuaBlock, HTTPBalancerByLuaFile, HTTPBalancerKeepalive, HTTPBodyFilterByLua,
	HTTPBodyFilterByLuaBlock, HTTPBodyFilterByLuaFile, HTTPContentByLua, HTTPContentByLuaBlock,
	HTTPContentByLuaFile, HTTPExitWorkerByLuaBlock, HTTPExitWorkerByLuaFile, HTTPHeaderFilterByLua,
	HTTPHeaderFilterByLuaBlock, HTTPHeaderFilterByLuaFile, HTTPInitByLua, HTTPInitByLuaBlock, HTTPInitByLuaFile,
	HTTPInitWorkerByLua, HTTPInitWorkerByLuaBlock, HTTPInitWorkerByLuaFile, HTTPLogByLua, HTTPLogByLuaBlock,
	HTTPLogByLuaFile, HTTPLuaCaptureErrorLog, HTTPLuaCheckClientAbort, HTTPLuaCodeCache, HTTPLuaHTTP10Buffering,
	HTTPLuaLoadRestyCore, HTTPLuaMallocTrim, HTTPLuaMaxPendingTimers, HTTPLuaMaxRunningTimers,
	HTTPLuaNeedRequestBody, HTTPLuaPackageCpath, HTTPLuaPackagePath, HTTPLuaRegexCacheMaxEntries,
	HTTPLuaRegexMatchLimit, HTTPLuaSaRestart, HTTPLuaSharedDict, HTTPLuaSocketBufferSize,
	HTTPLuaSocketConnectTimeout, HTTPLuaSocketKeepaliveTimeout, HTTPLuaSocketLogErrors, HTTPLuaSocketPoolSize,
	HTTPLuaSocketReadTimeout, HTTPLuaSocketSendLowat, HTTPLuaSocketSendTimeout, HTTPLuaSSLCertificate,
	HTTPLuaSSLCertificateKey, HTTPLuaSSLCiphers, HTTPLuaSSLConfCommand, HTTPLuaSSLCRL, HTTPLuaSSLKeyLog,
	HTTPLuaSSLProtocols, HTTPLuaSSLTrustedCertificate, HTTPLuaSSLVerifyDepth, HTTPLuaThreadCacheMaxEntries,
	HTTPLuaTransformUnderscoresInResponseHeaders, HTTPLuaUpstreamSkipOpensslDefaultVerify, HTTPLuaUseDefaultType,
	HTTPLuaWorkerThreadVMPoolSize, HTTPPrecontentByLuaBlock, HTTPPrecontentByLuaFile,
	HTTPPrecontentByLuaNoPostpone, HTTPProxySSLCertificateByLuaBlock, HTTPProxySSLCertificateByLuaFile,
	HTTPProxySSLVerifyByLuaBlock, HTTPProxySSLVerifyByLuaFile, HTTPRewriteByLua, HTTPRewriteByLuaBlock,
	HTTPRewriteByLuaFile, HTTPRewriteByLuaNoPostpone, HTTPServerRewriteByLuaBlock, HTTPServerRewriteByLuaFile,
	HTTPSetByLua, HTTPSetByLuaBlock, HTTPSetByLuaFile, HTTPSSLCertificateByLuaBlock, HTTPSSLCertificateByLuaFile,
	HTTPSSLClientHelloByLuaBlock, HTTPSSLClientHelloByLuaFile, HTTPSSLSessionFetchByLuaBlock,
	HTTPSSLSessionFetchByLuaFile, HTTPSSLSessionStoreByLuaBlock, HTTPSSLSessionStoreByLuaFile)
