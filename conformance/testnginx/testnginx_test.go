package testnginx

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/conformance/perl"
)

const sample = `# A head.
use Test::Nginx::Socket::Lua::Stream;

repeat_each(2);
workers(3);
master_on();
log_level 'warn';
worker_connections(1024);
env_to_nginx("PATH", "A=b c");
$ENV{TEST_NGINX_HTML_DIR} ||= html_dir();
our $Dir = server_root();
plan tests => repeat_each() * (blocks() * 3);

add_block_preprocessor(sub {
    my $block = shift;
    if (!defined $block->no_error_log) {
        $block->set_value("no_error_log", "[error]");
    }
});

run_tests();

__DATA__
text in front of the first case

=== TEST 1: plain
what the case is about
--- stream_config
    resolver $TEST_NGINX_RAND_PORT_1;
--- stream_server_config eval
"root $::Dir; port \$TEST_NGINX_RAND_PORT_1;"
--- stream_response chomp

hello

--- error_log eval
["one", qr/two \d+/]
--- timeout: 200ms
--- abort


=== TEST 2: left out
--- SKIP
--- stream_response



=== TEST 3: conditions
--- skip_nginx: 3: < 1.13.0
--- skip_eval: 3: $^O ne 'linux'
--- no_error_log
[alert]
--- stream_request eval
"a" x 3 . "\r\n"
`

func loaded(t *testing.T, text, version string) (*File, *Head) {
	t.Helper()
	f, err := Parse("t/sample.t", text)
	if err != nil {
		t.Fatal(err)
	}
	h, err := f.Load(&World{ServerRoot: "/root/servroot", ServerPort: 2000, StreamPort: 2001, Version: Version{version},
		RandPort: func(string) (int, error) { return 4242, nil }})
	if err != nil {
		t.Fatal(err)
	}
	return f, h
}

func TestHeadAndCases(t *testing.T) {
	f, h := loaded(t, sample, "nginx version: nginx/1.31.1")
	want := Settings{Stream: true, Repeat: 2, Workers: 3, WorkerConnections: 1024, LogLevel: "warn", Master: true, ServerName: "localhost",
		ServerAddr: "127.0.0.1", Timeout: 3, EnvToNginx: []string{"PATH", "A=b c"}, Plan: 12}
	if d := cmp.Diff(want, h.Settings); d != "" {
		t.Errorf("settings (-want +got):\n%s", d)
	}
	if len(f.Blocks) != 3 || f.Blocks[0].Line != 26 || f.Blocks[0].Name != "TEST 1: plain" {
		t.Fatalf("blocks: %d, first %q at line %d", len(f.Blocks), f.Blocks[0].Name, f.Blocks[0].Line)
	}
	c, err := h.Case(0)
	if err != nil {
		t.Fatal(err)
	}
	for section, want := range map[string]string{
		"stream_config": "    resolver 4242;\n", "stream_server_config": "root /root/servroot; port 4242;", "stream_response": "hello",
		"no_error_log": "[error]", "timeout": "200ms", "abort": "",
	} {
		if got := c.Expanded(section); got != want || !c.Has(section) {
			t.Errorf("section %s is %q, want %q", section, got, want)
		}
	}
	if got := c.Seconds("timeout", 3); got != 0.2 {
		t.Errorf("timeout is %v", got)
	}
	if list, ok := c.Value("error_log").(*perl.Array); !ok || len(list.Items) != 2 || perl.RefKind(list.Items[1].V) != "Regexp" {
		t.Errorf("error_log is %v", c.Value("error_log"))
	}
	if _, err := c.Method("set_value", []perl.Value{"timeout"}); err != nil || c.Has("timeout") {
		t.Errorf("set_value without a value leaves the section: %v", err)
	}
	if c.Has("stream_request") || c.Err() != nil {
		t.Errorf("a section that is not there: %v, %v", c.Has("stream_request"), c.Err())
	}
	third, err := h.Case(2)
	if err != nil {
		t.Fatal(err)
	}
	if got := third.Text("stream_request"); got != "aaa\r\n" {
		t.Errorf("stream_request is %q", got)
	}
	if got := third.Text("no_error_log"); got != "[alert]\n" {
		t.Errorf("no_error_log is %q", got)
	}
}

