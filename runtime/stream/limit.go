package stream

import (
	"fmt"

	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/stream/limitconn"
	"tidegate/runtime/vars"
)

// limits are the limit_conn directives in force in a server.
type limits struct {
	list   []limit
	level  errlog.Level
	dryRun bool
}

type limit struct {
	limitZone
	max int
}

// limitZone is a limit_conn_zone with the text that its keys are made of.
type limitZone struct {
	zone *limitconn.Zone
	key  *complexValue
}

// counted is what limit_conn knows of a session.
type counted struct {
	status string // $limit_conn_status
	places []limitconn.Place
}

// limitConn is ngx_stream_limit_conn_handler.
func (s *Session) limitConn() phase.Result {
	l := s.server.limits
	if l == nil {
		return phase.Next
	}
	c := &s.extra().counted
	s.OnClose(s.leaveLimits)
	for i := range l.list {
		x := &l.list[i]
		key := x.key.String(s)
		switch {
		case key == "":
			continue
		case len(key) > limitconn.MaxKey:
			s.Log(errlog.Err, fmt.Sprintf("the value of the \"%s\" key is more than 255 bytes: \"%s\"", x.zone.Key(), key))
			continue
		}
		c.status = "PASSED"
		place, outcome := x.zone.Take(key, x.max)
		if outcome == limitconn.Taken {
			c.places = append(c.places, place)
			continue
		}
		return s.overLimit(l, x.zone, outcome)
	}
	return phase.Next
}

// overLimit refuses a session that may not be one more, and gives the places back that it has taken already.
func (s *Session) overLimit(l *limits, z *limitconn.Zone, outcome limitconn.Outcome) phase.Result {
	dry := ""
	if l.dryRun {
		dry = ", dry run,"
	}
	if outcome == limitconn.NoMemory {
		s.stream.deps.Log.Write(errlog.Crit, 0, z.Full())
	} else {
		s.Log(l.level, "limiting connections"+dry+" by zone \""+z.Name()+"\"")
	}
	s.leaveLimits()
	if l.dryRun {
		s.rare.status = "REJECTED_DRY_RUN"
		return phase.Next
	}
	s.rare.status = "REJECTED"
	return phase.ServiceUnavailable
}

// leaveLimits gives the session's places back.
func (s *Session) leaveLimits() {
	for _, p := range s.rare.places {
		p.Give()
	}
	s.rare.places = nil
}

func limitVariables() []vars.Variable[*Session] {
	return []vars.Variable[*Session]{{Name: "limit_conn_status", Flags: vars.NoCacheable, Get: func(s *Session, _ string) (string, vars.Status) {
		if s.rare == nil || s.rare.status == "" {
			return missing()
		}
		return found(s.rare.status)
	}}}
}
