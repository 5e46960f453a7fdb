package ledger

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/suite"
)

func result(file string, n int, o suite.Outcome, reason string) *suite.Result {
	return &suite.Result{File: file, Number: n, Name: "case", Outcome: o, Reason: reason}
}

func TestCompare(t *testing.T) {
	results := []*suite.Result{result("t/a.t", 1, suite.Pass, ""), result("t/a.t", 2, suite.Fail, "needs http"),
		result("t/a.t", 3, suite.Skip, "SKIP"), result("t/a.t", 4, suite.Fail, "session: client socket timed out")}
	l := From("x on y", results, nil, nil)
	if s := l.Compare(results, true); len(s) != 0 {
		t.Fatalf("a ledger made of results is surprised by them: %v", s)
	}
	l.Entries[3].Outcome = Flaky
	changed := []*suite.Result{result("t/a.t", 1, suite.Fail, "error_log: no line"), result("t/a.t", 2, suite.Pass, ""),
		result("t/a.t", 4, suite.Pass, ""), result("t/b.t", 1, suite.Pass, "")}
	got := l.Compare(changed, true)
	want := []Surprise{
		{"t/a.t#1", "fail, where the ledger says pass: error_log: no line"},
		{"t/a.t#2", "passes; the ledger says fail: needs http"},
		{"t/b.t#1", "is not in the ledger, and the outcome is pass"},
		{"t/a.t#3", "is in the ledger and not in the suite"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("surprises (-want +got):\n%s", d)
	}
	if got := l.Compare(changed[2:3], false); len(got) != 0 {
		t.Errorf("a part of the suite: %v", got)
	}
	again := From("x on y", changed, l, nil)
	if e, _ := again.Get("t/a.t#4"); e.Outcome != Flaky {
		t.Errorf("a flaky case became %s", e.Outcome)
	}
}

// TestWrittenCause: what a human found out stays while the failure is the same.
func TestWrittenCause(t *testing.T) {
	old := From("x on y", []*suite.Result{result("t/a.t", 1, suite.Fail, "stream_response: a"), result("t/a.t", 2, suite.Fail, "stream_response: b"),
		result("t/a.t", 3, suite.Fail, "stream_response: c"), result("t/a.t", 4, suite.Fail, "stream_response: d")}, nil, nil)
	for i := range old.Entries {
		old.Entries[i].Cause = "the moon"
	}
	l := From("x on y", []*suite.Result{result("t/a.t", 1, suite.Fail, "stream_response: a"), result("t/a.t", 2, suite.Fail, "stream_response: x"),
		result("t/a.t", 3, suite.Fail, "needs http"), result("t/a.t", 4, suite.Pass, "")}, old, nil)
	var got []string
	for _, e := range l.Entries {
		got = append(got, e.Cause)
	}
	if d := cmp.Diff([]string{"the moon", "another answer", "needs http", ""}, got); d != "" {
		t.Errorf("causes (-want +got):\n%s", d)
	}
}

// TestKeep: an update by a part of a suite leaves the rest as it was.
func TestKeep(t *testing.T) {
	old := From("x on y", []*suite.Result{result("t/a.t", 2, suite.Pass, ""), result("t/a.t", 10, suite.Fail, "r"), result("t/b.t", 1, suite.Pass, "")}, nil, nil)
	l := From("x on y", []*suite.Result{result("t/a.t", 10, suite.Pass, ""), result("t/a.t", 3, suite.Pass, "")}, old, nil)
	l.Keep(old)
	var got []string
	for _, e := range l.Entries {
		got = append(got, e.Case+" "+string(e.Outcome))
	}
	if d := cmp.Diff([]string{"t/a.t#2 pass", "t/a.t#3 pass", "t/a.t#10 pass", "t/b.t#1 pass"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if e, ok := l.Get("t/b.t#1"); !ok || e.Outcome != suite.Pass {
		t.Errorf("an entry that was kept is not found: %+v", e)
	}
}

func TestWriteAndRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l.txt")
	reference := From("openresty/1.2.3 on y", []*suite.Result{result("t/002-content.t", 3, suite.Fail, "error_log: no line")}, nil, nil)
	l := From("tidegate on y", []*suite.Result{result("t/002-content.t", 1, suite.Pass, ""), result("t/002-content.t", 2, suite.Fail, "a\tb\nc 2026/01/02 03:04:05 [error] 12#34: *5 x"),
		result("t/002-content.t", 3, suite.Fail, "error_log: no line")}, nil, reference)
	if err := l.Write(path); err != nil {
		t.Fatal(err)
	}
	again, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(l.Entries, again.Entries); d != "" || again.Title != l.Title {
		t.Errorf("title %q, entries (-written +read):\n%s", again.Title, d)
	}
	if e := again.Entries[1]; e.Reason != "a b c N [error] N: N x" || e.Cause != "another answer" {
		t.Errorf("an entry is %+v", e)
	}
	if e := again.Entries[2]; e.Cause != "fails on openresty/1.2.3 too" {
		t.Errorf("the cause is %q", e.Cause)
	}
	if got := again.Text(); !strings.Contains(got, "output                                1 of    3") {
		t.Errorf("the score:\n%s", got)
	}
	if got := Markdown(again, reference); !strings.Contains(got, "| output | 3 | 0 | 1 | – |") {
		t.Errorf("the table:\n%s", got)
	}
	for _, bad := range []string{"only one field\n", "t/a.t#1\tmaybe\t\t\n"} {
		if err := os.WriteFile(path, []byte(bad), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func TestCause(t *testing.T) {
	log := func(text string) *suite.Observation { return &suite.Observation{Shutdown: text} }
	for want, r := range map[string]*suite.Result{
		"needs http": result("a", 1, suite.Fail, "needs http"),
		"directive proxy_ssl_verify_by_lua is refused":                        result("a", 1, suite.Fail, `start: the server did not start: [emerg] 1#1: "proxy_ssl_verify_by_lua_block" directive is not supported: it`),
		"a session does not end":                                              result("a", 1, suite.Fail, "session: client socket timed out"),
		"a message is missing in the log":                                     result("a", 1, suite.Fail, "error_log: no line in the log matches x"),
		"a message in the log that should not be there":                       result("a", 1, suite.Fail, "no_error_log: [error] matches x"),
		"does not start":                                                      result("a", 1, suite.Fail, "start: the server did not start: [emerg] host not found"),
		"another answer":                                                      result("a", 1, suite.Fail, "stream_response: x"),
		"Lua's ffi":                                                           {Outcome: suite.Fail, Reason: "stream_response: x", Observation: log("the ffi library is not available: there")},
		"reqsock:serversslhandshake is not available":                         {Outcome: suite.Fail, Reason: "stream_response: x", Observation: log("reqsock:serversslhandshake is not available: it follows")},
		"bytecode of LuaJIT":                                                  {Outcome: suite.Fail, Reason: "stream_response: x", Observation: log("unexpected symbol near 'char(27)'")},
		"PCRE's just-in-time compiler, which there is none of in Go":          result("a", 1, suite.Fail, "error_log: no line in the log matches pcre2 JIT compiled successfully"),
		"network faults of mockeagain, which a static binary cannot be given": {Outcome: suite.Fail, Reason: "stream_response: x", Faults: true},
	} {
		if got := Cause(r); got != want {
			t.Errorf("%q has the cause %q, want %q", r.Reason, got, want)
		}
	}
}
