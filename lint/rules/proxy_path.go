package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// proxyPath returns the location of a proxy_pass with the path that it puts in
// place of the location's prefix; ok is false if it has none, or one with
// variables.
func proxyPath(p *lint.Pass, u lint.Use) (l *site.Location, uri string, ok bool) {
	t, _ := u.Arg.(*ngxhttp.PassTarget)
	s := siteOf(p)
	if t == nil || s == nil || t.HasVariables() || t.Addr.URI == "" {
		return nil, "", false
	}
	l = s.LocationOf(u.Level)
	return l, t.Addr.URI, l != nil && l.Level == u.Level && !l.Level.Synthetic()
}

// ProxyPassSlash flags a location and a proxy_pass of which only one ends with a
// slash.
var ProxyPassSlash = &lint.Rule{
	Name: "proxy-pass-slash-mismatch", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Only one of the location and the path of proxy_pass ends with a slash.",
	Why: `A proxy_pass with a path puts it in place of the text that the location has matched, and nothing between. "location /api" with
"proxy_pass http://app/" makes /api/x to //x, and lets /api../x reach /../x on the application. "location /api/" with "proxy_pass http://app/v1"
makes /api/x to /v1x.`,
	Bad: []lint.Example{{In: "http.server", Text: "location /api {\n    proxy_pass http://127.0.0.1:8080/;\n}\n"},
		{In: "http.server", Text: "location /api/ {\n    proxy_pass http://127.0.0.1:8080/v1;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "location /api/ {\n    proxy_pass http://127.0.0.1:8080/v1/;\n}\n"},
		{In: "http.server", Text: "location /api {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"proxy_pass"},
	On:         []*catalog.Row{ngxhttp.ProxyPass.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l, uri, ok := proxyPath(p, u)
		if !ok || !l.Prefix() || rewritesPath(l) {
			return
		}
		name := l.Args.Name
		switch {
		case !strings.HasSuffix(name, "/") && strings.HasSuffix(uri, "/"):
			if l.Server.Find(name+"../x") != l {
				return
			}
			p.Report(u.Node.ArgRange(0), "%q becomes %q and %q becomes %q: the location has no slash at its end",
				name+"/x", uri+"/x", name+"../x", uri+"../x")
		case strings.HasSuffix(name, "/") && wordEnd(uri):
			d := p.Report(u.Node.ArgRange(0), "%q becomes %q: the path has no slash at its end", name+"x", uri+"x")
			if u.Node.Word(1).Quote == 0 {
				d.Fixes = []diag.Fix{change(u.Node.ArgRange(0), u.Node.Arg(0)+"/", "end the path with a slash")}
			}
		}
	},
}

// wordEnd reports whether a path ends within a name, and not in a query.
func wordEnd(uri string) bool {
	c := uri[len(uri)-1] | 0x20
	return (c >= 'a' && c <= 'z' || uri[len(uri)-1] >= '0' && uri[len(uri)-1] <= '9') && !strings.Contains(uri, "?")
}

// rewritesPath reports whether a rewrite rule of a location changes the address
// for the proxied server.
func rewritesPath(l *site.Location) bool { return breakingRewrite(l) != nil }

func breakingRewrite(l *site.Location) *site.Step {
	var found *site.Step
	site.Each(site.Program(l.Level), func(s *site.Step) {
		if a, ok := s.Rewrite(); ok && a.Flag == "break" && !site.Redirects(a) && found == nil {
			found = s
		}
	})
	return found
}

// ProxyPassPathUnused flags the path of a proxy_pass that a rewrite makes
// useless.
var ProxyPassPathUnused = &lint.Rule{
	Name: "proxy-pass-path-unused", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The path of proxy_pass is not used, because a rewrite has changed the address.",
	Why: `After "rewrite ... break" nginx passes on the whole address that the rewrite made. The path of proxy_pass would replace the prefix of
the location, which is no longer there, and is left out without a word.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location /api/ {\n    rewrite ^/api/(.*)$ /$1 break;\n    proxy_pass http://127.0.0.1:8080/v1/;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location /api/ {\n    rewrite ^/api/(.*)$ /v1/$1 break;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"proxy_pass", "rewrite"},
	On:         []*catalog.Row{ngxhttp.ProxyPass.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l, uri, ok := proxyPath(p, u)
		if !ok || uri == "/" {
			return
		}
		if s := breakingRewrite(l); s != nil {
			p.Report(u.Node.ArgRange(0), "the path %q is not used when the rewrite has matched", uri).
				Related = []diag.Related{{Range: s.Node.HeadRange(), Message: "this address is passed on as a whole"}}
		}
	},
}

// ProxyPassDropsPath flags a proxy_pass with variables whose path is the same
// for every request.
var ProxyPassDropsPath = &lint.Rule{
	Name: "proxy-pass-drops-path", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "With a variable in proxy_pass its path is not put in place of the location's: every request has the same.",
	Why: `Only a proxy_pass without variables replaces the prefix of the location. With a variable the path that stands there is passed on as
it is, and what the client asked for, arguments included, is lost. Leave the path out to pass on the address of the request, or write
"$request_uri" or a group of the location behind the host.`,
	Bad: []lint.Example{{In: "http.server", Text: "resolver 127.0.0.1;\nlocation /api/ {\n    set $app app.internal;\n    proxy_pass http://$app/;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "resolver 127.0.0.1;\nlocation /api/ {\n    set $app app.internal;\n    proxy_pass http://$app$request_uri;\n}\n"},
		{In: "http.server", Text: "resolver 127.0.0.1;\nlocation = /health {\n    set $app app.internal;\n    proxy_pass http://$app/status;\n}\n"}},
	References: []string{"proxy_pass"},
	On:         []*catalog.Row{ngxhttp.ProxyPass.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		t, _ := u.Arg.(*ngxhttp.PassTarget)
		s := siteOf(p)
		if t == nil || s == nil || !t.HasVariables() || len(t.Template.Parts) < 2 {
			return
		}
		l := s.LocationOf(u.Level)
		if l == nil || l.Level.Synthetic() || l.Args.Kind == ngxhttp.ExactLocation || unreachable(s, l.Level) {
			return
		}
		path, at := constantPath(t.Template)
		if path == "" || strings.ContainsAny(path, "?#") || l.Prefix() && l.Args.Name == path ||
			!strings.HasSuffix(path, "/") && !strings.HasSuffix(l.Args.Name, "/") {
			return
		}
		d := p.Report(u.Node.TextRange(1, at, len(t.Template.Text)), "every request is passed on as %q: with a variable in proxy_pass the path replaces nothing", path)
		d.Fixes = []diag.Fix{change(u.Node.TextRange(1, at, len(t.Template.Text)), "$request_uri", "pass on the address of the request")}
	},
}

// ProxyPassNormalizes flags a path of proxy_pass that replaces nothing.
var ProxyPassNormalizes = &lint.Rule{
	Name: "proxy-pass-path-same", Severity: diag.Info, Group: lint.Correctness,
	Summary: "The path of proxy_pass is that of the location, and all it does is to decode the address.",
	Why: `A proxy_pass with a path makes a new address from the decoded one: %2F becomes a slash, two slashes become one, "." and ".." are gone. An
application that has encoded slashes in its addresses (names of packages, of queues, of files) gets others than the client sent. Where the
path is the same as the location's it replaces nothing: without it nginx passes the address on as it came.`,
	Bad: []lint.Example{{In: "http.server", Text: "location /api/ {\n    proxy_pass http://127.0.0.1:8080/api/;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "location /api/ {\n    proxy_pass http://127.0.0.1:8080;\n}\n"},
		{In: "http.server", Text: "location /api/ {\n    proxy_pass http://127.0.0.1:8080/v1/;\n}\n"}},
	References: []string{"proxy_pass"},
	On:         []*catalog.Row{ngxhttp.ProxyPass.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l, uri, ok := proxyPath(p, u)
		if !ok || !l.Prefix() || l.Args.Name != uri || uri == "/" || rewritesPath(l) {
			return // "/" is written by habit, and most applications do not mind
		}
		text := u.Node.Arg(0)
		d := p.Report(u.Node.TextRange(1, len(text)-len(uri), len(text)), "%q is the location's own path: the address is decoded for nothing", uri)
		d.Fixes = []diag.Fix{change(u.Node.TextRange(1, len(text)-len(uri), len(text)), "", "pass the address on as it came")}
	},
}

// constantPath returns the path behind the host of a template, if it has no
// variables, and where it begins.
func constantPath(t catalog.Template) (string, int) {
	for i, part := range t.Parts {
		text := part.Literal
		if i == 0 {
			if n := strings.Index(text, "://"); n >= 0 {
				text = text[n+3:]
			}
		}
		if n := strings.IndexByte(text, '/'); n >= 0 {
			if i != len(t.Parts)-1 || i == 0 {
				return "", 0
			}
			return text[n:], part.To - len(text) + n
		}
	}
	return "", 0
}

// DoubleSlash flags a slash in front of a variable that begins with one.
var DoubleSlash = &lint.Rule{
	Name: "double-slash", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A slash stands in front of a variable that begins with a slash.",
	Why: `$request_uri and $uri begin with a slash. "https://example.com/$request_uri" is https://example.com//path: a second address for
the same page, which some servers do not find, and which a client that is led there again grows by one more slash each time.`,
	Bad:  []lint.Example{{In: "http.server", Text: "return 301 https://example.com/$request_uri;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "return 301 https://example.com$request_uri;\n"}},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		eachStep(s, func(st *site.Step) {
			if a, ok := st.Return(); ok && redirectCode(a.Code) {
				reportDoubleSlash(p, use{st.Value, st.Node.NumWords() - 1, a.Text, 0, flow.At(st)})
			}
			if a, ok := st.Rewrite(); ok && site.Redirects(a) {
				reportDoubleSlash(p, use{st.Value, 2, a.Replacement, 0, flow.At(st)})
			}
		})
		s.Passes(func(pass site.Pass) {
			if pass.Row == ngxhttp.ProxyPass.Row && pass.Target != nil {
				reportDoubleSlash(p, use{pass.Value, 1, pass.Target.Template, 0, flow.After(pass.Level)})
			}
		})
	}),
}

func reportDoubleSlash(p *lint.Pass, u use) {
	for i, part := range u.template.Parts {
		name := strings.ToLower(part.Variable)
		if i == 0 || name != "request_uri" && name != "uri" && name != "document_uri" {
			continue
		}
		before := u.template.Parts[i-1]
		if !strings.HasSuffix(before.Literal, "/") || strings.HasSuffix(before.Literal, "://") || strings.Contains(before.Literal, "?") {
			continue
		}
		at := u.Node.TextRange(u.word, u.from+before.To-1, u.from+before.To)
		p.Report(at, `"%s" begins with a slash: this makes two`, u.partText(i)).
			Fixes = []diag.Fix{replace(at, "", "leave the slash out")}
		return
	}
}
