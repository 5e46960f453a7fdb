package vm

import (
	"bytes"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// newTest returns a VM, a thread of it and what it prints.
func newTest(t testing.TB) (*VM, *Thread, *bytes.Buffer) {
	out := &bytes.Buffer{}
	m := New(Options{Stdout: out})
	th := m.NewThread()
	t.Cleanup(func() {
		th.Close()
		m.Close()
	})
	return m, th, out
}

func load(t testing.TB, m *VM, src string) *Function {
	t.Helper()
	code, err := Compile(src, "=content_by_lua(nginx.conf:58)")
	if err != nil {
		t.Fatal(err)
	}
	return m.Load(code, nil)
}

func TestArguments(t *testing.T) {
	m, th, out := newTest(t)
	m.SetGlobal("f", NewFunction("f", func(c *Call) int {
		return c.Return(String(c.String(1)), Int(c.OptInt(2, 7)), Bool(c.Bool(3)), Int(len(c.Bytes(1))))
	}).Value())
	obj := NewTable(0, 2)
	Register(obj, map[string]Func{"m": func(c *Call) int {
		c.Userdata(1)
		c.Number(2)
		return 0
	}})
	m.SetGlobal("obj", obj.Value())
	for _, tc := range []struct{ src, want string }{
		{`print(f("x"))`, "x\t7\tfalse\t1\n"},
		{`print(f(12.5, "3", 0))`, "12.5\t3\ttrue\t4\n"},
		{`print(pcall(function() f() end))`, "bad argument #1 to 'f' (string expected, got no value)"},
		{`print(pcall(function() f(nil) end))`, "content_by_lua(nginx.conf:58):1: bad argument #1 to 'f' (string expected, got nil)"},
		{`print(pcall(function() f("x", {}) end))`, "bad argument #2 to 'f' (number expected, got table)"},
		{`print(pcall(function() obj:m(1) end))`, "calling 'm' on bad self (userdata expected, got table)"},
		{`print(pcall(function() obj.m(io.stdout) end))`, "bad argument #2 to 'm' (number expected, got no value)"},
		{`print(pcall(function() obj.m(io.stdout, nil) end))`, "bad argument #2 to 'm' (number expected, got nil)"},
		{`print(pcall(function() io.stdout.m = 1 end))`, "attempt to"},
	} {
		out.Reset()
		if _, err := th.Call(load(t, m, tc.src)); err != nil {
			t.Errorf("%s: %v", tc.src, err)
		}
		if tc.src != `print(pcall(function() io.stdout.m = 1 end))` && !strings.Contains(out.String(), tc.want) {
			t.Errorf("%s: got %q, want %q", tc.src, out, tc.want)
		}
	}
}

// The traceback is what OpenResty logs (ngx_stream_lua_thread_traceback).
func TestTraceback(t *testing.T) {
	m, th, _ := newTest(t)
	_, err := th.Call(load(t, m, "local function deep()\n  error('boom')\nend\ndeep()"))
	want := "stack traceback:\ncoroutine 0:\n\t[C]: in function 'error'\n\tcontent_by_lua(nginx.conf:58):2: in function 'deep'\n" +
		"\tcontent_by_lua(nginx.conf:58):4: in main chunk"
	if err == nil || err.Message() != "content_by_lua(nginx.conf:58):2: boom" || err.Traceback != want {
		t.Errorf("got %v\n%s", err, err.Traceback)
	}
	if _, err = th.Call(load(t, m, "error({})")); err.Message() != "unknown reason" {
		t.Errorf("message of an object: %q", err.Message())
	}
	if _, err = th.Call(load(t, m, "local function r() return 1 + r() end r()")); strings.Count(err.Traceback, "\n") != 24 || !strings.HasSuffix(err.Traceback, "\n\t...") {
		t.Errorf("long traceback:\n%s", err.Traceback)
	}
}

func TestThreadsReportNestedCoroutines(t *testing.T) {
	m, th, _ := newTest(t)
	m.SetGlobal("trace", NewFunction("trace", func(c *Call) int { return c.Return(String(c.Thread().Traceback())) }).Value())
	r, err := th.Call(load(t, m, "local r = coroutine.wrap(function() return (trace()) end)() return r"))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := r[0].AsString()
	for _, part := range []string{"\ncoroutine 0:\n\t[C]: in function 'trace'", "\ncoroutine 1:\n\t", "in main chunk"} {
		if !strings.Contains(got, part) {
			t.Errorf("no %q in\n%s", part, got)
		}
	}
}

func TestAbortPassesPcall(t *testing.T) {
	m, th, out := newTest(t)
	m.SetGlobal("exit", NewFunction("exit", func(c *Call) int {
		c.Abort("done")
		return 0
	}).Value())
	for _, src := range []string{
		"pcall(exit) print('on')",
		"xpcall(exit, print) print('on')",
		"pcall(coroutine.wrap(function() pcall(exit) end)) print('on')",
		"local t = setmetatable({}, {__index = function() exit() end}) pcall(function() return t.x end) print('on')",
		"table.sort({3, 2, 1}, function() exit() end) print('on')",
	} {
		_, err := th.Call(load(t, m, src))
		if err == nil || err.Abort != "done" || out.Len() > 0 {
			t.Errorf("%s: %v, printed %q", src, err, out)
		}
	}
	if r, err := th.Call(load(t, m, "return 1 + 1")); err != nil || r[0].String() != "2" {
		t.Errorf("the thread is not usable after an abort: %v %v", r, err)
	}
}

// A loop without end stops at Kill, also inside a coroutine and a pcall.
func TestKill(t *testing.T) {
	for _, src := range []string{
		"while true do end",
		"while true do pcall(function() while true do end end) end",
		"for i = 1, math.huge do end",
		"local function f() return f() end f()",
		"coroutine.wrap(function() repeat until false end)()",
		"for k in function() return 1 end do end",
		"::top:: goto top",
	} {
		m, th, _ := newTest(t)
		fn := load(t, m, "started() "+src)
		started := make(chan struct{})
		m.SetGlobal("started", NewFunction("started", func(c *Call) int {
			close(started)
			return 0
		}).Value())
		go func() {
			<-started
			th.Kill("stop")
		}()
		if _, err := th.Call(fn); err == nil || err.Abort != "stop" {
			t.Errorf("%s: %v", src, err)
		}
		if m.interrupt.Load() != 0 {
			t.Errorf("%s: the interrupt is still up", src)
		}
	}
}

func TestStop(t *testing.T) {
	m, th, _ := newTest(t)
	fn := load(t, m, "started() while true do end")
	m.SetGlobal("started", NewFunction("started", func(c *Call) int {
		go m.Stop("shutdown")
		return 0
	}).Value())
	for range 2 {
		if _, err := th.Call(fn); err == nil || err.Abort != "shutdown" {
			t.Errorf("got %v", err)
		}
	}
}

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// goroutines waits until at most n goroutines are left.
func goroutines(t *testing.T, n int) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > n {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines instead of %d", runtime.NumGoroutine(), n)
		}
		runtime.Gosched()
	}
}

