package errlog

import (
	"strconv"
	"unsafe"
)

// Part is a part of nginx whose debug lines error_log can choose ("debug_stream"): the NGX_LOG_DEBUG_* bits.
type Part uint32

// The parts that have lines here.
const (
	DebugCore   Part = 0x010
	DebugEvent  Part = 0x080
	DebugStream Part = 0x400

	debugAll Part = 0x7ffffff0
)

var partNames = [...]string{"debug_core", "debug_alloc", "debug_mutex", "debug_event", "debug_http", "debug_mail", "debug_stream"}

// ParseParts reads the debug_* words of an error_log directive; none of them means all parts.
func ParseParts(words []string) (p Part) {
	for _, w := range words {
		for i, n := range partNames {
			if n == w {
				p |= DebugCore << i
			}
		}
	}
	return p
}

// DebugLog writes the debug lines of one connection, or of the process. A nil one writes nothing, and that costs its caller one
// comparison: keep it in a field, and have its methods inlined. Debug lines carry no context of a session (ngx_log_error_core).
//
// Formats are nginx's own, with the verbs of ngx_sprintf: each must be one that nginx or OpenResty has, in the same part, which
// testdata/debug-formats.txt lists and a test compares. A line is written where the thing that it tells of happens.
type DebugLog struct {
	log   *Log
	parts Part
	conn  uint64
}

// Debug gives the debug log of a connection, or of the process with 0; nil when no destination takes debug lines.
func (l *Log) Debug(conn uint64) *DebugLog {
	if l == nil || l.parts == 0 {
		return nil
	}
	return &DebugLog{log: l, parts: l.parts, conn: conn}
}

// Debugging is the log with all debug lines in all its destinations: that of a client which debug_connection names.
func (l *Log) Debugging() *Log {
	if l == nil {
		return nil
	}
	outputs := make([]Output, len(l.outputs))
	for i, o := range l.outputs {
		outputs[i] = Output{W: o.W, Level: Debug}
	}
	return New(l.console, outputs...).Into(l.capture)
}

// Line writes a line without arguments.
func (d *DebugLog) Line(p Part, text string) {
	if d != nil {
		d.write(p, text)
	}
}

// Num writes a line with a number in it.
func (d *DebugLog) Num(p Part, format string, n int) {
	if d != nil {
		d.write(p, format, n)
	}
}

// Str writes a line with a text in it.
func (d *DebugLog) Str(p Part, format, s string) {
	if d != nil {
		d.write(p, format, s)
	}
}

// Log writes a line with any arguments: int, int64, uint64, string, and uintptr for "%p". Its arguments are evaluated even when it writes
// nothing; where that is too much, the caller compares with nil first.
func (d *DebugLog) Log(p Part, format string, args ...any) {
	if d != nil {
		d.write(p, format, args...)
	}
}

func (d *DebugLog) write(p Part, format string, args ...any) {
	if d.parts&p == 0 {
		return
	}
	msg := format
	if len(args) > 0 {
		msg = string(appendFormat(make([]byte, 0, 128), format, args))
	}
	d.log.Write(Debug, d.conn, msg)
}

// Address is what "%p" shows of a pointer.
func Address[T any](p *T) uintptr { return uintptr(unsafe.Pointer(p)) }

// appendFormat is ngx_vslprintf for the verbs of debug lines: %[0][width][u][X|x]d and its kin, %p, %s, %V.
func appendFormat(b []byte, format string, args []any) []byte {
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			b = append(b, format[i])
			continue
		}
		var v verb
		v, i = parseVerb(format, i+1)
		if len(args) == 0 {
			b = append(b, "%!(missing)"...)
			continue
		}
		b = v.append(b, args[0])
		args = args[1:]
	}
	return b
}

// verb is one conversion of ngx_sprintf.
type verb struct {
	width   int
	zero    bool
	base    int // 10 or 16
	upper   bool
	pointer bool
}

// parseVerb reads the verb behind a percent sign and gives the index of its last byte.
func parseVerb(format string, i int) (verb, int) {
	v := verb{base: 10}
	v.zero = i < len(format) && format[i] == '0'
	for ; i < len(format); i++ {
		switch c := format[i]; {
		case c >= '0' && c <= '9':
			v.width = v.width*10 + int(c-'0')
		case c == 'X':
			v.base, v.upper = 16, true
		case c == 'x':
			v.base = 16
		case c == 'u', c == '*':
		case c == 'p':
			return verb{width: 16, zero: true, base: 16, upper: true, pointer: true}, i
		default:
			return v, i
		}
	}
	return v, len(format) - 1
}

func (v verb) append(b []byte, arg any) []byte {
	var digits [20]byte
	var num []byte
	switch a := arg.(type) {
	case string:
		return append(b, a...)
	case int:
		num = strconv.AppendInt(digits[:0], int64(a), v.base)
	case int64:
		num = strconv.AppendInt(digits[:0], a, v.base)
	case uint64:
		num = strconv.AppendUint(digits[:0], a, v.base)
	case uint32:
		num = strconv.AppendUint(digits[:0], uint64(a), v.base)
	case uintptr:
		num = strconv.AppendUint(digits[:0], uint64(a), v.base)
	default:
		return append(b, "%!(bad argument)"...)
	}
	for n := len(num); n < v.width; n++ {
		if v.zero {
			b = append(b, '0')
		} else {
			b = append(b, ' ')
		}
	}
	if v.upper {
		for i, c := range num {
			if c >= 'a' {
				num[i] = c - 'a' + 'A'
			}
		}
	}
	return append(b, num...)
}
