package ngxlua

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

const (
	main   = catalog.Stream
	server = catalog.StreamServer
	both   = main | server
	group  = catalog.StreamUpstream
)

// Directives with Lua code, by phase.
var (
	InitByLuaBlock       = InitPhase.block(catalog.Spec{In: main, Runs: catalog.Full, Doc: "Runs when the configuration is loaded."})
	InitByLua            = InitPhase.quoted(catalog.Spec{In: main, Runs: catalog.Full, Doc: "Runs when the configuration is loaded."})
	InitByLuaFile        = InitPhase.file(catalog.Spec{In: main, Runs: catalog.Full, Doc: "Runs a file when the configuration is loaded."})
	InitWorkerByLuaBlock = InitWorkerPhase.block(catalog.Spec{In: main, Runs: catalog.Full, Doc: "Runs when a worker starts."})
	InitWorkerByLua      = InitWorkerPhase.quoted(catalog.Spec{In: main, Runs: catalog.Full, Doc: "Runs when a worker starts."})
	InitWorkerByLuaFile  = InitWorkerPhase.file(catalog.Spec{In: main, Runs: catalog.Full, Doc: "Runs a file when a worker starts."})

	PrereadByLuaFile = PrereadPhase.file(catalog.Spec{In: both, Since: "v0.0.3", Runs: catalog.Full,
		Doc: "Runs a file in the preread phase."})
	PrereadByLuaBlock = PrereadPhase.block(catalog.Spec{In: both, Since: "v0.0.3", Runs: catalog.Full,
		Doc: "Runs in the preread phase, before a session is proxied."})
	ContentByLua      = ContentPhase.quoted(catalog.Spec{In: server, Runs: catalog.Full, Doc: "Answers sessions."})
	ContentByLuaBlock = ContentPhase.block(catalog.Spec{In: server, Runs: catalog.Full, Doc: "Answers sessions."})
	ContentByLuaFile  = ContentPhase.file(catalog.Spec{In: server, Runs: catalog.Full, Doc: "Answers sessions with a file."})
	LogByLuaBlock     = LogPhase.block(catalog.Spec{In: both, Since: "v0.0.3", Runs: catalog.Full, Doc: "Runs when a session has ended."})
	LogByLuaFile      = LogPhase.file(catalog.Spec{In: both, Since: "v0.0.3", Runs: catalog.Full, Doc: "Runs a file when a session has ended."})

	BalancerByLuaBlock = BalancerPhase.block(catalog.Spec{In: group, Runs: catalog.Full, Doc: "Chooses the server for a session."})
	BalancerByLuaFile  = BalancerPhase.file(catalog.Spec{In: group, Runs: catalog.Full, Doc: "Chooses the server for a session with a file."})

	SSLClientHelloByLuaBlock = SSLClientHelloPhase.block(catalog.Spec{In: both, Runs: catalog.Full, Doc: "Runs when a ClientHello has been read."})
	SSLClientHelloByLuaFile  = SSLClientHelloPhase.file(catalog.Spec{In: both, Runs: catalog.Full, Doc: "Runs a file when a ClientHello has been read."})
	SSLCertificateByLuaBlock = SSLCertificatePhase.block(catalog.Spec{In: both, Runs: catalog.Full, Doc: "Chooses the certificate of a TLS session."})
	SSLCertificateByLuaFile  = SSLCertificatePhase.file(catalog.Spec{In: both, Runs: catalog.Full, Doc: "Chooses the certificate of a TLS session with a file."})

	ProxySSLCertificateByLuaBlock = ProxySSLCertificatePhase.block(catalog.Spec{In: server, Runs: catalog.Full,
		Doc: "Chooses the client certificate for the proxied server."})
	ProxySSLCertificateByLuaFile = ProxySSLCertificatePhase.file(catalog.Spec{In: server, Runs: catalog.Full,
		Doc: "Chooses the client certificate for the proxied server with a file."})
	ProxySSLVerifyByLuaBlock = ProxySSLVerifyPhase.block(catalog.Spec{In: server, Runs: catalog.Full,
		Doc: "Judges the certificate of the proxied server."})
	ProxySSLVerifyByLuaFile = ProxySSLVerifyPhase.file(catalog.Spec{In: server, Runs: catalog.Full,
		Doc: "Judges the certificate of the proxied server with a file."})
)

