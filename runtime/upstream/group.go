package upstream

import (
	"math/rand/v2"
	"time"
)

// New builds a group. Its errors are nginx's own messages for an upstream
// block that cannot serve.
func New(cfg Config) (*Group, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	g := newGroup(cfg)
	g.primary = g.newList(false)
	if backup := g.newList(true); len(backup.peers)+len(backup.templates) > 0 || g.resolves() {
		g.primary.next = backup
	}
	g.primary.setSingle()
	g.version++
	return g, nil
}

// NewImplicit builds the group of a proxy_pass that names a host and port
// without an upstream block: equal weights, max_fails=1, fail_timeout=10s, as
// the last part of ngx_stream_upstream_init_round_robin has it.
func NewImplicit(name string, addrs []Addr) *Group {
	return plain(name, addrs)
}

// NewResolved builds the group of one session whose proxy_pass was resolved
// while running (ngx_stream_upstream_create_round_robin_peer). Nothing is
// remembered beyond the session, TLS sessions included: see Selection.Sessions.
func NewResolved(name string, addrs []Addr) *Group {
	g := plain(name, addrs)
	g.cfg.Zone = ""
	g.primary.templates = nil
	g.once = true
	return g
}

func plain(name string, addrs []Addr) *Group {
	g := newGroup(Config{Name: name})
	s := &Server{Name: name, Weight: 1, MaxFails: 1, FailTimeout: 10 * time.Second}
	g.primary = &list{}
	for _, a := range addrs {
		g.primary.add(newPeer(s, a))
	}
	g.primary.setSingle()
	return g
}

func newGroup(cfg Config) *Group {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Uint32
	}
	return &Group{cfg: cfg}
}

// newList collects the primary or the backup servers.
func (g *Group) newList(backup bool) *list {
	l := &list{}
	for i := range g.cfg.Servers {
		s := &g.cfg.Servers[i]
		if s.Backup != backup {
			continue
		}
		if s.Host != "" {
			l.templates = append(l.templates, &host{server: s, list: l})
			continue
		}
		for _, a := range s.Addrs {
			l.add(newPeer(s, a))
		}
	}
	return l
}

func (g *Group) resolves() bool {
	for i := range g.cfg.Servers {
		if g.cfg.Servers[i].Host != "" {
			return true
		}
	}
	return false
}

// Name is the name of the upstream block. It stands for the peer in logs and
// in $upstream_addr when no peer was live.
func (g *Group) Name() string { return g.cfg.Name }

// Zone is the name of the group's shared memory zone, or "".
func (g *Group) Zone() string { return g.cfg.Zone }

// Hashed reports whether Request.Key is looked at, so that a caller need not
// evaluate the hash variable for nothing.
func (g *Group) Hashed() bool {
	return g.cfg.Method == Hash || g.cfg.Method == HashConsistent
}

// PeerStatus is the account of one peer at one moment.
type PeerStatus struct {
	Peer            *Peer
	Weight          int
	EffectiveWeight int
	CurrentWeight   int
	Conns, MaxConns int
	Fails, MaxFails int
	FailTimeout     time.Duration
	Accessed        time.Time // of the last failure, zero if none
	Checked         time.Time
	Down, Backup    bool
}

// Status lists the peers in the order in which they are tried.
func (g *Group) Status() []PeerStatus {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []PeerStatus
	for l, backup := g.primary, false; l != nil; l, backup = l.next, true {
		for _, p := range l.peers {
			out = append(out, PeerStatus{
				Peer: p, Weight: p.weight, EffectiveWeight: p.effectiveWeight, CurrentWeight: p.currentWeight,
				Conns: p.conns, MaxConns: p.maxConns, Fails: p.fails, MaxFails: p.maxFails,
				FailTimeout: time.Duration(p.failTimeout) * time.Second,
				Accessed:    second(p.accessed), Checked: second(p.checked),
				Down: p.down, Backup: backup,
			})
		}
	}
	return out
}

func second(s int64) time.Time {
	if s == 0 {
		return time.Time{}
	}
	return time.Unix(s, 0)
}
