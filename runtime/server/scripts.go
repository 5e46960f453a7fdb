package server

import (
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/ngx"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
	"tidegate/runtime/tlsconf"
	"tidegate/runtime/upstream"
)

// This file joins the stream subsystem and the Lua API, which do not know each other: it is stream.Scripts made of ngx.Program, and
// ngx.Session made of stream.Session.

// session gives a stream.Session the shape that scripts use.
type session struct{ *stream.Session }

var _ ngx.Session = session{}

// Downstream is the client's connection and the socket under it.
func (s session) Downstream() (cosocket.Transport, *relay.Conn) {
	d := s.Session.Downstream()
	return d, d.Raw()
}

// Datagrams is the client's datagrams.
func (s session) Datagrams() cosocket.Datagrams { return s.Session.Downstream().Packets() }

// scripts is stream.Scripts for one cycle.
type scripts struct {
	c        *Cycle
	stream   catalog.Level
	settings map[catalog.Level]*ngx.Settings
	byScript map[*ngxlua.Script]*ngx.Script
	err      error // of the first settings that could not be made
}

// buildScripts makes the cycle's Program and what makes handlers of its directives.
func (c *Cycle) buildScripts(level catalog.Level) (*scripts, error) {
	sc := &scripts{c: c, stream: level, settings: map[catalog.Level]*ngx.Settings{}, byScript: map[*ngxlua.Script]*ngx.Script{}}
	for _, srv := range ngxstream.Server.In(level) {
		sc.of(srv.Level)
	}
	cfg := ngx.Config{
		Workers: c.core.workers, PackagePath: sc.packagePath(), PackageCPath: ngxlua.LuaPackageCpath.Get(level),
		MaxPendingTimers: ngxlua.LuaMaxPendingTimers.Get(level), MaxRunningTimers: ngxlua.LuaMaxRunningTimers.Get(level),
		RegexCacheEntries: ngxlua.LuaRegexCacheMaxEntries.Get(level), RegexMatchLimit: uint32(ngxlua.LuaRegexMatchLimit.Get(level)),
		Zones: c.zones.dicts, Settings: sc.of(level),
		Log: c.log, Capture: c.logs.capture, NextConnection: c.server.connections.Next,
		Getenv: func(name string) (string, bool) { v, ok := c.core.env[name]; return v, ok },
		Prefix: c.server.opts.Prefix, NginxVersion: c.server.opts.VersionCode, Configure: c.server.opts.Configure,
		Pid: os.Getpid(), Quit: c.server.Quit,
	}
	if s, ok := ngxlua.InitPhase.Own(level); ok {
		cfg.Init = sc.script(s)
	}
	if s, ok := ngxlua.InitWorkerPhase.Own(level); ok {
		cfg.InitWorker = sc.script(s)
	}
	c.lua = ngx.New(cfg)
	return sc, sc.err
}

// defaultPath is LuaJIT's package.path, which ";;" in lua_package_path stands for.
const defaultPath = "./?.lua;/usr/local/share/luajit-2.1/?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua"

// packagePath is lua_package_path, else LUA_PATH, with the default in the place of each ";;" (ngx_stream_lua_set_path).
func (sc *scripts) packagePath() string {
	path, ok := ngxlua.LuaPackagePath.Own(sc.stream)
	if !ok {
		if path, ok = sc.c.core.env["LUA_PATH"]; !ok {
			return defaultPath
		}
	}
	const mark = "\x01" // LuaJIT's AUX_MARK
	path = strings.ReplaceAll(path, ";;", ";"+mark+";")
	prefix := strings.TrimSuffix(sc.c.server.opts.Prefix, "/") + "/"
	path = strings.NewReplacer("${prefix}", prefix, "$prefix", prefix).Replace(path)
	return strings.ReplaceAll(path, mark, defaultPath)
}

// script makes the code of a directive; each directive's code is one Script, whatever levels inherit it.
func (sc *scripts) script(s *ngxlua.Script) *ngx.Script {
	if made := sc.byScript[s]; made != nil {
		return made
	}
	made := &ngx.Script{Source: s.Source, Chunk: s.Chunk}
	switch {
	case !s.IsFile():
	case s.File.HasVariables():
		made.FileOf = func(ns ngx.Session) string {
			name := evaluate(ns, s.File)
			if !filepath.IsAbs(name) {
				name = sc.c.server.opts.Prefix + name
			}
			return name
		}
	default:
		made.File = s.File.Text
	}
	sc.byScript[s] = made
	return made
}

