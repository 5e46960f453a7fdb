package vm

import (
	"sync/atomic"
	"weak"
)

// Thread is a Lua thread: the main thread of a light thread, or a coroutine. It owns a value stack and a list of call frames, both small at
// first and grown on demand. Only one thread of a VM runs at a time; whoever owns the VM sees to that.
type Thread struct {
	// Owner is free for whoever made the thread; bindings reach it through Call.Owner, also from coroutines.
	Owner any
	// OnYield, when set, is what coroutine.yield does on this thread itself, outside any coroutine: it lets other light threads run.
	// Without it such a yield is an error.
	OnYield func(c *Call) int

	vm     *VM
	stack  []Value
	top    int // first free slot, while a Go function runs or results of unknown number wait
	frames []frame
	open   *upvalue // open upvalues, highest stack index first
	exdata [2]Value
	calls  []*Call
	ncalls int
	buf    []Value // results handed to Go

	overflowed bool // the stack is at its limit and the reserve is in use
	exposed    bool // Lua code may hold a reference
	detached   bool // suspended at least once: only weakRef refers to the Lua value
	ref        *threadRef
	weakRef    weak.Pointer[threadRef]

	env     *Table
	resumer *Thread // who resumed this coroutine
	unwound bool    // an error has ended what ran: the frames are there to be looked at, the innermost one's place is not
	co      *coroutine
	group   *group // coroutines started on this light thread
	kill    atomic.Bool
	killed  atomic.Pointer[any]
}

// frame is one active call.
type frame struct {
	fn    *Function
	pc    int32
	base  int32 // first register, or first argument of a Go function
	ret   int32 // where the results go
	want  int32 // how many are wanted, or all
	nvar  int32 // extra arguments, stored just below base (Lua), number of arguments (Go)
	fresh bool  // run returns to Go at its end
}

const (
	all        = -1
	initStack  = 40
	maxStack   = 65500 // LJ_STACK_MAX
	extraStack = 2000  // for message handlers after an overflow
)

// newThread returns a thread whose globals are env.
func (vm *VM) newThread(env *Table) *Thread {
	return &Thread{vm: vm, stack: make([]Value, initStack), frames: make([]frame, 0, 4), env: env}
}

// NewThread returns a thread on which functions can be called, or one that Release gave back.
func (vm *VM) NewThread() *Thread {
	if n := len(vm.idle); n > 0 {
		th := vm.idle[n-1]
		vm.idle = vm.idle[:n-1]
		return th
	}
	return vm.newThread(vm.globals)
}

// maxIdle bounds the threads kept for reuse.
const maxIdle = 256

// Release gives a thread back for reuse. It must not be running, and nothing may use it afterwards. Only threads from NewThread that no Lua
// code can have a reference to may be released; a thread that was seen by Lua (coroutine.running) is left to the collector.
func (vm *VM) Release(th *Thread) {
	if th.co != nil || len(th.frames) != 0 || len(vm.idle) >= maxIdle || len(th.stack) > 4*initStack || th.exposed {
		return
	}
	clear(th.stack)
	clear(th.buf)
	th.closeUpvalues(0)
	th.Owner, th.OnYield, th.env, th.top = nil, nil, vm.globals, 0
	th.unkill()
	vm.idle = append(vm.idle, th)
}

// VM returns the universe the thread belongs to.
func (th *Thread) VM() *VM { return th.vm }

// root returns the light thread that a coroutine runs on.
func (th *Thread) root() *Thread {
	for th.resumer != nil {
		th = th.resumer
	}
	return th
}

// grow makes the stack at least n slots long. Beyond maxStack it raises "stack overflow" and leaves a reserve for message handlers.
func (th *Thread) grow(n int) {
	if n <= maxStack {
		th.resize(min(max(2*len(th.stack), n+initStack), maxStack))
		return
	}
	if !th.overflowed {
		th.overflowed = true
		th.resize(maxStack + extraStack)
		th.throwf(0, "stack overflow")
	}
	th.throw(String("error in error handling"))
}

func (th *Thread) resize(n int) {
	old := th.stack
	th.stack = make([]Value, n)
	copy(th.stack, old)
	for u := th.open; u != nil; u = u.next {
		u.p = &th.stack[u.index]
	}
}

// Abort ends the thread: everything up to the Thread.Call that started it is unwound, and no pcall stops that. It is called by a Go function
// that runs on the thread, or on a coroutine of it.
func (th *Thread) Abort(reason any) { panic(&aborted{reason}) }

