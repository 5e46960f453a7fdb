package upstream

import (
	"sort"

	"tidegate/runtime/errlog"
)

// newRanges gives, for each peer, the sum of the weights before it
// (ngx_stream_upstream_update_random).
func newRanges(l *list) []int {
	r := make([]int, len(l.peers))
	sum := 0
	for i, p := range l.peers {
		r[i] = sum
		sum += p.weight
	}
	return r
}

// peek draws a peer with a chance proportional to its weight.
func (s *Selection) peek() int {
	x := int(uint64(s.group.cfg.Rand()) % uint64(s.list.totalWeight))
	r := s.group.ranges
	return sort.Search(len(r), func(i int) bool { return r[i] > x }) - 1
}

// drawable tells whether the random draw applies at all; it gives way to round
// robin after too many misses, for a lone peer, and among backup servers, which
// have no ranges.
func (s *Selection) drawable() bool {
	return s.misses <= maxMisses && len(s.list.peers) >= 2 && !s.stale() && s.list == s.group.primary
}

// random is ngx_stream_upstream_get_random_peer.
func (s *Selection) random(now int64) *Peer {
	s.req.Debug.Num(errlog.DebugStream, "get random peer, try: %ui", s.tries)
	if !s.drawable() {
		return s.roundRobin(now)
	}
	for {
		i := s.peek()
		if p := s.list.peers[i]; !s.tried.has(i) && p.usable(now) {
			s.take(p, i, now)
			return p
		}
		if s.misses++; s.misses > maxMisses {
			return s.roundRobin(now)
		}
	}
}

// randomTwo is ngx_stream_upstream_get_random2_peer: of two different draws the
// one with fewer connections per weight; the later one when they are equal.
func (s *Selection) randomTwo(now int64) *Peer {
	s.req.Debug.Num(errlog.DebugStream, "get random2 peer, try: %ui", s.tries)
	if !s.drawable() {
		return s.roundRobin(now)
	}
	first := -1
	for {
		i := s.peek()
		p := s.list.peers[i]
		if i != first && !s.tried.has(i) && p.usable(now) {
			if first >= 0 {
				if prev := s.list.peers[first]; p.conns*prev.weight > prev.conns*p.weight {
					p, i = prev, first
				}
				s.take(p, i, now)
				return p
			}
			first = i
		}
		if s.misses++; s.misses > maxMisses {
			return s.roundRobin(now)
		}
	}
}