// TestLeftOut: which cases Test::Base leaves out, and how many there are for blocks().
func TestLeftOut(t *testing.T) {
	for marks, want := range map[string][]string{
		"- SKIP -":      {"", "SKIP", ""},
		"- ONLY ONLY":   {"case 2 has ONLY", "", "case 2 has ONLY"},
		"SKIP LAST -":   {"SKIP", "", "case 2 has LAST"},
		"LAST - ONLY":   {"", "case 1 has LAST", "case 1 has LAST"},
		"SKIP ONLY -":   {"case 2 has ONLY", "", "case 2 has ONLY"},
		"- LAST SKIP -": {"", "", "case 2 has LAST", "case 2 has LAST"},
	} {
		text := "use Test::Nginx::Socket;\nplan tests => blocks();\n__DATA__\n"
		for _, mark := range strings.Fields(marks) {
			text += "=== TEST\n--- config\n--- " + strings.ReplaceAll(mark, "-", "request") + "\n"
		}
		f, h := loaded(t, text, "nginx/1.31.1")
		left := 0
		for i, why := range want {
			if got := f.LeftOut(i); got != why {
				t.Errorf("%s: case %d is left out for %q, want %q", marks, i+1, got, why)
			}
			if why == "" {
				left++
			}
		}
		if h.Plan != left {
			t.Errorf("%s: blocks() is %d, want %d", marks, h.Plan, left)
		}
	}
}

