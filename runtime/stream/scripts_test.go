package stream_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
	"tidegate/runtime/tlsconf"
	"tidegate/runtime/tlsconf/tlstest"
	"tidegate/runtime/upstream"
	"tidegate/runtime/vars"
)

// scripts stands in for the Lua binding: a directive's code is the name of a Go handler.
type scripts struct {
	handlers map[string]stream.Handler
	tls      map[string]stream.TLSHandler

	upstreamTLS map[string]stream.UpstreamTLSHandler

	balance upstream.Balancer
	first   bool
}

// use is the handler that a block directive in force at a level names, and its place.
func use[T any](level stream.Level, d catalog.Directive[*ngxlua.Script], from map[string]T) (h T, at ast.Pos) {
	uses := d.Uses(level)
	if len(uses) == 0 {
		return h, at
	}
	u := uses[len(uses)-1]
	return from[strings.TrimSpace(u.Arg.Source)], u.At
}

func (s *scripts) Preread(l stream.Level) stream.Handler {
	h, _ := use(l, ngxlua.PrereadByLuaBlock, s.handlers)
	return h
}

func (s *scripts) Content(l stream.Level) (stream.Handler, ast.Pos) {
	return use(l, ngxlua.ContentByLuaBlock, s.handlers)
}

func (s *scripts) Log(l stream.Level) stream.Handler {
	h, _ := use(l, ngxlua.LogByLuaBlock, s.handlers)
	return h
}

func (s *scripts) ClientHello(l stream.Level) stream.TLSHandler {
	h, _ := use(l, ngxlua.SSLClientHelloByLuaBlock, s.tls)
	return h
}

func (s *scripts) Certificate(l stream.Level) stream.TLSHandler {
	h, _ := use(l, ngxlua.SSLCertificateByLuaBlock, s.tls)
	return h
}

func (s *scripts) ProxyCertificate(l stream.Level) stream.UpstreamTLSHandler {
	h, _ := use(l, ngxlua.ProxySSLCertificateByLuaBlock, s.upstreamTLS)
	return h
}

func (s *scripts) ProxyVerify(l stream.Level) (stream.UpstreamTLSHandler, bool) {
	h, _ := use(l, ngxlua.ProxySSLVerifyByLuaBlock, s.upstreamTLS)
	return h, false
}

func (s *scripts) Balancer(stream.Level) upstream.Balancer { return s.balance }
func (s *scripts) PrereadFirst(stream.Level) bool          { return s.first }

func (s *scripts) with(d *stream.Deps) { d.Scripts = s }

const scriptLog = "log_format main '$status|$bytes_received|$bytes_sent'; access_log log main;\n"

func TestContentScript(t *testing.T) {
	front := freeAddr(t, "tcp")
	sc := &scripts{handlers: map[string]stream.Handler{"echo()": func(s *stream.Session) phase.Result {
		s.Leave()
		d := s.Downstream()
		buf := make([]byte, 100)
		n, err := d.Read(buf)
		if err != nil {
			t.Error(err)
		}
		fmt.Fprintf(d, "got %s from %s", buf[:n], s.Peer().Addr())
		if _, err := d.Read(buf); !errors.Is(err, io.EOF) {
			t.Errorf("end of stream: %v", err)
		}
		return phase.Done
	}, "status()": func(s *stream.Session) phase.Result { return 403 },
		"nothing()": func(s *stream.Session) phase.Result { return phase.Error },
		"taken()": func(s *stream.Session) phase.Result {
			go s.Finalize(499)
			return phase.Taken
		}}}
	for _, c := range []struct{ code, answer, log string }{
		{"echo()", "got hi from 127.0.0.1", "200|0|21\n"}, {"status()", "", "403|0|0\n"}, {"nothing()", "", "500|0|0\n"}, {"taken()", "", "499|0|0\n"},
	} {
		front = freeAddr(t, "tcp")
		r := start(t, scriptLog+"server { listen "+front+"; content_by_lua_block { "+c.code+" } }", sc.with)
		cl := r.client(front)
		cl.send("hi")
		if c.answer != "" {
			cl.read(c.answer)
			cl.Close()
		} else {
			cl.eof()
		}
		r.expectFile("log", c.log)
	}
}

