package crossplane_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tidegate/ast"
	"tidegate/ast/crossplane"
	"tidegate/parser"
)

func load(files parser.Memory) (*ast.Config, string) {
	config, list := parser.Load(parser.Options{Main: "/c/m", ReadFile: files.ReadFile, Glob: files.Glob})
	var b bytes.Buffer
	if err := crossplane.Encode(&b, config, list); err != nil {
		return config, err.Error()
	}
	return config, b.String()
}

// TestEncode holds the form against what crossplane gives for the same files.
func TestEncode(t *testing.T) {
	_, got := load(parser.Memory{
		"/c/m": `# top
events { } # s
http {
    log_format x # mid
      'a "b" \'c\' \n' "d\"e" \x;
    if ($host = "a b") { return 404; }
    if ( $x ) { return 404; }
    include inc*;
    include none*;
    content_by_lua_block {
        ngx.say("x")
    }
    set_by_lua_block $x { return 1 }
    map $a $b { default "x y"; }
    e "" 'x
y' a\;b;
    "f g" ${x}y; # last
    # own
}
include inc1;
`,
		"/c/inc1": "b 1;", "/c/inc2": "c {\n # in\n}",
	})
	want := `{"status":"ok","errors":[],"config":[{"file":"/c/m","status":"ok","errors":[],"parsed":[
{"directive":"#","line":1,"args":[],"comment":" top"},
{"directive":"events","line":2,"args":[],"block":[]},
{"directive":"#","line":2,"args":[],"comment":" s"},
{"directive":"http","line":3,"args":[],"block":[
{"directive":"log_format","line":4,"args":["x","a \"b\" 'c' \\n","d\"e","\\x"]},
{"directive":"#","line":4,"args":[],"comment":" mid"},
{"directive":"if","line":6,"args":["$host","=","a b"],"block":[
{"directive":"return","line":6,"args":["404"]}]},
{"directive":"if","line":7,"args":["$x"],"block":[
{"directive":"return","line":7,"args":["404"]}]},
{"directive":"include","line":8,"args":["inc*"],"includes":[1,2]},
{"directive":"include","line":9,"args":["none*"],"includes":[]},
{"directive":"content_by_lua_block","line":10,"args":["\n        ngx.say(\"x\")\n    "]},
{"directive":"set_by_lua_block","line":13,"args":["$x"," return 1 "]},
{"directive":"map","line":14,"args":["$a","$b"],"block":[
{"directive":"default","line":14,"args":["x y"]}]},
{"directive":"e","line":15,"args":["","x\ny","a\\;b"]},
{"directive":"f g","line":17,"args":["${x}y"]},
{"directive":"#","line":17,"args":[],"comment":" last"},
{"directive":"#","line":18,"args":[],"comment":" own"}]},
{"directive":"include","line":20,"args":["inc1"],"includes":[1]}]},
{"file":"/c/inc1","status":"ok","errors":[],"parsed":[{"directive":"b","line":1,"args":["1"]}]},
{"file":"/c/inc2","status":"ok","errors":[],"parsed":[{"directive":"c","line":1,"args":[],"block":[
{"directive":"#","line":2,"args":[],"comment":" in"}]}]}]}
`
	want = strings.ReplaceAll(strings.TrimSpace(want), "\n", "") + "\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestEncodeErrors(t *testing.T) {
	_, got := load(parser.Memory{"/c/m": "a;\n;\ninclude x;\n"})
	for _, want := range []string{
		`"status":"failed","errors":[{"file":"/c/m","line":2,"error":"unexpected \";\" in /c/m:2"},{"file":"/c/m","line":3,`,
		`"config":[{"file":"/c/m","status":"failed","errors":[{"line":2,`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nlacks %s", got, want)
		}
	}
	_, got = load(parser.Memory{})
	if want := `{"status":"failed","errors":[{"file":"/c/m","line":null,"error":"open() \"/c/m\" failed (2: No such file or directory)"}]`; !strings.HasPrefix(got, want) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// roundTrip encodes, decodes and compares: the words of each file and its
