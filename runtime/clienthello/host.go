package clienthello

import "strings"

// ValidateHost checks a host name as ngx_stream_validate_host does and gives it
// in the form that servers are chosen by: in lower case, without a port and
// without a final dot. false means that the name chooses nothing.
func ValidateHost(host string) (string, bool) {
	end, dot, ok := scanHost(host)
	if !ok {
		return "", false
	}
	if end > 0 && dot == end-1 {
		end--
	}
	if end == 0 {
		return "", false
	}
	return strings.ToLower(host[:end]), true
}

// scanHost finds the end of the name and its last dot.
func scanHost(host string) (end, dot int, ok bool) {
	literal := strings.HasPrefix(host, "[")
	dot = -2
	for i := 0; i < len(host); i++ {
		c := host[i]
		switch {
		case i == 0 && literal:
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z', c >= '0' && c <= '9', strings.IndexByte("-_~!$&'()*+,;=", c) >= 0:
		case c == '.':
			if dot == i-1 {
				return 0, 0, false
			}
			dot = i
		case c == '%' && !literal:
		case c == ':' && literal:
		case c == ':':
			return i, dot, port(host[i+1:])
		case c == ']' && literal:
			rest := host[i+1:]
			return i + 1, dot, rest == "" || rest[0] == ':' && port(rest[1:])
		default:
			return 0, 0, false
		}
	}
	return len(host), dot, !literal
}

// port takes digits up to 65535, or none at all.
func port(s string) bool {
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < '0' || c > '9' {
			return false
		}
		if n = n*10 + int(c-'0'); n > 65535 {
			return false
		}
	}
	return true
}
