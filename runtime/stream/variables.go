package stream

import (
	"strconv"
	"strings"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
	"tidegate/runtime/vars"
)

// Variables of ngx_stream_core_module, ngx_stream_realip_module and ngx_stream_ssl_preread_module.

type complexValue = vars.Complex[*Session]

func found(text string) (string, vars.Status) { return text, vars.Found }

func missing() (string, vars.Status) { return "", vars.Missing }

// portText is a port as $remote_port shows it: empty for a unix-domain socket.
func portText(port uint16) (string, vars.Status) {
	if port == 0 {
		return found("")
	}
	return found(strconv.Itoa(int(port)))
}

func (st *Stream) coreVariables() []vars.Variable[*Session] {
	list := []vars.Variable[*Session]{
		{Name: "binary_remote_addr", Get: func(s *Session, _ string) (string, vars.Status) {
			if s.peer.IsUnix() {
				return found(s.clientText())
			}
			return found(string(s.peer.Addr().AsSlice()))
		}},
		{Name: "remote_addr", Get: func(s *Session, _ string) (string, vars.Status) { return found(s.clientText()) }},
		{Name: "remote_port", Get: func(s *Session, _ string) (string, vars.Status) {
			return portText(addrPort(s.peer).Port())
		}},
		{Name: "server_addr", Get: func(s *Session, _ string) (string, vars.Status) { return found(addrText(s.Local())) }},
		{Name: "server_port", Get: func(s *Session, _ string) (string, vars.Status) {
			return portText(uint16(s.ServerPort()))
		}},
		{Name: "server_name", Get: func(s *Session, _ string) (string, vars.Status) { return found(s.server.Name) }},
		{Name: "bytes_sent", Get: func(s *Session, _ string) (string, vars.Status) {
			return found(strconv.FormatInt(s.sent.Load(), 10))
		}},
		{Name: "bytes_received", Get: func(s *Session, _ string) (string, vars.Status) {
			return found(strconv.FormatInt(s.received, 10))
		}},
		{Name: "connection", Get: func(s *Session, _ string) (string, vars.Status) {
			return found(strconv.FormatUint(s.number, 10))
		}},
		{Name: "nginx_version", Get: func(s *Session, _ string) (string, vars.Status) { return found(st.deps.Version) }},
		{Name: "hostname", Get: func(s *Session, _ string) (string, vars.Status) { return found(st.deps.Hostname) }},
		{Name: "pid", Get: func(s *Session, _ string) (string, vars.Status) { return found(strconv.Itoa(st.deps.Pid)) }},
		{Name: "protocol", Get: func(s *Session, _ string) (string, vars.Status) {
			if s.UDP() {
				return found("UDP")
			}
			return found("TCP")
		}},
		{Name: "realip_remote_addr", Get: func(s *Session, _ string) (string, vars.Status) {
			return found(addrText(s.original()))
		}},
		{Name: "realip_remote_port", Get: func(s *Session, _ string) (string, vars.Status) {
			return portText(addrPort(s.original()).Port())
		}},
	}
	list = append(list, timeVariables()...)
	list = append(list, headerVariables()...)
	return append(list, prereadVariables()...)
}

// original is the client's address before realip changed it.
func (s *Session) original() relay.Addr {
	if s.rare != nil && s.rare.realip != nil {
		return *s.rare.realip
	}
	return s.peer
}

// timeVariables are never kept, and append without a string of their own.
func timeVariables() []vars.Variable[*Session] {
	appenders := []struct {
		name string
		f    func(s *Session, dst []byte) []byte
	}{
		{"session_time", func(s *Session, dst []byte) []byte { return appendSeconds(dst, max(s.msec()-s.start, 0)) }},
		{"msec", func(s *Session, dst []byte) []byte { return appendSeconds(dst, s.msec()) }},
		{"status", func(s *Session, dst []byte) []byte {
			if s.status < 100 {
				dst = append(dst, "000"[len(strconv.Itoa(s.status)):]...)
			}
			return strconv.AppendInt(dst, int64(s.status), 10)
		}},
		{"time_iso8601", func(s *Session, dst []byte) []byte { return s.stream.now().AppendFormat(dst, isoTime) }},
		{"time_local", func(s *Session, dst []byte) []byte { return s.stream.now().AppendFormat(dst, commonTime) }},
	}
	var list []vars.Variable[*Session]
	for _, a := range appenders {
		list = append(list, vars.Variable[*Session]{
			Name: a.name, Flags: vars.NoCacheable, Append: a.f, Plain: true,
			Get: func(s *Session, _ string) (string, vars.Status) {
				var buf [32]byte
				return found(string(a.f(s, buf[:0])))
			},
		})
	}
	return list
}

const (
	isoTime    = "2006-01-02T15:04:05-07:00"
	commonTime = "02/Jan/2006:15:04:05 -0700"
)

// headerVariables are those of the PROXY protocol header.
func headerVariables() []vars.Variable[*Session] {
	get := func(f func(s *Session) (string, vars.Status)) func(*Session, string) (string, vars.Status) {
		return func(s *Session, _ string) (string, vars.Status) {
			if s.header == nil {
				return missing()
			}
			return f(s)
		}
	}
	return []vars.Variable[*Session]{
		{Name: "proxy_protocol_addr", Get: get(func(s *Session) (string, vars.Status) { return found(s.header.SrcAddr) })},
		{Name: "proxy_protocol_port", Get: get(func(s *Session) (string, vars.Status) { return portText(s.header.SrcPort) })},
		{Name: "proxy_protocol_server_addr", Get: get(func(s *Session) (string, vars.Status) { return found(s.header.DstAddr) })},
		{Name: "proxy_protocol_server_port", Get: get(func(s *Session) (string, vars.Status) { return portText(s.header.DstPort) })},
		{Name: "proxy_protocol_tlv_", Flags: vars.Prefix, Get: func(s *Session, name string) (string, vars.Status) {
			v, ok, err := s.header.TLV(strings.TrimPrefix(name, "proxy_protocol_tlv_"))
			if err != nil {
				s.Log(errlog.Err, err.Error())
				return "", vars.Failed
			}
			if !ok {
				return missing()
			}
			return found(string(v))
		}},
	}
}

// prereadVariables are those of the peeked ClientHello.
func prereadVariables() []vars.Variable[*Session] {
	get := func(f func(s *Session) string) func(*Session, string) (string, vars.Status) {
		return func(s *Session, _ string) (string, vars.Status) {
			if s.hello == nil {
				return missing()
			}
			return found(f(s))
		}
	}
	return []vars.Variable[*Session]{
		{Name: "ssl_preread_protocol", Get: get(func(s *Session) string { return s.hello.Protocol() })},
		{Name: "ssl_preread_server_name", Get: get(func(s *Session) string { return s.hello.ServerName })},
		{Name: "ssl_preread_alpn_protocols", Get: get(func(s *Session) string { return s.hello.ALPN })},
	}
}

func unixSecond(sec int64) time.Time { return time.Unix(sec, 0) }
