package parser

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"

	"tidegate/ast"
)

// bigConfig returns a configuration of about n bytes of the kind that people
// generate: many servers with locations, quoted words, variables, comments and
// a Lua block here and there.
func bigConfig(n int) []byte {
	var b bytes.Buffer
	b.WriteString("user www;\nworker_processes auto;\nevents { worker_connections 1024; }\nhttp {\n")
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, `    # customer %d
    server {
        listen 10.0.%d.%d:443 ssl;
        server_name host%d.example.com "www.host%d.example.com";
        ssl_certificate /etc/ssl/host%d/fullchain.pem;
        ssl_certificate_key /etc/ssl/host%d/privkey.pem;
        location ~* ^/static/(.+)\.(css|js)$ {
            root /srv/host%d;
            expires 30d;
            add_header Cache-Control 'public, max-age=2592000';
        }
        location / {
            proxy_pass http://backend_%d$request_uri;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header Host "${host}";
        }
`, i, i/250%250, i%250, i, i, i, i, i, i)
		if i%10 == 0 {
			b.WriteString("        access_by_lua_block {\n            if ngx.var.uri == \"/}\" then -- a brace }\n" +
				"                local t = {1, 2, [[ } ]]}\n                return ngx.exit(403)\n            end\n        }\n")
		}
		b.WriteString("    }\n")
	}
	b.WriteString("}\n")
	return b.Bytes()
}

func BenchmarkParse10MB(b *testing.B) {
	src := bigConfig(10 << 20)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		f, list := Parse("nginx.conf", src)
		if len(list) > 0 || f.Body().Len() != 4 {
			b.Fatal("not parsed")
		}
	}
}

// TestMemory bounds what a tree takes besides its source. Room for words that
// is set aside and never written to is in the count.
func TestMemory(t *testing.T) {
	src := bigConfig(4 << 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f, _ := Parse("nginx.conf", src)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 2*uint64(len(src)) {
		t.Errorf("%d bytes allocated for a file of %d with %d directives on its top level", used, len(src), f.Body().Len())
	}
}

// TestNesting parses blocks inside each other, which must cost heap only.
func TestNesting(t *testing.T) {
	for _, depth := range []int{10_000, maxDepth + 5} {
		src := append(bytes.Repeat([]byte("a{"), depth), bytes.Repeat([]byte("}"), depth)...)
		f, list := Parse("nginx.conf", src)
		if deep := depth > maxDepth; deep != (len(list) > 0) {
			t.Errorf("depth %d: %d errors", depth, len(list))
		}
		if got := f.Body().Len(); got != 1 {
			t.Errorf("depth %d: %d top directives", depth, got)
		}
		checkInvariants(t, src)
	}
}

// TestManyComments reads up to the limit and no further, between directives and
// inside one.
func TestManyComments(t *testing.T) {
	for _, begin := range []string{"", "a "} {
		const most = 10_000
		src := append([]byte(begin), bytes.Repeat([]byte("#\n"), most+5)...)
		p := newParser(&ast.File{Name: "nginx.conf", Src: src}, inNone)
		p.mostComments = most
		p.run()
		f, list := p.file, p.diags
		if d := list.Fatal(); d == nil || d.Rule != "limit" && begin == "" {
			t.Errorf("%q: no error", begin)
		}
		if n := len(f.Comments); n != most+1 {
			t.Errorf("%q: %d comments", begin, n)
		}
		if !bytes.Equal(ast.Print(f), src) {
			t.Errorf("%q: does not print back", begin)
		}
	}
}

// TestHostile parses input that is made to cost more than its size: the time
// must stay linear, which the test's own time limit would show, and the memory
// in proportion.
func TestHostile(t *testing.T) {
	const n = 1 << 20
	inputs := map[string]string{
		"quotes":             "\"",
		"quote lines":        "a \"b\n",
		"quote pairs":        "a \"b\n\"c 'd\n'e\n",
		"escaped quotes":     "a \\\"",
		"semicolons":         ";",
		"spaced semicolons":  "; ",
		"opening braces":     "{",
		"closing braces":     "}",
		"closing pairs":      "a}",
		"comments":           "#\n",
		"lua blocks":         "_by_lua_block{\n",
		"lua quotes":         "_by_lua_block{'\\\n",
		"lua escaped quotes": "_by_lua_block{}\\\"",
		"lua brackets":       "_by_lua_block{[[\n",
		"lua signs":          "_by_lua_block{}[==",
		"lua joined":         "_by_lua_block{\"\\\n\"}",
		"lua comments":       "_by_lua_block{--[==[",
		"variables":          "${",
		"backslashes":        "\\",
		"words":              "a ",
		"nul":                "\x00",
	}
	for name, piece := range inputs {
		t.Run(name, func(t *testing.T) {
			src := bytes.Repeat([]byte(piece), n/len(piece))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			Parse("nginx.conf", src)
			src = append([]byte("stream { server { content_by_lua_block { "), src...)
			Parse("nginx.conf", src)
			runtime.ReadMemStats(&after)
			if used := after.TotalAlloc - before.TotalAlloc; used > 1000*n {
				t.Errorf("%d bytes allocated for %d bytes", used, len(src))
			}
		})
	}
}
