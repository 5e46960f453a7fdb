package lint

import (
	"testing"

	"tidegate/ast/conf"
	"tidegate/parser"
)

func TestComplete(t *testing.T) {
	const elsewhere = "/etc/nginx/conf.d/*.conf"
	tests := []struct {
		name  string
		main  string // the name of the main file
		files parser.Memory
		want  bool
	}{
		{"no includes", "/c/nginx.conf", parser.Memory{"/c/nginx.conf": "events {}"}, true},
		{"a file", "/c/nginx.conf", parser.Memory{"/c/nginx.conf": "events {} stream { include a; }", "/c/a": "tcp_nodelay on;"}, true},
		{"a missing file", "/c/nginx.conf", parser.Memory{"/c/nginx.conf": "events {} stream { include a; }"}, false},
		{"an empty mask beside the main file", "/c/nginx.conf", parser.Memory{"/c/nginx.conf": "stream { include a/*; }"}, true},
		{"an empty mask in the folder of the main file", "/etc/nginx/nginx.conf",
			parser.Memory{"/etc/nginx/nginx.conf": "stream { include " + elsewhere + "; }"}, true},
		{"an empty mask elsewhere", "/c/nginx.conf", parser.Memory{"/c/nginx.conf": "stream { include " + elsewhere + "; }"}, false},
		{"an empty mask elsewhere, at the file level", "/c/nginx.conf",
			parser.Memory{"/c/nginx.conf": "include a; include " + elsewhere + ";", "/c/a": "include " + elsewhere + ";"}, true},
		{"an empty mask elsewhere, in a file that a block includes", "/c/nginx.conf",
			parser.Memory{"/c/nginx.conf": "stream { include a; }", "/c/a": "include b;", "/c/b": "include " + elsewhere + ";"}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			config, _ := parser.Load(parser.Options{Main: tt.main, ReadFile: tt.files.ReadFile, Glob: tt.files.Glob})
			tree, _ := conf.Check(config, conf.Options{})
			if got := complete(tree); got != tt.want {
				t.Errorf("complete is %v", got)
			}
		})
	}
}
