package ngx

import (
	"errors"
	"io"
	"strings"

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
		// A VM for this session alone: init_by_lua runs again, nothing is shared but the dictionaries.
		w, err := p.newWorker(st.worker.id)
		if err != nil {
			return nil, err
		}
		w.sched.Hold(w.guardGlobals)
		s.OnClose(func() { w.sched.Hold(w.pools.CloseIdle) })
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
	return &request{w: st.worker, script: script, conf: conf, session: s, state: st, log: s}
}

// Preread makes the handler of preread_by_lua: Next goes on, anything else ends the session.
func (p *Program) Preread(sc *Script, conf *Settings) func(Session) phase.Result {
	return func(s Session) phase.Result {
		rq := p.begin(s, conf, phase.ScriptPreread)
		if rq == nil {
			return phase.InternalServerError
		}
		r := rq.run(sc)
		rq.giveBack()
		if r == phase.Done {
			return phase.Next
		}
		return r
	}
}

// Content makes the handler of content_by_lua.
func (p *Program) Content(sc *Script, conf *Settings) func(Session) phase.Result {
	return func(s Session) phase.Result {
		rq := p.begin(s, conf, phase.ScriptContent)
		if rq == nil {
			return phase.InternalServerError
		}
		r := rq.run(sc)
		if out := rq.state.out; out != nil && r != phase.InternalServerError && r != phase.Error {
			if out.busy() {
				s.Leave()
			}
			_ = out.wait(rq.conf.Sockets.SendTimeout, 0, nil) // a client that does not read has lost the rest
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
		rq := p.begin(s, conf, phase.ScriptLog)
		if rq == nil {
			return
		}
		rq.w.sched.Hold(func() {
			defer rq.release()
			fn, err := rq.w.load(sc, s)
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
	var fn *vm.Function
	var err error
	rq.hold(func() { fn, err = rq.w.load(sc, rq.session) })
	if err != nil {
		rq.log.Log(errlog.Err, err.Error())
		return phase.InternalServerError
	}
	return rq.runFunction(fn)
}

func (rq *request) runFunction(fn *vm.Function, args ...vm.Value) phase.Result {
	run := rq.w.sched.Start(rq)
	run.ThreadFailed = rq.threadFailed
	if rq.session != nil {
		run.Leave = rq.session.Leave
	}
	if rq.session != nil && rq.conf.Sockets.CheckClientAbort && rq.script == phase.ScriptContent && !rq.session.UDP() {
		stop := rq.watchClient(run)
		defer stop()
	}
	out := run.Main(fn, args...)
	rq.hold(rq.release)
	switch {
	case out.Err != nil:
		rq.log.Log(errlog.Err, "lua entry thread aborted: runtime error: "+out.Err.Message()+"\n"+out.Err.Traceback)
		return phase.InternalServerError
	case out.Exited:
		if out.Status == int(phase.Done) {
			return phase.Done
		}
		return phase.Result(out.Status)
	case out.Killed != nil:
		if status, ok := out.Killed.(phase.Result); ok {
			return status
		}
		return phase.Error
	}
	return phase.Done
}

// hold runs f with the worker's baton.
func (rq *request) hold(f func()) {
	if rq.session == nil {
		rq.w.sched.Hold(f)
		return
	}
	rq.w.sched.HoldLeaving(rq.session.Leave, f)
}

// clientClosed is the status of a session whose client went away under lua_check_client_abort (NGX_STREAM_CLIENT_CLOSED_REQUEST).
const clientClosed phase.Result = 499

// watchClient ends the handler, or runs the function of ngx.on_abort, when the client closes its connection.
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
		rq.w.sched.Post(func() {
			select {
			case <-over:
				return
			default:
			}
			rq.log.Log(errlog.Info, "stream client prematurely closed connection")
			if fn := rq.state.abort; fn != nil {
				run.Adopt(fn)
				return
			}
			run.Abort(clientClosed)
		})
	}()
	return func() { close(over) }
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

// plainTraceback is a traceback without the coroutine headings, as luaL_traceback writes it.
func plainTraceback(tb string) string {
	var out []string
	for line := range strings.SplitSeq(tb, "\n") {
		if !strings.HasPrefix(line, "coroutine ") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}
