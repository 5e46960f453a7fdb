package vm_test

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/ast/lua"
	"tidegate/parser"
	"tidegate/runtime/lua/vm"
)

// What ast/lua accepts this package compiles, up to the limits of its compiler, and what it refuses is refused in the same words.

// sources returns every piece of Lua in the test data of the project: files, and the blocks and strings of configurations.
func sources(t testing.TB) map[string]string {
	out := make(map[string]string)
	for _, root := range []string{"testdata", "../../../testdata", "../../shdict/testdata", "../codec/testdata", "../resty/cjson/testdata"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			src, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			switch filepath.Ext(path) {
			case ".lua":
				out[path] = string(src)
			case ".conf", ".txtar":
				blocks(out, path, src)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func blocks(out map[string]string, path string, src []byte) {
	f, _ := parser.Parse(path, src)
	ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		name := d.Pos().String()
		if lua := d.Lua(); lua != nil {
			out[name] = lua.Text
		} else if strings.HasSuffix(d.Name(), "_by_lua") {
			out[name] = d.Arg(d.NumWords() - 2)
		}
		return true
	})
}

// verdicts returns what vm and ast/lua say of a chunk, "" for accepted.
func verdicts(src string) (ours, theirs string) {
	if err := lua.Parse(src).Err; err != nil {
		ours = fmt.Sprintf("x:%d: %s", err.Line, err.Message)
	}
	if _, err := vm.Compile(src, "=x"); err != nil {
		theirs = err.Error()
	}
	return ours, theirs
}

// limited reports whether vm refuses a chunk for the sake of its compiler, which ast/lua does not have.
func limited(theirs string) bool {
	return strings.HasSuffix(theirs, "function or expression too complex") || strings.HasSuffix(theirs, "control structure too long")
}

func TestSyntaxAgreesWithTheTree(t *testing.T) {
	all := sources(t)
	if len(all) < 100 {
		t.Fatalf("only %d pieces of Lua", len(all))
	}
	for name, src := range all {
		if ours, theirs := verdicts(src); ours != theirs {
			t.Errorf("%s: ast/lua says %q, vm says %q", name, ours, theirs)
		}
	}
}

// Pieces of Lua with tokens dropped, doubled, exchanged and put in.
func TestSyntaxOfBrokenLua(t *testing.T) {
	all := sources(t)
	names := make([]string, 0, len(all))
	for name, src := range all {
		if len(src) < 3000 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	rnd := rand.New(rand.NewPCG(1, 2))
	extra := strings.Fields("end local function ( ) { } [ ] = == ... .. goto break ::a:: return , ; : if then do x 'a\\q' [=[ 0x 1..2 \" -- --[[ @ \x01")
	refused, rounds := 0, 10000
	if testing.Short() {
		rounds = 3000
	}
	for range rounds {
		name := names[rnd.IntN(len(names))]
		src := damaged(rnd, all[name], extra)
		ours, theirs := verdicts(src)
		if theirs != "" {
			refused++
		}
		if ours != theirs && !limited(theirs) {
			t.Fatalf("%s: ast/lua says\n%q, vm says\n%q of\n%s", name, ours, theirs, src)
		}
	}
	if refused < rounds/4 || refused > rounds-rounds/20 {
		t.Errorf("%d of %d pieces refused", refused, rounds)
	}
}

func damaged(rnd *rand.Rand, src string, extra []string) string {
	var tokens []lua.Token
	for at := lua.Begin(src); ; {
		t := lua.Scan(src, at)
		if t.Kind == lua.TokEOF {
			break
		}
		tokens = append(tokens, t)
		at = int(t.End)
	}
	if len(tokens) == 0 {
		return src
	}
	a, b := tokens[rnd.IntN(len(tokens))], tokens[rnd.IntN(len(tokens))]
	switch rnd.IntN(5) {
	case 0:
		return src[:a.Start] + src[a.End:]
	case 1:
		return src[:a.Start] + a.Text(src) + " " + src[a.Start:]
	case 2:
		return src[:a.Start] + b.Text(src) + src[a.End:]
	case 3:
		return src[:a.Start] + extra[rnd.IntN(len(extra))] + " " + src[a.Start:]
	}
	return src[:a.End]
}
