package stream_test

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
	"tidegate/runtime/upstream"
)

const accessLog = `log_format main '$status|$bytes_received|$bytes_sent|$upstream_addr|$upstream_bytes_sent|$upstream_bytes_received';
access_log log main;
`

func TestProxy(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp")}
	b := listen(t, "127.0.0.1:0")
	a["back"] = b.addr()
	r := start(t, expand(accessLog+`server { listen @front; proxy_pass @back; }`, a))
	c := r.client(a["front"])
	up := b.accept()
	c.send("hello")
	up.read("hello")
	up.send("good day")
	c.read("good day")
	c.Close()
	up.eof()
	r.expect(expand("[info] *1 client "+c.local()+" connected to @front", a))
	r.expect(expand("[info] *1 proxy "+up.RemoteAddr().String()+" connected to @back", a))
	r.expect("[info] *1 client disconnected, bytes from/to client:5/8, bytes from/to upstream:8/5")
	r.expectFile("log", expand("200|5|8|@back|5|8\n", a))
}

func TestProxyUpstreamCloses(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "bye")}
	r := start(t, expand(`server { listen @front; proxy_pass @back; }`, a))
	c := r.client(a["front"])
	c.read("bye")
	if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if rest := c.eof(); rest != "" {
		t.Errorf("rest %q", rest)
	}
	r.expect("[info] *1 client disconnected, bytes from/to client:0/3, bytes from/to upstream:3/0")

	b := listen(t, "127.0.0.1:0")
	a["front"], a["back"] = freeAddr(t, "tcp"), b.addr()
	r = start(t, expand(`server { listen @front; proxy_pass @back; }`, a))
	c = r.client(a["front"])
	up := b.accept()
	up.send("answer")
	up.Close()
	if got := c.eof(); got != "answer" {
		t.Errorf("got %q", got)
	}
	r.expect("[info] *1 upstream disconnected, bytes from/to client:0/6, bytes from/to upstream:6/0")
}

