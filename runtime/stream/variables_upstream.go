package stream

import (
	"strconv"

	"tidegate/runtime/vars"
)

// Variables of ngx_stream_upstream_module: lists with an element for each attempt. None exists for a session that is not proxied.

func attemptsVar(each func(dst []byte, a *attempt) []byte) func(*Session, string) (string, vars.Status) {
	return func(s *Session, _ string) (string, vars.Status) {
		if s.up == nil || len(s.up.attempts) == 0 {
			return "", vars.Missing
		}
		var buf [64]byte
		dst := buf[:0]
		for i := range s.up.attempts {
			if i > 0 {
				dst = append(dst, ", "...)
			}
			dst = each(dst, &s.up.attempts[i])
		}
		return string(dst), vars.Found
	}
}

// appendSeconds writes milliseconds as seconds with three decimals, "-" for a time that was not reached.
func appendSeconds(dst []byte, ms int64) []byte {
	if ms == -1 {
		return append(dst, '-')
	}
	ms = max(ms, 0)
	dst = strconv.AppendInt(dst, ms/1000, 10)
	return append(dst, '.', byte('0'+ms/100%10), byte('0'+ms/10%10), byte('0'+ms%10))
}

func upstreamVariables() []vars.Variable[*Session] {
	list := []vars.Variable[*Session]{
		{Name: "upstream_addr", Get: attemptsVar(func(b []byte, a *attempt) []byte { return append(b, a.peer...) })},
		{Name: "upstream_bytes_sent", Get: attemptsVar(func(b []byte, a *attempt) []byte { return strconv.AppendInt(b, a.bytesSent, 10) })},
		{Name: "upstream_bytes_received", Get: attemptsVar(func(b []byte, a *attempt) []byte { return strconv.AppendInt(b, a.bytesReceived, 10) })},
		{Name: "upstream_connect_time", Get: attemptsVar(func(b []byte, a *attempt) []byte { return appendSeconds(b, a.connect) })},
		{Name: "upstream_first_byte_time", Get: attemptsVar(func(b []byte, a *attempt) []byte { return appendSeconds(b, a.first) })},
		{Name: "upstream_session_time", Get: attemptsVar(func(b []byte, a *attempt) []byte { return appendSeconds(b, a.response) })},
	}
	for i := range list {
		list[i].Flags = vars.NoCacheable
	}
	return list
}
