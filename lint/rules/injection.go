package rules

import (
	"fmt"
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// HeaderInjection flags decoded addresses in headers, redirects and requests.
var HeaderInjection = &lint.Rule{
	Name: "header-injection", Severity: diag.Error, Group: lint.Security,
	Summary: "A client can put line ends into a header, a redirect or a request to another server.",
	Why: `$uri, $document_uri and the groups of regular expressions that are matched with an address hold the address decoded: %0d%0a in it is
a line end. nginx writes them as they are into headers, into the Location of "return", and into the request line of a proxy_pass with variables. So
a link makes the answer carry headers of the attacker's choice (cookies, a body of its own), or the proxied server read another request.

Use $request_uri, which is as the client sent it, or a group that cannot hold a line end: "[^/\s]+" or ".+" rather than "[^/]+".`,
	Bad: []lint.Example{{In: "http.server", Text: "return 301 https://$host$uri;\n"},
		{In: "http.server", Text: "location ~ ^/u/([^/]+)$ {\n    add_header X-User $1;\n}\n"},
		{In: "http.location", Text: "proxy_pass http://127.0.0.1:8080$uri;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "return 301 https://$host$request_uri;\n"},
		{In: "http.server", Text: "location ~ ^/u/([^/\\s]+)$ {\n    add_header X-User $1;\n}\n"},
		{In: "http.server", Text: "location ~ ^/old/(.*)$ {\n    return 301 /new/$1;\n}\n"}},
	References: []string{"CWE-93", "CWE-113"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			after := flow.After(l)
			for _, row := range []*catalog.Row{ngxhttp.AddHeader.Row, ngxhttp.AddTrailer.Row, ngxhttp.ProxySetHeader.Row} {
				for _, v := range l.Values(row) {
					if h, ok := headerOf(v); ok {
						reportLineEnd(p, use{v, 2, h.value, 0, after}, fmt.Sprintf("the header %q", h.name), nil)
					}
				}
			}
			if pass, ok := site.OwnPass(l); ok && pass.Row == ngxhttp.ProxyPass.Row && pass.Target != nil && pass.Target.HasVariables() {
				reportLineEnd(p, use{pass.Value, 1, pass.Target.Template, 0, after}, "the request to the proxied server", nil)
			}
		})
		eachStep(s, func(st *site.Step) {
			if a, ok := st.Return(); ok && redirectCode(a.Code) {
				reportLineEnd(p, use{st.Value, st.Node.NumWords() - 1, a.Text, 0, flow.At(st)}, `the "Location" of the answer`, nil)
			}
			if a, ok := st.Rewrite(); ok && site.Redirects(a) {
				// Captures are escaped here (ngx_http_script_copy_capture_code).
				reportLineEnd(p, use{st.Value, 2, a.Replacement, 0, flow.At(st)}, `the "Location" of the answer`, isVariable)
			}
		})
	}),
}

func isVariable(p catalog.Part) bool { return p.Variable != "" }

func redirectCode(code int) bool {
	return code == 301 || code == 302 || code == 303 || code == 307 || code == 308
}

// eachStep visits the rewrite rules of servers and locations.
func eachStep(s *site.Site, visit func(*site.Step)) {
	s.Levels(func(l *conf.Level) {
		if l.In() == catalog.HTTPServer || l.In() == catalog.HTTPLocation {
			site.Each(site.Program(l), visit)
		}
	})
}

// use is a template in a directive: word says which one, from where in it the
// template begins, at when it is evaluated.
type use struct {
	catalog.Value
	word     int
	template catalog.Template
	from     int
	at       flow.Place
}

func (u use) partText(i int) string {
	part := u.template.Parts[i]
	return u.template.Text[part.From:part.To]
}

// reportLineEnd reports the first part of a template that can hold a line end
// from a client.
func reportLineEnd(p *lint.Pass, u use, what string, only func(catalog.Part) bool) {
	if !u.template.HasVariables() {
		return
	}
	for _, way := range flowOf(p).Expand(u.template, u.at) {
		for _, a := range way {
			if !a.Client || !a.Set.Has('\n') || a.Name == "$remote_user" && !p.Complete() || only != nil && !only(u.template.Parts[a.Part]) {
				continue
			}
			shown := u.partText(a.Part)
			d := p.Report(partRange(u.Node, u.word, u.template, a.Part, u.from), "%q can hold line ends that a client sends, and goes into %s", shown, what)
			switch {
			case a.Name == "$remote_user":
				d.Detail = `it is decoded from base64, and nobody checks it where "auth_basic" is off`
			case a.Name != shown && a.Name != "":
				d.Detail = fmt.Sprintf("it comes from %q", a.Name)
			default:
				d.Detail = "it holds the address decoded: %0a in a link is a line end"
			}
			if shown == "$uri" || shown == "$document_uri" {
				d.Fixes = []diag.Fix{requestURI(u, a.Part)}
			}
			return
		}
	}
}

