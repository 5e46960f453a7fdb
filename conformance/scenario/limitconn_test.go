package scenario

import (
	"io"
	"testing"
)

// enter begins a session at the limited port, as soon as it may. One that is refused ends, or is reset when what it sent was never read.
func (s *server) enter() *client {
	s.t.Helper()
	var c *client
	await(s.t, "a place", func() bool {
		c = dial(s.t, s.at("9002"))
		_, _ = io.WriteString(c, "ping\n")
		line, _ := c.readLineOrEnd()
		return line == "pong"
	})
	return c
}

// full expects that no more sessions are taken.
func (s *server) full(when string) {
	s.t.Helper()
	if got := dial(s.t, s.at("9002")).all(); got != "" {
		s.t.Errorf("%s one more session is taken and gets %q", when, got)
	}
}

// limit_conn counts on over a reload: sessions of the configuration before have their places, and a zone is a new one only when its size
// is another. Another key for the same zone is refused.
func TestLimitConnOverReload(t *testing.T) {
	t.Parallel()
	s := load(t, "limits/limitconn.conf").expecting(`limiting connections by zone "all"`).expecting(`limit_conn_zone "all" uses the`)
	text := readTestdata(t, "limits/limitconn.conf")
	serve(t, s.at("8080"), pong)
	s.start()

	a, b := s.enter(), s.enter()
	s.full("at first")
	for n := 2; n <= 3; n++ {
		s.generation(text, n)
		s.full("after a reload")
	}
	a.send("ping\n").line("pong")
	a.Close()
	c := s.enter()
	s.full("with a session of each configuration")

	s.configure(text, replace("$protocol", "$server_port"))
	s.hup()
	s.sameLine(s.logged(`limit_conn_zone "all" uses`),
		`[emerg] limit_conn_zone "all" uses the "$server_port" key while previously it used the "$protocol" key`)
	s.full("after a reload that failed")

	// In a larger zone, and in one that was away for a while, nobody is counted yet.
	s.generation(replace("all:64k", "all:128k")(text), 4)
	d, e := s.enter(), s.enter()
	s.full("in the larger zone")
	s.generation(replace("limit_conn all 2;", "")(replace("limit_conn_zone $protocol zone=all:64k;", "")(text)), 5)
	s.enter().Close()
	s.generation(replace("all:64k", "all:128k")(text), 6)
	f, g := s.enter(), s.enter()
	s.full("in the zone that is back")
	for _, x := range []*client{b, c, d, e, f, g} {
		x.send("ping\n").line("pong")
	}
}
