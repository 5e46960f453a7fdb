package upstream

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"sync"
	"time"
)

// host is a server whose name is resolved while running. Its peers stand in
// list and, for a service with priorities, in list.next.
type host struct {
	server *Server
	list   *list
	valid  time.Time // end of validity of the last answer
}

// FoundAddr is one address of an answer. Name, Weight and Priority belong to
// an SRV answer: the target, and the record's numbers.
type FoundAddr struct {
	Addr     netip.AddrPort // without Service the port is not looked at
	Name     string
	Weight   int
	Priority uint16
}

// FoundFailure is an SRV target that could not be resolved.
type FoundFailure struct {
	Name string
	Err  *LookupError
}

// Found is an answer to a Lookup.
type Found struct {
	Addrs    []FoundAddr
	Failures []FoundFailure
	Valid    time.Time
}

// LookupError is a failed look-up, with nginx's number and text for it.
type LookupError struct {
	Code int // 3 is "Host not found", the only failure that empties a server
	Text string
}

func (e *LookupError) Error() string { return fmt.Sprintf("(%d: %s)", e.Code, e.Text) }

const codeNotFound = 3

// Lookup resolves a name, or with service its SRV record.
type Lookup func(ctx context.Context, name, service string) (Found, error)

// Resolving is what Group.Resolve works with.
type Resolving struct {
	Lookup  Lookup
	Timeout time.Duration // resolver_timeout: how long to wait after a failure
	Log     func(msg string)

	After func(time.Duration) <-chan time.Time // for tests; nil means time.After
}

// Resolves reports whether the group has servers to resolve while running.
func (g *Group) Resolves() bool { return g.resolves() }

// Resolve keeps the peers of resolved servers up to date until ctx ends, one
// look-up at a time for each server (ngx_stream_upstream_zone_resolve_timer).
// It returns when all of them have stopped.
func (g *Group) Resolve(ctx context.Context, r Resolving) {
	if r.After == nil {
		r.After = time.After
	}
	var wg sync.WaitGroup
	for l := g.primary; l != nil; l = l.next {
		for _, h := range l.templates {
			wg.Go(func() { g.keep(ctx, h, &r) })
		}
	}
	wg.Wait()
}

func (g *Group) keep(ctx context.Context, h *host, r *Resolving) {
	g.mu.Lock()
	wait := max(h.valid.Sub(g.cfg.Now()).Truncate(time.Second), time.Millisecond)
	g.mu.Unlock()
	for {
		select {
		case <-ctx.Done():
			return
		case <-r.After(wait):
		}
		found, err := r.Lookup(ctx, h.server.Host, h.server.Service)
		if ctx.Err() != nil {
			return
		}
		wait = g.answered(h, found, err, r)
	}
}

// answered takes in one answer and tells when to ask again.
func (g *Group) answered(h *host, found Found, err error, r *Resolving) time.Duration {
	s := h.server
	for _, f := range found.Failures {
		r.Log(fmt.Sprintf("%s could not be resolved (%d: %s) while resolving service %s of %s",
			f.Name, f.Err.Code, f.Err.Text, s.Service, s.Host))
	}
	if err != nil {
		var le *LookupError
		if !errors.As(err, &le) {
			le = &LookupError{Code: 2, Text: err.Error()}
		}
		if s.Service != "" {
			r.Log(fmt.Sprintf("service %s of %s could not be resolved (%d: %s)", s.Service, s.Host, le.Code, le.Text))
		} else {
			r.Log(fmt.Sprintf("%s could not be resolved (%d: %s)", s.Host, le.Code, le.Text))
		}
		if le.Code != codeNotFound {
			return max(r.Timeout, time.Second)
		}
		found.Addrs = nil
	}
	g.update(h, found)
	if left := found.Valid.Unix() - g.cfg.Now().Unix(); left > 0 {
		return time.Duration(left+1) * time.Second
	}
	return time.Second
}

