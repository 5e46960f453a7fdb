package site_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidegate/ast/conf"
	"tidegate/lint/site"
	"tidegate/parser"
)

// read makes the site of an http block's text.
func read(t *testing.T, text string) *site.Site {
	t.Helper()
	memory := parser.Memory{"nginx.conf": "events {}\nhttp {\n" + text + "\n}\n"}
	config, list := parser.Load(parser.Options{Main: "nginx.conf", ReadFile: memory.ReadFile, Glob: memory.Glob})
	tree, found := conf.Check(config, conf.Options{})
	if list = append(list, found...); list.Fatal() != nil {
		t.Fatalf("%v in\n%s", list.Fatal(), text)
	}
	return site.New(tree)
}

// inServer makes the site of one server.
func inServer(t *testing.T, text string) *site.Server {
	t.Helper()
	return read(t, "server {\nlisten 80;\nserver_name a.example;\n"+text+"\n}\n").Servers[0]
}

func name(l *site.Location) string {
	if l == nil {
		return ""
	}
	return l.Args.Name
}

// TestFind holds which location nginx chooses: exact before all, the longest
// prefix, a regular expression before it unless it says "^~", the first one of
// several, and inner ones first.
func TestFind(t *testing.T) {
	locations := `
location / { return 200; }
location = / { return 201; }
location /img/ { return 202; location ~ \.png$ { return 203; } }
location ^~ /firm/ { return 204; location /firm/inner/ { return 205; } }
location ~ \.(png|gif)$ { return 206; }
location ~ ^/img/a { return 207; }
location ~* \.PDF$ { return 208; }
location = /exact.gif { return 209; }
location @named { return 210; }
`
	want := map[string]string{
		"/": "/", "/x": "/", "/img/x": "/img/", "/img/x.png": `\.png$`, "/img/x.gif": `\.(png|gif)$`, "/img/a": `^/img/a`,
		"/img/a.gif": `\.(png|gif)$`, "/firm/x.gif": "/firm/", "/firm/inner/x.gif": "/firm/inner/", "/x.pdf": `\.PDF$`, "/exact.gif": "/exact.gif",
		"/exact.gif/": "/", "/img": "/", "@named": "", "/IMG/x.PNG": "/",
	}
	// With many locations they are looked up, with few each is looked at.
	for _, more := range []int{0, 30} {
		text := locations
		for i := range more {
			text += fmt.Sprintf("location /more%d/ { return 200; }\nlocation = /only%d { return 200; }\n", i, i)
		}
		v := inServer(t, text)
		for uri, loc := range want {
			for range 2 { // the second answer is remembered
				if got := name(v.Find(uri)); got != loc {
					t.Errorf("%d more: %s comes to %q, want %q", more, uri, got, loc)
				}
			}
		}
		if more > 0 && (name(v.Find("/more7/x")) != "/more7/" || name(v.Find("/only7")) != "/only7" || name(v.Find("/only7/")) != "/") {
			t.Error("a location among many is not found")
		}
	}
	if l := inServer(t, "location = /a { return 200; }").Find("/b"); l != nil {
		t.Errorf("/b comes to %q, want the server itself", name(l))
	}
	if l := inServer(t, locations).NamedLocation("@named"); l == nil || !l.Named() {
		t.Error("the named location is not found")
	}
}

