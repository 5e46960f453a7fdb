package sched

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidegate/runtime/lua/vm"
)

// patience is how long a test waits for what must come.
const patience = 2 * time.Minute

// rig is a worker whose VM has the functions that the tests need.
type rig struct {
	t   testing.TB
	w   *Worker
	out bytes.Buffer // guarded by the baton
	sem *Semaphore
}

func newRig(t testing.TB) *rig {
	r := &rig{t: t, sem: NewSemaphore(0)}
	m := vm.New(vm.Options{Stdout: &r.out})
	r.w = NewWorker(m, NewClock())
	for name, fn := range map[string]vm.Func{
		"spawn": func(c *vm.Call) int {
			var args []vm.Value
			for i := 2; i <= c.NArg(); i++ {
				args = append(args, c.Value(i))
			}
			return c.Return(ThreadOf(c).Spawn(c.Thread(), c.Func(1), args...).Value())
		},
		"wait": func(c *vm.Call) int {
			var list []*Thread
			for i := 1; i <= c.NArg(); i++ {
				list = append(list, UserThread(c.Coroutine(i)))
			}
			j := ThreadOf(c).Join(list)
			switch {
			case j.Gone:
				return c.Fail(AlreadyWaited)
			case j.Err != nil:
				return c.Return(vm.False, j.Err.Value)
			}
			return c.Return(append([]vm.Value{vm.True}, j.Results...)...)
		},
		"kill": func(c *vm.Call) int {
			if msg := ThreadOf(c).Kill(UserThread(c.Coroutine(1))); msg != "" {
				return c.Fail(msg)
			}
			return c.Return(vm.Int(1))
		},
		"sleep": func(c *vm.Call) int {
			ThreadOf(c).Sleep(time.Duration(c.Number(1)) * time.Millisecond)
			return 0
		},
		"elapse": func(c *vm.Call) int { r.elapse(); return 0 },
		"exit":   func(c *vm.Call) int { ThreadOf(c).Exit(c.Int(1)); return 0 },
		"crash":  func(c *vm.Call) int { panic("bug") },
		"post":   func(c *vm.Call) int { r.sem.Post(c.OptInt(1, 1)); return 0 },
		"take": func(c *vm.Call) int {
			return c.Return(vm.Bool(r.sem.Wait(ThreadOf(c), time.Duration(c.Number(1))*time.Millisecond)))
		},
		"count": func(c *vm.Call) int { return c.Return(vm.Int(r.sem.Count())) },
		"forever": func(c *vm.Call) int {
			done := make(chan struct{})
			ThreadOf(c).Wait(func() { <-done }, func() { close(done) })
			return 0
		},
	} {
		m.SetGlobal(name, vm.NewFunction(name, fn).Value())
	}
	return r
}

// elapse makes all alarms due that are set.
func (r *rig) elapse() {
	c := r.w.Clock()
	c.mu.Lock()
	c.began = c.began.Add(-24 * time.Hour)
	c.mu.Unlock()
	c.ring()
}

func (r *rig) function(src string) func() (*vm.Function, error) {
	code, err := vm.Compile(src, "=test")
	if err != nil {
		r.t.Fatal(err)
	}
	return func() (*vm.Function, error) { return r.w.VM.Load(code, nil), nil }
}

// run runs a handler to its end.
func (r *rig) run(src string) (Outcome, string) {
	r.out.Reset()
	run := r.w.Start("owner")
	run.ThreadFailed = func(err *vm.Error) { fmt.Fprintf(&r.out, "failed: %s\n", err.Message()) }
	o := run.Main(r.function(src))
	return o, strings.ReplaceAll(strings.TrimSuffix(r.out.String(), "\n"), "\n", " ")
}

