package conf_test

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/parser"
)

// check loads files from memory, the main one under the name "c/nginx.conf".
func check(t *testing.T, o conf.Options, files map[string]string) (*conf.Tree, diag.List) {
	t.Helper()
	memory := parser.Memory(files)
	config, list := parser.Load(parser.Options{Main: "c/nginx.conf", Prefix: "/p/", ReadFile: memory.ReadFile, Glob: memory.Glob})
	if o.Prefix == "" {
		o.Prefix = "/p/"
	}
	tree, found := conf.Check(config, o)
	list = append(list, found...)
	list.Sort()
	return tree, list
}

// tree checks a configuration that must be right.
func tree(t *testing.T, source string) *conf.Tree {
	t.Helper()
	got, list := check(t, conf.Options{Resolve: resolve}, map[string]string{"/p/c/nginx.conf": source})
	for i := range list {
		t.Errorf("unexpected finding: %v", &list[i])
	}
	return got
}

func TestValuesAndInheritance(t *testing.T) {
	tr := tree(t, `
worker_processes 3;
events { worker_connections 99; }
stream {
    proxy_timeout 5s;
    ssl_protocols TLSv1.2;
    ssl_protocols TLSv1.3;
    allow 10.0.0.0/8;
    deny all;
    server {
        listen 127.0.0.1:1;
        proxy_connect_timeout 1s;
        proxy_pass a;
    }
    server {
        listen 127.0.0.1:2 udp;
        proxy_timeout "1m 30s";
        deny 10.1.1.1;
        proxy_buffer_size 4k;
        proxy_pass localhost:53;
    }
    upstream a { server 127.0.0.1:3 weight=5; hash $remote_addr consistent; }
}
`)
	servers := tr.Servers()
	if len(servers) != 2 || tr.Stream() == nil || len(tr.Upstreams()) != 1 {
		t.Fatalf("%d servers, %d upstreams", len(servers), len(tr.Upstreams()))
	}
	a, b := servers[0], servers[1]
	for _, c := range []struct {
		what      string
		got, want any
	}{
		{"worker_processes", ngxcore.WorkerProcesses.Get(tr.Main).N, 3},
		{"inherited time", ngxstream.ProxyTimeout.Get(a), 5 * time.Second},
		{"own time", ngxstream.ProxyTimeout.Get(b), 90 * time.Second},
		{"default time", ngxstream.ProxyConnectTimeout.Get(b), 60 * time.Second},
		{"default of another handle", ngxstream.ProxyBufferSize.Get(a), int64(16 << 10)},
		{"own size", ngxstream.ProxyBufferSize.Get(b), int64(4 << 10)},
		{"bits of two directives", ngxstream.SSLProtocols.Get(a), ngxstream.TLSv12 | ngxstream.TLSv13},
		{"default bits", ngxstream.ProxySSLProtocols.Get(a), ngxstream.TLSv12 | ngxstream.TLSv13},
		{"line of the inherited one", ngxstream.ProxyTimeout.Origin(a).Line(), 5},
		{"line of the own one", ngxstream.ProxyTimeout.Origin(b).Line(), 17},
		{"no line for a default", ngxstream.ProxyConnectTimeout.Origin(b).Line(), 0},
		{"inherited rules", len(ngxstream.AccessRules(a)), 2},
		{"own rules only", len(ngxstream.AccessRules(b)), 1},
		{"set", ngxstream.ProxyConnectTimeout.Set(a), true},
		{"not set", ngxstream.ProxyConnectTimeout.Set(b), false},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", c.what, c.got, c.want)
		}
	}
	pass, _ := ngxstream.ProxyPass.Lookup(a)
	if pass.Group != tr.Upstream("A") || pass.Group == nil {
		t.Errorf("proxy_pass does not point at its group: %+v", pass)
	}
	direct, _ := ngxstream.ProxyPass.Lookup(b)
	if want := []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:53")}; !slices.Equal(direct.Addr.Addrs, want) {
		t.Errorf("addresses %v, want %v", direct.Addr.Addrs, want)
	}
	group, _ := tr.Upstream("a").Arg().(*ngxstream.Group)
	if group.Method != ngxstream.MethodHash || ngxstream.UpstreamServer.All(tr.Upstream("a"))[0].Weight != 5 {
		t.Errorf("group %+v", group)
	}
	if l := tr.Listening; len(l) != 2 || l[0].UDP || !l[1].UDP || l[1].Default != b || l[1].Endpoint.String() != "127.0.0.1:2" {
		t.Errorf("listening %+v", l)
	}
}