// requestURI writes $request_uri for $uri. With the arguments behind it that is
// surely what was meant.
func requestURI(u use, i int) diag.Fix {
	parts := u.template.Parts
	r := partRange(u.Node, u.word, u.template, i, u.from)
	rest := ""
	for _, part := range parts[i+1:] {
		rest += u.template.Text[part.From:part.To]
	}
	switch rest {
	case "$is_args$args", "?$args", "?$query_string", "$is_args$query_string":
		r.End = partRange(u.Node, u.word, u.template, len(parts)-1, u.from).End
		return replace(r, "$request_uri", "write $request_uri, which holds the arguments too")
	}
	return change(r, "$request_uri", "write $request_uri, which holds the arguments too")
}

// ClientChosenTarget flags passes to servers that the client chooses.
var ClientChosenTarget = &lint.Rule{
	Name: "proxy-target-from-client", Severity: diag.Error, Group: lint.Security,
	Summary: "The client chooses the server that the request is passed to.",
	Why: `When the host of proxy_pass comes from the request, anyone can make nginx send requests to any server that nginx reaches: internal
services, the metadata of the cloud, the machine itself (server-side request forgery).

Choose the server by "map" from a list, or bind the group in the regular expression to names that are yours.`,
	Bad: []lint.Example{{In: "http.location", Text: "resolver 127.0.0.1;\nproxy_pass http://$arg_host;\n"},
		{In: "http.server", Text: "resolver 127.0.0.1;\nlocation ~ ^/fetch/([^/]+)/(.*)$ {\n    proxy_pass http://$1/$2;\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "map $arg_host $target {\n    default 127.0.0.1:8080;\n    b 127.0.0.1:8081;\n}\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://$target;\n    }\n}\n"},
		{In: "http.server", Text: "resolver 127.0.0.1;\nlocation ~ ^/app/([a-z0-9-]+)/ {\n    proxy_pass http://$1.apps.internal;\n}\n"}},
	References: []string{"CWE-918"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Passes(func(pass site.Pass) {
			if pass.Target == nil || !pass.Target.HasVariables() || unreachable(s, pass.Level) {
				return
			}
			t := pass.Target.Template
			for _, way := range flowOf(p).Expand(t, flow.After(pass.Level)) {
				if a, ok := chosenHost(way); ok && !namesBound(s, pass.Level, a) {
					shown := t.Text[t.Parts[a.Part].From:t.Parts[a.Part].To]
					d := p.Report(partRange(pass.Node, 1, t, a.Part, 0), "the client chooses the server here: %q is from the request", shown)
					if a.Name != shown {
						d.Detail = fmt.Sprintf("it comes from %q", a.Name)
					}
					return
				}
			}
		})
	}),
}

// unreachable reports whether clients do not get to a level by themselves: it is
// internal or a named location.
func unreachable(s *site.Site, l *conf.Level) bool {
	for loc := s.LocationOf(l); loc != nil; loc = loc.Outer {
		if _, internal := ngxhttp.Internal.Own(loc.Level); internal || loc.Named() {
			return true
		}
	}
	return false
}

// endsHost are the bytes with which a client can end the host and begin
// something else, or put a host of its own in front.
const endsHost = "/?#@\\:"

// behindScheme is what follows the scheme of an address. Scheme and "://" may
// come from variables.
func behindScheme(way flow.Seq) flow.Seq {
	for i, a := range way {
		if n := strings.Index(a.Literal, "://"); n >= 0 {
			rest := flow.Seq{}
			if n+3 < len(a.Literal) {
				rest = append(rest, flow.Atom{Literal: a.Literal[n+3:], Part: a.Part})
			}
			return append(rest, way[i+1:]...)
		}
		if a.Name != "$scheme" && (a.Literal == "" || strings.ContainsAny(a.Literal, "/?#:")) {
			break
		}
	}
	return way
}

