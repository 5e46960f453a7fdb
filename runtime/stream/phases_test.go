package stream_test

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
)

func TestReturn(t *testing.T) {
	for _, c := range []struct{ text, want, log string }{
		{"hello", "hello", "200 5"},
		{"$protocol $nginx_version", "TCP 1.31.1", "200 10"},
		{"$empty", "", "200 0"},
	} {
		front := freeAddr(t, "tcp")
		r := start(t, `map x $empty { default ""; } log_format main '$status $bytes_sent'; access_log log main;
			server { listen `+front+`; return "`+c.text+`"; }`)
		if got := r.client(front).eof(); got != c.want {
			t.Errorf("%s: got %q", c.text, got)
		}
		r.expectFile("log", c.log+"\n")
	}
}

// A text that the client does not take goes out as it makes room; one that takes nothing for long is left.
func TestReturnSlowClient(t *testing.T) {
	front := freeAddr(t, "tcp")
	text := strings.Repeat("0123456789abcdef", 200)
	var big strings.Builder
	for range 12 {
		big.WriteString("$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a$a")
	}
	r := start(t, `map x $a { default `+text+`; } map x $b { default `+big.String()+`; }
		log_format main '$status $bytes_sent'; access_log log main; server { listen `+front+`; return $b; }`)
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_RCVBUF, 64<<10); err != nil {
		t.Fatal(err)
	}
	ap := netip.MustParseAddrPort(front)
	if err := unix.Connect(fd, &unix.SockaddrInet4{Addr: ap.Addr().As4(), Port: int(ap.Port())}); err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "client")
	conn, err := net.FileConn(f)
	f.Close()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	want := len(text) * strings.Count(big.String(), "$a")
	conn.SetReadDeadline(time.Now().Add(patience))
	n, buf := 0, make([]byte, 64<<10)
	for n < want {
		k, err := conn.Read(buf)
		if n += k; err != nil {
			t.Fatalf("%v after %d of %d bytes", err, n, want)
		}
	}
	r.expectFile("log", fmt.Sprintf("200 %d\n", want))
}

func TestNoHandler(t *testing.T) {
	front := freeAddr(t, "tcp")
	r := start(t, `log_format main '$status'; access_log log main; server { listen `+front+`; }`)
	r.client(front).eof()
	r.expectFile("log", "500\n")
}

func TestAccess(t *testing.T) {
	for _, c := range []struct{ rules, want string }{
		{"deny 127.0.0.1;", "403"},
		{"deny 10.0.0.0/8; allow 127.0.0.0/8; deny all;", "200"},
		{"allow 10.0.0.0/8;", "200"},
		{"deny all;", "403"},
		{"deny unix:; deny ::1;", "200"},
	} {
		front := freeAddr(t, "tcp")
		r := start(t, `log_format main '$status'; access_log log main; server { listen `+front+`; return ok; `+c.rules+` }`)
		got := r.client(front).eof()
		if (got == "ok") != (c.want == "200") {
			t.Errorf("%s: got %q", c.rules, got)
		}
		r.expectFile("log", c.want+"\n")
		if c.want == "403" {
			r.expect("[error] *1 access forbidden by rule while initializing session, client: 127.0.0.1, server: " + front)
		}
	}
}

func TestAccessUnix(t *testing.T) {
	path := t.TempDir() + "/front"
	r := start(t, `server { listen unix:`+path+`; return ok; deny unix:; }`)
	if got := r.client(path).eof(); got != "" {
		t.Errorf("got %q", got)
	}
	r.expect("[error] *1 access forbidden by rule while initializing session, client: unix:, server: unix:" + path)
}