func TestLuaPhases(t *testing.T) {
	tr := tree(t, `events {}
stream {
    lua_shared_dict d 1m;
    lua_add_variable $x;
    init_by_lua_file init.lua;
    preread_by_lua_block {
        return
    }
    server {
        listen 127.0.0.1:1;
        content_by_lua_block {
            ngx.say("}")
        }
        log_by_lua_file /abs/log.lua;
    }
}
`)
	server := tr.Servers()[0]
	if s, ok := ngxlua.InitPhase.Own(tr.Stream()); !ok || s.File.Text != "/p/init.lua" || !s.IsFile() {
		t.Errorf("init: %+v", s)
	}
	if s, ok := ngxlua.PrereadPhase.At(server); !ok || s.Chunk != "=preread_by_lua(nginx.conf:8)" {
		t.Errorf("preread: %+v", s)
	}
	if s, ok := ngxlua.ContentPhase.At(server); !ok || s.Chunk != "=content_by_lua(nginx.conf:13)" || !strings.Contains(s.Source, `"}"`) {
		t.Errorf("content: %+v", s)
	}
	if s, ok := ngxlua.LogPhase.At(server); !ok || s.File.Text != "/abs/log.lua" {
		t.Errorf("log: %+v", s)
	}
	if _, ok := ngxlua.BalancerPhase.At(server); ok {
		t.Error("there is a balancer")
	}
	if len(tr.Zones) != 1 || tr.Zones[0].Name != "d" || tr.Zones[0].Size != 1<<20 {
		t.Errorf("zones %+v", tr.Zones)
	}
	if v := tr.DefinedVariables(catalog.Stream); len(v) != 1 || v[0].Name != "x" || v[0].Row != ngxlua.LuaAddVariable.Row {
		t.Errorf("variables %v", v)
	}
}

// TestAllFindings shows that nothing stops at the first error, and where people
// are pointed to.
func TestAllFindings(t *testing.T) {
	_, list := check(t, conf.Options{Resolve: resolve, Lua: func(source, chunk string) error {
		if strings.Contains(source, "=") {
			return errors.New(strings.TrimPrefix(chunk, "=") + ":2: unexpected symbol near '='")
		}
		return nil
	}}, map[string]string{"/p/c/nginx.conf": `events { worker_conections 10; }
stream {
    include s.conf;
    server {
        listen 127.0.0.1:1 proxy_protocl backlog=x;
        proxy_timeout 1x;
        proxy_pass nosuch.invalid:1;
        content_by_lua_block {
            = 1
        }
        set $a "b$nope c";
    }
    upstream u { server 127.0.0.1:1 weigth=1; }
}
`, "/p/c/s.conf": "proxy_bind a$;\nfoo_bar;\n"})
	type finding struct{ subject, message, detail string }
	var got []finding
	for _, d := range list {
		got = append(got, finding{string(d.Subject.Text()), d.Message, d.Detail})
	}
	want := []finding{
		{"worker_conections", `unknown directive "worker_conections"`, `did you mean "worker_connections"?`},
		{"$", "invalid variable name", ""},
		{"foo_bar", `unknown directive "foo_bar"`, ""},
		{"proxy_protocl", `invalid parameter "proxy_protocl"`, `did you mean "proxy_protocol"?`},
		{"backlog=x", `invalid backlog "backlog=x"`, ""},
		{"1x", `"proxy_timeout" directive invalid value`, ""},
		{"= 1", `failed to load inlined Lua code: content_by_lua(nginx.conf:10):2: unexpected symbol near '='`,
			"nginx accepts the configuration and finds the error when the code is to run for the first time"},
		{"weigth=1", `invalid parameter "weigth=1"`, `did you mean "weight="?`},
		{"nosuch.invalid:1", `host not found in upstream "nosuch.invalid"`, ""},
		{"$nope", `unknown "nope" variable`, ""},
	}
	if !slices.Equal(got, want) {
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("finding %d:\n got %q\nwant %q", i, at(got, i), at(want, i))
			}
		}
	}
}

func at[T any](s []T, i int) string {
	if i < len(s) {
		return fmt.Sprint(s[i])
	}
	return "none"
}