// Suspended coroutines must not keep their goroutines when their light thread or the VM ends.
func TestCloseEndsCoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	m := New(Options{})
	th := m.NewThread()
	if _, err := th.Call(load(t, m, `keep = {}
		for i = 1, 200 do keep[i] = coroutine.wrap(function() pcall(function() coroutine.yield() error("never") end) closed = "ran on" end) keep[i]() end`)); err != nil {
		t.Fatal(err)
	}
	if n := runtime.NumGoroutine(); n < 200 {
		t.Errorf("only %d goroutines for 200 coroutines", n)
	}
	th.Close()
	m.Close()
	goroutines(t, before)
	if !m.Globals().GetString("closed").IsNil() {
		t.Error("Lua code ran on while it was closed")
	}
}

// A suspended coroutine that nothing refers to is found by the collector.
func TestGarbageCoroutines(t *testing.T) {
	before := runtime.NumGoroutine()
	m, th, _ := newTest(t)
	fn := load(t, m, `for i = 1, 100 do local co = coroutine.create(function() coroutine.yield() end) coroutine.resume(co) end`)
	if _, err := th.Call(fn); err != nil {
		t.Fatal(err)
	}
	sweep := load(t, m, "collectgarbage()")
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > before+10 {
		if _, err := th.Call(sweep); err != nil {
			t.Fatal(err)
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left", runtime.NumGoroutine()-before)
		}
	}
}