func TestProxyUnixSockets(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	a := map[string]string{"front": dir + "/front", "back": dir + "/back"}
	b := listen(t, a["back"])
	r := start(t, expand(accessLog+`server { listen unix:@front; proxy_pass unix:@back; }`, a))
	c := r.client(a["front"])
	up := b.accept()
	c.send("x")
	up.read("x")
	c.Close()
	r.expect(expand("[info] *1 client unix: connected to unix:@front", a))
	r.expect(expand("[info] *1 proxy unix: connected to unix:@back", a))
	r.expect("[info] *1 client disconnected, bytes from/to client:1/0, bytes from/to upstream:0/1")
	r.expectFile("log", expand("200|1|0|unix:@back|1|0\n", a))

	b.Close()
	r.client(a["front"]).eof()
	r.expect(expand(`[crit] *3 connect() to unix:@back failed (2: No such file or directory) while connecting to upstream, client: unix:, `+
		`server: unix:@front, upstream: "unix:@back", bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
}

func TestConnectRefused(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": freeAddr(t, "tcp")}
	r := start(t, expand(accessLog+`server { listen @front; proxy_pass @back; }`, a))
	r.client(a["front"]).eof()
	r.expect(expand(`[error] *1 connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, `+
		`server: @front, upstream: "@back", bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
	r.expectFile("log", expand("502|0|0|@back|0|0\n", a))
}

func TestNextUpstream(t *testing.T) {
	dead1, dead2 := freeAddr(t, "tcp"), freeAddr(t, "tcp")
	alive := echo(t, "alive")
	group := "upstream g { server " + dead1 + "; server " + dead2 + "; server " + alive + "; }\n"
	for _, c := range []struct{ name, set, answer, addrs string }{
		{"on", "", "alive", dead1 + ", " + dead2 + ", " + alive},
		{"off", "proxy_next_upstream off;", "", dead1},
		{"tries", "proxy_next_upstream_tries 2;", "", dead1 + ", " + dead2},
	} {
		t.Run(c.name, func(t *testing.T) {
			front := freeAddr(t, "tcp")
			r := start(t, "log_format main '$status $upstream_addr'; access_log log main;\n"+group+"server { listen "+front+"; proxy_pass g; "+c.set+" }")
			cl := r.client(front)
			status := "502"
			if c.answer != "" {
				status = "200"
				cl.read(c.answer)
				cl.Close()
			} else if got := cl.eof(); got != "" {
				t.Errorf("got %q", got)
			}
			r.expectFile("log", status+" "+c.addrs+"\n")
			r.expectMatch(`\[warn\] \*1 upstream server temporarily disabled while connecting to upstream, client: 127.0.0.1, server: .*, upstream: "` + dead1 + `".*`)
		})
	}
}

func TestNoLiveUpstreams(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "dead": freeAddr(t, "tcp")}
	r := start(t, expand(accessLog+`upstream group { server @dead down; server @dead down; } server { listen @front; proxy_pass group; }`, a))
	r.client(a["front"]).eof()
	r.expect(expand(`[error] *1 no live upstreams while connecting to upstream, client: 127.0.0.1, server: @front, upstream: "group", `+
		`bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
	r.expectFile("log", "502|0|0|group|0|0\n")
}

// deaf is an address that neither takes nor refuses connections: its queue is full.
func deaf(t *testing.T) string {
	t.Helper()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(fd) })
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	sa, err := unix.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	addr := fmt.Sprintf("127.0.0.1:%d", sa.(*unix.SockaddrInet4).Port)
	for range 8 {
		c, err := net.DialTimeout("tcp", addr, 50*time.Millisecond)
		if err != nil {
			return addr
		}
		t.Cleanup(func() { c.Close() })
	}
	t.Skip("the kernel takes every connection")
	return ""
}

func TestConnectTimeout(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "deaf": deaf(t)}
	r := start(t, expand(accessLog+`server { listen @front; proxy_pass @deaf; proxy_connect_timeout 50ms; }`, a))
	r.client(a["front"]).eof()
	r.expect(expand(`[error] *1 upstream timed out (110: Connection timed out) while connecting to upstream, client: 127.0.0.1, `+
		`server: @front, upstream: "@deaf", bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
	r.expectFile("log", expand("502|0|0|@deaf|0|0\n", a))
}

func TestNextUpstreamTimeout(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "deaf": deaf(t), "alive": echo(t, "x")}
	r := start(t, expand(accessLog+`upstream g { server @deaf; server @alive; }
		server { listen @front; proxy_pass g; proxy_connect_timeout 50ms; proxy_next_upstream_timeout 20ms; }`, a))
	if got := r.client(a["front"]).eof(); got != "" {
		t.Errorf("got %q", got)
	}
	r.expectFile("log", expand("502|0|0|@deaf|0|0\n", a))
}

func TestProxyTimeout(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp")}
	b := listen(t, "127.0.0.1:0")
	a["back"] = b.addr()
	now := newClock()
	r := start(t, expand(accessLog+`server { listen @front; proxy_pass @back; proxy_timeout 60ms; }`, a), now.of)
	c := r.client(a["front"])
	up := b.accept()
	c.send("ab")
	up.read("ab")
	now.pass(60 * time.Millisecond)
	c.eof()
	r.expect(expand(`[info] *1 connection timed out (110: Connection timed out) while proxying connection, client: 127.0.0.1, `+
		`server: @front, upstream: "@back", bytes from/to client:2/0, bytes from/to upstream:0/2`, a))
	r.expectFile("log", expand("200|2|0|@back|2|0\n", a))
}

func TestHalfClose(t *testing.T) {
	for _, on := range []bool{true, false} {
		b := listen(t, "127.0.0.1:0")
		a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
		set := ""
		if on {
			set = "proxy_half_close on;"
		}
		r := start(t, expand(`server { listen @front; proxy_pass @back; `+set+` }`, a))
		c := r.client(a["front"])
		up := b.accept()
		c.send("request")
		up.read("request")
		if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if got := up.eof(); got != "" {
			t.Errorf("half_close %v: upstream got %q", on, got)
		}
		if on {
			up.send("late answer")
			c.read("late answer")
			up.Close()
			r.expect("[info] *1 upstream disconnected, bytes from/to client:7/11, bytes from/to upstream:11/7")
		} else {
			r.expect("[info] *1 client disconnected, bytes from/to client:7/0, bytes from/to upstream:0/7")
		}
		if got := c.eof(); got != "" {
			t.Errorf("half_close %v: client got %q", on, got)
		}
	}
}

func TestBind(t *testing.T) {
	for _, c := range []struct{ name, set, want, line string }{
		{"address", "proxy_bind 127.0.0.3;", "127.0.0.3", ""},
		{"inherited off", "proxy_bind off;", "127.0.0.1", ""},
		{"variable", "proxy_bind $from;", "127.0.0.4", ""},
		{"empty variable", "proxy_bind $nothing;", "127.0.0.1", ""},
		{"bad variable", "proxy_bind $bad;", "127.0.0.1", `\[error\] \*1 invalid local address "no address", client: 127.0.0.1, .*`},
		{"inherited", "", "127.0.0.5", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := listen(t, "127.0.0.1:0")
			a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
			r := start(t, expand(`map x $from { default 127.0.0.4; } map x $nothing { default ""; } map x $bad { default "no address"; }
				proxy_bind 127.0.0.5; server { listen @front; proxy_pass @back; `+c.set+` }`, a))
			r.client(a["front"])
			if got := b.accept().RemoteAddr().(*net.TCPAddr).IP.String(); got != c.want {
				t.Errorf("comes from %s, want %s", got, c.want)
			}
			if c.line != "" {
				r.expectMatch(c.line)
			}
		})
	}
}

func TestBindPort(t *testing.T) {
	b := listen(t, "127.0.0.1:0")
	local := freeAddr(t, "tcp")
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr(), "local": local}
	r := start(t, expand(`server { listen @front; proxy_pass @back; proxy_bind @local; }`, a))
	r.client(a["front"])
	if got := b.accept().RemoteAddr().String(); got != local {
		t.Errorf("comes from %s, want %s", got, local)
	}
	r.client(a["front"]).eof()
	r.expectMatch(expand(`\[crit\] \*3 bind\(@local\) failed \(98: Address already in use\) while connecting to upstream, client: 127.0.0.1, server: @front, upstream: "@back", .*`, a))
}

