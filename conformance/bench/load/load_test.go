package load

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"tidegate/conformance/bench/backend"
	"tidegate/conformance/bench/epoll"
)

// serveBackend runs the benchmark's own backend in this process.
func serveBackend(t *testing.T) backend.Addresses {
	t.Helper()
	server, err := backend.New()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve() }()
	t.Cleanup(func() {
		server.Close()
		if err := <-done; err != nil {
			t.Errorf("backend: %v", err)
		}
	})
	return server.Addresses()
}

// serve runs an ordinary Go server that treats every connection with handle.
func serve(t *testing.T, handle func(net.Conn)) netip.AddrPort {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				handle(conn)
			}()
		}
	}()
	return netip.MustParseAddrPort(listener.Addr().String())
}

// refusing is an address that nobody listens on, and nobody else is given.
func refusing(t *testing.T) netip.AddrPort {
	t.Helper()
	fd, at, err := epoll.ReserveTCP(netip.MustParseAddrPort("127.0.0.1:0"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { epoll.Close(fd) })
	return at
}

func run(t *testing.T, w Workload) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	result, err := w.Run(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// wantClean checks an exact number of operations without a failure, their bytes, and that each has a latency.
func wantClean(t *testing.T, got Result, ops, bytes int64) {
	t.Helper()
	if got.Ops != ops || got.Bytes != bytes || got.Failed != 0 || got.Lost != 0 {
		t.Errorf("ops %d, bytes %d, failed %d (%v), lost %d; want %d, %d, 0, 0", got.Ops, got.Bytes, got.Failed, got.Cause, got.Lost, ops, bytes)
	}
	if got.Latency.Count() != got.Ops || got.Wall <= 0 {
		t.Errorf("%d latencies of %d operations, wall %v", got.Latency.Count(), got.Ops, got.Wall)
	}
}

func TestWorkloadsAgainstTheBackend(t *testing.T) {
	at := serveBackend(t)
	const mib = 1 << 20
	tests := []struct {
		name  string
		w     Workload
		ops   int64
		bytes int64
	}{
		{"short", Short{Target: at.Echo, Concurrency: 8, Send: []byte("x"), Want: []byte("x"), Until: Until{Ops: 200}}, 200, 400},
		{"ping-pong", PingPong{Target: at.Echo, Sessions: 16, Size: 64, Until: Until{Ops: 1000}}, 1000, 128000},
		{"ping-pong of large messages", PingPong{Target: at.Echo, Sessions: 2, Size: 3 * mib, Until: Until{Ops: 4}}, 4, 24 * mib},
		{"one session, one message", PingPong{Target: at.Echo, Sessions: 1, Size: 8, Until: Until{Ops: 1}}, 1, 16},
		{"more sessions than messages", PingPong{Target: at.Echo, Sessions: 20, Size: 8, Until: Until{Ops: 3}}, 3, 48},
		{"up", Bulk{Target: at.Sink, Sessions: 2, Size: 5*mib + 3, Until: Until{Ops: 6}}, 6, 6 * (5*mib + 3)},
		{"down", Bulk{Target: at.Source, Sessions: 2, Size: 5*mib + 3, Down: true, Until: Until{Ops: 6}}, 6, 6 * (5*mib + 3)},
		{"datagrams", Datagrams{Target: at.EchoUDP, Sockets: 4, Size: 100, Patience: time.Minute, Until: Until{Ops: 50}}, 50, 10000},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) { wantClean(t, run(t, tt.w), tt.ops, tt.bytes) })
	}
}

func TestResponderAnswersEveryHead(t *testing.T) {
	at := serveBackend(t)
	head := "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	got := run(t, Short{
		Target: at.Responder, Concurrency: 2, Until: Until{Ops: 10},
		Send: []byte(strings.Repeat(head, 3)), Want: []byte(strings.Repeat(backend.Response, 3)),
	})
	wantClean(t, got, 10, 30*int64(len(head)+len(backend.Response)))
}

