package cosocket

import "testing"

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		host, addr, name, problem string
		port                      int
	}{
		{host: "127.0.0.1", addr: "127.0.0.1:80", port: 80},
		{host: "127.0.0.1:81", addr: "127.0.0.1:81", port: 81},
		{host: "[::1]", addr: "[::1]:80", port: 80},
		{host: "[::1]:81", addr: "[::1]:81", port: 81},
		{host: "unix:/tmp/x", addr: "unix:/tmp/x"},
		{host: "UNIX:/tmp/x", addr: "unix:/tmp/x"},
		{host: "example.com", name: "example.com", port: 80},
		{host: "example.com:81", name: "example.com:81", port: 81},
		{host: "", problem: "no host", port: 80},
		{host: ":80", problem: "no host", port: 80},
		{host: "::1", problem: "invalid port", port: 0},
		{host: "a:b", problem: "invalid port", port: 0},
		{host: "a:0", problem: "invalid port", port: 0},
		{host: "a:65536", problem: "invalid port", port: 65536},
		{host: "/tmp/x", problem: "invalid host", port: 80},
		{host: "a?b", problem: "invalid host", port: 80},
		{host: "[::1", problem: "invalid host", port: 80},
		{host: "[::1]x", problem: "invalid port", port: 0},
		{host: "[zz]", problem: "invalid IPv6 address", port: 80},
		{host: "unix:", problem: "no path in the unix domain socket"},
	} {
		got, problem := ParseTarget(c.host, 80)
		if problem != c.problem || problem == "" && (got.Addr.String() != c.addr || got.Name != c.name || got.Port != c.port) {
			t.Errorf("%q: %v %q, want %+v", c.host, got, problem, c)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"[::1]:80", "unix:/x", "a:b", "1.2.3.4:5", "[", "]", "[]:", "\x00"} {
		f.Add(s, 80)
	}
	f.Fuzz(func(t *testing.T, host string, port int) {
		got, problem := ParseTarget(host, port)
		if problem == "" && got.Addr.IsZero() == (got.Name == "") {
			t.Errorf("%q: neither address nor name, or both: %+v", host, got)
		}
	})
}
