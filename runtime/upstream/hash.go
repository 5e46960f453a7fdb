package upstream

import (
	stdcrc "hash/crc32"
	"slices"
	"strconv"
	"strings"

	"tidegate/runtime/errlog"
)

func crc32(s string) uint32 {
	return stdcrc.ChecksumIEEE([]byte(s))
}

// plainHash is ngx_stream_upstream_get_hash_peer, which agrees with
// Cache::Memcached: 15 bits of crc32([rehash] key) are added up and taken
// modulo the total weight.
func (s *Selection) plainHash(now int64) *Peer {
	s.req.Debug.Num(errlog.DebugStream, "get hash peer, try: %ui", s.tries)
	l := s.list
	if s.misses > maxMisses || len(l.peers) < 2 || s.req.Key == "" || s.stale() {
		return s.roundRobin(now)
	}
	for {
		// The number of the try goes before the key, except at the first.
		key := s.req.Key
		if s.rehash > 0 {
			key = strconv.FormatUint(uint64(s.rehash), 10) + key
		}
		s.hash += crc32(key) >> 16 & 0x7fff
		s.rehash++
		p, i := l.atWeight(int(uint64(s.hash) % uint64(l.totalWeight)))
		if d := s.req.Debug; d != nil && !s.tried.has(i) {
			d.Log(errlog.DebugStream, "get hash peer, value:%uD, peer:%ui", s.hash, i)
		}
		if !s.tried.has(i) && p.usable(now) {
			s.take(p, i, now)
			return p
		}
		if s.misses++; s.misses > maxMisses {
			return s.roundRobin(now)
		}
	}
}

// atWeight is the peer in whose share of the total weight w lies.
func (l *list) atWeight(w int) (*Peer, int) {
	i := 0
	for w >= l.peers[i].weight {
		w -= l.peers[i].weight
		i++
	}
	return l.peers[i], i
}

// pointsPerWeight is the number of ring points for one unit of weight.
const pointsPerWeight = 160

type point struct {
	hash   uint32
	server string
}

// ring is the continuum of hash consistent, ordered by hash.
type ring []point

// newRing computes the points as ngx_stream_upstream_update_chash does, to
// agree with Cache::Memcached::Fast: crc32(HOST \0 PORT PREVIOUS_HASH).
func newRing(l *list) ring {
	r := make(ring, 0, l.totalWeight*pointsPerWeight)
	for _, p := range l.peers {
		host, port := hostPort(p.Server)
		base := stdcrc.ChecksumIEEE([]byte(host + "\x00" + port))
		var prev [4]byte
		for range p.weight * pointsPerWeight {
			h := stdcrc.Update(base, stdcrc.IEEETable, prev[:])
			r = append(r, point{h, p.Server})
			prev = [4]byte{byte(h), byte(h >> 8), byte(h >> 16), byte(h >> 24)}
		}
	}
	// nginx sorts with qsort, a stable merge sort in glibc, and keeps the first
	// of equal points.
	slices.SortStableFunc(r, func(a, b point) int {
		switch {
		case a.hash < b.hash:
			return -1
		case a.hash > b.hash:
			return 1
		}
		return 0
	})
	return slices.CompactFunc(r, func(a, b point) bool { return a.hash == b.hash })
}

// hostPort splits a server as written: after the last colon only digits may
// follow, "unix:" is cut off.
func hostPort(server string) (host, port string) {
	if len(server) >= 5 && strings.EqualFold(server[:5], "unix:") {
		return server[5:], ""
	}
	for i := len(server) - 1; i >= 0; i-- {
		switch c := server[i]; {
		case c == ':':
			return server[:i], server[i+1:]
		case c < '0' || c > '9':
			return server, ""
		}
	}
	return server, ""
}

// find gives the index of the first point whose hash is not below h; it may be
// one past the end.
func (r ring) find(h uint32) uint32 {
	i, _ := slices.BinarySearchFunc(r, h, func(p point, h uint32) int {
		switch {
		case p.hash < h:
			return -1
		case p.hash > h:
			return 1
		}
		return 0
	})
	return uint32(i)
}

// consistentHash is ngx_stream_upstream_get_chash_peer: the point after the key
// names a server; peers of that server (several when its name has several
// addresses) share by smooth round robin; an unusable server yields to the next
// point.
func (s *Selection) consistentHash(now int64) *Peer {
	s.req.Debug.Num(errlog.DebugStream, "get consistent hash peer, try: %ui", s.tries)
	l := s.list
	if s.misses > maxMisses || l.single || s.req.Key == "" {
		return s.roundRobin(now)
	}
	if len(l.peers) == 0 || s.stale() || len(s.group.ring) == 0 {
		return nil
	}
	for {
		server := s.group.ring[int(s.hash)%len(s.group.ring)].server
		if d := s.req.Debug; d != nil {
			d.Log(errlog.DebugStream, "consistent hash peer:%uD, server:\"%V\"", s.hash, server)
		}
		p := s.smooth(0, now, func(p *Peer) bool { return p.Server == server })
		if p != nil {
			return p
		}
		s.hash++
		if s.misses++; s.misses > maxMisses {
			return s.roundRobin(now)
		}
	}
}