// evaluate is the text of a template in a session.
func evaluate(s ngx.Session, t catalog.Template) string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Variable != "" {
			v, _ := s.Var(strings.ToLower(p.Variable))
			b.WriteString(v)
		} else {
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

// of gives the Lua settings of a level.
func (sc *scripts) of(level catalog.Level) *ngx.Settings {
	if s := sc.settings[level]; s != nil {
		return s
	}
	s := &ngx.Settings{
		CodeCache: ngxlua.LuaCodeCache.Get(level),
		Sockets: cosocket.Settings{
			ConnectTimeout:   ngxlua.LuaSocketConnectTimeout.Get(level),
			SendTimeout:      ngxlua.LuaSocketSendTimeout.Get(level),
			ReadTimeout:      ngxlua.LuaSocketReadTimeout.Get(level),
			KeepaliveTimeout: ngxlua.LuaSocketKeepaliveTimeout.Get(level),
			BufferSize:       int(ngxlua.LuaSocketBufferSize.Get(level)),
			PoolSize:         ngxlua.LuaSocketPoolSize.Get(level),
			LogErrors:        ngxlua.LuaSocketLogErrors.Get(level),
			NoDelay:          ngxstream.TCPNodelay.Get(level),
			CheckClientAbort: ngxlua.LuaCheckClientAbort.Get(level),
		},
		Network: sc.network(level),
	}
	keys, err := sc.keyLog(level)
	if err == nil {
		cfg := luaTLS(level)
		cfg.KeyLog = keys
		s.TLS.Client, err = tlsconf.NewClient(cfg)
	}
	if err != nil && level == sc.stream {
		// nginx makes these settings for servers only (ngx_stream_lua_merge_srv_conf); here timers have them as well.
		s.TLS.Client, err = tlsconf.NewClient(tlsconf.ClientConfig{Protocols: tlsconf.Protocols(ngxlua.LuaSSLProtocols.Fallback()),
			Ciphers: ngxlua.LuaSSLCiphers.Fallback(), VerifyDepth: ngxlua.LuaSSLVerifyDepth.Fallback()})
	}
	if err != nil && sc.err == nil {
		sc.err = err
	}
	sc.settings[level] = s
	return s
}

// keyLog opens the file of lua_ssl_key_log; it is nil without (ngx_stream_lua_ssl_key_log).
func (sc *scripts) keyLog(level catalog.Level) (io.Writer, error) {
	path := ngxlua.LuaSSLKeyLog.Get(level)
	if path == "" {
		return nil, nil
	}
	f, err := sc.c.logs.file(path)
	if err != nil {
		return nil, fmt.Errorf("open()(\"%s\") failed", path)
	}
	return f, nil
}

// luaTLS gives the settings of sslhandshake: the lua_ssl_* directives.
func luaTLS(level catalog.Level) tlsconf.ClientConfig {
	cfg := tlsconf.ClientConfig{
		Protocols: tlsconf.Protocols(ngxlua.LuaSSLProtocols.Get(level)), Ciphers: ngxlua.LuaSSLCiphers.Get(level),
		VerifyDepth: ngxlua.LuaSSLVerifyDepth.Get(level), TrustedCA: ngxlua.LuaSSLTrustedCertificate.Get(level),
		CRL: ngxlua.LuaSSLCRL.Get(level), Commands: stream.TLSCommands(ngxlua.LuaSSLConfCommand.All(level)),
	}
	certs, keys := ngxlua.LuaSSLCertificate.All(level), ngxlua.LuaSSLCertificateKey.All(level)
	if len(certs) > 0 && len(keys) > 0 {
		cfg.Certificate = tlsconf.Pair{Cert: certs[len(certs)-1], Key: keys[len(keys)-1]}
	}
	return cfg
}

// network is how the sockets of a level's scripts reach the outside.
func (sc *scripts) network(level catalog.Level) *cosocket.Network {
	engine := sc.c.server.engine
	n := &cosocket.Network{
		Dial: func(to, from relay.Addr, transparent bool, timeout time.Duration, cancel <-chan struct{}, trace *relay.DialTrace) (*relay.Conn, error) {
			number := sc.c.server.connections.Next()
			if trace != nil {
				trace.Number = number
			}
			return engine.Dial(relay.DialOptions{Remote: to, Local: from, Transparent: transparent, Timeout: timeout, Cancel: cancel, Trace: trace})
		},
		Resolve: func(host string, _ <-chan struct{}) ([]relay.Addr, error) {
			return nil, fmt.Errorf("no resolver defined to resolve \"%s\"", host)
		},
	}
	r := sc.c.resolverAt(level)
	if r == nil {
		return n
	}
	timeout := ngxstream.ResolverTimeout.Get(level)
	n.Resolve = func(host string, cancel <-chan struct{}) ([]relay.Addr, error) {
		ips, err := lookup(r, host, timeout, cancel)
		if err != nil {
			return nil, err
		}
		out := make([]relay.Addr, len(ips))
		for i, ip := range ips {
			out[i] = relay.TCPAddr(netip.AddrPortFrom(ip, 0))
		}
		return out, nil
	}
	return n
}

func adapt(f func(ngx.Session) phase.Result) stream.Handler {
	return func(s *stream.Session) phase.Result { return f(session{s}) }
}

// Preread is stream.Scripts.
func (sc *scripts) Preread(level catalog.Level) stream.Handler {
	if s, ok := ngxlua.PrereadPhase.At(level); ok {
		return adapt(sc.c.lua.Preread(sc.script(s), sc.of(level)))
	}
	return nil
}

// Content is stream.Scripts.
func (sc *scripts) Content(level catalog.Level) (stream.Handler, ast.Pos) {
	for _, row := range ngxlua.ContentPhase.Rows() {
		if vs := level.Values(row); len(vs) > 0 {
			s, _ := vs[0].Arg.(*ngxlua.Script)
			return adapt(sc.c.lua.Content(sc.script(s), sc.of(level))), vs[0].At
		}
	}
	return nil, ast.Pos{}
}

// Log is stream.Scripts.
func (sc *scripts) Log(level catalog.Level) stream.Handler {
	s, ok := ngxlua.LogPhase.At(level)
	if !ok {
		return nil
	}
	run := sc.c.lua.Log(sc.script(s), sc.of(level))
	return func(s *stream.Session) phase.Result {
		run(session{s})
		return phase.Done
	}
}

// ClientHello is stream.Scripts.
func (sc *scripts) ClientHello(level catalog.Level) stream.TLSHandler {
	return sc.tls(ngxlua.SSLClientHelloPhase, phase.ScriptSSLClientHello, level)
}

// Certificate is stream.Scripts.
func (sc *scripts) Certificate(level catalog.Level) stream.TLSHandler {
	return sc.tls(ngxlua.SSLCertificatePhase, phase.ScriptSSLCert, level)
}

func (sc *scripts) tls(p *ngxlua.Phase, script phase.Script, level catalog.Level) stream.TLSHandler {
	s, ok := p.At(level)
	if !ok {
		return nil
	}
	run := sc.c.lua.SSL(sc.script(s), sc.of(level), script)
	return func(s *stream.Session, hello *tlsconf.Hello) error { return run(session{s}, hello) }
}

// ProxyCertificate is stream.Scripts.
func (sc *scripts) ProxyCertificate(level catalog.Level) stream.UpstreamTLSHandler {
	return sc.upstreamTLS(ngxlua.ProxySSLCertificatePhase, phase.ScriptProxySSLCert, level)
}

// ProxyVerify is stream.Scripts.
func (sc *scripts) ProxyVerify(level catalog.Level) (stream.UpstreamTLSHandler, bool) {
	return sc.upstreamTLS(ngxlua.ProxySSLVerifyPhase, phase.ScriptProxySSLVerify, level), ngxlua.LuaUpstreamSkipOpensslDefaultVerify.Get(level)
}

func (sc *scripts) upstreamTLS(p *ngxlua.Phase, script phase.Script, level catalog.Level) stream.UpstreamTLSHandler {
	s, ok := p.At(level)
	if !ok {
		return nil
	}
	run := sc.c.lua.ProxySSL(sc.script(s), sc.of(level), script)
	return func(s *stream.Session, u *tlsconf.Upstream) error { return run(session{s}, u) }
}

// Balancer is stream.Scripts.
func (sc *scripts) Balancer(group catalog.Level) upstream.Balancer {
	s, ok := ngxlua.BalancerPhase.Own(group)
	if !ok {
		return nil
	}
	return balancer(sc.c.lua.Balancer(sc.script(s), sc.of(sc.stream)))
}

// balancer is an upstream.Balancer whose sessions are stream's.
type balancer func(ngx.Session, *upstream.Balance) error

// Balance is upstream.Balancer.
func (b balancer) Balance(u *upstream.Balance) error {
	return b(session{u.Session().(*stream.Session)}, u)
}

// PrereadFirst is stream.Scripts.
func (sc *scripts) PrereadFirst(level catalog.Level) bool {
	return ngxlua.PrereadByLuaNoPostpone.Get(level)
}