// The last content directive of a server wins, whatever it is.
func TestContentPrecedence(t *testing.T) {
	sc := &scripts{handlers: map[string]stream.Handler{"x()": func(s *stream.Session) phase.Result {
		_, _ = io.WriteString(s.Downstream(), "script")
		return phase.Done
	}}}
	back := echo(t, "proxied")
	for body, want := range map[string]string{
		"return returned; content_by_lua_block { x() }":                          "script",
		"content_by_lua_block { x() } return returned;":                          "returned",
		"content_by_lua_block { x() } return returned; proxy_pass " + back + ";": "proxied",
		"proxy_pass " + back + "; return returned; content_by_lua_block { x() }": "script",
	} {
		front := freeAddr(t, "tcp")
		r := start(t, "server { listen "+front+"; "+body+" }", sc.with)
		c := r.client(front)
		c.read(want)
		c.Close()
	}
}

func TestPrereadScript(t *testing.T) {
	var events []string
	sc := &scripts{handlers: map[string]stream.Handler{
		"peek()": func(s *stream.Session) phase.Result {
			b, err := s.Peek(4)
			if err != nil {
				return err.(stream.End).Result()
			}
			if string(b) == "QUIT" {
				return 403
			}
			if err := s.SetVar("to", string(b[:1]), true); err != nil {
				t.Error(err)
			}
			return phase.Next
		},
		"consume()": func(s *stream.Session) phase.Result {
			buf := make([]byte, 3)
			if _, err := io.ReadFull(s.Downstream(), buf); err != nil {
				t.Error(err)
			}
			if n, err := s.Downstream().Read(buf[:2]); n != 2 || err != nil {
				t.Error(n, err)
			}
			s.Downstream().Unread(append([]byte("<"), buf[:2]...))
			_, _ = io.WriteString(s.Downstream(), "hello ")
			return phase.Next
		},
		"done()": func(s *stream.Session) phase.Result { return phase.Done },
	}}
	a := map[string]string{"one": echo(t, "one"), "two": echo(t, "two"), "front": freeAddr(t, "tcp")}
	r := start(t, expand(scriptLog+`lua_add_variable $to; map $to $where { a @one; default @two; }
		server { listen @front; preread_by_lua_block { peek() } proxy_pass $where; preread_timeout 100ms; preread_buffer_size 3; }
		`, a), sc.with)
	// The buffer is too small for what the script wants.
	r.ahead(a["front"], func(c *client) { c.send("abcd") }).eof()
	r.expect(expand("[error] *1 preread buffer full while prereading client data, client: 127.0.0.1, server: @front", a))
	r.expectFile("log", "400|0|0\n")

	a["front"], a["short"] = freeAddr(t, "tcp"), freeAddr(t, "tcp")
	r = start(t, expand(scriptLog+`lua_add_variable $to; map $to $where { a @one; default @two; }
		server { listen @front; preread_by_lua_block { peek() } proxy_pass $where; preread_timeout 10m; }
		server { listen @short; preread_by_lua_block { peek() } proxy_pass $where; preread_timeout 100ms; }`, a), sc.with)
	for _, c := range []struct{ send, want, log string }{
		{"abcd", "oneabcd", "200|4|7\n"}, {"xyzw", "twoxyzw", "200|4|7\n"}, {"QUIT", "", "403|0|0\n"},
	} {
		cl := r.client(a["front"])
		cl.send(c.send[:2])
		cl.send(c.send[2:])
		if c.want != "" {
			cl.read(c.want)
			cl.Close()
		} else {
			cl.eof()
		}
		events = append(events, c.log)
		r.expectFile("log", strings.Join(events, ""))
	}
	r.ahead(a["short"], func(c *client) { c.send("abc") }).eof()
	r.expectFile("log", strings.Join(events, "")+"200|0|0\n")

	// What a script reads is gone, what it gives back is not; what it writes comes first.
	a["front"] = freeAddr(t, "tcp")
	r = start(t, expand(scriptLog+`server { listen @front; preread_by_lua_block { consume() } proxy_pass @one; }`, a), sc.with)
	cl := r.client(a["front"])
	cl.send("xxxabcd")
	cl.read("hello one<abcd")
	cl.Close()
	until(t, "the log", func() (bool, string) { return r.file("log") != "", "" })
	if got := r.file("log"); !strings.HasSuffix(got, "|14\n") {
		t.Errorf("log %q", got)
	}
}

