package cosocket

import (
	"errors"
	"io"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// The debug lines of ngx_stream_lua_socket_tcp.c that need more than a line of code where they are written.

// debugConnect is the beginning of ngx_stream_lua_socket_tcp_connect, for an object that was used before.
func (s *TCP) debugConnect() {
	if s.Debug == nil {
		return
	}
	if s.conn != nil {
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket reconnect without shutting down")
	}
	if s.host != "" {
		s.Debug.Line(errlog.DebugStream, "lua reuse socket upstream ctx")
	}
	if s.transparent {
		s.Debug.Line(errlog.DebugStream, "stream lua set TCP upstream with IP_TRANSPARENT")
	}
}

// debugResolved is ngx_stream_lua_socket_resolve_handler.
func (s *TCP) debugResolved(addrs []relay.Addr, err error) {
	if s.Debug == nil {
		return
	}
	s.Debug.Line(errlog.DebugStream, "stream lua tcp socket resolve handler")
	if err != nil {
		return
	}
	for _, a := range addrs {
		s.Debug.Str(errlog.DebugStream, "name was resolved to %V", a.AddrPort.Addr().String())
	}
}

// dialTrace is nil without a debug log.
func (s *TCP) dialTrace() *relay.DialTrace {
	if s.Debug == nil {
		return nil
	}
	t := &relay.DialTrace{Debug: s.Debug, Begun: func(t *relay.DialTrace, err error) {
		s.Debug.Num(errlog.DebugStream, "stream lua tcp socket connect: %i", t.Result(err))
	}}
	if !s.peer.IsUnix() {
		t.Name = s.peer.AddrPort.Addr().String()
	}
	return t
}

// debugDialed tells how connecting ended (ngx_stream_lua_socket_connected_handler and what follows it).
func (s *TCP) debugDialed(t *relay.DialTrace, c *relay.Conn, err error) {
	switch {
	case s.Debug == nil:
	case err != nil && t.Waiting:
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket handle connect error")
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket waking up the current request")
		s.debugResumed()
	case err != nil:
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket error retval handler")
	case t.Waiting:
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket connected")
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket waking up the current request (conn)")
		s.debugResumed()
	default:
		s.Debug.Num(errlog.DebugStream, "stream lua tcp socket connected: fd:%d", c.FD())
	}
}

func (s *TCP) debugSent(err error) {
	if err == nil {
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket sent all the data")
	}
}

// debugReceive is the beginning of ngx_stream_lua_socket_tcp_receive.
func (s *TCP) debugReceive() {
	if s.Debug != nil {
		s.Debug.Line(errlog.DebugStream, "stream lua tcp socket calling receive() method")
		s.debugReadTimeout()
	}
}

func (s *TCP) debugReadTimeout() {
	s.Debug.Num(errlog.DebugStream, "stream lua tcp socket read timeout: %M", int(s.readTimeout.Milliseconds()))
}

// debugResumed tells that a wait is over, and that the script goes on (ngx_stream_lua_socket_tcp_resume_helper).
func (s *TCP) debugResumed() {
	s.Debug.Line(errlog.DebugStream, "stream lua tcp operation done, resuming lua thread")
}

func (s *TCP) debugCleanup() {
	s.Debug.Line(errlog.DebugStream, "cleanup lua tcp socket request")
}

// kept tells for how long a connection is kept.
func debugKept(d *errlog.DebugLog, ms int) {
	if ms == 0 {
		d.Line(errlog.DebugStream, "stream lua tcp socket keepalive timeout: unlimited")
		return
	}
	d.Num(errlog.DebugStream, "stream lua tcp socket keepalive timeout: %M ms", ms)
}

// The lines of the read filters, with the number of bytes that they are given.

func (line) debug(d *errlog.DebugLog, _ int) {
	d.Line(errlog.DebugStream, "stream lua tcp socket read line")
}

func (*exactly) debug(d *errlog.DebugLog, n int) {
	d.Num(errlog.DebugStream, "stream lua tcp socket read chunk %z", n)
}

func (all) debug(d *errlog.DebugLog, _ int) {
	d.Line(errlog.DebugStream, "stream lua tcp socket read all")
}

func (anything) debug(d *errlog.DebugLog, _ int) {
	d.Line(errlog.DebugStream, "stream lua tcp socket read any")
}

func (*Until) debug(d *errlog.DebugLog, _ int) {
	d.Line(errlog.DebugStream, "stream lua tcp socket read until")
}

// debugReceived is what ngx_stream_lua_socket_tcp_read writes of one read.
func debugReceived(d *errlog.DebugLog, n int, err error) {
	switch {
	case err == relay.ErrWouldBlock:
		n = again
	case errors.Is(err, io.EOF):
	case err != nil && n == 0:
		n = failed
	}
	d.Num(errlog.DebugStream, "stream lua tcp socket recv returned %d", n)
}

// NGX_AGAIN and NGX_ERROR.
const again, failed = -2, -1
