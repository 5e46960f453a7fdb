package vm

import "strings"

// matcher matches one Lua pattern against one subject.
type matcher struct {
	c       *Call
	src     string
	pat     string
	level   int
	depth   int
	capture [maxCaptures]capture
}

type capture struct{ start, len int }

const (
	maxCaptures  = 32  // LUA_MAXCAPTURES
	maxMatch     = 200 // LJ_MAX_XLEVEL: recursion of one match
	capUnclosed  = -1
	capPosition  = -2
	patternChars = "^$*+?.([%-"
)

// newMatcher returns a matcher. As in LuaJIT a pattern ends at its first zero byte.
func newMatcher(c *Call, src, pat string) *matcher {
	if i := strings.IndexByte(pat, 0); i >= 0 {
		pat = pat[:i]
	}
	m := c.th.vm.matcher
	if c.th.vm.matcher = nil; m == nil { // the first one, or a replacement function of gsub runs
		m = &matcher{}
	}
	m.c, m.src, m.pat = c, src, pat
	return m
}

// done gives the matcher back for the next call: it is the largest thing that most uses of patterns would allocate.
func (m *matcher) done() {
	vm := m.c.th.vm
	m.c, m.src, m.pat, m.level, m.depth = nil, "", "", 0, 0
	vm.matcher = m
}

// match matches the pattern from p on against the subject from s on and returns the end of the match, or -1.
func (m *matcher) match(s, p int) int {
	if m.depth++; m.depth > maxMatch {
		m.c.Throw("pattern too complex")
	}
	r := m.step(s, p)
	m.depth--
	return r
}

func (m *matcher) step(s, p int) int {
	for p < len(m.pat) {
		switch m.pat[p] {
		case '(':
			if p+1 < len(m.pat) && m.pat[p+1] == ')' {
				return m.open(s, p+2, capPosition)
			}
			return m.open(s, p+1, capUnclosed)
		case ')':
			return m.close(s, p+1)
		case '$':
			if p+1 == len(m.pat) {
				if s == len(m.src) {
					return s
				}
				return -1
			}
		case '%':
			if e, q, ok := m.special(s, p); ok {
				if e < 0 {
					return -1
				}
				s, p = e, q
				continue
			}
		}
		end := m.classEnd(p)
		if end < len(m.pat) {
			switch m.pat[end] {
			case '?':
				if m.single(s, p, end) {
					if r := m.match(s+1, end+1); r >= 0 {
						return r
					}
				}
				p = end + 1
				continue
			case '*':
				return m.maxExpand(s, p, end)
			case '+':
				if !m.single(s, p, end) {
					return -1
				}
				return m.maxExpand(s+1, p, end)
			case '-':
				return m.minExpand(s, p, end)
			}
		}
		if !m.single(s, p, end) {
			return -1
		}
		s, p = s+1, end
	}
	return s
}

// special matches %b, %f and back references. It returns where subject and pattern go on; end is -1 without a match, ok false when the
// pattern has none of them at p.
func (m *matcher) special(s, p int) (end, next int, ok bool) {
	if p+1 >= len(m.pat) {
		return 0, 0, false
	}
	switch q := m.pat[p+1]; {
	case q == 'b':
		return m.balance(s, p+2), p + 4, true
	case q == 'f':
		next, at := m.frontier(s, p+2)
		if !at {
			return -1, 0, true
		}
		return s, next, true
	case isDigit(q):
		return m.backReference(s, q), p + 2, true
	}
	return 0, 0, false
}

// classEnd returns the end of the single character class at p.
func (m *matcher) classEnd(p int) int {
	ch := m.pat[p]
	p++
	switch ch {
	case '%':
		if p >= len(m.pat) {
			m.c.Throw("%s", "malformed pattern (ends with '%')")
		}
		return p + 1
	case '[':
		if p < len(m.pat) && m.pat[p] == '^' {
			p++
		}
		for first := true; first || p >= len(m.pat) || m.pat[p] != ']'; first = false {
			if p >= len(m.pat) {
				m.c.Throw("malformed pattern (missing ']')")
			}
			if m.pat[p] == '%' {
				p++
				if p >= len(m.pat) {
					m.c.Throw("malformed pattern (missing ']')")
				}
			}
			p++
		}
		return p + 1
	}
	return p
}

// single reports whether the character at s matches the class pat[p:end].
func (m *matcher) single(s, p, end int) bool {
	if s >= len(m.src) {
		return false
	}
	ch := m.src[s]
	switch m.pat[p] {
	case '.':
		return true
	case '%':
		return classMatch(ch, m.pat[p+1])
	case '[':
		return m.setMatch(ch, p, end-1)
	}
	return m.pat[p] == ch
}

