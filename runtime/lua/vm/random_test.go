package vm

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// generator writes random programs that always end and print what they compute. They go after the compiler: scopes, captures, jumps,
// assignments, the values of logical operators.
type generator struct {
	r     *rand.Rand
	b     strings.Builder
	vars  []string
	depth int
	loops int // enclosing loops of the current function
	names int
	left  int // statements that may still be written
}

func (g *generator) pick(list ...string) string { return list[g.r.IntN(len(list))] }

func (g *generator) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat(" ", g.depth))
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

func (g *generator) name() string {
	g.names++
	return fmt.Sprintf("v%d", g.names)
}

func (g *generator) variable() string {
	if len(g.vars) == 0 || g.r.IntN(12) == 0 {
		return g.pick("g1", "g2", "t.x", "t[1]", "t.y")
	}
	return g.vars[g.r.IntN(len(g.vars))]
}

func (g *generator) expr(d int) string {
	if d <= 0 || g.r.IntN(5) == 0 {
		return g.pick("1", "2", "-3", "0", "-0", "0.5", "nil", "true", "false", `"s"`, `"7"`, g.variable(), g.variable(), g.variable(), "...")
	}
	x, y := g.expr(d-1), g.expr(d-1)
	switch g.r.IntN(13) {
	case 0, 1:
		return fmt.Sprintf("(%s and %s)", x, y)
	case 2, 3:
		return fmt.Sprintf("(%s or %s)", x, y)
	case 4:
		return fmt.Sprintf("not %s", g.wrap(x))
	case 5:
		return fmt.Sprintf("num(%s) %s num(%s)", x, g.pick("+", "-", "*", "/", "%"), y)
	case 6:
		return fmt.Sprintf("(num(%s) %s num(%s))", x, g.pick("<", "<=", ">", ">=", "==", "~="), y)
	case 7:
		return fmt.Sprintf("(%s %s %s)", g.wrap(x), g.pick("==", "~="), g.wrap(y))
	case 8:
		return fmt.Sprintf("str(%s) .. str(%s) .. %s", x, y, g.pick(`"e"`, "1", `str(`+g.variable()+`)`))
	case 9:
		return fmt.Sprintf("id(%s, %s)", x, y)
	case 10:
		return fmt.Sprintf("(id(%s, %s))", x, y)
	case 11:
		return fmt.Sprintf("#{%s, %s}", g.pick("1", "2"), g.wrap(y))
	}
	return fmt.Sprintf("(%s and %s or %s)", x, y, g.expr(d-2))
}

func (g *generator) wrap(x string) string { return "(" + x + ")" }

func (g *generator) block(n int, vars ...string) {
	saved := len(g.vars)
	g.vars = append(g.vars, vars...)
	g.depth++
	for range n {
		g.statement()
	}
	g.depth--
	g.vars = g.vars[:saved]
}

func (g *generator) statement() {
	if g.left--; g.left < 0 {
		return
	}
	n := 1 + g.r.IntN(3)
	switch k := g.r.IntN(17); {
	case k < 3:
		v := g.name()
		g.line("local %s = %s", v, g.expr(3))
		g.vars = append(g.vars, v)
	case k == 3:
		a, b := g.name(), g.name()
		g.line("local %s, %s = %s, %s", a, b, g.expr(2), g.expr(2))
		g.vars = append(g.vars, a, b)
	case k < 6:
		g.line("%s = %s", g.variable(), g.expr(3))
	case k == 6:
		g.line("%s, %s = %s, %s", g.variable(), g.variable(), g.expr(2), g.expr(2))
	case k == 7:
		g.line("%s, %s, %s = %s", g.variable(), g.variable(), g.variable(), g.expr(2))
	case k == 8:
		g.line("if %s then", g.expr(3))
		g.block(n)
		if g.r.IntN(2) == 0 {
			g.line("elseif %s then", g.expr(2))
			g.block(n)
		}
		g.line("else")
		g.block(n)
		g.line("end")
	case k == 9 || k == 10:
		g.loop(n)
	case k == 11:
		g.line("do")
		g.block(n)
		g.line("end")
	case k == 12 || k == 13:
		g.function(n)
	case k == 14 && g.loops > 0:
		g.line("if %s then %s end", g.expr(2), g.pick("break", "goto continue"))
	default:
		g.line("out(%s, %s)", g.expr(3), g.variable())
	}
}

