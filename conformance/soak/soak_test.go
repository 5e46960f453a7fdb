package soak

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/system"
)

var (
	length = flag.Duration("soak", 5*time.Second, "how long the faults go on")
	pace   = flag.Duration("pace", time.Second, "time between reloads")
)

func TestMain(m *testing.M) { os.Exit(m.Run()) }

// Limits on what may be kept: pools, the runtime's own goroutines, fragmentation. How many pipes were in use at once, and are kept, is chance:
// only what the loops may keep is known.
const (
	mostPipes      = 2 * 2 * 16 // ends of the idle pipes of two loops (runtime/relay, idlePipes)
	moreFiles      = 4
	moreGoroutines = 10
	moreMemory     = 48 << 20 // twice that with the race detector's shadow of it
)

func TestSoak(t *testing.T) {
	program, err := system.Build(t.TempDir(), withRace)
	if err != nil {
		t.Fatal(err)
	}
	nursery := proc.NewNursery()
	defer nursery.Close()
	w := newWorld(t, nursery, program)
	defer w.inspect()

	w.soak(time.Second, time.Second/4)
	before := w.settle()
	t.Log("before: ", before)
	reloads := w.reloads
	turns := w.soak(*length, *pace)
	reloads = w.reloads - reloads
	after := w.settle()
	t.Log("after:  ", after)
	t.Logf("%d reloads, turns: %v", reloads, turns)

	if after.files > before.files+moreFiles {
		t.Errorf("%d files were open before, %d are now", before.files, after.files)
	}
	if after.pipes > mostPipes {
		t.Errorf("%d ends of pipes are kept", after.pipes)
	}
	if after.goroutines > before.goroutines+moreGoroutines {
		t.Errorf("%d goroutines ran before, %d do now", before.goroutines, after.goroutines)
	}
	most := before.memory + moreMemory
	if withRace {
		most += moreMemory
	}
	if after.memory > most {
		t.Errorf("%d bytes of memory were held before, %d are now", before.memory, after.memory)
	}
	if after.zone != before.zone {
		t.Errorf("%d bytes of the dictionary were free before, %d are now", before.zone, after.zone)
	}
	if reloads == 0 {
		t.Error("nothing was reloaded")
	}
	for i := range faults {
		if turns[i] == 0 {
			t.Errorf("it never happened: %s", faults[i].name)
		}
	}
}

// soak lets all faults happen for some time, with reloads, and gives how often each did.
func (w *world) soak(length, pace time.Duration) []int64 {
	w.t.Helper()
	over := make(chan struct{})
	turns := make([]int64, len(faults))
	var wg sync.WaitGroup
	for i, f := range faults {
		for n := range f.workers {
			wg.Go(func() { w.act(f, n, over, &turns[i]) })
		}
	}
	w.keepReloading(length, pace, func() bool {
		for i := range turns {
			if atomic.LoadInt64(&turns[i]) == 0 {
				return false
			}
		}
		return true
	})
	close(over)
	wg.Wait()
	return turns
}

// keepReloading reloads at a pace until the time is over and, on a machine that is too slow for it, until everything happened once.
func (w *world) keepReloading(length, pace time.Duration, everything func() bool) {
	begun := time.Now()
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for range tick.C {
		if over := time.Since(begun) - length; over > patience || over >= 0 && everything() {
			return
		}
		if err := w.reloadOnce(); err != nil {
			w.t.Error(err)
			return
		}
	}
}

// act lets one actor do its turns.
func (w *world) act(f fault, n int, over <-chan struct{}, turns *int64) {
	var noise [32]byte
	copy(noise[:], fmt.Sprint(n, f.name))
	a := &actor{world: w, rand: rand.New(rand.NewChaCha8(noise)), noise: rand.NewChaCha8(noise), over: over}
	// Nobody is to use up the machine, or the ports of the machine.
	breath := time.NewTicker(5 * time.Millisecond)
	defer breath.Stop()
	for {
		if err := f.turn(a); err != nil {
			w.t.Errorf("%s: turn %d of actor %d: %v", f.name, a.turns, n, err)
			return
		}
		a.turns++
		atomic.AddInt64(turns, 1)
		select {
		case <-over:
			return
		case <-breath.C:
		}
	}
}

var serious = regexp.MustCompile(`(?m)^.*(\[alert\]|\[emerg\]|panic|fatal error|DATA RACE).*$`)

// inspect ends the server and reports what no server may say.
func (w *world) inspect() {
	if err := w.server.Stop(); err != nil {
		w.t.Error(err)
	}
	stderr, _ := os.ReadFile(w.prefix.Dir + "/logs/stderr")
	for _, line := range serious.FindAllString(w.log()+string(stderr), 10) {
		w.t.Errorf("the server said: %s", line)
	}
	if w.t.Failed() {
		text := w.log()
		w.t.Logf("the end of its log:\n%s", text[max(0, len(text)-4000):])
	}
}
