package flow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/lint/flow"
	"tidegate/lint/site"
	"tidegate/parser"
)

// read makes the flow of an http block's text.
func read(t *testing.T, text string, mentioned func(string) bool) (*site.Site, *flow.Flow) {
	t.Helper()
	memory := parser.Memory{"nginx.conf": "events {}\nhttp {\n" + text + "\n}\n"}
	config, list := parser.Load(parser.Options{Main: "nginx.conf", ReadFile: memory.ReadFile, Glob: memory.Glob})
	tree, found := conf.Check(config, conf.Options{})
	if list = append(list, found...); list.Fatal() != nil {
		t.Fatalf("%v in\n%s", list.Fatal(), text)
	}
	s := site.New(tree)
	return s, flow.New(s, mentioned)
}

func template(t *testing.T, text string) catalog.Template {
	t.Helper()
	out, err := catalog.ParseTemplate(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// shown writes ways as "literal$name?": "*" behind a name says that the client
// chooses it, "?" that it is not known.
func shown(ways []flow.Seq) string {
	var out []string
	for _, w := range ways {
		text := ""
		for _, a := range w {
			text += a.Literal + a.Name
			if a.Client {
				text += "*"
			}
			if a.Unknown {
				text += "?"
			}
		}
		out = append(out, text)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), " | ")
}

// TestExpand holds with what the variables of a template can be filled behind
// the rules of the last location of the first server.
func TestExpand(t *testing.T) {
	for _, c := range []struct{ http, server, template, want string }{
		{"", "location / { }", "a$host-$request_uri", "a$host*-$request_uri*"},
		{"", "location / { }", "$server_port$remote_addr", "$server_port$remote_addr"},
		{"", "location / { }", "$arg_x", "$arg_x*"},
		{"", "set $x a; location / { }", "$x", "a"},
		{"", "set $x a; location / { set $x b$arg_y; }", "<$x>", "<b$arg_y*>"},
		{"", "set $x a; if ($arg_y) { set $x b; } location / { }", "$x", "a | b"},
		{"", "set $x a; if ($arg_y) { set $x b; return 404; } location / { }", "$x", "a"},
		{"", "set $x $arg_a; set $y [$x]; location / { }", "$y", "[$arg_a*]"},
		{"", "location / { break; set $x b; }", "$x", "b"},
		{"map $arg_a $m { default one; a two; }", "location / { }", "$m", "one | two"},
		{"map $arg_a $m { a two; }", "location / { }", "$m", " | two"},
		{"map $arg_a $m { default $arg_b; }", "location / { }", "$m", "$arg_b*"},
		{"map $uri $m { ~^/(?<rest>.*)$ $rest; }", "location / { }", "$m", " | $rest*"},
		{"map $uri $m { ~^/u/([a-z]+)$ <$1$arg_b>; }", "location / { }", "$m", " | <$1*$arg_b*>"},
		{"map $uri $m { /a $1; }", "location ~ ^/(.)$ { }", "$m", " | $1*"},
		{"map $http_x $m { volatile; default 1; }", "location / { set $n $m; }", "$n", "1"},
		{"geo $g { default 1; }", "location / { }", "$g", "$g"},
		{"", "location ~ ^/u/([a-z]+)/(.*)$ { }", "$1", "$1*"},
		{"", "location ~ ^/u/(?<who>[a-z]+)$ { }", "$who", "$who*"},
		{"", "location = /a { }", "$uri", "$uri"},
		{"", "location / { }", "$1", ""},
		{"", "location / { rewrite ^/a/(.*)$ /b break; }", "$1", " | $1*"},
		{"", "set_by_lua_block $x { return 1 } location / { }", "$x", "$x?"},
		{"", "location / { }", "$http_host", "$http_host*"},
	} {
		s, f := read(t, c.http+"\nserver { listen 80;\n"+c.server+"\n}", nil)
		locations := s.Servers[0].Locations
		at := flow.After(locations[len(locations)-1].Level)
		if got := shown(f.Expand(template(t, c.template), at)); got != c.want {
			t.Errorf("%s %s: %s is %q, want %q", c.http, c.server, c.template, got, c.want)
		}
	}
}

// TestValue holds what is known of what a client sends: which bytes it can hold
// and begin with, whether it can be empty, and whether something has looked at
// it.
func TestValue(t *testing.T) {
	const newline, slash, letter = '\n', '/', 'a'
	for _, c := range []struct{ server, template, want string }{
		// The address is decoded and begins with a slash, $request_uri is not decoded.
		{"location / { }", "$uri", "client newline slash letter begins:slash"},
		{"location / { }", "$request_uri", "client slash letter begins:slash"},
		{"location / { }", "$args", "client slash letter begins:slash,letter empty absent"},
		{"location / { }", "$http_x", "client slash letter begins:slash,letter empty absent"},
		{"location / { }", "$host", "client host letter begins:letter"},
		{"location / { }", "$server_port", ""},
		{"location / { }", "$host$arg_x", "client slash letter begins:letter"},
		{"location = /a { }", "$uri", ""},
		{"location ~ ^/[a-z]+$ { }", "$uri", "client slash letter begins:slash"},
		{"location ~ ^/u/([a-z]+)$ { }", "$1", "client letter begins:letter"},
		{"location ~ ^/u/([^/]+)$ { }", "$1", "client newline letter begins:newline,letter"},
		{"location ~ ^/u/([^/\\s]*)$ { }", "$1", "client letter begins:letter empty absent"},
		{"server_name ~^www\\.(?<bare>.+)$; location / { }", "$bare", "client host letter begins:letter"},
		{"location / { if ($arg_x !~ ^[a-z]+$) { return 404; } }", "$arg_x", "client letter begins:letter checked"},
		{"location / { if ($arg_x = a) { return 404; } }", "$arg_x", "client slash letter begins:slash,letter empty absent"},
		{"location / { auth_basic a; auth_basic_user_file a; }", "$remote_user", ""},
		{"location / { }", "$remote_user", "client newline slash letter begins:newline,slash,letter empty absent"},
	} {
		s, f := read(t, "server { listen 80;\n"+c.server+"\n}", nil)
		locations := s.Servers[0].Locations
		v := f.Value(template(t, c.template), flow.After(locations[len(locations)-1].Level))
		var got []string
		add := func(is bool, word string) {
			if is {
				got = append(got, word)
			}
		}
		if v.Client {
			add(true, "client")
			add(v.Host, "host")
			add(v.Set.Has(newline), "newline")
			add(v.Set.Has(slash), "slash")
			add(v.Set.Has(letter), "letter")
			var first []string
			for b, word := range map[byte]string{newline: "newline", slash: "slash", letter: "letter"} {
				if v.First.Has(b) {
					first = append(first, word)
				}
			}
			slices.SortFunc(first, func(a, b string) int {
				return strings.Index("newline slash letter", a) - strings.Index("newline slash letter", b)
			})
			add(len(first) > 0, "begins:"+strings.Join(first, ","))
			add(v.Empty, "empty")
			add(v.Absent, "absent")
			add(v.Checked, "checked")
		}
		if text := strings.Join(got, " "); text != c.want {
			t.Errorf("%s: %s is %q, want %q", c.server, c.template, text, c.want)
		}
	}
}

// TestBefore holds that a rewrite rule sees what the rules before it have done,
// and uses its own captures.
func TestBefore(t *testing.T) {
	s, f := read(t, `server { listen 80;
location / {
    set $x a;
    if ($arg_q) { set $y $x; }
    rewrite ^/p/(.*)$ /q/$1;
    set $x b;
    return 200 $x;
}
}`, nil)
	var got []string
	site.Each(site.Program(s.Servers[0].Locations[0].Level), func(st *site.Step) {
		at := flow.At(st)
		got = append(got, fmt.Sprintf("%s: %s %s", st.Row.Name, shown(f.Expand(template(t, "$x"), at)), shown(f.Expand(template(t, "$1"), at))))
	})
	want := []string{"set: a | b ", "if: a ", "set: a ", "rewrite: a $1*", "set: a  | $1*", "return: b  | $1*"}
	if !slices.Equal(got, want) {
		t.Errorf("what the rules see is\n%q, want\n%q", got, want)
	}
}

// TestMatches holds which regular expressions can have set $1.
func TestMatches(t *testing.T) {
	for _, c := range []struct {
		http, server string
		groups       []int
		sure         bool
	}{
		{"", "location ~ ^/(a)/(b)$ { }", []int{2}, true},
		{"", "location ~ ^/(a)/(b)$ { if ($arg_x ~ (c)) { } }", []int{2, 1}, true},
		{"", "location / { } location ~ (a)(b)(c) { return 404; } location /last/ { }", []int{3}, true},
		{"map $uri $m { ~(a) 1; }", "location ~ (a)(b) { }", []int{2}, false},
	} {
		s, f := read(t, c.http+"\nserver { listen 80;\n"+c.server+"\n}", nil)
		locations := s.Servers[0].Locations
		list, sure := f.Matches(flow.After(locations[len(locations)-1].Level))
		var groups []int
		for _, m := range list {
			groups = append(groups, m.Groups)
		}
		if !slices.Equal(groups, c.groups) || sure != c.sure {
			t.Errorf("%s: groups %v, sure %v; want %v, %v", c.server, groups, sure, c.groups, c.sure)
		}
	}
}

// TestElsewhere holds what depends on what, and what only other servers set.
func TestElsewhere(t *testing.T) {
	s, f := read(t, `
map $http_accept $kind { default a; }
server { listen 80; set $own $kind; set $shared 1; if ($http_cookie) { set $signed 1; } location / { } }
server { listen 81; set $other 1; set $shared 1; set $lua 1; location / { } }
`, func(name string) bool { return name == "lua" })
	l := s.Servers[0].Locations[0].Level
	for name, want := range map[string]bool{"other": true, "OTHER": true, "own": false, "shared": false, "lua": false, "nothing": false, "kind": false} {
		if got := f.SetOnlyElsewhere(name, l); got != want {
			t.Errorf("$%s is set elsewhere only: %v, want %v", name, got, want)
		}
	}
	for text, want := range map[string]bool{"$own": true, "$kind": true, "$shared": false, "$signed": false} {
		if got := f.Depends(template(t, text), flow.After(l), func(name string) bool { return name == "http_accept" }); got != want {
			t.Errorf("%s depends on $http_accept: %v, want %v", text, got, want)
		}
	}
	if !f.Depends(template(t, "$signed"), flow.After(l), func(name string) bool { return name == "http_cookie" }) {
		t.Error("what a condition sets depends on what it looks at")
	}
	if f.RegexMap("kind") != nil {
		t.Error("the map has no regular expressions")
	}
	if got := shown(f.Expand(template(t, "$lua"), flow.After(l))); !strings.Contains(got, "?") {
		t.Errorf("what code sets is not known: %q", got)
	}
}