// chosenHost returns the atom by which a client chooses the host of an address.
func chosenHost(way flow.Seq) (flow.Atom, bool) {
	way = behindScheme(way)
	for i, a := range way {
		if a.Literal != "" {
			if strings.ContainsAny(a.Literal, "/?#") {
				return flow.Atom{}, false
			}
			continue
		}
		if !a.Client {
			if a.Unknown {
				return flow.Atom{}, false
			}
			continue
		}
		if a.Checked || a.Unknown {
			return flow.Atom{}, false
		}
		if onlyOf(a, "/?") && !a.Empty {
			return flow.Atom{}, false // the host ends here
		}
		if !hasAny(a, endsHost) && (restricted(way[i+1:]) || i > 0 && beginsName(way[i-1]) && !hasAny(a, ".")) {
			continue // a name in a domain, or with a beginning, that the configuration names
		}
		if onlyOf(a, "/?") {
			continue // if it is empty, what follows counts
		}
		return a, true
	}
	return flow.Atom{}, false
}

// onlyOf reports whether a value can begin with these bytes only.
func onlyOf(a flow.Atom, bytes string) bool {
	for c := 0; c < 256; c++ {
		if a.First.Has(byte(c)) && strings.IndexByte(bytes, byte(c)) < 0 {
			return false
		}
	}
	return true
}

func hasAny(a flow.Atom, bytes string) bool {
	for i := 0; i < len(bytes); i++ {
		if a.Set.Has(bytes[i]) {
			return true
		}
	}
	return false
}

// beginsName reports whether an atom is the beginning of a name, of which the
// rest follows. Behind a colon stands a port.
func beginsName(a flow.Atom) bool { return a.Literal != "" && !strings.HasSuffix(a.Literal, ":") }

// restricted reports whether the rest of the name of a host follows.
func restricted(rest flow.Seq) bool {
	return len(rest) > 0 && rest[0].Literal != "" && strings.IndexByte(":/?#.", rest[0].Literal[0]) < 0 ||
		len(rest) > 0 && strings.HasPrefix(rest[0].Literal, ".") && len(rest[0].Literal) > 2
}

// namesBound reports whether an atom is a name of the server that was chosen by
// it: a server that is nobody's default has only requests for its own names.
func namesBound(s *site.Site, l *conf.Level, a flow.Atom) bool {
	v := s.ServerOf(l)
	return a.Name == "$host" && v != nil && !v.Default() && len(v.Names) > 0
}

// OpenRedirect flags redirects to addresses that the client chooses.
var OpenRedirect = &lint.Rule{
	Name: "open-redirect", Severity: diag.Error, Group: lint.Security,
	Summary: "A link to this site can send its visitors to any other site.",
	Why: `When the host of a redirect comes from the request, a link that begins with the name of this site leads anywhere: to a page that asks
for the password, with the trust that people have in this site. The host is also open when what the client sends directly follows it:
"https://example.com$1" becomes https://example.com.attacker.test if the group can begin with something other than a slash.`,
	Bad: []lint.Example{{In: "http.location", Text: "return 302 $arg_next;\n"},
		{In: "http.server", Text: "location ~ ^/old(.*)$ {\n    return 301 https://example.com$1;\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "return 302 /login?next=$arg_next;\n"}, {In: "http.server", Text: "return 301 https://$host$request_uri;\n"},
		{In: "http.server", Text: "location ~ ^/old(/.*)?$ {\n    return 301 https://example.com$1;\n}\n"}},
	References: []string{"CWE-601"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		eachStep(s, func(st *site.Step) {
			if a, ok := st.Return(); ok && redirectCode(a.Code) {
				reportRedirect(p, use{st.Value, st.Node.NumWords() - 1, a.Text, 0, flow.At(st)})
			}
			if a, ok := st.Rewrite(); ok && site.Redirects(a) {
				reportRedirect(p, use{st.Value, 2, a.Replacement, 0, flow.At(st)})
			}
		})
	}),
}

