package rules

import (
	"bytes"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// MissingSemicolon flags directives that have become arguments of the one
// above.
var MissingSemicolon = &lint.Rule{
	Name: "missing-semicolon", Severity: diag.Error, Group: lint.Correctness,
	Summary: `A ";" seems to be missing: the next directive has become arguments of this one.`,
	Why: `Directives that take any number of arguments, such as server_name and index, take the next line as well if the ";" is not there.
nginx reports nothing; the directive on that line is not in force.`,
	Bad:  []lint.Example{{In: "http.server", Text: "server_name www.example.com\nroot /srv/www;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "server_name www.example.com\n    example.com;\nroot /srv/www;\n"}},
	Whole: func(p *lint.Pass) {
		eachLevel(p.Tree.Main, func(l *conf.Level) {
			l.Each(func(v catalog.Value) bool {
				if i := swallowed(v.Node, l); i > 0 {
					d := p.Report(v.Node.WordRange(i), `"%s" is an argument of "%s" here: is a ";" missing above?`, v.Node.Arg(i-1), v.Node.Name())
					end := v.Node.WordRange(i - 1).End
					d.Fixes = []diag.Fix{{Description: `end the directive above with ";"`,
						Edits: []diag.Edit{{Range: ast.Range{File: v.Node.File, Start: end, End: end}, New: ";"}}}}
				}
				return true
			})
		})
	},
}

// swallowed finds the argument that begins a line with the name of a directive
// which may stand there and accepts the rest of the line; 0 if there is none.
func swallowed(d *ast.Directive, l *conf.Level) int {
	n := d.NumWords()
	if n < 4 || d.HasBlock() || !newlineBetween(d, 0, n-1) {
		return 0
	}
	for i := 2; i < n-1; i++ {
		w := d.Word(i)
		if w.Quote != 0 || !newlineBetween(d, i-1, i) || newlineBetween(d, i, i+1) {
			continue
		}
		end := i + 1
		for end < n && !newlineBetween(d, end-1, end) {
			end++
		}
		r := conf.Catalog.Lookup(w.Text, l.In())
		if r != nil && r.Origin.Known() && r.Body == catalog.NoBody && r.Shape().Accepts(end-i-1) {
			return i
		}
	}
	return 0
}

func newlineBetween(d *ast.Directive, i, j int) bool {
	return bytes.IndexByte(d.File.Src[d.WordRange(i).End:d.WordRange(j).Start], '\n') >= 0
}
