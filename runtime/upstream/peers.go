package upstream

import (
	"crypto/tls"
	"sync"
	"sync/atomic"
)

// Peer is one address of a group. The fields that do not change are exported;
// the accounts are kept under the group's lock.
type Peer struct {
	Addr   Addr
	Name   string // Addr as text: what logs and $upstream_addr show
	Server string // the "server" it came from, as written (an SRV target for service=)

	weight      int
	maxConns    int
	maxFails    int
	failTimeout int64 // seconds
	down        bool
	host        *host // the run-time resolved server it came from, or nil

	currentWeight   int
	effectiveWeight int
	conns           int
	fails           int
	accessed        int64 // second of the last failure
	checked         int64 // second of the last failure or of the last probe

	times peerTimes // of least_time

	session atomic.Pointer[tls.ClientSessionState]
}

// Get and Put make a Peer the client session cache of the TLS connections to
// it: like nginx (ngx_stream_upstream_save_round_robin_peer_session) it keeps
// one session, the latest, whatever the key.
func (p *Peer) Get(string) (*tls.ClientSessionState, bool) {
	s := p.session.Load()
	return s, s != nil
}

// Put keeps the session; nil drops the one kept.
func (p *Peer) Put(_ string, s *tls.ClientSessionState) {
	p.session.Store(s)
}

// newPeer makes the peer of one address of a server.
func newPeer(s *Server, a Addr) *Peer {
	return &Peer{
		Addr: a, Name: a.String(), Server: s.Name,
		weight: s.Weight, effectiveWeight: s.Weight,
		maxConns: s.MaxConns, maxFails: s.MaxFails,
		failTimeout: int64(s.FailTimeout.Seconds()), down: s.Down,
	}
}

// usable tells whether a peer may be picked at the second now: the tests that
// every get function of nginx repeats.
func (p *Peer) usable(now int64) bool {
	if p.down {
		return false
	}
	if p.maxFails != 0 && p.fails >= p.maxFails && now-p.checked <= p.failTimeout {
		return false
	}
	return p.maxConns == 0 || p.conns < p.maxConns
}

// gain is one step of the smooth weighted round robin for a candidate; the
// answer is what it adds to the total.
func (p *Peer) gain() int {
	e := p.effectiveWeight
	p.currentWeight += e
	if p.effectiveWeight < p.weight {
		p.effectiveWeight++
	}
	return e
}

// probe notes that the peer is being tried at now: when its fail_timeout is
// over, this attempt decides whether it is back.
func (p *Peer) probe(now int64) {
	if now-p.checked > p.failTimeout {
		p.checked = now
	}
}

// settle forgets failures when a check passed since the last one.
func (p *Peer) settle() {
	if p.accessed < p.checked {
		p.fails = 0
	}
}

// list is a set of peers picked from together: the primary servers or the
// backup servers (ngx_stream_upstream_rr_peers_t).
type list struct {
	peers       []*Peer
	templates   []*host // servers to resolve while running
	totalWeight int
	tries       int // peers that are not down
	single      bool
	next        *list // the backup servers, or nil
}

func (l *list) add(p *Peer) {
	l.peers = append(l.peers, p)
	l.totalWeight += p.weight
	if !p.down {
		l.tries++
	}
}

func (l *list) remove(i int) {
	p := l.peers[i]
	l.peers = append(l.peers[:i:i], l.peers[i+1:]...)
	l.totalWeight -= p.weight
	if !p.down {
		l.tries--
	}
}

// allTries is the number of attempts a session starts with.
func (l *list) allTries() int {
	if l.next == nil {
		return l.tries
	}
	return l.tries + l.next.tries
}

// setSingle follows ngx_stream_upstream_zone_set_single.
func (l *list) setSingle() {
	l.single = len(l.peers) == 1 && (l.next == nil || len(l.next.peers) == 0)
}

// Group is a running upstream. Its lock covers the lists and the accounts of
// their peers; of the hooks only Rand is called with
// it held.
type Group struct {
	cfg  Config
	once bool // of one session: see NewResolved

	mu      sync.Mutex
	primary *list
	version uint64 // grows with each change of the lists (peers->config)
	ring    ring   // of HashConsistent
	ranges  []int  // of Random and RandomTwo
	built   uint64 // version that ring and ranges were made from
}
