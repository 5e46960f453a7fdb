package server

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"tidegate/runtime/errlog"
)

// applyLimits sets what nginx's workers set at their start, in ngx_worker_process_init's order: priority, limits, processors,
// directory. Like nginx it goes on after each that fails, but for the last; log gets nginx's sentences. Limits that before, the core
// of the cycle in force until now, has set to the same already are left alone; nil is none.
func (c *core) applyLimits(before *core, log *errlog.Log) error {
	if before == nil {
		before = &core{}
	}
	failed := func(text string, err error) { log.WriteErr(errlog.Alert, 0, err, text) }
	if c.priority != before.priority {
		if err := eachThread(func(tid int) error { return unix.Setpriority(unix.PRIO_PROCESS, tid, c.priority) }); err != nil {
			failed(fmt.Sprintf("setpriority(%d) failed", c.priority), err)
		}
	}
	limit := func(resource int, name string, n, was int64) {
		if n <= 0 || n == was {
			return
		}
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: uint64(n), Max: uint64(n)}); err != nil {
			failed(fmt.Sprintf("setrlimit(%s, %d) failed", name, n), err)
		}
	}
	limit(unix.RLIMIT_NOFILE, "RLIMIT_NOFILE", int64(c.nofile), int64(before.nofile))
	limit(unix.RLIMIT_CORE, "RLIMIT_CORE", c.coreSize, before.coreSize)
	if len(c.affinity) > 0 {
		var set unix.CPUSet
		for _, cpu := range c.affinity {
			set.Set(cpu)
		}
		if err := eachThread(func(tid int) error { return unix.SchedSetaffinity(tid, &set) }); err != nil {
			failed("sched_setaffinity() failed", err)
		}
	}
	if c.directory != "" && c.directory != before.directory {
		if err := os.Chdir(c.directory); err != nil {
			failed("chdir(\""+c.directory+"\") failed", err)
			return err
		}
	}
	return nil
}

// checkConnections warns of worker_connections that there are not enough files for (ngx_event_module_init).
func (c *core) checkConnections(log *errlog.Log) {
	var now syscall.Rlimit
	if err := syscall.Getrlimit(unix.RLIMIT_NOFILE, &now); err != nil {
		log.WriteErr(errlog.Alert, 0, err, "getrlimit(RLIMIT_NOFILE) failed, ignored")
		return
	}
	limit := int64(min(now.Cur, math.MaxInt64))
	if c.nofile > 0 {
		limit = max(limit, int64(c.nofile))
	}
	if int64(c.connections) <= limit {
		return
	}
	if c.nofile > 0 {
		limit = int64(c.nofile)
	}
	log.Write(errlog.Warn, 0, fmt.Sprintf("%d worker_connections exceed open file resource limit: %d", c.connections, limit))
}

// eachThread calls f for every thread of the process: priority and processors belong to threads on Linux, and threads that begin
// later take them from the one that made them. It goes round until no new thread has appeared meanwhile.
func eachThread(f func(tid int) error) error {
	done := map[int]bool{}
	for fresh := true; fresh; {
		fresh = false
		list, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return err
		}
		for _, e := range list {
			tid, err := strconv.Atoi(e.Name())
			if err != nil || done[tid] {
				continue
			}
			done[tid], fresh = true, true
			if err := f(tid); err != nil && !errors.Is(err, unix.ESRCH) {
				return err
			}
		}
	}
	return nil
}
