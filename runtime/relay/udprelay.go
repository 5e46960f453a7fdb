package relay

import (
	"errors"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// UDPOptions are the settings of one relayed UDP session. Sizes are bytes, rates bytes per second.
type UDPOptions struct {
	Timeout      time.Duration      // proxy_timeout; 0 none
	BufferSize   int                // proxy_buffer_size, 0 is 16k: longer datagrams are cut
	UploadRate   int64              // proxy_upload_rate; 0 unlimited. A client's datagrams beyond it are dropped
	DownloadRate int64              // proxy_download_rate; 0 unlimited
	Start        time.Time          // when the proxy handler began; zero is now
	Requests     int64              // proxy_requests; 0 unlimited
	Responses    int64              // proxy_responses; negative: not given
	First        []byte             // goes in front of the first datagram: the PROXY protocol header
	Received     int64              // bytes the client has sent already: the first datagram
	OnError      func(Failure)      // told of errors as they happen; nil is allowed
	OnFirstByte  func(at time.Time) // as in Options
}

// ErrBusy is the Failure of a UDP session whose answer the listening socket could not take: nginx logs "shared connection is busy".
var ErrBusy = errors.New("shared connection is busy")

// UDPSession is a client of a UDP listener relayed to a connected datagram socket, by ngx_stream_proxy_process's rules for
// SOCK_DGRAM. mu guards it; the loop calls event and fromClient.
type UDPSession struct {
	mu   sync.Mutex
	l    *loop
	c    *UDPConn
	up   *Conn
	done func(Result)
	o    UDPOptions
	outcome
	count     Counters
	requests  int64
	responses int64
	until     [2]int64 // by Side: not to be read before
	last      int64
	first     int64
	start     int64
	timeout   int64
	kept      [][]byte // datagrams the upstream socket did not take
	keptBytes int
	heap      int32
	more      bool // the upstream socket may have more to read
	held      bool // a reference on up is ours
	failed    bool // the peer is to be counted as failed
}

// RelayUDP relays a client's datagrams to upstream, a connected datagram Conn, and back, until the session ends. The datagrams that
// wait in client go first, the oldest one behind o.First. As with Relay, done is called with the upstream closed and must see to it
// that client.Close is called; it may be called before RelayUDP returns.
func (e *Engine) RelayUDP(client *UDPConn, upstream *Conn, o UDPOptions, done func(Result)) *UDPSession {
	s := &UDPSession{l: client.sock.home, c: client, up: upstream, done: done, o: o, requests: 1}
	if s.o.BufferSize <= 0 {
		s.o.BufferSize = defaultBufferSize
	}
	now := e.now()
	s.last, s.start, s.timeout = now.UnixMilli(), now.Unix(), o.Timeout.Milliseconds()
	if !o.Start.IsZero() {
		s.start = o.Start.Unix()
	}
	s.count.ClientReceived = o.Received
	s.mu.Lock()
	client.mu.Lock()
	waiting := client.queue
	client.queue, client.bytes = nil, 0
	client.sess.Store(s)
	client.mu.Unlock()
	s.l.schedule(s, s.deadline())
	if err := s.take(); err != nil {
		s.fail(Upstream, ActionProxying, err, true)
	} else {
		s.begin(waiting)
	}
	s.unlock()
	return s
}

// take makes the session the owner of the upstream socket's events.
func (s *UDPSession) take() error {
	u := s.up
	if !u.enter() {
		return ErrClosed
	}
	s.held = true
	u.mu.Lock()
	defer u.mu.Unlock()
	u.packets.Store(s)
	return u.join(s.l, false)
}

// begin sends the datagrams that came before the upstream was there (ngx_stream_proxy_init_upstream).
func (s *UDPSession) begin(waiting [][]byte) {
	for i, d := range waiting {
		if i == 0 {
			d = append(append(make([]byte, 0, len(s.o.First)+len(d)), s.o.First...), d...)
		} else {
			d = d[:min(len(d), s.o.BufferSize)]
			s.requests++
			s.count.ClientReceived += int64(len(d))
		}
		s.o.First = nil
		if s.state == running {
			s.toUpstream(d)
		}
	}
	s.settle()
}

// Counters returns the counts so far.
func (s *UDPSession) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Kill ends the session with CauseKilled; false when it had ended already.
func (s *UDPSession) Kill() bool { return s.end(CauseKilled) }

// fromClient takes datagrams first..last-1 of the batch, or fewer when the session stops taking any, and returns how many were
// dealt with.
func (s *UDPSession) fromClient(l *loop, b *batch, first, last int) int {
	s.mu.Lock()
	defer s.unlock()
	s.last = l.clock.Load()
	burst := s.o.Requests == 0 && s.o.Responses < 0 && len(s.kept) == 0 // nothing to be tested between two datagrams
	list := l.list[:0]
	i := first
	for ; i < last && s.state == running && s.isBound(); i++ {
		if !s.allowed(Client, s.o.UploadRate, s.count.ClientReceived) {
			continue // dropped, as nginx drops what comes while the client is delayed
		}
		d := b.at(i)
		d = d[:min(len(d), s.o.BufferSize)]
		s.requests++
		s.count.ClientReceived += int64(len(d))
		s.slow(Client, s.o.UploadRate, len(d))
		if burst {
			list = append(list, d)
			continue
		}
		s.toUpstream(d)
		if s.state == running {
			s.settle()
		}
	}
	s.sendBurst(b, list)
	clear(list)
	l.list = list[:0]
	return max(i-first, 1) // at least one, so that a session that just ended costs its datagram and not a loop
}

// sendBurst sends several datagrams of the client at once; what the socket does not take goes the slow way.
func (s *UDPSession) sendBurst(b *batch, list [][]byte) {
	if len(list) == 0 {
		return
	}
	out := outgoing{list: list}
	sent := 0
	if len(list) > 1 {
		sent, _ = b.send(s.up.fd, &out)
	}
	for i, d := range list {
		switch {
		case i < sent:
			s.count.UpstreamSent += int64(len(d))
		case s.state == running:
			s.toUpstream(d)
		}
	}
}

func (s *UDPSession) isBound() bool {
	k := s.c.sock
	k.mu.Lock()
	defer k.mu.Unlock()
	return s.c.bound || s.c.key.anonymous()
}

// allowed is nginx's rate test before a read.
func (s *UDPSession) allowed(side Side, rate, received int64) bool {
	if s.until[side] != 0 {
		return false
	}
	if rate == 0 {
		return true
	}
	limit := rate*(s.last/1000-s.start+1) - received
	if limit > 0 {
		return true
	}
	s.delay(side, s.last+(-limit*1000/rate+1))
	return false
}

// slow holds a side back for the time the rate gives n bytes.
func (s *UDPSession) slow(side Side, rate int64, n int) {
	if rate > 0 {
		if d := int64(n) * 1000 / rate; d > 0 {
			s.delay(side, s.last+d)
		}
	}
}

func (s *UDPSession) delay(side Side, until int64) {
	s.until[side] = until
	s.l.schedule(s, s.deadline())
}

// toUpstream sends one datagram, or keeps a copy while the socket is full and the buffer size allows.
func (s *UDPSession) toUpstream(d []byte) {
	if len(s.kept) == 0 {
		n, en := send(s.up.fd, d)
		if en == 0 {
			s.count.UpstreamSent += int64(n)
			return
		}
		if en != eagain {
			s.failed = true
			s.fail(Upstream, ActionSendToUpstream, &OpError{Op: "sendmsg()", Errno: en}, true)
			return
		}
		s.watch()
	}
	if s.keptBytes+len(d) <= s.o.BufferSize {
		s.kept = append(s.kept, append([]byte(nil), d...))
		s.keptBytes += len(d)
	}
}

func (s *UDPSession) watch() {
	s.up.mu.Lock()
	err := s.up.join(s.l, true)
	s.up.mu.Unlock()
	if err != nil {
		s.fail(Upstream, ActionProxying, err, true)
	}
}

// event is called by the loop for the upstream socket.
func (s *UDPSession) event(l *loop, events uint32) {
	s.mu.Lock()
	defer s.unlock()
	if s.state != running {
		return
	}
	s.last = l.clock.Load()
	if events&writable != 0 && len(s.kept) > 0 {
		kept := s.kept
		s.kept, s.keptBytes = nil, 0
		for _, d := range kept {
			if s.state == running {
				s.toUpstream(d)
			}
		}
	}
	if events&readable != 0 {
		s.more = true
	}
	s.pull(l)
}

// pull reads answers in batches and passes them on.
func (s *UDPSession) pull(l *loop) {
	b := l.packets()
	most := batchSize
	if s.o.DownloadRate > 0 {
		most = 1 // each may delay the next
	}
	for s.state == running && s.more && s.allowed(Upstream, s.o.DownloadRate, s.count.UpstreamReceived) {
		n, en := b.recv(s.up.fd, most, false, false)
		if en == eagain {
			s.more = false
			break
		}
		if s.first == 0 {
			s.first = s.last
			if s.o.OnFirstByte != nil {
				s.o.OnFirstByte(time.UnixMilli(s.first))
			}
		}
		if en != 0 { // an ICMP error: nginx counts it as an answer
			s.failed = true
			s.responses++
			s.fail(Upstream, ActionReadUpstream, &OpError{Op: "recv()", Errno: en}, false)
			continue
		}
		s.more = n == most
		s.toClient(l, b, n)
	}
	if s.state == running {
		s.settle()
	}
}

// toClient sends the n answers in the batch.
func (s *UDPSession) toClient(l *loop, b *batch, n int) {
	out := outgoing{to: s.c.destination(), from: s.c.source(), list: l.list[:0]}
	size := 0
	for i := range n {
		d := b.at(i)
		d = d[:min(len(d), s.o.BufferSize)]
		size += len(d)
		out.list = append(out.list, d)
	}
	s.responses += int64(n)
	s.count.UpstreamReceived += int64(size)
	s.slow(Upstream, s.o.DownloadRate, size)
	if !s.c.sock.enter() {
		s.finish(CauseShutdown, nil)
		return
	}
	sent, en := b.send(s.c.sock.fd, &out)
	s.c.sock.release()
	for _, d := range out.list[:sent] {
		s.count.ClientSent += int64(len(d))
	}
	clear(out.list)
	l.list = out.list[:0]
	switch en {
	case 0:
	case eagain:
		s.fail(Client, ActionSendToClient, ErrBusy, true)
	default:
		s.fail(Client, ActionSendToClient, &OpError{Op: "sendmsg()", Errno: en}, true)
	}
}

// settle is ngx_stream_proxy_test_finalize for datagrams.
func (s *UDPSession) settle() {
	if s.o.Requests > 0 {
		if s.requests < s.o.Requests {
			return
		}
		s.c.unbind()
	}
	if s.o.Responses < 0 || s.responses < s.o.Responses*s.requests || len(s.kept) > 0 {
		return
	}
	s.finish(CauseDone, nil)
}

func (s *UDPSession) index() *int32 { return &s.heap }

// expire is called by the loop for proxy_timeout and for rates.
func (s *UDPSession) expire(now int64) {
	s.mu.Lock()
	defer s.unlock()
	if s.state != running {
		return
	}
	resumed := false
	for side := range s.until {
		if u := s.until[side]; u != 0 && u <= now {
			s.until[side] = 0
			resumed = true
		}
	}
	switch {
	case resumed:
		s.last = now
		s.pull(s.l)
	case s.deadline() <= now:
		if s.o.Responses < 0 || s.responses >= s.o.Responses*s.requests {
			s.finish(CauseUDPTimeout, nil)
		} else {
			s.failed = true
			s.finish(CauseTimeout, &OpError{Op: "upstream", Errno: unix.ETIMEDOUT})
		}
	}
	if s.state == running {
		s.l.timers.add(s, s.deadline())
	}
}

func (s *UDPSession) deadline() int64 {
	d := forever
	for _, u := range s.until {
		if u != 0 {
			d = min(d, u)
		}
	}
	if d == forever && s.timeout > 0 {
		d = s.last + s.timeout
	}
	return d
}

func (s *UDPSession) fail(side Side, action string, err error, fatal bool) {
	if s.o.OnError != nil {
		s.failures = append(s.failures, Failure{side, action, err, s.count})
	}
	if fatal {
		s.broken(side, err)
	}
}

func (s *UDPSession) end(cause Cause) bool {
	s.mu.Lock()
	mine := s.state == running
	s.finish(cause, nil)
	s.unlock()
	return mine
}

// unlock releases mu and then makes the callbacks that are due.
func (s *UDPSession) unlock() {
	failures, last := s.due()
	s.mu.Unlock()
	for _, f := range failures {
		s.o.OnError(f)
	}
	if !last {
		return
	}
	s.l.timers.remove(s)
	s.c.unbind()
	if s.held {
		s.up.leave()
	}
	s.up.Close()
	r := Result{Counters: s.count, Cause: s.cause, Err: s.err, Requests: s.requests, Responses: s.responses, PeerFailed: s.failed}
	if s.first != 0 {
		r.FirstByte = time.UnixMilli(s.first)
	}
	s.done(r)
}