func TestBindTransparent(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("needs CAP_NET_ADMIN")
	}
	b := listen(t, "127.0.0.1:0")
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
	r := start(t, expand(`server { listen @front; proxy_pass @back; proxy_bind $remote_addr transparent; }`, a))
	c := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 9)}}
	conn, err := c.Dial("tcp", a["front"])
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if strings.Contains(r.log.text(), "setsockopt(IP_TRANSPARENT) failed (1: Operation not permitted)") {
		t.Skip("the capability is missing")
	}
	if got := b.accept().RemoteAddr().(*net.TCPAddr).IP.String(); got != "127.0.0.9" {
		t.Errorf("comes from %s", got)
	}
}

func TestProtocolHeader(t *testing.T) {
	for _, version := range []string{"on", "v2"} {
		b := listen(t, "127.0.0.1:0")
		a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
		r := start(t, expand(accessLog+`server { listen @front; proxy_pass @back; proxy_protocol `+version+`; }`, a))
		c := r.client(a["front"])
		up := b.accept()
		from, to := netip.MustParseAddrPort(c.local()), netip.MustParseAddrPort(a["front"])
		want := fmt.Sprintf("PROXY TCP4 127.0.0.1 127.0.0.1 %d %d\r\n", from.Port(), to.Port())
		if version == "v2" {
			want = "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01" +
				string([]byte{byte(from.Port() >> 8), byte(from.Port()), byte(to.Port() >> 8), byte(to.Port())})
		}
		up.read(want)
		c.send("data")
		up.read("data")
		c.Close()
		r.expectFile("log", expand(fmt.Sprintf("200|4|0|@back|%d|0\n", 4+len(want)), a))
	}
}