// ngx.exit(ngx.OK) and a script before ssl_preread.
func TestPrereadOrder(t *testing.T) {
	order := make(chan string, 1)
	sc := &scripts{handlers: map[string]stream.Handler{"note()": func(s *stream.Session) phase.Result {
		name, _ := s.Var("ssl_preread_server_name")
		order <- name
		return phase.Next
	}, "ok()": func(*stream.Session) phase.Result { return phase.Done }}}
	for _, first := range []bool{false, true} {
		sc.first = first
		front := freeAddr(t, "tcp")
		r := start(t, "server { listen "+front+"; ssl_preread on; preread_by_lua_block { note() } return done; }", sc.with)
		c := r.client(front)
		c.send(clientHello(t, "hello.test"))
		c.read("done")
		if got, want := <-order, map[bool]string{false: "hello.test", true: ""}[first]; got != want {
			t.Errorf("first %v: %q", first, got)
		}
	}
	front := freeAddr(t, "tcp")
	r := start(t, "server { listen "+front+"; preread_by_lua_block { ok() } return done; }", sc.with)
	if got := r.client(front).eof(); got != "done" {
		t.Errorf("got %q", got)
	}
}

func TestLogScript(t *testing.T) {
	front := freeAddr(t, "tcp")
	sc := &scripts{handlers: map[string]stream.Handler{"log()": func(s *stream.Session) phase.Result {
		status, _ := s.Var("status")
		s.Log(errlog.Warn, "status "+status)
		s.OnClose(func() { s.LogBare(errlog.Warn, "closed second") })
		s.OnClose(func() { s.LogBare(errlog.Warn, "closed first") })
		_ = s.SetVar("mine", "from the script", true)
		return phase.Done
	}, "panic()": func(s *stream.Session) phase.Result { panic("in the log phase") }}}
	r := start(t, "lua_add_variable $mine; log_format main '$mine'; access_log log main; server { listen "+front+"; log_by_lua_block { log() } return x; }", sc.with)
	r.client(front).eof()
	r.expect("[warn] *1 status 200 while returning text, client: 127.0.0.1, server: " + front)
	r.expectFile("log", "from the script\n")
	r.expect("[warn] *1 closed second")
	if text := r.log.text(); strings.Index(text, "closed first") > strings.Index(text, "closed second") {
		t.Error("the clean-up functions ran in the wrong order")
	}

	front = freeAddr(t, "tcp")
	r = start(t, scriptLog+"server { listen "+front+"; log_by_lua_block { panic() } return x; }", sc.with)
	r.client(front).eof()
	r.expectMatch(`\[alert\] \*1 panic in log script: in the log phase; .*TestLogScript.*scripts_test.go.*`)
	r.expectFile("log", "200|0|1\n")
}

// A panic ends its session with status 500 and leaves the others alone.
func TestPanic(t *testing.T) {
	a := map[string]string{"front": freeAddr(t, "tcp"), "other": freeAddr(t, "tcp"), "back": echo(t, "fine")}
	sc := &scripts{handlers: map[string]stream.Handler{"boom()": func(*stream.Session) phase.Result {
		var m map[string]int
		m["x"] = 1
		return phase.Done
	}}}
	r := start(t, expand(scriptLog+"server { listen @front; content_by_lua_block { boom() } } server { listen @other; proxy_pass @back; access_log off; }", a), sc.with)
	other := r.client(a["other"])
	other.read("fine")
	r.client(a["front"]).eof()
	r.expectMatch(`\[alert\] \*\d panic in session: assignment to entry in nil map; .*TestPanic.*, client: 127.0.0.1, server: ` + a["front"])
	r.expectFile("log", "500|0|0\n")
	other.send("still here")
	other.read("still here")
}