func reportRedirect(p *lint.Pass, u use) {
	if !u.template.HasVariables() || unreachable(siteOf(p), u.at.Level) {
		return
	}
	absolute := ngxhttp.AbsoluteRedirect.Get(u.at.Level)
	for _, way := range flowOf(p).Expand(u.template, u.at) {
		a, ok := chosenHost(way)
		if !ok && !absolute {
			a, ok = doubleSlash(way)
		}
		if a.Host {
			continue // the client leads itself
		}
		if !ok || len(way) > 0 && strings.HasPrefix(way[0].Literal, "/") && absolute {
			continue
		}
		shown := u.partText(a.Part)
		d := p.Report(partRange(u.Node, u.word, u.template, a.Part, u.from), "the client chooses where this redirect leads: %q is from the request", shown)
		if a.Name != shown {
			d.Detail = fmt.Sprintf("it comes from %q", a.Name)
		}
		return
	}
}

// doubleSlash finds an address that begins with what a client sends and that may
// begin with two slashes, which browsers take for a host. nginx itself puts a
// host in front unless absolute_redirect is off.
func doubleSlash(way flow.Seq) (flow.Atom, bool) {
	if len(way) > 0 && way[0].Name == "$request_uri" {
		return way[0], true
	}
	if len(way) > 1 && way[0].Literal == "/" && way[1].Client && way[1].First.Has('/') && !way[1].Checked {
		return way[1], true
	}
	return flow.Atom{}, false
}

// CaptureMissing flags $1 and the like that nothing sets.
var CaptureMissing = &lint.Rule{
	Name: "capture-without-group", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A capture like $1 is used, and no regular expression before has such a group.",
	Why: `$1 to $9 hold the groups of the regular expression that matched last. Where the last one has no such group, or nothing has
matched at all, they are empty. Mind that any match replaces all of them: after "if ($http_user_agent ~ bot)" the captures of the location are
gone. Named groups ("(?<name>...)") become variables that stay.`,
	Bad: []lint.Example{{In: "http.server", Text: "rewrite ^/old/.*$ /new/$1 last;\n"},
		{In: "http.server", Text: "location ~ ^/u/(.+)$ {\n    if ($http_user_agent ~ bot) {\n        return 302 /bots/$1;\n    }\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "rewrite ^/old/(.*)$ /new/$1 last;\n"},
		{In: "http.server", Text: "location ~ ^/u/(?<user>.+)$ {\n    if ($http_user_agent ~ bot) {\n        return 302 /bots/$user;\n    }\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		eachStep(s, func(st *site.Step) {
			at := flow.At(st)
			if a, ok := st.Rewrite(); ok {
				reportCaptures(p, use{st.Value, 2, a.Replacement, 0, at})
			} else if a, ok := st.Return(); ok {
				reportCaptures(p, use{st.Value, st.Node.NumWords() - 1, a.Text, 0, at})
			} else if a, ok := st.Set(); ok {
				reportCaptures(p, use{st.Value, 2, a.Value, 0, at})
			}
		})
		s.Levels(func(l *conf.Level) {
			for _, row := range []*catalog.Row{ngxhttp.AddHeader.Row, ngxhttp.ProxySetHeader.Row, ngxhttp.FastCGIParam.Row} {
				for _, v := range l.Values(row) {
					if h, ok := headerOf(v); ok && l.In() == catalog.HTTPLocation {
						reportCaptures(p, use{v, 2, h.value, 0, flow.After(l)})
					}
				}
			}
			if pass, ok := site.OwnPass(l); ok && pass.Target != nil {
				reportCaptures(p, use{pass.Value, 1, pass.Target.Template, 0, flow.After(l)})
			}
			for _, v := range l.Values(ngxhttp.Alias.Row) {
				if t, err := catalog.ParseTemplate(v.Node.Arg(0)); err == nil {
					reportCaptures(p, use{v, 1, t, 0, flow.After(l)})
				}
			}
		})
	}),
}

func reportCaptures(p *lint.Pass, u use) {
	for i, part := range u.template.Parts {
		if part.Capture == 0 {
			continue
		}
		matches, sure := flowOf(p).Matches(u.at)
		if !sure {
			return
		}
		if slices.ContainsFunc(matches, func(m flow.Match) bool { return m.Groups >= part.Capture }) {
			continue
		}
		why := "no regular expression has matched before"
		if len(matches) > 0 {
			why = fmt.Sprintf("the regular expression that matches before has no group %d", part.Capture)
		}
		p.Report(partRange(u.Node, u.word, u.template, i, u.from), `"$%d" is always empty: %s`, part.Capture, why)
		return
	}
}
