package upstream

import (
	"crypto/tls"

	"tidegate/runtime/errlog"
)

// State is how an attempt ended, as nginx's peer.free is told.
type State int

// The states of an attempt; the numbers are nginx's (NGX_PEER_NEXT and
// NGX_PEER_FAILED), which ngx.balancer's get_last_failure depends on.
const (
	StateOK     State = 0
	StateNext   State = 2
	StateFailed State = 4
)

// Event is something Selection.Notify is told of.
type Event int

// The events of ngx_stream_upstream_notify.
const (
	Connected Event = iota + 1 // the connection to the peer is up
	FirstByte                  // the first byte of the peer has come
)

// Request is what a session brings to its choice.
type Request struct {
	Key      string // value of the hash directive's variable
	MaxTries int    // proxy_next_upstream_tries, 0 for no limit
	Session  any    // handed to the Balancer as it is
	Debug    *errlog.DebugLog
}

// Selection is the choice of one session: what it tried and may still try. The
// zero value is ready for Group.Init; it must not be used by two goroutines at
// a time.
type Selection struct {
	group   *Group
	list    *list
	current *Peer
	version uint64
	tried   bitmap
	tries   int
	req     Request

	// Times of the current attempt; the session fills it in for least_time.
	Times Times

	hash     uint32
	rehash   uint32
	misses   int // unusable picks of hash and random, which give up above 20
	inflight bool

	balance *Balance
}

// maxMisses is the number of unusable picks after which the hash and random
// methods turn to round robin.
const maxMisses = 20

// Init begins the choice for a session (nginx's peer.init).
func (g *Group) Init(s *Selection, req Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	*s = Selection{group: g, list: g.primary, version: g.version, req: req}
	n := len(g.primary.peers)
	if g.primary.next != nil {
		n = max(n, len(g.primary.next.peers))
	}
	s.tried.init(n)
	s.tries = g.primary.allTries()
	s.rebuild()
	if g.cfg.Method == HashConsistent && g.cfg.Balancer == nil {
		s.hash = g.ring.find(crc32(req.Key))
	}
	s.debugInit()
	if g.cfg.Balancer != nil {
		s.balance = &Balance{selection: s}
	}
	s.LimitTries()
}

// debugInit writes what the peer.init of the group's method does.
func (s *Selection) debugInit() {
	d := s.req.Debug
	if d == nil || s.group.cfg.Balancer != nil {
		return
	}
	switch s.group.cfg.Method {
	case Hash, HashConsistent:
		d.Str(errlog.DebugStream, "upstream hash key:\"%V\"", s.req.Key)
	case LeastConn:
		d.Line(errlog.DebugStream, "init least conn peer")
	case LeastTime:
		d.Line(errlog.DebugStream, "init least time peer")
	case Random, RandomTwo:
		d.Line(errlog.DebugStream, "init random peer")
	}
}

// rebuild brings the tables of hash consistent and random up to the peers.
func (s *Selection) rebuild() {
	g := s.group
	if g.built == g.version {
		return
	}
	switch g.cfg.Method {
	case HashConsistent:
		g.ring = newRing(g.primary)
	case Random, RandomTwo:
		g.ranges = newRanges(g.primary)
	}
	g.built = g.version
}

// LimitTries applies proxy_next_upstream_tries to the tries that are left.
func (s *Selection) LimitTries() {
	if s.req.MaxTries > 0 && s.tries > s.req.MaxTries {
		s.tries = s.req.MaxTries
	}
}

// Tries is the number of attempts that are left.
func (s *Selection) Tries() int { return s.tries }

// Group is the group the choice is made in.
func (s *Selection) Group() *Group { return s.group }

// Get picks the peer of the next attempt (nginx's peer.get) and counts a
// connection to it, until Free. The error is ErrNoLive, or whatever a Balancer
// answered.
func (s *Selection) Get() (*Peer, error) {
	if s.balance != nil {
		if p, err := s.balance.ask(); p != nil || err != nil {
			return p, err
		}
	}
	g := s.group
	now := g.cfg.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	p := s.pick(now.Unix(), now.UnixMilli())
	if p == nil {
		return nil, ErrNoLive
	}
	s.current = p
	s.Times = noTimes
	p.conns++
	return p, nil
}