// The order is OpenResty's (ngx_stream_lua_run_thread, ngx_stream_lua_run_posted_threads).
func TestOrder(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"spawn runs the child first", `spawn(function() print("child") end) print("parent")`, "child parent"},
		{"the parent goes on when the child waits", `spawn(function() print("a") take(1000000) print("d") end) print("b") sleep(1) print("c") post()`, "a b c d"},
		{"the entry thread's end waits for the others", `spawn(function() sleep(2) print("late") end) print("end")`, "end late"},
		{"yields take turns", `local function f(n) for i = 1, 2 do print(n .. i) coroutine.yield() end end spawn(f, "a") spawn(f, "b") f("c")`, "a1 b1 a2 c1 b2 c2"},
		{"a yield alone returns at once", `for i = 1, 3 do print(i) coroutine.yield("dropped") end print(select("#", coroutine.yield(1)))`, "1 2 3 0"},
		{"grandchildren: who gave way first goes on first", `spawn(function() print(1) spawn(function() print(2) sleep(1) print(5) end) print(3) end) print(4)`, "1 2 4 3 5"},
		{"sleeps end in order of time", `for _, h in ipairs{3, 1, 2} do spawn(function() sleep(h * 3600000) print(h) end) end elapse()`, "1 2 3"},
		{"equal sleeps end in order of their start", `for i = 1, 5 do spawn(function() sleep(10) print(i) end) end`, "1 2 3 4 5"},
		{"arguments", `print(select(2, wait(spawn(function(...) return select("#", ...), ... end, 1, nil, 3))))`, "3\t1\tnil\t3"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if o, got := newRig(t).run(tc.src); got != tc.want || o.Err != nil {
				t.Errorf("got %q, want %q (%v)", got, tc.want, o.Err)
			}
		})
	}
}

func TestJoinAndKill(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"results", `print(wait(spawn(function() sleep(1) return 1, 2 end)))`, "true\t1\t2"},
		{"zombie", `local t = spawn(function() return "r" end) print(wait(t)) print(wait(t))`, "true\tr nil\talready waited or killed"},
		{"error", `print(wait(spawn(function() sleep(1) error("e", 0) end)))`, "failed: e false\te"},
		{"first of several", `local a = spawn(function() take(1000000) return "a" end) local b = spawn(function() sleep(1) return "b" end) print(wait(a, b)) post() print(wait(a))`, "true\tb true\ta"},
		{"kill a sleeper", `local t = spawn(function() sleep(100000) print("never") end) print(kill(t)) print(kill(t)) print(wait(t))`,
			"1 nil\talready waited or killed nil\talready waited or killed"},
		{"kill a waiter in pcall", `local t = spawn(function() pcall(forever) print("never") end) print(kill(t))`, "1"},
		{"kill inside a coroutine", `local t = spawn(function() coroutine.wrap(function() pcall(forever) print("never") end)() print("never") end) print(kill(t))`, "1"},
		{"kill a zombie", `local t = spawn(function() end) print(kill(t)) print(kill(t))`, "nil\talready terminated nil\talready waited or killed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if o, got := newRig(t).run(tc.src); got != tc.want || o.Err != nil {
				t.Errorf("got %q, want %q (%v)", got, tc.want, o.Err)
			}
		})
	}
}

// ngx.exit, an error of the entry thread and a panic end every thread of the Run; no Lua code of it runs afterwards.
func TestEnd(t *testing.T) {
	r := newRig(t)
	for _, src := range []string{
		`spawn(function() pcall(sleep, 100000) print("never") end) exit(403)`,
		`spawn(function() pcall(forever) print("never") end) pcall(exit, 403) print("never")`,
		`spawn(function() sleep(1) exit(403) end) pcall(sleep, 100000) print("never")`,
		`spawn(function() exit(403) end) print("never")`,
		`coroutine.wrap(function() pcall(exit, 403) print("never") end)() print("never")`,
	} {
		if o, got := r.run(src); !o.Exited || o.Status != 403 || got != "" || o.Err != nil {
			t.Errorf("%s: %+v, printed %q", src, o, got)
		}
	}
	o, got := r.run(`spawn(function() pcall(sleep, 100000) print("never") end) error("boom")`)
	if o.Err == nil || o.Err.Message() != "test:1: boom" || got != "" || o.Exited {
		t.Errorf("error: %+v, printed %q", o, got)
	}
	if o, got = r.run(`spawn(function() sleep(1) error("child", 0) end) sleep(5) print("goes on")`); o.Err != nil || got != "failed: child goes on" {
		t.Errorf("error in a user thread: %+v, printed %q", o, got)
	}
	for _, src := range []string{`pcall(crash) print("never")`, `spawn(function() sleep(1) crash() end) pcall(sleep, 100000) print("never")`} {
		if o, got := r.run(src); o.Crash == nil || o.Crash.Value != "bug" || got != "" {
			t.Errorf("%s: %+v, printed %q", src, o, got)
		}
	}
	if o, got := r.run(`print("still here")`); got != "still here" || o.Crash != nil {
		t.Errorf("after a panic: %+v, printed %q", o, got)
	}
	if n := r.w.Runs(); n != 0 {
		t.Errorf("%d runs are left", n)
	}
}

