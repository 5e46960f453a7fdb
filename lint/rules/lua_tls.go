package rules

import (
	"strings"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaTLSUnverified flags TLS connections that accept any certificate.
var LuaTLSUnverified = &lint.Rule{
	Name: "lua-tls-unverified", Severity: diag.Warn, Group: lint.Security,
	Summary: "A TLS connection is made without verifying the other side's certificate.",
	Why: `Without verification the code talks to whoever answers: somebody in between reads and changes all of it, passwords
included. sslhandshake verifies only if its third argument is true; resty.redis, resty.mysql and resty.websocket.client need
ssl_verify = true, resty.http verifies unless told otherwise. The authorities to trust are named by
lua_ssl_trusted_certificate.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local sock = ngx.socket.tcp()
    sock:settimeouts(500, 1000, 1000)
    assert(sock:connect("api.example.com", 443))
    assert(sock:sslhandshake(nil, "api.example.com"))
    sock:close()
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
content_by_lua_block {
    local sock = ngx.socket.tcp()
    sock:settimeouts(500, 1000, 1000)
    assert(sock:connect("api.example.com", 443))
    assert(sock:sslhandshake(nil, "api.example.com", true))
    sock:close()
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, c := range s.Code.Calls {
			if at := unverified(c); at != nil {
				p.Report(s.Range(at.At()), "the certificate of the other side is not verified").Detail = "verify it, and name the authorities by lua_ssl_trusted_certificate"
			}
		}
	},
}

// unverified returns what tells that a call makes a TLS connection without
// verification, nil if it does not.
func unverified(c *luacode.Call) lua.Node {
	if c.Method != nil && (c.Method.Value == "sslhandshake" || c.Method.Value == "ssl_handshake") {
		return unverifiedHandshake(c)
	}
	for _, arg := range c.Args {
		verify := tableField(arg, "ssl_verify")
		if verify != nil {
			if isFalse(verify) {
				return verify
			}
			continue
		}
		if ssl := tableField(arg, "ssl"); ssl != nil && isTrue(ssl) && c.Is("resty.redis:connect", "resty.mysql:connect") {
			return ssl
		}
	}
	if uri, ok := luacode.Constant(c.Arg(0)); ok && c.Is("resty.websocket.client:connect") && strings.HasPrefix(uri, "wss:") &&
		(c.Arg(1) == nil || tableField(c.Arg(1), "client_cert") == nil && isTable(c.Arg(1)) && tableField(c.Arg(1), "ssl_verify") == nil) {
		return c.Arg(0)
	}
	return nil
}

func unverifiedHandshake(c *luacode.Call) lua.Node {
	if len(c.Args) >= 3 {
		if isFalse(c.Args[2]) {
			return c.Args[2]
		}
		return nil
	}
	if c.Entry == nil || c.Entry.Name != "tcpsock:sslhandshake" {
		return nil // an object that is not known may have another default
	}
	if n := len(c.Args); n > 0 {
		switch c.Args[n-1].(type) {
		case *lua.Call, *lua.Vararg:
			return nil // more arguments may follow
		}
	}
	return c
}

// isFalse reports whether a value is false, nil, or "no" as some libraries say.
func isFalse(e lua.Expr) bool {
	if s, ok := luacode.Constant(e); ok {
		return s == "no"
	}
	c, ok := luacode.Strip(e).(*lua.Constant)
	return ok && c.Kind != lua.TokTrue
}

func isTrue(e lua.Expr) bool {
	c, ok := luacode.Strip(e).(*lua.Constant)
	return ok && c.Kind == lua.TokTrue
}

func isTable(e lua.Expr) bool {
	_, ok := luacode.Strip(e).(*lua.Table)
	return ok
}

// LuaTLSNoAuthorities flags verification that can only fail.
var LuaTLSNoAuthorities = &lint.Rule{
	Name: "lua-tls-no-authorities", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A TLS connection is to be verified, and no authorities are named to trust.",
	Why: `Cosockets do not know the authorities of the system. Without lua_ssl_trusted_certificate every verification fails with
"unable to get local issuer certificate", and people then switch it off. Name the file of the system, such as
/etc/ssl/certs/ca-certificates.crt, or the authority of the service alone.`,
	Bad: []lint.Example{{In: "http.location", Text: `content_by_lua_block {
    local sock = ngx.socket.tcp()
    sock:settimeouts(500, 1000, 1000)
    assert(sock:connect("api.example.com", 443))
    assert(sock:sslhandshake(nil, "api.example.com", true))
    sock:close()
}
`}},
	Good: []lint.Example{{In: "http.location", Text: `lua_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
content_by_lua_block {
    local sock = ngx.socket.tcp()
    sock:settimeouts(500, 1000, 1000)
    assert(sock:connect("api.example.com", 443))
    assert(sock:sslhandshake(nil, "api.example.com", true))
    sock:close()
}
`}},
	Script: func(p *lint.Pass, s *lint.Script) {
		if !p.Complete() {
			return
		}
		for _, c := range s.Code.Calls {
			verify := c.Arg(2)
			if !c.Is("tcpsock:sslhandshake") || verify == nil || !isTrue(verify) || setsStore(s) ||
				setForScript(p, s, ngxlua.HTTPLuaSSLTrustedCertificate.Row, ngxlua.LuaSSLTrustedCertificate.Row) {
				continue
			}
			p.Report(s.Range(c.At()), "no lua_ssl_trusted_certificate is set, and the verification fails")
		}
	},
}

// setsStore reports whether the code gives its sockets authorities itself.
func setsStore(s *lint.Script) bool {
	for _, c := range s.Code.Calls {
		if c.Method != nil && c.Method.Value == "settrustedstore" {
			return true
		}
	}
	return false
}
