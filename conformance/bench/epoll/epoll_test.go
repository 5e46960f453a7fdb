package epoll

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

var any4 = netip.MustParseAddrPort("127.0.0.1:0")

// await waits for the next event, and fails the test if none comes.
func await(t *testing.T, p *Poller) Event {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		events, err := p.Wait(100 * time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) > 0 {
			return events[0]
		}
	}
	t.Fatal("no event came")
	return Event{}
}

func TestEventsNameSlotAndGeneration(t *testing.T) {
	p, err := New(4)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	listener, at, err := ListenTCP(any4)
	if err != nil {
		t.Fatal(err)
	}
	defer Close(listener)
	if err := p.Add(listener, -7, 3, In); err != nil {
		t.Fatal(err)
	}
	if events, err := p.Wait(0); err != nil || len(events) != 0 {
		t.Fatalf("events before anything happened: %v, %v", events, err)
	}
	client, err := DialTCP(at)
	if err != nil {
		t.Fatal(err)
	}
	defer Close(client)
	if e := await(t, p); e != (Event{Slot: -7, Generation: 3, Bits: In}) {
		t.Errorf("event %+v", e)
	}
	server, err := Accept(listener)
	if err != nil {
		t.Fatal(err)
	}
	defer Close(server)
	if _, err := Accept(listener); !Again(err) {
		t.Errorf("a second connection was accepted: %v", err)
	}

	// Bytes in both directions; then a watch that is changed, and the end of the stream.
	if n, err := Send(client, []byte("hello world")); n != 11 || err != nil {
		t.Fatalf("Send = %d, %v", n, err)
	}
	if err := p.Add(server, 5, 9, Out); err != nil {
		t.Fatal(err)
	}
	if e := await(t, p); e != (Event{Slot: 5, Generation: 9, Bits: Out}) {
		t.Errorf("event %+v", e)
	}
	if err := p.Modify(server, 5, 10, In); err != nil {
		t.Fatal(err)
	}
	if e := await(t, p); e != (Event{Slot: 5, Generation: 10, Bits: In}) {
		t.Errorf("event %+v", e)
	}
	buffer := []byte("xxxxx")
	if n, err := Discard(server, buffer); n != 5 || err != nil || string(buffer) != "xxxxx" {
		t.Errorf("Discard = %d, %v, and the buffer is %q", n, err, buffer)
	}
	if n, err := Receive(server, make([]byte, 99)); n != 6 || err != nil {
		t.Errorf("Receive = %d, %v, want the 6 bytes after the discarded ones", n, err)
	}
	if _, err := Receive(server, buffer); !Again(err) {
		t.Errorf("Receive of nothing: %v", err)
	}
	Reset(client)
	if e := await(t, p); e.Bits&(Err|Hangup) == 0 {
		t.Errorf("event of a reset: %+v", e)
	}
	if err := SocketError(server); !errors.Is(err, unix.ECONNRESET) {
		t.Errorf("SocketError = %v", err)
	}
	if _, err := Send(server, buffer); err == nil {
		t.Error("Send to a peer that is gone")
	}
}

func TestReservedPortCanBeServed(t *testing.T) {
	fd, at, err := ReserveTCP(any4)
	if err != nil {
		t.Fatal(err)
	}
	defer Close(fd)
	for range 2 {
		if conn, err := net.Dial("tcp", at.String()); err == nil {
			conn.Close()
			t.Fatal("a reserved port accepts connections")
		}
		listener, err := net.Listen("tcp4", at.String())
		if err != nil {
			t.Fatalf("a server cannot listen on the reserved port: %v", err)
		}
		listener.Close()
	}
}

func TestAddressInUse(t *testing.T) {
	fd, at, err := BindUDP(any4)
	if err != nil {
		t.Fatal(err)
	}
	defer Close(fd)
	if _, _, err := BindUDP(at); !errors.Is(err, unix.EADDRINUSE) {
		t.Errorf("a second socket on %s: %v", at, err)
	}
}