func TestSemaphore(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"first come first served", `for i = 1, 3 do spawn(function() take(1000000) print(i) end) end print(count()) post(3) print(count())`, "-3 0 1 2 3"},
		{"timeout", `print(take(1), count())`, "false\t0"},
		{"no wait", `post(2) print(take(0), take(0), take(0), count())`, "true\ttrue\tfalse\t0"},
		{"a killed waiter leaves", `local t = spawn(function() take(1000000) end) kill(t) post() print(take(0), count())`, "true\t0"},
		{"a killed waiter gives back", `local t = spawn(function() take(1000000) end) post() kill(t) print(take(0), count())`, "true\t0"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if o, got := newRig(t).run(tc.src); got != tc.want || o.Err != nil {
				t.Errorf("got %q, want %q (%v)", got, tc.want, o.Err)
			}
		})
	}
}

// Sessions of one worker never run Lua at the same time, and none is lost, under as much contention as there is.
func TestWorkerIsExclusive(t *testing.T) {
	r := newRig(t)
	load := r.function(`n = n or 0 for i = 1, 20 do local before = n n = before + 1 if i % 5 == 0 then sleep(0) end
		if i % 10 == 0 then wait(spawn(function() local b = n n = b + 1 sleep(1) end)) end end`)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if o := r.w.Start(nil).Main(load); o.Err != nil {
				t.Error(o.Err)
			}
		})
	}
	wg.Wait()
	r.w.Hold(func() {
		if n := r.w.VM.Globals().GetString("n"); n != vm.Int(50*22) {
			t.Errorf("n is %v", n)
		}
	})
}

// A fast stop ends what waits, what runs in a loop without end, and what comes later.
func TestStop(t *testing.T) {
	r := newRig(t)
	started := make(chan struct{})
	r.w.VM.SetGlobal("started", vm.NewFunction("started", func(c *vm.Call) int { close(started); return 0 }).Value())
	outcomes := make(chan Outcome, 2)
	sleeper, loop := r.function(`pcall(sleep, 100000)`), r.function(`started() while true do pcall(function() while true do end end) end`)
	go func() { outcomes <- r.w.Start(nil).Main(sleeper) }()
	go func() { outcomes <- r.w.Start(nil).Main(loop) }()
	<-started
	r.w.Stop("fast")
	for range 2 {
		if o := <-outcomes; o.Killed != "fast" {
			t.Errorf("%+v", o)
		}
	}
	if o := r.w.Start(nil).Main(sleeper); o.Killed != "fast" {
		t.Errorf("a later run: %+v", o)
	}
}

// No goroutine outlives its Run.
func TestNoGoroutineIsLeft(t *testing.T) {
	r := newRig(t)
	before := runtime.NumGoroutine()
	for range 20 {
		r.run(`for i = 1, 5 do spawn(function() local co = coroutine.wrap(function() coroutine.yield() end) co() pcall(forever) end) end sleep(1) exit(0)`)
	}
	deadline := time.Now().Add(patience)
	for runtime.NumGoroutine() > before+10 { // idle coroutine workers may stay
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left", runtime.NumGoroutine()-before)
		}
		runtime.Gosched()
	}
}

// timerRig is a set of timers whose jobs are Lua texts.
func timerRig(t *testing.T, pending, running int) (*rig, *Timers, func() []string) {
	r := newRig(t)
	ts := NewTimers(r.w.Clock(), pending, running)
	var mu sync.Mutex
	var events []string
	note := func(s string) {
		mu.Lock()
		events = append(events, s)
		mu.Unlock()
	}
	ts.Due = func(job any, premature bool) func(*Run) {
		return func(run *Run) {
			run.Ended = func() { note(fmt.Sprintf("%s %v", job, premature)) } // while it has the baton, so that the order is theirs
			run.Main(r.function(job.(string)), vm.Bool(premature))
		}
	}
	ts.Dropped = func(job any) { note(job.(string) + " dropped") }
	return r, ts, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(events)
	}
}

