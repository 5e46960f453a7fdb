package conf

import (
	"fmt"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// upstream is a group as nginx counts them: an upstream block, or the target
// of a proxy_pass that names no block (ngx_stream_upstream_srv_conf_t).
type upstream struct {
	host   string // in lower case
	port   int
	noPort bool
	// text is the name as first written.
	text string
	// at is where it was first met.
	at      ast.Pos
	subject ast.Range
	// block is set for an upstream block.
	block *ast.Directive
	// single tells that the address is known: an IP address with a port, or a unix
	// socket.
	single  bool
	targets []*ngxstream.PassTarget
}

// upstream adds a block, as ngx_stream_upstream_add does with
// NGX_STREAM_UPSTREAM_CREATE.
func (c *checker) upstream(call *catalog.Call, g *ngxstream.Group) {
	host := catalog.Lower(g.Name)
	for _, u := range c.groupsNamed(host) {
		switch {
		case u.block != nil:
			d := diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleDuplicate, Message: `duplicate upstream "` + g.Name + `"`,
				Subject: call.Word(1), At: call.At(), Related: []diag.Related{{Range: u.subject, Message: "the first one is here"}}}
			call.ReportWhole(d)
			return
		case !u.noPort:
			d := diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleConflict,
				Message: fmt.Sprintf(`upstream "%s" may not have port %d`, g.Name, u.port),
				Subject: u.subject, At: u.at, Order: call.At(),
				Related: []diag.Related{{Range: call.Word(1), Message: "the upstream is declared here"}}}
			call.ReportWhole(d)
			return
		case c.samePort(u.port, 0):
			u.block, u.port = call.Node, 0
			return
		}
	}
	c.addGroup(&upstream{host: host, text: g.Name, noPort: true, at: call.At(), subject: call.Word(1), block: call.Node})
}

// proxyPass adds the target of a proxy_pass without variables, as
// ngx_stream_upstream_add does.
func (c *checker) proxyPass(call *catalog.Call, p *ngxstream.PassTarget) {
	if p.HasVariables() {
		return
	}
	host := catalog.Lower(p.Addr.Host)
	for _, u := range c.groupsNamed(host) {
		if u.block != nil && !p.Addr.NoPort {
			call.Report(diag.Emerg, catalog.RuleConflict, call.Word(1),
				fmt.Sprintf(`upstream "%s" may not have port %d`, p.Addr.Host, p.Addr.Port))
			return
		}
		if c.samePort(u.port, p.Addr.Port) {
			u.targets = append(u.targets, p)
			return
		}
	}
	c.addGroup(&upstream{host: host, text: p.Addr.Host, port: p.Addr.Port, noPort: p.Addr.NoPort, at: call.At(),
		subject: call.Word(1), single: p.Addr.Unix != "" || !p.Addr.IsName && p.Addr.Port != 0,
		targets: []*ngxstream.PassTarget{p}})
}

// samePort tells whether two targets with a name in common are one group. In
// http a block, which has no port, is the same as every default port.
func (c *checker) samePort(a, b int) bool { return a == b || c.unserved && (a == 0 || b == 0) }

func (c *checker) addGroup(u *upstream) {
	c.groups = append(c.groups, u)
	c.byHost[u.host] = append(c.byHost[u.host], u)
}

func (c *checker) groupsNamed(host string) []*upstream { return c.byHost[host] }

// initGroupsOf follows ngx_stream_upstream_init_main_conf: every group in the
// order in which it was first met. Blocks are kept by name in groups. In a
// fragment a name that no block has may be that of a group elsewhere.
func (c *checker) initGroupsOf(stream *Level, groups map[string]*Level) {
	for _, l := range stream.children {
		if g, ok := l.arg.(*ngxstream.Group); ok {
			if name := catalog.Lower(g.Name); groups[name] == nil {
				groups[name] = l
			}
		}
	}
	end := stream.node.EndPos()
	for _, u := range c.groups {
		if u.block == nil {
			if !c.tree.Fragment() {
				c.initImplicit(u, end)
			}
			continue
		}
		l := groups[u.host]
		for _, t := range u.targets {
			if l != nil {
				t.Group = l
			}
		}
		if l != nil {
			c.initExplicit(u, l, end)
		}
	}
}

// initImplicit resolves a target that names no group, as the last part of
// ngx_stream_upstream_init_round_robin does.
func (c *checker) initImplicit(u *upstream, end ast.Pos) {
	fail := func(phrase, detail string) {
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleAddress, Message: phrase + ` in upstream "` + u.text + `"`,
			Subject: u.subject, At: u.at, Order: end, Detail: detail})
	}
	switch {
	case u.single:
		return
	case u.port == 0:
		fail("no port", c.groupHint(u.host))
		return
	}
	ips, err := c.Resolve(u.text)
	if err != nil || len(ips) == 0 && c.opt.Resolve != nil {
		fail("host not found", c.groupHint(u.host))
		return
	}
	for _, t := range u.targets {
		t.Addr.SetAddrs(ips)
	}
}

// groupHint suggests a declared group with a similar name.
func (c *checker) groupHint(host string) string {
	var names []string
	for _, u := range c.groups {
		if u.block != nil {
			names = append(names, u.host)
		}
	}
	if s := nearest(host, names); s != "" {
		return fmt.Sprintf("did you mean the upstream %q?", s)
	}
	return ""
}

// initExplicit follows the first part of ngx_stream_upstream_init_round_robin.
func (c *checker) initExplicit(u *upstream, l *Level, end ast.Pos) {
	servers, resolve := 0, false
	peers := peersOf(l)
	for _, p := range peers {
		resolve = resolve || p.Resolve
		if !p.Backup {
			servers++
		}
	}
	fail := func(format string) {
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "upstream", Message: fmt.Sprintf(format, u.text),
			Subject: l.node.HeadRange(), At: u.at, Order: end})
	}
	zone := len(l.Values(ngxstream.Zone.Row))+len(l.Values(ngxhttp.Zone.Row)) > 0
	g, _ := l.arg.(*ngxstream.Group)
	switch {
	case resolve && !zone:
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "upstream", Subject: l.node.HeadRange(), Order: end,
			Message: fmt.Sprintf(`resolving names at run time requires upstream "%s" in %s:%d to be in shared memory`,
				u.text, u.at.File.Name, u.at.Line())})
	case resolve && g.Method == ngxstream.MethodLua:
		fail(`load balancing method does not support resolving names at run time in upstream "%s"`)
	case resolve && !hasResolver(l) && !c.tree.Fragment():
		fail(`no resolver defined to resolve names at run time in upstream "%s"`)
	case servers == 0 && len(peers) > 0:
		fail(`no servers in upstream "%s"`)
	}
}

// peersOf lists the servers of a group of stream or http.
func peersOf(l *Level) []*ngxstream.Peer {
	if l.in != catalog.HTTPUpstream {
		return ngxstream.UpstreamServer.All(l)
	}
	var out []*ngxstream.Peer
	for _, p := range ngxhttp.UpstreamServer.All(l) {
		out = append(out, &p.Peer)
	}
	return out
}

// hasResolver tells whether a group has name servers of its own or inherits
// some.
func hasResolver(l *Level) bool {
	return ngxstream.UpstreamResolver.Set(l) || ngxstream.Resolver.Set(l) ||
		ngxhttp.UpstreamResolver.Set(l) || ngxhttp.Resolver.Set(l)
}