// TestRefused shows that what nginx accepts and the runtime lacks is kept
// apart.
func TestRefused(t *testing.T) {
	tr, list := check(t, conf.Options{}, map[string]string{"/p/c/nginx.conf": `load_module modules/ngx_stream_lua_module.so;
load_module modules/ngx_http_perl_module.so;
events {}
http { server { listen 127.0.0.1:80; location / { return 200 $remote_user; } } }
stream {
    server { listen 127.0.0.1:1; ssl_stapling on; return $ssl_ech_status; }
}
ssl_engine x;
`})
	for i := range list {
		t.Errorf("unexpected finding: %v", &list[i])
	}
	var got []string
	tr.Refused.Sort()
	for _, d := range tr.Refused {
		subject, _, _ := strings.Cut(d.Message, " ")
		got = append(got, subject)
		if !strings.Contains(d.Message, "not supported") || !d.At.IsValid() || d.Rule != catalog.RuleUnsupported {
			t.Errorf("%+v", d)
		}
	}
	want := []string{`"modules/ngx_http_perl_module.so"`, `"http"`, `"on"`, `"$ssl_ech_status"`, `"ssl_engine"`}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("refused %q, want %q", got, want)
	}
}

func TestParamsComeFirst(t *testing.T) {
	params, _ := parser.ParseParam("worker_processes 7; daemon maybe;")
	tr, list := check(t, conf.Options{Params: params}, map[string]string{"/p/c/nginx.conf": "worker_processes 1;\nevents {}\n"})
	if n := ngxcore.WorkerProcesses.Get(tr.Main).N; n != 7 {
		t.Errorf("worker_processes %d", n)
	}
	if len(list) != 2 || list[0].NginxLine() != `[emerg] invalid value "maybe" in "daemon" directive, it must be "on" or "off" in command line` ||
		list[1].NginxLine() != `[emerg] "worker_processes" directive is duplicate in /p/c/nginx.conf:1` {
		t.Errorf("findings %v", list)
	}
}

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		name string
		want []string
	}{
		{"server", []string{"directive stream", "directive stream.upstream", "directive http", "directive http.upstream", "directive mail"}},
		{"$remote_addr", []string{"variable remote_addr", "variable remote_addr"}},
		{"proxy_protocol_tlv_alpn", []string{"variable proxy_protocol_tlv_", "variable proxy_protocol_tlv_"}},
		{"ngx.say", []string{"lua ngx.say"}},
		{"proxy_set_header", []string{"directive http, http.server, http.location"}},
		{"nonsense", nil},
	} {
		var got []string
		for _, e := range conf.Catalog.Explain(c.name) {
			switch {
			case e.Directive != nil:
				got = append(got, "directive "+e.Directive.In.String())
			case e.Variable != nil:
				got = append(got, "variable "+e.Variable.Name)
			case e.Lua != nil:
				got = append(got, "lua "+e.Lua.Name)
			default:
				got = append(got, "foreign")
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := catalog.Suggest("proxy_timout", conf.Catalog.Names()); got != "proxy_timeout" {
		t.Errorf("nearest: %q", got)
	}
}

// TestManyFindings keeps what people can read, and the verdict.
func TestManyFindings(t *testing.T) {
	load := func(source string) (*conf.Tree, diag.List) {
		memory := parser.Memory{"c": source}
		config, _ := parser.Load(parser.Options{Main: "c", ReadFile: memory.ReadFile})
		return conf.Check(config, conf.Options{})
	}
	_, list := load("events {}\n" + strings.Repeat("nonsense;\n", 20_000))
	if n := len(list); n != 10_001 || !strings.Contains(list[n-1].Message, "10000 more findings are not shown") {
		t.Errorf("%d findings", n)
	}
	// Warnings do not push out the finding that decides.
	_, list = load("events {}\nhttp {\n" + strings.Repeat("server { listen 1; server_name a; }\n", 20_000) + "}\nnonsense;")
	if list.Fatal() == nil || list.Fatal().Rule != "unknown-directive" {
		t.Errorf("%d findings, the decisive one is lost", len(list))
	}
	tree, _ := load("events {}\nstream {\n" + strings.Repeat("server { listen 1; pass 127.0.0.1:1; }\n", 20_000) + "}\n")
	if n := len(tree.Refused); n > 10_000 {
		t.Errorf("%d refusals", n)
	}
}