func TestTimers(t *testing.T) {
	r, ts, events := timerRig(t, 3, 10)
	for i, job := range []string{"return 3", "return 1", "return 2"} {
		if msg := ts.Add(r.w, job, time.Duration([]int{3, 1, 2}[i])*time.Hour, false); msg != "" {
			t.Error(msg)
		}
	}
	if msg := ts.Add(r.w, "", time.Hour, false); msg != "too many pending timers" {
		t.Errorf("got %q", msg)
	}
	r.elapse()
	deadline := time.Now().Add(patience)
	for len(events()) < 3 && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	if got := events(); !slices.Equal(got, []string{"return 1 false", "return 2 false", "return 3 false"}) {
		t.Errorf("got %q", got)
	}
	if ts.Pending() != 0 {
		t.Errorf("%d pending", ts.Pending())
	}
}

func TestTimersExit(t *testing.T) {
	r, ts, events := timerRig(t, 10, 10)
	ts.Add(r.w, "return 'b'", 2*time.Hour, false)
	ts.Add(r.w, "return 'every'", 3*time.Hour, true)
	ts.Add(r.w, "return 'a'", time.Hour, false)
	ts.Exit()
	got := events()
	slices.Sort(got)
	if !slices.Equal(got, []string{"return 'a' true", "return 'b' true", "return 'every' true"}) {
		t.Errorf("got %q", got)
	}
	if msg := ts.Add(r.w, "", time.Hour, false); msg != "process exiting" {
		t.Errorf("got %q", msg)
	}
	if ts.Pending() != 0 || ts.Running() != 0 {
		t.Errorf("%d pending, %d running", ts.Pending(), ts.Running())
	}
}

// A handler that ends without waiting makes room for the next, so that as many as there are may be due at once.
func TestTimersThatEndMakeRoom(t *testing.T) {
	r, ts, events := timerRig(t, 1000, 1)
	for range 1000 {
		ts.Add(r.w, "return", time.Hour, false)
	}
	ts.Exit()
	got := events()
	if len(got) != 1000 || slices.ContainsFunc(got, func(s string) bool { return s != "return true" }) {
		t.Errorf("%d events: %q", len(got), got)
	}
}

func TestTimersRunningLimit(t *testing.T) {
	r, ts, events := timerRig(t, 10, 1)
	ts.Add(r.w, "take(100000)", 0, false)
	deadline := time.Now().Add(patience)
	for ts.Running() == 0 && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	ts.Add(r.w, "return", 0, false)
	for n := range 2 {
		for len(events()) <= n && time.Now().Before(deadline) {
			runtime.Gosched()
		}
		r.w.Hold(func() { r.sem.Post(1) })
	}
	if got := events(); !slices.Equal(got, []string{"return dropped", "take(100000) false"}) {
		t.Errorf("got %q", got)
	}
}

// BenchmarkBaton is an uncontended hand-over: give and take.
func BenchmarkBaton(b *testing.B) {
	var bt baton
	var p place
	bt.take(&p)
	for b.Loop() {
		bt.give()
		bt.take(&p)
	}
}

func BenchmarkWait(b *testing.B) {
	r := newRig(b)
	r.w.VM.SetGlobal("nothing", vm.NewFunction("nothing", func(c *vm.Call) int {
		ThreadOf(c).Wait(func() {}, func() {})
		return 0
	}).Value())
	load := r.function(fmt.Sprintf("for i = 1, %d do nothing() end", b.N))
	b.ReportAllocs()
	b.ResetTimer()
	r.w.Start(nil).Main(load)
}

func BenchmarkRun(b *testing.B) {
	r := newRig(b)
	load := r.function("return 1")
	b.ReportAllocs()
	for b.Loop() {
		r.w.Start(nil).Main(load)
	}
}

func BenchmarkSpawn(b *testing.B) {
	r := newRig(b)
	load := r.function(fmt.Sprintf("for i = 1, %d do wait(spawn(function() end)) end", b.N))
	b.ReportAllocs()
	b.ResetTimer()
	r.w.Start(nil).Main(load)
}
