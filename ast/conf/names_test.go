package conf_test

import (
	"fmt"
	"slices"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
)

// mentions writes "name directive text" for each.
func mentions(list []conf.Mention) []string {
	var out []string
	for _, m := range list {
		out = append(out, fmt.Sprintf("%s %s %s", m.Name, m.Row.Name, m.At.Text()))
	}
	return out
}

func TestNames(t *testing.T) {
	tr := tree(t, `events {}
stream {
    log_format f '$remote_addr';
    map $remote_addr $M { ~^(?<part>.) $hostname; }
    lua_shared_dict d 1m;
    limit_conn_zone $binary_remote_addr zone=c:1m;
    server {
        listen 127.0.0.1:1;
        limit_conn c 1;
        access_log logs/a F;
        set $x "$m $remote_addr";
        set $x 2;
        return "$x";
    }
}
http {
    log_format main '$host';
    access_log logs/b;
    limit_req_zone $host zone=r:1m rate=1r/s;
    server {
        set $y $x;
        set $x $y;
        limit_req zone=r;
        location / { access_log logs/c main; proxy_pass http://u; }
    }
    upstream u { server 127.0.0.1:1; }
}
`)
	for _, c := range []struct {
		what string
		got  []conf.Mention
		want []string
	}{
		{"defined in stream", tr.DefinedVariables(catalog.Stream),
			[]string{"m map $M", `part map ^(?<part>.)`, "x set $x", "x set $x"}},
		{"used in stream", tr.UsedVariables(catalog.Stream), []string{"remote_addr log_format $remote_addr", "hostname map $hostname",
			"binary_remote_addr limit_conn_zone $binary_remote_addr", "m set $m", "x return $x"}},
		{"defined in http", tr.DefinedVariables(catalog.HTTP), []string{"y set $y", "x set $x"}},
		{"used in http", tr.UsedVariables(catalog.HTTP), []string{"host log_format $host", "x set $x", "y set $y"}},
		{"formats of stream", tr.LogFormats(catalog.Stream), []string{"f log_format f"}},
		{"formats used in stream", tr.LogFormatUses(catalog.Stream), []string{"f access_log F"}},
		{"formats of http", tr.LogFormats(catalog.HTTP), []string{"main log_format main"}},
		{"formats used in http", tr.LogFormatUses(catalog.HTTP), []string{"main access_log main"}},
		{"zones", tr.ZoneUses, []string{"c limit_conn c", "r limit_req zone=r"}},
	} {
		if got := mentions(c.got); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.what, got, c.want)
		}
	}
	var zones []string
	for _, z := range tr.Zones {
		zones = append(zones, z.Name+" "+z.Row.Name)
	}
	if want := []string{"d lua_shared_dict", "c limit_conn_zone", "r limit_req_zone"}; !slices.Equal(zones, want) {
		t.Errorf("zones %q, want %q", zones, want)
	}
}

func TestHTTPTree(t *testing.T) {
	tr := tree(t, `events {}
http {
    upstream U { server 127.0.0.1:1; }
    server { listen 127.0.0.1:80; listen 127.0.0.1:443 ssl; ssl_reject_handshake on; set $memcached_key a;
        location / { proxy_pass http://u; location /a { fastcgi_pass u; } location /b { grpc_pass grpc://u; }
            location /c { uwsgi_pass u; } location /d { scgi_pass u; } location /e { memcached_pass u; } } }
    server { listen 127.0.0.1:80; server_name b; }
}
`)
	group := tr.HTTPUpstream("u")
	if len(tr.HTTPServers()) != 2 || len(tr.HTTPUpstreams()) != 1 || group == nil || group != tr.HTTPUpstreams()[0] || tr.Upstream("u") != nil {
		t.Fatalf("servers %v, groups %v", tr.HTTPServers(), tr.HTTPUpstreams())
	}
	l := tr.HTTPListening
	if len(l) != 2 || l[0].Endpoint.String() != "127.0.0.1:80" || len(l[0].Servers) != 2 || l[0].Default != tr.HTTPServers()[0] ||
		len(l[0].SSL) != 0 || len(l[1].SSL) != 1 {
		t.Errorf("listening %+v", l)
	}
	passes := map[string]catalog.Directive[*ngxhttp.PassTarget]{"": ngxhttp.ProxyPass, "a": ngxhttp.FastCGIPass, "b": ngxhttp.GRPCPass,
		"c": ngxhttp.UWSGIPass, "d": ngxhttp.SCGIPass, "e": ngxhttp.MemcachedPass}
	locations := append(tr.HTTPServers()[0].Children(), tr.HTTPServers()[0].Children()[0].Children()...)
	if len(locations) != len(passes) {
		t.Fatalf("%d locations", len(locations))
	}
	for _, in := range locations {
		name := in.Arg().(*ngxhttp.LocationArgs).Name[1:]
		if p, ok := passes[name].Own(in); !ok || p.Group != catalog.Level(group) {
			t.Errorf("location /%s: %+v", name, p)
		}
	}
}

