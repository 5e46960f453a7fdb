package conf_test

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"
	"time"

	"tidegate/ast/conf"
	"tidegate/parser"
)

// TestGeoBases gives geo binary bases like those that nginx makes: without an entry, on a machine with 8-byte pointers. They are too large for
// samples; what is wanted is what nginx -t of 1.31.1 said of the same files.
func TestGeoBases(t *testing.T) {
	body := make([]byte, 16+0x10000*8)
	base := func(sum uint32) string {
		head := binary.LittleEndian.AppendUint32([]byte("GEORNG\x00\x08\x78\x56\x34\x12"), sum)
		return string(append(head, body...))
	}
	good := base(crc32.ChecksumIEEE(body))
	files := parser.Memory{"/p/c/x.bin": good, "/p/c/y.bin": good, "/p/c/old.bin": good, "/p/c/crc.bin": base(0)}
	for _, name := range []string{"x", "y", "old", "crc"} {
		files["/p/c/"+name] = "10.0.0.0-10.0.0.255 a;\n"
	}
	o := conf.Options{Open: opensIn(files), ReadFile: files.ReadFile, ModTime: func(name string) (time.Time, error) {
		if name == "/p/c/old.bin" {
			return time.Unix(1, 0), nil
		}
		return time.Unix(2, 0), nil
	}}
	for _, c := range []struct{ body, want string }{
		{"include x;", `using binary geo range base "/p/c/x.bin"`},
		{"include x; default a;", `using binary geo range base "/p/c/x.bin"`},
		{"include crc;", `CRC32 mismatch in binary geo range base "/p/c/crc.bin"`},
		{"include old;", `stale binary geo range base "/p/c/old.bin"`},
		{"include x; include y;", `using binary geo range base "/p/c/x.bin"
second binary geo range base "/p/c/y.bin" cannot be mixed with "/p/c/x.bin"`},
		{"include x; 1.1.1.1-1.1.1.1 a;", `using binary geo range base "/p/c/x.bin"
binary geo range base "/p/c/x.bin" cannot be mixed with usual entries`},
	} {
		files["/p/c/nginx.conf"] = "events {} stream { geo $a { ranges; " + c.body + " } }"
		_, list := check(t, o, files)
		var got []string
		for _, d := range list {
			got = append(got, d.Message)
		}
		if got := strings.Join(got, "\n"); got != c.want {
			t.Errorf("%s said:\n%s\nwant:\n%s", c.body, got, c.want)
		}
	}
}