// setMatch reports whether ch is in the set that begins at p and whose ']' is at end.
func (m *matcher) setMatch(ch byte, p, end int) bool {
	in := true
	p++
	if m.pat[p] == '^' {
		in = false
		p++
	}
	for ; p < end; p++ {
		switch {
		case m.pat[p] == '%':
			p++
			if classMatch(ch, m.pat[p]) {
				return in
			}
		case p+2 < end && m.pat[p+1] == '-':
			if m.pat[p] <= ch && ch <= m.pat[p+2] {
				return in
			}
			p += 2
		case m.pat[p] == ch:
			return in
		}
	}
	return !in
}

// classMatch reports whether ch belongs to class %cl.
func classMatch(ch, cl byte) bool {
	var in bool
	switch cl | 0x20 {
	case 'a':
		in = (ch|0x20)-'a' < 26
	case 'c':
		in = ch < 32 || ch == 127
	case 'd':
		in = isDigit(ch)
	case 'g':
		in = ch > 32 && ch < 127
	case 'l':
		in = ch-'a' < 26
	case 'p':
		in = ch > 32 && ch < 127 && !isDigit(ch) && (ch|0x20)-'a' >= 26
	case 's':
		in = isSpace(ch)
	case 'u':
		in = ch-'A' < 26
	case 'w':
		in = isDigit(ch) || (ch|0x20)-'a' < 26
	case 'x':
		in = hexDigit(ch) >= 0
	case 'z':
		in = ch == 0
	default:
		return cl == ch
	}
	if cl-'A' < 26 {
		return !in
	}
	return in
}

func (m *matcher) balance(s, p int) int {
	if p+1 >= len(m.pat) {
		m.c.Throw("unbalanced pattern")
	}
	if s >= len(m.src) || m.src[s] != m.pat[p] {
		return -1
	}
	open, shut, depth := m.pat[p], m.pat[p+1], 1
	for s++; s < len(m.src); s++ {
		switch m.src[s] {
		case shut:
			if depth--; depth == 0 {
				return s + 1
			}
		case open:
			depth++
		}
	}
	return -1
}

func (m *matcher) frontier(s, p int) (end int, ok bool) {
	if p >= len(m.pat) || m.pat[p] != '[' {
		m.c.Throw("%s", "missing '[' after '%f' in pattern")
	}
	end = m.classEnd(p)
	var prev, next byte
	if s > 0 {
		prev = m.src[s-1]
	}
	if s < len(m.src) {
		next = m.src[s]
	}
	return end, !m.setMatch(prev, p, end-1) && m.setMatch(next, p, end-1)
}

func (m *matcher) backReference(s int, digit byte) int {
	l := int(digit) - '1'
	if l < 0 || l >= m.level || m.capture[l].len == capUnclosed {
		m.c.Throw("invalid capture index")
	}
	cp := m.capture[l]
	if cp.len < 0 {
		return -1
	}
	if strings.HasPrefix(m.src[s:], m.src[cp.start:cp.start+cp.len]) {
		return s + cp.len
	}
	return -1
}

func (m *matcher) maxExpand(s, p, end int) int {
	n := 0
	for m.single(s+n, p, end) {
		n++
	}
	for ; n >= 0; n-- {
		if r := m.match(s+n, end+1); r >= 0 {
			return r
		}
	}
	return -1
}

func (m *matcher) minExpand(s, p, end int) int {
	for {
		if r := m.match(s, end+1); r >= 0 {
			return r
		}
		if !m.single(s, p, end) {
			return -1
		}
		s++
	}
}

func (m *matcher) open(s, p, what int) int {
	if m.level >= maxCaptures {
		m.c.Throw("too many captures")
	}
	m.capture[m.level] = capture{s, what}
	m.level++
	r := m.match(s, p)
	if r < 0 {
		m.level--
	}
	return r
}

func (m *matcher) close(s, p int) int {
	l := m.level - 1
	for l >= 0 && m.capture[l].len != capUnclosed {
		l--
	}
	if l < 0 {
		m.c.Throw("invalid pattern capture")
	}
	m.capture[l].len = s - m.capture[l].start
	r := m.match(s, p)
	if r < 0 {
		m.capture[l].len = capUnclosed
	}
	return r
}

// get returns capture i of a match of src[s:e]; without captures the whole match is capture 0.
func (m *matcher) get(i, s, e int) Value {
	if i >= m.level {
		if i != 0 {
			m.c.Throw("invalid capture index")
		}
		return String(clip(m.src[s:e], len(m.src)))
	}
	switch cp := m.capture[i]; cp.len {
	case capPosition:
		return Int(cp.start + 1)
	case capUnclosed:
		m.c.Throw("unfinished capture")
		return Nil
	default:
		return String(clip(m.src[cp.start:cp.start+cp.len], len(m.src)))
	}
}

// push pushes all captures of a match of src[s:e], or the match itself when whole is set and there are none.
func (m *matcher) push(s, e int, whole bool) int {
	n := m.level
	if n == 0 && whole {
		n = 1
	}
	for i := range n {
		m.c.Push(m.get(i, s, e))
	}
	return n
}