func TestSocketKeepalive(t *testing.T) {
	for _, on := range []bool{true, false} {
		b := listen(t, "127.0.0.1:0")
		a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
		set := ""
		if on {
			set = "proxy_socket_keepalive on;"
		}
		r := start(t, expand(`server { listen @front; proxy_pass @back; `+set+` }`, a), hereOnly)
		r.client(a["front"])
		up := b.accept()
		if got := socketOption(t, up.RemoteAddr(), unix.SOL_SOCKET, unix.SO_KEEPALIVE); (got != 0) != on {
			t.Errorf("keepalive %v: SO_KEEPALIVE is %d", on, got)
		}
		if got := socketOption(t, up.RemoteAddr(), unix.IPPROTO_TCP, unix.TCP_NODELAY); got == 0 {
			t.Error("TCP_NODELAY is off")
		}
	}
}

// socketOption finds the socket of this process that has the local address, and reads an option of it.
func socketOption(t *testing.T, local net.Addr, level, opt int) int {
	t.Helper()
	return optionOf(t, unix.Getsockname, local, level, opt)
}

// optionOf finds the socket of this process whose name or peer is an address, and reads an option of it.
func optionOf(t *testing.T, name func(fd int) (unix.Sockaddr, error), addr net.Addr, level, opt int) int {
	t.Helper()
	want := addr.(*net.TCPAddr).AddrPort()
	for fd := 3; fd < 1024; fd++ {
		sa, err := name(fd)
		if err != nil {
			continue
		}
		if in, ok := sa.(*unix.SockaddrInet4); ok && netip.AddrPortFrom(netip.AddrFrom4(in.Addr), uint16(in.Port)) == want {
			v, err := unix.GetsockoptInt(fd, level, opt)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	t.Fatalf("no socket at %s", want)
	return 0
}

func TestRates(t *testing.T) {
	for _, c := range []struct{ name, set string }{
		{"download", "proxy_download_rate 4k;"},
		{"upload", "proxy_upload_rate 4k;"},
		{"download variable", "proxy_download_rate $rate;"},
		{"upload variable", "proxy_upload_rate $rate;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := listen(t, "127.0.0.1:0")
			a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
			now := newClock()
			r := start(t, expand(`map x $rate { default 4k; } server { listen @front; proxy_pass @back; `+c.set+` }`, a), now.of)
			from, to := r.client(a["front"]), b.accept()
			counts := "client:%[1]d/0, bytes from/to upstream:0/%[1]d"
			if strings.HasPrefix(c.name, "download") {
				from, to, counts = to, from, "client:0/%[1]d, bytes from/to upstream:%[1]d/0"
			}
			// 4k at once, 4k a second later, and no byte more before another second is over.
			text := strings.Repeat("x", 4096)
			from.send(text + text + "rest")
			to.read(text)
			now.pass(time.Second)
			to.read(text)
			r.stream.KillSessions(relay.CauseShutdownTimeout)
			r.expectMatch(`\[info\] \*1 shutdown timeout while proxying connection, .*, bytes from/to ` + fmt.Sprintf(counts, 8192))
		})
	}
	t.Run("bad", func(t *testing.T) {
		a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "ok")}
		r := start(t, expand(`map x $rate { default nonsense; } server { listen @front; proxy_pass @back; proxy_upload_rate $rate; }`, a))
		r.client(a["front"]).read("ok")
		r.expectMatch(expand(`\[error\] \*1 invalid size "nonsense" while connecting to upstream, client: 127.0.0.1, server: @front, upstream: "@back", .*`, a))
	})
}

func TestBufferSize(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "")}
	r := start(t, expand(`server { listen @front; proxy_pass @back; proxy_buffer_size 7; }`, a))
	c := r.client(a["front"])
	c.send("more than one buffer holds")
	c.read("more than one buffer holds")
}

