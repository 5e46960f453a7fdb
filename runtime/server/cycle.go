package server

import (
	"context"
	"os"
	"sync"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/ngx"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
)

// Cycle is one configuration at work.
type Cycle struct {
	server *Server
	tree   *conf.Tree
	core   *core
	logs   *logs
	log    *errlog.Log
	stream *stream.Stream // never nil; without addresses where there is no stream block
	lua    *ngx.Program
	taken  []*socket // listening sockets that this cycle uses
	zones  zones

	resolvers resolvers

	over    context.Context // ends when draining has to
	end     context.CancelFunc
	closing sync.Once
}

// build makes a cycle without side effects. The cycle is nil when the list holds something fatal.
func (s *Server) build(tree *conf.Tree) (*Cycle, diag.List) {
	c := &Cycle{server: s, tree: tree, resolvers: resolvers{}}
	c.over, c.end = context.WithCancel(context.Background())
	var list diag.List
	fail := func(err error) (*Cycle, diag.List) {
		return nil, append(list, diag.Diagnostic{Severity: diag.Emerg, Rule: "start", Message: err.Error(), Stage: diag.Init})
	}
	var err error
	if c.core, err = buildCore(tree.Main, s.opts.Getenv); err != nil {
		return fail(err)
	}
	if s.dropped {
		c.core.identity = nil
	}
	c.logs = &logs{files: s.files, console: s.opts.Console, fallback: s.opts.ErrorLog}
	if err := c.logs.openAll(tree.Main); err != nil {
		c.Close()
		return fail(err)
	}
	c.log = c.logs.of(tree.Main)
	level := streamLevel(tree.Main)
	var before zones
	if old := s.cycle(); old != nil {
		before = old.zones
	}
	if c.zones, err = newZones(level, before); err != nil {
		c.Close()
		return fail(err)
	}
	scripts, err := c.buildScripts(level)
	if err != nil {
		c.Close()
		return fail(err)
	}
	host, _ := os.Hostname()
	st, built := stream.Build(level, stream.Deps{
		Engine: s.engine, Connections: s.connections, Log: c.log, ErrorLog: c.logs.of, Scripts: scripts, Resolver: c.streamResolver,
		Debugs: debugs(tree.Main), SessionCache: s.sessionCache, Resolving: c.groupResolving, LimitZone: c.zones.limit,
		Prefix: s.opts.Prefix, Conf: s.opts.ConfDir, Hostname: host, Version: s.opts.Version, Pid: os.Getpid(),
	})
	list = append(list, built...)
	if st == nil {
		c.Close()
		return nil, list
	}
	c.stream = st
	return c, list
}

// streamLevel is the stream block, or an empty level in its place.
func streamLevel(main catalog.Level) catalog.Level {
	if b, ok := ngxcore.Stream.First(main); ok {
		return b.Level
	}
	return emptyLevel{}
}

// emptyLevel is a level in which nothing is said.
type emptyLevel struct{}

func (emptyLevel) Values(*catalog.Row) []catalog.Value { return nil }
func (emptyLevel) Outer() catalog.Level                { return nil }
func (emptyLevel) Nearest(*catalog.Row) catalog.Level  { return nil }
func (emptyLevel) Arg() any                            { return nil }

// start opens the cycle's sockets and logs, runs init_by_lua and init_worker_by_lua and accepts. What it cannot do it has logged.
func (s *Server) start(c *Cycle) error {
	if err := c.lua.Start(); err != nil {
		c.log.Write(errlog.Err, 0, err.Error()) // as ngx_stream_lua_report does, though it ends the start
		return err
	}
	if err := c.stream.Start(s.files); err != nil {
		c.log.Write(errlog.Emerg, 0, err.Error())
		return err
	}
	taken, err := s.listeners.take(s.engine, c)
	if err != nil {
		return err
	}
	c.taken = taken
	c.core.checkConnections(c.log)
	s.connections.SetLimit(c.core.connections, c.core.workers)
	c.lua.InitWorkers()
	if err := s.listeners.serve(c); err != nil {
		c.log.Write(errlog.Emerg, 0, err.Error())
		return err
	}
	c.stream.Resolve(c.over)
	return nil
}

// stopAccepting leaves the listening sockets to the next cycle, or to nobody.
func (c *Cycle) stopAccepting() {
	c.server.listeners.release(c)
}

// Drain stops accepting and waits for the sessions and timers that are left, no longer than worker_shutdown_timeout allows.
func (c *Cycle) Drain() {
	c.stopAccepting()
	if t := c.core.shutdownTimeout; t > 0 {
		timer := time.AfterFunc(t, c.end)
		defer timer.Stop()
	}
	timers := make(chan struct{})
	go func() {
		c.lua.Exit()
		close(timers)
	}()
	select {
	case <-c.stream.Drained():
	case <-c.over.Done():
	}
	select {
	case <-timers:
	case <-c.over.Done():
	}
}

// hurry ends a drain that is under way.
func (c *Cycle) hurry() { c.end() }

// Close ends the sessions that are left and gives everything back. It may be called at any time after build began.
func (c *Cycle) Close() {
	c.closing.Do(func() {
		c.stopAccepting()
		c.endSessions()
		if c.lua != nil {
			c.lua.Close()
		}
		if c.stream != nil {
			c.stream.Close()
		}
		for _, r := range c.resolvers {
			r.Close()
		}
		if c.logs != nil {
			c.logs.close()
		}
	})
}

// endSessions ends the sessions that are left.
func (c *Cycle) endSessions() {
	c.end()
	if c.stream != nil {
		c.killSessions()
	}
}

// lastWords is how long a session that is killed may take for its log phase before the process stops waiting for it.
const lastWords = 5 * time.Second

func (c *Cycle) killSessions() {
	c.stream.KillSessions(relay.CauseShutdown)
	patience := time.NewTimer(lastWords)
	defer patience.Stop()
	gentle := time.NewTimer(lastWords / 10)
	defer gentle.Stop()
	for {
		select {
		case <-c.stream.Drained():
			return
		case <-gentle.C: // a script that does not end
			if c.lua != nil {
				c.lua.Kill()
			}
		case <-patience.C:
			c.log.Write(errlog.Alert, 0, "sessions did not end in time and are abandoned")
			return
		}
	}
}

// standardError is the file of the error log, nil when it is the terminal.
func (c *Cycle) standardError() *os.File { return c.logs.first() }
