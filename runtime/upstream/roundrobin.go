package upstream

import "tidegate/runtime/errlog"

// roundRobin is ngx_stream_upstream_get_round_robin_peer: smooth weighted round
// robin over the peers not tried yet, then the backup servers.
func (s *Selection) roundRobin(now int64) *Peer {
	s.req.Debug.Num(errlog.DebugStream, "get rr peer, try: %ui", s.tries)
	if s.stale() {
		return nil
	}
	if p := s.roundRobinIn(now); p != nil {
		return p
	}
	if s.toBackup() {
		s.req.Debug.Line(errlog.DebugStream, "backup servers")
		return s.roundRobin(now)
	}
	return nil
}

func (s *Selection) roundRobinIn(now int64) *Peer {
	if s.list.single {
		// A lone peer is tried whatever its failures: there is nothing better.
		p := s.list.peers[0]
		if p.down || p.maxConns != 0 && p.conns >= p.maxConns {
			return nil
		}
		return p
	}
	p := s.smooth(0, now, nil)
	if d := s.req.Debug; d != nil && p != nil {
		d.Log(errlog.DebugStream, "get rr peer, current: %p %i", errlog.Address(p), p.currentWeight)
	}
	return p
}

// smooth runs one round of the smooth weighted algorithm over the untried,
// usable peers from index first on that want accepts (all, if nil). The one
// with the greatest current weight wins and pays the total.
func (s *Selection) smooth(first int, now int64, want func(*Peer) bool) *Peer {
	var best *Peer
	at, total := 0, 0
	for i := first; i < len(s.list.peers); i++ {
		p := s.list.peers[i]
		if s.tried.has(i) || !p.usable(now) || want != nil && !want(p) {
			continue
		}
		total += p.gain()
		if best == nil || p.currentWeight > best.currentWeight {
			best, at = p, i
		}
	}
	if best == nil {
		return nil
	}
	best.currentWeight -= total
	s.take(best, at, now)
	return best
}

// take records the pick of the peer at index i.
func (s *Selection) take(p *Peer, i int, now int64) {
	s.tried.set(i)
	p.probe(now)
}

// cost is what least_conn and least_time compare, per weight.
type cost func(*Peer) int

// least finds the cheapest peer for its weight, the first of several, and
// whether there are several.
func (s *Selection) least(now int64, of cost) (best *Peer, at, bestCost int, many bool) {
	for i, p := range s.list.peers {
		if s.tried.has(i) || !p.usable(now) {
			continue
		}
		c := of(p)
		switch {
		case best == nil || c*best.weight < bestCost*p.weight:
			best, bestCost, at, many = p, c, i, false
		case c*best.weight == bestCost*p.weight:
			many = true
		}
	}
	return best, at, bestCost, many
}

// byLeast picks the cheapest peer; equals share by smooth round robin, with the
// first of them as the one to beat. first is the cost for finding it, again the
// cost for finding its equals. follow compares equals with the best so far,
// else with the first one: least_conn does the former, least_time the latter.
func (s *Selection) byLeast(now int64, first, again cost, follow bool) (_ *Peer, many bool) {
	best, at, bestCost, many := s.least(now, first)
	if best == nil {
		return nil, false
	}
	total := 0
	for i := at; many && i < len(s.list.peers); i++ {
		p := s.list.peers[i]
		if s.tried.has(i) || !p.usable(now) {
			continue
		}
		c := again(p)
		if c*best.weight != bestCost*p.weight {
			continue
		}
		total += p.gain()
		if p.currentWeight > best.currentWeight {
			best, at = p, i
			if follow {
				bestCost = c
			}
		}
	}
	best.currentWeight -= total
	s.take(best, at, now)
	return best, many
}

// leastConn is ngx_stream_upstream_get_least_conn_peer.
func (s *Selection) leastConn(now int64) *Peer {
	s.req.Debug.Num(errlog.DebugStream, "get least conn peer, try: %ui", s.tries)
	if s.list.single {
		return s.roundRobin(now)
	}
	if s.stale() {
		return nil
	}
	conns := func(p *Peer) int { return p.conns }
	p, many := s.byLeast(now, conns, conns, true)
	if p != nil {
		if many {
			s.req.Debug.Line(errlog.DebugStream, "get least conn peer, many")
		}
		return p
	}
	s.req.Debug.Line(errlog.DebugStream, "get least conn peer, no peer found")
	if s.toBackup() {
		s.req.Debug.Line(errlog.DebugStream, "get least conn peer, backup servers")
		return s.leastConn(now)
	}
	return nil
}
