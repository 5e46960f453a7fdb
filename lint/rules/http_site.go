package rules

import (
	"regexp"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// siteOf returns the http block as requests meet it; nil if there is none.
func siteOf(p *lint.Pass) *site.Site {
	return lint.Shared(p, "site", func() *site.Site { return site.New(p.Tree) })
}

// flowOf returns what variables of http hold. The http block must be there.
func flowOf(p *lint.Pass) *flow.Flow {
	return lint.Shared(p, "flow", func() *flow.Flow { return flow.New(siteOf(p), luaMentions(p)) })
}

var luaVariable = regexp.MustCompile(`var\s*(?:\.\s*|\[\s*["'])([A-Za-z0-9_]+)`)
var luaComputed = regexp.MustCompile(`var\s*\[\s*[^"'\s]`)

// luaMentions tells whether Lua code in the configuration may set a variable.
func luaMentions(p *lint.Pass) func(string) bool {
	names, computed := map[string]bool{}, false
	note := func(text string) {
		for _, m := range luaVariable.FindAllStringSubmatch(text, -1) {
			names[strings.ToLower(m[1])] = true
		}
		computed = computed || luaComputed.MatchString(text)
	}
	for _, s := range p.Scripts() {
		note(s.Text)
	}
	// Code that is not known and modules that are not described can set anything.
	any := !p.Lua().Complete(catalog.HTTP) || foreignModules(p)
	return func(name string) bool { return any || computed || names[name] }
}

// wholeSite makes a rule's Whole of a function over the http block.
func wholeSite(visit func(*lint.Pass, *site.Site)) func(*lint.Pass) {
	return func(p *lint.Pass) {
		if s := siteOf(p); s != nil {
			visit(p, s)
		}
	}
}

// completeSite is wholeSite for rules that conclude something from what is not
// there: they are silent if a part of the configuration is not known.
func completeSite(visit func(*lint.Pass, *site.Site)) func(*lint.Pass) {
	return func(p *lint.Pass) {
		if s := siteOf(p); s != nil && p.Complete() {
			visit(p, s)
		}
	}
}

// partly reports whether a file that a level includes could not be read, so that
// not all of its directives are known.
func partly(l *conf.Level) bool {
	if l.Node() == nil || l.Synthetic() {
		return l.Synthetic()
	}
	for d := range l.Node().Body().All() {
		if d.Is("include") && missing(d) {
			return true
		}
	}
	return false
}

func missing(d *ast.Directive) bool {
	if len(d.Included()) == 0 {
		return true
	}
	for _, f := range d.Included() {
		if f.Src == nil {
			return true
		}
		for in := range f.Body().All() {
			if in.Is("include") && missing(in) {
				return true
			}
		}
	}
	return false
}

// partRange is the place of a part of a template that is word i of a directive,
// or of an argument that begins at byte from of it.
func partRange(d *ast.Directive, word int, t catalog.Template, part, from int) ast.Range {
	if part < 0 || part >= len(t.Parts) || d == nil {
		return d.WordRange(word)
	}
	return d.TextRange(word, from+t.Parts[part].From, from+t.Parts[part].To)
}

// insertAfter is a fix that writes text behind a range.
func insertAfter(r ast.Range, text, description string, safe bool) diag.Fix {
	at := ast.Range{File: r.File, Start: r.End, End: r.End}
	return diag.Fix{Description: description, Safe: safe, Edits: []diag.Edit{{Range: at, New: text}}}
}

// change is replace for a fix that may not be what was meant.
func change(r ast.Range, text, description string) diag.Fix {
	f := replace(r, text, description)
	f.Safe = false
	return f
}

// headArgs is the span of the arguments of a directive.
func headArgs(d *ast.Directive) ast.Range {
	r := d.HeadRange()
	if d.NumWords() > 1 {
		r.Start = d.WordRange(1).Start
	}
	return r
}

// linesOf writes directives as they stand in the file, one a line, indented as
// the directive that they are put in front of.
func linesOf(list []*ast.Directive, before *ast.Directive) string {
	indent := indentOf(before)
	var b strings.Builder
	for _, d := range list {
		b.Write(d.Range().Text())
		b.WriteString("\n" + indent)
	}
	return b.String()
}

// indentOf is the white space in front of a directive on its line.
func indentOf(d *ast.Directive) string {
	src, i := d.File.Src, int(d.Start)
	for i > 0 && (src[i-1] == ' ' || src[i-1] == '\t') {
		i--
	}
	return string(src[i:d.Start])
}

// quotedNames lists names for a message: "a", "b" and "c".
func quotedNames(names []string) string {
	var b strings.Builder
	for i, n := range names {
		switch {
		case i > 0 && i == len(names)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(`"` + n + `"`)
	}
	return b.String()
}

// headerLine is a directive that writes a header or a parameter.
type headerLine struct {
	name   string
	value  catalog.Template
	always bool
}

// headerOf reads add_header, proxy_set_header, fastcgi_param and the like.
func headerOf(v catalog.Value) (headerLine, bool) {
	switch a := v.Arg.(type) {
	case ngxhttp.HeaderArgs:
		return headerLine{a.Name, a.Value, a.Always}, true
	case ngxhttp.Param:
		return headerLine{name: a.Name, value: a.Value.Template}, true
	}
	return headerLine{}, false
}

// locationName is how a location is written, without the word location.
func locationName(l *site.Location) string { return string(headArgs(l.Level.Node()).Text()) }

// openBrace is the opening brace in front of a position.
func openBrace(after ast.Pos) ast.Range {
	return ast.Range{File: after.File, Start: after.Offset - 1, End: after.Offset}
}
