package upstream

import (
	"time"

	"tidegate/runtime/errlog"
)

// Times are the durations of an attempt, counted from its start; negative while
// not known (nginx's u->state).
type Times struct {
	Connect   time.Duration
	FirstByte time.Duration
	Response  time.Duration
}

var noTimes = Times{-1, -1, -1}

// peerTimes is what least_time remembers of a peer, in milliseconds: moving
// averages, and an account of the sessions in flight.
type peerTimes struct {
	connect, firstByte, response int64

	inflight        int64 // average age of the sessions in flight
	inflightLast    int64 // sum of their ages at inflightChanged
	inflightChanged int64
	inflightCount   int64
}

// The clusters of ngx_stream_upstream_least_time_eta: times within 20 ms count
// as equal, times over 5 s as equally bad.
const (
	timeCluster = 20
	timeMax     = 5000
)

// average is the exponential moving average of
// ngx_stream_upstream_response_time_avg.
func average(avg *int64, v int64) {
	if *avg == 0 {
		*avg = v
		return
	}
	*avg = int64(0.5 + float64(v)*0.05 + float64(*avg)*0.95)
}

// leastTime is ngx_stream_upstream_get_least_time_peer.
func (s *Selection) leastTime(now, ms int64) *Peer {
	s.req.Debug.Num(errlog.DebugStream, "get least time peer, try: %ui", s.tries)
	if s.list.single {
		return s.roundRobin(now)
	}
	if s.stale() {
		return nil
	}
	metric := s.group.cfg.Metric
	again := func(p *Peer) int { return p.eta(metric, now) }
	first := func(p *Peer) int {
		if t := &p.times; t.inflightCount > 0 {
			average(&t.inflight, t.inflightLast/t.inflightCount+ms-t.inflightChanged)
		}
		return again(p)
	}
	p, many := s.byLeast(now, first, again, false)
	if p == nil {
		s.req.Debug.Line(errlog.DebugStream, "get least time peer, no peer found")
		if s.toBackup() {
			s.req.Debug.Line(errlog.DebugStream, "get least time peer, backup servers")
			return s.leastTime(now, ms)
		}
		return nil
	}
	if many {
		s.req.Debug.Line(errlog.DebugStream, "get least time peer, many")
	}
	if s.group.cfg.Inflight {
		t := &p.times
		if t.inflightCount > 0 {
			t.inflightLast += (ms - t.inflightChanged) * t.inflightCount
		}
		t.inflightChanged = ms
		t.inflightCount++
		s.inflight = true
	}
	return p
}

// eta is the estimated time the peer needs for what it has to do already
// (ngx_stream_upstream_least_time_eta).
func (p *Peer) eta(m TimeMetric, now int64) int {
	t := &p.times
	rt := t.response
	switch m {
	case TimeConnect:
		rt = t.connect
	case TimeFirstByte:
		rt = t.firstByte
	}
	if idle := now - p.checked; idle > p.failTimeout {
		// A peer left alone gets another chance: half for each fail_timeout.
		rt >>= uint64(idle / (p.failTimeout + 1))
	}
	if t.inflightCount > 0 {
		rt = max(rt, t.inflight)
	}
	if rt > timeMax {
		rt = timeMax
	} else {
		rt += timeCluster - rt%timeCluster
	}
	return int(rt) * (1 + p.conns)
}

// leastTimeNotify is ngx_stream_upstream_least_time_notify.
func (s *Selection) leastTimeNotify(p *Peer, e Event, ms int64) {
	switch metric := s.group.cfg.Metric; {
	case e == Connected && metric == TimeConnect:
		s.measured(&p.times.connect, s.Times.Connect, p, ms)
	case e == FirstByte && metric == TimeFirstByte:
		s.measured(&p.times.firstByte, s.Times.FirstByte, p, ms)
	}
}

// WantsFirstByte tells whether Notify is to be told of FirstByte.
func (s *Selection) WantsFirstByte() bool {
	c := &s.group.cfg
	return c.Method == LeastTime && c.Inflight && c.Metric == TimeFirstByte
}

func (s *Selection) measured(avg *int64, d time.Duration, p *Peer, ms int64) {
	average(avg, d.Milliseconds())
	if s.inflight {
		s.landed(p, d, ms)
	}
}

// landed takes the session out of the account of those in flight.
func (s *Selection) landed(p *Peer, d time.Duration, ms int64) {
	t := &p.times
	if t.inflightCount == 1 {
		t.inflightLast = 0
	} else {
		t.inflightLast += (ms-t.inflightChanged)*t.inflightCount - d.Milliseconds()
		t.inflightChanged = ms
	}
	t.inflightCount--
	s.inflight = false
}

// leastTimeFree is ngx_stream_upstream_free_least_time_peer; failures do not
// count, lest a peer that fails fast be preferred.
func (s *Selection) leastTimeFree(p *Peer, state State, ms int64) {
	s.req.Debug.Line(errlog.DebugStream, "free least time peer")
	cfg, t := &s.group.cfg, s.Times
	if s.inflight {
		s.landed(p, t.Response, ms)
	}
	if state&(StateFailed|StateNext) != 0 {
		return
	}
	if t.Response >= 0 {
		average(&p.times.response, t.Response.Milliseconds())
	}
	if t.Connect < 0 {
		return // the session ended while it connected
	}
	if !cfg.Inflight || cfg.Metric != TimeConnect {
		average(&p.times.connect, t.Connect.Milliseconds())
	}
	if t.FirstByte >= 0 && (!cfg.Inflight || cfg.Metric != TimeFirstByte) {
		average(&p.times.firstByte, t.FirstByte.Milliseconds())
	}
}