func TestSetVarOutcomes(t *testing.T) {
	front := freeAddr(t, "tcp")
	got := make(chan error, 3)
	sc := &scripts{handlers: map[string]stream.Handler{"x()": func(s *stream.Session) phase.Result {
		got <- s.SetVar("absent", "v", true)
		got <- s.SetVar("remote_addr", "v", true)
		got <- s.SetVar("ssl_protocol", "v", true)
		return phase.Done
	}}}
	r := start(t, "server { listen "+front+"; content_by_lua_block { x() } }", sc.with)
	r.client(front).eof()
	for _, want := range []error{vars.ErrUnknown, vars.ErrNotChangeable, vars.ErrNoHandler} {
		if err := <-got; !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
}

// balance is a Balancer made of a function.
type balance func(*upstream.Balance) error

func (b balance) Balance(x *upstream.Balance) error { return b(x) }

func TestBalancerScript(t *testing.T) {
	a := map[string]string{"dead": freeAddr(t, "tcp"), "back": echo(t, "chosen")}
	peer := func(s string) upstream.Addr { return upstream.Addr{IP: addrPort(a[s])} }
	for _, c := range []struct {
		name    string
		balance balance
		log     string
	}{
		{"peer", func(b *upstream.Balance) error {
			if b.Session().(*stream.Session).Number() != 1 {
				t.Error("another session")
			}
			b.SetPeer(peer("back"))
			return nil
		}, "200|@back\n"},
		{"second try", func(b *upstream.Balance) error {
			if b.LastFailure() == upstream.StateFailed {
				b.SetPeer(peer("back"))
				return nil
			}
			b.SetMoreTries(1)
			b.SetPeer(peer("dead"))
			return nil
		}, "200|@dead, @back\n"},
		{"status", func(*upstream.Balance) error { return upstream.StatusError(404) }, "404|\n"},
		{"busy", func(*upstream.Balance) error { return upstream.ErrNoLive }, "502|g\n"},
		{"error", func(*upstream.Balance) error { return errors.New("no") }, "500|\n"},
		{"listed server", func(*upstream.Balance) error { return nil }, "200|@back\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a["front"] = freeAddr(t, "tcp")
			sc := &scripts{balance: c.balance}
			r := start(t, expand(`log_format main '$status|$upstream_addr'; access_log log main;
				upstream g { server @back; balancer_by_lua_block { x() } } server { listen @front; proxy_pass g; }`, a), sc.with)
			cl := r.client(a["front"])
			if strings.HasPrefix(c.log, "200") {
				cl.read("chosen")
				cl.Close()
			} else {
				cl.eof()
			}
			r.expectFile("log", expand(c.log, a))
		})
	}
}

// set_more_tries without an end does not end nginx either; here it must not grow the stack.
func TestBalancerManyTries(t *testing.T) {
	a := map[string]string{"dead": freeAddr(t, "tcp"), "front": freeAddr(t, "tcp")}
	var depths []int // of the stack, at each try
	sc := &scripts{balance: balance(func(b *upstream.Balance) error {
		depths = append(depths, runtime.Callers(0, make([]uintptr, 10_000)))
		if len(depths) < 1000 {
			b.SetMoreTries(1)
		}
		b.SetPeer(upstream.Addr{IP: addrPort(a["dead"])})
		return nil
	})}
	r := start(t, expand(`log_format main '$status'; access_log log main; upstream g { server @dead; balancer_by_lua_block { x() } }
		server { listen @front; proxy_pass g; error_log off; }`, a), sc.with, quiet)
	r.client(a["front"]).eof()
	r.expectFile("log", "502\n")
	if slices.Max(depths) > slices.Max(depths[:10]) {
		t.Errorf("the stack is %d deep at %d of %d tries", slices.Max(depths), slices.Index(depths, slices.Max(depths)), len(depths))
	}
}

