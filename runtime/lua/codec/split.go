package codec

// Split is ngx.re's split. pos is ctx.pos (from 1), max the most pieces there may be, delimiter captures not counted
// (0 and negative: no bound). next is the new ctx.pos. A pos past the end gives no pieces and compiles nothing in the
// original, so callers check that first; see SplitNothing.
func (r *Regex) Split(subject string, pos, max int) (pieces []string, next int, err error) {
	sp := splitter{regex: r, subject: subject, start: pos, pos: pos - 1}
	for count := 1; max <= 0 || count < max; {
		from, to, ok, err := sp.delimiter()
		if err != nil {
			return nil, sp.pos, err
		}
		if !ok {
			break
		}
		if sp.lastEmpty > 0 {
			sp.start = sp.lastEmpty
		}
		if from == to {
			sp.lastEmpty = from
		}
		if from <= sp.start && sp.lastEmpty > 0 {
			continue
		}
		count++
		sp.pieces = append(sp.pieces, luaSub(subject, sp.start, from-1))
		if sp.hasCapture {
			sp.pieces = append(sp.pieces, sp.capture)
		}
		if sp.start = to; sp.start > len(subject) {
			break
		}
	}
	if max <= 0 && sp.start > len(subject) {
		sp.trim()
	} else {
		sp.pieces = append(sp.pieces, luaSub(subject, sp.start, -1))
	}
	return sp.pieces, sp.pos, nil
}

// SplitNothing reports whether a split from ctx.pos returns an empty list without looking at the pattern.
func SplitNothing(subject string, pos int) bool { return pos > len(subject) }

// splitter is one split under way. Positions handed out count from 1, as Lua's do; pos is PCRE's.
type splitter struct {
	regex      *Regex
	subject    string
	start      int // of the piece being collected
	pos        int
	lastEmpty  int // where the last empty delimiter was, 0: none yet
	capture    string
	hasCapture bool
	pieces     []string
}

// delimiter finds the next delimiter: its first byte and the byte after it, and its first capture.
func (sp *splitter) delimiter() (from, to int, ok bool, err error) {
	m, err := sp.regex.Match(sp.subject, max(sp.pos, 0))
	if err != nil || !m.Matched() {
		return 0, 0, false, err
	}
	from, to = m.Span(0)
	if sp.pos = to; from == to {
		sp.pos = to + 1
	}
	sp.capture, sp.hasCapture = "", false
	if m.Len() > 1 && m.count > 1 {
		// Of an unset group 1 the offsets are -1: string.sub(0, -1) is everything.
		first, last := m.Span(1)
		sp.capture, sp.hasCapture = luaSub(sp.subject, first+1, last), true
	}
	return from + 1, to + 1, true, nil
}

// trim drops empty pieces at the end, unless there is nothing else.
func (sp *splitter) trim() {
	for i := len(sp.pieces); i > 0; i-- {
		if sp.pieces[i-1] != "" {
			sp.pieces = sp.pieces[:i]
			return
		}
	}
	sp.pieces = nil
}

// luaSub is Lua's string.sub.
func luaSub(s string, from, to int) string {
	if from < 0 {
		from = max(len(s)+from+1, 1)
	} else if from == 0 {
		from = 1
	}
	if to < 0 {
		to = len(s) + to + 1
	}
	to = min(to, len(s))
	if from > to {
		return ""
	}
	return s[from-1 : to]
}