// TestServers holds what servers share: addresses, their default one, TLS.
func TestServers(t *testing.T) {
	s := read(t, `
server { listen 80; listen 127.0.0.1:81; server_name a; }
server { listen 80; listen 443 ssl; ssl_certificate a; ssl_certificate_key a; server_name b; }
server { listen 443; server_name c; ssl_certificate a; ssl_certificate_key a; }
server { server_name d; listen 127.0.0.1:82; listen [::1]:82; listen unix:/run/d.sock; }
server { server_name e; }
server { server_name f; listen 90; }
server { server_name g; listen 90 default_server; }
upstream App { server 127.0.0.1; }
`)
	type answer struct {
		Default, First, Secure, Plain, Local bool
		Ports                                []int
		Near                                 string
	}
	want := []answer{
		{true, true, false, true, false, []int{80, 81}, "abe"},
		{true, true, true, true, false, []int{80, 443}, "abce"},
		{false, false, true, false, false, []int{443}, "bc"},
		{true, false, false, true, true, []int{82, 82}, "d"},
		{false, false, false, true, false, []int{80}, "abe"},
		{false, false, false, true, false, []int{90}, "fg"},
		{true, false, false, true, false, []int{90}, "fg"},
	}
	for i, v := range s.Servers {
		got := answer{Default: v.Default(), First: v.FirstOfSeveral(), Local: v.Local(), Ports: v.Ports()}
		got.Secure, got.Plain = v.TLS()
		for _, o := range v.Neighbours() {
			got.Near += o.Names[0].Text
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			t.Errorf("server %s (-want +got):\n%s", v.Names[0].Text, diff)
		}
		if s.ServerOf(v.Level) != v || s.ServerOf(s.HTTP) != nil {
			t.Errorf("server %s is not that of its level", v.Names[0].Text)
		}
	}
	if s.Group("APP") == nil || s.Group("ap") != nil {
		t.Error("groups are found by their names, whatever the case")
	}
	if !s.Secure(s.Servers[2].Listens[0].Arg) || s.Secure(s.Servers[0].Listens[0].Arg) {
		t.Error("ssl belongs to the address")
	}
}

// TestGuarded holds what keeps strangers from a location, with what stands in
// the server around it.
func TestGuarded(t *testing.T) {
	for _, c := range []struct {
		server, location string
		guarded          bool
		own              string
	}{
		{"", "", false, ""},
		{"", "allow 10.0.0.0/8; deny all;", true, `"deny all"`},
		{"", "allow all; deny all;", false, ""},
		{"", "allow 10.0.0.0/8;", false, ""},
		{"deny all;", "", true, ""},
		{"deny all;", "allow 10.0.0.1;", false, ""},
		{"", "auth_basic a; auth_basic_user_file a;", true, `"auth_basic"`},
		{"", "auth_basic a;", false, `"auth_basic"`},
		{"auth_basic a; auth_basic_user_file a;", "auth_basic off;", false, ""},
		{"", "auth_request /check;", true, `"auth_request"`},
		{"auth_request /check;", "auth_request off;", false, ""},
		{"", "satisfy any; deny all; auth_basic a; auth_basic_user_file a;", true, `"deny all" and "auth_basic"`},
		{"", "satisfy any; allow all; auth_basic a; auth_basic_user_file a;", false, `"auth_basic"`},
		{"", "internal;", true, `"internal"`},
		{"", "if ($arg_key != x) { return 403; }", true, ""},
		{"", "if ($arg_key != x) { return 301 /; }", false, ""},
		{"if ($arg_key != x) { return 444; }", "", true, ""},
		{"", "access_by_lua_block { check() }", true, ""},
		{"rewrite_by_lua_block { check() }", "", true, ""},
		{"", "content_by_lua_block { check() }", false, ""},
		{"ssl_verify_client on; ssl_client_certificate a;", "", true, ""},
		{"ssl_verify_client optional; ssl_client_certificate a;", "", false, ""},
		{"", "secure_link $arg_md5; secure_link_md5 a;", true, ""},
	} {
		v := inServer(t, c.server+"\nlocation /a/ { "+c.location+" }\n")
		l := v.Locations[0].Level
		if got := v.Site.Guarded(l); got != c.guarded {
			t.Errorf("{%s} in {%s}: guarded %v, want %v", c.location, c.server, got, c.guarded)
		}
		if got := site.Guards(l); got != c.own {
			t.Errorf("{%s}: the guards are %s, want %s", c.location, got, c.own)
		}
	}
	s := read(t, "rewrite_by_lua_no_postpone on;\nserver { listen 80; location /a/ { } }\nserver { listen 127.0.0.1:81; location /a/ { } }")
	if s.Guarded(s.Servers[0].Locations[0].Level) || !s.Guarded(s.Servers[1].Locations[0].Level) {
		t.Error("only what the machine itself reaches is guarded by its address")
	}
}