// What only a variable of a block that has ended held is garbage.
func TestEndedVariablesAreGarbage(t *testing.T) {
	m, th, _ := newTest(t)
	gone := make(chan struct{})
	m.SetGlobal("make", NewFunction("make", func(c *Call) int {
		ud := NewUserdata(new(int), nil)
		runtime.AddCleanup(ud, func(ch chan struct{}) { close(ch) }, gone)
		return c.Return(ud.Value())
	}).Value())
	collect := load(t, m, "do local a, b, c = 1, 2, make() end for i = 1, 2 do collectgarbage() end coroutine.yield()")
	th.OnYield = func(*Call) int { // the function's frame is still there
		for deadline := time.Now().Add(patience); ; runtime.GC() { // one collection may see what another does not
			select {
			case <-gone:
				return 0
			default:
			}
			if time.Now().After(deadline) {
				t.Error("the variable's value is kept")
				return 0
			}
		}
	}
	if _, err := th.Call(collect); err != nil {
		t.Fatal(err)
	}
}

// A Go panic in a binding is not an error that Lua code sees, and leaves the thread usable.
func TestGoPanic(t *testing.T) {
	m, th, out := newTest(t)
	m.SetGlobal("crash", NewFunction("crash", func(c *Call) int { panic("bug") }).Value())
	for _, src := range []string{"pcall(crash) print('on')", "coroutine.wrap(function() pcall(crash) end)() print('on')"} {
		func() {
			defer func() {
				if r := recover(); r != "bug" {
					t.Errorf("%s: recovered %v", src, r)
				}
			}()
			th.Call(load(t, m, src))
		}()
	}
	if out.Len() > 0 {
		t.Errorf("printed %q", out)
	}
	if _, err := th.Call(load(t, m, "assert(select('#', 1, 2) == 2)")); err != nil {
		t.Error(err)
	}
}