func TestSetAndMap(t *testing.T) {
	front := freeAddr(t, "tcp")
	r := start(t, `map $remote_addr $kind { hostnames; default other; 127.0.0.1 local; }
		map $kind:$more $out { ~^(?<first>\w+):(.*)$ "$2 after $first"; }
		server { listen `+front+`; set $more "m $kind"; set $kind "changed"; return "$out, $more, $kind"; }`)
	if got, want := r.client(front).eof(), "m local after changed, m local, changed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestVariables(t *testing.T) {
	front := freeAddr(t, "tcp")
	names := []string{"remote_addr", "remote_port", "server_addr", "server_port", "server_name", "bytes_sent", "bytes_received", "connection",
		"nginx_version", "protocol", "status", "session_time", "msec", "time_iso8601", "time_local", "binary_remote_addr", "pid", "hostname",
		"upstream_addr", "upstream_bytes_sent", "upstream_bytes_received", "upstream_connect_time", "upstream_first_byte_time",
		"upstream_session_time", "ssl_protocol", "ssl_server_name", "ssl_preread_server_name", "ssl_preread_protocol",
		"ssl_preread_alpn_protocols", "proxy_protocol_addr", "proxy_protocol_port", "proxy_protocol_server_addr", "proxy_protocol_tlv_alpn"}
	b := listen(t, "127.0.0.1:0")
	format := ""
	for _, n := range names {
		format += "$" + n + "\n"
	}
	r := start(t, `log_format main '`+format+`'; access_log log main; server { listen `+front+`; server_name .a.test b.test; proxy_pass `+b.addr()+`; }`)
	c := r.client(front)
	up := b.accept()
	c.send("four")
	up.read("four")
	up.send("x")
	c.read("x")
	local := netip.MustParseAddrPort(c.local())
	c.Close()
	until(t, "the log", func() (bool, string) { return strings.Count(r.file("log"), "\n") >= len(names), "" })
	server := netip.MustParseAddrPort(front)
	want := map[string]string{
		"remote_addr": "127.0.0.1", "remote_port": fmt.Sprint(local.Port()), "server_addr": "127.0.0.1", "server_port": fmt.Sprint(server.Port()),
		"server_name": `a\.test`, "bytes_sent": "1", "bytes_received": "4", "connection": "1", "nginx_version": `1\.31\.1`, "protocol": "TCP", "status": "200",
		"session_time": `\d+\.\d{3}`, "msec": `\d+\.\d{3}`, "time_iso8601": `\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d`,
		"time_local": `\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}`, "binary_remote_addr": `\\x7F\\x00\\x00\\x01`, "pid": `\d+`, "hostname": `\S+`,
		"upstream_addr": regexp.QuoteMeta(b.addr()), "upstream_bytes_sent": "4", "upstream_bytes_received": "1",
		"upstream_connect_time": `\d+\.\d{3}`, "upstream_first_byte_time": `\d+\.\d{3}`, "upstream_session_time": `\d+\.\d{3}`,
	}
	for i, got := range strings.Split(r.file("log"), "\n")[:len(names)] {
		expr := want[names[i]]
		if expr == "" {
			expr = "-"
		}
		if !regexp.MustCompile("^" + expr + "$").MatchString(got) {
			t.Errorf("$%s is %q, want %s", names[i], got, expr)
		}
	}
}

// A variable that was evaluated early keeps its value, as in nginx.
func TestVariableKept(t *testing.T) {
	front := freeAddr(t, "tcp")
	r := start(t, `log_format main '$bytes_sent $early $late'; access_log log main;
		server { listen `+front+`; set $early $bytes_sent; set $late $status; return ok; }`)
	r.client(front).eof()
	r.expectFile("log", "0 0 000\n")
}

func TestUpstreamVariablesOfSeveralAttempts(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "dead": freeAddr(t, "tcp"), "back": echo(t, "x")}
	r := start(t, expand(`log_format main '$upstream_addr;$upstream_bytes_sent;$upstream_connect_time;$upstream_first_byte_time;$upstream_session_time';
		access_log log main; upstream g { server @dead; server @back; } server { listen @front; proxy_pass g; }`, a))
	c := r.client(a["front"])
	c.read("x")
	c.Close()
	until(t, "the log", func() (bool, string) { return r.file("log") != "", "" })
	want := regexp.MustCompile(expand(`^@dead, @back;0, 0;-, \d+\.\d{3};-, \d+\.\d{3};\d+\.\d{3}, \d+\.\d{3}\n$`, a))
	if got := r.file("log"); !want.MatchString(got) {
		t.Errorf("got %q", got)
	}
}

func TestAccessLogs(t *testing.T) {
	front := freeAddr(t, "tcp")
	r := start(t, `log_format plain '$status'; log_format js escape=json '{"a":"$quote","b":"$upstream_addr"}'; log_format none escape=none '$quote';
		map x $quote { default 'q"\\q'; } map $status $bad { 200 0; default 1; }
		access_log inherited plain;
		server { listen `+front+`; return x; access_log one plain; access_log two js buffer=4k flush=10ms; access_log three none;
		  access_log four plain if=$bad; access_log five-$protocol plain; }`)
	r.client(front).eof()
	r.expectFile("one", "200\n")
	r.expectFile("two", `{"a":"q\"\\q","b":""}`+"\n")
	r.expectFile("three", `q"\q`+"\n")
	r.expectFile("five-TCP", "200\n")
	if r.file("four") != "" || r.file("inherited") != "" {
		t.Errorf("four %q, inherited %q", r.file("four"), r.file("inherited"))
	}
}

