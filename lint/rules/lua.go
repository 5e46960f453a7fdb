package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// allowed returns the phases in which a subsystem allows an entry of the API.
func allowed(e *luacode.Entry, subsystem catalog.Context) catalog.Phases {
	if subsystem == catalog.Stream {
		return e.Func.Stream
	}
	return e.Func.HTTP
}

func subsystemName(subsystem catalog.Context) string {
	if subsystem == catalog.Stream {
		return "stream"
	}
	return "http"
}

// initPhases are the phases in which nobody waits for an answer.
const initPhases = catalog.Init | catalog.InitWorker | catalog.ExitWorker

// asksWhere reports whether the code looks at the phase or the subsystem that it
// runs in, and so may do what is right for each.
func asksWhere(s *lint.Script) bool {
	found := false
	for _, c := range s.Code.Calls {
		found = found || c.Is("ngx.get_phase", "ngx.get_raw_phase")
	}
	lua.Inspect(s.Code.Chunk.Main, func(n lua.Node) bool {
		if i, ok := n.(*lua.Index); ok && !found {
			e := s.Code.Resolve(i)
			found = e != nil && e.Name == "ngx.config.subsystem"
		}
		return !found
	})
	return found
}

// tested reports whether the chunk tests a value somewhere: as a condition, by
// "and", "or" or "not", or by comparing it.
func tested(c *lua.Chunk, text string) bool {
	found := false
	is := func(e lua.Expr) { found = found || e != nil && c.Text(luacode.Strip(e)) == text }
	lua.Inspect(c.Main, func(n lua.Node) bool {
		switch n := n.(type) {
		case *lua.If:
			for _, cl := range n.Clauses {
				is(cl.Cond)
			}
		case *lua.While:
			is(n.Cond)
		case *lua.Repeat:
			is(n.Cond)
		case *lua.Unary:
			if n.Op == lua.TokNot {
				is(n.X)
			}
		case *lua.Binary:
			switch n.Op {
			case lua.TokAnd, lua.TokOr, lua.TokEqual, lua.TokNotEqual:
				is(n.L)
				is(n.R)
			}
		case *lua.Call:
			if f, ok := n.Fn.(*lua.Name); ok && (f.Text == "type" || f.Text == "assert" || f.Text == "tostring") {
				for _, arg := range n.Args {
					is(arg)
				}
			}
		}
		return !found
	})
	return found
}

// list joins names as a sentence does: "a, b and c".
func list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// cutModule splits the name of a module at its first dot.
func cutModule(name string) (first, rest string, ok bool) { return strings.Cut(name, ".") }

// standsAnywhere reports whether one of the rows stands in a level or in those
// inside of it.
func standsAnywhere(l *conf.Level, rows []*catalog.Row) bool {
	for _, r := range rows {
		if len(l.Values(r)) > 0 {
			return true
		}
	}
	for _, in := range l.Children() {
		if standsAnywhere(in, rows) {
			return true
		}
	}
	return false
}
