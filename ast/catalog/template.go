package catalog

import "strings"

// Template is a parsed nginx complex value: literal text with $name, ${name}
// and, where a regular expression came before, captures $1 to $9.
type Template struct {
	// Text is the value as written, after nginx's word rules.
	Text  string
	Parts []Part
}

// Part is one piece of a Template. Exactly one of Literal, Variable and Capture
// is set.
type Part struct {
	Literal  string
	Variable string
	Capture  int
	// From and To are offsets into Template.Text, with the "$" and the braces.
	From, To int
}

// Constant returns the text of a template that has no variables.
func (t Template) Constant() (string, bool) {
	switch len(t.Parts) {
	case 0:
		return "", true
	case 1:
		p := t.Parts[0]
		return p.Literal, p.Variable == "" && p.Capture == 0
	}
	return "", false
}

// IsZero reports whether the template was never set.
func (t Template) IsZero() bool { return t.Text == "" && t.Parts == nil }

// HasVariables reports whether evaluation needs a session.
func (t Template) HasVariables() bool {
	_, constant := t.Constant()
	return !constant
}

// Literal makes the template of a text without variables.
func Literal(s string) Template {
	t := Template{Text: s}
	if s != "" {
		t.Parts = []Part{{Literal: s, To: len(s)}}
	}
	return t
}

// LateTemplate is a Template that nginx compiles when all files are read.
type LateTemplate struct {
	Template
	// Word is the word of the directive that holds it.
	Word int
	// Err is what is wrong with it, nil if it is right.
	Err *TemplateError
}

// TemplateError is what is wrong with a template, in nginx's words, and where.
type TemplateError struct {
	Message  string
	From, To int
}

// Error returns nginx's message.
func (e *TemplateError) Error() string { return e.Message }

const errVariableName = "invalid variable name"

// ParseTemplate reads a complex value as ngx_stream_script_compile does. The
// error is nil or says what nginx would say.
func ParseTemplate(s string) (Template, *TemplateError) { return parseTemplate(s, true) }

// ParseLogTemplate reads a part of a log format as
// ngx_stream_log_compile_format does: there are no captures, and "$" alone has
// an error text of its own.
func ParseLogTemplate(s string) (Template, *TemplateError) {
	t, err := parseTemplate(s, false)
	if err != nil && err.Message == errVariableName {
		err.Message = `invalid parameter "` + s[err.From:] + `"`
	}
	return t, err
}

func parseTemplate(s string, captures bool) (Template, *TemplateError) {
	if strings.IndexByte(s, '$') < 0 {
		return Literal(s), nil
	}
	t := Template{Text: s, Parts: make([]Part, 0, 2)}
	for i := 0; i < len(s); {
		if s[i] != '$' {
			n := strings.IndexByte(s[i:], '$')
			if n < 0 {
				n = len(s) - i
			}
			t.Parts = append(t.Parts, Part{Literal: s[i : i+n], From: i, To: i + n})
			i += n
			continue
		}
		p, next, err := parseVariable(s, i, captures)
		if err != nil {
			return t, err
		}
		t.Parts = append(t.Parts, p)
		i = next
	}
	return t, nil
}

// parseVariable reads the reference at s[from], which is "$". The braces, if
// there are any, belong to the part.
func parseVariable(s string, from int, captures bool) (Part, int, *TemplateError) {
	i := from + 1
	if i == len(s) {
		return Part{}, 0, &TemplateError{errVariableName, from, i}
	}
	if c := s[i]; captures && c >= '1' && c <= '9' {
		return Part{Capture: int(c - '0'), From: from, To: i + 1}, i + 1, nil
	}
	braced := s[i] == '{'
	if braced {
		if i++; i == len(s) {
			return Part{}, 0, &TemplateError{errVariableName, from, i}
		}
	}
	start := i
	for i < len(s) && IsNameByte(s[i]) {
		i++
	}
	name, end := s[start:i], i
	if braced {
		if i == len(s) || s[i] != '}' {
			msg := `the closing bracket in "` + name + `" variable is missing`
			return Part{}, 0, &TemplateError{msg, from, i}
		}
		end++
	}
	if name == "" {
		return Part{}, 0, &TemplateError{errVariableName, from, end}
	}
	return Part{Variable: name, From: from, To: end}, end, nil
}

// IsNameByte reports whether c may stand in a variable's name.
func IsNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_'
}
