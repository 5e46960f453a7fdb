package load

import (
	"context"
	"encoding/binary"
	"net/netip"

	"tidegate/conformance/bench/epoll"
)

// Bulk moves large transfers one way over persistent sessions to a sink or from a source (see the backend package), one
// transfer after another on each session. The far end's count, or the number of bytes that came, must be exact. A
// session that fails is not replaced: with so few of them a failure is a finding, not noise.
type Bulk struct {
	Target   netip.AddrPort
	Sessions int
	Size     int64 // bytes of one transfer
	Down     bool  // from the source to the client; else from the client to the sink
	Until    Until // operations are transfers
}

// bulkRun is a Bulk under way.
type bulkRun struct {
	Bulk
	*clients
	states []transfer
	chunk  []byte
}

// transfer is one slot's progress beyond what client holds.
type transfer struct {
	sent     int64 // of count and payload
	received int64 // of payload, or of the sink's answer
	answer   [8]byte
	out      bool // watching for room to send
}

const turns = 16

// Run implements Workload.
func (w Bulk) Run(ctx context.Context) (result Result, err error) {
	table, err := newClients(w.Target, w.Sessions, w.Until, &result)
	if err != nil {
		return result, err
	}
	defer table.close()
	r := &bulkRun{Bulk: w, clients: table, states: make([]transfer, w.Sessions), chunk: make([]byte, receiveSize)}
	for i := range table.table {
		if err := r.open(i, epoll.DialTCP, epoll.In); err != nil {
			return result, err
		}
		r.next(i)
	}
	err = r.run(ctx, r.ready, func(i int) {
		if r.stalled(i) {
			r.fail(i, errStalled)
		}
	})
	return result, err
}

// next starts another transfer on slot i's session.
func (r *bulkRun) next(i int) {
	if !r.begin(i) {
		r.rest(i)
		return
	}
	r.states[i] = transfer{out: r.states[i].out}
	if err := r.push(i); err != nil {
		r.fail(i, err)
	}
}

// push sends the count and, upwards, the payload, as far as the socket takes it; it bounds one slot's turn.
func (r *bulkRun) push(i int) error {
	c, t := &r.table[i], &r.states[i]
	total := int64(8)
	if !r.Down {
		total += r.Size
	}
	for turn := 0; t.sent < total && turn < turns; turn++ {
		piece := r.chunk[:min(total-max(t.sent, 8), int64(len(r.chunk)))]
		if t.sent < 8 {
			var count [8]byte
			binary.BigEndian.PutUint64(count[:], uint64(r.Size))
			piece = count[t.sent:]
		}
		n, err := epoll.Send(c.fd, piece)
		if epoll.Again(err) {
			break
		}
		if err != nil {
			return err
		}
		t.sent += int64(n)
		c.progress = r.now // any progress restarts the stall clock
	}
	want := t.sent < total
	if want == t.out {
		return nil
	}
	t.out = want
	bits := uint32(epoll.In)
	if want {
		bits |= epoll.Out
	}
	return r.poller.Modify(c.fd, int32(i), c.generation, bits)
}

func (r *bulkRun) ready(i int) {
	err := r.push(i)
	if err == nil {
		if r.Down {
			err = r.pull(i)
		} else {
			err = r.acknowledge(i)
		}
	}
	if err != nil {
		r.fail(i, err)
	}
}

// pull takes the source's payload off the socket without copying it.
func (r *bulkRun) pull(i int) error {
	c, t := &r.table[i], &r.states[i]
	for range turns {
		n, err := epoll.Discard(c.fd, r.buffer)
		if epoll.Again(err) {
			return nil
		}
		if err == nil && n == 0 {
			err = errShort
		}
		if err != nil {
			return err
		}
		t.received += int64(n)
		r.result.Bytes += int64(n)
		c.progress = r.now
		if t.received > r.Size {
			return errLong
		}
		if t.received == r.Size {
			r.finish(i)
			r.next(i)
			return nil
		}
	}
	return nil
}

// acknowledge reads the sink's count of what it received.
func (r *bulkRun) acknowledge(i int) error {
	c, t := &r.table[i], &r.states[i]
	n, err := epoll.Receive(c.fd, r.buffer)
	switch {
	case epoll.Again(err):
		return nil
	case err != nil:
		return err
	case n == 0:
		return errShort
	case t.received+int64(n) > 8 || c.idle:
		return errLong
	}
	copy(t.answer[t.received:], r.buffer[:n])
	if t.received += int64(n); t.received < 8 {
		return nil
	}
	if binary.BigEndian.Uint64(t.answer[:]) != uint64(r.Size) {
		return errWrong
	}
	r.result.Bytes += r.Size
	r.finish(i)
	r.next(i)
	return nil
}