// TestUnknown: what would change the meaning of cases and is not followed is said, never passed over.
func TestUnknown(t *testing.T) {
	for head, want := range map[string]string{
		"add_response_body_check(sub { 1 });": "add_response_body_check is not supported",
		"filters('lc');":                      "filters is not supported",
	} {
		f, err := Parse("t/x.t", "use Test::Nginx::Socket;\n"+head+"\n__DATA__\n=== a\n--- config\n")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Load(&World{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", head, err)
		}
	}
}

func TestSkip(t *testing.T) {
	for version, want := range map[string]string{
		"nginx version: openresty/1.31.1":     "",
		"nginx version: nginx/1.12.9":         "skip_nginx: 3: < 1.13.0",
		"nginx version: nginx/1.25.0 (build)": "",
	} {
		_, h := loaded(t, sample, version)
		c, err := h.Case(2)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Skip(); got != want || err != nil {
			t.Errorf("with %s: %q, %v; want %q", version, got, err, want)
		}
	}
	_, h := loaded(t, "use Test::Nginx::Socket;\n__DATA__\n=== a\n--- skip_eval: 3: $NginxBinary eq 'nginx' && $ServerPort == 2000\n=== b\n--- skip_eval: 3: __PACKAGE__ eq 'main'\n"+
		"=== c\n--- skip_eval: 3: is_tcp_port_used(0)\n=== d\n--- skip_eval: 3: $ErrLogFile eq '/root/servroot/logs/error.log'\n", "nginx/1.31.1")
	for i, want := range []bool{true, false, false, true} { // in the package of Test::Nginx::Util
		c, err := h.Case(i)
		if err != nil {
			t.Fatal(err)
		}
		if why, err := c.Skip(); (why != "") != want || err != nil {
			t.Errorf("condition %d skips: %q, %v", i+1, why, err)
		}
	}
	_, h = loaded(t, "use Test::Nginx::Socket;\n__DATA__\n=== a\n--- todo_nginx: < 1.31.2\n=== b\n--- todo_nginx\n>= 1.31.2: later\n", "nginx/1.31.1")
	for i, want := range []string{"todo_nginx: < 1.31.2", ""} {
		c, err := h.Case(i)
		if err != nil {
			t.Fatal(err)
		}
		if why, err := c.Skip(); why != want || err != nil {
			t.Errorf("todo_nginx %d: %q, %v", i+1, why, err)
		}
	}
	for text, want := range map[string]bool{"1: >= 1.19.9": false, "1: < 1.1.1q": true, "2: < 1.1.0 or > 1.1.1": false, "2: > 1.0.0 and <= 1.1.1: reason": true} {
		if got, err := versionSkips(text, canonical([]string{"", "1", "1", "1"})); got != want || err != nil {
			t.Errorf("%s on 1.1.1: %v, %v", text, got, err)
		}
	}
	if _, err := versionSkips("whenever", 1); err == nil {
		t.Error("a condition that is none gave no error")
	}
}

func TestVersion(t *testing.T) {
	v := Version{"nginx version: openresty/1.31.1.1\nbuilt with OpenSSL 3.0.2q 1 Jan\nconfigure arguments: --with-pcre\n"}
	if v.Nginx() != 1.031001 || v.PCRE() != 2 || v.OpenSSL() != 3.000002016 {
		t.Errorf("versions: nginx %v, OpenSSL %v, PCRE %d", v.Nginx(), v.OpenSSL(), v.PCRE())
	}
}

// TestUnknownPerl: what cannot be evaluated is an error that says where, not a guess.
func TestUnknownPerl(t *testing.T) {
	bad := strings.Replace(sample, `"a" x 3 . "\r\n"`, `use_unknown_thing("x")`, 1)
	_, h := loaded(t, bad, "nginx/1.31.1")
	if _, err := h.Case(2); err == nil || !strings.Contains(err.Error(), "perl: section stream_request") || !strings.Contains(err.Error(), "use_unknown_thing is not known") {
		t.Errorf("an unknown sub in a section: %v", err)
	}
	f, err := Parse("t/x.t", "use No::Such;\n__DATA__\n=== 1\n--- config\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Load(&World{}); err == nil || !strings.Contains(err.Error(), "perl: x.t line 1: use No::Such") {
		t.Errorf("an unknown module: %v", err)
	}
	_, h = loaded(t, sample, "nginx/1.31.1")
	c, err := h.Case(0)
	if err != nil {
		t.Fatal(err)
	}
	if c.Expand("$TEST_NGINX_MISSING"); c.Err() == nil || !strings.Contains(c.Err().Error(), "TEST_NGINX_MISSING is not set") {
		t.Errorf("a variable that is not set: %v", c.Err())
	}
}

func TestSkipAll(t *testing.T) {
	_, h := loaded(t, "our $Why;\nBEGIN { $Why = 'no such build'; }\nuse Test::Nginx::Socket $Why ? (skip_all => $Why) : ();\nunknown();\n__DATA__\n=== 1\n--- config\n", "nginx/1.31.1")
	if h.SkipAll != "no such build" {
		t.Errorf("skip_all gave %q", h.SkipAll)
	}
}

// TestFilters holds Test::Base's filters against what they are documented to do.
func TestFilters(t *testing.T) {
	for _, c := range []struct{ filter, value, want string }{
		{"", "\n\n a \n\n", " a \n"}, {"-trim", "\na\n\n", "\na\n\n"}, {"", "a\r\nb\rc\n", "a\nb\nc\n"}, {"", "no end  ", "no end  "},
		{"chop", "abc\n", "abc"}, {"chomp", "abc\n\n", "abc"}, {"base64_encode", "hi\n", "aGkK\n"}, {"base64_decode", "aGk=\n", "hi"},
		{"eval", `"a\n" . 'b'`, "a\nb"}, {"escape", `a\tb "q" $x @y`, "a\tb \"q\" $x @y"}, {"", "\n \n", ""}, {"", "args: \n\n", "args: \n"},
	} {
		_, h := loaded(t, sample, "nginx/1.31.1")
		s := &Section{Name: "s", Value: c.value, Filters: strings.Fields(c.filter)}
		got, err := h.filtered(s)
		if err != nil || perl.String(got) != c.want {
			t.Errorf("%q through %q: %q, %v; want %q", c.value, c.filter, perl.String(got), err, c.want)
		}
	}
}

// TestWrite: a file that is written is read again as the same cases.
func TestWrite(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.t")
	f, err := Parse(path, sample)
	if err != nil {
		t.Fatal(err)
	}
	f.Blocks[0].Set("stream_response", "other\n")
	f.Blocks[0].Set("log", "line\n")
	if err := f.Write(); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(path)
	again, err := Parse(path, string(data))
	if err != nil {
		t.Fatal(err)
	}
	if len(again.Blocks) != 3 || again.Blocks[0].Get("stream_response").Value != "other\n" || strings.TrimSpace(again.Blocks[0].Get("log").Value) != "line" {
		t.Errorf("read again: %q", data)
	}
	if f.Head != again.Head || again.Blocks[0].Intro == "" {
		t.Errorf("the head or the text in front of the sections changed: %q", data)
	}
	if err := again.Write(); err != nil {
		t.Fatal(err)
	}
	if second, _ := os.ReadFile(path); string(second) != string(data) {
		t.Errorf("written twice (-first +second):\n%s", cmp.Diff(string(data), string(second)))
	}
}
