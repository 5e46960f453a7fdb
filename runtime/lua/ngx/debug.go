package ngx

import (
	"crypto/md5"
	"encoding/hex"
	"slices"
	"strings"
	"sync"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/phase"
)

// Debug lines that need more than a line of code where they are written.

// debugLoad tells which code is looked up, by OpenResty's key for it (ngx_stream_lua_gen_chunk_cache_key), and that it is to run in a
// thread of its own.
func (rq *request) debugLoad(sc *Script) {
	d := rq.debug
	if d == nil {
		return
	}
	d.Str(errlog.DebugStream, "looking up Lua code cache with key '%s'", rq.cacheKey(sc))
	if rq.script.Yieldable() {
		d.Line(errlog.DebugStream, "lua creating new thread")
	}
}

func (rq *request) cacheKey(sc *Script) string {
	path := sc.File
	if sc.FileOf != nil {
		path = sc.FileOf(rq.session)
	}
	if path != "" {
		sum := md5.Sum([]byte(path))
		return "nhlf_" + hex.EncodeToString(sum[:])
	}
	sum := md5.Sum([]byte(sc.Source))
	key := "nhli_" + hex.EncodeToString(sum[:])
	switch rq.script {
	case phase.ScriptPreread, phase.ScriptContent, phase.ScriptLog:
		return sc.Chunk + key
	}
	return strings.TrimSuffix(rq.script.Directive(), "*") + key
}

// ctxRefs are the numbers of the ngx.ctx tables that live in a VM, as luaL_ref gives them out. They are kept for the debug log alone.
type ctxRefs struct {
	mu   sync.Mutex
	used []bool
}

func (c *ctxRefs) take() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.used, false)
	if i < 0 {
		i = len(c.used)
		c.used = append(c.used, false)
	}
	c.used[i] = true
	return i + 1
}

func (c *ctxRefs) give(ref int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used[ref-1] = false
}

// debugContext numbers a new ngx.ctx, and tells when the session lets it go (ngx_stream_lua_ngx_ctx_cleanup).
func (rq *request) debugContext() {
	d := rq.debug
	if d == nil || rq.session == nil {
		return
	}
	refs := &rq.w.ctxRefs
	ref := refs.take()
	rq.session.OnClose(func() {
		refs.give(ref)
		d.Num(errlog.DebugStream, "lua release ngx.ctx at ref %d", ref)
	})
}

// debugFinalize is the beginning of ngx_stream_lua_finalize_request.
func (rq *request) debugFinalize(r phase.Result) {
	rq.debug.Num(errlog.DebugStream, "finalize stream request: %i", code(r))
}

// code is the result of a handler as nginx's functions return it: 0 for a normal end.
func code(r phase.Result) int {
	if r == phase.Done {
		return 0
	}
	return int(r)
}

// debugFake is the end of a fake connection.
func (rq *request) debugFake(rc int) {
	d := rq.debug
	if d == nil {
		return
	}
	d.Num(errlog.DebugStream, "stream lua finalize fake request: %d", rc)
	d.Line(errlog.DebugStream, "stream lua close fake request")
	d.Log(errlog.DebugStream, "stream lua close fake stream connection %p", errlog.Address(rq))
}

// debugHandshake tells how a script of a TLS handshake ended. A script that has waited is heard of in other words than one that answers
// at once.
func (rq *request) debugHandshake(run *sched.Run, r phase.Result) {
	d := rq.debug
	if d == nil {
		return
	}
	rq.debugFake(code(r))
	exit, rc := 1, code(r)
	if rq.late || !rq.unloaded && (r == phase.Error || r >= phase.BadRequest) {
		exit = 0
	}
	waited := run.Yielded()
	switch rq.script {
	case phase.ScriptSSLClientHello:
		switch {
		case rq.late:
			d.Line(errlog.DebugStream, "stream ssl_client_hello_by_lua: client hello cb aborted")
		case waited:
			d.Num(errlog.DebugStream, "stream ssl_client_hello_by_lua: client hello cb exit code: %d", exit)
		default:
			d.Log(errlog.DebugStream, "stream ssl_client_hello_by_lua: handler return value: %i, client hello cb exit code: %d", rc, exit)
		}
	case phase.ScriptSSLCert:
		switch {
		case rq.late:
			d.Line(errlog.DebugStream, "stream ssl_certificate_by_lua: cert cb aborted")
		case waited:
			d.Num(errlog.DebugStream, "stream ssl_certificate_by_lua: cert cb exit code: %d", exit)
		default:
			d.Log(errlog.DebugStream, "stream ssl_certificate_by_lua: handler return value: %i, cert cb exit code: %d", rc, exit)
		}
	case phase.ScriptProxySSLCert:
		switch {
		case rq.late:
			d.Line(errlog.DebugStream, "proxy_ssl_certificate_by_lua: cert cb aborted")
		case waited:
			d.Num(errlog.DebugStream, "proxy_ssl_certificate_by_lua: cert cb exit code: %d", exit)
		default:
			d.Log(errlog.DebugStream, "proxy_ssl_certificate_by_lua: handler return value: %i, cert cb exit code: %d", rc, exit)
		}
	case phase.ScriptProxySSLVerify:
		switch {
		case rq.late:
			d.Line(errlog.DebugStream, "proxy_ssl_verify_by_lua: cert verify callback aborted")
		case waited:
			d.Num(errlog.DebugStream, "proxy_ssl_verify_by_lua: cert verify callback exit code: %d", exit)
		default:
			d.Log(errlog.DebugStream, "proxy_ssl_verify_by_lua: handler return value: %i, cert verify callback exit code: %d", rc, exit)
		}
	}
}
