package ngx

import (
	"fmt"
	"strings"

	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/sched"
)

// crashFrames is how much of a stack an [alert] line shows.
const crashFrames = 8

// crashed reports a Go panic in a handler: the session ends, nothing else suffers.
func (rq *request) crashed(c *sched.Crash) {
	rq.log.Log(errlog.Alert, fmt.Sprintf("panic in %s: %v; %s", rq.script.Directive(), c.Value, frames(string(c.Stack))))
}

// frames takes the first functions with their lines from a stack as debug.Stack prints it, from the one that panicked.
func frames(stack string) string {
	lines := strings.Split(stack, "\n")
	start := 1
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") {
			start = i + 2
			break
		}
	}
	var out []string
	for i := start; i+1 < len(lines) && len(out) < crashFrames; i += 2 {
		fn, _, _ := strings.Cut(lines[i], "(0x")
		file, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " ")
		out = append(out, fn+" "+file[strings.LastIndexByte(file, '/')+1:])
	}
	return strings.Join(out, ", ")
}
