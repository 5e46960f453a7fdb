// Package backend is what stands behind the proxies of the benchmark: one small process with one event loop that answers on
// four TCP ports and one UDP port, so that its processor time is neither the proxy's nor the clients'.
//
//	echo       TCP and UDP; every byte comes back
//	sink       TCP; an 8-byte big-endian count, then that many bytes; answers the count; any number of times per connection
//	source     TCP; an 8-byte big-endian count; answers that many bytes; any number of times per connection
//	responder  TCP; a request head up to an empty line; answers a fixed HTTP/1.1 response with a two-byte body
//
// Serve runs the loop; Spawn runs it in a child (the same program, started with Argument) and speaks to it over its standard
// streams: one JSON line of addresses at the start, then one line of counters for every line it is sent. End of input ends it.
package backend

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/conformance/bench/epoll"
)

// Addresses are where the services listen.
type Addresses struct {
	Echo      netip.AddrPort
	Sink      netip.AddrPort
	Source    netip.AddrPort
	Responder netip.AddrPort
	EchoUDP   netip.AddrPort
}

// Counters are running totals of the TCP services.
type Counters struct {
	Accepted int64
	Open     int64
}

// Response is what the responder answers to every request head.
const Response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// service is what a connection does with its bytes.
type service func(s *Server, c *conn) error

// errDone ends a connection normally.
var errDone = errors.New("connection is done")

// conn is one accepted connection; its slot is its index in Server.conns.
type conn struct {
	fd         int
	slot       int32
	generation int32
	serve      service
	head       []byte // part of a count or request head that has arrived
	left       uint64 // sink: bytes to come; source: bytes to go
	total      uint64 // sink: the count to acknowledge
	out        []byte // unsent answer
	watching   uint32
}

// listener is one listening socket; it is registered under the negative slot -1-index.
type listener struct {
	fd    int
	serve service
}

// Server is the event loop and its sockets.
type Server struct {
	addresses Addresses
	poller    *epoll.Poller
	listeners []listener
	udp       int
	conns     []conn
	free      []int32
	buffer    []byte
	accepted  atomic.Int64
	open      atomic.Int64
	stop      atomic.Bool
}

const (
	bufferSize = 256 << 10
	udpSlot    = -1 << 20
	// turns bounds the system calls for one connection before the others get theirs.
	turns = 16
	// stopCheck bounds how long Close waits for the loop to notice it.
	stopCheck = 50 * time.Millisecond
)

// New opens all sockets on 127.0.0.1, on ports that the kernel chooses.
func New() (*Server, error) {
	poller, err := epoll.New(512)
	if err != nil {
		return nil, err
	}
	s := &Server{poller: poller, udp: -1, buffer: make([]byte, bufferSize)}
	for i, l := range []struct {
		at    *netip.AddrPort
		serve service
	}{
		{&s.addresses.Echo, (*Server).echo},
		{&s.addresses.Sink, (*Server).sink},
		{&s.addresses.Source, (*Server).source},
		{&s.addresses.Responder, (*Server).respond},
	} {
		fd, bound, err := epoll.ListenTCP(loopback())
		if err == nil {
			s.listeners = append(s.listeners, listener{fd: fd, serve: l.serve})
			*l.at = bound
			err = poller.Add(fd, int32(-1-i), 0, epoll.In)
		}
		if err != nil {
			return nil, errors.Join(err, s.release())
		}
	}
	if s.udp, s.addresses.EchoUDP, err = epoll.BindUDP(loopback()); err == nil {
		err = poller.Add(s.udp, udpSlot, 0, epoll.In)
	}
	if err != nil {
		return nil, errors.Join(err, s.release())
	}
	return s, nil
}

func loopback() netip.AddrPort { return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0) }

// Addresses is where the services listen.
func (s *Server) Addresses() Addresses { return s.addresses }

// Counters may be called from any goroutine.
func (s *Server) Counters() Counters {
	return Counters{Accepted: s.accepted.Load(), Open: s.open.Load()}
}

// Close makes Serve return. It may be called from any goroutine.
func (s *Server) Close() { s.stop.Store(true) }

// Serve runs the loop until Close, then closes all sockets.
func (s *Server) Serve() error {
	for !s.stop.Load() {
		events, err := s.poller.Wait(stopCheck)
		if err != nil {
			return errors.Join(err, s.release())
		}
		for _, e := range events {
			switch {
			case e.Slot == udpSlot:
				s.echoDatagrams()
			case e.Slot < 0:
				s.accept(s.listeners[-1-e.Slot])
			default:
				s.ready(e)
			}
		}
	}
	return s.release()
}

func (s *Server) release() error {
	for i := range s.conns {
		if s.conns[i].fd >= 0 {
			epoll.Close(s.conns[i].fd)
		}
	}
	for _, l := range s.listeners {
		epoll.Close(l.fd)
	}
	if s.udp >= 0 {
		epoll.Close(s.udp)
	}
	return s.poller.Close()
}

// accept takes a batch: level-triggered readiness brings the loop back for the rest.
func (s *Server) accept(l listener) {
	for range 64 {
		fd, err := epoll.Accept(l.fd)
		if err != nil {
			return
		}
		slot := int32(len(s.conns))
		if last := len(s.free) - 1; last >= 0 {
			slot, s.free = s.free[last], s.free[:last]
		} else {
			s.conns = append(s.conns, conn{})
		}
		c := &s.conns[slot]
		*c = conn{fd: fd, slot: slot, generation: c.generation + 1, serve: l.serve, head: c.head[:0], out: c.out[:0], watching: epoll.In}
		s.accepted.Add(1)
		s.open.Add(1)
		if err := s.poller.Add(fd, slot, c.generation, epoll.In); err != nil {
			s.drop(c)
		}
	}
}

