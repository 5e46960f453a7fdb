package backend

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tidegate/conformance/bench/proc"
)

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == Argument {
		if err := Main(os.Stdin, os.Stdout); err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestChildServesAndEnds(t *testing.T) {
	nursery := proc.NewNursery()
	defer nursery.Close()
	child, err := Spawn(nursery, proc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", child.Addresses.Echo.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	var got [5]byte
	if _, err := io.WriteString(conn, "hello"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, got[:]); err != nil || string(got[:]) != "hello" {
		t.Errorf("echo %q, %v", got, err)
	}
	if counters, err := child.Counters(); err != nil || counters != (Counters{Accepted: 1, Open: 1}) {
		t.Errorf("Counters = %+v, %v", counters, err)
	}
	if usage, err := child.Usage(); err != nil || usage.CPU <= 0 {
		t.Errorf("Usage = %+v, %v", usage, err)
	}
	if err := child.Stop(); err != nil {
		t.Errorf("Stop: %v", err)
	}
	if _, err := child.Counters(); err == nil {
		t.Error("a stopped backend answers")
	}
	if _, err := conn.Read(got[:]); err == nil {
		t.Error("a stopped backend keeps its connections")
	}
}

func TestSpawnReportsASilentChild(t *testing.T) {
	nursery := proc.NewNursery()
	defer nursery.Close()
	if _, err := spawn(nursery, proc.Options{}, exec.Command("/bin/true")); err == nil {
		t.Error("a child that says nothing was taken for a backend")
	}
}

func TestMainEndsWithItsInput(t *testing.T) {
	in, feed := io.Pipe()
	read, out := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Main(in, out) }()
	answers := json.NewDecoder(read)
	var at Addresses
	if err := answers.Decode(&at); err != nil || at.Sink == at.Source || !strings.Contains(at.String(), at.Responder.String()) {
		t.Fatalf("addresses %s, %v", at, err)
	}
	feed.Close()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("Main goes on without input")
	}
}

func TestResponderDropsEndlessHeads(t *testing.T) {
	server, err := New()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve() }()
	defer func() { server.Close(); <-done }()
	conn, err := net.Dial("tcp", server.Addresses().Responder.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, strings.Repeat("x", 20<<10))
	if n, err := conn.Read(make([]byte, 1)); n != 0 || err == nil || strings.Contains(err.Error(), "timeout") {
		t.Errorf("after an endless head: %d bytes, %v; want the end of the connection", n, err)
	}
}