func TestAccessLogOff(t *testing.T) {
	a, b := freeAddr(t, "tcp"), freeAddr(t, "tcp")
	r := start(t, `log_format plain '$server_port'; access_log log plain; server { listen `+a+`; return x; access_log off; } server { listen `+b+`; return x; }`)
	r.client(a).eof()
	r.client(b).eof()
	_, port, _ := net.SplitHostPort(b)
	r.expectFile("log", port+"\n")
}

func TestProxyProtocolHeader(t *testing.T) {
	long := "PROXY TCP4 1.2.3.4 5.6.7.8 100 200\r\n"
	for _, c := range []struct{ name, header, line, log string }{
		{"v1", long, "", "200 1.2.3.4 100 5.6.7.8 200 127.0.0.1\n"},
		{"unknown", "PROXY UNKNOWN\r\n", "", "200 - - - - 127.0.0.1\n"},
		{"v2", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x01\x02\x03\x04\x05\x06\x07\x08\x00\x64\x00\xc8", "", "200 1.2.3.4 100 5.6.7.8 200 127.0.0.1\n"},
		{"broken", "HELLO there\r\n", `[error] *1 broken header: "HELLO there" while reading PROXY protocol, client: 127.0.0.1, server: @front`, "400 - - - - 127.0.0.1\n"},
		{"too long", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\xff\x01", `[error] *1 header is too large while reading PROXY protocol, client: 127.0.0.1, server: @front`, "400 - - - - 127.0.0.1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "")}
			r := start(t, expand(`log_format main '$status $proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr $proxy_protocol_server_port $remote_addr';
				access_log log main; server { listen @front proxy_protocol; proxy_pass @back; }`, a))
			cl := r.client(a["front"])
			cl.send(c.header + "data")
			if c.line == "" {
				cl.read("data")
				cl.Close()
			} else {
				cl.eof()
				r.expect(expand(c.line, a))
			}
			r.expectFile("log", c.log)
		})
	}
}

func TestProxyProtocolTimeout(t *testing.T) {
	front := freeAddr(t, "tcp")
	r := start(t, `log_format main '$status'; access_log log main; server { listen `+front+` proxy_protocol; proxy_protocol_timeout 50ms; return x; }`)
	r.client(front).eof()
	r.expect("[info] *1 client timed out (110: Connection timed out) while reading PROXY protocol, client: 127.0.0.1, server: " + front)
	r.expectFile("log", "200\n")
}

func TestProxyProtocolClientGone(t *testing.T) {
	front := freeAddr(t, "tcp")
	r := start(t, `log_format main '$status'; access_log log main; server { listen `+front+` proxy_protocol; return x; }`)
	r.client(front).Close()
	r.expect(`[error] *1 broken header: "" while reading PROXY protocol, client: 127.0.0.1, server: ` + front)
	r.expectFile("log", "400\n")
}

// clientHello is the first flight of a TLS client that asks for name.
func clientHello(t *testing.T, name string, protocols ...string) string {
	t.Helper()
	client, server := net.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = tls.Client(client, &tls.Config{ServerName: name, NextProtos: protocols, InsecureSkipVerify: true}).Handshake()
	}()
	buf := make([]byte, 16<<10)
	n, err := server.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	<-done
	return string(buf[:n])
}

func TestSSLPreread(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "one": echo(t, "one"), "two": echo(t, "two")}
	r := start(t, expand(`log_format main '$status|$ssl_preread_server_name|$ssl_preread_alpn_protocols|$ssl_preread_protocol|$bytes_received'; access_log log main;
		map $ssl_preread_server_name $to { one.test @one; default @two; }
		server { listen @front; ssl_preread on; proxy_pass $to; }`, a))
	log := ""
	for _, c := range []struct{ hello, answer, log string }{
		{clientHello(t, "one.test", "h2", "http/1.1"), "one", "200|one.test|h2,http/1.1|TLSv1.3|%d\n"},
		{clientHello(t, "else.test"), "two", "200|else.test||TLSv1.3|%d\n"},
		{"plain text", "two", "200|-|-|-|%d\n"},
	} {
		cl := r.client(a["front"])
		cl.send(c.hello)
		cl.read(c.answer)
		cl.read(c.hello)
		cl.Close()
		log += fmt.Sprintf(c.log, len(c.hello))
		r.expectFile("log", log)
	}
}