// TestProgram holds in which order rewrite rules run and where they end.
func TestProgram(t *testing.T) {
	for _, c := range []struct {
		text, steps, end, answer string
	}{
		{"root a;", "", "", ""},
		{"set $x 1; return 404; set $y 1;", "set return set", "return", "404"},
		{"if ($arg_a) { return 403; set $z 1; } set $x 1;", "if return set set", "", ""},
		{"if ($arg_a) { return 403; } return 200;", "if return return", "return", "200"},
		{"break; return 404;", "break return", "", ""},
		{"rewrite ^/a /b last; return 404;", "rewrite return", "return", ""},
		{"rewrite ^ /b last; return 404;", "rewrite return", "rewrite", ""},
		{"rewrite ^(.*)$ https://a.example$1; return 404;", "rewrite return", "rewrite", ""},
		{"rewrite ^/a /b; return 404;", "rewrite return", "return", "404"},
		{"rewrite ^ /b break; return 404;", "rewrite return", "return", ""},
	} {
		v := inServer(t, "location / { "+c.text+" }")
		program := site.Program(v.Locations[0].Level)
		var steps []string
		site.Each(program, func(s *site.Step) {
			steps = append(steps, s.Row.Name)
			_, set := s.Set()
			_, rewrite := s.Rewrite()
			_, returns := s.Return()
			condition, is := s.If()
			for name, ok := range map[string]bool{"set": set, "rewrite": rewrite, "return": returns, "if": is && condition != nil} {
				if ok != (name == s.Row.Name) {
					t.Errorf("{%s}: %s is read as %s: %v", c.text, s.Row.Name, name, ok)
				}
			}
		})
		if got := strings.Join(steps, " "); got != c.steps {
			t.Errorf("{%s}: the steps are %q, want %q", c.text, got, c.steps)
		}
		end := ""
		if s := site.End(program); s != nil {
			end = s.Row.Name
		}
		if end != c.end || site.Ends(program) != (c.end != "") {
			t.Errorf("{%s}: it ends at %q, want %q", c.text, end, c.end)
		}
		answer := ""
		if a, _, ok := site.Answer(program); ok {
			answer = fmt.Sprint(a.Code)
		}
		if answer != c.answer {
			t.Errorf("{%s}: the answer is %q, want %q", c.text, answer, c.answer)
		}
	}
}

// TestHandlers holds what answers requests in a location.
func TestHandlers(t *testing.T) {
	for _, c := range []struct {
		text, pass, handler string
		static              bool
	}{
		{"", "", "", true},
		{"root a;", "", "", true},
		{"proxy_pass http://127.0.0.1;", "proxy_pass", "", false},
		{"fastcgi_pass 127.0.0.1:9000;", "fastcgi_pass", "", false},
		{"stub_status;", "", "stub_status", false},
		{"content_by_lua_block { a() }", "", "content_by_lua_block", false},
		{"access_by_lua_block { a() }", "", "", true},
		{"return 404;", "", "", false},
		{"if ($arg_a) { return 404; }", "", "", true},
	} {
		v := inServer(t, "location / { "+c.text+" }")
		l := v.Locations[0].Level
		pass, handler := "", ""
		if p, ok := site.PassOf(l); ok {
			pass = p.Row.Name
		}
		if h, ok := site.OwnHandler(l); ok {
			handler = h.Row.Name
		}
		if pass != c.pass || handler != c.handler || site.Static(l) != c.static {
			t.Errorf("{%s}: passed by %q, handled by %q, static %v; want %q, %q, %v", c.text, pass, handler, site.Static(l), c.pass, c.handler, c.static)
		}
	}
	// An if passes requests on as its location does, an inner location does not.
	v := inServer(t, "location / { proxy_pass http://127.0.0.1; if ($arg_a) { add_header X-A b; } location /in/ { root a; } }")
	children := v.Locations[0].Level.Children()
	if _, ok := site.PassOf(children[0]); !ok || site.Static(children[0]) {
		t.Error("an if in a location that passes requests on does so too")
	}
	if _, ok := site.PassOf(children[1]); ok || !site.Static(children[1]) {
		t.Error("an inner location does not inherit proxy_pass")
	}
	if site.Static(inServer(t, "return 404; location / { }").Locations[0].Level) {
		t.Error("no request comes to files behind a return of the server")
	}
	var passes []string
	v.Site.Passes(func(p site.Pass) { passes = append(passes, p.Row.Name) })
	if !slices.Equal(passes, []string{"proxy_pass"}) {
		t.Errorf("passes are %v", passes)
	}
}
