package load

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"tidegate/conformance/bench/epoll"
)

// PingPong keeps sessions open and sends a message on each as soon as the echo of the last one is complete. The first 8 bytes
// of a message are a running number, so that an echo of an earlier message is found out.
type PingPong struct {
	Target   netip.AddrPort
	Sessions int
	Size     int    // bytes of a message, at least 8
	Reply    []byte // the answer to every message; nil means that the message comes back
	Until    Until  // operations are messages
}

// pingPongRun is a PingPong under way.
type pingPongRun struct {
	PingPong
	*clients
	messages [][]byte
	serial   uint64
}

// Run implements Workload.
func (w PingPong) Run(ctx context.Context) (result Result, err error) {
	table, err := newClients(w.Target, w.Sessions, w.Until, &result)
	if err != nil {
		return result, err
	}
	defer table.close()
	r := &pingPongRun{PingPong: w, clients: table, messages: make([][]byte, w.Sessions)}
	for i := range r.messages {
		r.messages[i] = bytes.Repeat([]byte{'.'}, max(w.Size, 8))
		r.connect(i)
	}
	err = r.run(ctx, r.ready, func(i int) {
		if r.stalled(i) {
			r.again(i, errStalled)
		}
	})
	return result, err
}

// connect opens slot i's session and sends its first message.
func (r *pingPongRun) connect(i int) {
	for {
		err := r.open(i, epoll.DialTCP, epoll.In)
		if err == nil {
			err = r.next(i)
		}
		if err == nil || !r.fail(i, err) {
			return
		}
	}
}

// next sends a new message, or rests when the workload is over.
func (r *pingPongRun) next(i int) error {
	if !r.begin(i) {
		r.rest(i)
		return nil
	}
	r.serial++
	binary.BigEndian.PutUint64(r.messages[i], r.serial)
	return r.push(i)
}

// push sends what is left of the message.
func (r *pingPongRun) push(i int) error {
	c := &r.table[i]
	message := r.messages[i]
	if c.sent == len(message) {
		return nil
	}
	first := c.sent == 0
	n, err := epoll.Send(c.fd, message[c.sent:])
	if err != nil && !epoll.Again(err) {
		return err
	}
	if c.sent += n; first && c.sent == len(message) {
		return nil
	}
	bits := uint32(epoll.In)
	if c.sent < len(message) {
		bits |= epoll.Out
	}
	return r.poller.Modify(c.fd, int32(i), c.generation, bits)
}

func (r *pingPongRun) ready(i int) {
	c := &r.table[i]
	if !c.idle {
		if err := r.push(i); err != nil {
			r.again(i, err)
			return
		}
	}
	n, err := epoll.Receive(c.fd, r.buffer)
	if epoll.Again(err) {
		return
	}
	want := r.messages[i]
	if r.Reply != nil {
		want = r.Reply
	}
	switch {
	case err != nil:
	case n == 0:
		err = errShort
	case c.idle || c.got+n > len(want):
		err = errLong
	case !bytes.Equal(r.buffer[:n], want[c.got:c.got+n]):
		err = errWrong
	}
	if err != nil {
		r.again(i, err)
		return
	}
	if c.got += n; c.got < len(want) {
		return
	}
	r.finish(i)
	r.result.Bytes += int64(len(r.messages[i]) + len(want))
	if err := r.next(i); err != nil {
		r.again(i, err)
	}
}

// again ends slot i's session as failed and opens another one in its place.
func (r *pingPongRun) again(i int, err error) {
	if r.fail(i, err) && !r.over {
		r.connect(i)
	}
}

// Datagrams sends one datagram at a time from each of its sockets and waits for the echo.
type Datagrams struct {
	Target   netip.AddrPort
	Sockets  int
	Size     int           // bytes of a datagram, at least 8
	Patience time.Duration // without an answer for so long, the datagram is lost and the next one is sent
	Until    Until         // operations are answered datagrams
}

// datagramRun is a Datagrams under way.
type datagramRun struct {
	Datagrams
	*clients
	message []byte
	serials []uint64
	serial  uint64
}

// Run implements Workload.
func (w Datagrams) Run(ctx context.Context) (result Result, err error) {
	table, err := newClients(w.Target, w.Sockets, w.Until, &result)
	if err != nil {
		return result, err
	}
	defer table.close()
	r := &datagramRun{Datagrams: w, clients: table, message: bytes.Repeat([]byte{'.'}, max(w.Size, 8)), serials: make([]uint64, w.Sockets)}
	for i := range table.table {
		if err := r.open(i, epoll.DialUDP, epoll.In); err != nil {
			return result, err
		}
		r.next(i)
	}
	err = r.run(ctx, r.ready, func(i int) {
		if r.now.Sub(r.table[i].started) > r.Patience {
			r.result.Lost++
			r.next(i)
		}
	})
	return result, err
}

// next sends a new datagram. One that the kernel refuses is lost and found out by its missing answer.
func (r *datagramRun) next(i int) {
	if !r.begin(i) {
		r.rest(i)
		return
	}
	r.serial++
	r.serials[i] = r.serial
	binary.BigEndian.PutUint64(r.message, r.serial)
	_, _ = epoll.Send(r.table[i].fd, r.message)
}

// ready ignores late answers to datagrams that were given up.
func (r *datagramRun) ready(i int) {
	n, err := epoll.Receive(r.table[i].fd, r.buffer)
	if err != nil {
		return
	}
	if n < 8 || binary.BigEndian.Uint64(r.buffer) != r.serials[i] || r.table[i].idle {
		return
	}
	if n != len(r.message) || !bytes.Equal(r.buffer[8:n], r.message[8:]) {
		r.result.fail(fmt.Errorf("datagram from %s: %w", r.target, errWrong))
	} else {
		r.finish(i)
		r.result.Bytes += int64(2 * n)
	}
	r.next(i)
}
