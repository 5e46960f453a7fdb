package parser

import (
	"reflect"
	"strings"
	"testing"
)

// TestReadDump takes dumps apart: a file ends one line end before the next name, as ngx_show_configure prints it.
func TestReadDump(t *testing.T) {
	const a, b = "# configuration file /n/a:\n", "# configuration file /n/b:\n"
	for _, tt := range []struct {
		name, dump string
		detected   bool
		files      Memory // nil if it is refused
	}{
		{"one", a + "events {}\n\n", true, Memory{"/n/a": "events {}\n"}},
		{"no line end in the files", a + "x;\n" + b + "y;\n", true, Memory{"/n/a": "x;", "/n/b": "y;"}},
		{"empty files", a + "\n" + b + "\n", true, Memory{"/n/a": "", "/n/b": ""}},
		{"empty lines are kept", a + "\nx;\n\n\n" + b, true, Memory{"/n/a": "\nx;\n\n", "/n/b": ""}},
		{"cut off", a + "x;\n" + b + "y", true, Memory{"/n/a": "x;", "/n/b": "y"}},
		{"CRLF", "# configuration file C:/n/a:\r\nx;\r\n\r\n", true, Memory{"C:/n/a": "x;\r\n\r"}},
		{"a colon and spaces in a name", "# configuration file /n: a:\nx;\n", true, Memory{"/n: a": "x;"}},
		{"words of nginx before it", "nginx: [warn] w\nnginx: test is successful\n" + a + "x;\n", true, Memory{"/n/a": "x;"}},
		{"other words before it", "$ nginx -T\n" + a + "x;\n", false, Memory{"/n/a": "x;"}},
		{"a comment inside", "events {}\n" + a, false, Memory{"/n/a": ""}},
		{"no name", "# configuration file :\n", false, nil},
		{"nothing", "", false, nil},
		{"twice", a + "x;\n" + a + "x;\n", true, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := IsDump([]byte(tt.dump)); got != tt.detected {
				t.Errorf("detected: %v", got)
			}
			d, err := ReadDump([]byte(tt.dump))
			if err != nil {
				if tt.files != nil {
					t.Error(err)
				}
				return
			}
			got := Memory{}
			for name := range d.files {
				src, err := d.ReadFile(name)
				if err != nil {
					t.Error(err)
				}
				got[name] = string(src)
			}
			if !reflect.DeepEqual(got, tt.files) {
				t.Errorf("got %q, want %q", got, tt.files)
			}
			if names, _ := d.Glob(d.Main[:strings.LastIndex(d.Main, "/")] + "/*"); len(names) != len(got) {
				t.Errorf("files by pattern: %q", names)
			}
		})
	}
}

// TestWithin reads a fragment: an unfinished block of Lua ends a little differently in stream and in http, as where it is included.
func TestWithin(t *testing.T) {
	const text = "content_by_lua_block { local a = [[ }\n"
	for _, within := range []string{"stream", "http"} {
		whole := Memory{"/n/m": within + " { include f; }", "/n/f": text}
		_, want := Load(Options{Main: "/n/m", ReadFile: whole.ReadFile, Glob: whole.Glob})
		alone := Memory{"/n/f": text}
		_, got := Load(Options{Main: "/n/f", Within: within, ReadFile: alone.ReadFile, Glob: alone.Glob})
		if len(got) != 1 || len(want) != 1 || got[0].Message != want[0].Message || got[0].At.Offset != want[0].At.Offset {
			t.Errorf("%s: alone %v, included %v", within, got, want)
		}
	}
}
