package stream

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/stream/wildcard"
	"tidegate/runtime/vars"
)

// validHost checks and normalizes a server name that a client sent: lower case, without a port and a final dot; false for one that
// no server can have (ngx_stream_validate_host).
func validHost(host string) (string, bool) {
	name, port, hasPort := host, "", false
	if strings.HasPrefix(host, "[") {
		i := strings.IndexByte(host, ']')
		if i < 0 || !hostBytes(host[1:i], ":") {
			return "", false
		}
		name = host[:i+1]
		if rest := host[i+1:]; rest != "" {
			if rest[0] != ':' {
				return "", false
			}
			port, hasPort = rest[1:], true
		}
	} else if name, port, hasPort = strings.Cut(host, ":"); !hostBytes(name, "%") {
		return "", false
	}
	if hasPort && !validPort(port) {
		return "", false
	}
	name = strings.TrimSuffix(name, ".")
	return catalog.Lower(name), name != ""
}

// validPort tells whether a port may follow a host name: digits, none too many.
func validPort(port string) bool {
	n := 0
	for _, c := range []byte(port) {
		if c < '0' || c > '9' {
			return false
		}
		if n = n*10 + int(c-'0'); n > 65535 {
			return false
		}
	}
	return true
}

// hostBytes tells whether a name consists of what nginx takes in one: letters, digits, single dots, RFC 3986's unreserved marks and
// sub-delims, and the extra ones.
func hostBytes(name, extra string) bool {
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
		case c == '.':
			if i > 0 && name[i-1] == '.' {
				return false
			}
		case strings.IndexByte("-_~!$&'()*+,;=", c) < 0 && strings.IndexByte(extra, c) < 0:
			return false
		}
	}
	return true
}

// names are the server names of an address that has several servers (ngx_stream_virtual_names_t).
type names struct {
	table   wildcard.Table[*Server]
	regexes []nameRegex
}

type nameRegex struct {
	re     *vars.Regex[*Session]
	server *Server
}

// choose makes the server of that name the session's, when the address has one (ngx_stream_find_virtual_server). false is an
// expression that could not be run: the handshake fails.
func (s *Session) choose(host string) bool {
	if host == "" {
		return true
	}
	host, ok := validHost(host)
	if !ok {
		return true
	}
	n := s.place.names
	if n == nil {
		return true
	}
	if server, ok := n.table.Find(host); ok {
		s.use(server)
		return true
	}
	for i := range n.regexes {
		ok, err := n.regexes[i].re.Exec(s, host)
		if err != nil {
			s.Log(errlog.Alert, err.Error())
			return false
		}
		if ok {
			s.use(n.regexes[i].server)
			return true
		}
	}
	return true
}
