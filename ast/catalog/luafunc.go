package catalog

// Phases is a set of places in which Lua code runs. Stream and http share the
// type; each subsystem uses its own subset.
type Phases uint32

// Phases in the order of a session's or a request's life.
const (
	Init Phases = 1 << iota
	InitWorker
	ExitWorker
	SSLClientHello
	SSLCertificate
	SSLSessionFetch
	SSLSessionStore
	Set
	ServerRewrite
	Rewrite
	Access
	Preread
	PreContent
	Content
	Balancer
	ProxySSLCertificate
	ProxySSLVerify
	HeaderFilter
	BodyFilter
	Log
	Timer
)

// AnyStreamPhase is every phase that the stream Lua module has.
const AnyStreamPhase = Init | InitWorker | SSLClientHello | SSLCertificate | Preread |
	Content | Balancer | ProxySSLCertificate | ProxySSLVerify | Log | Timer

// AnyHTTPPhase is every phase that the http Lua module has.
const AnyHTTPPhase = Init | InitWorker | ExitWorker | SSLClientHello | SSLCertificate |
	SSLSessionFetch | SSLSessionStore | Set | ServerRewrite | Rewrite | Access |
	PreContent | Content | Balancer | ProxySSLCertificate | ProxySSLVerify |
	HeaderFilter | BodyFilter | Log | Timer

var phaseNames = []struct {
	bit  Phases
	name string
}{
	{Init, "init_by_lua*"},
	{InitWorker, "init_worker_by_lua*"},
	{ExitWorker, "exit_worker_by_lua*"},
	{SSLClientHello, "ssl_client_hello_by_lua*"},
	{SSLCertificate, "ssl_certificate_by_lua*"},
	{SSLSessionFetch, "ssl_session_fetch_by_lua*"},
	{SSLSessionStore, "ssl_session_store_by_lua*"},
	{Set, "set_by_lua*"},
	{ServerRewrite, "server_rewrite_by_lua*"},
	{Rewrite, "rewrite_by_lua*"},
	{Access, "access_by_lua*"},
	{Preread, "preread_by_lua*"},
	{PreContent, "precontent_by_lua*"},
	{Content, "content_by_lua*"},
	{Balancer, "balancer_by_lua*"},
	{ProxySSLCertificate, "proxy_ssl_certificate_by_lua*"},
	{ProxySSLVerify, "proxy_ssl_verify_by_lua*"},
	{HeaderFilter, "header_filter_by_lua*"},
	{BodyFilter, "body_filter_by_lua*"},
	{Log, "log_by_lua*"},
	{Timer, "ngx.timer"},
}

// Names lists the phases as OpenResty's error messages name them.
func (p Phases) Names() []string {
	var out []string
	for _, n := range phaseNames {
		if p&n.bit != 0 {
			out = append(out, n.name)
		}
	}
	return out
}

// LuaKind tells what a Lua name is.
type LuaKind uint8

// Kinds of Lua names.
const (
	LuaFunction LuaKind = iota
	LuaMethod
	LuaConstant
	LuaField
	LuaModule
	LuaOverride
)

// String returns the word that the reference manual uses.
func (k LuaKind) String() string {
	return [...]string{"function", "method", "constant", "field", "module", "override"}[k]
}

// LuaFunc declares one entry of the Lua API: a function, method, field or
// constant, with the phases in which each subsystem allows it.
type LuaFunc struct {
	// Name is the full name ("ngx.say", "ngx.shared.DICT:get").
	Name string
	Kind LuaKind
	// Sig is the signature, one per line where there are several.
	Sig string
	// Module is the argument of require that yields it, "" for what is always
	// there.
	Module string
	// HTTP and Stream are the phases that allow it; zero means that the
	// subsystem does not have it.
	HTTP, Stream Phases
	// Yields tells that the call may give up the worker to other light threads.
	Yields bool
	// Value is the number that a constant stands for.
	Value int
	Runs  Support
	Doc   string
}
