package upstream

import (
	"net/netip"
	"time"

	"tidegate/runtime/errlog"
)

// Balancer is asked for a peer at every attempt, before the round robin of the
// listed servers: the shape of balancer_by_lua.
type Balancer interface {
	// Balance may set a peer and other things on b. Without a peer the group's
	// round robin decides. An error ends the attempt and is what
	// Selection.Get returns: ErrNoLive for ngx.exit(ngx.BUSY), ErrDeclined
	// for ngx.DECLINED, a StatusError, or any other for NGX_ERROR.
	// The call must return before any other use of the Selection.
	Balance(b *Balance) error
}

// Balance is what a Balancer sees and sets during one attempt, and remembers
// from one attempt of a session to the next.
type Balance struct {
	selection *Selection

	peer      *Peer // set in this attempt
	moreTries int
	total     int
	last      State
	timeouts  Timeouts
	local     netip.AddrPort // set in this attempt
}

// Timeouts that a Balancer set for the session; zero where it set none.
type Timeouts struct {
	Connect time.Duration
	Session time.Duration // proxy_timeout
}

// Session is Request.Session.
func (b *Balance) Session() any { return b.selection.req.Session }

// SetPeer makes the address the peer of this attempt
// (ngx.balancer.set_current_peer).
func (b *Balance) SetPeer(a Addr) {
	b.peer = &Peer{Addr: a, Name: a.String()}
}

// SetMoreTries allows count further attempts on top of those left
// (ngx.balancer.set_more_tries). reduced is true if the limit of
// proxy_next_upstream_tries cut the count: "reduced tries due to limit".
func (b *Balance) SetMoreTries(count int) (reduced bool) {
	limit := b.selection.req.MaxTries
	total := b.total + b.selection.tries - 1
	if limit > 0 && total+count > limit {
		count, reduced = limit-total, true
	}
	b.moreTries = count
	return reduced
}

// LastFailure is the state in which the previous attempt ended, StateOK at the
// first. Only peers set with SetPeer are remembered.
func (b *Balance) LastFailure() State { return b.last }

// SetTimeouts overrides the timeouts of the session; zero leaves one alone.
func (b *Balance) SetTimeouts(t Timeouts) {
	if t.Connect > 0 {
		b.timeouts.Connect = t.Connect
	}
	if t.Session > 0 {
		b.timeouts.Session = t.Session
	}
}

// Timeouts are those a Balancer set for the session, zero without one.
func (s *Selection) Timeouts() Timeouts {
	if s.balance == nil {
		return Timeouts{}
	}
	return s.balance.timeouts
}

// SetLocal makes the connection of this attempt come from a local address
// (ngx.balancer.bind_to_local_addr).
func (b *Balance) SetLocal(a netip.AddrPort) { b.local = a }

// Local is what a Balancer set with SetLocal in this attempt, invalid without.
func (s *Selection) Local() netip.AddrPort {
	if s.balance == nil {
		return netip.AddrPort{}
	}
	return s.balance.local
}

// ask runs the Balancer (ngx_stream_lua_balancer_get_peer); nil, nil leaves the
// choice to round robin.
func (b *Balance) ask() (*Peer, error) {
	s := b.selection
	s.req.Debug.Num(errlog.DebugStream, "lua balancer peer, tries: %ui", s.tries)
	b.peer, b.moreTries, b.local = nil, 0, netip.AddrPort{}
	b.total++
	s.current = nil
	if err := s.group.cfg.Balancer.Balance(b); err != nil {
		b.peer = nil
		return nil, err
	}
	if b.peer == nil {
		return nil, nil
	}
	s.tries += b.moreTries
	s.Times = noTimes
	// From now on failures of a lone listed server count, as in nginx, where
	// the module clears the flag of the shared list.
	s.group.mu.Lock()
	s.list.single = false
	s.group.mu.Unlock()
	return b.peer, nil
}

// free ends an attempt with a peer that the Balancer set; false if round robin
// chose the peer.
func (b *Balance) free(state State) bool {
	b.selection.req.Debug.Num(errlog.DebugStream, "lua balancer free peer, tries: %ui", b.selection.tries)
	if b.peer == nil {
		return false
	}
	b.last = state
	if b.selection.tries > 0 {
		b.selection.tries--
	}
	return true
}