// Settings of Lua as a whole.
var (
	LuaLoadRestyCore = catalog.Custom(catalog.Spec{Name: "lua_load_resty_core", In: main, Args: "on|off", Default: "on",
		Repeat: catalog.LastWins, Deprecated: "nothing: resty.core is loaded always",
		Runs: catalog.Ignored("resty.core is part of the binary; OpenResty ignores the directive too"),
		Doc:  "Once chose whether resty.core was loaded."}, decodeRestyCore("ngx_stream_lua v0.0.8"))
	LuaMaxRunningTimers = catalog.Int(catalog.Spec{Name: "lua_max_running_timers", In: main, Args: "<int>", Default: "256",
		Runs: catalog.Full, Doc: "Bounds the timers of a worker that run at the same time."})
	LuaMaxPendingTimers = catalog.Int(catalog.Spec{Name: "lua_max_pending_timers", In: main, Args: "<int>", Default: "1024",
		Runs: catalog.Full, Doc: "Bounds the timers of a worker that wait."})
	LuaSharedDict = catalog.Custom(catalog.Spec{Name: "lua_shared_dict", In: main, Args: "<name> <size>",
		Repeat: catalog.Many, Runs: catalog.Full, Doc: "Declares a dictionary that all workers share."}, decodeSharedDict)
	LuaSaRestart = catalog.Flag(catalog.Spec{Name: "lua_sa_restart", In: main, Default: "on",
		Runs: catalog.Ignored("Go restarts system calls that a signal interrupts in either case"),
		Doc:  "Restarts system calls that a signal interrupts."})
	LuaCaptureErrorLog = catalog.Custom(catalog.Spec{Name: "lua_capture_error_log", In: main, Args: "<size>",
		Runs: catalog.Partial("all workers share one buffer, of which OpenResty has one in each"),
		Doc:  "Keeps the latest lines of the error log for Lua code."}, decodeCapture)
	LuaRegexCacheMaxEntries = catalog.Int(catalog.Spec{Name: "lua_regex_cache_max_entries", In: main, Args: "<int>",
		Default: "1024", Runs: catalog.Full, Doc: "Bounds the compiled regular expressions that a worker keeps."})
	LuaRegexMatchLimit = catalog.Int(catalog.Spec{Name: "lua_regex_match_limit", In: main, Args: "<int>", Default: "0",
		Runs: catalog.Full, Doc: "Bounds the work that a regular expression may do; 0 is the default bound."})
	LuaPackageCpath = catalog.Custom(catalog.Spec{Name: "lua_package_cpath", In: main, Args: "<luapath>",
		DefaultNote: "the environment variable LUA_CPATH, else Lua's own default", Repeat: catalog.Own,
		Runs: catalog.Ignored("modules in C cannot be loaded; what OpenResty's own ones do is built in"),
		Doc:  "Sets where Lua modules in C are looked for."}, decodeLuaPath)
	LuaPackagePath = catalog.Custom(catalog.Spec{Name: "lua_package_path", In: main, Args: "<luapath>",
		DefaultNote: "the environment variable LUA_PATH, else Lua's own default", Repeat: catalog.Own, Runs: catalog.Full,
		Doc: "Sets where Lua modules are looked for; \";;\" stands for the default."}, decodeLuaPath)
	LuaCodeCache = catalog.Custom(catalog.Spec{Name: "lua_code_cache", In: both, Args: "on|off", Default: "on",
		Runs: catalog.Full, Doc: "Keeps loaded Lua code; off gives each session a Lua machine of its own."}, decodeCodeCache)
	LuaMallocTrim = catalog.Custom(catalog.Spec{Name: "lua_malloc_trim", In: main, Args: "<int>", Default: "1000",
		Repeat: catalog.LastWins,
		Runs:   catalog.Ignored("the Go runtime gives memory back to the system by itself"),
		Doc:    "Gives memory back to the system after this many sessions."}, decodeNoTrim)
	LuaAddVariable = catalog.Custom(catalog.Spec{Name: "lua_add_variable", In: main, Args: "<var>", Since: "v0.0.4",
		Repeat: catalog.Many, Runs: catalog.Full, Doc: "Creates a variable that Lua code may set."}, decodeAddVariable)
	PrereadByLuaNoPostpone = catalog.Flag(catalog.Spec{Name: "preread_by_lua_no_postpone", In: main, Default: "off",
		Since: "v0.0.4", Runs: catalog.Full,
		Doc: "Runs preread code in the order of its module instead of at the end of the phase."})
	LuaCheckClientAbort = catalog.Flag(catalog.Spec{Name: "lua_check_client_abort", In: both, Default: "off",
		Runs: catalog.Full, Doc: "Notices when the client closes the connection while Lua code runs."})
)

