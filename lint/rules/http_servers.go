package rules

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// ServerNameUnderscore flags servers that are meant to catch all names and catch
// none.
var ServerNameUnderscore = &lint.Rule{
	Name: "server-name-underscore", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "\"server_name _\" does not make a server the one for unknown names.",
	Why: `"_" is a name like any other, which no client asks for; it does not catch what other servers do not. Requests whose name fits no server come to the default
server of the address: the first one in the file, or the one whose "listen" says "default_server".`,
	Bad:        []lint.Example{{In: "http", Text: "server {\n    listen 80;\n    server_name example.com;\n}\nserver {\n    listen 80;\n    server_name _;\n    return 444;\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "server {\n    listen 80;\n    server_name example.com;\n}\nserver {\n    listen 80 default_server;\n    server_name _;\n    return 444;\n}\n"}},
	References: []string{"server_name", "listen"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			if v.Default() || len(v.Names) == 0 || v.Level.Synthetic() {
				continue
			}
			if slices.ContainsFunc(v.Names, func(n ngxstream.NamePattern) bool {
				return n.Kind != ngxstream.ExactName || n.Text == "" || strings.Trim(n.Text, "_-!") != ""
			}) {
				continue
			}
			d := p.Report(v.Level.Values(ngxhttp.ServerName.Row)[0].Node.HeadRange(), `no request comes to this server: another one is the default of its addresses`)
			if other := defaultBeside(v); other != nil {
				d.Related = []diag.Related{{Range: other.Level.Node().HeadRange(), Message: "requests for unknown names come here"}}
			}
			d.Detail = `write "default_server" behind its "listen"`
			if len(v.Listens) == 1 {
				d.Fixes = []diag.Fix{insertAfter(headArgs(v.Listens[0].Node), " default_server", "make it the default server", false)}
			}
		}
	}),
}

// defaultBeside is the default server of an address that a server shares.
func defaultBeside(v *site.Server) *site.Server {
	for _, o := range v.Neighbours() {
		if o != v && o.Default() {
			return o
		}
	}
	return nil
}

// DefaultImplicit flags servers that are the default by being first.
var DefaultImplicit = &lint.Rule{
	Name: "default-server-implicit", Severity: diag.Info, Group: lint.Correctness,
	Summary: "Requests for names that no server has come to the server that happens to be first.",
	Why: `Where no "listen" of an address says "default_server", the first server in the order of the file takes requests for unknown names and for the bare address: an
application answers for names that are not its own, and with files that are included by a mask it is the order of their names that decides which. Say which server
is the default: one of its own, that answers 444 or 404.`,
	Bad:        []lint.Example{{In: "http", Text: "server {\n    listen 80;\n    server_name a.example.com;\n}\nserver {\n    listen 80;\n    server_name b.example.com;\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "server {\n    listen 80 default_server;\n    return 444;\n}\nserver {\n    listen 80;\n    server_name a.example.com;\n}\n"}},
	References: []string{"listen"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			if !v.FirstOfSeveral() || catchesAll(v) || len(v.Listens) == 0 || v.Local() {
				continue
			}
			p.Report(v.Listens[0].Node.HeadRange(), `requests for unknown names come to this server, because it is the first one here`)
		}
	}),
}

// catchesAll reports whether a server is meant for requests with any name.
func catchesAll(v *site.Server) bool {
	for _, n := range v.Names {
		if n.Kind != ngxstream.ExactName || strings.Trim(n.Text, "_-!") == "" || !strings.Contains(n.Text, ".") {
			return true
		}
	}
	return len(v.Names) == 0
}