func TestCodeIsShared(t *testing.T) {
	code, err := Compile("n = (n or 0) + 1 local t = {} for i = 1, 100 do t[i] = function() return i end end return n, t[50]()", "=shared")
	if err != nil {
		t.Fatal(err)
	}
	var wrong atomic.Int32
	done := make(chan struct{})
	for range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			m := New(Options{})
			th := m.NewThread()
			for i := 1; i <= 200; i++ {
				r, err := th.Call(m.Load(code, nil))
				if err != nil || r[0] != Int(i) || r[1] != Int(50) {
					wrong.Add(1)
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
	if wrong.Load() > 0 {
		t.Errorf("%d wrong results", wrong.Load())
	}
}

func TestModules(t *testing.T) {
	m, th, out := newTest(t)
	loads := 0
	m.Preload("mine", func(c *Call) int {
		loads++
		mod := NewTable(0, 1)
		mod.SetString("name", String(c.String(1)))
		return c.Return(mod.Value())
	})
	m.SetModule("ready", String("made before"))
	if _, err := th.Call(load(t, m, `print(require("mine").name, require("mine") == require("mine"), require("ready")) print(pcall(require, "ffi"))`)); err != nil {
		t.Fatal(err)
	}
	if want := "mine\ttrue\tmade before\nfalse\tthe ffi library is not available: there are no C functions or C data to reach\n"; out.String() != want || loads != 1 {
		t.Errorf("got %q, %d loads", out, loads)
	}
}

// A table used as a cache of changing keys must not grow.
func TestTableChurn(t *testing.T) {
	tb := NewTable(0, 0)
	for i := range 100000 {
		tb.SetString("key"+FormatNumber(float64(i)), True)
		if i >= 8 {
			tb.SetString("key"+FormatNumber(float64(i-8)), Nil)
		}
	}
	if cap(tb.ents) > 64 || tb.Count() != 8 {
		t.Errorf("%d slots for %d keys", cap(tb.ents), tb.Count())
	}
}

func TestThreadMemory(t *testing.T) {
	m := New(Options{})
	fn := load(t, m, "local a, b = 1, {} local function f(x) return x + a end return f(2)")
	const n = 1000
	threads := make([]*Thread, n)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range threads {
		threads[i] = m.NewThread()
		if _, err := threads[i].Call(fn); err != nil {
			t.Fatal(err)
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if per := int64(after.HeapAlloc-before.HeapAlloc) / n; per > 4096 {
		t.Errorf("a thread takes %d bytes", per)
	} else {
		t.Logf("a thread takes %d bytes", per)
	}
	runtime.KeepAlive(threads)
}

// FuzzCompile: no text makes the compiler panic, and an error names a line that the text has.
func FuzzCompile(f *testing.F) {
	for _, file := range []string{"syntax", "strings", "coroutines", "cdata", "gc"} {
		src, err := readFile("testdata/probes/" + file + ".lua")
		if err != nil {
			f.Fatal(err)
		}
		for _, s := range sections(src) {
			f.Add(s.out)
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		code, err := Compile(src, "=fuzz")
		if err != nil {
			if !strings.HasPrefix(err.Error(), "fuzz:") {
				t.Errorf("error without a place: %v", err)
			}
			return
		}
		lines := strings.Count(src, "\n") + strings.Count(src, "\r") + 1
		var check func(p *proto)
		check = func(p *proto) {
			for pc, in := range p.code {
				if l := int(p.lines[pc]); l < 0 || l > lines {
					t.Errorf("instruction %v at line %d of %d", in, l, lines)
				}
			}
			for _, child := range p.protos {
				check(child)
			}
		}
		check(code.main)
	})
}

func FuzzFormat(f *testing.F) {
	m := New(Options{})
	th := m.NewThread()
	fn := m.Globals().GetString("string").AsTable()
	for _, s := range []string{"%d|%5.2f|%q|%s", "%-+ #05x", "%a", "%", "%99.99g"} {
		f.Add(s, "%d+", 1.5)
	}
	f.Fuzz(func(t *testing.T, format, pattern string, n float64) {
		for _, name := range []string{"format", "find", "gsub"} {
			th.Call(fn.GetString(name).AsFunction(), String(format), String(pattern), Number(n), Number(3))
		}
	})
}

func BenchmarkNewThread(b *testing.B) {
	m := New(Options{})
	fn := load(b, m, "return 1")
	b.ReportAllocs()
	for b.Loop() {
		th := m.NewThread()
		th.Call(fn)
		m.Release(th)
	}
}

func BenchmarkNewThreadUnpooled(b *testing.B) {
	m := New(Options{})
	fn := load(b, m, "return 1")
	b.ReportAllocs()
	for b.Loop() {
		m.newThread(m.globals).Call(fn)
	}
}

func BenchmarkNewVM(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		New(Options{})
	}
}

func BenchmarkLua(b *testing.B) {
	for _, bc := range []struct{ name, src string }{
		{"fib", "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return function() return fib(15) end"},
		{"loop", "return function() local s = 0 for i = 1, 1000 do s = s + i % 7 end return s end"},
		{"insert", "return function() local t = {} for i = 1, 100 do t[#t + 1] = i end return t end"},
		{"concat", "return function() local s = '' for i = 1, 50 do s = s .. i end return s end"},
		{"closures", "return function() local n = 0 for i = 1, 100 do local f = function() return i end n = n + f() end return n end"},
		{"method", "local C = {} C.__index = C function C:inc() self.n = self.n + 1 end local o = setmetatable({n = 0}, C) return function() for i = 1, 100 do o:inc() end end"},
		{"pcall", "local function f() end return function() for i = 1, 100 do pcall(f) end end"},
		{"resume", "local co = coroutine.wrap(function() while true do coroutine.yield(1) end end) return function() return co() end"},
	} {
		b.Run(bc.name, func(b *testing.B) {
			m, th, _ := newTest(b)
			r, err := th.Call(load(b, m, bc.src))
			if err != nil {
				b.Fatal(err)
			}
			fn := r[0].AsFunction()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := th.Call(fn); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
