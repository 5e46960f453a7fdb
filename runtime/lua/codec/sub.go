package codec

import (
	"fmt"
)

// Replacement is a compiled template of ngx.re.sub and gsub: text with $0 to $N, ${N} and $$.
type Replacement struct {
	parts []part
}

// part is a piece of text, or a group's text when group >= 0.
type part struct {
	text  string
	group int
}

// ReplacementError tells why a template was refused. Error is what the Lua function returns; Log is the line OpenResty
// writes to the error log at level error.
type ReplacementError struct{ Log string }

func (e *ReplacementError) Error() string { return "failed to compile the replacement template" }

// CompileReplacement reads a template (ngx_stream_lua_script_compile). The error is a *ReplacementError.
func CompileReplacement(template string) (*Replacement, error) {
	r := &Replacement{}
	for i := 0; i < len(template); {
		start := i
		for i < len(template) && template[i] != '$' {
			i++
		}
		if i > start {
			r.parts = append(r.parts, part{text: template[start:i], group: -1})
			continue
		}
		end, p, err := readVariable(template, i+1)
		if err != nil {
			return nil, err
		}
		r.parts = append(r.parts, p)
		i = end
	}
	return r, nil
}

// readVariable reads what follows a "$" at i and tells where it ends.
func readVariable(template string, i int) (end int, p part, err error) {
	invalid := &ReplacementError{fmt.Sprintf("lua script: invalid capturing variable name found in \"%s\"", template)}
	if i == len(template) {
		return 0, p, invalid
	}
	if template[i] == '$' {
		return i + 1, part{text: "$", group: -1}, nil
	}
	bracket := template[i] == '{'
	if bracket {
		if i++; i == len(template) {
			return 0, p, invalid
		}
	}
	start, group := i, 0
	numbered := isDigit(template[i])
	for ; i < len(template); i++ {
		c := template[i]
		if numbered && isDigit(c) {
			group = min(group*10+int(c-'0'), 1<<31) // more groups than any pattern has
		} else if numbered || !isWord(c) {
			break
		}
	}
	name := template[start:i]
	if bracket {
		if i == len(template) || template[i] != '}' {
			return 0, p, &ReplacementError{fmt.Sprintf("the closing bracket in \"%s\" variable is missing", name)}
		}
		i++
	}
	switch {
	case name == "":
		return 0, p, invalid
	case !numbered:
		return 0, p, &ReplacementError{fmt.Sprintf("attempt to use named capturing variable \"%s\" "+
			"(named captures not supported yet)", name)}
	}
	return i, part{group: group}, nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

// Append appends the template with the groups of m put in; a group that took no part, or is not there, is empty.
func (r *Replacement) Append(dst []byte, m Result) []byte {
	for _, p := range r.parts {
		if p.group < 0 {
			dst = append(dst, p.text...)
		} else if p.group < m.count {
			text, _ := m.Group(p.group)
			dst = append(dst, text...)
		}
	}
	return dst
}

// Sub replaces match after match: ngx.re.sub with one match, ngx.re.gsub with all.
//
//	s := regex.Sub(subject, global)
//	for m, ok := s.Next(); ok; m, ok = s.Next() {
//		s.Replace(text made of m)
//	}
//	newstr, count, err := s.Result()
type Sub struct {
	regex   *Regex
	subject string
	global  bool
	out     []byte
	count   int
	copied  int // subject[:copied] is in out
	from    int // of the match being replaced
	to      int
	pos     int // where to look next, -1: nowhere
	err     error
}

// Sub begins replacing in subject.
func (r *Regex) Sub(subject string, global bool) *Sub {
	return &Sub{regex: r, subject: subject, global: global}
}

// Next gives the next match to replace. m is valid until the Regex matches again.
func (s *Sub) Next() (m Result, ok bool) {
	if s.pos < 0 || s.err != nil || s.count > 0 && !s.global {
		return Result{regex: s.regex}, false
	}
	m, s.err = s.regex.Match(s.subject, s.pos)
	if s.err != nil || !m.Matched() {
		s.pos = -1
		return m, false
	}
	s.count++
	s.from, s.to = m.Span(0)
	s.pos = s.regex.next(len(s.subject))
	return m, true
}

// Replace puts text in the place of the match Next gave last.
func (s *Sub) Replace(text string) {
	s.prefix()
	s.out = append(s.out, text...)
}

// ReplaceTemplate puts the pattern's own replacement template, filled in from m, in the place of the match.
func (s *Sub) ReplaceTemplate(m Result) {
	s.prefix()
	s.out = s.regex.replace.Append(s.out, m)
}

func (s *Sub) prefix() {
	if s.out == nil {
		s.out = make([]byte, 0, len(s.subject)+32)
	}
	if s.from > s.copied {
		s.out = append(s.out, s.subject[s.copied:s.from]...)
	}
	s.copied = s.to
}

// Result is the new string and the number of replacements, or the error that ended them, with which nothing else is
// returned.
func (s *Sub) Result() (out string, count int, err error) {
	switch {
	case s.err != nil:
		return "", 0, s.err
	case s.count == 0:
		return s.subject, 0, nil
	}
	if s.copied < len(s.subject) {
		s.out = append(s.out, s.subject[s.copied:]...)
	}
	return string(s.out), s.count, nil
}

// ReplaceAll runs the pattern's own template over subject: all of ngx.re.sub and gsub with a string.
func (r *Regex) ReplaceAll(subject string, global bool) (out string, count int, err error) {
	s := r.Sub(subject, global)
	for m, ok := s.Next(); ok; m, ok = s.Next() {
		s.ReplaceTemplate(m)
	}
	return s.Result()
}
