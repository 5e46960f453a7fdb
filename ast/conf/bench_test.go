package conf_test

import (
	"fmt"
	"strings"
	"testing"

	"tidegate/ast/conf"
	"tidegate/parser"
)

// largeConfig writes a stream configuration with about n directives of the
// kinds that real ones have.
func largeConfig(n int) string {
	var b strings.Builder
	b.WriteString("events { worker_connections 1000000; }\nstream {\n    variables_hash_max_size 8192;\n    log_format f '$remote_addr [$time_local] $status';\n")
	for i := 0; n > 0; i++ {
		fmt.Fprintf(&b, "    upstream u%d {\n        least_conn;\n        server 10.0.%d.%d:8080 weight=5 max_fails=3;\n"+
			"        server 10.1.%d.%d:8080 backup;\n    }\n", i, i>>8&255, i&255, i>>8&255, i&255)
		fmt.Fprintf(&b, "    server {\n        listen 127.%d.%d.1:%d;\n        proxy_connect_timeout 5s;\n        proxy_timeout 10m;\n"+
			"        access_log logs/access.log f;\n        allow 10.0.0.0/8;\n        deny all;\n        set $tag%d \"a-$remote_addr\";\n"+
			"        proxy_pass u%d;\n    }\n", i>>8&255, i&255, 1000+i%60000, i%1000, i)
		n -= 13
	}
	b.WriteString("}\n")
	return b.String()
}

// BenchmarkCheck measures the check of 200,000 directives, parsed beforehand.
func BenchmarkCheck(b *testing.B) {
	source := largeConfig(200_000)
	memory := parser.Memory{"c/nginx.conf": source}
	config, list := parser.Load(parser.Options{Main: "c/nginx.conf", ReadFile: memory.ReadFile, Glob: memory.Glob})
	if len(list) > 0 {
		b.Fatal(list[0].Message)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(source)))
	for b.Loop() {
		if _, found := conf.Check(config, conf.Options{}); len(found) > 0 {
			b.Fatal(found[0].Message)
		}
	}
}
