package stream

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream/proxyproto"
	"tidegate/runtime/tlsconf"
	"tidegate/runtime/upstream"
)

// proceed goes on with an upstream that is ready for the session's bytes: the connection is up, with TLS if it is to have it
// (ngx_stream_proxy_init_upstream).
func (s *Session) proceed() {
	u := s.up
	s.noteConnected(u)
	var onFirst func(time.Time)
	if u.pick.WantsFirstByte() {
		onFirst = s.firstByte
	}
	var first []byte
	if u.set.ProtocolVersion != 0 && u.tls == nil {
		s.debug.Line(errlog.DebugStream, "stream proxy add PROXY protocol header")
		first = s.protocolHeader()
	}
	upload, download := s.rate(&u.set.Upload), s.rate(&u.set.Download)
	timeout := u.set.Timeout
	if t := u.pick.Timeouts().Session; t > 0 {
		timeout = t
	}
	s.action = relay.ActionProxying
	u.before = s.sent.Load()
	if s.UDP() {
		s.stream.deps.Engine.RelayUDP(s.packet, u.conn, relay.UDPOptions{
			Timeout: timeout, BufferSize: u.set.BufferSize, UploadRate: upload, DownloadRate: download, Start: unixSecond(u.second),
			Requests: int64(u.set.Requests), Responses: int64(u.set.Responses), First: first, Received: s.received,
			OnError: s.relayError, OnFirstByte: onFirst,
		}, s.relayDone)
		return
	}
	o := relay.Options{
		Timeout: timeout, BufferSize: u.set.BufferSize, UploadRate: upload, DownloadRate: download,
		Start: unixSecond(u.second), HalfClose: u.set.HalfClose, First: first, Received: s.received,
		OnError: s.relayError, OnFirstByte: onFirst,
	}
	if len(s.buf) > 0 {
		s.debug.Num(errlog.DebugStream, "stream proxy add preread buffer: %uz", len(s.buf))
	}
	if s.consumed {
		o.First = append(o.First, s.buf...)
	}
	s.buf = nil
	// A nil *tls.Conn must not become a filter.
	if s.tls != nil {
		o.ClientFilter = s.tls
	}
	if u.tls != nil {
		o.UpstreamFilter = u.tls
	}
	if s.Ended() {
		u.release(s)
		return
	}
	s.stream.deps.Engine.Relay(s.conn, u.conn, o, s.relayDone)
}

// noteConnected tells the log and the balancer of the connection to the upstream.
func (s *Session) noteConnected(u *proxying) {
	if s.Enabled(errlog.Info) {
		udp := ""
		if s.UDP() {
			udp = "udp "
		}
		s.LogBare(errlog.Info, udp+"proxy "+u.conn.Local().String()+" connected to "+u.name)
	}
	st := u.state()
	st.connect = s.msec() - u.tried
	u.pick.Times = st.times()
	u.pick.Notify(upstream.Connected, !s.UDP())
}

// firstByte tells the balancer of the upstream's first byte.
func (s *Session) firstByte(at time.Time) {
	u := s.up
	u.pick.Times.FirstByte = time.Duration(max(at.UnixMilli()-u.tried, 0)) * time.Millisecond
	u.pick.Notify(upstream.FirstByte, !s.UDP())
}

// rate evaluates a limit (ngx_stream_complex_value_size).
func (s *Session) rate(r *Rate) int64 {
	if r.text == nil {
		return r.Constant
	}
	text := r.text.String(s)
	n, ok := catalog.ParseSize(text)
	if !ok {
		s.Log(errlog.Err, "invalid size \""+text+"\"")
		return 0
	}
	return n
}

// protocolHeader is the PROXY protocol header for the upstream.
func (s *Session) protocolHeader() []byte {
	src, dst := addrPort(s.peer), addrPort(s.Local())
	if s.up.set.ProtocolVersion == 2 {
		var info *proxyproto.TLS
		if s.tls != nil {
			info = s.protocolTLS()
		}
		return proxyproto.AppendV2(nil, src, dst, info)
	}
	return proxyproto.AppendV1(nil, src, dst)
}

// counts takes the relay's byte counts over.
func (s *Session) counts(c relay.Counters) {
	s.received = c.ClientReceived
	s.sent.Store(s.up.before + c.ClientSent)
	s.up.received, s.up.sent = c.UpstreamReceived, c.UpstreamSent
}

// relayError logs an error that the relay met.
func (s *Session) relayError(f relay.Failure) {
	s.counts(f.Counters)
	s.action = f.Action
	s.failure(f)
	s.action = relay.ActionProxying
}

