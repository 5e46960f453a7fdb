package conf

import (
	"bytes"
	"errors"
	"fmt"
	"syscall"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// register follows the handlers that look beyond their own directive. It
// returns false if it has reported something that makes nginx stop.
func (c *checker) register(call *catalog.Call, v *catalog.Value, l *Level) bool {
	if c.unserved {
		c.registerHTTP(call, v, l)
		return !call.Failed()
	}
	switch v.Row {
	case ngxstream.Listen.Row:
		c.listen(call, v.Arg.(*ngxstream.ListenArgs), l)
	case ngxstream.ProxyPass.Row:
		c.proxyPass(call, v.Arg.(*ngxstream.PassTarget))
	case ngxstream.Upstream.Row:
		c.upstream(call, v.Arg.(*ngxstream.Group))
	case ngxstream.LogFormat.Row:
		c.mentionFormat(call, v)
	case ngxstream.AccessLog.Row:
		c.mentionFormat(call, v)
		c.accessLog(call, v.Arg.(*ngxstream.AccessLogArgs))
	case ngxlua.LuaSharedDict.Row:
		d := v.Arg.(ngxlua.SharedDict)
		c.zone(call, 1, v.Row, d.Name, d.Size)
	case ngxstream.Zone.Row:
		z := v.Arg.(ngxstream.SharedZone)
		c.zone(call, 1, v.Row, z.Name, z.Size)
	case ngxstream.SSLSessionCache.Row:
		if z := v.Arg.(ngxstream.SessionCache).Shared; z.Name != "" {
			c.zone(call, 1, v.Row, z.Name, z.Size)
		}
	case ngxstream.SSLOCSPCache.Row:
		if z := v.Arg.(ngxstream.SharedZone); z.Name != "" {
			c.zone(call, 1, v.Row, z.Name, z.Size)
		}
	case ngxstream.LimitConnZone.Row:
		z := v.Arg.(ngxstream.LimitZone).Zone
		c.zone(call, 2, v.Row, z.Name, z.Size)
	case ngxstream.LimitConn.Row:
		c.zone(call, 1, v.Row, v.Arg.(ngxstream.ConnLimit).Zone, 0)
	case ngxstream.SSLPasswordFile.Row, ngxstream.ProxySSLPasswordFile.Row:
		c.passphrases(call, v.Arg.(string))
	case ngxcore.User.Row:
		c.user(call, v.Arg.(ngxcore.UserArgs))
	case ngxcore.LoadModule.Row:
		c.load(call)
	case ngxcore.Events.Row, ngxcore.Stream.Row, ngxcore.HTTP.Row, ngxcore.Mail.Row:
		c.modulesUsed = true
	}
	return !call.Failed()
}

// user follows ngx_set_user.
func (c *checker) user(call *catalog.Call, u ngxcore.UserArgs) {
	if !c.opt.Root {
		call.Warn(0, `the "user" directive makes sense only if the master process runs with super-user privileges, ignored`)
		return
	}
	if c.opt.LookupUser != nil {
		if err := c.opt.LookupUser(u.Name); err != nil {
			call.Fail(1, `getpwnam("%s") failed%s`, u.Name, catalog.ErrnoSuffix(err))
			return
		}
	}
	if c.opt.LookupGroup != nil {
		if err := c.opt.LookupGroup(u.Group); err != nil {
			call.Fail(call.Len()-1, `getgrnam("%s") failed%s`, u.Group, catalog.ErrnoSuffix(err))
		}
	}
}

// maxPassphrase is the length from which a line of a file of passphrases is too
// long for nginx's buffer (NGX_SSL_PASSWORD_BUFFER_SIZE).
const maxPassphrase = 4096

// passphrases follows ngx_ssl_read_password_file.
func (c *checker) passphrases(call *catalog.Call, name string) {
	if err := c.File(name); err != nil {
		call.FailFile(1, "open()", name, err)
		return
	}
	if c.opt.ReadFile == nil {
		return
	}
	text, err := c.opt.ReadFile(name)
	if errors.Is(err, syscall.EISDIR) {
		call.FailFile(1, "read()", name, err)
		return
	}
	for line := range bytes.Lines(text) {
		if len(bytes.TrimSuffix(line, []byte("\n"))) >= maxPassphrase {
			call.Fail(1, "too long line in \"%s\"", name)
			return
		}
	}
}

// zone follows ngx_shared_memory_add on behalf of word i, and what the handlers
// say about a zone that has a use already.
func (c *checker) zone(call *catalog.Call, i int, r *catalog.Row, name string, size int64) {
	module := r.Module().Name
	if size == 0 {
		c.tree.ZoneUses = append(c.tree.ZoneUses, c.mention(name, call.Word(i)))
	}
	n, known := c.zones[name]
	if !known {
		c.zones[name] = len(c.tree.Zones)
		c.tree.Zones = append(c.tree.Zones, Zone{Name: name, Size: size, Module: module, At: call.Word(i), Row: r, Node: call.Node})
		return
	}
	z := &c.tree.Zones[n]
	conflict := func(format string, args ...any) {
		d := diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleConflict, Message: fmt.Sprintf(format, args...),
			Subject: call.Word(i), At: call.At(), Related: []diag.Related{{Range: z.At, Message: "the zone is declared here"}}}
		call.ReportWhole(d)
	}
	if z.Module != module {
		conflict(`the shared memory zone "%s" is already declared for a different use`, name)
		return
	}
	declared := z.Size != 0
	if !declared {
		z.Size = size
	}
	switch {
	case size != 0 && size != z.Size:
		conflict(`the size %d of shared memory zone "%s" conflicts with already declared size %d`, size, name, z.Size)
	case r == ngxlua.LuaSharedDict.Row, r == ngxlua.HTTPLuaSharedDict.Row:
		conflict(`lua_shared_dict "%s" is already defined as "%s"`, name, name)
	case declared && ngxhttp.IsCachePath(r):
		conflict(`duplicate zone "%s"`, name)
	case r == ngxhttp.LimitReqZone.Row, r == ngxhttp.LimitConnZone.Row:
		if key, bound := c.httpLimitKey(call.Level, r, name); bound {
			conflict(`%s "%s" is already bound to key "%s"`, r.Name, name, key)
		}
	case r == ngxstream.LimitConnZone.Row:
		if key, bound := c.limitKey(call.Level, name); bound {
			conflict(`limit_conn_zone "%s" is already bound to key "%s"`, name, key)
		}
	}
}

