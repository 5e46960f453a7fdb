package stream

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream/accesslog"
	"tidegate/runtime/stream/limitconn"
	"tidegate/runtime/tlsconf"
	"tidegate/runtime/upstream"
	"tidegate/runtime/vars"
)

// Stream is one stream block, ready to serve. It is immutable after Build, its counters and logs apart.
type Stream struct {
	deps      Deps
	vars      *vars.Registry[*Session]
	servers   []*Server
	addresses []*Address
	groups    []*group
	logs      *accesslog.Set
	logsOpen  bool

	scriptsFirst bool // preread_by_lua_no_postpone
	recordHello  bool // something wants the bytes of a ClientHello
	wantSigalg   bool // something wants $ssl_sigalg
	wantSigalgs  bool // something wants $ssl_sigalgs
	sessions     list
	debug        *errlog.DebugLog // of the process
}

// Deps is what a Stream needs of its surroundings. Engine, Connections and Log are required.
type Deps struct {
	Engine      *relay.Engine
	Connections *Connections // shared by all cycles of the process
	Log         *errlog.Log  // of the whole process, for what no session suffers from

	// ErrorLog is the log of a level: what its error_log directives say. nil: Log for every level.
	ErrorLog func(level Level) *errlog.Log
	// Debugs tells whether debug_connection names a client; nil: nobody is named.
	Debugs func(client relay.Addr) bool
	// Scripts makes handlers of Lua directives; nil for a configuration without.
	Scripts Scripts
	// Resolver is the resolver in force at a level; nil, or a nil result: none is configured.
	Resolver func(level Level) Resolver
	// Resolving is how the names in a group are looked up while running; nil, or a nil result: there are no name servers.
	Resolving func(group Level) *upstream.Resolving
	// SessionCache is the TLS session cache of "shared:NAME:SIZE", which outlives a configuration; nil: each has its own.
	SessionCache func(name string, size int64) *tlsconf.SessionCache
	// LimitZone is the zone of a limit_conn_zone by its name, which outlives a configuration; nil: each Stream has its own.
	LimitZone func(name string) *limitconn.Zone

	Prefix   string // relative log names begin here; with a slash at its end
	Conf     string // directory of the configuration file, for certificates; with a slash at its end
	Hostname string // $hostname
	Version  string // $nginx_version
	Pid      int    // $pid
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Connections counts the connections of a process: their numbers and, against worker_connections, how many are open. The zero value
// has no limit.
type Connections struct {
	number atomic.Uint64
	open   atomic.Int64
	max    atomic.Int64 // of all workers together; 0 for no limit
	worker atomic.Int64 // of one, for the log
}

// NewConnections makes a count with a limit, see SetLimit.
func NewConnections(worker, workers int) *Connections {
	c := &Connections{}
	c.SetLimit(worker, workers)
	return c
}

// SetLimit sets worker_connections and the number of workers. Connections that are open already stay.
func (c *Connections) SetLimit(worker, workers int) {
	c.worker.Store(int64(worker))
	c.max.Store(int64(worker) * int64(workers))
}

// Next is the number of a new connection. Connections to upstreams take numbers too, as in nginx.
func (c *Connections) Next() uint64 { return c.number.Add(1) }

// Open is the number of connections now open.
func (c *Connections) Open() int { return int(c.open.Load()) }

// notEnough is what nginx says when there is no place left.
func (c *Connections) notEnough() string {
	return strconv.FormatInt(c.worker.Load(), 10) + " worker_connections are not enough"
}

// take reserves a place; false when all are taken (ngx_get_connection).
func (c *Connections) take() bool {
	if n, limit := c.open.Add(1), c.max.Load(); limit > 0 && n > limit {
		c.open.Add(-1)
		return false
	}
	return true
}

func (c *Connections) give() { c.open.Add(-1) }

// Sessions is the number of sessions that have not ended.
func (st *Stream) Sessions() int { return st.sessions.len() }

// Addresses are what has to be listened to, in the order of the file.
func (st *Stream) Addresses() []*Address { return st.addresses }

// Variable tells of a variable by its name in lower case whether it may be assigned and whether each text computes it anew.
func (st *Stream) Variable(name string) (changeable, volatile, ok bool) {
	v := st.vars.Lookup(name)
	if v == nil {
		return false, false, false
	}
	return v.Flags&vars.Changeable != 0, v.Flags&vars.NoCacheable != 0, true
}

// Start opens the access logs. After an error Close must be called. The text of an error is nginx's.
func (st *Stream) Start(files accesslog.Files) error {
	st.logsOpen = true
	return st.logs.Open(files)
}

// Adopt takes over what the names in groups of the configuration before resolved to, so that a reload does not begin without servers.
func (st *Stream) Adopt(old *Stream) {
	for _, g := range st.groups {
		for _, o := range old.groups {
			if g.resolving != nil && o.resolving != nil {
				g.Adopt(o.Group)
			}
		}
	}
}

// Resolve keeps the groups whose servers have names to resolve up to date until ctx ends.
func (st *Stream) Resolve(ctx context.Context) {
	for _, g := range st.groups {
		if g.resolving != nil {
			go g.Resolve(ctx, *g.resolving)
		}
	}
}

// FlushLogs writes buffered log lines out and forgets log files whose names have variables: before the files are reopened.
func (st *Stream) FlushLogs() {
	st.logs.Flush()
	st.logs.Forget()
}

// Drained is closed once the Stream has no sessions any more. It is to be called when no new ones come.
func (st *Stream) Drained() <-chan struct{} { return st.sessions.drained() }

// KillSessions ends every session that is left, with the cause for the relayed ones: a fast stop, or worker_shutdown_timeout.
func (st *Stream) KillSessions(cause relay.Cause) {
	for _, s := range st.sessions.all() {
		s.kill(cause)
	}
}

// Close gives the logs back. No session may be left.
func (st *Stream) Close() {
	if st.logsOpen {
		st.logsOpen = false
		st.logs.Close()
	}
}

// debugs tells whether all that concerns a client is logged (ngx_debug_accepted_connection).
func (st *Stream) debugs(client relay.Addr) bool {
	return st.deps.Debugs != nil && st.deps.Debugs(client)
}

func (st *Stream) now() time.Time { return st.deps.Now() }

// list is the sessions of a Stream.
type list struct {
	mu    sync.Mutex
	first *Session
	n     int
	done  chan struct{} // not nil: to be closed when the last one goes
}

func (l *list) add(s *Session) {
	l.mu.Lock()
	if s.next = l.first; s.next != nil {
		s.next.prev = s
	}
	l.first = s
	l.n++
	l.mu.Unlock()
}

func (l *list) remove(s *Session) {
	l.mu.Lock()
	if s.prev != nil {
		s.prev.next = s.next
	} else {
		l.first = s.next
	}
	if s.next != nil {
		s.next.prev = s.prev
	}
	s.prev, s.next = nil, nil
	if l.n--; l.n == 0 && l.done != nil {
		close(l.done)
		l.done = nil
	}
	l.mu.Unlock()
}

func (l *list) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.n
}

func (l *list) all() []*Session {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := make([]*Session, 0, l.n)
	for s := l.first; s != nil; s = s.next {
		out = append(out, s)
	}
	return out
}

func (l *list) drained() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	done := l.done
	if done == nil {
		done = make(chan struct{})
		if l.n == 0 {
			close(done)
		} else {
			l.done = done
		}
	}
	return done
}