func (s *Selection) pick(now, ms int64) *Peer {
	method := s.group.cfg.Method
	if s.balance != nil {
		method = RoundRobin
	}
	switch method {
	case LeastConn:
		return s.leastConn(now)
	case LeastTime:
		return s.leastTime(now, ms)
	case Hash:
		return s.plainHash(now)
	case HashConsistent:
		return s.consistentHash(now)
	case Random:
		return s.random(now)
	case RandomTwo:
		return s.randomTwo(now)
	}
	return s.roundRobin(now)
}

// stale tells whether the peers changed since Init; such a session finds no
// live peer any more, for its record of tried peers is worthless.
func (s *Selection) stale() bool {
	return s.version != s.group.version
}

// toBackup turns to the backup servers; false if there are none.
func (s *Selection) toBackup() bool {
	if s.list.next == nil {
		return false
	}
	s.list = s.list.next
	s.tried.reset()
	return true
}

// Free ends an attempt (nginx's peer.free). It answers true when the failure
// switched the peer off for its fail_timeout, which nginx logs at warn level as
// "upstream server temporarily disabled".
func (s *Selection) Free(state State) (disabled bool) {
	if s.balance != nil && s.balance.free(state) {
		return false
	}
	g, p := s.group, s.current
	if p == nil {
		return false
	}
	s.current = nil
	now := g.cfg.Now()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cfg.Method == LeastTime && s.balance == nil {
		s.leastTimeFree(p, state, now.UnixMilli())
	}
	if d := s.req.Debug; d != nil {
		d.Log(errlog.DebugStream, "free rr peer %ui %ui", s.tries, int(state))
	}
	p.conns--
	if s.list.single {
		p.fails = 0
		s.tries = 0
		return false
	}
	if state&StateFailed != 0 {
		disabled = p.fail(now.Unix())
		if d := s.req.Debug; d != nil {
			d.Log(errlog.DebugStream, "free rr peer failed: %p %i", errlog.Address(p), p.effectiveWeight)
		}
		p.effectiveWeight = max(p.effectiveWeight, 0)
	} else {
		p.settle()
	}
	if s.tries > 0 {
		s.tries--
	}
	return disabled
}

// fail counts a failure, as ngx_stream_upstream_free_round_robin_peer_locked; the caller sees to it that the effective weight is not
// negative.
func (p *Peer) fail(now int64) (disabled bool) {
	p.fails++
	p.accessed, p.checked = now, now
	if p.maxFails == 0 {
		return false
	}
	p.effectiveWeight -= p.weight / p.maxFails
	return p.fails >= p.maxFails
}

// Notify tells of progress with the current peer (nginx's peer.notify). stream
// is false for a datagram socket, whose "connection" proves nothing.
func (s *Selection) Notify(e Event, stream bool) {
	g, p := s.group, s.current
	if p == nil || s.balance != nil || g.once {
		return
	}
	ms := g.cfg.Now().UnixMilli()
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cfg.Method == LeastTime && g.cfg.Inflight {
		s.leastTimeNotify(p, e, ms)
	}
	if e == Connected && stream {
		p.settle()
	}
}

// Sessions is the TLS session cache of the current peer, nil where nginx keeps
// none: for a run-time resolved proxy_pass and a peer set by a Balancer.
func (s *Selection) Sessions() tls.ClientSessionCache {
	if s.current == nil || s.group.once {
		return nil
	}
	return s.current
}

// bitmap is the set of tried peers; one word serves groups of up to 64.
type bitmap struct {
	one  uint64
	more []uint64
}

func (b *bitmap) init(n int) {
	if n > 64 {
		b.more = make([]uint64, (n-1)/64)
	}
}

func (b *bitmap) has(i int) bool { return *b.word(i)&(1<<(i%64)) != 0 }
func (b *bitmap) set(i int)      { *b.word(i) |= 1 << (i % 64) }

func (b *bitmap) word(i int) *uint64 {
	if i < 64 {
		return &b.one
	}
	return &b.more[i/64-1]
}

func (b *bitmap) reset() {
	b.one = 0
	clear(b.more)
}
