package relay

import (
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// A way that proves to be bulk goes through a pipe with splice(2): the bytes stay in the kernel. A pipe belongs to a way only while
// bytes are in it; a loop keeps a few empty ones. When every pipe is taken by a slow reader the way is copied like any other.

const (
	pipeSize  = 256 << 10
	minPipe   = 64 << 10 // smaller ones do not pay
	idlePipes = 16       // empty pipes a loop keeps
	maxPipes  = 256      // pipes a loop may have in all
)

// pipe holds n bytes on their way.
type pipe struct {
	r, w int32
	n    int
	size int
	pool *pipePool
}

// pipePool is a loop's pipes. Only the loop takes and returns pipes; any goroutine may end a session and close its pipe.
type pipePool struct {
	idle []*pipe
	live atomic.Int32
}

func (p *pipePool) get() *pipe {
	if n := len(p.idle); n > 0 {
		x := p.idle[n-1]
		p.idle = p.idle[:n-1]
		return x
	}
	if p.live.Load() >= maxPipes {
		return nil
	}
	var fds [2]int
	if unix.Pipe2(fds[:], unix.O_NONBLOCK|unix.O_CLOEXEC) != nil {
		return nil
	}
	p.live.Add(1)
	x := &pipe{r: int32(fds[0]), w: int32(fds[1]), pool: p}
	size, err := unix.FcntlInt(uintptr(fds[1]), unix.F_SETPIPE_SZ, pipeSize)
	if err != nil {
		size, _ = unix.FcntlInt(uintptr(fds[1]), unix.F_GETPIPE_SZ, 0)
	}
	if x.size = size; size < minPipe { // the user's share of pipe memory is used up
		x.close()
		return nil
	}
	return x
}

// put takes back an empty pipe.
func (p *pipePool) put(x *pipe) {
	if len(p.idle) < idlePipes {
		p.idle = append(p.idle, x)
		return
	}
	x.close()
}

func (p *pipePool) release() {
	for _, x := range p.idle {
		x.close()
	}
	p.idle = nil
}

// close gives the pipe back to the kernel; nil is allowed.
func (x *pipe) close() {
	if x != nil {
		closeFD(x.r)
		closeFD(x.w)
		x.pool.live.Add(-1)
	}
}

func (s *Session) canSplice(w *way) bool {
	return !s.noSplice && w.rate == 0 && s.ends[Client].c.filter == nil && s.ends[Upstream].c.filter == nil
}

// splice moves one pipe full from src towards the other end and returns how many bytes came.
func (s *Session) splice(l *loop, w *way, src *end, from Side) int {
	p := l.pipes.get()
	if p == nil {
		w.full = 0
		return 0
	}
	n, en := splice(src.c.fd, p.w, p.size)
	if n == 0 {
		l.pipes.put(p)
		switch en {
		case eagain:
			src.ready = false
		case unix.EINVAL: // a socket that cannot be spliced
			s.noSplice = true
		case 0:
			s.stopped(src, from, nil)
		default:
			s.stopped(src, from, &OpError{Op: "splice()", Errno: en})
		}
		return 0
	}
	if n < int(s.size) {
		w.full-- // it dries up: after a few of these, back to copying
	}
	p.n = n
	w.pipe = p
	s.received(w, src, from, n)
	return n
}

// drain moves what is in the pipe to its destination; the pipe goes back to the loop when it is empty.
func (s *Session) drain(l *loop, w *way, side Side) bool {
	dst := &s.ends[side]
	for w.pipe.n > 0 {
		n, en := splice(w.pipe.r, dst.c.fd, w.pipe.n)
		if en != 0 && en != eagain {
			s.fail(side, sending(side), &OpError{Op: "splice()", Errno: en}, true)
			return false
		}
		if n == 0 {
			s.block(dst, side)
			return false
		}
		w.pipe.n -= n
		dst.sent += int64(n)
	}
	if l != nil {
		l.pipes.put(w.pipe)
	} else {
		w.pipe.close()
	}
	w.pipe = nil
	return true
}
