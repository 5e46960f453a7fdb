package stream

import (
	"crypto/x509"
	"net/netip"
	"time"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/stream/access"
	"tidegate/runtime/stream/accesslog"
	"tidegate/runtime/tlsconf"
	"tidegate/runtime/upstream"
	"tidegate/runtime/vars"
)

// Level is a level of a checked configuration: the stream block, a server, an upstream.
type Level = catalog.Level

// Server is one server block with its settings resolved. It is immutable.
type Server struct {
	Name     string // $server_name
	Level    Level  // where it was configured
	ErrorLog *errlog.Log
	debugLog *errlog.Log // the same for clients that debug_connection names; nil without the directive

	ProxyProtocolTimeout time.Duration
	PrereadTimeout       time.Duration
	PrereadBufferSize    int // bytes
	TCPNoDelay           bool
	SSLPreread           bool
	HandshakeTimeout     time.Duration
	TLS                  *tlsconf.Server // nil: no TLS settings
	RealIPFrom           []netip.Prefix
	RealIPUnix           bool
	Proxy                *ProxySettings // nil: no proxy_pass

	sets       []assignment
	limits     *limits // nil: no limit_conn
	access     *access.Rules
	content    Handler
	returns    *complexValue
	pass       passTo
	certs      []certFiles         // of ssl_certificate with variables
	leaves     []*x509.Certificate // of ssl_certificate without
	accessLogs []*accesslog.Log[*Session]

	prereadScript, logScript Handler
	helloScript, certScript  TLSHandler
	scripted                 bool // content is a script
}

// assignment is one "set".
type assignment struct {
	variable *vars.Variable[*Session]
	index    int
	value    *complexValue
}

// certFiles is a certificate whose file names have variables.
type certFiles struct{ cert, key *complexValue }

// Handler is what runs in a phase. A preread handler answers phase.Next to go on, or a Result that ends the session. A content
// handler's answer ends the session: phase.Done with status 200, a status with that; phase.Taken leaves it to Session.Finalize. The
// answer of a log handler is not looked at. A handler may wait; a content handler must call Session.Leave before it first does, because
// it begins on the loop.
type Handler func(s *Session) phase.Result

// TLSHandler runs inside the client's TLS handshake; an error breaks the handshake off. It may wait.
type TLSHandler func(s *Session, hello *tlsconf.Hello) error

// UpstreamTLSHandler runs inside a TLS handshake with an upstream, as TLSHandler does.
type UpstreamTLSHandler func(s *Session, u *tlsconf.Upstream) error

// Scripts makes the handlers of the Lua directives in force at a level; nil where there are none. It is called by Build and must have
// no side effects then.
type Scripts interface {
	Preread(server Level) Handler
	// Content is the content handler of a server, with the place of its directive.
	Content(server Level) (Handler, ast.Pos)
	Log(server Level) Handler
	ClientHello(server Level) TLSHandler
	Certificate(server Level) TLSHandler
	ProxyCertificate(server Level) UpstreamTLSHandler
	// ProxyVerify is the handler that judges an upstream's certificate; alone tells that it does so without our own verification.
	ProxyVerify(server Level) (h UpstreamTLSHandler, alone bool)
	Balancer(group Level) upstream.Balancer
	// PrereadFirst is preread_by_lua_no_postpone.
	PrereadFirst(stream Level) bool
}
