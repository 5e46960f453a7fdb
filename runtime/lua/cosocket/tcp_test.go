package cosocket

import (
	"net/netip"
	"testing"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
)

// plain is an Env without other threads.
type plain struct{}

func (plain) Wait(call, _ func())      { call() }
func (plain) Log(errlog.Level, string) {}
func (plain) Exiting() bool            { return false }

// inUse calls the methods that look at a socket and gives what each says.
func inUse(s *TCP) map[string]string {
	_, reused := s.Reused()
	kept, _ := s.KeepAlive(plain{}, 0, 1)
	return map[string]string{
		"receive": s.CanReceive(plain{}, ""), "send": s.CanSend(plain{}), "close": s.Close(), "reused": reused, "keepalive": kept,
		"connect": s.Connect(plain{}, "127.0.0.1", 1, ConnectOptions{Backlog: -1}),
	}
}

func expect(t *testing.T, when string, got, want map[string]string) {
	t.Helper()
	for method, text := range want {
		if got[method] != text {
			t.Errorf("%s: %s says %q, want %q", when, method, got[method], text)
		}
	}
}

// TestBusyConnecting: while the peer is being looked for there is no connection, and then one that is busy.
func TestBusyConnecting(t *testing.T) {
	var s *TCP
	var resolving, dialing map[string]string
	network := &Network{
		Resolve: func(string, <-chan struct{}) ([]relay.Addr, error) {
			resolving = inUse(s)
			return []relay.Addr{relay.TCPAddr(netip.MustParseAddrPort("127.0.0.1:9"))}, nil
		},
		Dial: func(relay.Addr, relay.Addr, bool, time.Duration, <-chan struct{}, *relay.DialTrace) (*relay.Conn, error) {
			dialing = inUse(s)
			return nil, relay.ErrTimeout
		},
	}
	s = NewTCP(&Settings{}, network, NewPools(nil))
	if got := s.Connect(plain{}, "name.test", 9, ConnectOptions{Backlog: -1}); got != errTimeout {
		t.Errorf("connect says %q", got)
	}
	expect(t, "resolving", resolving, map[string]string{"receive": errClosed, "send": errClosed, "close": errClosed, "reused": errClosed,
		"keepalive": errClosed, "connect": busyConnecting})
	expect(t, "connecting", dialing, map[string]string{"receive": busyConnecting, "send": busyConnecting, "close": busyConnecting, "reused": "",
		"keepalive": busyConnecting, "connect": busyConnecting})
	network.Dial = func(relay.Addr, relay.Addr, bool, time.Duration, <-chan struct{}, *relay.DialTrace) (*relay.Conn, error) {
		return nil, relay.ErrTimeout
	}
	expect(t, "afterwards", inUse(s), map[string]string{"receive": errClosed, "send": errClosed, "close": errClosed, "reused": errClosed,
		"keepalive": errClosed})
}