// RedirectLoop flags redirects that lead back to where they are.
var RedirectLoop = &lint.Rule{
	Name: "redirect-loop", Severity: diag.Error, Group: lint.Correctness,
	Summary: "The redirect leads to the same server and address, again and again.",
	Why: `The server answers every request with a redirect to itself: same scheme, same name, same address. Browsers give up after twenty rounds. A redirect to https belongs
into a server that listens without "ssl" only; one to another name into a server that does not have that name.`,
	Bad:        []lint.Example{{In: "http", Text: "server {\n    listen 80;\n    server_name example.com;\n    return 301 http://$host$request_uri;\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "server {\n    listen 80;\n    server_name www.example.com;\n    return 301 http://example.com$request_uri;\n}\n"}, {In: "http", Text: "server {\n    listen 80;\n    server_name example.com;\n    return 301 https://$host$request_uri;\n}\n"}},
	References: []string{"return"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			if v.Level.Synthetic() {
				continue
			}
			reportLoop(p, v, v.Level)
			if l := v.Find("/"); l != nil && l.Prefix() && l.Args.Name == "/" && alwaysEnds(v.Level) == nil {
				reportLoop(p, v, l.Level)
			}
		}
	}),
}

func reportLoop(p *lint.Pass, v *site.Server, l *conf.Level) {
	steps := site.Program(l)
	if len(steps) == 0 {
		return
	}
	a, ok := steps[0].Return() // nothing before it may take requests away
	if !ok || !redirectCode(a.Code) {
		return
	}
	text, ok := strings.CutSuffix(a.Text.Text, "$request_uri")
	if !ok {
		return
	}
	scheme, host, ok := strings.Cut(text, "://")
	if !ok || !sameScheme(v, scheme) || !sameHost(v, host) {
		return
	}
	p.Report(steps[0].Node.HeadRange(), "this leads back to this server and address without end")
}

// sameScheme reports whether requests over the scheme of a redirect, on its
// default port, come to the server.
func sameScheme(v *site.Server, scheme string) bool {
	secure, plain := v.TLS()
	on := func(port int) bool {
		for _, p := range v.Ports() {
			if p == port {
				return true
			}
		}
		return false
	}
	switch scheme {
	case "https":
		return secure && on(443)
	case "http":
		return plain && on(80)
	case "$scheme":
		return secure && on(443) || plain && on(80)
	}
	return false
}

// sameHost reports whether the host of a redirect is one of the server's for
// certain.
func sameHost(v *site.Server, host string) bool {
	switch host {
	case "$host", "$http_host":
		return true
	case "$server_name":
		return len(v.Names) > 0
	}
	for _, n := range v.Names {
		if n.Kind == ngxstream.ExactName && n.Text == strings.ToLower(host) {
			return true
		}
	}
	return false
}

// MisdirectedDefault flags default servers that turn handshakes down and answer
// requests all the same.
var MisdirectedDefault = &lint.Rule{
	Name: "misdirected-request-answered", Severity: diag.Info, Group: lint.Security,
	Summary: "The server turns handshakes for unknown names down, and answers requests for them on other connections.",
	Why: `"ssl_reject_handshake" ends handshakes that ask for an unknown name. On a connection that was made for a known name (HTTP/2 clients reuse them) a request can
still name another host: it comes to the default server, and that answers from its files. Let it answer 421 (misdirected request): "location / { return 421; }".`,
	Bad:        []lint.Example{{In: "http", Text: "server {\n    listen 443 ssl default_server;\n    ssl_reject_handshake on;\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "server {\n    listen 443 ssl default_server;\n    ssl_reject_handshake on;\n    location / {\n        return 421;\n    }\n}\n"}},
	References: []string{"ssl_reject_handshake", "RFC 9110"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			on, own := ngxhttp.SSLRejectHandshake.Own(v.Level)
			if !own || !on || !v.Default() || alwaysEnds(v.Level) != nil {
				continue
			}
			if l := v.Find("/"); l != nil && alwaysEnds(l.Level) != nil {
				continue
			}
			p.Report(v.Level.Values(ngxhttp.SSLRejectHandshake.Row)[0].Node.HeadRange(), "requests for unknown names on connections for known ones are answered here from files")
		}
	}),
}

// HTTP3NotAnnounced flags HTTP/3 that clients are not told of.
var HTTP3NotAnnounced = &lint.Rule{
	Name: "http3-not-announced", Severity: diag.Info, Group: lint.Correctness,
	Summary: "The server speaks HTTP/3, and clients are not told.",
	Why: `Browsers begin with HTTP/2 over TCP and change to HTTP/3 when an answer says that it is there: add_header Alt-Svc 'h3=":443"; ma=86400'; Without it (or an HTTPS
record in the DNS) the QUIC socket is never used.`,
	Bad:        []lint.Example{{In: "http", Text: "server {\n    listen 443 quic;\n    listen 443 ssl;\n    ssl_certificate a.pem;\n    ssl_certificate_key a.key;\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "server {\n    listen 443 quic;\n    listen 443 ssl;\n    ssl_certificate a.pem;\n    ssl_certificate_key a.key;\n    add_header Alt-Svc 'h3=\":443\"; ma=86400';\n}\n"}},
	References: []string{"listen", "RFC 9114"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			var quic *ast.Directive
			for _, u := range v.Listens {
				if u.Arg != nil && u.Arg.QUIC {
					quic = u.Node
				}
			}
			if quic == nil || announces(v.Level) || ngxhttp.SSLRejectHandshake.Get(v.Level) || alwaysEnds(v.Level) != nil {
				continue
			}
			p.Report(quic.HeadRange(), `no answer tells clients of HTTP/3: there is no "Alt-Svc" header`)
		}
	}),
}

// announces reports whether a level or one in it sends Alt-Svc, or code may.
func announces(l *conf.Level) bool {
	found := false
	for _, u := range ngxhttp.AddHeader.Uses(l) {
		found = found || strings.EqualFold(u.Arg.Name, "alt-svc")
	}
	eachLevel(l, func(in *conf.Level) {
		in.Each(func(v catalog.Value) bool {
			h, _ := headerOf(v)
			found = found || strings.EqualFold(h.name, "alt-svc") || strings.HasPrefix(v.Row.Name, "header_filter_by_lua") || v.Row.Origin == catalog.Extra
			return !found
		})
	})
	return found
}
