package ngx

import (
	"errors"
	"io"
	"os"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
)

// stateOf gives what a session's scripts share, made by the first of them.
func (p *Program) stateOf(s Session, conf *Settings) (*state, error) {
	if st, ok := s.Script().(*state); ok {
		return st, nil
	}
	st := &state{worker: p.pick()}
	if !conf.CodeCache {
		s.Leave()
		w, err := st.worker.private()
		if err != nil {
			return nil, err
		}
		s.OnClose(w.unref)
		st.worker = w
	}
	s.SetScript(st)
	return st, nil
}

// begin makes the request of a handler; nil when the session cannot run scripts, which is logged.
func (p *Program) begin(s Session, conf *Settings, script phase.Script) *request {
	st, err := p.stateOf(s, conf)
	if err != nil {
		s.Log(errlog.Err, err.Error())
		return nil
	}
	if script >= phase.ScriptPreread {
		s.Debug().Line(errlog.DebugStream, "lua reset ctx")
	}
	return &request{w: st.worker, script: script, conf: conf, session: s, state: st, log: s, debug: s.Debug()}
}

// Preread makes the handler of preread_by_lua: Next goes on, anything else ends the session.
func (p *Program) Preread(sc *Script, conf *Settings) func(Session) phase.Result {
	return func(s Session) phase.Result {
		s.Debug().Line(errlog.DebugStream, "lua preread handler")
		rq := p.begin(s, conf, phase.ScriptPreread)
		if rq == nil {
			return phase.InternalServerError
		}
		r := rq.run(sc)
		rq.giveBack()
		if r == phase.Done {
			return phase.Next
		}
		if r.Final() {
			rq.debugFinalize(r)
		}
		return r
	}
}

// Content makes the handler of content_by_lua.
func (p *Program) Content(sc *Script, conf *Settings) func(Session) phase.Result {
	return func(s Session) phase.Result {
		s.Debug().Line(errlog.DebugStream, "stream lua content handler")
		rq := p.begin(s, conf, phase.ScriptContent)
		if rq == nil {
			return phase.InternalServerError
		}
		r := rq.run(sc)
		rq.debugFinalize(r)
		if out := rq.state.out; out != nil && r != phase.InternalServerError && r != phase.Error {
			if out.busy() {
				s.Leave()
			}
			if err := out.wait(rq.conf.Sockets.SendTimeout, 0, nil); errors.Is(err, os.ErrDeadlineExceeded) {
				rq.timedOut() // and has lost the rest
				return phase.InternalServerError
			}
		}
		if r == phase.Next {
			return phase.Done
		}
		return r
	}
}

// Log makes the handler of log_by_lua.
func (p *Program) Log(sc *Script, conf *Settings) func(Session) {
	return func(s Session) {
		s.Debug().Line(errlog.DebugStream, "lua log handler")
		rq := p.begin(s, conf, phase.ScriptLog)
		if rq == nil {
			return
		}
		rq.w.sched.HoldFrom(s, func() {
			defer rq.release()
			fn, err := rq.load(sc)
			if err != nil {
				s.Log(errlog.Err, err.Error())
			} else if err := rq.w.callPlain(rq, fn); err != nil && err.Abort == nil {
				s.Log(errlog.Err, "failed to run log_by_lua*: "+messageAndTraceback(err))
			}
		})
	}
}

// run runs a script that may wait, and gives what its handler answers: Done for a normal end, the status of ngx.exit, or
// InternalServerError after an error.
func (rq *request) run(sc *Script) phase.Result {
	return rq.runMain(rq.w.sched.Start(rq), func() (*vm.Function, error) { return rq.load(sc) })
}

// load gives the entry function of a script.
func (rq *request) load(sc *Script) (*vm.Function, error) {
	rq.debugLoad(sc)
	return rq.w.load(sc, rq.session)
}

