package server

import (
	"regexp"
	"strings"
	"syscall"
	"testing"
)

const debugServers = `
	stream {
		server {
			listen unix:DIR/a;
			proxy_pass unix:DIR/b;
		}
		server {
			listen unix:DIR/b;
			content_by_lua_block { ngx.say("hello") }
		}
	}`

var debugged = regexp.MustCompile(`(?m)^.*\[debug\] \d+#\d+: (.*)$`)

// debugLines are the messages of the debug lines of a file.
func (r *rig) debugLines(name string) string {
	var out []string
	for _, m := range debugged.FindAllStringSubmatch(r.read(name), -1) {
		out = append(out, m[1])
	}
	return strings.Join(out, "\n")
}

// runDebug serves one client to the end and gives the debug lines.
func runDebug(t *testing.T, head string) string {
	t.Helper()
	r := serve(t, head+debugServers, nil)
	r.answers("a", "hello\n")
	r.signal(syscall.SIGQUIT)
	r.ended()
	return r.debugLines("error.log")
}

func TestDebugLog(t *testing.T) {
	lines := runDebug(t, "error_log DIR/error.log debug; events {}")
	for _, want := range []string{
		`\*1 proxy connection handler`, `\*1 get rr peer, try: 1`, `\*1 connect to unix:\S+/b, fd:\d+ #\d+`, `\*\d+ stream lua content handler`,
		`\*\d+ looking up Lua code cache with key '=content_by_lua\(nginx\.conf:\d+\)nhli_[0-9a-f]{32}'`, `\*\d+ lua say response`,
		`\*\d+ lua light thread ended normally`, `\*\d+ finalize stream request: 0`, `\*1 finalize stream proxy: 200`,
		`\*1 finalize stream session: 200`, `\*1 close stream connection: \d+`,
		`stream lua decrementing the reference count for Lua VM: 1`,
	} {
		if !regexp.MustCompile(`(?m)^` + want + `$`).MatchString(lines) {
			t.Errorf("no line %s in\n%s", want, lines)
		}
	}
}

func TestNoDebugLogAtLevelInfo(t *testing.T) {
	if lines := runDebug(t, "error_log DIR/error.log info; events {}"); lines != "" {
		t.Errorf("debug lines at level info:\n%s", lines)
	}
}

func TestDebugLogOfAPart(t *testing.T) {
	lines := runDebug(t, "error_log DIR/error.log debug_event; events {}")
	if !strings.Contains(lines, "connect to unix:") || strings.Contains(lines, "proxy connection handler") {
		t.Errorf("debug lines of debug_event:\n%s", lines)
	}
}

func TestDebugConnection(t *testing.T) {
	lines := runDebug(t, "error_log DIR/error.log error; events { debug_connection unix:; }")
	if !strings.Contains(lines, "*1 finalize stream session: 200") || strings.Contains(lines, "accept: ") {
		t.Errorf("debug lines of debug_connection unix:\n%s", lines)
	}
	if lines := runDebug(t, "error_log DIR/error.log error; events { debug_connection 127.0.0.1; }"); lines != "" {
		t.Errorf("debug lines for a client that is not named:\n%s", lines)
	}
}
