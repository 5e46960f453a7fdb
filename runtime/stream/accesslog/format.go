// Package accesslog is log_format and access_log: one line for each session, to files and to syslog (ngx_stream_log_module).
//
// The flow, in order:
//
//  1. NewFormat compiles a log_format with its escaping.
//  2. New makes a Log of what access_log says; a Set holds the files of a configuration, so that several servers that log to one
//     file share its buffer. Nothing is opened.
//  3. Set.Open opens the files when the configuration starts to serve; Set.Flush writes what is buffered, before files are reopened
//     and at the end; Set.Close gives everything back.
//  4. Log.Write is called in the log phase of each session.
//
// Files are errlog's, because USR1 reopens both kinds together. The package is generic over the session and knows directives only as
// plain values.
package accesslog

import (
	"tidegate/ast/catalog"
	"tidegate/runtime/vars"
)

// Escape says how a variable's value is written into a line.
type Escape uint8

// The values of log_format's escape parameter.
const (
	EscapeDefault Escape = iota // \xHH; "-" for a value that is not there
	EscapeJSON                  // as inside a JSON string
	EscapeNone
)

// Format is a compiled log_format.
type Format[S vars.Session] struct {
	line *vars.Complex[S]
	each func(dst []byte, text string, ok bool) []byte
}

// NewFormat compiles a format.
func NewFormat[S vars.Session](r *vars.Registry[S], line catalog.Template, esc Escape) *Format[S] {
	f := &Format[S]{line: r.Compile(line), each: appendDefault}
	switch esc {
	case EscapeJSON:
		f.each = appendJSON
	case EscapeNone:
		f.each = appendNone
	}
	return f
}

// Append appends the session's line without a line feed.
func (f *Format[S]) Append(s S, dst []byte) []byte { return f.line.AppendEach(s, dst, f.each) }

const hex = "0123456789ABCDEF"

// appendDefault escapes what a log reader could stumble over (ngx_stream_log_escape).
func appendDefault(dst []byte, text string, ok bool) []byte {
	if !ok {
		return append(dst, '-')
	}
	for i := 0; i < len(text); i++ {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			dst = append(dst, '\\', 'x', hex[c>>4], hex[c&15])
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// appendJSON is ngx_escape_json.
func appendJSON(dst []byte, text string, _ bool) []byte {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		case c == '\b':
			dst = append(dst, '\\', 'b')
		case c == '\f':
			dst = append(dst, '\\', 'f')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return dst
}

func appendNone(dst []byte, text string, _ bool) []byte { return append(dst, text...) }