func TestPassVariable(t *testing.T) {
	a := map[string]string{"one": echo(t, "one"), "two": echo(t, "two"), "front": freeAddr(t, "tcp")}
	_, port, _ := net.SplitHostPort(a["one"])
	for _, c := range []struct{ target, answer, line string }{
		{"group", "two", ""},
		{"GROUP", "two", ""},
		{a["one"], "one", ""},
		{"127.0.0.1", "", `[error] *1 no port in upstream "127.0.0.1", client: 127.0.0.1, server: @front, bytes from/to client:0/0, bytes from/to upstream:0/0`},
		{"somewhere", "", `[error] *1 no port in upstream "somewhere", client: 127.0.0.1, server: @front, bytes from/to client:0/0, bytes from/to upstream:0/0`},
		{"somewhere:" + port, "", `[error] *1 no resolver defined to resolve somewhere, client: 127.0.0.1, server: @front, bytes from/to client:0/0, bytes from/to upstream:0/0`},
		{"a:b", "", `[error] *1 invalid port in upstream "a:b", client: 127.0.0.1, server: @front, bytes from/to client:0/0, bytes from/to upstream:0/0`},
		{"", "", `[error] *1 no host in upstream "", client: 127.0.0.1, server: @front, bytes from/to client:0/0, bytes from/to upstream:0/0`},
	} {
		t.Run(c.target, func(t *testing.T) {
			a["front"] = freeAddr(t, "tcp")
			r := start(t, expand(accessLog+`map x $target { default "`+c.target+`"; } upstream Group { server @two; }
				server { listen @front; proxy_pass $target; }`, a))
			cl := r.client(a["front"])
			if c.answer != "" {
				cl.read(c.answer)
				return
			}
			if got := cl.eof(); got != "" {
				t.Errorf("got %q", got)
			}
			r.expect(expand(c.line, a))
			r.expectFile("log", "500|0|0|-|-|-\n")
		})
	}
}

// resolver answers from a table, after a moment, as a real one does.
type resolver map[string][]string

func (r resolver) Resolve(name string, timeout time.Duration, done func([]upstream.Addr, error)) {
	go func() {
		found, ok := r[name]
		if !ok {
			done(nil, errors.New("could not be resolved (3: Host not found)"))
			return
		}
		var addrs []upstream.Addr
		for _, a := range found {
			addrs = append(addrs, upstream.Addr{IP: netip.AddrPortFrom(netip.MustParseAddr(a), 0)})
		}
		done(addrs, nil)
	}()
}