// Kill makes the thread abort with reason at its next call or loop jump. It may be called from any goroutine and is the way to stop Lua code
// that never returns; a thread blocked in a Go function is that function's business.
func (th *Thread) Kill(reason any) {
	th.killed.Store(&reason)
	if th.kill.CompareAndSwap(false, true) {
		th.vm.interrupt.Add(1)
	}
}

// unkill takes back a Kill that has been obeyed, or that came too late.
func (th *Thread) unkill() {
	if th.kill.CompareAndSwap(true, false) {
		th.vm.interrupt.Add(-1)
	}
}

// checkInterrupt is called by the interpreter when the VM's interrupt flag is up.
func (th *Thread) checkInterrupt() {
	if r := th.vm.stopped.Load(); r != nil {
		panic(&aborted{*r})
	}
	if r := th.root(); r.kill.Load() {
		panic(&aborted{*r.killed.Load()})
	}
}

// Call runs fn with args and returns its results, which are the caller's to keep. A Lua error or an abort comes back as *Error. Threads must
// not be called while they run.
func (th *Thread) Call(fn *Function, args ...Value) (results []Value, err *Error) {
	return th.callOutermost(fn, args, func(th *Thread) string {
		th.unwound = true
		defer func() { th.unwound = false }()
		return th.Traceback()
	})
}

// CallHandled is Call under a message handler that makes the traceback (debug.traceback): it shows no coroutines, and sees the place of
// an error in the innermost function, which is lost to who looks at a thread that has ended.
func (th *Thread) CallHandled(fn *Function, args ...Value) (results []Value, err *Error) {
	return th.callOutermost(fn, args, (*Thread).handlerTraceback)
}

func (th *Thread) callOutermost(fn *Function, args []Value, trace func(*Thread) string) (results []Value, err *Error) {
	vs, err := th.protect(fn.Value(), args, trace)
	th.unkill()
	if err != nil {
		return nil, err
	}
	return append([]Value(nil), vs...), nil
}

// pcallValues is Call.PCall.
func (th *Thread) pcallValues(fn Value, args []Value) (results []Value, err *Error) {
	return th.protect(fn, args, nil)
}

// protect calls fn and turns what it throws into an Error. With trace it is the outermost one: it takes aborts and keeps the traceback.
func (th *Thread) protect(fn Value, args []Value, trace func(*Thread) string) (results []Value, err *Error) {
	s := th.save()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *thrown:
			err = &Error{Value: r.value}
			if trace != nil {
				err.Traceback = trace(th)
				err.Args = th.failingArgs()
			}
			th.restore(s)
		case *aborted:
			th.restore(s)
			if trace == nil {
				panic(r)
			}
			err = r.error()
		default:
			th.restore(s)
			panic(r)
		}
	}()
	return th.callValues(fn, args), nil
}

// saved is the state that a protected call goes back to.
type saved struct {
	top, frames, calls int
}

func (th *Thread) save() saved { return saved{th.top, len(th.frames), th.ncalls} }

func (th *Thread) restore(s saved) {
	if s.frames < len(th.frames) {
		th.closeUpvalues(int(th.frames[s.frames].ret))
		th.frames = th.frames[:s.frames]
	}
	th.top, th.ncalls = s.top, s.calls
	if th.overflowed && s.top < maxStack/2 {
		th.overflowed = false
		th.resize(maxStack)
	}
}

// callValues calls fn and returns the results in a buffer of the thread.
func (th *Thread) callValues(fn Value, args []Value) []Value {
	f := th.frameTop()
	if need := f + len(args) + 1; need > len(th.stack) {
		th.grow(need)
	}
	th.stack[f] = fn
	copy(th.stack[f+1:], args)
	top := th.top
	th.call(f, len(args), all)
	th.buf = append(th.buf[:0], th.stack[f:th.top]...)
	th.top = top
	return th.buf
}

// frameTop returns the first stack slot that the running function does not use.
func (th *Thread) frameTop() int {
	if n := len(th.frames); n > 0 {
		if fr := &th.frames[n-1]; fr.fn.proto != nil {
			return int(fr.base) + fr.fn.proto.nregs
		}
	}
	return th.top
}

// call1 calls fn with up to three arguments and returns its first result; metamethods are called this way.
func (th *Thread) call1(fn Value, args ...Value) Value {
	f := th.frameTop()
	if need := f + len(args) + 1; need > len(th.stack) {
		th.grow(need)
	}
	th.stack[f] = fn
	copy(th.stack[f+1:], args)
	top := th.top
	th.call(f, len(args), 1)
	th.top = top
	return th.stack[f]
}

