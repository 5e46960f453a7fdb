package cosocket

// Until is the state of an iterator made by receiveuntil: it gives the bytes before a pattern, whole or in pieces of a given size.
// A piece can be a little longer than asked for when a partly matched pattern turns out to be data, as it is in OpenResty
// (ngx_stream_lua_socket_read_until).
type Until struct {
	pattern   string
	inclusive bool
	fail      []int // Knuth-Morris-Pratt: length of the longest border of each prefix
	state     int   // bytes of the pattern matched so far
	ended     bool  // a sized read met the pattern: the next call says so

	sized bool
	rest  int
}

// NewUntil prepares an iterator. The pattern must not be empty.
func NewUntil(pattern string, inclusive bool) *Until {
	u := &Until{pattern: pattern, inclusive: inclusive, fail: make([]int, len(pattern)+1)}
	for i, k := 1, 0; i < len(pattern); i++ {
		for k > 0 && pattern[i] != pattern[k] {
			k = u.fail[k]
		}
		if pattern[i] == pattern[k] {
			k++
		}
		u.fail[i+1] = k
	}
	return u
}

// take follows the loop of ngx_stream_lua_socket_read_until to the byte: where a partly matched pattern turns out to be data, the rest of
// a sized read shrinks by the state that goes on, not by what was given out, and the byte that did not match may be left for the next call.
func (u *Until) take(data, out []byte) ([]byte, []byte, bool, bool) {
	if len(data) == 0 {
		return nil, out, false, true
	}
	for i := 0; i < len(data); {
		c := data[i]
		if c == u.pattern[u.state] {
			i++
			if u.state++; u.state < len(u.pattern) {
				continue
			}
			if u.inclusive {
				out = append(out, u.pattern...)
			}
			u.state, u.ended = 0, u.sized
			return data[i:], out, true, false
		}
		spent := u.state
		switch next := u.recover(c); {
		case u.state == 0:
			out = append(out, c)
			i, spent = i+1, 1
		case next > 0:
			out = append(out, u.pattern[:u.state+1-next]...)
			i, u.state, spent = i+1, next, next
		default: // c may begin the pattern
			out = append(out, u.pattern[:u.state]...)
			u.state = 0
		}
		if u.sized {
			if u.rest -= spent; u.rest <= 0 {
				return data[i:], out, true, false
			}
		}
	}
	return nil, out, false, false
}

// recover is the state in which matching goes on with a byte that does not continue the pattern, 0 where it starts over: the edges of
// ngx_stream_lua_socket_compile_pattern.
func (u *Until) recover(c byte) int {
	k := u.fail[u.state]
	for k > 0 && u.pattern[k] != c {
		k = u.fail[k]
	}
	if k == 0 {
		return 0
	}
	return k + 1
}