func TestShortUntilEOF(t *testing.T) {
	at := serve(t, func(c net.Conn) { _, _ = io.WriteString(c, "hello\n") })
	wantClean(t, run(t, Short{Target: at, Concurrency: 4, Want: []byte("hello\n"), UntilEOF: true, Until: Until{Ops: 40}}), 40, 240)
}

func TestTimeBoundsARun(t *testing.T) {
	at := serveBackend(t)
	got := run(t, PingPong{Target: at.Echo, Sessions: 2, Size: 8, Until: Until{Time: 50 * time.Millisecond}})
	if got.Ops == 0 || got.Failed != 0 || got.Wall < 50*time.Millisecond {
		t.Errorf("a run of 50 ms: %d operations, %d failed, wall %v", got.Ops, got.Failed, got.Wall)
	}
}

func TestWrongAnswersAreFailures(t *testing.T) {
	reply := func(text string) func(net.Conn) {
		return func(c net.Conn) {
			var b [64]byte
			if _, err := c.Read(b[:]); err == nil {
				_, _ = io.WriteString(c, text)
			}
		}
	}
	keep := func(text string) func(net.Conn) {
		return func(c net.Conn) { reply(text)(c); _, _ = io.Copy(io.Discard, c) }
	}
	short := func(at netip.AddrPort) Workload {
		return Short{Target: at, Concurrency: 1, Send: []byte("ping"), Want: []byte("pong"), Until: Until{Ops: 9}}
	}
	pingPong := func(at netip.AddrPort) Workload {
		return PingPong{Target: at, Sessions: 1, Size: 8, Until: Until{Ops: 9}}
	}
	bulk := func(down bool) func(netip.AddrPort) Workload {
		return func(at netip.AddrPort) Workload {
			return Bulk{Target: at, Sessions: 1, Size: 16, Down: down, Until: Until{Ops: 1}}
		}
	}
	tests := []struct {
		name   string
		handle func(net.Conn)
		w      func(netip.AddrPort) Workload
		want   error
	}{
		{"short: other bytes", keep("pang"), short, errWrong},
		{"short: too many", keep("pongpong"), short, errLong},
		{"short: closed early", reply("po"), short, errShort},
		{"ping-pong: other bytes", keep("12345678"), pingPong, errWrong},
		{"ping-pong: closed early", reply(""), pingPong, errShort},
		{"up: another count", keep("12345678"), bulk(false), errWrong},
		{"up: more than a count", keep("123456789"), bulk(false), errLong},
		{"down: too many", keep("12345678901234567"), bulk(true), errLong},
		{"down: closed early", reply("1"), bulk(true), errShort},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := run(t, tt.w(serve(t, tt.handle)))
			if got.Ops != 0 || got.Failed == 0 || got.Failed > giveUp || !errors.Is(got.Cause, tt.want) {
				t.Errorf("ops %d, failed %d, cause %v; want 0, 1..%d, %v", got.Ops, got.Failed, got.Cause, giveUp, tt.want)
			}
		})
	}
}

func TestRefusedConnectionsEndARun(t *testing.T) {
	at := refusing(t)
	for _, w := range []Workload{
		Short{Target: at, Concurrency: 2, Send: []byte("x"), Want: []byte("x"), Until: Until{Time: time.Minute}},
		PingPong{Target: at, Sessions: 2, Size: 8, Until: Until{Time: time.Minute}},
		Handshakes{Target: at, Config: &tls.Config{}, Concurrency: 2, Until: Until{Time: time.Minute}},
	} {
		if got := run(t, w); got.Ops != 0 || got.Failed != 2*giveUp {
			t.Errorf("%T: ops %d, failed %d (%v), want 0 and %d", w, got.Ops, got.Failed, got.Cause, 2*giveUp)
		}
	}
}

func TestUnansweredDatagramsAreLost(t *testing.T) {
	silent, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	got := run(t, Datagrams{
		Target: netip.MustParseAddrPort(silent.LocalAddr().String()), Sockets: 1, Size: 8,
		Patience: time.Millisecond, Until: Until{Ops: 2},
	})
	if got.Ops != 0 || got.Lost != 2 {
		t.Errorf("ops %d, lost %d, want 0 and 2", got.Ops, got.Lost)
	}
}

