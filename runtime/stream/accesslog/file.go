package accesslog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"sync"
	"syscall"
	"time"

	"tidegate/runtime/errlog"
)

// Buffer is the buffering of a file, the zero Buffer none.
type Buffer struct {
	Size  int           // bytes
	Flush time.Duration // the longest that a line stays in the buffer; 0 for no limit
	Gzip  int           // compression level of what leaves the buffer, 0 for none
}

// sink is one file of a Set with its buffer.
type sink struct {
	path   string
	opts   Buffer
	file   *errlog.File
	report func(error) // of a failure found outside of a session

	mu    sync.Mutex
	buf   []byte
	timer *time.Timer
	armed bool
}

// write takes one line, line feed included (ngx_stream_log_handler's part on buffers).
func (k *sink) write(line []byte) error {
	if k.opts.Size == 0 {
		return put(k.file, k.path, line)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	var err error
	if len(line) > k.opts.Size-len(k.buf) {
		err = k.flush()
	}
	if len(line) > k.opts.Size {
		return errors.Join(err, k.send(line))
	}
	if len(k.buf) == 0 && k.opts.Flush > 0 {
		k.arm()
	}
	k.buf = append(k.buf, line...)
	return err
}

func (k *sink) arm() {
	k.armed = true
	if k.timer == nil {
		k.timer = time.AfterFunc(k.opts.Flush, k.expire)
		return
	}
	k.timer.Reset(k.opts.Flush)
}

func (k *sink) expire() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.armed || k.file == nil {
		return
	}
	if err := k.flush(); err != nil {
		k.report(err)
	}
}

// flush writes the buffer out. The lock is held.
func (k *sink) flush() error {
	if k.armed {
		k.armed = false
		k.timer.Stop()
	}
	if len(k.buf) == 0 {
		return nil
	}
	err := k.send(k.buf)
	k.buf = k.buf[:0]
	return err
}

// send writes b, compressed when the file is: each piece is a gzip member of its own, as nginx makes them.
func (k *sink) send(b []byte) error {
	if k.opts.Gzip == 0 {
		return put(k.file, k.path, b)
	}
	var z bytes.Buffer
	w, err := gzip.NewWriterLevel(&z, k.opts.Gzip)
	if err != nil {
		return err
	}
	if _, err = w.Write(b); err == nil {
		err = w.Close()
	}
	if err != nil {
		return err
	}
	return put(k.file, k.path, z.Bytes())
}

// WriteError is a failed or incomplete write; its text is nginx's message, of level alert.
type WriteError struct {
	path string
	err  error
	n    int
	of   int
}

func (e *WriteError) Error() string {
	if e.err != nil {
		return fmt.Sprintf("write() to %q failed%s", e.path, errlog.Errno(e.err))
	}
	return fmt.Sprintf("write() to %q was incomplete: %d of %d", e.path, e.n, e.of)
}

func (e *WriteError) Unwrap() error { return e.err }

func put(w io.Writer, path string, b []byte) error {
	n, err := w.Write(b)
	if err == nil && n == len(b) {
		return nil
	}
	return &WriteError{path, err, n, len(b)}
}

func diskFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }
