package depstest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The catalogue says of each row whether it runs. What it says runs must be looked at by somebody: a directive that is checked,
// accepted and then read by nobody would be ignored in silence. These tests hold the declarations against the sources of the runtime.

// declaration is a handle that a package of the catalogue declares.
type declaration struct {
	handle   string // "ngxstream.ProxyTimeout"
	row      bool   // a directive or an entry of the Lua API, and not a variable
	runs     string // "Full", "Partial", ...; "" where a helper decides
	lua      string // the kind of an entry of the Lua API: "LuaFunction" unless it says otherwise; "" for directives
	receiver string // "ngxlua.PrereadPhase" where the handle is made by a method of it
}

// elsewhere are the handles that the runtime reaches without naming them, and how.
var elsewhere = map[string]string{
	"ngxcore.Include":     "the parser follows it",
	"ngxcore.LoadModule":  "ast/conf refuses what is not built in; what is needs nothing done",
	"ngxstream.Allow":     "ngxstream.AccessRules, which keeps both in their order",
	"ngxstream.Deny":      "ngxstream.AccessRules",
	"ngxstream.LeastConn": "ngxstream.Group.Method, which knows the last method that was set",
	"ngxstream.SSLOCSP":   "off, its default, is what happens; anything else is refused",

	"ngxlua.PrintGlobal":          "set with the other globals; runtime/server TestLuaAPI calls for each entry",
	"ngxlua.SocketConnect":        "written in Lua over ngx.socket.tcp",
	"ngxlua.CoroutineRunning":     "the language's own, which runtime/lua/ngx keeps",
	"ngxlua.ConfigPrefix":         "set with the other fields of ngx.config",
	"ngxlua.ConfigNginxConfigure": "set with the other fields of ngx.config",
}

func TestWhatRunsIsReadByTheRuntime(t *testing.T) {
	used := references(t, "runtime", "cmd")
	seen := map[string]bool{}
	for _, d := range declarations(t) {
		seen[d.handle] = true
		if d.runs != "Full" && d.runs != "Partial" || d.lua != "" && d.lua != "LuaFunction" && d.lua != "LuaMethod" {
			continue
		}
		name := d.handle
		if d.receiver != "" {
			name = d.receiver // the scripts of a phase are read together
		}
		switch why := elsewhere[d.handle]; {
		case used[name] && why != "":
			t.Errorf("%s is named by the runtime and need not be excused", d.handle)
		case !used[name] && why == "":
			t.Errorf("%s is %s in the catalogue, and nothing in runtime or cmd names it", d.handle, d.runs)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(elsewhere)) {
		if !seen[name] {
			t.Errorf("%s is excused and does not exist", name)
		}
	}
	if len(seen) < 300 {
		t.Errorf("only %d declarations were found", len(seen))
	}
}

// declarations reads the packages of the catalogue whose rows the runtime serves.
func declarations(t *testing.T) []declaration {
	t.Helper()
	var out []declaration
	for _, name := range []string{"ngxcore", "ngxstream", "ngxlua"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "ast", "catalog", name, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			ast.Inspect(parse1(t, file), func(n ast.Node) bool {
				if spec, ok := n.(*ast.ValueSpec); ok {
					for i, v := range spec.Values {
						if d := declared(name, v); d.row && d.runs != "" {
							d.handle = name + "." + spec.Names[i].Name
							out = append(out, d)
						}
					}
				}
				_, function := n.(*ast.FuncDecl)
				return !function
			})
		}
	}
	return out
}

// declared looks into the value of a variable for a Spec or LuaFunc literal. Fields that stand in several literals count once: the
// outermost comes first.
func declared(pkg string, value ast.Expr) declaration {
	var d declaration
	if call, ok := value.(*ast.CallExpr); ok {
		if fun, ok := call.Fun.(*ast.SelectorExpr); ok {
			if recv, ok := fun.X.(*ast.Ident); ok && strings.HasSuffix(recv.Name, "Phase") {
				d.receiver = pkg + "." + recv.Name
			}
		}
	}
	ast.Inspect(value, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CompositeLit:
			switch name(n.Type) {
			case "Spec":
				d.row = true
			case "LuaFunc":
				d.row, d.lua = true, "LuaFunction"
			}
		case *ast.KeyValueExpr:
			switch key := name(n.Key); {
			case key == "Runs" && d.runs == "":
				d.runs = name(n.Value)
			case key == "Kind" && d.lua != "":
				d.lua = name(n.Value)
			}
		}
		return true
	})
	return d
}

// name is the last name of an expression: Full of catalog.Full, Partial of catalog.Partial("...").
func name(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.CallExpr:
		return name(e.Fun)
	}
	return ""
}

// references are the names "package.Name" in the sources below some folders, tests aside.
func references(t *testing.T, folders ...string) map[string]bool {
	t.Helper()
	used := map[string]bool{}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			ast.Inspect(parse1(t, path), func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if pkg, ok := s.X.(*ast.Ident); ok {
						used[pkg.Name+"."+s.Sel.Name] = true
					}
				}
				return true
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return used
}

func parse1(t *testing.T, file string) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// A declaration that nobody reads must be found, and one that is not served must not be.
func TestDeclared(t *testing.T) {
	for _, c := range []struct{ src, runs, lua, receiver string }{
		{`catalog.Time(catalog.Spec{Name: "x", Runs: catalog.Full})`, "Full", "", ""},
		{`catalog.Time(catalog.Spec{Runs: catalog.Partial("why")}).RefuseIf(f)`, "Partial", "", ""},
		{`catalog.LuaFunc{Name: "x", Runs: catalog.Full}`, "Full", "LuaFunction", ""},
		{`catalog.LuaFunc{Kind: catalog.LuaConstant, Runs: later}`, "later", "LuaConstant", ""},
		{`LogPhase.block(catalog.Spec{Runs: catalog.Full})`, "Full", "", "p.LogPhase"},
		{`commercial("x")`, "", "", ""},
	} {
		e, err := parser.ParseExpr(c.src)
		if err != nil {
			t.Fatal(err)
		}
		if d := declared("p", e); d.runs != c.runs || d.lua != c.lua || d.receiver != c.receiver {
			t.Errorf("%s: %+v", c.src, d)
		}
	}
}
