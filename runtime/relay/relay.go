package relay

import (
	"net"
	"time"
)

// Side names one end of a session.
type Side uint8

// The two ends. A byte's way is named after the end it comes from.
const (
	Client Side = iota
	Upstream
)

// Cause is why a session ended.
type Cause uint8

// The causes, with what nginx logs for them.
const (
	CauseNone            Cause = iota
	CauseClientEOF             // [info] client disconnected
	CauseUpstreamEOF           // [info] upstream disconnected
	CauseTimeout               // [info] connection timed out (110: ...); for UDP see Result.Err
	CauseClientError           // writing to the client failed: Result.Err; already given to OnError
	CauseUpstreamError         // writing to the upstream failed: Result.Err; already given to OnError
	CauseShutdown              // fast stop; a UDP session on shutdown: [info] disconnected on shutdown
	CauseShutdownTimeout       // [info] shutdown timeout
	CauseKilled                // Session.Kill or Conn.Close
	CauseDone                  // UDP: [info] udp done
	CauseUDPTimeout            // UDP: [info] udp timed out (CauseTimeout: responses were missing, [error] upstream timed out)
)

// The actions of nginx's log lines while data moves.
const (
	ActionProxying       = "proxying connection"
	ActionReadClient     = "proxying and reading from client"
	ActionReadUpstream   = "proxying and reading from upstream"
	ActionSendToClient   = "proxying and sending to client"
	ActionSendToUpstream = "proxying and sending to upstream"
)

// Counters are a session's byte counts, as in nginx's "bytes from/to client:R/S, bytes from/to upstream:R/S". A filtered end
// counts clear text.
type Counters struct {
	ClientReceived   int64
	ClientSent       int64
	UpstreamReceived int64
	UpstreamSent     int64
}

// Failure is an error on one end, given to OnError when it happens. A failed read counts as end of stream, as in nginx: what was
// read before it is still delivered. A failed write ends the session.
type Failure struct {
	Side   Side
	Action string // nginx's log action
	Err    error  // an *OpError ("recv()", "writev()", "shutdown()"), or what the filter returned
	Counters
}

// Options are the settings of one relayed session. Sizes are bytes, rates bytes per second.
type Options struct {
	Timeout      time.Duration // proxy_timeout; 0 none
	BufferSize   int           // proxy_buffer_size; 0 is 16k
	UploadRate   int64         // proxy_upload_rate; 0 unlimited
	DownloadRate int64         // proxy_download_rate; 0 unlimited
	Start        time.Time     // when the proxy handler began: rates count whole seconds from here; zero is now
	HalfClose    bool          // proxy_half_close

	// First is sent to the upstream before anything else: the PROXY protocol header. The client's Buffered bytes follow it,
	// unless a filter is to read them. The relay does not keep it.
	First []byte

	// Received is how many bytes the client has sent already, preread bytes included: the count starts there.
	Received int64

	// ClientFilter and UpstreamFilter, such as a *tls.Conn after its handshake, stand between the relay and the Conn of that end,
	// which must be their transport. They are closed with their Conn.
	ClientFilter   net.Conn
	UpstreamFilter net.Conn

	// OnError is told of errors as they happen; nil is allowed.
	OnError func(Failure)
	// OnFirstByte is told when the first byte has come from the upstream; nil is allowed. It must not wait, nor use
	// the session.
	OnFirstByte func(at time.Time)
}

// Result is how a session went.
type Result struct {
	Counters
	Cause     Cause
	Err       error     // for the error causes
	FirstByte time.Time // when the first byte came from the upstream; zero if none did

	// UDP only.
	Requests   int64 // datagrams from the client
	Responses  int64 // datagrams from the upstream
	PeerFailed bool  // the upstream's socket failed or it owed responses: NGX_PEER_FAILED
}

const defaultBufferSize = 16 << 10 // NGX default of proxy_buffer_size

// Relay takes both sockets and moves bytes between them until the session ends: see Options and ngx_stream_proxy_process. It does
// not wait. When the session has ended, the upstream Conn is closed and done is called with the client Conn still open; done must
// see to it that client.Close is called, at once or after logging, as ngx_stream_finalize_session logs first and closes then.
// done may be called before Relay returns.
//
// The Conns must not be used by anyone else any more, except that Close on either ends the session (CauseKilled).
func (e *Engine) Relay(client, upstream *Conn, o Options, done func(Result)) *Session {
	l := client.home
	if !client.joined && upstream.joined {
		l = upstream.home
	}
	s := newSession(l, client, upstream, &o, done)
	s.mu.Lock()
	l.load.Add(1)
	l.schedule(s, s.deadline())
	s.take(Client)
	s.take(Upstream)
	if s.state == running {
		s.begin(o.First)
	}
	s.unlock()
	return s
}

func newSession(l *loop, client, upstream *Conn, o *Options, done func(Result)) *Session {
	s := &Session{l: l, done: done, onError: o.OnError, onFirst: o.OnFirstByte, timeout: o.Timeout.Milliseconds(), size: int32(o.BufferSize)}
	if s.size <= 0 {
		s.size = defaultBufferSize
	}
	s.size = min(s.size, loopBuffer)
	now := l.e.now()
	s.last = now.UnixMilli()
	s.start = now.Unix()
	if !o.Start.IsZero() {
		s.start = o.Start.Unix()
	}
	s.halfClose = o.HalfClose
	s.ends[Client] = end{c: client, recv: o.Received}
	s.ends[Upstream] = end{c: upstream}
	s.ways[Client].rate = o.UploadRate
	s.ways[Upstream].rate = o.DownloadRate
	s.attach(Client, o.ClientFilter)
	s.attach(Upstream, o.UpstreamFilter)
	return s
}

// Counters returns the counts so far.
func (s *Session) Counters() Counters {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counters()
}

// Kill ends the session with CauseKilled. It reports false when the session had ended already.
func (s *Session) Kill() bool { return s.end(CauseKilled) }