// call calls the function in slot f with the nargs values after it. The results replace the function; with want == all, top tells how many.
func (th *Thread) call(f, nargs, want int) {
	fn := th.stack[f].AsFunction()
	if fn == nil {
		fn = th.callable(f, &nargs)
	}
	if fn.proto == nil {
		th.callGo(fn, f, nargs, want)
		return
	}
	th.pushLua(fn, f, nargs, f, want)
	th.frames[len(th.frames)-1].fresh = true
	th.run()
}

// callable puts the __call handler of slot f in front of it, so that the object becomes the first argument.
func (th *Thread) callable(f int, nargs *int) *Function {
	v := th.stack[f]
	fn := th.metamethod(v, eventCall).AsFunction()
	if fn == nil {
		th.callError(f)
	}
	if f+*nargs+2 > len(th.stack) {
		th.grow(f + *nargs + 2)
	}
	copy(th.stack[f+1:f+*nargs+2], th.stack[f:f+*nargs+1])
	th.stack[f] = fn.Value()
	*nargs++
	if th.top < f+*nargs+1 {
		th.top = f + *nargs + 1
	}
	return fn
}

// pushLua makes the frame for a call of a Lua function; arguments are adjusted to its parameters.
func (th *Thread) pushLua(fn *Function, f, nargs, ret, want int) {
	p := fn.proto
	base, nvar := f+1, 0
	if p.vararg && nargs > p.nparams {
		base, nvar = f+1+nargs, nargs-p.nparams
	}
	if need := base + p.nregs + 1; need > len(th.stack) {
		th.grow(need)
	}
	if nvar > 0 { // the parameters move above the extra arguments, which stay just below base
		copy(th.stack[base:base+p.nparams], th.stack[f+1:f+1+p.nparams])
	} else if nargs < p.nparams {
		clear(th.stack[base+nargs : base+p.nparams])
	}
	th.pushFrame(fn, base, ret, want, nvar)
}

func (th *Thread) pushFrame(fn *Function, base, ret, want, nvar int) {
	n := len(th.frames)
	if n == cap(th.frames) {
		th.frames = append(th.frames, frame{})
	} else {
		th.frames = th.frames[:n+1]
	}
	fr := &th.frames[n]
	if fr.fn != fn { // in a loop it is the same again, and needs no write barrier
		fr.fn = fn
	}
	fr.pc, fr.fresh = 0, false
	fr.base, fr.ret, fr.want, fr.nvar = int32(base), int32(ret), int32(want), int32(nvar)
}

// callGo calls a Go function.
func (th *Thread) callGo(fn *Function, f, nargs, want int) {
	th.pushFrame(fn, f+1, f, want, nargs)
	if f+nargs+8 > len(th.stack) {
		th.grow(f + nargs + 8)
	}
	c := th.nextCall()
	if c.fn != fn {
		c.fn = fn
	}
	c.base, c.nargs = f+1, nargs
	th.top = f + 1 + nargs
	n := fn.native.fn(c)
	th.ncalls--
	th.frames = th.frames[:len(th.frames)-1]
	if n == 1 && want == 1 {
		th.stack[f] = th.stack[th.top-1]
		return
	}
	th.returned(f, th.top-n, n, want)
}

// nextCall returns a Call for the next nesting level.
func (th *Thread) nextCall() *Call {
	if th.ncalls == len(th.calls) {
		th.calls = append(th.calls, &Call{th: th})
	}
	th.ncalls++
	return th.calls[th.ncalls-1]
}

// returned moves n results from src to ret and adjusts them to the number wanted.
func (th *Thread) returned(ret, src, n, want int) {
	if want == all {
		copy(th.stack[ret:ret+n], th.stack[src:src+n])
		th.top = ret + n
		return
	}
	if n > want {
		n = want
	}
	if need := ret + want; need > len(th.stack) {
		th.grow(need)
	}
	copy(th.stack[ret:ret+n], th.stack[src:src+n])
	clear(th.stack[ret+n : ret+want])
}

// findUpvalue returns the open upvalue for stack slot i.
func (th *Thread) findUpvalue(i int) *upvalue {
	link := &th.open
	for *link != nil && (*link).index > i {
		link = &(*link).next
	}
	if u := *link; u != nil && u.index == i {
		return u
	}
	u := &upvalue{p: &th.stack[i], index: i, next: *link}
	*link = u
	return u
}

// closeUpvalues closes the upvalues of slots from i on.
func (th *Thread) closeUpvalues(i int) {
	for th.open != nil && th.open.index >= i {
		u := th.open
		th.open = u.next
		u.next = nil
		u.close()
	}
}