// relayDone ends a relayed session (ngx_stream_proxy_test_finalize and its kin).
func (s *Session) relayDone(r relay.Result) {
	s.guard(func() {
		u := s.up
		s.counts(r.Counters)
		u.requests, u.responses = r.Requests, r.Responses
		if !r.FirstByte.IsZero() {
			u.state().first = max(r.FirstByte.UnixMilli()-u.tried, 0)
		}
		cause := r.Cause
		if cause == relay.CauseKilled {
			cause = relay.Cause(s.cause.Load())
		}
		switch cause {
		case relay.CauseClientEOF:
			s.disconnected("client")
		case relay.CauseUpstreamEOF:
			s.disconnected("upstream")
		case relay.CauseTimeout:
			if s.UDP() {
				s.LogErr(errlog.Err, syscall.ETIMEDOUT, "upstream timed out")
				s.endRelay(phase.BadGateway, r)
				return
			}
			s.LogErr(errlog.Info, syscall.ETIMEDOUT, "connection timed out")
		case relay.CauseShutdownTimeout:
			s.Log(errlog.Info, "shutdown timeout")
		case relay.CauseShutdown:
			if s.UDP() {
				s.LogBare(errlog.Info, "disconnected on shutdown")
			}
		case relay.CauseDone:
			s.packetsDone("udp done")
		case relay.CauseUDPTimeout:
			s.packetsDone("udp timed out")
		}
		s.endRelay(phase.OK, r)
	})
}

// endRelay is endProxy after the relay; a datagram socket that failed counts against its server.
func (s *Session) endRelay(status phase.Result, r relay.Result) {
	state := upstream.StateOK
	if r.PeerFailed {
		state = upstream.StateFailed
	}
	s.finishProxy(state, int(status))
	s.Finalize(int(status))
}

// packetsDone logs the end of a UDP session.
func (s *Session) packetsDone(what string) {
	if !s.Enabled(errlog.Info) {
		return
	}
	var b strings.Builder
	b.WriteString(what + ", packets from/to client:" + strconv.FormatInt(s.up.requests, 10) + "/" + strconv.FormatInt(s.up.responses, 10))
	s.appendBytes(&b)
	s.LogBare(errlog.Info, b.String())
}

func (s *Session) disconnected(who string) {
	if !s.Enabled(errlog.Info) {
		return
	}
	var b strings.Builder
	b.WriteString(who + " disconnected")
	s.appendBytes(&b)
	s.LogBare(errlog.Info, b.String())
}

// failure logs an error of one end of a relayed session (ngx_connection_error, ngx_ssl_connection_error).
func (s *Session) failure(f relay.Failure) {
	var op *relay.OpError
	overTLS := f.Side == relay.Client && s.tls != nil || f.Side == relay.Upstream && s.up.tls != nil
	reading := f.Action == relay.ActionReadClient || f.Action == relay.ActionReadUpstream
	switch {
	case errors.Is(f.Err, relay.ErrBusy):
		s.Log(errlog.Alert, f.Err.Error())
	case errors.Is(f.Err, net.ErrClosed):
	case errors.As(f.Err, &op) && !overTLS:
		s.LogErr(relay.ConnectionLevel(op.Errno, f.Side), op, op.Text())
	case !overTLS:
		s.Log(errlog.Err, f.Err.Error())
	case reading && (op != nil || errors.Is(f.Err, io.ErrUnexpectedEOF)):
		// A connection that breaks while TLS is read counts as a clean end there.
	case op != nil:
		s.LogErr(relay.ConnectionLevel(op.Errno, f.Side), op, "SSL_write() failed")
	default:
		call := "SSL_write()"
		if reading {
			call = "SSL_read()"
		}
		l := tlsconf.HandshakeError(f.Err, f.Side == relay.Upstream)
		l.Text = strings.Replace(l.Text, "SSL_do_handshake()", call, 1)
		s.logLine(l)
	}
}

// findGroup is the group that a run-time proxy_pass names, nil when none has the name.
func (st *Stream) findGroup(addr *catalog.Address) *group {
	for _, g := range st.groups {
		if (g.port == 0 && addr.NoPort || g.port == addr.Port) && strings.EqualFold(g.host, addr.Host) {
			return g
		}
	}
	return nil
}

// group is a group of servers with what a session brings to its choice.
type group struct {
	*upstream.Group
	host     string // of the upstream block, or of the proxy_pass that made it
	port     int    // 0 for an upstream block
	key      *complexValue
	scripted bool

	resolving *upstream.Resolving // not nil: servers have names to resolve while running
}

// upstreamAddrs are the addresses of a parsed address.
func upstreamAddrs(a *catalog.Address) []upstream.Addr {
	if a.Unix != "" {
		return []upstream.Addr{{Unix: a.Unix}}
	}
	out := make([]upstream.Addr, len(a.Addrs))
	for i, ap := range a.Addrs {
		out[i].IP = ap
	}
	return out
}

func addrPortWith(a netip.AddrPort, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr(), port)
}

// peerAddr is where the session's attempt goes.
func (s *Session) peerAddr(p *upstream.Peer) relay.Addr {
	switch {
	case p.Addr.Unix != "":
		return relay.UnixAddr(p.Addr.Unix)
	case s.UDP():
		return relay.UDPAddr(p.Addr.IP)
	}
	return relay.TCPAddr(p.Addr.IP)
}
