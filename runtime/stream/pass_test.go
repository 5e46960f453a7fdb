package stream_test

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// The session that passes a connection on leaves no trace: no line in the access log, no place of worker_connections, no session. The other
// one has the connection's number and everything that was sent so far.
func TestPass(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "middle": freeAddr(t, "tcp"), "back": freeAddr(t, "tcp"), "origin": echo(t, "hello ")}
	r := start(t, expand(`log_format main '$connection $server_addr:$server_port $status $bytes_received $bytes_sent';
access_log log main;
server { listen @front; pass @middle; }
server { listen @middle; ssl_preread on; pass @back; }
server { listen @back; proxy_pass @origin; }`, a))
	for range 3 {
		c := r.client(a["front"])
		c.send("you there")
		c.read("hello you there")
		if r.stream != nil && r.stream.Sessions() != 1 {
			t.Errorf("%d sessions", r.stream.Sessions())
		}
		c.Close()
		until(t, "the access log", func() (bool, string) { text := r.file("log"); return strings.HasSuffix(text, "\n"), text })
		if r.stream != nil {
			until(t, "the session to end", func() (bool, string) { return r.stream.Sessions() == 0, "" })
		}
	}
	line := expand(" @back 200 9 15\n", a)
	r.expectFile("log", "1"+line+"3"+line+"5"+line)
}

// Sessions that are killed after they were passed end like others.
func TestPassedSessionIsKilled(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": freeAddr(t, "tcp")}
	b := listen(t, "127.0.0.1:0")
	a["origin"] = b.addr()
	r := start(t, expand(`server { listen @front; pass @back; }
server { listen @back; proxy_pass @origin; }`, a), hereOnly)
	c := r.client(a["front"])
	up := b.accept()
	r.stream.KillSessions(0)
	c.eof()
	up.eof()
	until(t, "the session to end", func() (bool, string) { return r.stream.Sessions() == 0, "" })
}

// TCP_NODELAY is as the server wants it that answers, whatever the one that accepted the connection wanted.
func TestPassNoDelay(t *testing.T) {
	b := listen(t, "127.0.0.1:0")
	a := map[string]string{"on": freeAddr(t, "tcp"), "off": freeAddr(t, "tcp"), "a": freeAddr(t, "tcp"), "b": freeAddr(t, "tcp"), "origin": b.addr()}
	r := start(t, expand(`server { listen @on; pass @b; }
server { listen @off; tcp_nodelay off; pass @a; }
server { listen @a; proxy_pass @origin; }
server { listen @b; tcp_nodelay off; proxy_pass @origin; }`, a), hereOnly)
	for _, c := range []struct {
		at   string
		want bool
	}{{"on", false}, {"off", true}, {"a", true}, {"b", false}} {
		client := r.client(a[c.at])
		b.accept()
		got := optionOf(t, unix.Getpeername, client.LocalAddr(), unix.IPPROTO_TCP, unix.TCP_NODELAY)
		if (got != 0) != c.want {
			t.Errorf("at %s TCP_NODELAY is %d", c.at, got)
		}
	}
}
