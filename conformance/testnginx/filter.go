package testnginx

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"tidegate/conformance/perl"
)

// filters are Test::Base's for values of one piece, but eval, which needs the head.
var filters = map[string]func(text string) perl.Value{
	"norm":          func(s string) perl.Value { return norm(s) },
	"trim":          func(s string) perl.Value { return trim(s) },
	"chomp":         func(s string) perl.Value { return strings.TrimSuffix(s, "\n") },
	"chop":          func(s string) perl.Value { return s[:max(len(s)-1, 0)] },
	"unchomp":       func(s string) perl.Value { return s + "\n" },
	"escape":        func(s string) perl.Value { return s },
	"base64_encode": func(s string) perl.Value { return wrapped(base64.StdEncoding.EncodeToString([]byte(s))) },
	"base64_decode": func(s string) perl.Value {
		data, _ := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
		return string(data)
	},
}

// Tidy is what becomes of a text that is written into a section and read again without filters.
func Tidy(text string) string { return trim(norm(text)) }

func norm(s string) string {
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// trim takes away empty lines at the beginning and all white space behind the last line.
func trim(s string) string {
	for {
		line, rest, ok := strings.Cut(s, "\n")
		if !ok || strings.Trim(line, " \t") != "" {
			break
		}
		s = rest
	}
	end := len(strings.TrimRight(s, " \t\r\n\f\v"))
	if i := strings.IndexByte(s[end:], '\n'); i >= 0 { // what stands behind the last line's line feed
		s = s[:end+i+1]
	}
	return s
}

// wrapped breaks a text into lines of 76 characters, as MIME::Base64 does.
func wrapped(s string) string {
	var b strings.Builder
	for len(s) > 76 {
		b.WriteString(s[:76] + "\n")
		s = s[76:]
	}
	if s != "" {
		b.WriteString(s + "\n")
	}
	return b.String()
}

// evaluated are the sections of old that say eval in their names.
var evaluated = map[string]string{"request_eval": "request", "response_body_eval": "response_body"}

// filtered is the value of a section after its filters.
func (h *Head) filtered(s *Section) (perl.Value, error) {
	var v perl.Value = s.Value
	names := []string{"norm", "trim"}
	for _, f := range s.Filters {
		if off, ok := strings.CutPrefix(f, "-"); ok {
			names = without(names, off)
			continue
		}
		names = append(names, f)
	}
	if evaluated[s.Name] != "" {
		names = append(names, "eval")
	}
	for _, name := range names {
		text, plain := v.(string)
		switch f := filters[name]; {
		case name == "eval":
			out, err := h.in.Eval(perl.String(v), s.Line)
			var broken *perl.Error
			if errors.As(err, &broken) && broken.Died { // the value of code that fails is its error
				out, err = []perl.Value{broken.Reason}, nil
			}
			if err != nil {
				return nil, err
			}
			if v = nil; len(out) > 0 {
				v = out[0]
			}
		case name == "escape":
			out, err := h.in.Eval(`"`+strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(text, `"`, `\"`), `$`, `\$`), `@`, `\@`)+`"`, s.Line)
			if err != nil {
				return nil, err
			}
			v = out[0]
		case f == nil:
			return nil, fmt.Errorf("section %s: filter %s is not known", s.Name, name)
		case !plain:
			v = f(perl.String(v))
		default:
			v = f(text)
		}
	}
	return v, nil
}

func without(names []string, name string) []string {
	var out []string
	for _, n := range names {
		if n != name {
			out = append(out, n)
		}
	}
	return out
}
