package suite

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/testnginx"
)

// caseOf evaluates the first case of a text; the head says which suite it belongs to.
func caseOf(t *testing.T, module, sections string) *testnginx.Case {
	t.Helper()
	f, err := testnginx.Parse("t/x.t", "use Test::Nginx::Socket"+module+";\nrepeat_each(2);\n__DATA__\n=== TEST 1: x\n"+sections)
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.Load(&testnginx.World{ServerRoot: "/x/t/servroot_1", ServerPort: 2000, StreamPort: 2001, Version: testnginx.Version{Text: "nginx/1.31.1"},
		RandPort: func(string) (int, error) { return 3000, nil }})
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.Case(0)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const stream, http = "::Lua::Stream", ""

func rounds(answers ...Answer) *Observation {
	o := &Observation{Up: true}
	for _, a := range answers {
		if a.End == "" {
			a.End = endEOF
		}
		o.Rounds = append(o.Rounds, Round{Answers: []Answer{a}})
	}
	return o
}

// failures are what Judge finds wrong.
func failures(c *testnginx.Case, o *Observation) []string {
	var out []string
	for _, check := range Judge(c, o) {
		if check.Failed != "" {
			first, _, _ := strings.Cut(check.What+": "+check.Failed, "\n")
			out = append(out, first)
		}
	}
	return out
}

func TestJudgeStream(t *testing.T) {
	text := func(s string) *string { return &s }
	for name, c := range map[string]struct {
		sections string
		o        *Observation
		want     []string
	}{
		"right":          {"--- stream_server_config\n--- stream_response\nhi\n", rounds(Answer{Text: "hi\n"}, Answer{Text: "hi\n"}), nil},
		"second round":   {"--- stream_server_config\n--- stream_response\nhi\n", rounds(Answer{Text: "hi\n"}, Answer{Text: "ho\n"}), []string{`stream_response: line 1 is "ho\n", not "hi\n" (-want +got):`}},
		"like":           {"--- stream_server_config\n--- stream_response_like: ^h.$\n", rounds(Answer{Text: "hi\n"}, Answer{Text: "ha\n"}), nil},
		"like eval":      {"--- stream_server_config\n--- stream_response eval\nqr/^H/i\n", rounds(Answer{Text: "hi\n"}, Answer{Text: "no\n"}), []string{`stream_response: "no\n" does not match ^H`}},
		"timed out":      {"--- stream_server_config\n", rounds(Answer{End: endTimeout}), []string{"session: client socket timed out"}},
		"log":            {"--- stream_server_config\n--- error_log eval\n[\"one\", qr/two \\d/]\n--- no_error_log\n[error]\n", rounds(Answer{Log: "x one\ny two 2\n"}, Answer{Log: "x one\n[error] two z\n"}), []string{`error_log: no line in the log matches (?^:two \d)`, `no_error_log: [error] matches "[error] two z"`}},
		"grep":           {"--- stream_server_config\n--- grep_error_log eval: qr/foo: \\d+/\n--- grep_error_log_out eval\n[\"foo: 1\\nfoo: 2\\n\", \"foo: 3\\n\"]\n", rounds(Answer{Log: "a foo: 1 b\nfoo: 2\n"}, Answer{Log: "foo: 4\n"}), []string{`grep_error_log_out: line 1 is "foo: 4\n", not "foo: 3\n" (-want +got):`}},
		"printed":        {"--- stream_server_config\n--- stream_response\nreceived 2 bytes of response data.\n--- log_stream_response\n--- error_log\nstream response: hi\n", rounds(Answer{Text: "received 2 bytes of response data.\n", Printed: "hi"}), nil},
		"did not start":  {"--- stream_server_config\n", &Observation{Exit: 1, Shutdown: "2026/01/01 00:00:00 [emerg] 1#1: bind() failed\n"}, []string{"start: the server did not start: [emerg] 1#1: bind() failed"}},
		"must die":       {"--- stream_server_config\n--- must_die\n--- error_log\nwrong\n", &Observation{Exit: 1, Shutdown: "all wrong\n"}, nil},
		"must die lives": {"--- stream_server_config\n--- must_die\n", &Observation{Up: true}, []string{"must_die: the server serves"}},
		"must die with":  {"--- stream_server_config\n--- must_die: 2\n", &Observation{Exit: 1}, []string{"must_die: the server ended with status 1, not 2"}},
		"killed":         {"--- stream_server_config\n--- must_die\n", &Observation{Exit: 139}, []string{"must_die: the server was ended by signal 11"}},
		"queries": {"--- stream_server_config\n--- tcp_query: abc\n--- tcp_query_len: 3\n--- udp_query eval: qr/u/\n",
			&Observation{Up: true, Rounds: []Round{{Answers: []Answer{{End: endEOF}}, TCPQuery: text("abd"), UDPQuery: text("u")}}}, []string{`tcp_query: line 1 is "abd", not "abc" (-want +got):`}},
		"shutdown": {"--- stream_server_config\n--- shutdown_error_log\nbye\n--- no_shutdown_error_log\n[alert]\n", &Observation{Up: true, Shutdown: "[alert] x\n"},
			[]string{"shutdown_error_log: no line in the log matches bye", `no_shutdown_error_log: [alert] matches "[alert] x"`}},
		"conflict":  {"--- stream_server_config\n--- stream_response\nhi\n--- response_body\nhi\n", &Observation{Up: true, Rounds: []Round{{Answers: []Answer{{End: endEOF, Text: "hi\n"}}}}}, []string{"response_body: it is in conflict with stream_response"}},
		"code":      {"--- stream_server_config\n--- error_code: 500\n", &Observation{Up: true, Rounds: []Round{{Answers: []Answer{{End: endEOF}}}}}, []string{"error_code: clients of streams answer Test::Nginx with 200, not 500"}},
		"half grep": {"--- stream_server_config\n--- grep_error_log_out\nx\n", &Observation{Up: true, Rounds: []Round{{Answers: []Answer{{End: endEOF}}}}}, []string{"grep_error_log: grep_error_log and grep_error_log_out need each other"}},
		"panic":     {"--- stream_server_config\n", &Observation{Up: true, Output: "panic: runtime error\ngoroutine 1\n"}, []string{"the server's output: it says: panic: runtime error"}},
		"whole log": {"--- stream_server_config\n--- stream_response\nport $TEST_NGINX_STREAM_PORT\n--- log\n[warn] on $TEST_NGINX_STREAM_PORT\n",
			&Observation{Up: true, Where: Where{Root: "/x", Dir: "/d", Port: 2000}, Rounds: []Round{{Answers: []Answer{{End: endEOF, Text: "port 2001", Log: "2026/01/01 00:00:00 [warn] 7#7: *1 on 2001\n2026/01/01 00:00:00 [notice] 7#7: exiting\n"}}}}}, nil},
	} {
		if d := cmp.Diff(c.want, failures(caseOf(t, stream, c.sections), c.o)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestShutdownOfReloaded: a server that goes on with the next case has nothing to say at the end.
func TestShutdownOfReloaded(t *testing.T) {
	c := caseOf(t, stream, "--- stream_server_config\n--- shutdown_error_log\nbye\n")
	c.Head.UseHup = true
	if got := failures(c, &Observation{Up: true}); len(got) > 0 {
		t.Errorf("%v", got)
	}
}

func TestJudgeHTTP(t *testing.T) {
	ok := "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-A: 1\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"
	for name, c := range map[string]struct {
		sections string
		answer   Answer
		want     []string
	}{
		"right":       {"--- config\n--- request\nGET /\n--- response_body chomp\nhello\n--- response_headers\nX-A: 1, 2\n!X-B\nServer: nginx\n", Answer{Text: ok}, nil},
		"code":        {"--- config\n--- request\nGET /\n--- error_code: 404\n", Answer{Text: ok}, []string{`error_code: "200", not "404"`}},
		"header":      {"--- config\n--- request\nGET /\n--- response_headers\n!Server\n--- response_body_like: h\n", Answer{Text: ok}, []string{"response_headers: there is a header Server"}},
		"no status":   {"--- config\n--- request\nGET /\n", Answer{Text: "garbage"}, []string{`error_code: "", not "200"`}},
		"cut":         {"--- config\n--- request\nGET /\n--- response_body_unlike: x\n", Answer{Text: ok[:len(ok)-5]}, []string{"chunks: no last chunk"}},
		"filters":     {"--- config\n--- request\nGET /\n--- response_body_filters eval\n[sub { return scalar reverse shift }, \"uc\"]\n--- response_body chomp\nOLLEH\n", Answer{Text: ok}, nil},
		"timeout":     {"--- config\n--- request\nGET /\n", Answer{Text: ok, End: endTimeout}, []string{"session: client socket timed out"}},
		"abort":       {"--- config\n--- request\nGET /\n--- abort\n", Answer{Text: ok, End: endTimeout}, nil},
		"ignored":     {"--- config\n--- request\nGET /\n--- ignore_response\n--- error_log\nx\n", Answer{Text: "junk"}, []string{"error_log: no line in the log matches x"}},
		"0.9":         {"--- config\n--- request\nGET / HTTP/0.9\n--- http09\n--- response_body chomp\nraw\n", Answer{Text: "raw"}, nil},
		"one list":    {"--- config\n--- request eval\n[\"GET /\"]\n--- error_code: 200\n", Answer{Text: ok}, nil},
		"access log":  {"--- config\n--- request\nGET /\n--- access_log\nGET /\n--- no_access_log eval\nqr/POS[T]/\n", Answer{Text: ok, Access: "GET /\nPOST /\n"}, []string{`no_access_log: (?^:POS[T]) matches "POST /"`}},
		"no access":   {"--- config\n--- request\nGET /\n--- access_log\nGET /\n", Answer{Text: ok}, []string{"access_log: no line in the log matches GET /"}},
		"json":        {"--- config\n--- request\nGET /\n--- response_body_json_sort\n--- response_body\n{\"a\":[1,{\"c\":\"<\",\"d\":null}],\"b\":2}\n", Answer{Text: "HTTP/1.1 200 OK\r\n\r\n" + `{"b": 2, "a": [1, {"d": null, "c": "<"}]}`}, nil},
		"no json":     {"--- config\n--- request\nGET /\n--- response_body_json_sort\n--- response_body chomp\n{} x\n", Answer{Text: "HTTP/1.1 200 OK\r\n\r\n{} x"}, nil},
		"old eval":    {"--- config\n--- request_eval\n'GET /'\n--- response_body_eval\n'h' . 'i'\n", Answer{Text: ok}, []string{`response_body: line 1 is "hello", not "hi" (-want +got):`}},
		"like header": {"--- config\n--- request\nGET /\n--- response_headers_like\nServer: ngin.\n", Answer{Text: ok}, nil},
		"raw headers": {"--- config\n--- request\nGET /\n--- raw_response_headers_unlike: Server\n", Answer{Text: ok}, []string{`raw_response_headers_unlike: "HTTP/1.1 200 OK\r\nServer: nginx\r\nX-A: 1\r\nX-A: 2\r\nTransfer-Encoding: chunked\r\n" matches Server`}},
	} {
		if d := cmp.Diff(c.want, failures(caseOf(t, http, c.sections), rounds(c.answer))); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestPipelined(t *testing.T) {
	one := "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n"
	c := caseOf(t, http, "--- config\n--- pipelined_requests eval\n[\"GET /a\", \"GET /b\"]\n--- response_body eval\n[\"1\", \"2\"]\n--- error_code eval\n[200, 201]\n")
	want := []string{`error_code: "200", not "201"`, `response_body: line 1 is "3", not "2" (-want +got):`}
	if d := cmp.Diff(want, failures(c, rounds(Answer{Text: one + "1" + one + "3"}))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestSeveral: what is expected of several requests must be a list.
func TestSeveral(t *testing.T) {
	one := "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 2\r\n\r\nhi"
	const why = ": the case makes several requests, so that what is expected of them must be a list"
	for _, section := range []string{"error_code: 200", "error_code_like: 200", "response_headers\nX-A: b", "response_headers_like\nX-A: b", "raw_response_headers_like: X-A",
		"raw_response_headers_unlike: X-B", "response_body: hi", "response_body_like: hi", "response_body_unlike: ho"} {
		name, _, _ := strings.Cut(section, "\n")
		name, _, _ = strings.Cut(name, ":")
		c := caseOf(t, http, "--- config\n--- request eval\n[\"GET /a\", \"GET /b\"]\n--- "+section+"\n")
		o := &Observation{Up: true, Rounds: []Round{{Answers: []Answer{{Text: one, End: endEOF}, {Text: one, End: endEOF}}}}}
		if d := cmp.Diff([]string{name + why, name + why}, failures(c, o)); d != "" {
			t.Errorf("%s (-want +got):\n%s", section, d)
		}
	}
}

// TestUnplayed: what the runner has no part for is skipped with the reason.
func TestUnplayed(t *testing.T) {
	for sections, want := range map[string]string{
		"--- http2\n--- config\n--- request\nGET /\n":         "section http2: requests are not made by HTTP/2",
		"--- charset: latin1\n--- config\n--- request\nGET /": "section charset: texts are not converted",
		"--- request\nGET /\n":                                "there is no section config: the server of the case before is not kept for this one",
		"--- config\n--- request\nGET /\n":                    "",
		"--- main_config\noops;\n--- must_die\n":              "",
	} {
		if got := unplayed(caseOf(t, http, sections)); got != want {
			t.Errorf("%q: %q, want %q", sections, got, want)
		}
	}
}

func TestTouchTime(t *testing.T) {
	now := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"201401020304.05": "2014-01-02 03:04:05", "1401020304": "2014-01-02 03:04:00", "7001020304": "1970-01-02 03:04:00", "01020304.59": "2026-01-02 03:04:59", "yesterday": "",
	} {
		at, err := touchTime(text, now)
		if want == "" {
			if err == nil {
				t.Errorf("%s is %v", text, at)
			}
			continue
		}
		if got := at.Format(time.DateTime); got != want || err != nil {
			t.Errorf("%s is %s, %v; want %s", text, got, err, want)
		}
	}
}

func TestRequests(t *testing.T) {
	for name, c := range map[string]struct {
		sections string
		want     [][]packet
	}{
		"plain":   {"--- request\nGET /t\n", [][]packet{{{text: "GET /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"}}}},
		"comment": {"--- request\n\n# what\nGET /t HTTP/1.0\n", [][]packet{{{text: "GET /t HTTP/1.0\r\nHost: localhost\r\nConnection: close\r\n\r\n"}}}},
		"body":    {"--- more_headers\nX-Y: z\n--- request\nPOST /t\nhello\n", [][]packet{{{text: "POST /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Y: z\r\nContent-Length: 5\r\n\r\nhello"}}}},
		"chunked": {"--- more_headers\nTransfer-Encoding: chunked\n--- request eval\n\"POST /t\n0\\r\n\\r\n\"\n", [][]packet{{{text: "POST /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"}}}},
		"hosts":   {"--- more_headers eval\n[\"Host: a\", \"Connection: x\"]\n--- request eval\n[\"GET /1\", \"GET /2\"]\n", [][]packet{{{text: "GET /1 HTTP/1.1\r\nConnection: close\r\nHost: a\r\n\r\n"}}, {{text: "GET /2 HTTP/1.1\r\nHost: localhost\r\nConnection: x\r\n\r\n"}}}},
		"packets": {"--- request eval\n[[\"POST /t\\nab\", {value => \"cd\", delay_before => 0.5}]]\n", [][]packet{{{text: "POST /t HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab"}, {"cd", 0.5}}}},
		"raw":     {"--- raw_request eval\n[\"GE\", \"T /\\r\\n\\r\\n\"]\n--- raw_request_middle_delay: 0.1\n", [][]packet{{{text: "GE"}, {"T /\r\n\r\n", 0.1}}}},
	} {
		got, _, err := requests(caseOf(t, http, "--- config\n"+c.sections))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if d := cmp.Diff(c.want, got, cmp.AllowUnexported(packet{})); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

func TestKinds(t *testing.T) {
	for _, c := range []struct {
		module, sections string
		kind             kind
		http             httpUse
	}{
		{stream, "--- stream_server_config\n", streamCase, httpUnused},
		{stream, "--- stream_server_config\n--- request\nGET /t\n", streamCase, httpUnused},
		{stream, "--- stream_server_config\n--- config\n", streamCase, httpUnused},
		{stream, "--- stream_server_config\n--- config\n    server_tokens off;\n", streamCase, httpNamed},
		{stream, "--- stream_server_config\n--- config\n    location /x {}\n", streamCase, httpServes},
		{stream, "--- stream_server_config\n--- http_config\n    server {}\n", streamCase, httpServes},
		{stream, "--- stream_server_config\n    proxy_pass 127.0.0.1:$TEST_NGINX_SERVER_PORT;\n", streamCase, httpNamed},
		{stream, "--- stream_server_config\n--- config\n--- request\nGET /dns\n", httpCase, httpServes},
		{"::Lua::Dgram", "--- dgram_server_config\n", dgramCase, httpUnused},
		{http, "--- config\n--- request\nGET /t\n", httpCase, httpServes},
	} {
		tc := caseOf(t, c.module, c.sections)
		if k := kindOf(tc); k != c.kind || httpUseOf(tc, k) != c.http {
			t.Errorf("%s%q: kind %d, http %d", c.module, c.sections, k, httpUseOf(tc, k))
		}
	}
}

// TestLacksHTTP: a failure of a case whose http block was left out has that cause only when somebody missed the server.
func TestLacksHTTP(t *testing.T) {
	for _, c := range []struct {
		use  httpUse
		o    *Observation
		want bool
	}{
		{httpServes, &Observation{}, true},
		{httpServes, rounds(Answer{Text: "connection refused"}), false},
		{httpNamed, rounds(Answer{Text: "failed to connect: connection refused\n"}), true},
		{httpNamed, rounds(Answer{Log: "connect() failed (111: Connection refused)"}), true},
		{httpNamed, rounds(Answer{Text: "another answer"}), false},
		{httpUnused, rounds(Answer{Text: "connection refused"}), false},
	} {
		if got := (&run{http: c.use}).lacksHTTP(c.o); got != c.want {
			t.Errorf("use %d, %+v: %v", c.use, c.o, got)
		}
	}
}

func TestClaims(t *testing.T) {
	b := &testnginx.Block{Sections: []*testnginx.Section{
		{Name: "stream_config", Value: "listen 1986; listen unix:/tmp/x.sock; include /tmp/a-b.conf; server 127.0.0.1:$TEST_NGINX_MEMCACHED_PORT; $TEST_NGINX_SERVER_PORT 99999 80"},
		{Name: "stream_response", Value: "1234"}, {Name: "error_log", Value: "4321"}, {Name: "tcp_listen", Value: "5678\n"},
	}}
	want := []string{"$TEST_NGINX_MEMCACHED_PORT", "/tmp/a-b.conf", "1986", "5678", "unix:/tmp/x.sock"}
	if d := cmp.Diff(want, claimsOf(b)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestDiff: what differs only by place and time is the same; the rest is named.
func TestDiff(t *testing.T) {
	of := func(port, pid, text, log string) []*Result {
		o := rounds(Answer{Text: text, Log: "2026/11/26 15:00:00 [warn] " + pid + "#" + pid + ": *3 said on " + port + ", client: 127.0.0.1:47208\n2026/11/26 15:00:00 [debug] " + pid + "#0: x\n" + log})
		o.Where = Where{Root: "/root" + port, Dir: "/dir" + port, Port: map[string]int{"2000": 2000, "2100": 2100}[port]}
		return []*Result{{File: "t/x.t", Number: 1, Outcome: Pass, Observation: o}}
	}
	same := Diff(of("2000", "11", "at 2001 in /root2000\n", ""), of("2100", "22", "at 2101 in /root2100\n", ""))
	if same[0].Outcome != Pass {
		t.Errorf("the same is different: %s", same[0].Reason)
	}
	other := Diff(of("2000", "11", "a\n", ""), of("2100", "22", "b\n", "2026/11/26 15:00:01 [error] 22#22: *3 more\n"))
	var got []string
	for _, c := range other[0].Checks {
		first, _, _ := strings.Cut(c.What+": "+c.Failed, "\n")
		got = append(got, first)
	}
	want := []string{`answer (round 1, request 1): line 1 is "b\n", not "a\n" (-want +got):`, `log (round 1, request 1): line 2 is "[error] more\n", not "" (-want +got):`}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if d := Diff([]*Result{{File: "t/x.t", Number: 1, Outcome: Skip, Reason: "SKIP"}}, of("2000", "1", "", "")); d[0].Outcome != Skip || d[0].Reason != "SKIP" {
		t.Errorf("a skipped case: %+v", d[0])
	}
}

// TestDifference: the lines that differ stand beside those around them.
func TestDifference(t *testing.T) {
	got := strings.ReplaceAll(difference("a\nb\nc\n", "a\nx\nc\n"), "\u00a0", " ")
	for _, part := range []string{"line 2 is \"x\\n\", not \"b\\n\" (-want +got):\n", "    \"a\\n\",\n", "-   \"b\\n\",\n", "+   \"x\\n\",\n"} {
		if !strings.Contains(strings.ReplaceAll(got, "\t", "  "), part) {
			t.Errorf("no %q in\n%s", part, got)
		}
	}
}

// TestRecordAndReplay: a recorded observation is judged as it was when it was made, in another place and without a server.
func TestRecordAndReplay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.t")
	text := "use Test::Nginx::Socket::Lua::Stream;\n__DATA__\n=== one\n--- stream_server_config\n--- stream_response eval\n\"$ENV{TEST_NGINX_STREAM_PORT} $ENV{TEST_NGINX_SERVER_ROOT}\"\n" +
		"=== two\n--- stream_server_config\n--- stream_response\nx\n=== three\n--- stream_server_config\n"
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := testnginx.Read(path, "")
	if err != nil {
		t.Fatal(err)
	}
	one, two := rounds(Answer{Text: "2001 /r"}), rounds(Answer{Text: "y\n"})
	one.Where = Where{Root: "/r", Port: 2000}
	results := []*Result{{File: "x.t", Number: 1, Observation: one}, {File: "x.t", Number: 2, Observation: two}}
	if err := Record("nginx version: nginx/1.31.1", []*testnginx.File{f}, results); err != nil {
		t.Fatal(err)
	}
	got, err := (&Runner{}).Replay([]*testnginx.File{f})
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, r := range got {
		said = append(said, string(r.Outcome)+" "+r.Reason)
	}
	want := []string{"pass ", `fail stream_response: line 1 is "y\n", not "x\n" (-want +got):`, "skip nothing is recorded"}
	if d := cmp.Diff(want, said); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestPlace(t *testing.T) {
	root, base := t.TempDir(), t.TempDir()
	for _, dir := range []string{"t/cert", "t/servroot"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(root, "t/cert/a.crt"), []byte("cert"), 0o644); err != nil {
		t.Fatal(err)
	}
	p, err := newPlace(base, root, 7, 2000)
	if err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(filepath.Join(p.root, "conf/../../cert/a.crt")); err != nil || string(data) != "cert" {
		t.Errorf("a certificate of the suite, seen from the configuration: %q, %v", data, err)
	}
	if filepath.Base(p.root) != "servroot_7" {
		t.Errorf("the server root is %s", p.root)
	}
	if _, err := os.Stat(filepath.Join(p.dir, "t/servroot")); err == nil {
		t.Error("another server root is seen")
	}
	if err := p.write("html/a/b.txt", "x"); err != nil || p.read("html/a/b.txt") != "x" {
		t.Errorf("a user file: %v", err)
	}
	if err := p.clean(); err != nil || p.read("html/a/b.txt") != "" {
		t.Errorf("a cleaned place still has its files: %v", err)
	}
	p.remove()
	if _, err := os.Stat(p.dir); err == nil {
		t.Error("the place is still there")
	}
	if _, err := os.Stat(filepath.Join(root, "t/cert/a.crt")); err != nil {
		t.Error("removing a place followed its links")
	}
}
