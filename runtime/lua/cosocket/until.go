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

func (u *Until) take(data, out []byte) ([]byte, []byte, bool, bool) {
	if len(data) == 0 {
		return nil, out, false, true
	}
	for i, c := range data {
		before := u.state
		for u.state > 0 && c != u.pattern[u.state] {
			u.state = u.fail[u.state]
		}
		matched := c == u.pattern[u.state]
		if matched {
			u.state++
		}
		// What left the window is data: the first bytes of what was matched before, and c itself when nothing matches now.
		gone := before + 1 - u.state
		if !matched {
			out = append(append(out, u.pattern[:before]...), c)
		} else {
			out = append(out, u.pattern[:gone]...)
		}
		if u.state == len(u.pattern) {
			if u.inclusive {
				out = append(out, u.pattern...)
			}
			u.state, u.ended = 0, u.sized
			return data[i+1:], out, true, false
		}
		if u.sized && gone > 0 {
			if u.rest -= gone; u.rest <= 0 {
				return data[i+1:], out, true, false
			}
		}
	}
	return nil, out, false, false
}