// update makes the peers of h those of the answer, keeping the accounts of
// peers that stay (ngx_stream_upstream_zone_resolve_handler). For a service the
// targets of the best priority are primary, all others backup.
func (g *Group) update(h *host, found Found) {
	best := uint16(math.MaxUint16)
	for _, a := range found.Addrs {
		best = min(best, a.Priority)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for l, backup := h.list, false; l != nil; l, backup = l.next, true {
		var addrs []FoundAddr
		for _, a := range found.Addrs {
			if (a.Priority != best) == backup {
				addrs = append(addrs, a)
			}
		}
		g.merge(h, l, addrs)
		if h.server.Service == "" {
			break
		}
	}
	h.valid = found.Valid
}

func (g *Group) merge(h *host, l *list, addrs []FoundAddr) {
	kept := make([]bool, len(addrs))
	for i := 0; i < len(l.peers); {
		p := l.peers[i]
		if p.host != h || h.keeps(p, addrs, kept) {
			i++
			continue
		}
		l.remove(i)
		g.changed()
	}
	for i, a := range addrs {
		if !kept[i] {
			l.add(h.peer(a))
			g.changed()
		}
	}
}

// keeps looks for p in the answer and marks where it was found.
func (h *host) keeps(p *Peer, addrs []FoundAddr, kept []bool) bool {
	s := h.server
	for i, a := range addrs {
		if kept[i] || p.Addr.IP.Addr() != a.Addr.Addr() {
			continue
		}
		if s.Service != "" {
			if p.Addr.IP.Port() != a.Addr.Port() || p.Server != a.Name || s.Weight == 1 && p.weight != a.Weight {
				continue
			}
		}
		kept[i] = true
		return true
	}
	return false
}

// peer makes the peer of a found address. An SRV record's weight counts unless
// the server has one of its own.
func (h *host) peer(a FoundAddr) *Peer {
	s, addr := h.server, Addr{IP: netip.AddrPortFrom(a.Addr.Addr(), h.server.Port)}
	if s.Service != "" {
		addr.IP = a.Addr
	}
	p := newPeer(s, addr)
	p.host = h
	if s.Service != "" {
		p.Server = a.Name
		if s.Weight == 1 {
			p.weight, p.effectiveWeight = a.Weight, a.Weight
		}
	}
	return p
}

// changed notes a change of the lists: it ends the choices under way, which
// know the peers by number.
func (g *Group) changed() {
	g.version++
	g.primary.setSingle()
}

// Adopt takes over from the group of the same name and zone of the previous
// configuration what its names resolved to, so that a reload does not start
// without peers (ngx_stream_upstream_zone_preresolve). Counters start anew, as
// in nginx, where an upstream zone is never reused (noreuse). Call it before
// the group serves.
func (g *Group) Adopt(old *Group) {
	if g.cfg.Zone == "" || old.cfg.Zone != g.cfg.Zone || old.cfg.Name != g.cfg.Name {
		return
	}
	old.mu.Lock()
	defer old.mu.Unlock()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.preresolve(g.primary.templates, g.primary, old.primary.templates, old.primary)
	if g.primary.next == nil || old.primary.next == nil {
		return
	}
	backup, oldBackup := g.primary.next, old.primary.next
	g.preresolve(g.primary.templates, backup, old.primary.templates, oldBackup)
	g.preresolve(backup.templates, backup, oldBackup.templates, oldBackup)
}

func (g *Group) preresolve(hosts []*host, to *list, oldHosts []*host, from *list) {
	for _, h := range hosts {
		for _, o := range oldHosts {
			if o.server.Host != h.server.Host || o.server.Service != h.server.Service {
				continue
			}
			for _, p := range from.peers {
				if p.host == o {
					h.valid = o.valid
					to.add(h.peer(FoundAddr{Addr: p.Addr.IP, Name: p.Server, Weight: p.weight}))
					g.changed()
				}
			}
			break
		}
	}
}
