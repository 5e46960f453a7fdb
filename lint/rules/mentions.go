package rules

import (
	"regexp"
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/conf"
	"tidegate/lint"
)

// scriptsOf returns the scripts of one subsystem, with the directive of each.
func scriptsOf(p *lint.Pass, subsystem catalog.Context) []*ngxlua.Script {
	top := p.Tree.Stream()
	if subsystem == catalog.HTTP {
		top = p.Tree.HTTP()
	}
	var out []*ngxlua.Script
	eachLevel(top, func(l *conf.Level) {
		l.Each(func(v catalog.Value) bool {
			if s, ok := v.Arg.(*ngxlua.Script); ok {
				out = append(out, s)
			}
			return true
		})
	})
	return out
}

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

// readers is what may read variables, besides templates in directives that are
// known.
type readers struct {
	// words holds each name that follows a "$" in some word, in lower case.
	words map[string]bool
	// lua is the code of all scripts, in lower case.
	lua []string
	// anything tells that something may read any variable: code that is not
	// known, or that makes up names while it runs.
	anything bool
}

var (
	variableInWord = regexp.MustCompile(`\$\{?([A-Za-z0-9_]+)`)
	// computedName finds ngx.var["a" .. b] and the like, and tables of variables
	// that are passed on.
	computedName = regexp.MustCompile(`ngx\.var\s*(?:\[\s*[^"'\]]|\[\s*["'][^"']*["']\s*\.\.|[^\[.\sA-Za-z0-9_]|$)`)
	// ownModule finds require with a name that is not one of the libraries that
	// come with OpenResty.
	requireCall = regexp.MustCompile(`require\s*\(?\s*(?:"([^"]*)"|'([^']*)'|(\w))`)
)

// libraries are the modules that come with OpenResty. They read no variables of
// their user's.
var libraries = []string{"resty", "ngx", "cjson", "table", "bit", "ffi", "jit", "string", "math", "rds", "redis"}

// readersIn finds what may read the variables of a subsystem.
func readersIn(p *lint.Pass, subsystem catalog.Context) *readers {
	r := &readers{words: map[string]bool{}, anything: foreignModules(p)}
	for _, f := range p.Tree.Config.Files {
		ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
			for _, w := range d.Words() {
				if strings.IndexByte(w.Text, '$') < 0 {
					continue
				}
				for _, m := range variableInWord.FindAllStringSubmatch(w.Text, -1) {
					r.words[strings.ToLower(m[1])] = true
				}
			}
			return true
		})
	}
	for _, s := range scriptsOf(p, subsystem) {
		if s.IsFile() {
			r.anything = true
			continue
		}
		r.script(s.Source)
	}
	return r
}

func (r *readers) script(source string) {
	r.lua = append(r.lua, strings.ToLower(source))
	r.anything = r.anything || computedName.MatchString(source)
	for _, m := range requireCall.FindAllStringSubmatch(source, -1) {
		name, _, _ := strings.Cut(m[1]+m[2], ".")
		r.anything = r.anything || !slices.Contains(libraries, name)
	}
}

// inLua tells that a script may read a variable, or any whose name begins so.
func (r *readers) inLua(name string) bool {
	return r.anything || slices.ContainsFunc(r.lua, func(s string) bool { return strings.Contains(s, name) })
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
