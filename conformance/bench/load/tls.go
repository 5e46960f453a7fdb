package load

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Handshakes makes one TLS connection after another: full handshake, read the answer to its end, close.
type Handshakes struct {
	Target      netip.AddrPort
	Config      *tls.Config
	Concurrency int
	Want        []byte // what the server says before it closes
	Until       Until  // operations are connections
}

// Run implements Workload.
func (w Handshakes) Run(ctx context.Context) (Result, error) {
	return parallel(ctx, w.Concurrency, w.Until, func(r *Result, more func() bool) {
		for failures := 0; failures < giveUp && more(); {
			start := time.Now()
			if err := w.once(ctx); err != nil {
				r.fail(err)
				failures++
				continue
			}
			failures = 0
			r.Ops++
			r.Bytes += int64(len(w.Want))
			r.Latency.Add(time.Since(start))
		}
	})
}

func (w Handshakes) once(ctx context.Context) error {
	conn, err := dialTLS(ctx, w.Target, w.Config)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(stall)); err != nil {
		return err
	}
	got, err := io.ReadAll(conn)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, w.Want) {
		return errWrong
	}
	return nil
}

// BulkTLS is Bulk over TLS.
type BulkTLS struct {
	Bulk
	Config *tls.Config
}

// Run implements Workload.
func (w BulkTLS) Run(ctx context.Context) (Result, error) {
	return parallel(ctx, w.Sessions, w.Until, func(r *Result, more func() bool) {
		conn, err := dialTLS(ctx, w.Target, w.Config)
		if err != nil {
			r.fail(err)
			return
		}
		defer conn.Close()
		buffer := make([]byte, receiveSize)
		for more() {
			start := time.Now()
			if err := w.transfer(conn, buffer); err != nil {
				r.fail(err)
				return
			}
			r.Ops++
			r.Bytes += w.Size
			r.Latency.Add(time.Since(start))
		}
	})
}

func (w BulkTLS) transfer(conn net.Conn, buffer []byte) error {
	if err := conn.SetDeadline(time.Now().Add(10 * stall)); err != nil {
		return err
	}
	var count [8]byte
	binary.BigEndian.PutUint64(count[:], uint64(w.Size))
	if _, err := conn.Write(count[:]); err != nil {
		return err
	}
	if w.Down {
		n, err := io.CopyBuffer(onlyWriter{io.Discard}, io.LimitReader(conn, w.Size), buffer)
		if err == nil && n < w.Size {
			err = errShort
		}
		return err
	}
	for left := w.Size; left > 0; {
		n, err := conn.Write(buffer[:min(left, int64(len(buffer)))])
		if err != nil {
			return err
		}
		left -= int64(n)
	}
	var answer [8]byte
	if _, err := io.ReadFull(conn, answer[:]); err != nil {
		return err
	}
	if answer != count {
		return errWrong
	}
	return nil
}

// onlyWriter hides Discard's ReadFrom, which would bring its own, small buffer.
type onlyWriter struct{ io.Writer }

func dialTLS(ctx context.Context, target netip.AddrPort, config *tls.Config) (*tls.Conn, error) {
	dialer := tls.Dialer{NetDialer: &net.Dialer{Timeout: stall}, Config: config}
	conn, err := dialer.DialContext(ctx, "tcp", target.String())
	if err != nil {
		return nil, err
	}
	return conn.(*tls.Conn), nil
}

// parallel runs n workers until the bound and adds up their results.
func parallel(ctx context.Context, n int, until Until, work func(*Result, func() bool)) (Result, error) {
	var (
		begun atomic.Int64
		wait  sync.WaitGroup
		parts = make([]Result, n)
		start = time.Now()
	)
	more := func() bool {
		return ctx.Err() == nil && (until.Time == 0 || time.Since(start) < until.Time) && (until.Ops == 0 || begun.Add(1) <= until.Ops)
	}
	for i := range parts {
		wait.Go(func() { work(&parts[i], more) })
	}
	wait.Wait()
	total := Result{Wall: time.Since(start)}
	for i := range parts {
		total.Ops += parts[i].Ops
		total.Bytes += parts[i].Bytes
		total.Failed += parts[i].Failed
		if total.Cause == nil {
			total.Cause = parts[i].Cause
		}
		total.Latency.Merge(&parts[i].Latency)
	}
	return total, context.Cause(ctx)
}