func (g *generator) loop(n int) {
	g.loops++
	v := g.name()
	switch g.r.IntN(4) {
	case 0:
		g.line("for %s = 1, %d do", v, 1+g.r.IntN(3))
	case 1:
		g.line("for _, %s in ipairs({%s, 2, %s}) do", v, g.pick("1", `"a"`), g.pick("3", "true"))
	case 2:
		g.line("local %s = 0", v)
		g.vars = append(g.vars, v)
		g.line("while num(%s) < 3 do tick()", v)
		g.line("%s = num(%s) + 1", v, v)
	default:
		g.line("local %s = 0", v)
		g.vars = append(g.vars, v)
		g.line("repeat tick() do")
		g.line("%s = num(%s) + 1", v, v)
		g.block(n)
		g.line("end ::continue:: until num(%s) >= 2", v)
		g.loops--
		return
	}
	g.line("do")
	g.block(n, v)
	g.line("end ::continue:: end")
	g.loops--
}

func (g *generator) function(n int) {
	f, p := g.name(), g.name()
	loops := g.loops
	g.loops = 0
	g.line("local %s %s = function(%s, ...)", f, g.pick("", "; "+f), p)
	g.block(n, p)
	g.line(" return %s, %s", g.expr(2), g.variable())
	g.line("end")
	g.loops = loops
	g.line("fns[#fns + 1] = %s", f)
	g.line("out(call(%s, %s))", f, g.expr(2))
}

// prelude gives the programs total versions of what could raise errors, and a brake.
const prelude = `
local ticks, calls = 0, 0
local function tick() ticks = ticks + 1 if ticks > 300 then error("ticks", 0) end end
local function show(v) local k = type(v) if k == "number" then return ("%.10g"):format(v) elseif k == "function" or k == "table" then return k end return tostring(v) end
local function num(v) if type(v) == "number" then return v elseif type(v) == "string" then return #v elseif v then return 1 end return 0 end
local function str(v) local s = show(v) return s:sub(1, 20) end
local function id(...) return ... end
local function out(...) tick() local r = {} for i = 1, select("#", ...) do r[i] = show((select(i, ...))) end print(table.concat(r, " ")) end
local function call(f, ...) calls = calls + 1 if calls > 60 or type(f) ~= "function" then return "skip" end return f(...) end
local fns, t, g1, g2 = {}, {1, x = 5}, 10, "g"
`

func randomProgram(seed uint64) string {
	g := &generator{r: rand.New(rand.NewPCG(seed, 7)), left: 45}
	g.block(12)
	g.line("for i = 1, #fns do out(call(fns[i], i)) end")
	g.line("out(g1, g2, t.x, t[1], t.y)")
	return prelude + g.b.String()
}

// TestRandomPrograms runs random programs here and in luajit.
func TestRandomPrograms(t *testing.T) {
	path, _ := luajit(t)
	const n = 400
	first := uint64(1)
	if s := os.Getenv("RANDOM_SEED"); s != "" {
		fmt.Sscan(s, &first)
	}
	var file strings.Builder
	for i := range uint64(n) {
		fmt.Fprintf(&file, "---- program %d\n%s\n", first+i, randomProgram(first+i))
	}
	name := filepath.Join(t.TempDir(), "random.lua")
	if err := os.WriteFile(name, []byte(file.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "-joff", "testdata/driver.lua", name)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	want, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	compare(t, "random.lua", runProbes(t, driver(t), name), string(want), nil)
}
