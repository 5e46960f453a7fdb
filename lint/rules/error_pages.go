package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// NamedLocationMissing flags names of locations that the server does not have.
var NamedLocationMissing = &lint.Rule{
	Name: "named-location-missing", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A named location is used that the server does not have.",
	Why: `nginx looks for a named location when a request needs it, in the server of the request, and answers 500 if it is not there. It says
nothing about it when it reads the configuration.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location / {\n    try_files $uri @app;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location / {\n    try_files $uri @app;\n}\nlocation @app {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"try_files", "error_page"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			for _, v := range append(append([]catalog.Value(nil), l.Values(ngxhttp.ErrorPage.Row)...), l.Values(ngxhttp.TryFiles.Row)...) {
				i := v.Node.NumWords() - 2
				name := v.Node.Arg(i)
				if !strings.HasPrefix(name, "@") || strings.Contains(name, "$") {
					continue
				}
				for _, server := range serversWithin(s, l) {
					if server.NamedLocation(name) == nil {
						reportNamed(p, v, i, name, server)
						break
					}
				}
			}
		})
	}),
}

// serversWithin lists the servers that a level belongs to or holds.
func serversWithin(s *site.Site, l *conf.Level) []*site.Server {
	if v := s.ServerOf(l); v != nil {
		return []*site.Server{v}
	}
	return s.Servers
}

func reportNamed(p *lint.Pass, v catalog.Value, i int, name string, server *site.Server) {
	d := p.Report(v.Node.ArgRange(i), "the server has no location %q", name)
	var names []string
	for _, l := range server.Locations {
		if l.Named() {
			names = append(names, l.Args.Name)
		}
	}
	if near := catalog.Suggest(name, names); near != "" {
		d.Detail = `did you mean "` + near + `"?`
		d.Fixes = []diag.Fix{change(v.Node.ArgRange(i), near, "write "+near)}
	}
	d.Related = []diag.Related{{Range: server.Level.Node().HeadRange(), Message: "in this server"}}
}

// ErrorPageRelative flags error pages without a slash in front.
var ErrorPageRelative = &lint.Rule{
	Name: "error-page-relative", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "An error page without a slash in front is sent as a redirect.",
	Why: `error_page takes what begins with "/" for an address of the server, and what begins with "@" for a named location. Anything else is the
target of a redirect (302): the visitor is sent to "404.html" beside the page that is missing, and the code of the error is lost.`,
	Bad:        []lint.Example{{In: "http.server", Text: "error_page 404 404.html;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "error_page 404 /404.html;\nerror_page 403 https://example.com/login;\n"}},
	References: []string{"error_page"},
	On:         []*catalog.Row{ngxhttp.ErrorPage.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		a, _ := u.Arg.(ngxhttp.ErrorPageArgs)
		text := a.Page.Text
		if text == "" || strings.ContainsAny(text[:1], "/@$") || strings.Contains(text, "://") {
			return
		}
		i := u.Node.NumWords() - 2
		d := p.Report(u.Node.ArgRange(i), "visitors are sent to %q by a redirect: an address begins with a slash", text)
		if u.Node.Word(i+1).Quote == 0 {
			d.Fixes = []diag.Fix{replace(u.Node.ArgRange(i), "/"+text, "put a slash in front")}
		}
	},
}

// ErrorPageNotIntercepted flags error pages for codes that only the proxied
// server answers.
var ErrorPageNotIntercepted = &lint.Rule{
	Name: "error-page-not-intercepted", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "An error page stands beside a proxy_pass for a code that nginx does not make there, and is not used.",
	Why: `error_page is for the errors that nginx makes itself. What the proxied server answers, an error too, goes to the client as it is
unless "proxy_intercept_errors" is on. nginx makes 502 and 504 when the server fails; 404 and 500 come from the server.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location / {\n    proxy_pass http://127.0.0.1:8080;\n    error_page 404 /404.html;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location / {\n    proxy_pass http://127.0.0.1:8080;\n    proxy_intercept_errors on;\n    error_page 404 /404.html;\n}\n"}},
	References: []string{"error_page", "proxy_intercept_errors"},
	On:         []*catalog.Row{ngxhttp.ErrorPage.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if u.Level.In() != catalog.HTTPLocation || siteOf(p) == nil || !p.Complete() {
			return
		}
		pass, ok := site.OwnPass(u.Level)
		if !ok || intercepts(pass) || len(u.Level.Children()) > 0 {
			return
		}
		a, _ := u.Arg.(ngxhttp.ErrorPageArgs)
		for i, code := range a.Codes {
			if madeBehind(siteOf(p), u.Level, code) {
				d := p.Report(u.Node.ArgRange(i), `the proxied server's %d does not come here without "%s_intercept_errors on"`, code, gatewayName(pass.Row))
				d.Related = []diag.Related{{Range: pass.Node.HeadRange(), Message: "it answers every request of the location"}}
				return
			}
		}
	},
}

func gatewayName(r *catalog.Row) string {
	name, _, _ := strings.Cut(r.Name, "_")
	return name
}

func intercepts(pass site.Pass) bool {
	switch pass.Row {
	case ngxhttp.ProxyPass.Row:
		return ngxhttp.ProxyInterceptErrors.Get(pass.Level)
	case ngxhttp.FastCGIPass.Row:
		return ngxhttp.FastCGIInterceptErrors.Get(pass.Level)
	case ngxhttp.UWSGIPass.Row:
		return ngxhttp.UWSGIInterceptErrors.Get(pass.Level)
	case ngxhttp.SCGIPass.Row:
		return ngxhttp.SCGIInterceptErrors.Get(pass.Level)
	case ngxhttp.GRPCPass.Row:
		return ngxhttp.GRPCInterceptErrors.Get(pass.Level)
	}
	return true // memcached makes its errors itself
}

// madeBehind reports whether only the proxied server makes an error: nothing in
// the location does.
func madeBehind(s *site.Site, l *conf.Level, code int) bool {
	switch code {
	case 401, 403:
		rules, _ := site.Rules(l)
		if len(rules) > 0 || s.Authenticated(l) {
			return false
		}
	case 404:
		if len(l.Values(ngxhttp.TryFiles.Row)) > 0 {
			return false
		}
		if loc := s.LocationOf(l); loc == nil || loc.Level != l {
			return false
		}
		if _, internal := ngxhttp.Internal.Own(l); internal {
			return false
		}
	case 500:
		if s.Authenticated(l) {
			return false
		}
	default:
		return false
	}
	returns := false
	site.Each(site.Program(l), func(s *site.Step) {
		if a, ok := s.Return(); ok && a.Code == code {
			returns = true
		}
	})
	return !returns && !site.Lua(l, "rewrite_by_lua")
}

var interceptRows = []*catalog.Row{ngxhttp.ProxyInterceptErrors.Row, ngxhttp.FastCGIInterceptErrors.Row, ngxhttp.UWSGIInterceptErrors.Row,
	ngxhttp.SCGIInterceptErrors.Row, ngxhttp.GRPCInterceptErrors.Row}

// InterceptWithoutPage flags errors that are to be intercepted and have no page.
var InterceptWithoutPage = &lint.Rule{
	Name: "intercept-without-error-page", Severity: diag.Info, Group: lint.Unused,
	Summary: "Errors of the proxied server are to be intercepted, and there is no error_page for them.",
	Why: `"proxy_intercept_errors on" hands errors of the proxied server to error_page, for the codes that it names. Without an error_page
answers pass through as before.`,
	Bad:        []lint.Example{{In: "http.location", Text: "proxy_pass http://127.0.0.1:8080;\nproxy_intercept_errors on;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "proxy_pass http://127.0.0.1:8080;\nproxy_intercept_errors on;\nerror_page 502 /down.html;\n"}},
	References: []string{"proxy_intercept_errors", "error_page"},
	On:         interceptRows,
	Use: func(p *lint.Pass, u lint.Use) {
		if on, _ := u.Arg.(bool); !on || !p.Complete() || ngxhttp.ErrorPage.Set(u.Level) || setWithin(p, u.Level, ngxhttp.ErrorPage.Row) {
			return
		}
		p.Report(u.Node.HeadRange(), `there is no "error_page" for the errors that this intercepts`)
	},
}
