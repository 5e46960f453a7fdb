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

// A directive that can be repeated is inherited as a whole list: the first one
// in an inner level replaces all of the outer ones. These rules find the members
// of an outer list that an inner one does not repeat.

// AddHeaderInheritance flags add_header that drops the outer headers.
var AddHeaderInheritance = &lint.Rule{
	Name: "add-header-inheritance", Severity: diag.Warn, Group: lint.Security,
	Summary: "An add_header in an inner block takes away all headers that the outer block adds.",
	Why: `add_header is inherited only by blocks without an add_header of their own. One line in a location is enough to lose the
headers of the server there: Strict-Transport-Security, Content-Security-Policy and the like silently disappear from these answers.

Repeat the outer headers in the block, or, from nginx 1.29.3 on, write "add_header_inherit merge;".`,
	Bad: []lint.Example{{In: "http.server", Text: "add_header X-Frame-Options DENY always;\nlocation /app/ {\n    add_header X-App 1;\n}\n"}},
	Good: []lint.Example{
		{In: "http.server", Text: "add_header X-Frame-Options DENY always;\nlocation /app/ {\n    add_header X-Frame-Options DENY always;\n    add_header X-App 1;\n}\n"},
		{In: "http.server", Text: "add_header X-Frame-Options DENY always;\nadd_header_inherit merge;\nlocation /app/ {\n    add_header X-App 1;\n}\n"},
	},
	References: []string{"add_header", "add_header_inherit"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			if m := ngxhttp.AddHeaderInherit.Get(l); m == "merge" || m == "off" {
				return
			}
			reportDropped(p, l, ngxhttp.AddHeader.Row, headerName, "the header %s", "the headers %s")
		})
	}),
}

// ProxySetHeaderInheritance flags proxy_set_header and grpc_set_header that drop
// the outer ones.
var ProxySetHeaderInheritance = &lint.Rule{
	Name: "proxy-set-header-inheritance", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A proxy_set_header in an inner block takes away all that the outer block sets.",
	Why: `proxy_set_header is inherited only by blocks without a proxy_set_header of their own. A location that sets one header no longer
sends the Host, X-Forwarded-For and the others that the server sets: the application sees the name of the upstream group as its host, or
takes the proxy for the client.`,
	Bad: []lint.Example{{In: "http.server", Text: "proxy_set_header Host $host;\nlocation / {\n    proxy_set_header X-Real-IP $remote_addr;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "proxy_set_header Host $host;\nlocation / {\n    proxy_set_header Host $host;\n    proxy_set_header X-Real-IP $remote_addr;\n    proxy_pass http://127.0.0.1:8080;\n}\n"},
		{In: "http.server", Text: "proxy_set_header Host $host;\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"proxy_set_header", "grpc_set_header"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			// passes looks at all levels within; most set nothing.
			if len(l.Values(ngxhttp.ProxySetHeader.Row)) > 0 && passes(p, l, ngxhttp.ProxyPass.Row) {
				reportDropped(p, l, ngxhttp.ProxySetHeader.Row, headerName, "the header %s", "the headers %s")
			}
			if len(l.Values(ngxhttp.GRPCSetHeader.Row)) > 0 && passes(p, l, ngxhttp.GRPCPass.Row) {
				reportDropped(p, l, ngxhttp.GRPCSetHeader.Row, headerName, "the header %s", "the headers %s")
			}
		})
	}),
}

// ParamInheritance flags fastcgi_param and its kin that drop the outer ones.
var ParamInheritance = &lint.Rule{
	Name: "fastcgi-param-inheritance", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A fastcgi_param in an inner block takes away all parameters that the outer block passes.",
	Why: `fastcgi_param, uwsgi_param and scgi_param are inherited only by blocks without one of their own. A location that adds one
parameter no longer passes SCRIPT_FILENAME, QUERY_STRING and the others, and the application gets an empty request.`,
	Bad:        []lint.Example{{In: "http.server", Text: "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\nlocation ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param HTTPS on;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_param HTTPS on;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	References: []string{"fastcgi_param", "uwsgi_param", "scgi_param"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			for _, r := range [][2]*catalog.Row{{ngxhttp.FastCGIPass.Row, ngxhttp.FastCGIParam.Row},
				{ngxhttp.UWSGIPass.Row, ngxhttp.UWSGIParam.Row}, {ngxhttp.SCGIPass.Row, ngxhttp.SCGIParam.Row}} {
				if len(l.Values(r[1])) > 0 && passes(p, l, r[0]) {
					reportDropped(p, l, r[1], paramName, "the parameter %s", "the parameters %s")
				}
			}
		})
	}),
}