// A hello that comes in pieces is waited for.
func TestSSLPrereadInPieces(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "")}
	r := start(t, expand(`log_format main '$ssl_preread_server_name'; access_log log main; server { listen @front; ssl_preread on; proxy_pass @back; }`, a))
	hello := clientHello(t, "pieces.test")
	cl := r.client(a["front"])
	for i := range len(hello) {
		cl.send(hello[i : i+1])
	}
	cl.read(hello)
	cl.Close()
	r.expectFile("log", "pieces.test\n")
}

func TestPrereadLimits(t *testing.T) {
	hello := clientHello(t, "limits.test")
	front := freeAddr(t, "tcp")
	r := start(t, `log_format main '$status|$ssl_preread_server_name'; access_log log main;
		server { listen `+front+`; ssl_preread on; preread_buffer_size 64; preread_timeout 80ms; return x; }`)
	r.ahead(front, func(c *client) { c.send(hello) }).eof()
	r.expect("[error] *1 preread buffer full while prereading client data, client: 127.0.0.1, server: " + front)
	r.expectFile("log", "400|\n")

	r.ahead(front, func(c *client) { c.send(hello[:20]) }).eof()
	r.expectFile("log", "400|\n200|\n")

	r.ahead(front, func(c *client) { c.Close() })
	r.expectFile("log", "400|\n200|\n200|-\n")

	// Bytes that are not enough, and then the end.
	r.ahead(front, func(c *client) {
		c.send(hello[:20])
		c.Close()
	})
	r.expectFile("log", "400|\n200|\n200|-\n200|\n")
}

func TestSSLPrereadVirtualServers(t *testing.T) {
	front := freeAddr(t, "tcp")
	r := start(t, `log_format main '$server_name $name'; access_log log main; map x $name { default ""; }
		server { listen `+front+`; server_name first.test; ssl_preread on; return first; }
		server { listen `+front+`; server_name second.test *.wild.test; return second; }
		server { listen `+front+` default_server; server_name ~^(?<name>\w+)\.regex\.test$; ssl_preread on; return "regex $name"; }`)
	for host, want := range map[string]string{"first.test": "first", "SECOND.test": "second", "a.b.wild.test": "second", "some.regex.test": "regex some",
		"unknown.test": "regex "} {
		c := r.client(front)
		c.send(clientHello(t, host))
		if got := c.eof(); got != want {
			t.Errorf("%s: got %q, want %q", host, got, want)
		}
	}
}

// A wildcard address takes connections to exact ones as well; the exact one's servers answer.
func TestWildcardAddress(t *testing.T) {
	_, port, _ := net.SplitHostPort(freeAddr(t, "tcp"))
	r := start(t, `server { listen `+port+`; return "any $server_addr"; } server { listen 127.0.0.1:`+port+`; return "exact $server_addr"; }`)
	for addr, want := range map[string]string{"127.0.0.1": "exact 127.0.0.1", "127.0.0.2": "any 127.0.0.2"} {
		if got := r.client(addr + ":" + port).eof(); got != want {
			t.Errorf("%s: got %q, want %q", addr, got, want)
		}
	}
	r.expectMatch(`\[info\] \*\d client 127.0.0.1:\d+ connected to 0.0.0.0:` + port)
}

func TestIPv6(t *testing.T) {
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip(err)
	} else {
		l.Close()
	}
	_, port, _ := net.SplitHostPort(freeAddr(t, "tcp"))
	r := start(t, `server { listen [::1]:`+port+`; return "$remote_addr $server_addr"; }`)
	if got := r.client("[::1]:" + port).eof(); got != "::1 ::1" {
		t.Errorf("got %q", got)
	}
	r.expectMatch(`\[info\] \*1 client \[::1\]:\d+ connected to \[::1\]:` + port)
}

func TestRealIP(t *testing.T) {
	for _, c := range []struct{ from, want string }{
		{"127.0.0.0/8", "200 1.2.3.4 100 127.0.0.1 "},
		{"10.0.0.0/8", "200 127.0.0.1 "},
		{"unix:", "200 127.0.0.1 "},
	} {
		front := freeAddr(t, "tcp")
		r := start(t, `log_format main '$status $remote_addr $remote_port $realip_remote_addr $realip_remote_port'; access_log log main;
			server { listen `+front+` proxy_protocol; set_real_ip_from `+c.from+`; allow 1.2.3.4; allow 127.0.0.1; return "$remote_addr"; }`)
		cl := r.client(front)
		cl.send("PROXY TCP4 1.2.3.4 5.6.7.8 100 200\r\n")
		cl.eof()
		until(t, "the log", func() (bool, string) { return r.file("log") != "", "" })
		if got := r.file("log"); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q", c.from, got)
		}
	}
}

