package server

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
)

// listeners are the open listening sockets of the process, by address. Cycles share them: on a reload the new cycle takes over what
// it declares again, so that no connection is refused or lost, opens what is new, and what nobody uses any more is closed.
// A reload takes sockets while the cycle before it may still be giving its own back, so everything is done under the lock.
type listeners struct {
	mu   sync.Mutex
	open map[string]*socket
}

// socket is one address that is listened to.
type socket struct {
	key  string
	tcp  *relay.Listener
	udp  *relay.UDPListener
	refs int
	user *Cycle // whose sessions new connections become
	log  atomic.Pointer[errlog.Log]
}

func (k *socket) close() error {
	if k.udp != nil {
		return k.udp.Close()
	}
	return k.tcp.Close()
}

func socketKey(a *stream.Address) string {
	kind := "tcp "
	if a.UDP {
		kind = "udp "
	}
	return kind + a.Addr.String()
}

// configure gives the socket the parameters of listen as the address has them now.
func (k *socket) configure(a *stream.Address) {
	if k.udp != nil {
		k.udp.Configure(k.options(a))
		return
	}
	k.tcp.Configure(k.options(a))
}

// take opens or takes over the sockets of a cycle. When one cannot be opened those that were opened for it are closed again, and all
// others are as they were.
func (ls *listeners) take(e *relay.Engine, c *Cycle) ([]*socket, error) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	var taken []*socket
	for _, a := range c.stream.Addresses() {
		key := socketKey(a)
		k := ls.open[key]
		if k == nil {
			k = &socket{key: key}
			k.log.Store(c.log)
			if err := k.listen(e, a); err != nil {
				ls.drop(taken)
				return nil, err
			}
			ls.open[key] = k
		}
		k.refs++
		taken = append(taken, k)
	}
	return taken, nil
}

// drop is called under the lock.
func (ls *listeners) drop(taken []*socket) {
	for _, k := range taken {
		if k.refs--; k.refs == 0 {
			_ = k.close()
			delete(ls.open, k.key)
		}
	}
}

// serve makes new connections on the cycle's sockets its own.
func (ls *listeners) serve(c *Cycle) error {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for i, a := range c.stream.Addresses() {
		k := c.taken[i]
		k.user = c
		k.log.Store(c.log)
		k.configure(a)
		var err error
		if k.udp != nil {
			err = k.udp.Accept(a.ServePacket)
		} else {
			err = k.tcp.Accept(a.Serve)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// release gives the cycle's sockets back: those that no other cycle has taken over are closed. Only the first call does anything.
func (ls *listeners) release(c *Cycle) {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, k := range c.taken {
		if k.user == c {
			k.user = nil
		}
	}
	ls.drop(c.taken)
	c.taken = nil
}

// pause stops accepting on all sockets and keeps them: what comes waits in the kernel until a cycle serves them again.
func (ls *listeners) pause() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for _, k := range ls.open {
		if k.udp != nil {
			k.udp.Stop()
		} else {
			k.tcp.Stop()
		}
	}
}

func (ls *listeners) closeAll() {
	ls.mu.Lock()
	defer ls.mu.Unlock()
	for key, k := range ls.open {
		_ = k.close()
		delete(ls.open, key)
	}
}

// listen opens one address. What nginx says about it is logged; the error repeats the fatal part.
func (k *socket) listen(e *relay.Engine, a *stream.Address) error {
	o := k.options(a)
	o.Retry = true
	var err error
	if a.UDP {
		k.udp, err = e.ListenUDP(o)
	} else {
		k.tcp, err = e.Listen(o)
	}
	var op *relay.OpError
	if errors.As(err, &op) {
		return fmt.Errorf("%s%s", op.Text(), errlog.Errno(op))
	}
	return err
}

// options translates the parameters of listen. The socket's lines go to the log of the cycle that it serves.
func (k *socket) options(a *stream.Address) relay.ListenOptions {
	l := a.Args
	o := relay.ListenOptions{
		Addr: a.Addr, Backlog: l.Backlog, ReusePort: l.ReusePort, IPv6Only: l.IPv6Only, Deferred: l.Deferred, NoDelay: a.NoDelay,
		RecvBuffer: int(max(l.Rcvbuf, 0)), SendBuffer: int(max(l.Sndbuf, 0)), FastOpen: max(l.FastOpen, 0), Multipath: l.Multipath,
		Log: func(level errlog.Level, text string, err error) { k.log.Load().WriteErr(level, 0, err, text) },
	}
	if p := l.KeepAlive; p.Set {
		o.KeepAlive = relay.KeepAlive{Set: true, On: p.On, Idle: p.Idle, Interval: p.Interval, Count: p.Count}
	}
	return o
}