// Settings of cosockets.
var (
	LuaSocketLogErrors = catalog.Flag(catalog.Spec{Name: "lua_socket_log_errors", In: both, Default: "on", Runs: catalog.Full,
		Doc: "Logs the failures of cosockets."})
	LuaSocketKeepaliveTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_keepalive_timeout", In: both, Args: "<time>",
		Default: "60s", Runs: catalog.Full, Doc: "Sets how long a pooled cosocket may be idle."})
	LuaSocketConnectTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_connect_timeout", In: both, Args: "<time>",
		Default: "60s", Runs: catalog.Full, Doc: "Bounds the time in which a cosocket connects."})
	LuaSocketSendTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_send_timeout", In: both, Args: "<time>",
		Default: "60s", Runs: catalog.Full, Doc: "Bounds the time between two writes of a cosocket or to the client."})
	LuaSocketSendLowat = catalog.Custom(catalog.Spec{Name: "lua_socket_send_lowat", In: both, Args: "<size>", Default: "0",
		Runs: catalog.Ignored("Linux does not allow SO_SNDLOWAT to be changed, and OpenResty sets it to 0 there"),
		Doc:  "Sets the low-water mark of cosockets."}, decodeLowat)
	LuaSocketBufferSize = catalog.Size(catalog.Spec{Name: "lua_socket_buffer_size", In: both, Args: "<size>", Default: "4k",
		Runs: catalog.Full, Doc: "Sets the size of the buffer that cosockets read into."})
	LuaSocketPoolSize = catalog.Int(catalog.Spec{Name: "lua_socket_pool_size", In: both, Args: "<int>", Default: "30",
		Runs: catalog.Full, Doc: "Bounds the cosockets in a pool."})
	LuaSocketReadTimeout = catalog.Time(catalog.Spec{Name: "lua_socket_read_timeout", In: both, Args: "<time>",
		Default: "60s", Runs: catalog.Full, Doc: "Bounds the time between two reads of a cosocket or from the client."})
)

