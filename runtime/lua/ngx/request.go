package ngx

import (
	"slices"
	"sync/atomic"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/tlsconf"
)

// request is what a handler under way works on: the session or timer, the phase, and what has to be closed when it ends.
type request struct {
	w       *Worker
	script  phase.Script
	conf    *Settings
	session Session // nil in init_by_lua, init_worker_by_lua and timers
	state   *state
	log     logger
	debug   *errlog.DebugLog

	closers  []leftOpen // sockets that the handler made, see closeLater
	balancer *balancing
	ssl      *sslState
	upstream *tlsconf.Upstream // of the phases of proxy_ssl
	unloaded bool              // the script could not be loaded
	late     bool              // it was ended at its deadline
	over     bool              // the handler has ended
}

// fake tells that the handler has no connection of a client to itself: timers, the init phases, TLS handshakes.
func (rq *request) fake() bool { return rq.session == nil || rq.ssl != nil }

// state is what all scripts of one session share. Timers and init phases have one of their own.
type state struct {
	worker *Worker
	ctx    *vm.Table
	out    *output
	tcp    *cosocket.TCP // the client's socket after ngx.req.socket
	udp    *cosocket.UDP
	taken  bool         // ngx.req.socket was called
	eof    bool         // no output any more
	abort  *vm.Function // of ngx.on_abort, which abortParent called

	abortParent *vm.Thread
	closed      atomic.Bool // the session is over; set where ngx.req.socket was called
}

// logger is where ngx.log writes: a session, or the process's log with a context.
type logger interface {
	Enabled(level errlog.Level) bool
	Log(level errlog.Level, msg string)
}

// closer is a socket that a handler leaves open. One that holds nothing any more may be left out.
type closer interface {
	Release()
	Holds() bool
}

// leftOpen is a socket in the list of its handler; listed says so where the socket is.
type leftOpen struct {
	closer
	listed *bool
}

// closeLater has c released when the handler ends. A handler that lives long may make sockets without end: those that are closed, or
// back in their pools, leave when the list is full.
func (rq *request) closeLater(c closer, listed *bool) {
	if *listed {
		return
	}
	if len(rq.closers) == cap(rq.closers) {
		rq.closers = slices.DeleteFunc(rq.closers, func(o leftOpen) bool {
			*o.listed = o.Holds()
			return !*o.listed
		})
	}
	*listed = true
	rq.closers = append(rq.closers, leftOpen{c, listed})
}

// release closes what the handler left open.
func (rq *request) release() {
	for _, c := range rq.closers {
		c.Release()
	}
	rq.closers = nil
	rq.over = true
}

// requestOf finds the request of a call: through the light thread, or, where there is none (init, balancer, log), through the worker.
func requestOf(c *vm.Call) *request {
	switch o := c.Owner().(type) {
	case *sched.Thread:
		return o.Run().Owner.(*request)
	case *request:
		return o
	}
	return nil
}

// threadOf gives the light thread of a call; phases that cannot yield have none, and bindings that need one are not allowed there.
func threadOf(c *vm.Call) *sched.Thread { return sched.ThreadOf(c) }

// env is a cosocket's view of the calling light thread. It is one pointer, which an interface holds without an allocation.
type env struct{ t *sched.Thread }

func (e env) Wait(call, cancel func())           { e.t.Wait(call, cancel) }
func (e env) Log(level errlog.Level, msg string) { e.rq().log.Log(level, msg) }
func (e env) Exiting() bool                      { return e.rq().w.prog.Exiting() }

func (e env) rq() *request { return e.t.Run().Owner.(*request) }

// unthreaded is env where Lua runs without a light thread: no socket that waits is allowed there.
type unthreaded struct{ rq *request }

func (e unthreaded) Wait(call, cancel func())           { panic("a socket waits where no light thread runs") }
func (e unthreaded) Log(level errlog.Level, msg string) { e.rq.log.Log(level, msg) }
func (e unthreaded) Exiting() bool                      { return e.rq.w.prog.Exiting() }

func envOf(c *vm.Call) cosocket.Env {
	if t := threadOf(c); t != nil {
		return env{t}
	}
	return unthreaded{requestOf(c)}
}