// TestEach shows that all directives of a level are listed in the order of the
// file, also those that later ones replace.
func TestEach(t *testing.T) {
	tr := tree(t, `events {}
stream {
    allow all;
    ssl_protocols TLSv1.2;
    proxy_timeout 1s;
    ssl_protocols TLSv1.3;
    deny all;
    server { listen 127.0.0.1:1; proxy_pass 127.0.0.1:2; }
    allow 10.0.0.0/8;
}
`)
	var got []string
	for v := range tr.Stream().Each {
		got = append(got, string(v.Node.HeadRange().Text()))
	}
	want := []string{"allow all", "ssl_protocols TLSv1.2", "proxy_timeout 1s", "ssl_protocols TLSv1.3", "deny all", "server", "allow 10.0.0.0/8"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for v := range tr.Stream().Each {
		if v.Row.Name != "allow" {
			t.Error("Each goes on after a break")
		}
		break
	}
}

// TestExtraRows shows the three ways to directives that nginx does not have by
// itself.
func TestExtraRows(t *testing.T) {
	own := catalog.NewModule("tidegate.toml", "The project's directives.", catalog.Words(catalog.Spec{
		Name: "our_header", In: catalog.HTTP | catalog.HTTPServer, Args: "<name> <text>", Origin: catalog.Extra, Repeat: catalog.Many,
		Runs: catalog.Refused("it is declared by the project")}))
	for _, c := range []struct{ source, message, detail string }{
		{"events {} http { our_header a b; our_header c d; }", "", ""},
		{"events {} http { our_header a; }", `invalid number of arguments in "our_header" directive`, "it is written: our_header <name> <text>;"},
		{"events {} stream { our_header a b; }", `"our_header" directive is not allowed here`, "it may stand in: http, http.server"},
		{"events {} http { js_import a.js; }", `unknown directive "js_import"`, "it belongs to a module that is distributed separately: " +
			`ngx_http_js_module, to be loaded with "load_module modules/ngx_http_js_module.so;"`},
		{"load_module modules/ngx_http_js_module.so; events {} http { js_import a.js; }", "", ""},
		{"load_module m/ngx_http_js_module.so; events {} stream { server { listen 127.0.0.1:1; js_set $a b; return $a; } }",
			`"js_set" directive is not allowed here`, "it may stand in: http, http.server, http.location"},
		{"load_module x.so; events {} http { quite_strange; }", `unknown directive "quite_strange"`,
			"it may come from x.so, which is not known here; tidegate.toml can declare its directives"},
	} {
		_, list := check(t, conf.Options{Extra: own.Rows}, map[string]string{"/p/c/nginx.conf": c.source})
		switch {
		case c.message == "" && len(list) == 0:
		case c.message == "" || len(list) == 0 || list[0].Message != c.message || c.detail != "" && list[0].Detail != c.detail:
			t.Errorf("%s\n got %+v\nwant %s: %s", c.source, list, c.message, c.detail)
		}
	}
}

// TestAddsUp shows that a second directive with a list of words adds to the
// first, and that no others do.
func TestAddsUp(t *testing.T) {
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			if adds := r.Repeat == catalog.AddsUp; adds != (r.Kind == "bitmask") {
				t.Errorf("%s of %s: adds up %v, kind %s", r.Name, m.Name, adds, r.Kind)
			}
		}
	}
	tr := tree(t, `events {}
http {
    proxy_next_upstream error;
    proxy_next_upstream timeout http_502;
    server { server_name a; location / { proxy_pass http://127.0.0.1:1; } }
    server { server_name b; location / { proxy_pass http://127.0.0.1:1; proxy_next_upstream off; } }
}
`)
	if got := ngxhttp.ProxyNextUpstream.Get(tr.HTTP()); !slices.Equal(got, []string{"error", "timeout", "http_502"}) {
		t.Errorf("%q at http", got)
	}
	if got := ngxhttp.ProxyNextUpstream.Get(tr.HTTP().Children()[1].Children()[0]); !slices.Equal(got, []string{"off"}) {
		t.Errorf("%q at the location", got)
	}
}
