package server

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
)

// core is the settings of the process as a whole.
type core struct {
	workers         int
	connections     int // worker_connections
	shutdownTimeout time.Duration
	pid             string
	env             map[string]string
	identity        *identity // nil: the process stays who it is
	keepCaps        uint32
	nofile          int
	coreSize        int64
	priority        int
	affinity        []int
	directory       string
}

// workerProcesses is the number of Lua VMs; auto is the number of processors.
func workerProcesses(main catalog.Level) int {
	n := ngxcore.WorkerProcesses.Get(main)
	if n.Auto {
		return runtime.NumCPU()
	}
	return max(n.N, 1)
}

// nginx's own default user, when the process is started by root.
const defaultUser, defaultGroup = "nobody", "nogroup"

func buildCore(main catalog.Level, getenv func(string) (string, bool)) (*core, error) {
	c := &core{
		workers:         workerProcesses(main),
		shutdownTimeout: ngxcore.WorkerShutdownTimeout.Get(main),
		env:             map[string]string{},
		nofile:          ngxcore.WorkerRlimitNofile.Get(main),
		coreSize:        ngxcore.WorkerRlimitCore.Get(main),
		priority:        ngxcore.WorkerPriority.Get(main),
		directory:       ngxcore.WorkingDirectory.Get(main),
	}
	c.pid, _ = ngxcore.Pid.Lookup(main)
	events, _ := ngxcore.Events.First(main)
	c.connections = ngxcore.WorkerConnections.Get(events.Level)
	c.environment(main, getenv)
	seen := map[int]bool{}
	for _, mask := range ngxcore.WorkerCPUAffinity.Get(main).Masks {
		for _, cpu := range mask {
			if !seen[cpu] {
				seen[cpu] = true
				c.affinity = append(c.affinity, cpu)
			}
		}
	}
	if os.Geteuid() != 0 {
		return c, nil
	}
	name, group := defaultUser, defaultGroup
	if u, ok := ngxcore.User.Own(main); ok {
		name, group = u.Name, u.Group
	}
	id, err := lookupIdentity(name, group)
	if err != nil {
		return nil, err
	}
	if id.uid != 0 {
		c.identity = id
	}
	return c, nil
}

// environment is what scripts see: TZ and the variables that env names, as ngx_set_environment leaves them.
func (c *core) environment(main catalog.Level, getenv func(string) (string, bool)) {
	if v, ok := getenv("TZ"); ok {
		c.env["TZ"] = v
	}
	for _, e := range ngxcore.Env.All(main) {
		if e.Set {
			c.env[e.Name] = e.Value
		} else if v, ok := getenv(e.Name); ok {
			c.env[e.Name] = v
		}
	}
}

// applyLimits sets what nginx's workers set at their start (ngx_worker_process_init).
func (c *core) applyLimits() error {
	set := func(resource int, name string, n uint64) error {
		if err := syscall.Setrlimit(resource, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			return fmt.Errorf("setrlimit(%s, %d) failed: %w", name, n, err)
		}
		return nil
	}
	if c.nofile > 0 {
		if err := set(syscall.RLIMIT_NOFILE, "RLIMIT_NOFILE", uint64(c.nofile)); err != nil {
			return err
		}
	}
	if c.coreSize > 0 {
		if err := set(syscall.RLIMIT_CORE, "RLIMIT_CORE", uint64(c.coreSize)); err != nil {
			return err
		}
	}
	if c.priority != 0 {
		if err := syscall.Setpriority(syscall.PRIO_PROCESS, 0, c.priority); err != nil {
			return fmt.Errorf("setpriority(%d) failed: %w", c.priority, err)
		}
	}
	if len(c.affinity) > 0 {
		var set unix.CPUSet
		for _, cpu := range c.affinity {
			set.Set(cpu)
		}
		if err := unix.SchedSetaffinity(0, &set); err != nil {
			return fmt.Errorf("sched_setaffinity() failed: %w", err)
		}
	}
	if c.directory != "" {
		if err := os.Chdir(c.directory); err != nil {
			return fmt.Errorf("chdir(\"%s\") failed: %w", c.directory, err)
		}
	}
	return nil
}
