package vm

import "strings"

// Caller tells where the code at a level stands, as ngx.log shows it: the short name of its chunk, the line, and the name by which it was
// called when it is a Lua function that its caller names. Level 1 is the function that called the running Go function.
func (c *Call) Caller(level int) (chunk string, line int, name string) {
	fr := c.th.level(level)
	if fr == nil {
		return "?", -1, ""
	}
	p := fr.fn.proto
	if p == nil {
		return "[C]", -1, ""
	}
	if p.lineDefined != 0 {
		_, name = c.th.frameName(level)
	}
	if line = p.line(fr.pc); line <= 0 {
		line = p.lineDefined
	}
	return p.src.short, line, name
}

// Traceback is luaL_traceback: msg, "stack traceback:" and a line per call from level on.
func (c *Call) Traceback(msg string, level int) string {
	var b strings.Builder
	if msg != "" {
		b.WriteString(msg + "\n")
	}
	b.WriteString("stack traceback:")
	c.th.writeTraceback(&b, level)
	return b.String()
}
