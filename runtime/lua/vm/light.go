package vm

// What package sched asks about the threads of light threads.

// HasCoroutines tells whether coroutines that were started on this light thread have not ended.
func (th *Thread) HasCoroutines() bool { return th.group != nil && th.group.first != nil }

// Root is the light thread that a coroutine runs on at the moment: the thread itself when nobody has resumed it.
func (th *Thread) Root() *Thread { return th.root() }

// InCoroutine tells whether the thread has resumed a coroutine that has not come back.
func (th *Thread) InCoroutine() bool {
	if th.co != nil {
		return th.co.status == coNormal
	}
	if th.group != nil {
		for co := th.group.first; co != nil; co = co.co.next {
			if co.resumer == th {
				return true
			}
		}
	}
	return false
}

// Go is the Func behind a function that is not written in Lua, else nil.
func (fn *Function) Go() Func {
	if fn.native == nil {
		return nil
	}
	return fn.native.fn
}

// propagated is the reason of an Abort that is an error of the coroutine it passes through, but one that no pcall stops.
type propagated struct {
	value     Value
	traceback string
}

// Propagate raises v past all pcalls: it ends the coroutine that runs, as an error does. traceback is what the Error of Thread.Call tells.
func (c *Call) Propagate(v Value, traceback string) { c.th.Abort(&propagated{v, traceback}) }

// error is what Thread.Call returns for an abort.
func (a *aborted) error() *Error {
	if p, ok := a.reason.(*propagated); ok {
		return &Error{Value: p.value, Traceback: p.traceback}
	}
	return &Error{Abort: a.reason}
}

// failingArgs copies the arguments of the running function when it is written in Go. error itself drops all but the first.
func (th *Thread) failingArgs() []Value {
	n := len(th.frames)
	if n == 0 {
		return nil
	}
	fr := &th.frames[n-1]
	if fr.fn.proto != nil {
		return nil
	}
	args := th.stack[fr.base:][:fr.nvar]
	if fr.fn.Name() == "error" && len(args) > 1 {
		args = args[:1]
	}
	return append([]Value(nil), args...)
}

// PropagatedTrace is the traceback of the error that ended the coroutine, if it was raised by Propagate.
func (th *Thread) PropagatedTrace() string {
	if th.co != nil && th.co.abort != nil {
		if p, ok := th.co.abort.reason.(*propagated); ok {
			return p.traceback
		}
	}
	return ""
}
