package stream

import (
	"fmt"
	"os"
	"strings"
	"time"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/runtime/errlog"
	"tidegate/runtime/stream/accesslog"
	"tidegate/runtime/tlsconf"
	"tidegate/runtime/vars"
)

// builder collects what Build makes. It goes on after an error, so that all are found at once.
type builder struct {
	*Stream
	level   Level
	errs    diag.List
	formats map[string]*accesslog.Format[*Session]
	byLevel map[Level]*group                 // of upstream blocks
	caches  map[string]*tlsconf.SessionCache // by name
	zones   map[string]limitZone             // of limit_conn, by name
}

// Build makes a Stream of a checked stream block. It reads certificates and keys, opens nothing else and changes nothing. The list
// holds nginx's messages; the Stream is nil when one of them is fatal.
func Build(level Level, deps Deps) (*Stream, diag.List) {
	if deps.Now == nil {
		deps.Now = time.Now
	}
	st := &Stream{deps: deps, vars: vars.NewRegistry[*Session](), debug: deps.Log.Debug(0)}
	st.logs = accesslog.NewSet(func(err error) { deps.Log.Write(errlog.Alert, 0, err.Error()) })
	b := &builder{Stream: st, level: level, formats: map[string]*accesslog.Format[*Session]{}, byLevel: map[Level]*group{},
		caches: map[string]*tlsconf.SessionCache{}, zones: map[string]limitZone{}}
	b.variables()
	b.limitZones()
	b.upstreams()
	b.logFormats()
	if deps.Scripts != nil {
		st.scriptsFirst = deps.Scripts.PrereadFirst(level)
	}
	b.virtualServers()
	b.listeners()
	b.wants()
	for _, err := range st.vars.Resolve() {
		b.fail(ast.Pos{}, err)
	}
	if b.errs.Fatal() != nil {
		return nil, b.errs
	}
	return st, b.errs
}

// wants finds out what of a handshake has to be kept: what costs something is kept only where a text or a script can ask for it.
func (b *builder) wants() {
	scripted := false
	for _, s := range b.servers {
		scripted = scripted || s.TLS != nil && (s.scripted || s.prereadScript != nil || s.logScript != nil || s.certScript != nil || s.helloScript != nil)
		if s.Proxy != nil && s.Proxy.ProtocolVersion == 2 && len(s.leaves) > 1 {
			b.wantSigalg = true // to know which certificate was used
		}
	}
	b.recordHello = b.recordHello || scripted || b.vars.Mentioned("ssl_session_id")
	b.wantSigalg = b.wantSigalg || scripted || b.vars.Mentioned("ssl_sigalg")
	b.wantSigalgs = scripted || b.vars.Mentioned("ssl_sigalgs")
}

// fail notes an error with nginx's place for it, which may be nowhere.
func (b *builder) fail(at ast.Pos, err error) {
	b.errs = append(b.errs, diag.Diagnostic{Severity: diag.Emerg, Rule: "build", Message: err.Error(), At: at})
}

func (b *builder) warn(at ast.Pos, msg string) {
	b.errs = append(b.errs, diag.Diagnostic{Severity: diag.Warn, Rule: "build", Message: msg, At: at})
}

// variables fills the registry: built-in ones, tables, and those that scripts may set.
func (b *builder) variables() {
	for _, list := range [][]vars.Variable[*Session]{b.coreVariables(), upstreamVariables(), sslVariables(), limitVariables()} {
		for _, v := range list {
			if err := b.vars.Add(v); err != nil {
				b.fail(ast.Pos{}, err)
			}
		}
	}
	b.tables()
	for _, u := range ngxlua.LuaAddVariable.Uses(b.level) {
		v, err := b.vars.Define(u.Arg, vars.Changeable|vars.Weak)
		if err != nil {
			b.fail(u.At, err)
			continue
		}
		if v.Get == nil {
			v.Get = func(*Session, string) (string, vars.Status) { return missing() }
		}
		b.vars.Index(u.Arg)
	}
}

func (b *builder) logFormats() {
	for _, u := range ngxstream.LogFormat.Uses(b.level) {
		b.formats[u.Arg.Name] = accesslog.NewFormat(b.vars, u.Arg.Template, accesslog.Escape(u.Arg.Escape))
	}
}

// SyslogPeer makes the destination that the parameters of a log describe, on a host of that name.
func SyslogPeer(s *ngxcore.Syslog, hostname string) *errlog.Syslog {
	p := &errlog.Syslog{Network: "udp", Addr: s.Server.Addr.String(), Name: s.Server.String(), Facility: s.Facility, Tag: s.Tag, Hostname: hostname}
	if s.Server.Unix != "" {
		p.Network, p.Addr = "unixgram", s.Server.Unix
	}
	if s.NoHostname {
		p.Hostname = ""
	}
	return p
}

// accessLogs are the logs in force at a server; a level with one of its own, or with "off", inherits none.
func (b *builder) accessLogs(level Level) []*accesslog.Log[*Session] {
	var out []*accesslog.Log[*Session]
	uses := ngxstream.AccessLog.Uses(level)
	for _, u := range uses {
		if u.Arg.Off {
			return nil
		}
	}
	cache := ngxstream.OpenLogFileCache.Get(level)
	for _, u := range uses {
		a := u.Arg
		cfg := accesslog.Config[*Session]{
			Format: b.formats[a.Format], Path: b.vars.Compile(b.logName(a.File)),
			Buffer: accesslog.Buffer{Size: int(a.Buffer), Flush: a.Flush, Gzip: a.Gzip},
			Cache:  accesslog.FileCache{Max: cache.Max, Inactive: cache.Inactive, Valid: cache.Valid, MinUses: cache.MinUses},
		}
		if a.HasIf {
			cfg.If = b.vars.Compile(a.If)
		}
		if a.Syslog != nil {
			cfg.Syslog, cfg.Severity = SyslogPeer(a.Syslog, b.deps.Hostname), a.Syslog.Severity
		}
		l, err := accesslog.New(b.logs, cfg)
		if err != nil {
			b.fail(u.At, err)
			continue
		}
		out = append(out, l)
	}
	return out
}

// logName is the name of a log file; one that begins with a variable is relative to the prefix, whatever the variable holds
// (ngx_conf_full_name).
func (b *builder) logName(t catalog.Template) catalog.Template {
	if strings.HasPrefix(t.Text, "$") {
		t.Parts = append([]catalog.Part{{Literal: b.deps.Prefix}}, t.Parts...)
	}
	return t
}

// passwords reads an ssl_password_file (ngx_ssl_read_password_file).
func (b *builder) passwords(path string, at ast.Pos) []string {
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		b.fail(at, fmt.Errorf("open() %q failed%s", path, errlog.Errno(err)))
		return nil
	}
	return splitPasswords(string(text))
}
