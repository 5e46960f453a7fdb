package diag

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"tidegate/ast"
)

func file(name, src string) *ast.File { return &ast.File{Name: name, Src: []byte(src)} }

func span(f *ast.File, start, end int) ast.Range { return ast.Range{File: f, Start: start, End: end} }

func TestText(t *testing.T) {
	tests := []struct {
		name       string
		src        string
		start, end int
		width      int
		want       string
	}{
		{"plain", "a b;\nlisten 80x;\n", 12, 15, 0, "f:2:8: emerg: bad\n 2 | listen 80x;\n   |        ^~~\n"},
		{"tab", "\ta\tb;", 3, 4, 0, "f:1:4: emerg: bad\n 1 | \ta\tb;\n   | \t \t^\n"},
		{"empty range at the end", "a", 1, 1, 0, "f:1:2: emerg: bad\n 1 | a\n   |  ^\n"},
		{"carriage return", "ab\r\ncd", 1, 2, 0, "f:1:2: emerg: bad\n 1 | ab\n   |  ^\n"},
		{"escape and nul", "\x1b[31m\x00 x", 7, 8, 0, "f:1:8: emerg: bad\n 1 | \\x1b[31m\\x00 x\n   |              ^\n"},
		{"latin-1", "a\xe9b", 2, 3, 0, "f:1:3: emerg: bad\n 1 | a\\xe9b\n   |      ^\n"},
		{"utf-8", "\xc3\xa9\xe4\xb8\xadx", 5, 6, 0, "f:1:6: emerg: bad\n 1 | \xc3\xa9\xe4\xb8\xadx\n   |    ^\n"},
		{"right to left override", "\xe2\x80\xaex", 3, 4, 0, "f:1:4: emerg: bad\n 1 | \\u202ex\n   |       ^\n"},
		{"over lines", "ab\ncd", 1, 4, 0, "f:1:2: emerg: bad\n 1 | ab\n   |  ^\n"},
		{"long line", strings.Repeat("x", 50) + "Y" + strings.Repeat("z", 50), 50, 51, 12,
			"f:1:51: emerg: bad\n 1 | ...xxxxYzzzzzzz...\n   |        ^\n"},
		{"long line, at its end", strings.Repeat("x", 50) + "Y", 50, 51, 12,
			"f:1:51: emerg: bad\n 1 | ...xxxxxxxxxxxY\n   |               ^\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := file("f", tt.src)
			list := List{{Severity: Emerg, Message: "bad", Subject: span(f, tt.start, tt.end)}}
			var b strings.Builder
			if err := Text(&b, list, TextOptions{Width: tt.width}); err != nil {
				t.Fatal(err)
			}
			if b.String() != tt.want {
				t.Errorf("got\n%s\nwant\n%s", b.String(), tt.want)
			}
		})
	}
}

