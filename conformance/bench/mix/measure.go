package mix

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"tidegate/conformance/bench/load"
	"tidegate/conformance/bench/proc"
)

// throughput runs the load for the set time and divides what it cost by what it did.
func throughput(r *run) (sample Sample, err error) {
	warm := r.Mix.Load(r.target, load.Until{Time: max(r.settings.Time/5, 50*time.Millisecond)})
	if err := r.must(warm); err != nil {
		return sample, fmt.Errorf("warm-up: %w", err)
	}
	meter, err := r.startMeter(r.server)
	if err != nil {
		return sample, err
	}
	// The footprint is that of the middle of the run, while everything is open.
	hold := make(chan error, 1)
	var footprint proc.Footprint
	time.AfterFunc(r.settings.Time/2, func() {
		var err error
		footprint, err = r.server.Footprint()
		hold <- err
	})
	result, err := r.Mix.Load(r.target, load.Until{Time: r.settings.Time}).Run(r.ctx)
	if err = errors.Join(err, <-hold); err == nil {
		err = verdict(result)
	}
	if err != nil {
		return sample, err
	}
	err = meter.stop(&sample)
	sample.fill(result)
	sample.hold(footprint)
	return sample, err
}

func (s *Sample) hold(f proc.Footprint) {
	s.PSS, s.Files, s.Threads, s.Processes = f.PSS, f.Files, f.Threads, f.Processes
}

// must runs a load that may not fail.
func (r *run) must(w load.Workload) error {
	result, err := w.Run(r.ctx)
	if err != nil {
		return err
	}
	return verdict(result)
}

// idle opens sessions and reads what the silent server holds for them. A few sessions come and go first, so that what a server
// sets up once is not charged to the sessions.
func idle(message []byte) func(*run) (Sample, error) {
	return func(r *run) (sample Sample, err error) {
		first := load.Short{Target: r.target.TCP, Concurrency: 8, Send: []byte("x"), Want: []byte("x"), Until: load.Until{Ops: 64}}
		if err := r.must(first); err != nil {
			return sample, fmt.Errorf("warm-up: %w", err)
		}
		if err := r.backendHolds(0); err != nil {
			return sample, err
		}
		meter, err := r.startMeter(r.server)
		if err != nil {
			return sample, err
		}
		base, err := r.server.Footprint()
		if err != nil {
			return sample, err
		}
		start := time.Now()
		held, err := load.Hold{Target: r.target.TCP, Sessions: r.settings.Idle, Message: message, Confirm: r.backendHolds}.Open(r.ctx)
		if err != nil {
			return sample, err
		}
		defer held.Close()
		sample.Wall = time.Since(start)
		if err := meter.stop(&sample); err != nil {
			return sample, err
		}
		full, err := r.server.Footprint()
		if err != nil {
			return sample, err
		}
		sample.hold(full)
		sample.Ops, sample.BasePSS, sample.BaseFiles = int64(r.settings.Idle), base.PSS, base.Files
		sample.IdleCPU, err = r.silence(time.Second)
		return sample, err
	}
}

// silence is the processor time that the server uses while nobody asks for anything.
func (r *run) silence(length time.Duration) (time.Duration, error) {
	before, err := r.server.Usage()
	if err != nil {
		return 0, err
	}
	select {
	case <-time.After(length):
	case <-r.ctx.Done():
		return 0, context.Cause(r.ctx)
	}
	after, err := r.server.Usage()
	return after.Sub(before).CPU, err
}

// backendHolds waits until the backend has exactly n connections open.
func (r *run) backendHolds(n int) error {
	ctx, cancel := context.WithTimeout(r.ctx, time.Minute)
	defer cancel()
	poll := time.NewTicker(5 * time.Millisecond)
	defer poll.Stop()
	for {
		counters, err := r.backend.Counters()
		if err != nil || counters.Open == int64(n) {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the backend has %d sessions open, not %d", counters.Open, n)
		case <-poll.C:
		}
	}
}

// reload runs long sessions and new connections while the configuration is loaded anew, again and again, and at least once. Every
// reload changes the ready server's answer, and the next one waits for that: what is counted did happen.
func reload(r *run) (sample Sample, err error) {
	until := load.Until{Time: r.settings.Time}
	long := load.PingPong{Target: r.target.TCP, Sessions: 16, Size: 64, Until: until}
	short := load.Short{Target: r.target.TCP, Concurrency: 8, Send: []byte("x"), Want: []byte("x"), Until: until}
	meter, err := r.startMeter(r.server)
	if err != nil {
		return sample, err
	}
	var (
		wait    sync.WaitGroup
		results [2]load.Result
		errs    [2]error
		over    = make(chan struct{})
		done    atomic.Int64 // reloads
	)
	for i, w := range []load.Workload{long, short} {
		wait.Go(func() {
			results[i], errs[i] = w.Run(r.ctx)
			for errs[i] == nil && done.Load() == 0 {
				var more load.Result
				more, errs[i] = w.Run(r.ctx)
				results[i].Add(more)
				results[i].Wall += more.Wall
			}
		})
	}
	go func() { wait.Wait(); close(over) }()
	err = r.reloadUntil(over, &done)
	done.CompareAndSwap(0, -1) // what failed is not waited for
	<-over
	if err = errors.Join(err, errs[0], errs[1]); err != nil {
		return sample, err
	}
	if err := meter.stop(&sample); err != nil {
		return sample, err
	}
	total := results[0]
	total.Add(results[1])
	sample.fill(total)
	sample.Reloads = done.Load()
	footprint, err := r.server.Footprint()
	sample.hold(footprint)
	return sample, errors.Join(err, verdict(total))
}

// reloadUntil reloads, five times a second at most, until over is closed, and counts in done.
func (r *run) reloadUntil(over <-chan struct{}, done *atomic.Int64) error {
	pace := time.NewTicker(200 * time.Millisecond)
	defer pace.Stop()
	for {
		select {
		case <-over:
			return nil
		case <-pace.C:
		}
		answer := fmt.Sprintf("ready-%d", done.Load()+1)
		if err := errors.Join(r.server.Write(r.textFor(r.system, answer)), r.server.Reload()); err != nil {
			return err
		}
		if err := r.server.Await(r.ctx, answer); err != nil {
			return fmt.Errorf("reload %d: %w", done.Load()+1, err)
		}
		done.Add(1)
	}
}
