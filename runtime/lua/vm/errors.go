package vm

import (
	"fmt"
	"strings"
)

// Error is a Lua error that reached Go, or an abort.
type Error struct {
	Value     Value   // the error value
	Traceback string  // from "stack traceback:" on; see Thread.Traceback
	Args      []Value // those of the Go function that raised it, if one did
	Abort     any     // not nil: the thread was ended by Abort with this reason, and Value is nil
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

// How much a traceback shows. OpenResty's log has the first levels of at most five coroutines; debug.traceback leaves out the middle.
const (
	loggedLevels     = 22 // NGX_STREAM_LUA_BT_DEPTH
	loggedCoroutines = 5  // NGX_STREAM_LUA_BT_MAX_COROS
	firstLevels      = 12 // TRACEBACK_LEVELS1
	lastLevels       = 10 // TRACEBACK_LEVELS2
)

// Traceback returns "stack traceback:" followed by one section per coroutine, innermost first, the way OpenResty logs an aborted thread
// (ngx_stream_lua_thread_traceback).
func (th *Thread) Traceback() string {
	var b strings.Builder
	b.WriteString("stack traceback:")
	n := 0
	for t := th; t != nil && n < loggedCoroutines; t = t.resumer {
		fmt.Fprintf(&b, "\ncoroutine %d:", n)
		for level := range t.frames {
			if level == loggedLevels {
				b.WriteString("\n\t...")
				break
			}
			b.WriteString("\n\t")
			t.writeLevel(&b, level, false)
		}
		n++
	}
	return b.String()
}

// handlerTraceback is what debug.traceback says to a message handler.
func (th *Thread) handlerTraceback() string {
	var b strings.Builder
	b.WriteString("stack traceback:")
	th.writeTraceback(&b, 0)
	return b.String()
}

// writeTraceback writes the levels as debug.traceback does (luaL_traceback).
func (th *Thread) writeTraceback(b *strings.Builder, level int) {
	total := len(th.frames)
	for ; level < total; level++ {
		if level == firstLevels && total > level+lastLevels {
			b.WriteString("\n\t...")
			level = total - lastLevels
		}
		b.WriteString("\n\t")
		th.writeLevel(b, level, true)
	}
}

// writeLevel writes one line of a traceback. A nameless Go function shows as "?", or with its address when addr is set.
func (th *Thread) writeLevel(b *strings.Builder, level int, addr bool) {
	fr := th.level(level)
	p := fr.fn.proto
	what, name := th.frameName(level)
	switch {
	case p != nil:
		b.WriteString(p.src.short + ":")
		if level > 0 || !th.unwound {
			fmt.Fprintf(b, "%d:", p.line(fr.pc))
		}
	case what == "" && addr && fr.fn.builtin() != 0:
		fmt.Fprintf(b, "[builtin#%d]:", fr.fn.builtin())
	default:
		b.WriteString("[C]:")
	}
	switch {
	case what != "":
		fmt.Fprintf(b, " in function '%s'", name)
	case p == nil && addr:
		fmt.Fprintf(b, " at %p", fr.fn)
	case p == nil:
		b.WriteString(" ?")
	case p.lineDefined == 0:
		b.WriteString(" in main chunk")
	default:
		fmt.Fprintf(b, " in function <%s:%d>", p.src.short, p.lineDefined)
	}
}
