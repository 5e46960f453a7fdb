package scenario

import (
	"strings"
	"testing"
)

// message gives the lines of the error log from the one that holds text to the end of its message, without stamp.
func (s *server) message(text string) string {
	s.t.Helper()
	var found string
	await(s.t, text, func() bool {
		log := s.errorLog()
		i := strings.Index(log, text)
		if i < 0 {
			return false
		}
		begin := strings.LastIndexByte(log[:i], '\n') + 1
		var lines []string
		for n, line := range strings.SplitAfter(log[begin:], "\n") {
			if n > 0 && stamp.MatchString(line) || !strings.HasSuffix(line, "\n") {
				break
			}
			lines = append(lines, line)
		}
		found = stamp.ReplaceAllString(strings.TrimSuffix(strings.Join(lines, ""), "\n"), "$1 ")
		return strings.Contains(found, "client: ")
	})
	return found
}

// A Lua error ends its own session with status 500 and a line that names chunk and line, with a traceback; nobody else notices.
func TestLuaErrors(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/lua-error.conf").start()
	neighbour := dial(t, s.at("9007"))
	neighbour.send("a\n").line("echo: a")
	// LuaJIT's tracebacks do not know the line where an operation of the language failed.
	for _, c := range []struct{ name, port, answer, status, rx, want string }{
		{"indexing nil, in a function", "9001", "before\n", "500", "attempt to index field 'missing'",
			"[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:18):3: attempt to index field 'missing' (a nil value)\n" +
				"stack traceback:\ncoroutine 0:\n\tcontent_by_lua(nginx.conf:18){?:3}: in function 'inner'\n\tcontent_by_lua(nginx.conf:18):6: in main chunk, " +
				"client: 127.0.0.1, server: 127.0.0.1:{9001}"},
		{"error", "9002", "", "500", "a message",
			"[error] lua entry thread aborted: runtime error: content_by_lua(nginx.conf:26):2: a message\n" +
				"stack traceback:\ncoroutine 0:\n\t[C]: in function 'error'\n\tcontent_by_lua(nginx.conf:26):2: in main chunk, " +
				"client: 127.0.0.1, server: 127.0.0.1:{9002}"},
		{"an error that is no text", "9003", "", "500", "unknown reason",
			"[error] lua entry thread aborted: runtime error: unknown reason\n" +
				"stack traceback:\ncoroutine 0:\n\t[C]: in function 'error'\n\tcontent_by_lua(nginx.conf:34):2: in main chunk, " +
				"client: 127.0.0.1, server: 127.0.0.1:{9003}"},
		{"in preread", "9004", "", "500", "attempt to perform arithmetic",
			"[error] lua entry thread aborted: runtime error: preread_by_lua(nginx.conf:42):2: attempt to perform arithmetic on a nil value\n" +
				"stack traceback:\ncoroutine 0:\n\tpreread_by_lua(nginx.conf:42){?:2}: in main chunk while prereading client data, " +
				"client: 127.0.0.1, server: 127.0.0.1:{9004}"},
		{"in the log phase", "9005", "logged", "200", "in the log phase",
			"[error] failed to run log_by_lua*: log_by_lua(nginx.conf:53):2: in the log phase\n" +
				"stack traceback:\n\t[C]: in function 'error'\n\tlog_by_lua(nginx.conf:53):2: in main chunk while returning text, " +
				"client: 127.0.0.1, server: 127.0.0.1:{9005}"},
		{"code that does not compile", "9006", "", "500", "failed to load inlined Lua code",
			"[error] failed to load inlined Lua code: content_by_lua(nginx.conf:61):3: ')' expected (to close '(' at line 2) near '<eof>', " +
				"client: 127.0.0.1, server: 127.0.0.1:{9006}"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := s.as(t)
			dial(t, s.at(c.port)).ends(c.answer)
			s.accessed(s.portText(c.port) + " " + c.status)
			s.sameLine(s.message(c.rx), c.want)
			neighbour.send("b\n").line("echo: b")
		})
	}
	t.Run("in a light thread", func(t *testing.T) {
		s := s.as(t)
		dial(t, s.at("9008")).ends("false in a light thread\n")
		s.accessed(s.portText("9008") + " 200")
		s.sameLine(s.message("user thread aborted"), "[error] stream lua user thread aborted: runtime error: content_by_lua(nginx.conf:90):3: in a light thread\n"+
			"stack traceback:\ncoroutine 0:\n\t[C]: in function 'error'\n\tcontent_by_lua(nginx.conf:90):3: in function <content_by_lua(nginx.conf:90):2>\n"+
			"coroutine 1:\n\t[C]: in function 'spawn'\n\tcontent_by_lua(nginx.conf:90):2: in main chunk, client: 127.0.0.1, server: 127.0.0.1:{9008}")
	})
	neighbour.send("c\n").line("echo: c")
}

// What fails before the first client is a reason not to start.
func TestLuaErrorAtStart(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/lua-error.conf", replace("stream {\n", "stream {\n    init_by_lua_block { error(\"no start\") }\n"))
	out, status := s.command(s.arguments("daemon off;")...)
	if status != 1 || !strings.Contains(out, "nginx: [error] init_by_lua error: init_by_lua:1: no start\nstack traceback:\n\t[C]: in function 'error'\n\tinit_by_lua:1: in main chunk\n") {
		t.Errorf("status %d:\n%s", status, out)
	}
	// A test of the configuration runs no Lua.
	out, status = s.command(append([]string{"-t"}, s.arguments("")...)...)
	if status != 0 {
		t.Errorf("status of -t %d:\n%s", status, out)
	}
}
