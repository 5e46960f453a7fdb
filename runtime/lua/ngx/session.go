package ngx

import (
	"crypto/tls"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/relay"
	"tidegate/runtime/tlsconf"
)

// Session is the connection that scripts serve.
type Session interface {
	Number() uint64
	Start() time.Time
	// Enabled and Log write to the error log with the session's context.
	Enabled(level errlog.Level) bool
	Log(level errlog.Level, msg string)
	// Debug is where debug lines about the session go; nil when nobody reads them.
	Debug() *errlog.DebugLog
	// SetAction sets what the log context says the session does; it gives the action before.
	SetAction(action string)
	Action() string
	Status() int

	// Var is a variable by its name in lower case. SetVar assigns one; its error is one of vars.ErrUnknown, vars.ErrNotChangeable,
	// vars.ErrNoHandler.
	Var(name string) (string, bool)
	SetVar(name, value string, ok bool) error

	// Script is the slot in which this package keeps what belongs to the session.
	Script() any
	SetScript(v any)
	OnClose(f func())

	// Leave is called before a handler first waits: until then it may run on an event loop.
	Leave()
	UDP() bool
	Peer() relay.Addr
	Local() relay.Addr
	// Listening is the address of the listening socket as nginx prints it.
	Listening() string
	ServerPort() int
	TLS() *tls.Conn
	// StartTLS makes the server's side of a TLS handshake in the middle of the session, where HasTLS says that it can; TLSState is what
	// is known of it then. It waits: alone calls a function with the session at rest.
	StartTLS(deadline time.Time, alone func(func())) error
	HasTLS() bool
	TLSState() *tlsconf.State
	// Deadline is when the TLS handshake under way runs out of time.
	Deadline() time.Time

	// Peek waits until the client has sent n bytes and gives them without taking them. Its error holds, by a method Result, what the
	// handler must answer at once.
	Peek(n int) ([]byte, error)
	// PeekNow is Peek that does not wait: nil where it would have to.
	PeekNow(n int) []byte
	// Downstream is what scripts read and write: the client's bytes, preread ones first. raw is the socket under it; nil for UDP.
	Downstream() (conn cosocket.Transport, raw *relay.Conn)
	// Datagrams is Downstream of a UDP session.
	Datagrams() cosocket.Datagrams
}