// runUntil is run that ends at a deadline: in nginx the timer of the handshake takes the connection away from the script.
func (rq *request) runUntil(sc *Script, deadline time.Time) phase.Result {
	run := rq.w.sched.Start(rq)
	over := make(chan struct{})
	timer := time.AfterFunc(time.Until(deadline), func() {
		rq.w.sched.Post(func() {
			select {
			case <-over:
			default:
				rq.late = true
				run.Abort(phase.Error)
			}
		})
	})
	defer func() {
		timer.Stop()
		close(over)
	}()
	r := rq.runMain(run, func() (*vm.Function, error) { return rq.load(sc) })
	rq.debugHandshake(run, r)
	return r
}

// handshakes runs the script of a TLS handshake: an error breaks the handshake off. Code that does not load is logged, and the handshake
// goes on, as in OpenResty, whose exit code is that of success until a script has run.
func (rq *request) handshakes(sc *Script) error {
	r := rq.runUntil(sc, rq.session.Deadline())
	switch {
	case rq.late:
		return relay.ErrTimeout
	case rq.unloaded:
		return nil
	case r == phase.Error || r >= phase.BadRequest:
		return ErrHandshakeEnded
	}
	return nil
}

// runMain runs the function that load gives as the entry thread of run.
func (rq *request) runMain(run *sched.Run, load func() (*vm.Function, error), args ...vm.Value) phase.Result {
	run.Owner, run.ThreadFailed, run.Ended, run.Debug = rq, rq.threadFailed, rq.release, rq.debug
	if rq.session != nil {
		run.Host = rq.session
	}
	if rq.watches() {
		stop := rq.watchClient(run)
		defer stop()
	}
	out := run.Main(load, args...)
	switch {
	case out.Crash != nil:
		rq.crashed(out.Crash)
		return phase.InternalServerError
	case out.NotLoaded != nil:
		rq.unloaded = true
		rq.log.Log(errlog.Err, out.NotLoaded.Error())
		return phase.InternalServerError
	case out.Err != nil:
		rq.log.Log(errlog.Err, "lua entry thread aborted: runtime error: "+out.Err.Message()+"\n"+out.Err.Traceback)
		return phase.InternalServerError
	case out.Exited:
		return phase.Result(out.Status)
	case out.Killed != nil:
		if status, ok := out.Killed.(phase.Result); ok {
			return status
		}
		return phase.Error
	}
	return phase.Done
}

// watches tells whether the handler is to end when the client goes away (lua_check_client_abort).
func (rq *request) watches() bool {
	return rq.session != nil && rq.conf.Sockets.CheckClientAbort && !rq.session.UDP() &&
		(rq.script == phase.ScriptContent || rq.script == phase.ScriptPreread)
}

// watchClient ends the handler, or runs the function of ngx.on_abort, when the client closes its connection
// (ngx_stream_lua_rd_check_broken_connection).
func (rq *request) watchClient(run *sched.Run) (stop func()) {
	_, raw := rq.session.Downstream()
	over := make(chan struct{})
	go func() {
		err := raw.WaitClose()
		select {
		case <-over:
			return
		default:
		}
		var op *relay.OpError
		if !errors.Is(err, io.EOF) && !errors.As(err, &op) {
			return
		}
		gone := func() {
			select {
			case <-over:
			default:
				rq.clientGone(run, op)
			}
		}
		rq.w.sched.Post(func() {
			if rq.state.tcp == nil {
				gone()
				return
			}
			rq.state.tcp.AfterRead(func() { rq.w.sched.Post(gone) })
		})
	}()
	return func() { close(over) }
}

// clientGone is called with the baton held.
func (rq *request) clientGone(run *sched.Run, failed *relay.OpError) {
	number := ""
	if failed != nil {
		number = errlog.Errno(failed)
	}
	rq.log.Log(errlog.Info, "stream client prematurely closed connection"+number)
	if fn := rq.state.abort; fn != nil {
		run.Adopt(rq.state.abortParent, fn)
		return
	}
	run.Abort(phase.Error)
}

// giveBack returns what the client's socket read ahead in preread and no script took: the proxied server gets it.
func (rq *request) giveBack() {
	if rq.state.tcp == nil {
		return
	}
	if rest := rq.state.tcp.Unread(); len(rest) > 0 {
		if u, ok := rq.state.tcp.Transport().(interface{ Unread([]byte) }); ok {
			u.Unread(rest)
		}
	}
}
