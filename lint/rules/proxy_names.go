package rules

import (
	"net/netip"
	"strconv"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// ProxyPassUnresolved flags targets with variables that nothing resolves.
var ProxyPassUnresolved = &lint.Rule{
	Name: "proxy-pass-without-resolver", Severity: diag.Error, Group: lint.Correctness,
	Summary: "proxy_pass with a variable leads to a host name, and there is no resolver.",
	Why: `A proxy_pass without variables is resolved once, when nginx starts. With a variable the name is looked up for each request, which
needs "resolver"; without it the answer is 502 and the log says "no resolver defined to resolve". Addresses and the names of upstream blocks need
none, but an upstream block with a port behind its name counts as a host name.`,
	Bad: []lint.Example{{In: "http.location", Text: "set $app app.internal;\nproxy_pass http://$app;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "resolver 127.0.0.53;\nset $app app.internal;\nproxy_pass http://$app;\n"},
		{In: "http.location", Text: "set $app 127.0.0.1:8080;\nproxy_pass http://$app;\n"}},
	References: []string{"resolver", "proxy_pass"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		known := constantHosts(s)
		s.Passes(func(pass site.Pass) {
			if pass.Target == nil || !pass.Target.HasVariables() || ngxhttp.Resolver.Set(pass.Level) || pass.Row == ngxhttp.MemcachedPass.Row {
				return
			}
			for _, way := range flowOf(p).Expand(pass.Target.Template, flow.After(pass.Level)) {
				if name := unresolvedName(s, known, way); name != "" {
					p.Report(pass.Node.ArgRange(0), "%s is looked up for each request, and there is no \"resolver\"", name)
					return
				}
			}
		})
	}),
}

// constantHosts lists the hosts of targets without variables: nginx has resolved
// them and uses them for variables too (ngx_http_upstream_init_request).
func constantHosts(s *site.Site) map[string]bool {
	out := map[string]bool{}
	s.Passes(func(pass site.Pass) {
		if pass.Target != nil && !pass.Target.HasVariables() {
			out[strings.ToLower(pass.Target.Addr.Host)] = true
		}
	})
	return out
}

// unresolvedName returns the host of an address in words, if it has to be looked
// up; "" if it has not, or is not known.
func unresolvedName(s *site.Site, known map[string]bool, way flow.Seq) string {
	host := ""
	for _, a := range behindScheme(way) {
		if a.Literal == "" {
			if a.Unknown || !a.Client || onlyOf(a, "/?") && !a.Empty && host != "" {
				if onlyOf(a, "/?") && a.Client {
					break
				}
				return ""
			}
			return `the name that the client sends ("` + a.Name + `")`
		}
		text := a.Literal
		if n := strings.IndexAny(text, "/?"); n >= 0 {
			host += text[:n]
			break
		}
		host += text
	}
	return nameToResolve(s, known, host)
}

func nameToResolve(s *site.Site, known map[string]bool, host string) string {
	name, port, ported := strings.Cut(host, ":")
	switch {
	case host == "" || strings.HasPrefix(host, "[") || strings.HasPrefix(host, "unix:"):
		return ""
	case ported && strings.Trim(port, "0123456789") != "":
		return ""
	case !ported && s.Group(name) != nil || known[strings.ToLower(name)] && (s.Group(name) == nil || !ported):
		return ""
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return ""
	}
	if s.Group(name) != nil {
		return strconv.Quote(host) + ` (with a port the upstream block "` + name + `" is not meant)`
	}
	return strconv.Quote(name)
}

// ResolverOnInternet flags name servers that are asked over the internet.
var ResolverOnInternet = &lint.Rule{
	Name: "resolver-on-internet", Severity: diag.Warn, Group: lint.Security,
	Summary: "The addresses of proxied servers are asked for over the internet.",
	Why: `nginx asks by plain DNS over UDP and cannot check who answers. Whoever can send packets with the name server's address, or sits on the
way, chooses the server that requests are passed to. Use a resolver on the machine or in its network; it can check answers (DNSSEC) or ask over TLS.`,
	Bad:        []lint.Example{{In: "http.location", Text: "resolver 8.8.8.8;\nset $app app.example.com;\nproxy_pass http://$app;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "resolver 127.0.0.53;\nset $app app.example.com;\nproxy_pass http://$app;\n"}, {In: "http.server", Text: "resolver 8.8.8.8;\n"}},
	References: []string{"resolver"},
	On:         []*catalog.Row{ngxhttp.Resolver.Row, ngxhttp.UpstreamResolver.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		a, _ := u.Arg.(*ngxcore.Nameservers)
		if a == nil || !looksUp(u.Level) && u.Row != ngxhttp.UpstreamResolver.Row {
			return
		}
		for _, server := range a.Servers {
			if ip := server.Addr().Unmap(); !ip.IsPrivate() && !ip.IsLoopback() && !ip.IsLinkLocalUnicast() && !sharedSpace.Contains(ip) {
				p.Report(wordWith(u.Node, ip.String()), "%s is asked over the internet: whoever forges its answers chooses the proxied server", ip)
				return
			}
		}
	},
}

// sharedSpace is for networks inside of providers (RFC 6598).
var sharedSpace = netip.MustParsePrefix("100.64.0.0/10")

// wordWith is the first argument that contains a text.
func wordWith(d *ast.Directive, text string) ast.Range {
	for i, w := range d.Words() {
		if i > 0 && strings.Contains(w.Text, text) {
			return d.WordRange(i)
		}
	}
	return headArgs(d)
}

// looksUp reports whether something within a level looks up names of proxied
// servers while running.
func looksUp(l *conf.Level) bool {
	found := false
	eachLevel(l, func(l *conf.Level) {
		if pass, ok := site.OwnPass(l); ok && pass.Target != nil && pass.Target.HasVariables() {
			found = true
		}
		for _, v := range l.Values(ngxhttp.UpstreamServer.Row) {
			if peer, ok := v.Arg.(*ngxhttp.Peer); ok && peer != nil && peer.Resolve {
				found = true
			}
		}
		l.Each(func(v catalog.Value) bool {
			found = found || v.Row.Body == catalog.LuaCode
			return !found
		})
	})
	return found
}

// NameResolvedOnce flags names of proxied servers that are looked up at start
// only.
var NameResolvedOnce = &lint.Rule{
	Name: "name-resolved-once", Severity: diag.Info, Group: lint.Reliability,
	Summary: "The name of a proxied server is looked up once, when nginx starts.",
	Why: `The addresses that a name has when nginx reads its configuration are used until the next reload, however soon they change: in
containers, clouds and behind load balancers that is soon. And nginx does not start while the name cannot be looked up.

From nginx 1.27.3 on write "resolve" behind the server in an upstream block that has a "zone", with a "resolver". Before that, a variable in
proxy_pass has the name looked up again when its time is over.`,
	Bad: []lint.Example{{In: "http.location", Text: "proxy_pass http://app.example.com;\n"}, {In: "http.upstream", Text: "server app.example.com;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "proxy_pass http://127.0.0.1:8080;\n"},
		{In: "http.upstream", Text: "zone backend 64k;\nresolver 127.0.0.53;\nserver app.example.com resolve;\n"}},
	References: []string{"server", "resolver", "proxy_pass"},
	On:         append([]*catalog.Row{ngxhttp.UpstreamServer.Row}, site.PassRows()...),
	Use: func(p *lint.Pass, u lint.Use) {
		var addr catalog.Address
		switch a := u.Arg.(type) {
		case *ngxhttp.Peer:
			if a == nil || a.Resolve {
				return
			}
			addr = a.Addr
		case *ngxhttp.PassTarget:
			if a == nil || a.HasVariables() || a.Group != nil || !p.Complete() {
				return
			}
			addr = a.Addr
		}
		s := siteOf(p)
		if !addr.IsName || s == nil || s.Group(addr.Host) != nil || localName(addr.Host) || substituted.MatchString(addr.Host) {
			return
		}
		p.Report(u.Node.ArgRange(0), "%q is looked up once, when nginx starts", addr.Host)
	},
}

// localName reports whether a name is one of the machine itself.
func localName(host string) bool {
	host = strings.ToLower(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || host == "host.docker.internal"
}

// LocalhostTwice flags "localhost" as a proxied server.
var LocalhostTwice = &lint.Rule{
	Name: "localhost-is-two-addresses", Severity: diag.Info, Group: lint.Reliability,
	Summary: "\"localhost\" as a proxied server is two addresses on most machines.",
	Why: `localhost is 127.0.0.1 and ::1. nginx takes them for two servers and uses them in turn. An application that listens on one of them only
fails every other request at first ("Connection refused"), which nginx hides by trying the other, with a line in the error log and a server
marked as failed. Write the address that the application listens on.`,
	Bad:  []lint.Example{{In: "http.location", Text: "proxy_pass http://localhost:8080;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "proxy_pass http://127.0.0.1:8080;\n"}},
	On:   append([]*catalog.Row{ngxhttp.UpstreamServer.Row}, site.PassRows()...),
	Use: func(p *lint.Pass, u lint.Use) {
		host := ""
		switch a := u.Arg.(type) {
		case *ngxhttp.Peer:
			if a != nil {
				host = a.Addr.Host
			}
		case *ngxhttp.PassTarget:
			if a != nil && !a.HasVariables() {
				host = a.Addr.Host
			}
		}
		s := siteOf(p)
		if !strings.EqualFold(host, "localhost") || s == nil || s.Group(host) != nil {
			return
		}
		at := u.Node.ArgRange(0)
		i := strings.Index(strings.ToLower(string(at.Text())), "localhost")
		d := p.Report(at, `"localhost" is 127.0.0.1 and ::1: write the one that the application listens on`)
		if i >= 0 {
			r := ast.Range{File: at.File, Start: at.Start + i, End: at.Start + i + len("localhost")}
			d.Fixes = []diag.Fix{change(r, "127.0.0.1", "write 127.0.0.1")}
		}
	},
}