// comments must be the same, and the made source must read as the made tree.
func roundTrip(t *testing.T, files parser.Memory) {
	t.Helper()
	config, list := parser.Load(parser.Options{Main: "/c/m", ReadFile: files.ReadFile, Glob: files.Glob})
	if len(list) > 0 {
		return // what is broken is not all in the payload
	}
	var b bytes.Buffer
	if err := crossplane.Encode(&b, config, nil); err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b.Bytes()) {
		t.Fatalf("not JSON: %s", b.Bytes())
	}
	back, err := crossplane.Decode(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatalf("%v in %s", err, b.Bytes())
	}
	if len(back.Files) != len(config.Files) {
		t.Fatalf("%d files, want %d", len(back.Files), len(config.Files))
	}
	for i, f := range config.Files {
		g := back.Files[i]
		if f.Name != g.Name {
			t.Errorf("file %s, want %s", g.Name, f.Name)
		}
		if x, y := ast.FirstDifference(f.Body(), g.Body(), nil); (x != nil || y != nil) && !isIf(x) {
			t.Errorf("words differ: %s, want %s, in\n%s", show(y), show(x), g.Src)
		}
		if got, want := comments(g), comments(f); got != want {
			t.Errorf("comments %s, want %s", got, want)
		}
		again, list := parser.Parse(g.Name, g.Src)
		for i := range list {
			t.Errorf("%s in\n%s", list[i].Error(), g.Src)
		}
		if a, b := spans(again), spans(g); a != b {
			t.Errorf("the made tree\n%s\nis read as\n%s", b, a)
		}
	}
}

// isIf reports whether a directive is an "if", of which only the condition is
// kept and not how its parentheses stand.
func isIf(d *ast.Directive) bool { return d != nil && d.Is("if") }

func show(d *ast.Directive) string {
	if d == nil {
		return "nothing"
	}
	return fmt.Sprintf("%q", d.HeadRange().Text())
}