func TestShutdownTimeout(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, "up")}
	r := start(t, expand(accessLog+`server { listen @front; proxy_pass @back; }`, a), hereOnly)
	c := r.client(a["front"])
	c.read("up")
	drained := r.stream.Drained()
	select {
	case <-drained:
		t.Error("drained with a session")
	default:
	}
	r.stream.KillSessions(relay.CauseShutdownTimeout)
	c.eof()
	r.expect(expand(`[info] *1 shutdown timeout while proxying connection, client: 127.0.0.1, server: @front, upstream: "@back", `+
		`bytes from/to client:0/2, bytes from/to upstream:2/0`, a))
	r.expectFile("log", expand("200|0|2|@back|0|2\n", a))
	<-drained
}

// Each server has the error log of its own level.
func TestErrorLogOfLevel(t *testing.T) {
	a, b := freeAddr(t, "tcp"), freeAddr(t, "tcp")
	other := newLines()
	r := start(t, `server { listen `+a+`; deny all; return x; } server { listen `+b+`; deny all; return x; error_log other; }`, func(d *stream.Deps) {
		d.ErrorLog = func(l stream.Level) *errlog.Log {
			for _, u := range ngxstream.ErrorLog.Uses(l) {
				if strings.HasSuffix(u.Arg.File, "other") {
					return errlog.New(nil, errlog.Output{W: other, Level: errlog.Err})
				}
			}
			return d.Log
		}
	})
	r.client(a).eof()
	r.expect("[error] *1 access forbidden by rule while initializing session, client: 127.0.0.1, server: " + a)
	r.client(b).eof()
	other.wait(t, "in the server's own log", func(l string) bool { return strings.HasPrefix(l, "[error] *2 access forbidden") })
	if strings.Contains(r.log.text(), "*2 access") {
		t.Error("the line is in both logs")
	}
}

// Which sockets a set of listen directives needs.
func TestAddresses(t *testing.T) {
	for _, c := range []struct{ servers, want string }{
		{"server { listen 127.0.0.1:9001; listen 9002 udp; } server { listen 127.0.0.1:9001; listen [::]:9002; }", "127.0.0.1:9001 0.0.0.0:9002 [::]:9002"},
		{"server { listen 127.0.0.1:9001; } server { listen 9001; }", "0.0.0.0:9001"},
		{"server { listen 127.0.0.1:9001 bind; } server { listen 9001; }", "127.0.0.1:9001 0.0.0.0:9001"},
		{"server { listen 127.0.0.1:9001 udp; } server { listen 9001; }", "127.0.0.1:9001 0.0.0.0:9001"},
		{"server { listen unix:/run/a; } server { listen unix:/run/b; } server { listen unix:/run/a; }", "unix:/run/a unix:/run/b"},
		{"server { listen 127.0.0.1:9001-9003; }", "127.0.0.1:9001 127.0.0.1:9002 127.0.0.1:9003"},
	} {
		file := t.TempDir() + "/nginx.conf"
		text := "events {} stream { " + strings.ReplaceAll(c.servers, "}", "return x; }") + " }"
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		st, err := build(t, file, stream.Deps{Connections: &stream.Connections{}, Log: errlog.New(nil)})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, a := range st.Addresses() {
			got = append(got, a.String())
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.servers, s, c.want)
		}
	}
}

// Every stream variable that the catalogue offers is there, and behaves as the catalogue says.
func TestVariablesOfCatalogue(t *testing.T) {
	front := freeAddr(t, "tcp")
	var format strings.Builder
	var all []catalog.Variable
	for _, m := range conf.Catalog.Modules() {
		for _, v := range m.Variables {
			if v.In&catalog.Stream == 0 || v.Runs.Level == catalog.SupportRefused {
				continue
			}
			all = append(all, v)
			name := v.Name
			if v.Prefix {
				name += "alpn"
			}
			format.WriteString("${" + name + "}\n")
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d variables", len(all))
	}
	r := start(t, "log_format main '"+format.String()+"'; access_log log main; server { listen "+front+"; return x; }", hereOnly)
	r.client(front).eof()
	until(t, "the log", func() (bool, string) { return strings.Count(r.file("log"), "\n") > len(all)-1, "" })
	for _, v := range all {
		changeable, volatile, ok := r.stream.Variable(v.Name)
		if !ok && !v.Prefix || !v.Prefix && (changeable != v.Changeable || volatile != v.Volatile) {
			t.Errorf("$%s: there %v, changeable %v, volatile %v", v.Name, ok, changeable, volatile)
		}
	}
}
