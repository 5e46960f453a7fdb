// Package cosocket is the sockets that scripts use: ngx.socket.tcp and udp, and the client's own socket of ngx.req.socket.
//
// A TCP is one socket object. Its life: connect (from the pool, or resolve and dial), handshake when asked, send and receive in the
// patterns of OpenResty (a line, so many bytes, all, any, until a pattern), and then close or setkeepalive, which gives the connection
// to the worker's Pools. A downstream TCP has no connect: it wraps what the session already has.
//
// Every method answers in Go what the Lua method answers: values, or one of OpenResty's error strings; the Lua binding only moves
// arguments and results. A method first tries the system call, and only where it must wait does it go through Env.Wait, which lets
// other light threads of the worker run meanwhile. One light thread may read while another writes; everything else is refused with
// "socket busy ...", as the flags of ngx_stream_lua_socket_tcp_upstream_t do it.
//
// All methods are called with the worker's baton held, except inside Env.Wait; so no field needs a lock. The package knows neither
// Lua values nor configurations.
package cosocket

import (
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// Env is what a socket method needs of the light thread that calls it.
type Env interface {
	// Wait runs call while other light threads of the worker run. When the calling thread is killed meanwhile, it does not come back,
	// and whoever kills it, with the baton, calls cancel: it must make call return soon.
	Wait(call, cancel func())
	// Log writes to the error log of the session; the session adds its own context behind msg.
	Log(level errlog.Level, msg string)
	// Exiting tells whether the process is about to end, so that nothing is kept alive any more.
	Exiting() bool
}

// Settings are the lua_socket_* directives of a server.
type Settings struct {
	ConnectTimeout, SendTimeout, ReadTimeout time.Duration
	KeepaliveTimeout                         time.Duration // 0: no limit
	BufferSize                               int           // bytes read at once
	PoolSize                                 int           // connections kept per pool
	LogErrors                                bool
	NoDelay                                  bool // tcp_nodelay of the server
	CheckClientAbort                         bool
}

// Network is how sockets reach the outside.
type Network struct {
	// Dial connects. It returns relay.ErrTimeout after timeout, relay.ErrCanceled when cancel is closed, or an *relay.OpError.
	Dial func(to, from relay.Addr, transparent bool, timeout time.Duration, cancel <-chan struct{}, trace *relay.DialTrace) (*relay.Conn, error)
	// Resolve gives the addresses of a host name; the error's text is what the script gets, such as
	// "backend could not be resolved (3: Host not found)". Addresses in text form never come here.
	Resolve func(host string, cancel <-chan struct{}) ([]relay.Addr, error)
}

// The errors that scripts compare with.
const (
	errClosed      = "closed"
	errTimeout     = "timeout"
	errAborted     = "client aborted"
	busyConnecting = "socket busy connecting"
	busyReading    = "socket busy reading"
	busyWriting    = "socket busy writing"
)

// text is OpenResty's word for a failed operation: strerror in lower case for errno, as LuaSocket has it.
func text(err error) string {
	var no syscall.Errno
	switch {
	case err == nil:
		return ""
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errTimeout
	case errors.As(err, &no):
		return strings.ToLower(errlog.Strerror(no))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, relay.ErrCanceled):
		return errClosed
	}
	return "error"
}

// BadArgument is an error that the Lua binding throws instead of returning it: Arg counts the method's own arguments from 1, the
// socket not included; 0 throws Msg as it is (luaL_error in place of luaL_argerror).
type BadArgument struct {
	Arg int
	Msg string
}

func (e *BadArgument) Error() string { return e.Msg }
