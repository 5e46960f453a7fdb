package stream

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"time"

	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream/access"
	"tidegate/runtime/stream/accesslog"
	"tidegate/runtime/stream/proxyproto"
)

// run passes the phases (ngx_stream_core_run_phases). The order of the handlers inside a phase is nginx's: the reverse of the order
// of modules.
func (s *Session) run() {
	s.guard(s.phases)
}

func (s *Session) phases() {
	if s.place.ProxyProtocol {
		if r := s.readHeader(); r.Final() {
			s.Finalize(r.Status())
			return
		}
	}
	for _, handler := range [...]func(*Session) phase.Result{
		(*Session).realIP, (*Session).assign, (*Session).limitConn, (*Session).access, (*Session).handshake,
	} {
		if r := handler(s); r.Final() {
			s.Finalize(r.Status())
			return
		}
	}
	s.afterPreread(s.preread())
}

// content hands the session to its content handler (ngx_stream_core_content_phase).
func (s *Session) content() {
	s.action = ""
	if !s.consumed {
		s.buf = nil
	}
	if s.tls == nil {
		s.setNoDelay()
	}
	if s.server.content == nil {
		s.debug.Line(errlog.DebugStream, "no handler for server")
		s.Finalize(int(phase.InternalServerError))
		return
	}
	if r := s.server.content(s); r != phase.Taken {
		s.Finalize(contentStatus(r))
	}
}

// contentStatus is the status of a content handler that is through: a code, or OK for any other success.
func contentStatus(r phase.Result) int {
	if r.Final() {
		return r.Status()
	}
	return int(phase.OK)
}

// readHeader reads the PROXY protocol header (ngx_stream_proxy_protocol_handler): what the first read gives must hold all of it.
func (s *Session) readHeader() phase.Result {
	s.action = "reading PROXY protocol"
	s.debug.Line(errlog.DebugStream, "stream PROXY protocol handler")
	_ = s.conn.SetReadDeadline(s.stream.now().Add(s.server.ProxyProtocolTimeout))
	buf := make([]byte, proxyproto.MaxHeader)
	n, err := s.conn.Peek(buf)
	s.debug.Num(errlog.DebugStream, "recv(): %z", n)
	_ = s.conn.SetReadDeadline(time.Time{})
	switch {
	case errors.Is(err, relay.ErrTimeout):
		s.LogErr(errlog.Info, syscall.ETIMEDOUT, "client timed out")
		return phase.OK
	case errors.Is(err, net.ErrClosed):
		return phase.OK
	case n == 0:
		// An end of stream is an empty header to nginx.
		var op *relay.OpError
		if errors.As(err, &op) {
			s.clientError(op)
			return phase.OK
		}
	}
	header, size, err := proxyproto.Parse(buf[:n])
	if err != nil {
		if !errors.Is(err, proxyproto.ErrShort) {
			s.Log(errlog.Err, err.Error())
		}
		return phase.BadRequest
	}
	if _, err := s.conn.Read(buf[:size]); err != nil {
		return phase.InternalServerError
	}
	s.debugHeader(header, buf[0] == '\r')
	s.header = header
	s.action = actionInit
	return phase.Next
}

// clientError logs a failed system call on the client's socket at the level that the error deserves (ngx_connection_error).
func (s *Session) clientError(op *relay.OpError) {
	s.LogErr(relay.ConnectionLevel(op.Errno, relay.Client), op, op.Text())
}

const actionInit = "initializing session"

// realIP is ngx_stream_realip_handler: a client that may be believed has the address of its PROXY protocol header.
func (s *Session) realIP() phase.Result {
	if s.header == nil || !s.trusted() {
		return phase.Next
	}
	ip, ok := catalog.ParseAddr(s.header.SrcAddr)
	if !ok {
		return phase.Next
	}
	was := s.peer
	s.extra().realip = &was
	s.peer = relay.TCPAddr(netip.AddrPortFrom(ip, s.header.SrcPort))
	s.peerText = ""
	return phase.Next
}

// trusted tells whether set_real_ip_from believes the client (ngx_cidr_match).
func (s *Session) trusted() bool {
	if s.peer.IsUnix() {
		return s.server.RealIPUnix
	}
	ip := s.peer.Addr().Unmap()
	for _, p := range s.server.RealIPFrom {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// assign is ngx_stream_set_handler.
func (s *Session) assign() phase.Result {
	for i := range s.server.sets {
		set := &s.server.sets[i]
		value := set.value.String(s)
		if set.variable.Set != nil {
			set.variable.Set(s, value, true)
		} else {
			s.stream.vars.Store(s, set.index, value, true)
		}
	}
	return phase.Next
}

// access is ngx_stream_access_handler.
func (s *Session) access() phase.Result {
	if s.server.access == nil {
		return phase.Next
	}
	if s.server.access.Check(addrPort(s.peer).Addr()) == access.Deny {
		s.Log(errlog.Err, "access forbidden by rule")
		return phase.Forbidden
	}
	return phase.Next
}

// logPhase runs the log phase: the script first, then the access logs (ngx_stream_log_session).
func (s *Session) logPhase() {
	if s.server.logScript != nil {
		s.runLogScript()
	}
	s.debug.Line(errlog.DebugStream, "stream log handler")
	for _, l := range s.server.accessLogs {
		if err := l.Write(s); err != nil {
			s.logFailure(err)
		}
	}
}

func (s *Session) runLogScript() {
	defer s.recovered("log script")
	s.server.logScript(s)
}

// logFailure reports an access log that could not be written.
func (s *Session) logFailure(err error) {
	level := errlog.Alert
	var open *accesslog.OpenError
	var syslog *errlog.SyslogError
	switch {
	case errors.As(err, &open):
		level = errlog.Crit
	case errors.As(err, &syslog):
		level = errlog.Warn
		s.LogBare(syslog.Level, syslog.Text)
	}
	s.Log(level, err.Error())
}

// debugHeader writes what a PROXY protocol header says of the client (ngx_proxy_protocol_read, ngx_proxy_protocol_v2_read).
func (s *Session) debugHeader(h *proxyproto.Header, binary bool) {
	d := s.debug
	switch {
	case d == nil || h.SrcAddr == "":
	case binary:
		d.Log(errlog.DebugCore, "PROXY protocol v2 src: %V %d, dst: %V %d", h.SrcAddr, int(h.SrcPort), h.DstAddr, int(h.DstPort))
	default:
		d.Log(errlog.DebugCore, "PROXY protocol src: %V %d, dst: %V %d", h.SrcAddr, int(h.SrcPort), h.DstAddr, int(h.DstPort))
	}
}
