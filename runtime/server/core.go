package server

import (
	"net/netip"
	"os"
	"runtime"
	"slices"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/relay"
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
	if bindsTransparently(main) {
		c.keepCaps = capNetRaw
	}
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

// debugs is debug_connection; nil without the directive.
func debugs(main catalog.Level) func(relay.Addr) bool {
	events, _ := ngxcore.Events.First(main)
	clients := ngxcore.DebugConnection.All(events.Level)
	if len(clients) == 0 {
		return nil
	}
	return func(client relay.Addr) bool {
		var ip netip.Addr
		if !client.IsUnix() {
			ip = client.Addr()
		}
		return slices.ContainsFunc(clients, func(c ngxcore.DebugClients) bool { return c.Contains(ip) })
	}
}

// bindsTransparently tells whether a proxy_bind asks for addresses that are not the host's own (ccf->transparent).
func bindsTransparently(main catalog.Level) bool {
	st, ok := ngxcore.Stream.First(main)
	if !ok {
		return false
	}
	bind, _ := ngxstream.ProxyBind.Own(st.Level)
	for _, srv := range ngxstream.Server.In(st.Level) {
		own, _ := ngxstream.ProxyBind.Own(srv.Level)
		bind.Transparent = bind.Transparent || own.Transparent
	}
	return bind.Transparent
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