func TestTextParts(t *testing.T) {
	f := file("f", "listen 80\n}\n")
	list := List{{
		Severity: Emerg, Message: `unexpected "}"`, Subject: span(f, 10, 11), Detail: "first\nsecond",
		Related: []Related{{span(f, 7, 9), "here"}},
		Fixes:   []Fix{{Description: "insert", Safe: true}, {Description: "guess"}},
	}, {Severity: Warn, Message: "nowhere"}}
	var b strings.Builder
	if err := Text(&b, list, TextOptions{}); err != nil {
		t.Fatal(err)
	}
	want := `f:2:1: emerg: unexpected "}"
 2 | }
   | ^
  detail: first
          second
  fix: insert
  fix, not safe: guess
f:1:8: note: here
 1 | listen 80
   |        ^~
warn: nowhere
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
	b.Reset()
	if err := Text(&b, list, TextOptions{Color: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "\x1b[1;31memerg:\x1b[0m") || !strings.Contains(b.String(), "\x1b[1;33mwarn:") {
		t.Errorf("no colours in %q", b.String())
	}
}

func TestNginx(t *testing.T) {
	f := file("/c/nginx.conf", "a;\nb;\nc;\n")
	at := func(off int) ast.Pos { return ast.Pos{File: f, Offset: off} }
	emerg := Diagnostic{Severity: Emerg, Message: "bad", At: at(5)}
	warn := Diagnostic{Severity: Warn, Message: "hm", At: at(2)}
	notice := Diagnostic{Severity: Notice, Message: "quiet", At: at(2)}
	passes := Diagnostic{Severity: Alert, Message: "slow", At: at(2), Passes: true}
	advice := Diagnostic{Severity: Error, Message: "not nginx", Stage: Advice}
	late := Diagnostic{Severity: Emerg, Message: `no "events"`, Stage: Init}
	const (
		syntaxOK = "nginx: the configuration file /c/nginx.conf syntax is ok\n"
		success  = "nginx: configuration file /c/nginx.conf test is successful\n"
		failed   = "nginx: configuration file /c/nginx.conf test failed\n"
	)
	tests := []struct {
		name  string
		list  List
		o     NginxOptions
		want  string
		valid bool
	}{
		{"fine", nil, NginxOptions{Test: true}, syntaxOK + success, true},
		{"fine and quiet", nil, NginxOptions{Test: true, Quiet: true}, "", true},
		{"fine, no test", nil, NginxOptions{}, "", true},
		{"first error ends", List{warn, emerg, emerg}, NginxOptions{Test: true},
			"nginx: [warn] hm in /c/nginx.conf:1\nnginx: [emerg] bad in /c/nginx.conf:2\n" + failed, false},
		{"quiet error", List{emerg}, NginxOptions{Test: true, Quiet: true}, "nginx: [emerg] bad in /c/nginx.conf:2\n" + failed, false},
		{"notice and advice are not shown", List{notice, advice}, NginxOptions{Test: true}, syntaxOK + success, true},
		{"alert that passes", List{passes}, NginxOptions{Test: true}, "nginx: [alert] slow in /c/nginx.conf:1\n" + syntaxOK + success, true},
		{"init", List{warn, late}, NginxOptions{Test: true},
			"nginx: [warn] hm in /c/nginx.conf:1\n" + syntaxOK + "nginx: [emerg] no \"events\"\n" + failed, false},
		{"command line", List{{Severity: Emerg, Message: "bad", At: ast.Pos{File: &ast.File{CommandLine: true}}}},
			NginxOptions{}, "nginx: [emerg] bad in command line\n", false},
		{"long message", List{{Severity: Emerg, Message: strings.Repeat("x", 2000)}}, NginxOptions{},
			"nginx: [emerg] " + strings.Repeat("x", 1024) + "\n", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var b strings.Builder
			tt.o.File = f.Name
			valid, err := Nginx(&b, tt.list, tt.o)
			if err != nil || valid != tt.valid || b.String() != tt.want {
				t.Errorf("got %v %v\n%s\nwant %v\n%s", valid, err, b.String(), tt.valid, tt.want)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	f := file("f", "a\xff b;\n")
	list := List{{
		Severity: Emerg, Rule: "r", Message: "bad <\xff>", Subject: span(f, 3, 4), At: ast.Pos{File: f, Offset: 5},
		Related: []Related{{span(f, 0, 1), "there"}},
		Fixes:   []Fix{{Description: "d", Safe: true, Edits: []Edit{{span(f, 3, 4), "c"}}}},
	}}
	var b bytes.Buffer
	if err := JSON(&b, list); err != nil {
		t.Fatal(err)
	}
	if !utf8.Valid(b.Bytes()) {
		t.Error("not UTF-8")
	}
	var got []struct {
		Severity, Message string
		Fatal             bool
		Range             struct {
			File                     string
			Line, Column, Start, End int
			EndLine                  int `json:"end_line"`
			EndColumn                int `json:"end_column"`
		}
		At    struct{ Line, Column, Offset int }
		Fixes []struct{ Edits []struct{ New string } }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	g := got[0]
	if g.Severity != "emerg" || g.Message != "bad <\ufffd>" || !g.Fatal || g.Range.Line != 1 || g.Range.Column != 4 ||
		g.Range.EndColumn != 5 || g.At.Offset != 5 || g.Fixes[0].Edits[0].New != "c" {
		t.Errorf("got %+v", g)
	}
}

func TestSort(t *testing.T) {
	f := file("f", strings.Repeat("x", 20))
	at := func(off int) ast.Pos { return ast.Pos{File: f, Offset: off} }
	list := List{
		{Message: "init 1", Stage: Init, At: at(9)},
		{Message: "c", At: at(7)},
		{Message: "eof", At: at(20), Order: at(4)},
		{Message: "init 2", Stage: Init, At: at(1)},
		{Message: "nowhere"},
		{Message: "a", At: at(2)},
		{Message: "advice", Stage: Advice, Subject: span(f, 3, 4)},
		{Message: "a again", At: at(2)},
	}
	list.Sort()
	var got []string
	for _, d := range list {
		got = append(got, d.Message)
	}
	want := "a, a again, advice, eof, c, nowhere, init 1, init 2"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}

func TestApply(t *testing.T) {
	f := file("f", "abcdef")
	got, err := Apply(f, []Edit{{span(f, 4, 5), "X"}, {span(f, 1, 1), "1"}, {span(f, 1, 1), "2"}, {span(f, 1, 3), ""}, {span(file("g", "x"), 0, 1), "no"}})
	if err != nil || string(got) != "a12dXf" {
		t.Errorf("got %q, %v", got, err)
	}
	if _, err := Apply(f, []Edit{{span(f, 1, 3), ""}, {span(f, 2, 4), ""}}); err == nil {
		t.Error("overlapping edits are made")
	}
	if _, err := Apply(f, []Edit{{span(f, 5, 9), ""}}); err == nil {
		t.Error("an edit outside the file is made")
	}
}

func TestSeverity(t *testing.T) {
	for s := Emerg; s <= Debug; s++ {
		if got, ok := ParseSeverity(s.String()); !ok || got != s {
			t.Errorf("%v is read as %v", s, got)
		}
	}
	if _, ok := ParseSeverity("fatal"); ok {
		t.Error("an unknown level is read")
	}
}