// Settings of TLS for cosockets. The default protocols are those that the
// stream module merges, which are fewer than its documentation says.
var (
	LuaSSLProtocols = catalog.Bitmask(catalog.Spec{Name: "lua_ssl_protocols", In: both,
		Args: "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...", Default: "SSLv3 TLSv1 TLSv1.1 TLSv1.2",
		Runs: catalog.Full, Doc: "Sets the TLS versions of cosockets."}, ngxstream.ProtocolChoices()...)
	LuaSSLCiphers = catalog.String(catalog.Spec{Name: "lua_ssl_ciphers", In: both, Args: "<ciphers>", Default: "DEFAULT",
		Runs: catalog.Full, Doc: "Sets the ciphers of cosockets."})
	LuaSSLVerifyDepth = catalog.Int(catalog.Spec{Name: "lua_ssl_verify_depth", In: both, Args: "<int>", Default: "1",
		Runs: catalog.Full, Doc: "Bounds the length of the chain of a server's certificate."})
	LuaSSLCertificate = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_certificate", In: both, Args: "<path>",
		Repeat: catalog.Many, Runs: catalog.Full, Doc: "Names the client certificate of cosockets."})
	LuaSSLCertificateKey = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_certificate_key", In: both, Args: "<path>",
		Repeat: catalog.Many, Runs: catalog.Full, Doc: "Names the key of the client certificate of cosockets."})
	LuaSSLTrustedCertificate = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_trusted_certificate", In: both, Args: "<path>",
		Runs: catalog.Full, Doc: "Names the authorities that cosockets verify servers against."})
	LuaSSLCRL = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_crl", In: both, Args: "<path>", Runs: catalog.Full,
		Doc: "Names the file with revoked certificates."})
	LuaSSLKeyLog = catalog.ConfPath(catalog.Spec{Name: "lua_ssl_key_log", In: both, Args: "<path>",
		Runs: catalog.Partial("EXPORTER_SECRET, which Go does not give out, is not among them"), Doc: "Appends the secrets of TLS sessions of cosockets to a file, for debugging."})
	LuaSSLConfCommand = catalog.KeyValue(catalog.Spec{Name: "lua_ssl_conf_command", In: both, Args: "<name> <value>",
		Repeat: catalog.Many,
		Runs:   catalog.Partial("a command that Go's TLS cannot follow is refused when the configuration is loaded"),
		Doc:    "Gives a configuration command to the TLS library for cosockets."})
	LuaUpstreamSkipOpensslDefaultVerify = catalog.Flag(catalog.Spec{Name: "lua_upstream_skip_openssl_default_verify",
		In: server, Default: "off", Runs: catalog.Full,
		Doc: "Leaves the judgement of the proxied server's certificate to Lua code."})
)

// decodeRestyCore follows ngx_stream_lua_load_resty_core, which does not even
// look at the argument; since is what made the directive idle.
func decodeRestyCore(since string) func(c *catalog.Call) (bool, bool) {
	return func(c *catalog.Call) (bool, bool) {
		if c.Node != nil {
			c.Report(diag.Warn, catalog.RuleDeprecate, c.Word(0),
				"lua_load_resty_core is deprecated (the lua-resty-core library is required since "+since+")")
		}
		return true, true
	}
}

// SharedDict is one lua_shared_dict directive.
type SharedDict struct {
	Name string
	Size int64 // bytes
}

// decodeSharedDict follows ngx_stream_lua_shared_dict.
func decodeSharedDict(c *catalog.Call) (SharedDict, bool) {
	d := SharedDict{Name: c.Text(1)}
	if d.Name == "" {
		return d, c.Fail(1, `invalid lua shared dict name "%s"`, d.Name)
	}
	var ok bool
	if d.Size, ok = catalog.ParseSize(c.Text(2)); !ok || d.Size <= 8191 {
		return d, c.Fail(2, `invalid lua shared dict size "%s"`, c.Text(2))
	}
	return d, true
}

const maxErrorLine = 4096 // NGX_MAX_ERROR_STR as OpenResty patches it

// decodeCapture follows ngx_stream_lua_capture_error_log.
func decodeCapture(c *catalog.Call) (int64, bool) {
	if c.Text(1) == "" {
		return 0, c.Fail(1, `invalid capture error log size "%s"`, "")
	}
	n, ok := catalog.ParseSize(c.Text(1))
	if !ok || n < maxErrorLine {
		return n, c.Fail(1, `invalid capture error log size "%s", minimum size is %d`, c.Text(1), maxErrorLine)
	}
	return n, true
}

// decodeLuaPath follows ngx_stream_lua_package_path: an empty value counts as
// not set.
func decodeLuaPath(c *catalog.Call) (string, bool) {
	if s, ok := catalog.Earlier[string](c); ok && s != "" {
		return s, c.Duplicate()
	}
	return c.Text(1), true
}