// comments lists the comments in any order: those between the words before a
// block come after it in a payload.
func comments(f *ast.File) string {
	var list []string
	for _, c := range f.Comments {
		list = append(list, fmt.Sprintf("%q", c.Text))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

func spans(f *ast.File) string {
	var b strings.Builder
	ast.Walk(f.Body(), func(d *ast.Directive, path []*ast.Directive) bool {
		fmt.Fprintf(&b, "%d %v %d-%d {%d }%d", len(path), d.Kind, d.Start, d.End, d.Open, d.Close())
		for _, w := range d.Words() {
			fmt.Fprintf(&b, " %q %d-%d %q", w.Text, w.Start, w.End, w.Quote)
		}
		if lua := d.Lua(); lua != nil {
			fmt.Fprintf(&b, " %q %d-%d", lua.Text, lua.Start, lua.End)
		}
		b.WriteByte('\n')
		return true
	})
	for _, c := range f.Comments {
		fmt.Fprintf(&b, "%d-%d %q\n", c.Start, c.End, c.Text)
	}
	return b.String()
}

var words = []string{
	`a`, `"a b"`, `'a b'`, `""`, `"a\"b"`, `'a\'b'`, `'a"b'`, `"a'b"`, `"a'\"b"`, `'\"'`, `"\'"`, `a\"b`, `"\\\""`, `\;`, `"\;"`,
	`a\ b`, `"\d"`, `'\t'`, `\\`, `"\\"`, `'\\'`, `"a\\\\"`, `${x}{`, `"${x}"`, `"#a"`, `a#b`, `"}"`, `a}`, `"{"`, `\{`, "'a\nb'", "a\\\nb",
	"\xe9", "\"\xe9\xff\"", "é", "'\x00'", "\x01", "\"a\r\n\"", `"a{b"`, `'$'`, `$a$`, "'\u2028'", "\xed\xa0\x80", `\\"a`, `")"`, `(`, `"("`,
}

func TestRoundTripWords(t *testing.T) {
	for _, w := range words {
		t.Run(w, func(t *testing.T) {
			roundTrip(t, parser.Memory{"/c/m": "x " + w + " " + w + ";\nx " + w + ";"})
			if bare := strings.Trim(w, `"'`); bare != "" && strings.IndexByte("#}{;", bare[0]) < 0 {
				roundTrip(t, parser.Memory{"/c/m": w + " x;"})
			}
		})
	}
}

// TestCondition checks that what nginx takes for the condition of an "if"
// comes back. As the module does, it takes off the outer parentheses.
func TestCondition(t *testing.T) {
	condition := func(d *ast.Directive) string {
		var args []string
		for i := range d.NumWords() - 1 {
			args = append(args, d.Arg(i))
		}
		n := len(args)
		if args[0] = args[0][1:]; args[0] == "" {
			args = args[1:]
			n--
		}
		if args[n-1] = strings.TrimSuffix(args[n-1], ")"); args[n-1] == "" {
			args = args[:n-1]
		}
		return strings.Join(args, "|")
	}
	for _, src := range []string{
		`if ($a) { }`, `if ( $a ) { }`, `if ($a = "b c") { }`, `if ($a = "b c" ) { }`, `if ($a ~ "x)y") { }`, `if ($a ~ x) { }`,
		`if ($a ~* '\.(?:a|b)$') { }`, `if (!-f "a b") { }`, `if ( "$a b" = c) { }`, `if ($a = "") { }`, `if (-f $a) { }`,
	} {
		files := parser.Memory{"/c/m": src}
		roundTrip(t, files)
		config, payload := load(files)
		back, err := crossplane.Decode(strings.NewReader(payload))
		if err != nil {
			t.Fatal(err)
		}
		if got, want := condition(back.Main.Body().First()), condition(config.Main.Body().First()); got != want {
			t.Errorf("%s: got %s, want %s, from %s", src, got, want, back.Main.Src)
		}
	}
}

// TestRoundTripCases takes the hard cases there and back.
func TestRoundTripCases(t *testing.T) {
	names, err := filepath.Glob("../../testdata/conf-hard/*.txtar")
	if err != nil || len(names) < 40 {
		t.Fatalf("%d cases, %v", len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(name), func(t *testing.T) {
			files := parser.Memory{}
			for _, part := range strings.Split("\n"+string(data), "\n-- ")[1:] {
				file, text, _ := strings.Cut(part, " --\n")
				if file == "nginx.conf" {
					file = "m"
				}
				files["/c/"+file] = text + "\n"
			}
			if _, plain := files["/c/m"]; plain {
				roundTrip(t, files)
			}
		})
	}
}

func TestDecodeErrors(t *testing.T) {
	tests := []struct{ payload, want string }{
		{``, "EOF"},
		{`[]`, "cannot unmarshal"},
		{`{}`, "no file in it"},
		{`{"config":[{"file":1}]}`, "a string is expected"},
		{`{"config":[{"file":"a","parsed":[{"directive":"include","args":["b"],"includes":[7]}]}]}`, "includes file 7 of 1"},
		{`{"config":[{"file":"a","parsed":[{"directive":"include","line":3,"args":["b"],"includes":[0]}]}]}`, "a: line 3 includes a in itself"},
		{`{"config":[{"file":"a","parsed":[{"directive":"#","line":3,"comment":"x\n;"}]}]}`, "line 3 has a line end"},
	}
	for _, tt := range tests {
		if _, err := crossplane.Decode(strings.NewReader(tt.payload)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.payload, err, tt.want)
		}
	}
}

// TestDecodeForeign reads a payload as the other tools write it.
func TestDecodeForeign(t *testing.T) {
	c, err := crossplane.Decode(strings.NewReader(`{"status": "ok", "errors": [], "config": [{"file": "nginx.conf", "status": "ok", "errors": [],
		"parsed": [{"directive": "events", "line": 1, "args": []}, {"directive": "user", "line": 2, "args": ["a\"b", "\ud83e\udd8a", "c\\"], "extra": {}},
		{"directive": "#", "line": 2, "args": [], "comment": " x"}, {"directive": "http", "line": 3, "args": null, "block": [
		{"directive": "map", "line": 4, "args": ["$a", "$b"], "block": [{"directive": "default", "line": 4, "args": ["\u00e9 x"], "mapBlockParameter": true}]}]}]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := "events;\nuser a\"b 🦊 \"c\\\\\"; # x\nhttp {\n    map $a $b {\n        default \"é x\";\n    }\n}\n"
	if got := string(c.Main.Src); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzDecode(f *testing.F) {
	for _, w := range words {
		_, payload := load(parser.Memory{"/c/m": "x " + w + " { if ($a = " + w + ") { } # c\n}"})
		f.Add(payload)
	}
	f.Fuzz(func(t *testing.T, payload string) {
		c, err := crossplane.Decode(strings.NewReader(payload))
		if err != nil || strings.Contains(payload, "_by_lua_block") {
			return
		}
		again, list := parser.Parse(c.Main.Name, c.Main.Src)
		if len(c.Main.Src) > 4000 {
			return // beyond what nginx's buffer is sure to hold
		}
		for i := range list {
			t.Errorf("%s in\n%s", list[i].Error(), c.Main.Src)
		}
		if a, b := spans(again), spans(c.Main); a != b {
			t.Errorf("the made tree\n%s\nis read as\n%s", b, a)
		}
	})
}
