package vm

import (
	"fmt"
	"strings"
)

// Error is a Lua error that reached Go, or an abort.
type Error struct {
	Value     Value  // the error value
	Traceback string // from "stack traceback:" on; see Thread.Traceback
	Abort     any    // not nil: the thread was ended by Abort with this reason, and Value is nil
}

// Message returns the error value as OpenResty logs it: strings and numbers as text, anything else as "unknown reason".
func (e *Error) Message() string {
	if s, ok := e.Value.ToString(); ok {
		return s
	}
	return "unknown reason"
}

// Error returns the message.
func (e *Error) Error() string {
	if e.Abort != nil {
		return fmt.Sprintf("aborted: %v", e.Abort)
	}
	return e.Message()
}

// thrown carries a Lua error through Go frames up to the nearest pcall.
type thrown struct {
	value Value
}

// aborted carries an Abort, which no Lua code can catch.
type aborted struct {
	reason any
}

// throw raises v in th.
func (th *Thread) throw(v Value) {
	panic(&thrown{v})
}

// throwf raises a message with the position of the function at level (1 is the caller of the running Go function).
func (th *Thread) throwf(level int, format string, args ...any) {
	msg := format
	if len(args) > 0 {
		msg = fmt.Sprintf(format, args...)
	}
	th.throw(String(th.where(level) + msg))
}

// where returns "chunk:line: " for the function at level, or "" when that is not Lua code (luaL_where).
func (th *Thread) where(level int) string {
	fr := th.level(level)
	if fr == nil || fr.fn.proto == nil {
		return ""
	}
	return fmt.Sprintf("%s:%d: ", fr.fn.proto.src.short, fr.fn.proto.line(fr.pc))
}

// level returns the frame n calls up, 0 being the running function, or nil.
func (th *Thread) level(n int) *frame {
	i := len(th.frames) - 1 - n
	if n < 0 || i < 0 {
		return nil
	}
	return &th.frames[i]
}

// tracebackLevels bounds a traceback: the first levels, then "...", then the last ten (lj_lib_aux.c).
const (
	tracebackFirst = 12
	tracebackLast  = 10
)

// Traceback returns "stack traceback:" followed by one section per coroutine, innermost first, the way OpenResty logs an aborted thread.
func (th *Thread) Traceback() string {
	var b strings.Builder
	b.WriteString("stack traceback:")
	n := 0
	for t := th; t != nil && n < tracebackCoroutines; t = t.resumer {
		fmt.Fprintf(&b, "\ncoroutine %d:", n)
		t.writeLevels(&b, 0)
		n++
	}
	return b.String()
}

const tracebackCoroutines = 5

func (th *Thread) writeLevels(b *strings.Builder, level int) {
	total := len(th.frames)
	for shown := 0; level < total; level++ {
		if shown == tracebackFirst && total-level > tracebackLast {
			b.WriteString("\n\t...")
			level = total - tracebackLast
		}
		b.WriteString("\n\t")
		th.writeLevel(b, level)
		shown++
	}
}

func (th *Thread) writeLevel(b *strings.Builder, level int) {
	fr := th.level(level)
	p := fr.fn.proto
	if p == nil {
		b.WriteString("[C]:")
	} else {
		fmt.Fprintf(b, "%s:%d:", p.src.short, p.line(fr.pc))
	}
	what, name := th.frameName(level)
	switch {
	case what != "":
		fmt.Fprintf(b, " in function '%s'", name)
	case p == nil:
		b.WriteString(" ?")
	case p.lineDefined == 0:
		b.WriteString(" in main chunk")
	default:
		fmt.Fprintf(b, " in function <%s:%d>", p.src.short, p.lineDefined)
	}
}