func (s *Server) ready(e epoll.Event) {
	c := &s.conns[e.Slot]
	if c.fd < 0 || c.generation != e.Generation {
		return
	}
	if err := c.serve(s, c); err != nil {
		s.drop(c)
		return
	}
	want := uint32(epoll.In)
	if len(c.out) > 0 || c.left > 0 && c.total == 0 {
		want = epoll.Out // answers first: a client that does not read is not read from
	}
	if want != c.watching {
		c.watching = want
		if err := s.poller.Modify(c.fd, c.slot, c.generation, want); err != nil {
			s.drop(c)
		}
	}
}

func (s *Server) drop(c *conn) {
	epoll.Close(c.fd)
	c.fd = -1
	s.free = append(s.free, c.slot)
	s.open.Add(-1)
}

// receive reads into the shared buffer; nothing and no error means "later".
func (s *Server) receive(c *conn) ([]byte, error) {
	n, err := epoll.Receive(c.fd, s.buffer)
	if epoll.Again(err) {
		return nil, nil
	}
	if err == nil && n == 0 {
		err = errDone
	}
	return s.buffer[:n], err
}

// send writes what the socket takes and keeps the rest for the next turn.
func (s *Server) send(c *conn, p []byte) error {
	n, err := epoll.Send(c.fd, p)
	if err != nil && !epoll.Again(err) {
		return err
	}
	c.out = append(c.out[:0], p[n:]...)
	return nil
}

func (s *Server) echo(c *conn) error {
	if len(c.out) > 0 {
		return s.send(c, c.out)
	}
	data, err := s.receive(c)
	if err != nil || len(data) == 0 {
		return err
	}
	return s.send(c, data)
}

// count collects the 8 bytes of a count; ok is false while some are missing.
func (s *Server) count(c *conn) (n uint64, ok bool, err error) {
	var rest [8]byte
	got, err := epoll.Receive(c.fd, rest[:8-len(c.head)])
	if epoll.Again(err) {
		return 0, false, nil
	}
	if err == nil && got == 0 {
		err = errDone
	}
	if err != nil {
		return 0, false, err
	}
	c.head = append(c.head, rest[:got]...)
	if len(c.head) < 8 {
		return 0, false, nil
	}
	for _, b := range c.head {
		n = n<<8 | uint64(b)
	}
	c.head = c.head[:0]
	return n, true, nil
}

// sink keeps total non-zero while the bytes of one count are on their way.
func (s *Server) sink(c *conn) error {
	if len(c.out) > 0 {
		return s.send(c, c.out)
	}
	if c.total == 0 {
		n, ok, err := s.count(c)
		if err != nil || !ok || n == 0 {
			return err
		}
		c.total, c.left = n, n
	}
	for turn := 0; c.left > 0; turn++ {
		if turn == turns {
			return nil
		}
		n, err := epoll.Discard(c.fd, s.buffer[:min(c.left, bufferSize)])
		if epoll.Again(err) {
			return nil
		}
		if err == nil && n == 0 {
			err = errDone
		}
		if err != nil {
			return err
		}
		c.left -= uint64(n)
	}
	var answer [8]byte
	for i := range answer {
		answer[i] = byte(c.total >> (56 - 8*i))
	}
	c.total = 0
	return s.send(c, answer[:])
}

func (s *Server) source(c *conn) error {
	if c.left == 0 {
		n, ok, err := s.count(c)
		if err != nil || !ok {
			return err
		}
		c.left = n
	}
	for turn := 0; c.left > 0 && turn < turns; turn++ {
		n, err := epoll.Send(c.fd, s.buffer[:min(c.left, bufferSize)])
		if epoll.Again(err) {
			return nil
		}
		if err != nil {
			return err
		}
		c.left -= uint64(n)
	}
	return nil
}

// respond answers every empty line; what follows one may be the next request.
func (s *Server) respond(c *conn) error {
	if len(c.out) > 0 {
		return s.send(c, c.out)
	}
	data, err := s.receive(c)
	if err != nil || len(data) == 0 {
		return err
	}
	const limit = 8 << 10
	if c.head = append(c.head, data...); len(c.head) > limit {
		return errDone
	}
	var answers []byte
	for {
		end := slices.Index(c.head, '\n')
		if end < 0 {
			break
		}
		empty := end == 0 || end == 1 && c.head[0] == '\r'
		c.head = append(c.head[:0], c.head[end+1:]...)
		if empty {
			answers = append(answers, Response...)
		}
	}
	if len(answers) == 0 {
		return nil
	}
	return s.send(c, answers)
}

// echoDatagrams answers a batch of datagrams. One that the socket buffer has no room for is lost, as on a network.
func (s *Server) echoDatagrams() {
	for range 64 {
		n, from, err := unix.Recvfrom(s.udp, s.buffer, 0)
		if err != nil {
			return
		}
		_ = unix.Sendto(s.udp, s.buffer[:n], 0, from)
	}
}

// String names the services and their addresses.
func (a Addresses) String() string {
	return fmt.Sprintf("echo %s, sink %s, source %s, responder %s, echo/udp %s", a.Echo, a.Sink, a.Source, a.Responder, a.EchoUDP)
}