func TestCancelEndsARun(t *testing.T) {
	at := serve(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := PingPong{Target: at, Sessions: 1, Size: 8, Until: Until{Time: time.Hour}}.Run(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Run of a cancelled workload: %v", err)
	}
}

func TestWorkloadsNeedABound(t *testing.T) {
	at := refusing(t)
	for _, w := range []Workload{
		Short{Target: at, Concurrency: 1, Want: []byte("x")},
		Short{Target: at, Concurrency: 1, Until: Until{Ops: 1}},
		PingPong{Target: at, Until: Until{Ops: 1}},
	} {
		if _, err := w.Run(t.Context()); err == nil {
			t.Errorf("%+v ran", w)
		}
	}
}

func TestHoldKeepsSessionsOpen(t *testing.T) {
	server, err := backend.New()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve() }()
	defer func() { server.Close(); <-done }()

	for _, message := range []string{"", "hello"} {
		var confirmed []int
		held, err := Hold{
			Target: server.Addresses().Echo, Sessions: batch + 50, Message: []byte(message),
			Confirm: func(n int) error {
				confirmed = append(confirmed, n)
				waitOpen(t, server, int64(n))
				return nil
			},
		}.Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(confirmed, []int{batch, batch + 50}) {
			t.Errorf("confirmations at %v sessions", confirmed)
		}
		held.Close()
		waitOpen(t, server, 0)
	}
	if _, err := (Hold{Target: refusing(t), Sessions: 1, Message: []byte("x")}).Open(t.Context()); err == nil {
		t.Error("sessions with nobody were opened")
	}
}

func waitOpen(t *testing.T, server *backend.Server, want int64) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(time.Minute); server.Counters().Open != want; <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("%d sessions open, want %d", server.Counters().Open, want)
		}
	}
}

// serveTLS runs an ordinary Go TLS server.
func serveTLS(t *testing.T, handle func(net.Conn)) (netip.AddrPort, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"bench"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	at := serve(t, func(c net.Conn) {
		secure := tls.Server(c, config)
		handle(secure)
		secure.Close()
	})
	return at, &tls.Config{RootCAs: roots, ServerName: "bench"}
}

func TestHandshakes(t *testing.T) {
	at, config := serveTLS(t, func(c net.Conn) { _, _ = io.WriteString(c, "ok\n") })
	wantClean(t, run(t, Handshakes{Target: at, Config: config, Concurrency: 4, Want: []byte("ok\n"), Until: Until{Ops: 12}}), 12, 36)

	got := run(t, Handshakes{Target: at, Config: config, Concurrency: 1, Want: []byte("no\n"), Until: Until{Ops: 9}})
	if got.Ops != 0 || got.Failed != giveUp || !errors.Is(got.Cause, errWrong) {
		t.Errorf("another answer: ops %d, failed %d, cause %v", got.Ops, got.Failed, got.Cause)
	}
}

func TestBulkOverTLS(t *testing.T) {
	back := serveBackend(t)
	for _, down := range []bool{false, true} {
		behind := back.Sink
		if down {
			behind = back.Source
		}
		at, config := serveTLS(t, func(c net.Conn) {
			up, err := net.Dial("tcp", behind.String())
			if err != nil {
				return
			}
			defer up.Close()
			go func() { _, _ = io.Copy(c, up) }()
			_, _ = io.Copy(up, c)
		})
		const size = 1<<20 + 7
		bulk := Bulk{Target: at, Sessions: 2, Size: size, Down: down, Until: Until{Ops: 4}}
		wantClean(t, run(t, BulkTLS{Bulk: bulk, Config: config}), 4, 4*size)
	}
}

func BenchmarkPingPong(b *testing.B) {
	server, err := backend.New()
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve() }()
	defer func() { server.Close(); <-done }()
	b.ReportAllocs()
	b.ResetTimer()
	if _, err := (PingPong{Target: server.Addresses().Echo, Sessions: 64, Size: 64, Until: Until{Ops: int64(b.N)}}).Run(b.Context()); err != nil {
		b.Fatal(err)
	}
}