// limitKey finds the key of a limit_conn_zone that stands further above.
func (c *checker) limitKey(l catalog.Level, name string) (string, bool) {
	for _, v := range l.Values(ngxstream.LimitConnZone.Row) {
		if z, _ := v.Arg.(ngxstream.LimitZone); z.Zone.Name == name {
			return z.Key.Text, true
		}
	}
	return "", false
}

// accessLog checks that a file is buffered in one way only, as the end of
// ngx_stream_log_set_log does.
func (c *checker) accessLog(call *catalog.Call, a *ngxstream.AccessLogArgs) {
	name, constant := a.File.Constant()
	if a.Buffer == 0 || !constant || a.Syslog != nil {
		return
	}
	first, known := c.logs[name]
	if !known {
		c.logs[name] = a
		return
	}
	if first.Buffer != a.Buffer || first.Flush != a.Flush || first.Gzip != a.Gzip {
		call.Report(diag.Emerg, catalog.RuleConflict, call.Word(1),
			`access_log "`+call.Text(1)+`" already defined with conflicting parameters`)
	}
}

// noListen reports a server without a listen directive, as
// ngx_stream_core_server does when the block is closed.
func (c *checker) noListen(l *Level) {
	c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "no-listen", Message: `no "listen" is defined for server`,
		Subject: l.node.WordRange(0), At: l.node.OpenPos(), Order: l.node.EndPos()})
}

// closed runs the checks that nginx makes when a block ends.
func (c *checker) closed(l *Level) {
	switch {
	case l.block == ngxstream.Server.Row && !l.hasListen:
		c.noListen(l)
	case l.block == ngxstream.Upstream.Row && !l.hasServer:
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "empty-upstream", Message: "no servers are inside upstream",
			Subject: l.node.HeadRange(), At: l.node.EndPos()})
	case l.block == ngxcore.Stream.Row:
		c.finishStream(l)
		openSockets(c.tree, c.tree.Listening)
	case l.block == ngxmail.Server.Row && !l.hasListen:
		c.noListen(l)
	case l.block == ngxcore.Mail.Row:
		c.finishMail(l)
		openSockets(c.tree, c.mailListens)
	case l.block == ngxhttp.Server.Row:
		c.closeHTTPServer(l)
	case l.block == ngxhttp.Upstream.Row && !l.hasServer:
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "empty-upstream", Message: "no servers are inside upstream",
			Subject: l.node.HeadRange(), At: l.node.EndPos()})
	case l.block == ngxcore.HTTP.Row:
		c.finishHTTP(l)
		openSockets(c.tree, c.tree.HTTPListening)
	}
}

// note remembers that a directive was there, right or wrong, so that one
// mistake does not give a second message about its absence.
func (l *Level) note(d *ast.Directive) {
	switch {
	case l.in&(catalog.StreamServer|catalog.HTTPServer|catalog.MailServer) != 0 && d.Is("listen"):
		l.hasListen = true
	case l.in&(catalog.StreamUpstream|catalog.HTTPUpstream) != 0 && d.Is("server"):
		l.hasServer = true
	}
}
