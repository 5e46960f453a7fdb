package rules

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// GzipWithoutVary flags compressed answers that caches give to everybody.
var GzipWithoutVary = &lint.Rule{
	Name: "gzip-without-vary", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Answers are compressed for caches, which are not told that they depend on what the client accepts.",
	Why: `Without "gzip_proxied" nginx sends nothing compressed to a proxy (a request with a Via header). With it, a cache that gets the
compressed answer may give it to a client that did not ask for compression, unless the answer says "Vary: Accept-Encoding", which
"gzip_vary on" adds. gzip_static follows the same settings.`,
	Bad: []lint.Example{{In: "http.server", Text: "gzip on;\ngzip_types text/css;\ngzip_proxied any;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "gzip on;\ngzip_types text/css;\ngzip_proxied any;\ngzip_vary on;\n"},
		{In: "http.server", Text: "gzip on;\ngzip_types text/css;\n"}},
	References: []string{"gzip_vary", "gzip_proxied", "RFC 9110"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			when, ok := ngxhttp.GzipProxied.Own(l)
			if !ok || slices.Contains(when, "off") || setWithin(p, l, ngxhttp.GzipVary.Row) || ngxhttp.GzipVary.Get(l) || varies(l) || !compresses(l) {
				return
			}
			d := l.Values(ngxhttp.GzipProxied.Row)[0].Node
			front := ast.Range{File: d.File, Start: int(d.Start), End: int(d.Start)}
			p.Report(d.HeadRange(), `caches get compressed answers without "Vary: Accept-Encoding"`).
				Fixes = []diag.Fix{change(front, "gzip_vary on;\n"+indentOf(d), `add "gzip_vary on"`)}
		})
	}),
}

// compresses reports whether something at a level or in it is compressed.
func compresses(l *conf.Level) bool {
	found := false
	eachLevel(l, func(l *conf.Level) {
		static := ngxhttp.GzipStatic.Get(l)
		found = found || ngxhttp.Gzip.Get(l) || static == "on"
	})
	return found
}

// varies reports whether some add_header at a level, around it or in it names
// the header by hand.
func varies(l *conf.Level) bool {
	is := func(v catalog.Value) bool {
		h, ok := headerOf(v)
		return ok && strings.EqualFold(h.name, "vary")
	}
	found := false
	eachLevel(l, func(l *conf.Level) { found = found || slices.ContainsFunc(l.Values(ngxhttp.AddHeader.Row), is) })
	for ; l != nil; l = l.Parent() {
		found = found || slices.ContainsFunc(l.Values(ngxhttp.AddHeader.Row), is)
	}
	return found
}
