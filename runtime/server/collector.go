package server

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"syscall"
	"time"
)

// pacing says how far the heap may grow between two runs of Go's collector. The usual rule, as much again as is alive, means a run for
// every few megabytes: scripts that do nothing but compute and make garbage bring that about a hundred times a second and pay a third of
// their time for it, most of it in write barriers. While garbage comes as fast as that, the heap may grow by room; else the usual rule
// holds, so that memory per idle session is what it was. RATIONALE.md has the numbers.
type pacing struct {
	set func(percent int) int // debug.SetGCPercent

	mu      sync.Mutex
	over    bool
	roomy   bool
	cpu     time.Duration // of the process, at the last run
	allocs  uint64        // bytes ever allocated, then
	samples []metrics.Sample
}

const (
	usualPercent = 100
	room         = 16 << 20
	// fast is how many bytes per second of processor time are much. Accepting and proxying connections makes a third of it.
	fast = 160 << 20
)

// newPacing begins to watch the collector, unless the environment has settled the matter (GOGC, GOMEMLIMIT): then it gives nil.
func newPacing() *pacing {
	for _, name := range []string{"GOGC", "GOMEMLIMIT"} {
		if os.Getenv(name) != "" {
			return nil
		}
	}
	p := &pacing{set: debug.SetGCPercent, samples: []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/heap/allocs:bytes"}}}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.look()
	p.arm()
	return p
}

// arm has collected called at the end of the next run: that is when an object without references goes.
func (p *pacing) arm() {
	type sentinel struct{ _ [4]uintptr } // too large to share its place with others
	runtime.AddCleanup(&sentinel{}, (*pacing).collected, p)
}

func (p *pacing) collected() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return
	}
	defer p.arm()
	p.choose(p.look())
}

// look gives what was allocated and used since the last look, and what was alive at the last run.
func (p *pacing) look() (allocated uint64, cpu time.Duration, live uint64) {
	metrics.Read(p.samples)
	live, allocs := p.samples[0].Value.Uint64(), p.samples[1].Value.Uint64()
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage) // cannot fail for the process itself
	now := time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
	allocated, cpu = allocs-p.allocs, now-p.cpu
	p.allocs, p.cpu = allocs, now
	return allocated, cpu, live
}

// choose sets the rule until the next run.
func (p *pacing) choose(allocated uint64, cpu time.Duration, live uint64) {
	roomy := float64(allocated) > fast*cpu.Seconds()
	if !roomy && !p.roomy {
		return
	}
	percent := usualPercent
	if roomy {
		percent = max(percent, int(100*room/max(live, 1<<20)))
	}
	p.roomy = roomy
	p.set(percent)
}

// end goes back to the usual rule for good.
func (p *pacing) end() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over = true
	if p.roomy {
		p.set(usualPercent)
	}
}