// decodeCodeCache follows ngx_stream_lua_code_cache.
func decodeCodeCache(c *catalog.Call) (bool, bool) {
	on, ok := c.OnOff(1)
	if ok && !on {
		c.Env.Report(diag.Diagnostic{Severity: diag.Alert, Rule: "lua-code-cache-off", Passes: true,
			Message: "stream lua_code_cache is off; this will hurt performance", Subject: c.Word(1), At: c.At()})
	}
	return on, ok
}

// decodeMallocTrim follows ngx_stream_lua_malloc_trim.
func decodeMallocTrim(c *catalog.Call) (int, bool) {
	n, ok := catalog.ParseInt(c.Text(1))
	return n, ok || c.FailDirective(1, "invalid number in the 1st argument")
}

// decodeNoTrim follows ngx_stream_lua_malloc_trim as it is built: the module
// never looks for malloc_trim.
func decodeNoTrim(c *catalog.Call) (int, bool) {
	n, _ := catalog.ParseInt(c.Text(1))
	if c.Node != nil {
		c.Warn(0, "lua_malloc_trim is not supported on this platform, ignored")
	}
	return n, true
}

// decodeLowat follows ngx_conf_set_size_slot with ngx_stream_lua_lowat_check.
func decodeLowat(c *catalog.Call) (int64, bool) {
	n, ok := catalog.ParseSize(c.Text(1))
	if !ok {
		return 0, c.FailDirective(1, "invalid value")
	}
	if c.Node != nil {
		c.Warn(0, `"lua_send_lowat" is not supported, ignored`)
	}
	return n, true
}

// decodeAddVariable follows ngx_stream_lua_add_variable.
func decodeAddVariable(c *catalog.Call) (string, bool) {
	name, ok := c.VariableName(1)
	if !ok || !c.Define(1, catalog.NewVariable{Name: name, Changeable: true, Weak: true}) {
		return "", false
	}
	return strings.ToLower(name), true
}

// StreamModule lists the directives of the stream Lua module in the order of
// its command table.
var StreamModule = catalog.NewModule("ngx_stream_lua_module", "Lua in stream servers.",
	LuaLoadRestyCore, LuaMaxRunningTimers, LuaMaxPendingTimers, LuaSharedDict, LuaSaRestart, LuaCaptureErrorLog,
	LuaRegexCacheMaxEntries, LuaRegexMatchLimit, LuaPackageCpath, LuaPackagePath, LuaCodeCache, LuaSocketLogErrors,
	InitByLuaBlock, InitByLua, InitByLuaFile, InitWorkerByLuaBlock, InitWorkerByLua, InitWorkerByLuaFile,
	PrereadByLuaFile, PrereadByLuaBlock, ContentByLua, ContentByLuaBlock, ContentByLuaFile, LogByLuaBlock,
	LogByLuaFile, PrereadByLuaNoPostpone, BalancerByLuaBlock, BalancerByLuaFile, LuaSocketKeepaliveTimeout,
	LuaSocketConnectTimeout, LuaSocketSendTimeout, LuaSocketSendLowat, LuaSocketBufferSize, LuaSocketPoolSize,
	LuaSocketReadTimeout, LuaCheckClientAbort, LuaSSLProtocols, LuaSSLCiphers, SSLClientHelloByLuaBlock,
	SSLClientHelloByLuaFile, SSLCertificateByLuaBlock, SSLCertificateByLuaFile, ProxySSLCertificateByLuaBlock,
	ProxySSLCertificateByLuaFile, ProxySSLVerifyByLuaBlock, ProxySSLVerifyByLuaFile,
	LuaUpstreamSkipOpensslDefaultVerify, LuaSSLVerifyDepth, LuaSSLCertificate, LuaSSLCertificateKey,
	LuaSSLTrustedCertificate, LuaSSLCRL, LuaSSLKeyLog, LuaSSLConfCommand, LuaMallocTrim, LuaAddVariable)

// Modules lists the Lua modules in nginx's order.
func Modules() []*catalog.Module { return []*catalog.Module{StreamModule, HTTPModule} }
