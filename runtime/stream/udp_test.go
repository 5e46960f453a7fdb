package stream_test

import (
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// packets is a datagram backend.
type packets struct {
	net.PacketConn
	t *testing.T
}

func listenPackets(t *testing.T) *packets {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = c.SetDeadline(time.Now().Add(patience))
	return &packets{c, t}
}

func (p *packets) addr() string { return p.LocalAddr().String() }

// take receives one datagram, which must be that text, and returns its sender.
func (p *packets) take(want string) net.Addr {
	p.t.Helper()
	buf := make([]byte, 64<<10)
	n, from, err := p.ReadFrom(buf)
	if err != nil || string(buf[:n]) != want {
		p.t.Fatalf("datagram %q %v, want %q", buf[:n], err, want)
	}
	return from
}

func (p *packets) answer(to net.Addr, text string) {
	p.t.Helper()
	if _, err := p.WriteTo([]byte(text), to); err != nil {
		p.t.Fatal(err)
	}
}

// receive takes one datagram of a client.
func (c *client) receive(want string) {
	c.t.Helper()
	buf := make([]byte, 64<<10)
	n, err := c.Conn.Read(buf)
	if err != nil || string(buf[:n]) != want {
		c.t.Fatalf("datagram %q %v, want %q", buf[:n], err, want)
	}
}

const packetLog = `log_format main '$status|$protocol|$bytes_received|$bytes_sent|$upstream_addr|$upstream_bytes_sent|$upstream_bytes_received';
access_log log main;
`

func TestUDPResponses(t *testing.T) {
	b := listenPackets(t)
	a := map[string]string{"front": freeAddr(t, "udp"), "back": b.addr()}
	r := start(t, expand(packetLog+`server { listen @front udp; proxy_pass @back; proxy_responses 1; }`, a))
	c := r.client("udp:" + a["front"])
	c.send("question")
	from := b.take("question")
	b.answer(from, "answer!")
	c.receive("answer!")
	r.expect(expand("[info] *1 udp client "+c.local()+" connected to @front", a))
	r.expect(expand("[info] *1 udp proxy "+from.String()+" connected to @back", a))
	r.expect("[info] *1 udp done, packets from/to client:1/1, bytes from/to client:8/7, bytes from/to upstream:7/8")
	r.expectFile("log", expand("200|UDP|8|7|@back|8|7\n", a))
	// The next datagram is another session.
	c.send("again")
	if other := b.take("again"); other.String() == from.String() {
		t.Error("the session went on")
	}
}

func TestUDPTimeouts(t *testing.T) {
	b := listenPackets(t)
	a := map[string]string{"front": freeAddr(t, "udp"), "back": b.addr()}
	now := newClock()
	r := start(t, expand(packetLog+`server { listen @front udp; proxy_pass @back; proxy_timeout 60ms; }`, a), now.of)
	c := r.client("udp:" + a["front"])
	c.send("one")
	from := b.take("one")
	c.send("two2")
	if other := b.take("two2"); other.String() != from.String() {
		t.Error("the second datagram opened another session")
	}
	b.answer(from, "x")
	c.receive("x")
	now.pass(60 * time.Millisecond)
	r.expect("[info] *1 udp timed out, packets from/to client:2/1, bytes from/to client:7/1, bytes from/to upstream:1/7")
	r.expectFile("log", expand("200|UDP|7|1|@back|7|1\n", a))

	a["front"] = freeAddr(t, "udp")
	r = start(t, expand(packetLog+`server { listen @front udp; proxy_pass @back; proxy_timeout 60ms; proxy_responses 2; }`, a), now.of)
	c = r.client("udp:" + a["front"])
	c.send("one")
	b.answer(b.take("one"), "x")
	c.receive("x")
	now.pass(60 * time.Millisecond)
	r.expect(expand(`[error] *1 upstream timed out (110: Connection timed out) while proxying connection, udp client: 127.0.0.1, server: @front, `+
		`upstream: "@back", bytes from/to client:3/1, bytes from/to upstream:1/3`, a))
	r.expectFile("log", expand("502|UDP|3|1|@back|3|1\n", a))
}

func TestUDPNoResponse(t *testing.T) {
	b := listenPackets(t)
	a := map[string]string{"front": freeAddr(t, "udp"), "back": b.addr()}
	r := start(t, expand(packetLog+`server { listen @front udp; proxy_pass @back; proxy_responses 0; }`, a))
	c := r.client("udp:" + a["front"])
	c.send("fire")
	b.take("fire")
	r.expect("[info] *1 udp done, packets from/to client:1/0, bytes from/to client:4/0, bytes from/to upstream:0/4")
	r.expectFile("log", expand("200|UDP|4|0|@back|4|0\n", a))
}

func TestUDPRequests(t *testing.T) {
	b := listenPackets(t)
	a := map[string]string{"front": freeAddr(t, "udp"), "back": b.addr()}
	r := start(t, expand(`server { listen @front udp; proxy_pass @back; proxy_requests 2; proxy_responses 1; }`, a))
	c := r.client("udp:" + a["front"])
	c.send("1")
	first := b.take("1")
	c.send("2")
	if other := b.take("2"); other.String() != first.String() {
		t.Error("the second datagram opened another session")
	}
	c.send("3")
	third := b.take("3")
	if third.String() == first.String() {
		t.Error("the third datagram belongs to the old session")
	}
	b.answer(first, "a")
	c.receive("a")
	b.answer(first, "b")
	c.receive("b")
	r.expect("[info] *1 udp done, packets from/to client:2/2, bytes from/to client:2/2, bytes from/to upstream:2/2")
}

func TestUDPProtocolHeader(t *testing.T) {
	b := listenPackets(t)
	a := map[string]string{"front": freeAddr(t, "udp"), "back": b.addr()}
	r := start(t, expand(`server { listen @front udp; proxy_pass @back; proxy_protocol on; }`, a))
	c := r.client("udp:" + a["front"])
	c.send("data")
	from, to := netip.MustParseAddrPort(c.local()), netip.MustParseAddrPort(a["front"])
	b.take(fmt.Sprintf("PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\ndata", from.Port(), to.Port()))
	c.send("more")
	b.take("more")
}

func TestUDPReturn(t *testing.T) {
	front := freeAddr(t, "udp")
	r := start(t, packetLog+`server { listen `+front+` udp; return "$protocol $remote_addr"; }`)
	c := r.client("udp:" + front)
	c.send("x")
	c.receive("UDP 127.0.0.1")
	r.expectFile("log", "200|UDP|1|13|-|-|-\n")
}

func TestUDPRefused(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "udp"), "dead": freeAddr(t, "udp")}
	r := start(t, expand(packetLog+`server { listen @front udp; proxy_pass @dead; proxy_responses 1; }`, a))
	c := r.client("udp:" + a["front"])
	c.send("x")
	r.expect(expand(`[error] *1 recv() failed (111: Connection refused) while proxying and reading from upstream, udp client: 127.0.0.1, server: @front, `+
		`upstream: "@dead", bytes from/to client:1/0, bytes from/to upstream:0/1`, a))
	until(t, "the log", func() (bool, string) { return r.file("log") != "", "" })
	if got := r.file("log"); !strings.HasPrefix(got, "200|UDP|1|0|") {
		t.Errorf("got %q", got)
	}
}

func TestUDPAccess(t *testing.T) {
	front := freeAddr(t, "udp")
	r := start(t, `server { listen `+front+` udp; return x; deny all; }`)
	r.client("udp:" + front).send("x")
	r.expect("[error] *1 access forbidden by rule while initializing session, udp client: 127.0.0.1, server: " + front)
}
