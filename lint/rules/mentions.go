package rules

import (
	"regexp"
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/conf"
	"tidegate/lint"
)

// eachLevel visits a level and those in it.
func eachLevel(l *conf.Level, visit func(*conf.Level)) {
	if l == nil {
		return
	}
	visit(l)
	for _, in := range l.Children() {
		eachLevel(in, visit)
	}
}

// readers is what may read the variables of a subsystem besides templates in
// directives that are known.
type readers struct {
	// words counts each name that follows a "$" in some word of the subsystem's
	// block, in lower case.
	words map[string]int
	// code is the code of all scripts, in lower case.
	code []string
	// anything tells that something may read any variable: code that is not
	// known, or that makes up names while it runs.
	anything bool
}

var (
	variableInWord = regexp.MustCompile(`\$\{?([A-Za-z0-9_]+)`)
	// variablesHandedOn finds the table of all variables as an argument or a value.
	variablesHandedOn = regexp.MustCompile(`ngx\.var\s*[,)}]`)
)

// readersIn finds what may read the variables of a subsystem.
func readersIn(p *lint.Pass, subsystem catalog.Context) *readers {
	return lint.Shared(p, "readers "+subsystem.String(), func() *readers {
		r := &readers{words: map[string]int{}, anything: foreignModules(p) || !p.Lua().Complete(subsystem)}
		top := p.Tree.HTTP()
		if subsystem == catalog.Stream {
			top = p.Tree.Stream()
		}
		if top != nil {
			ast.WalkIncluded(top.Node().Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
				// JavaScript (r.variables) and Perl read what they like.
				r.anything = r.anything || strings.HasPrefix(d.Name(), "js_") || strings.HasPrefix(d.Name(), "perl_") || d.Is("perl")
				for _, w := range d.Words() {
					r.word(w.Text)
				}
				return true
			})
		}
		for _, s := range p.Scripts() {
			if s.Subsystem == subsystem {
				r.script(s)
			}
		}
		return r
	})
}

func (r *readers) word(text string) {
	if strings.IndexByte(text, '$') < 0 {
		return
	}
	for _, m := range variableInWord.FindAllStringSubmatch(text, -1) {
		r.words[strings.ToLower(m[1])]++
	}
}

func (r *readers) script(s *lint.Script) {
	r.code = append(r.code, strings.ToLower(s.Text))
	r.anything = r.anything || variablesHandedOn.MatchString(s.Text)
	for _, f := range s.Code.Fields {
		r.anything = r.anything || f.Of.Name == "ngx.var" && f.Name == ""
	}
}

// inLua tells that a script may read a variable, or any whose name begins so.
func (r *readers) inLua(name string) bool {
	return r.anything || slices.ContainsFunc(r.code, func(s string) bool { return strings.Contains(s, name) })
}

// foreignModules tells that modules are loaded that may do anything with
// variables: those that are not part of nginx, and its interpreter of Perl.
func foreignModules(p *lint.Pass) bool {
	for _, file := range ngxcore.LoadModule.All(p.Tree.Main) {
		modules := conf.Catalog.ModulesOf(file)
		if len(modules) == 0 && !ngxcore.BuiltinModule(file) {
			return true
		}
		for _, m := range modules {
			if m.Name == "ngx_http_perl_module" || slices.ContainsFunc(m.Rows, func(r *catalog.Row) bool { return r.Origin == catalog.External }) {
				return true
			}
		}
	}
	return false
}

// anyWord tells that some word of the configuration holds a variable whose name
// begins so.
func (r *readers) anyWord(prefix string) bool {
	for name := range r.words {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