func TestPassResolved(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "found")}
	_, port, _ := net.SplitHostPort(a["back"])
	with := func(d *stream.Deps) {
		d.Resolver = func(stream.Level) stream.Resolver { return resolver{"known.test": {"127.0.0.1"}} }
	}
	r := start(t, expand(accessLog+`map $remote_addr $t { default known.test:`+port+`; } server { listen @front; proxy_pass $t; }`, a), with)
	c := r.client(a["front"])
	c.read("found")
	c.Close()
	r.expectFile("log", expand("200|0|5|@back|0|5\n", a))

	a["front"] = freeAddr(t, "tcp")
	r = start(t, expand(accessLog+`map $remote_addr $t { default unknown.test:`+port+`; } server { listen @front; proxy_pass $t; }`, a), with)
	r.client(a["front"]).eof()
	r.expect(expand(`[error] *1 unknown.test could not be resolved (3: Host not found), client: 127.0.0.1, server: @front, bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
	r.expectFile("log", "500|0|0|-|-|-\n")
}

// A host name that has several addresses at start is a group of them.
func TestPassSeveralAddresses(t *testing.T) {
	first := listen(t, "127.0.0.1:0")
	_, port, _ := net.SplitHostPort(first.addr())
	second, err := net.Listen("tcp", "127.0.0.2:"+port)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { second.Close() })
	front := freeAddr(t, "tcp")
	r := start(t, "server { listen "+front+"; proxy_pass several.test:"+port+"; }", hereOnly)
	other := &backend{second, t}
	for range 2 {
		r.client(front)
		first.accept()
		r.client(front)
		other.accept()
	}
}

// The client may be gone, or reset the connection, while it is proxied.
func TestClientResets(t *testing.T) {
	b := listen(t, "127.0.0.1:0")
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
	r := start(t, expand(`server { listen @front; proxy_pass @back; }`, a))
	c := r.client(a["front"])
	up := b.accept()
	r.expectMatch(`\[info\] \*1 proxy .* connected to .*`)
	if err := c.Conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	c.Close()
	up.eof()
	r.expect(expand(`[info] *1 recv() failed (104: Connection reset by peer) while proxying and reading from client, client: 127.0.0.1, `+
		`server: @front, upstream: "@back", bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
	r.expect("[info] *1 client disconnected, bytes from/to client:0/0, bytes from/to upstream:0/0")
}

func TestUpstreamResets(t *testing.T) {
	b := listen(t, "127.0.0.1:0")
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
	r := start(t, expand(`server { listen @front; proxy_pass @back; }`, a))
	c := r.client(a["front"])
	up := b.accept()
	r.expectMatch(`\[info\] \*1 proxy .* connected to .*`) // before that, the reset is one of connect()
	if err := up.Conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	up.Close()
	c.eof()
	r.expect(expand(`[error] *1 recv() failed (104: Connection reset by peer) while proxying and reading from upstream, client: 127.0.0.1, `+
		`server: @front, upstream: "@back", bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
	r.expect("[info] *1 upstream disconnected, bytes from/to client:0/0, bytes from/to upstream:0/0")
}

// Sessions that wait for their upstream end when they are killed, and give their places back.
func TestKillWhileConnecting(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "deaf": deaf(t)}
	r := start(t, expand(`server { listen @front; proxy_pass @deaf; }`, a), hereOnly)
	c := r.client(a["front"])
	r.expectMatch(`\[info\] \*1 client .*`)
	until(t, "the session", func() (bool, string) { return r.stream.Sessions() == 1, "" })
	for r.stream.Sessions() > 0 {
		r.stream.KillSessions(0)
		c.SetReadDeadline(time.Now().Add(10 * time.Millisecond))
		c.Read(make([]byte, 1))
	}
}

func TestWorkerConnections(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "in")}
	r := start(t, expand(`server { listen @front; proxy_pass @back; }`, a), func(d *stream.Deps) {
		d.Connections = stream.NewConnections(2, 1)
	})
	first := r.client(a["front"])
	first.read("in")
	if got := r.client(a["front"]).eof(); got != "" {
		t.Errorf("got %q", got)
	}
	r.expect(expand("[alert] 2 worker_connections are not enough while accepting new connection on @front", a))
	first.Close()
	r.expectMatch(`\[info\] \*1 client disconnected.*`)
	until(t, "the places", func() (bool, string) { return r.deps.Connections.Open() == 0, "" })
	r.client(a["front"]).read("in")
}

// The second half of a session needs a place too.
func TestWorkerConnectionsUpstream(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "in")}
	r := start(t, expand(accessLog+`server { listen @front; proxy_pass @back; }`, a), func(d *stream.Deps) {
		d.Connections = stream.NewConnections(1, 1)
	})
	r.client(a["front"]).eof()
	r.expect(expand(`[alert] *1 1 worker_connections are not enough while connecting to upstream, client: 127.0.0.1, server: @front, `+
		`upstream: "@back", bytes from/to client:0/0, bytes from/to upstream:0/0`, a))
	r.expectFile("log", expand("500|0|0|@back|0|0\n", a))
}

// The times that least_time compares are those of the sessions: a server that was slow once is left alone.
func TestLeastTime(t *testing.T) {
	for _, what := range []string{"last_byte", "last_byte inflight"} {
		var late atomic.Int64
		start0 := time.Now()
		a := map[string]string{"front": freeAddr(t, "tcp"), "a": echo(t, "a"), "b": echo(t, "b")}
		r := start(t, expand(`upstream u { least_time `+what+`; server @a; server @b; }
server { listen @front; proxy_pass u; }`, a), func(d *stream.Deps) {
			d.Now = func() time.Time { return start0.Add(time.Duration(late.Load())) }
		})
		n := 0
		session := func(want string, length time.Duration) {
			n++
			c := r.client(a["front"])
			c.read(want)
			late.Add(int64(length))
			c.Close()
			r.expectMatch(fmt.Sprintf(`\[info\] \*%d client disconnected, .*`, 2*n-1))
			until(t, "the session to end", func() (bool, string) { return r.stream.Sessions() == 0, "" })
		}
		session("a", 500*time.Millisecond)
		for range 3 {
			session("b", time.Millisecond)
		}
	}
}
