package rules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"tidegate/lint/rules"
)

// fuzzConf runs a file of Lua in phases of both kinds, and requires it.
const fuzzConf = `events {}
http {
    lua_package_path "/etc/nginx/?.lua;;";
    lua_shared_dict d 1m;
    init_by_lua_block { require "fuzz" }
    upstream u { server 0.0.0.1; balancer_by_lua_file fuzz.lua; }
    server {
        listen 80;
        server_name a.example;
        location / {
            access_by_lua_file fuzz.lua;
            log_by_lua_file fuzz.lua;
            proxy_pass http://u;
        }
    }
}
`

// FuzzLua holds that no Lua makes a rule panic, and that findings point into the
// file.
func FuzzLua(f *testing.F) {
	cases, err := filepath.Glob("testdata/lua-*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range cases {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, part := range txtar.Parse(data).Files {
			if strings.HasSuffix(part.Name, ".lua") {
				f.Add(string(part.Data))
			}
		}
	}
	for _, r := range rules.All() {
		if !strings.HasPrefix(r.Name, "lua-") {
			continue
		}
		for _, e := range append(r.Bad, r.Good...) {
			if _, code, ok := strings.Cut(e.Text, "by_lua_block {\n"); ok {
				code, _, _ = strings.Cut(code, "\n}")
				f.Add(code)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		s := source{name: "nginx.conf", files: map[string]string{"nginx.conf": fuzzConf, "fuzz.lua": src}}
		_, found, _ := s.lint(t, rules.All())
		for _, d := range found {
			r := d.Subject
			if r.File != nil && (r.Start < 0 || r.Start > r.End || r.End > len(r.File.Src)) {
				t.Errorf("%s at %d to %d of %d", d.Rule, r.Start, r.End, len(r.File.Src))
			}
		}
	})
}
