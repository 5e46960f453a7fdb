package cosocket

import (
	"errors"
	"os"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// The debug lines of ngx_stream_lua_socket_udp.c that need more than a line of code where they are written.

// debugConnect is the beginning of ngx_stream_lua_socket_udp_setpeername, for an object that was used before.
func (u *UDP) debugConnect() {
	if u.Debug == nil {
		return
	}
	if u.conn != nil {
		u.Debug.Line(errlog.DebugStream, "lua udp socket reconnect without shutting down")
	}
	if u.host != "" {
		u.Debug.Line(errlog.DebugStream, "lua reuse socket upstream ctx")
	}
	if u.trans {
		u.Debug.Line(errlog.DebugStream, "stream lua set UDP upstream with IP_TRANSPARENT")
	}
}

// debugResolved is ngx_stream_lua_socket_resolve_handler.
func (u *UDP) debugResolved(addrs []relay.Addr, err error) {
	if u.Debug == nil {
		return
	}
	u.Debug.Line(errlog.DebugStream, "lua udp socket resolve handler")
	if err != nil {
		return
	}
	for _, a := range addrs {
		u.Debug.Str(errlog.DebugStream, "name was resolved to %V", a.AddrPort.Addr().String())
	}
}

// dialTrace is nil without a debug log.
func (u *UDP) dialTrace() *relay.DialTrace {
	if u.Debug == nil {
		return nil
	}
	return &relay.DialTrace{Debug: u.Debug, Script: true, Begun: func(t *relay.DialTrace, err error) {
		u.Debug.Num(errlog.DebugStream, "lua udp socket connect: %i", t.Result(err))
	}}
}

// debugSent is the end of ngx_stream_lua_udp_sendmsg; nginx knows the address of a client, and not that of a connected socket.
func (u *UDP) debugSent(n, size int, err error) {
	if u.Debug == nil {
		return
	}
	if err != nil {
		n = failed
	}
	fd, to := 0, ""
	if c, ok := u.conn.(interface{ FD() int }); ok {
		fd = c.FD()
	}
	if c, ok := u.conn.(*relay.UDPConn); ok {
		if to = c.Peer().String(); !c.Peer().IsUnix() {
			to = c.Peer().Addr().String()
		}
	}
	u.Debug.Log(errlog.DebugEvent, "sendto: fd:%d %z of %uz to \"%V\"", fd, n, size, to)
}

// debugReceived tells what the socket gave at once.
func (u *UDP) debugReceived(n int, err error) {
	switch {
	case err == relay.ErrWouldBlock:
		n = again
	case err != nil:
		n = failed
	}
	u.Debug.Num(errlog.DebugStream, "lua udp recv returned %z", n)
}

// debugWoken tells how a wait for a datagram ended.
func (u *UDP) debugWoken(n int, err error) {
	if u.Debug == nil {
		return
	}
	u.Debug.Line(errlog.DebugStream, "lua udp socket read handler")
	if errors.Is(err, os.ErrDeadlineExceeded) {
		u.Debug.Line(errlog.DebugStream, "lua udp socket handle error")
	} else {
		u.Debug.Num(errlog.DebugStream, "lua udp socket read data: waiting: %d", 1)
		u.debugReceived(n, err)
	}
	u.Debug.Line(errlog.DebugStream, "lua udp socket waking up the current request")
	u.Debug.Line(errlog.DebugStream, "lua udp operation done, resuming lua thread")
}
