package sched

import (
	"strconv"
	"strings"

	"tidegate/runtime/lua/vm"
)

// Joined is what Join found.
type Joined struct {
	Results []vm.Value
	Err     *vm.Error
	// Gone tells that the last of the threads had been waited for or killed before.
	Gone bool
}

// Join waits, for the coroutine by which it was called, until one of its threads has ended, and takes its results. Threads that were
// waited for before are passed over, unless it is the last (ngx_stream_lua_uthread_wait).
func (t *Thread) Join(threads []*Thread) Joined {
	for i, u := range threads {
		switch {
		case u.state == ended:
			return u.collect()
		case u.state == dead && i == len(threads)-1:
			return Joined{Gone: true}
		}
	}
	for _, u := range threads {
		if u.state == running {
			u.waiter = t
		}
	}
	t.park()
	for _, u := range threads {
		if u.waiter == t {
			u.waiter = nil
		}
	}
	t.check()
	for _, u := range threads {
		if u.state == ended {
			return u.collect()
		}
	}
	return Joined{Gone: true}
}

// collect takes the results of a thread that has ended.
func (t *Thread) collect() Joined {
	t.state = dead
	j := Joined{Results: t.results, Err: t.err}
	t.results = nil
	return j
}

// AlreadyWaited is OpenResty's word about a thread that Join or Kill met before.
const AlreadyWaited = "already waited or killed"

// Kill ends a user thread for the coroutine that spawned it (ngx.thread.kill). The answer is OpenResty's error, empty when the thread
// was killed.
func (t *Thread) Kill(u *Thread) string {
	switch u.state {
	case ended:
		u.collect()
		return "already terminated"
	case dead:
		return AlreadyWaited
	}
	u.end(killedThread{})
	u.state = dead
	return ""
}

// maxCoroutines bounds the coroutines of a traceback (NGX_STREAM_LUA_BT_MAX_COROS).
const maxCoroutines = 5

// lineage adds the coroutines that spawned the thread, and those they run on, to its traceback.
func (t *Thread) lineage(trace string) string {
	for p := t.parent; p != nil && p.Status() != "dead"; {
		trace = Joint(trace, p.Traceback())
		root := OfCoroutine(p.Root())
		if root == nil {
			break
		}
		p = root.parent
	}
	return trace
}

// Joint is one traceback made of two, the coroutines of the second above those of the first.
func Joint(trace, above string) string {
	n := strings.Count(trace, "\ncoroutine ")
	var b strings.Builder
	b.WriteString(trace)
	for i, part := range strings.Split(above, "\ncoroutine ") {
		if i == 0 || n == maxCoroutines {
			continue
		}
		_, frames, _ := strings.Cut(part, ":")
		b.WriteString("\ncoroutine " + strconv.Itoa(n) + ":" + frames)
		n++
	}
	return b.String()
}
