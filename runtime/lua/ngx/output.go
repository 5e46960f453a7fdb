package ngx

import (
	"errors"
	"os"
	"sync"
	"syscall"
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/relay"
)

// ngx.print, say, flush and eof. Output goes to the client at once, as far as its socket takes it; the rest is kept and written by a
// goroutine of its own while the script goes on, as nginx's output chain does. Unlike there, what is kept is bounded: a script whose
// client does not read waits in print when more than maxPending bytes are kept.

var outputFuncs = []binding{
	{row: &ngxlua.Print, fn: func(c *vm.Call) int { return echo(c, false) }, first: streamOnly},
	{row: &ngxlua.Say, fn: func(c *vm.Call) int { return echo(c, true) }, first: streamOnly},
	{row: &ngxlua.Flush, fn: flush, first: flushArgs},
	{row: &ngxlua.Eof, fn: eof, own: true},
}

// streamOnly throws in a UDP session, which has its own socket for answers.
func streamOnly(c *vm.Call) int {
	rq := requestOf(c)
	rq.need(c, "no request object found")
	if rq.session != nil && rq.session.UDP() {
		c.Throw(disabledHere)
	}
	return 0
}

// flushArgs checks the arguments of flush.
func flushArgs(c *vm.Call) int {
	if n := c.NArg(); n > 1 {
		c.Throw("attempt to pass %d arguments, but accepted 0 or 1", n)
	}
	rq := needRequest(c)
	if c.NArg() == 1 {
		if _, ok := c.Value(1).AsBool(); !ok {
			c.TypeError(1, "boolean")
		}
	}
	if rq.session != nil && rq.session.UDP() {
		c.Throw(disabledHere)
	}
	return 0
}

// maxPending is how many bytes of output may wait for a client that does not read.
const maxPending = 1 << 20

func echo(c *vm.Call, newline bool) int {
	rq := requestOf(c)
	if rq.state.eof {
		return c.Fail("seen eof")
	}
	buf := rq.w.scratch[:0]
	for i := 1; i <= c.NArg(); i++ {
		buf = appendOutput(c, buf, i)
	}
	if newline {
		buf = append(buf, '\n')
	}
	rq.w.scratch = buf
	if len(buf) == 0 {
		return c.Return(vm.Int(1))
	}
	out := rq.output()
	if newline {
		rq.debug.Line(errlog.DebugStream, "lua say response")
	} else {
		rq.debug.Line(errlog.DebugStream, "lua print response")
	}
	if err := out.write(buf); err != nil {
		return c.Fail("nginx output filter error")
	}
	if out.size() > maxPending {
		if msg := rq.drain(threadOf(c), maxPending/2); msg != "" {
			return c.Fail(msg)
		}
	}
	return c.Return(vm.Int(1))
}

func flush(c *vm.Call) int {
	rq := requestOf(c)
	if rq.state.eof {
		return c.Fail("seen eof")
	}
	if c.Bool(1) {
		if msg := rq.drain(threadOf(c), 0); msg != "" {
			return c.Fail(msg)
		}
	} else {
		rq.debug.Line(errlog.DebugStream, "lua flush asynchronously")
	}
	return c.Return(vm.Int(1))
}

func eof(c *vm.Call) int {
	rq := requestOf(c)
	rq.need(c, "no request object found")
	if n := c.NArg(); n != 0 {
		c.Throw("no argument is expected")
	}
	if rq.state.eof {
		return c.Fail("seen eof")
	}
	streamOnly(c)
	allow(c, rq, &ngxlua.Eof)
	rq.debug.Line(errlog.DebugStream, "lua send eof")
	rq.state.eof = true
	return c.Return(vm.Int(1))
}

// output is what is on its way to the client of a session.
type output struct {
	conn cosocket.Transport

	mu      sync.Mutex
	pending []byte
	writing bool          // a goroutine is at it
	room    chan struct{} // closed when pending has shrunk to want, or writing failed
	want    int
	steps   int // how often the client took something
	err     error
}

