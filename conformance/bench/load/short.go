package load

import (
	"bytes"
	"context"
	"errors"
	"net/netip"

	"tidegate/conformance/bench/epoll"
)

// Short makes one connection after another: connect, send, receive the expected answer, close.
type Short struct {
	Target      netip.AddrPort
	Concurrency int    // connections open at a time
	Send        []byte // may be empty
	Want        []byte // the exact answer
	UntilEOF    bool   // the server closes after the answer, and the client waits for that
	Until       Until  // operations are connections
}

// shortRun is a Short under way.
type shortRun struct {
	Short
	*clients
}

// Run implements Workload.
func (w Short) Run(ctx context.Context) (result Result, err error) {
	if !w.UntilEOF && len(w.Want) == 0 {
		return result, errors.New("a short session needs an answer or an end of stream to wait for")
	}
	table, err := newClients(w.Target, w.Concurrency, w.Until, &result)
	if err != nil {
		return result, err
	}
	defer table.close()
	r := &shortRun{Short: w, clients: table}
	for i := range table.table {
		r.next(i)
	}
	err = r.run(ctx, r.ready, func(i int) {
		if r.stalled(i) {
			r.end(i, errStalled)
		}
	})
	return result, err
}

// next starts a connection in slot i. A refused one is a failure like any other.
func (r *shortRun) next(i int) {
	for r.begin(i) {
		err := r.open(i, epoll.DialTCP, epoll.In)
		if err == nil {
			err = r.push(i)
		}
		if err == nil {
			return
		}
		if !r.fail(i, err) {
			return
		}
	}
}

// push sends what is left of the request.
func (r *shortRun) push(i int) error {
	c := &r.table[i]
	if c.sent == len(r.Send) {
		return nil
	}
	n, err := epoll.Send(c.fd, r.Send[c.sent:])
	if err != nil && !epoll.Again(err) {
		return err
	}
	c.sent += n
	bits := uint32(epoll.In)
	if c.sent < len(r.Send) {
		bits |= epoll.Out
	} else if n == len(r.Send) {
		return nil // all at once: the usual case needs no second epoll_ctl
	}
	return r.poller.Modify(c.fd, int32(i), c.generation, bits)
}

func (r *shortRun) ready(i int) {
	c := &r.table[i]
	if err := r.push(i); err != nil {
		r.end(i, err)
		return
	}
	n, err := epoll.Receive(c.fd, r.buffer)
	switch {
	case epoll.Again(err):
		return
	case err != nil:
		r.end(i, err)
	case n == 0 && (!r.UntilEOF || c.got < len(r.Want)):
		r.end(i, errShort)
	case n == 0:
		r.end(i, nil)
	case c.got+n > len(r.Want):
		r.end(i, errLong)
	case !bytes.Equal(r.buffer[:n], r.Want[c.got:c.got+n]):
		r.end(i, errWrong)
	default:
		if c.got += n; c.got == len(r.Want) && !r.UntilEOF {
			r.end(i, nil)
		}
	}
}

// end closes slot i, counts it and starts the next connection in it.
func (r *shortRun) end(i int, err error) {
	if err != nil {
		if r.fail(i, err) {
			r.next(i)
		}
		return
	}
	r.finish(i)
	r.result.Bytes += int64(len(r.Send) + len(r.Want))
	r.drop(i)
	r.next(i)
}
