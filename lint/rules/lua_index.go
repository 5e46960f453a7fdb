package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// What rules about one script need of all the others is found once in a run.

// fieldsAssigned returns the fields that some code adds to the tables of the API,
// by their full names.
func fieldsAssigned(p *lint.Pass) map[string]bool {
	return lint.Shared(p, "lua fields assigned", func() map[string]bool {
		out := map[string]bool{}
		for _, s := range p.Scripts() {
			for _, f := range s.Code.Unknown {
				if f.Assigned {
					out[f.Of.Name+"."+f.Name] = true
				}
			}
		}
		return out
	})
}

// globalsDefined returns the global names that the code of a subsystem assigns;
// "" is among them if some have names that are computed.
func globalsDefined(p *lint.Pass, subsystem catalog.Context) map[string]bool {
	return lint.Shared(p, "lua globals "+subsystem.String(), func() map[string]bool {
		out := map[string]bool{}
		for _, s := range p.Scripts() {
			if s.Subsystem != subsystem {
				continue
			}
			for _, n := range s.Code.Chunk.Globals {
				if n.Assigned {
					out[n.Text] = true
				}
			}
			for _, f := range s.Code.Fields {
				if f.Of.Name == "_G" && f.Assigned {
					out[f.Name] = true
				}
			}
			for _, c := range s.Code.Calls {
				switch {
				case c.Is("rawset", "setmetatable") && isGlobals(s, c):
					name, _ := luacode.Constant(c.Arg(1))
					out[name] = true
				case c.Is("module"):
					name, _ := luacode.Constant(c.Arg(0))
					name, _, _ = cutModule(name)
					out[name] = true
				}
			}
		}
		return out
	})
}

// variablesDefined returns the variables that directives of a subsystem define.
func variablesDefined(p *lint.Pass, subsystem catalog.Context) map[string]bool {
	return lint.Shared(p, "variables defined "+subsystem.String(), func() map[string]bool {
		out := map[string]bool{}
		for _, m := range p.Tree.DefinedVariables(subsystem) {
			out[m.Name] = true
		}
		return out
	})
}

// preloads returns the modules that some code puts in place by their names.
func preloads(p *lint.Pass) map[string]bool {
	return lint.Shared(p, "lua preloads", func() map[string]bool {
		out := map[string]bool{}
		for _, s := range p.Scripts() {
			if !strings.Contains(s.Text, "package") {
				continue
			}
			lua.Inspect(s.Code.Chunk.Main, func(n lua.Node) bool {
				if i, ok := n.(*lua.Index); ok {
					e := s.Code.Resolve(i.Obj)
					if key, ok := luacode.Constant(i.Key); ok && e != nil && (e.Name == "package.preload" || e.Name == "package.loaded") {
						out[key] = true
					}
				}
				return true
			})
		}
		return out
	})
}

// bodyReader is a script that may read the body of a request.
type bodyReader struct {
	*lint.Script
	// always tells that it may do so for any request.
	always bool
}

func bodyReaders(p *lint.Pass) []bodyReader {
	return lint.Shared(p, "lua body readers", func() []bodyReader {
		var out []bodyReader
		for _, s := range p.Scripts() {
			reads, always := false, s.Module != "" && strings.Contains(s.Text, "read_body")
			for _, c := range s.Code.Calls {
				switch {
				case c.Is("ngx.location.capture", "ngx.location.capture_multi"):
					always = true // a subrequest has the body that it is given
				case c.Is("ngx.req.read_body", "ngx.req.set_body_data", "ngx.req.set_body_file", "ngx.req.init_body"):
					reads, always = true, always || s.Module != ""
				}
			}
			if reads || always {
				out = append(out, bodyReader{s, always})
			}
		}
		return out
	})
}

// scriptOf returns the script of a directive, nil if its code is not known.
func scriptOf(p *lint.Pass, d *ast.Directive) *lint.Script {
	return lint.Shared(p, "lua scripts by directive", func() map[*ast.Directive]*lint.Script {
		out := map[*ast.Directive]*lint.Script{}
		for _, s := range p.Scripts() {
			for _, u := range s.Uses {
				out[u.Node] = s
			}
		}
		return out
	})[d]
}

// standAnywhere reports whether one of the rows stands anywhere.
func standAnywhere(p *lint.Pass, rows []*catalog.Row) bool {
	standing := lint.Shared(p, "rows standing", func() map[*catalog.Row]bool {
		out := map[*catalog.Row]bool{}
		var level func(l *conf.Level)
		level = func(l *conf.Level) {
			l.Each(func(v catalog.Value) bool {
				out[v.Row] = true
				return true
			})
			for _, in := range l.Children() {
				level(in)
			}
		}
		level(p.Tree.Main)
		return out
	})
	for _, r := range rows {
		if standing[r] {
			return true
		}
	}
	return false
}