// quiet drops the error log.
func quiet(d *stream.Deps) { d.Log = nil }

func TestTLSScripts(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	cert, key := ca.Issue(t, tlstest.Options{Names: []string{"configured.test"}}).Write(t, certDir(t), "server")
	own := ca.Issue(t, tlstest.Options{Names: []string{"chosen.test"}})
	refuse := errors.New("refused")
	sc := &scripts{tls: map[string]stream.TLSHandler{
		"hello()": func(s *stream.Session, h *tlsconf.Hello) error {
			if s.SNI() == "refused.test" {
				return refuse
			}
			if len(h.Raw()) == 0 {
				t.Error("no bytes of the hello")
			}
			if v, _ := s.Var("ssl_server_name"); v != h.ServerName() {
				t.Errorf("$ssl_server_name is %q", v)
			}
			return nil
		},
		"cert()": func(s *stream.Session, h *tlsconf.Hello) error {
			if h.ServerName() != "chosen.test" {
				return nil
			}
			h.ClearCertificates()
			if err := h.SetChain(append([]*x509Certificate{own.Cert}, own.Chain...)); err != nil {
				return err
			}
			return h.SetKey(own.Key)
		},
	}}
	front := freeAddr(t, "tcp")
	r := start(t, "server { listen "+front+" ssl; ssl_certificate "+cert+"; ssl_certificate_key "+key+
		"; ssl_client_hello_by_lua_block { hello() } ssl_certificate_by_lua_block { cert() } return $ssl_server_name; }", sc.with)
	for _, name := range []string{"configured.test", "chosen.test"} {
		c, _ := r.dialTLS(front, &tls.Config{RootCAs: pool(ca), ServerName: name})
		if got := c.eof(); got != name {
			t.Errorf("%s: got %q", name, got)
		}
	}
	if err := tls.Client(r.client(front).Conn, &tls.Config{RootCAs: pool(ca), ServerName: "refused.test"}).Handshake(); err == nil {
		t.Error("the handshake was not refused")
	}
	r.expectMatch(`\[info\] \*3 SSL_do_handshake\(\) failed \(SSL: error:0A0000EA:SSL routines::callback failed\) while SSL handshaking, client: 127.0.0.1, server: ` + front)
}

func TestUDPScript(t *testing.T) {
	front := freeAddr(t, "udp")
	sc := &scripts{handlers: map[string]stream.Handler{"x()": func(s *stream.Session) phase.Result {
		buf := make([]byte, 100)
		n, err := s.Downstream().Read(buf)
		if err != nil || !s.UDP() {
			t.Error(err)
		}
		fmt.Fprintf(s.Downstream(), "%s at %d", buf[:n], s.ServerPort())
		return phase.Done
	}}}
	r := start(t, scriptLog+"server { listen "+front+" udp; content_by_lua_block { x() } }", sc.with)
	c := r.client("udp:" + front)
	c.send("datagram")
	_, port, _ := net.SplitHostPort(front)
	c.receive("datagram at " + port)
	r.expectFile("log", fmt.Sprintf("200|8|%d\n", len("datagram at ")+len(port)))
}

// A session that a script holds in a read ends when it is killed.
func TestKillScript(t *testing.T) {
	front := freeAddr(t, "tcp")
	reading := make(chan struct{})
	sc := &scripts{handlers: map[string]stream.Handler{"x()": func(s *stream.Session) phase.Result {
		s.Leave()
		close(reading)
		if _, err := s.Downstream().Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read ends with %v", err)
		}
		return phase.Done
	}}}
	r := start(t, scriptLog+"server { listen "+front+"; content_by_lua_block { x() } }", sc.with)
	c := r.client(front)
	<-reading
	r.stream.KillSessions(relay.CauseShutdown)
	c.eof()
	select {
	case <-r.stream.Drained():
	case <-time.After(patience):
		t.Error("the session goes on")
	}
}
