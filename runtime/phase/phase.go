// Package phase names what a session or a request goes through, for the stream and the http subsystem alike.
//
// A session passes the phases in the order of their constants. A phase is a list of handlers in nginx's module order; each answers
// with a Result that tells the engine of its subsystem what comes next: the next handler (Next), the next phase (Done), more
// client data (Again, in preread only), nothing because somebody else ends the session (Taken), or a status that ends it.
//
// The package also names the contexts in which scripts run (Script): OpenResty's words for them occur in error messages and in
// ngx.get_phase(). It holds names and numbers only: no engine, no session, no script.
package phase

import "strconv"

// Phase is one of the steps of a stream session (ngx_stream_phases).
type Phase uint8

// The phases of a stream session in nginx's order.
const (
	PostAccept Phase = iota // realip
	PreAccess               // limit_conn, set
	Access                  // allow, deny
	SSL                     // the TLS handshake of a "listen ... ssl"
	Preread                 // ssl_preread, preread_by_lua
	Content                 // exactly one handler: proxy_pass, return, content_by_lua
	Log                     // log_by_lua, access_log
	Count                   // the number of phases
)

var phaseNames = [Count]string{"post-accept", "preaccess", "access", "ssl", "preread", "content", "log"}

// String is the phase's name in nginx's documentation of the stream subsystem.
func (p Phase) String() string {
	if p < Count {
		return phaseNames[p]
	}
	return "phase " + strconv.Itoa(int(p))
}

// Result is what a handler answers. The negative numbers are nginx's (NGX_ERROR and its kin), because scripts know them as
// ngx.ERROR, ngx.AGAIN, ngx.DONE and ngx.DECLINED; a positive Result is the status with which the session ends.
type Result int

// The results that are not a status.
const (
	Done  Result = 0  // NGX_OK: this phase is over
	Error Result = -1 // NGX_ERROR: ends the session with InternalServerError
	Again Result = -2 // NGX_AGAIN: the handler wants more client data; preread only
	Taken Result = -4 // NGX_DONE: the handler has arranged for the session's end itself
	Next  Result = -5 // NGX_DECLINED: on to the next handler
)

// The statuses of ngx_stream.h, the values of $status.
const (
	OK                  Result = 200
	BadRequest          Result = 400 // client data could not be parsed
	Forbidden           Result = 403 // refused by a rule
	SpecialResponse     Result = 300 // the least code that a balancer script may end a session with
	InternalServerError Result = 500
	BadGateway          Result = 502 // no upstream server could be reached
	ServiceUnavailable  Result = 503 // refused by a limit
)

// Status is the status that a final Result ends the session with: itself, or InternalServerError for Error.
func (r Result) Status() int {
	if r == Error {
		return int(InternalServerError)
	}
	return int(r)
}

// Final tells whether the Result ends the session.
func (r Result) Final() bool { return r > 0 || r == Error }

// Script is a context in which Lua code runs.
type Script uint8

// The contexts, those of the stream subsystem first.
const (
	ScriptInit Script = iota
	ScriptInitWorker
	ScriptSSLClientHello
	ScriptSSLCert
	ScriptPreread
	ScriptContent
	ScriptProxySSLCert
	ScriptProxySSLVerify
	ScriptBalancer
	ScriptLog
	ScriptTimer
	ScriptSet
	ScriptServerRewrite
	ScriptRewrite
	ScriptAccess
	ScriptPrecontent
	ScriptHeaderFilter
	ScriptBodyFilter
	ScriptSSLSessionFetch
	ScriptSSLSessionStore
	ScriptExitWorker
	ScriptCount
)

var scriptNames = [ScriptCount]struct{ phase, directive string }{
	ScriptInit:            {"init", "init_by_lua*"},
	ScriptInitWorker:      {"init_worker", "init_worker_by_lua*"},
	ScriptSSLClientHello:  {"ssl_client_hello", "ssl_client_hello_by_lua*"},
	ScriptSSLCert:         {"ssl_cert", "ssl_certificate_by_lua*"},
	ScriptPreread:         {"preread", "preread_by_lua*"},
	ScriptContent:         {"content", "content_by_lua*"},
	ScriptProxySSLCert:    {"proxy_ssl_cert", "proxy_ssl_certificate_by_lua*"},
	ScriptProxySSLVerify:  {"proxy_ssl_verify", "proxy_ssl_verify_by_lua*"},
	ScriptBalancer:        {"balancer", "balancer_by_lua*"},
	ScriptLog:             {"log", "log_by_lua*"},
	ScriptTimer:           {"timer", "ngx.timer"},
	ScriptSet:             {"set", "set_by_lua*"},
	ScriptServerRewrite:   {"server_rewrite", "server_rewrite_by_lua*"},
	ScriptRewrite:         {"rewrite", "rewrite_by_lua*"},
	ScriptAccess:          {"access", "access_by_lua*"},
	ScriptPrecontent:      {"precontent", "precontent_by_lua*"},
	ScriptHeaderFilter:    {"header_filter", "header_filter_by_lua*"},
	ScriptBodyFilter:      {"body_filter", "body_filter_by_lua*"},
	ScriptSSLSessionFetch: {"ssl_session_fetch", "ssl_session_fetch_by_lua*"},
	ScriptSSLSessionStore: {"ssl_session_store", "ssl_session_store_by_lua*"},
	ScriptExitWorker:      {"exit_worker", "exit_worker_by_lua*"},
}

// String is what ngx.get_phase() answers.
func (s Script) String() string {
	if s < ScriptCount {
		return scriptNames[s].phase
	}
	return "(unknown)"
}

// Directive is the name in "API disabled in the context of NAME".
func (s Script) Directive() string {
	if s < ScriptCount {
		return scriptNames[s].directive
	}
	return "(unknown)"
}

// Yieldable tells whether code in this context may wait: for a socket, a timer, another thread (NGX_STREAM_LUA_CONTEXT_YIELDABLE).
func (s Script) Yieldable() bool {
	switch s {
	case ScriptInit, ScriptInitWorker, ScriptBalancer, ScriptLog, ScriptSet, ScriptHeaderFilter, ScriptBodyFilter,
		ScriptSSLSessionStore, ScriptExitWorker:
		return false
	}
	return s < ScriptCount
}