// step is how much is written at once: a client that takes so much within the timeout is not too slow.
const step = 32 << 10

func (rq *request) output() *output {
	if rq.state.out == nil {
		conn, _ := rq.session.Downstream()
		rq.state.out = &output{conn: conn}
	}
	return rq.state.out
}

// busy tells whether output waits for the client.
func (o *output) busy() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.writing || len(o.pending) > 0
}

func (o *output) size() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.pending)
}

// write sends b or keeps what the client does not take now.
func (o *output) write(b []byte) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.err != nil {
		return o.err
	}
	if t, ok := o.conn.(interface{ TryWrite([]byte) (int, error) }); ok && !o.writing {
		n, err := t.TryWrite(b)
		if b = b[n:]; len(b) == 0 {
			return nil
		}
		if !errors.Is(err, relay.ErrWouldBlock) {
			o.err = err
			return err
		}
	}
	o.pending = append(o.pending, b...)
	if !o.writing {
		o.writing = true
		go o.writeOut()
	}
	return nil
}

// writeOut sends what is pending. It runs beside the script, which may still be on the event loop.
func (o *output) writeOut() {
	write := o.conn.Write
	if c, ok := o.conn.(interface{ WriteAside([]byte) (int, error) }); ok {
		write = c.WriteAside
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for len(o.pending) > 0 && o.err == nil {
		b := o.pending[:min(len(o.pending), step)]
		o.mu.Unlock()
		_, err := write(b)
		o.mu.Lock()
		o.pending = o.pending[len(b):]
		o.steps++
		if err != nil {
			o.err = err
			o.pending = nil
		}
		if o.room != nil && len(o.pending) <= o.want {
			close(o.room)
			o.room = nil
		}
	}
	o.writing = false
	if o.room != nil {
		close(o.room)
		o.room = nil
	}
}

// wait blocks until at most n bytes wait, until the client has taken nothing for timeout (0: for ever), or until cancelled.
func (o *output) wait(timeout time.Duration, n int, cancelled <-chan struct{}) error {
	o.mu.Lock()
	if o.err != nil || !o.writing && len(o.pending) <= n {
		defer o.mu.Unlock()
		return o.err
	}
	if o.room == nil {
		o.room, o.want = make(chan struct{}), n
	} else {
		o.want = min(o.want, n)
	}
	room, steps := o.room, o.steps
	o.mu.Unlock()
	var expired <-chan time.Time
	var timer *time.Timer
	if timeout > 0 {
		timer = time.NewTimer(timeout)
		defer timer.Stop()
		expired = timer.C
	}
	for {
		select {
		case <-room:
			o.mu.Lock()
			defer o.mu.Unlock()
			return o.err
		case <-cancelled:
			return relay.ErrCanceled
		case <-expired:
			o.mu.Lock()
			before := steps
			steps = o.steps
			o.mu.Unlock()
			if steps == before {
				return os.ErrDeadlineExceeded
			}
			timer.Reset(timeout)
		}
	}
}

// drain is wait for a light thread; it gives OpenResty's error.
func (rq *request) drain(t *sched.Thread, n int) string {
	o, timeout := rq.output(), rq.conf.Sockets.SendTimeout
	o.mu.Lock()
	idle, err := !o.writing && len(o.pending) <= n, o.err
	o.mu.Unlock()
	if !idle && err == nil {
		cancelled := make(chan struct{})
		t.Wait(func() { err = o.wait(timeout, n, cancelled) }, func() { close(cancelled) })
	}
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		rq.timedOut()
		return "timeout"
	case err != nil:
		return "nginx output filter error"
	}
	return ""
}

// timedOut logs that the client does not take what it is sent.
func (rq *request) timedOut() {
	rq.session.Log(errlog.Info, "client timed out"+errlog.Errno(syscall.ETIMEDOUT))
}