// ListInheritance flags other lists that an inner one replaces.
var ListInheritance = &lint.Rule{
	Name: "list-inheritance", Severity: diag.Info, Group: lint.Correctness,
	Summary: "A directive in an inner block takes away what the same directive does in the outer block.",
	Why: `Limits, hidden headers and trusted addresses are inherited as whole lists: an inner block with one of its own has none of the
outer ones. A limit for the login page takes the location out of the limit for the whole server; a proxy_hide_header brings back the headers
that the server hides.`,
	Bad: []lint.Example{{In: "http", Text: "limit_req_zone $binary_remote_addr zone=all:1m rate=50r/s;\nlimit_req_zone $binary_remote_addr zone=login:1m rate=1r/s;\n" +
		"server {\n    listen 80;\n    limit_req zone=all burst=100;\n    location /login {\n        limit_req zone=login;\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "limit_req_zone $binary_remote_addr zone=all:1m rate=50r/s;\nlimit_req_zone $binary_remote_addr zone=login:1m rate=1r/s;\n" +
		"server {\n    listen 80;\n    limit_req zone=all burst=100;\n    location /login {\n        limit_req zone=all burst=100;\n        limit_req zone=login;\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n"}},
	References: []string{"limit_req", "limit_conn", "proxy_hide_header", "set_real_ip_from"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			reportDropped(p, l, ngxhttp.LimitReq.Row, limitZone, "the limit of zone %s", "the limits of zones %s")
			reportDropped(p, l, ngxhttp.LimitConn.Row, limitZone, "the limit of zone %s", "the limits of zones %s")
			reportDropped(p, l, ngxhttp.ProxyHideHeader.Row, hiddenName, "the hiding of %s", "the hiding of %s")
			reportDropped(p, l, ngxhttp.FastCGIHideHeader.Row, hiddenName, "the hiding of %s", "the hiding of %s")
			reportDropped(p, l, ngxhttp.SetRealIPFrom.Row, firstArg, "the trust in %s", "the trust in %s")
		})
	}),
}

func headerName(v catalog.Value) string {
	h, _ := headerOf(v)
	return strings.ToLower(h.name)
}

func paramName(v catalog.Value) string {
	h, _ := headerOf(v)
	return h.name
}

func hiddenName(v catalog.Value) string {
	s, _ := v.Arg.(string)
	return strings.ToLower(s)
}

func limitZone(v catalog.Value) string {
	switch a := v.Arg.(type) {
	case ngxhttp.RateLimit:
		return a.Zone
	case ngxstream.ConnLimit:
		return a.Zone
	}
	return ""
}

func firstArg(v catalog.Value) string { return v.Node.Arg(0) }

// passes reports whether requests in a level, or in one within, are passed on by
// a directive.
func passes(p *lint.Pass, l *conf.Level, row *catalog.Row) bool {
	if p, ok := site.PassOf(l); ok {
		return p.Row == row
	}
	type question struct {
		l   *conf.Level
		row *catalog.Row
	}
	known := lint.Shared(p, "passes", func() map[question]bool { return map[question]bool{} })
	answer, ok := known[question{l, row}]
	if !ok {
		answer = slices.ContainsFunc(l.Children(), func(in *conf.Level) bool { return passes(p, in, row) })
		known[question{l, row}] = answer
	}
	return answer
}

// reportDropped reports the values of a row that a level would inherit and does
// not repeat.
func reportDropped(p *lint.Pass, l *conf.Level, row *catalog.Row, name func(catalog.Value) string, single, several string) {
	own := l.Values(row)
	if len(own) == 0 || l.Parent() == nil || partly(l) {
		return
	}
	var outer []catalog.Value
	if o := l.Parent().NearestOf(row); o != nil {
		outer = o.Values(row)
	}
	kept := map[string]bool{}
	for _, v := range own {
		kept[name(v)] = true
	}
	var names []string
	var dropped []*ast.Directive
	for _, v := range outer {
		if n := name(v); n != "" && !kept[n] {
			kept[n] = true
			names = append(names, shownName(v))
			dropped = append(dropped, v.Node)
		}
	}
	if len(names) == 0 {
		return
	}
	form := single
	if len(names) > 1 {
		form = several
	}
	d := p.Report(own[0].Node.HeadRange(), `"%s" here takes away `+form+` of the outer block`, row.Name, quotedNames(names))
	d.Related = []diag.Related{{Range: dropped[0].HeadRange(), Message: "set here"}}
	at := own[0].Node.Range()
	d.Fixes = []diag.Fix{{Description: "repeat the directives of the outer block",
		Edits: []diag.Edit{{Range: ast.Range{File: at.File, Start: at.Start, End: at.Start}, New: linesOf(dropped, own[0].Node)}}}}
}

// shownName is the name of a value as it is written.
func shownName(v catalog.Value) string {
	switch a := v.Arg.(type) {
	case ngxhttp.RateLimit:
		return a.Zone
	case ngxstream.ConnLimit:
		return a.Zone
	}
	return v.Node.Arg(0)
}
