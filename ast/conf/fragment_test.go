package conf_test

import (
	"slices"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
)

func place(t *testing.T, name string) catalog.Context {
	t.Helper()
	in, ok := catalog.ParseContext(name)
	if !ok {
		t.Fatalf("no place %q", name)
	}
	return in
}

// TestFragmentsLeaveOutWhatIsElsewhere shows that what another file may hold is
// not missed.
func TestFragmentsLeaveOutWhatIsElsewhere(t *testing.T) {
	for in, source := range map[string]string{
		"main":            "worker_processes 2; events {}",
		"events":          "worker_connections 10;",
		"stream":          "server { listen 127.0.0.1:1 ssl; proxy_pass group; set $a $elsewhere; access_log l f; limit_conn z 1; }",
		"stream.server":   "proxy_pass group; ssl_certificate a.pem; limit_conn z 1;",
		"stream.upstream": "server 127.0.0.1:1; server name:1 resolve; least_conn;",
		"http": `proxy_cache z; js_import x.js; upstream u { server h resolve; zone u 64k; }
server { listen 127.0.0.1:1 ssl; access_log l f; location / { js_content x.y; proxy_pass http://group; } }`,
		"http.server":                "listen 127.0.0.1:1; ssl_certificate a.pem; location / { proxy_pass http://group/$elsewhere; }",
		"http.upstream":              "keepalive 2;",
		"http.server.if":             "return 403;",
		"http.location":              "proxy_redirect default; proxy_pass http://group/x; limit_req zone=z; location /a { } if ($a) { break; }",
		"http.location.if":           "set $a b; proxy_pass http://group;",
		"http.location.limit_except": "deny all;",
		"mail":                       "server { listen 127.0.0.1:25; protocol smtp; }",
		"mail.server":                "protocol imap;",
	} {
		tr, list := check(t, conf.Options{Context: place(t, in), Resolve: resolve}, map[string]string{"/p/c/nginx.conf": source})
		for i := range list {
			t.Errorf("%s: unexpected finding: %v", in, &list[i])
		}
		if tr.Fragment() != (in != "main") || tr.FragmentLevel().In() != place(t, in) {
			t.Errorf("%s: fragment %v of %v", in, tr.Fragment(), tr.FragmentLevel().In())
		}
		if !slices.Contains(conf.FragmentPlaces(), place(t, in)) {
			t.Errorf("%s is not among the places of fragments", in)
		}
	}
	if n := len(conf.FragmentPlaces()); n != 14 {
		t.Errorf("%d places of fragments", n)
	}
}

// TestFragmentsReportWhatIsWrong shows that what can be known is still said.
func TestFragmentsReportWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ in, source, want string }{
		{"http.server", "proxy_pass http://a;", `"proxy_pass" directive is not allowed here`},
		{"http.server", "listne 80;", `unknown directive "listne"`},
		{"http.server", "root /a; root /b;", `"root" directive is duplicate`},
		{"http.server", "location /a { } location /a { }", `duplicate location "/a" in /p/c/nginx.conf:1`},
		{"http.location", "location @a { }", `named location "@a" can be on the server level only`},
		{"http.location.if", "proxy_pass http://a/b;", `"proxy_pass" cannot have URI part in location given by regular expression, ` +
			`or inside named location, or inside "if" statement, or inside "limit_except" block`},
		{"stream", "server { proxy_pass 127.0.0.1:1; }", `no "listen" is defined for server`},
		{"stream", "upstream u { }", "no servers are inside upstream"},
		{"stream", "upstream u { server 127.0.0.1:1; } upstream U { server 127.0.0.1:1; }", `duplicate upstream "U"`},
		{"stream.server", "proxy_timeout x;", `"proxy_timeout" directive invalid value`},
		{"http", "server { location / { proxy_redirect default; proxy_pass http://a; } }",
			`"proxy_redirect default" should be placed after the "proxy_pass" directive`},
	} {
		_, list := check(t, conf.Options{Context: place(t, c.in), Resolve: resolve}, map[string]string{"/p/c/nginx.conf": c.source})
		if len(list) != 1 || list[0].Message != c.want {
			t.Errorf("%s: %s\n got %v\nwant %q", c.in, c.source, list, c.want)
		}
	}
}

func TestFragmentKeepsItsPlace(t *testing.T) {
	tr, _ := check(t, conf.Options{Context: catalog.HTTPLocation}, map[string]string{"/p/c/nginx.conf": "proxy_pass http://u;"})
	servers := tr.HTTPServers()
	if len(servers) != 1 || !servers[0].Synthetic() || tr.FragmentLevel().Parent() != servers[0] || tr.Main.Node() != nil {
		t.Fatalf("servers %v", servers)
	}
	if v, ok := ngxhttp.ProxyPass.Own(tr.FragmentLevel()); !ok || v.Addr.Host != "u" {
		t.Errorf("proxy_pass %+v", v)
	}
	tr, _ = check(t, conf.Options{Context: catalog.Stream}, map[string]string{"/p/c/nginx.conf": "upstream u { server 127.0.0.1:1; } server { listen 127.0.0.1:2; proxy_pass u; }"})
	if s := tr.Servers(); len(s) != 1 || ngxstream.ProxyPass.Get(s[0]).Group != catalog.Level(tr.Upstream("u")) {
		t.Errorf("servers %v", s)
	}
}
