package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/lua"
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
