package suite

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"tidegate/conformance/testnginx"
)

// How a client's connection to the server ended.
const (
	endEOF     = "eof"
	endTimeout = "timeout"
	endFailed  = "failed" // the answer says how, in the words of Test::Nginx
)

// streamClient asks the stream servers of a case, one after the other, as the Lua code does that Test::Nginx::Socket::Lua::Stream
// puts at /t. The answer is what that code would say.
type streamClient struct {
	c       *testnginx.Case
	addr    string
	port    int           // of the first server
	total   time.Duration // for everything together
	receive time.Duration // for one wait, with --- abort
	printed string        // what --- log_stream_response or log_dgram_response puts into the log
}

func newStreamClient(c *testnginx.Case, k kind, port int) *streamClient {
	s := &streamClient{c: c, addr: c.Head.ServerAddr, port: port, total: seconds(c.Head.Timeout)}
	timeout := seconds(c.Seconds("timeout", c.Head.Timeout))
	if c.Has("abort") {
		s.receive = timeout
	} else {
		s.total = timeout
	}
	return s
}

func seconds(f float64) time.Duration { return time.Duration(f * float64(time.Second)) }

// ask plays the client to its end.
func (s *streamClient) ask() Answer {
	var b strings.Builder
	s.printed = ""
	deadline := time.Now().Add(s.total)
	for i, suffix := range []string{"", "2", "3"} {
		if i > 0 && !s.c.Has("stream_server_config"+suffix) {
			continue
		}
		end := s.askOne(&b, deadline, i, suffix)
		if end != endEOF {
			return Answer{Text: b.String(), End: end, Printed: s.printed}
		}
	}
	return Answer{Text: b.String(), End: endEOF, Printed: s.printed}
}

func (s *streamClient) askOne(b *strings.Builder, deadline time.Time, i int, suffix string) string {
	d := net.Dialer{Deadline: deadline}
	conn, err := d.Dial("tcp", net.JoinHostPort(s.addr, strconv.Itoa(s.port+i)))
	if err != nil {
		return s.failed(b, "connect to stream server error: ", err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(deadline)
	if s.c.Has("stream_request" + suffix) {
		if _, err := io.WriteString(conn, s.c.Text("stream_request"+suffix)); err != nil {
			return s.failed(b, "send stream request error: ", err)
		}
	}
	if tcp, ok := conn.(*net.TCPConn); ok && s.c.Has("half_close") {
		_ = tcp.CloseWrite()
	}
	data, err := s.readAll(conn, deadline)
	if err != nil {
		return s.failed(b, "receive stream response error: ", err)
	}
	s.took(b, i, "log_stream_response", data)
	return endEOF
}

// took answers with what a server sent. Of the first server it can be told to log that instead.
func (s *streamClient) took(b *strings.Builder, i int, section string, data []byte) {
	if i > 0 || !s.c.Has(section) {
		b.Write(data)
		return
	}
	fmt.Fprintf(b, "received %d bytes of response data.\n", len(data))
	s.printed = string(data)
}

// readAll reads to the end. With --- abort each wait has a limit of its own, and running into it is an answer.
func (s *streamClient) readAll(conn net.Conn, deadline time.Time) ([]byte, error) {
	var data []byte
	buf := make([]byte, 64<<10)
	for {
		if s.receive > 0 {
			_ = conn.SetReadDeadline(earlier(deadline, time.Now().Add(s.receive)))
		}
		n, err := conn.Read(buf)
		data = append(data, buf[:n]...)
		switch {
		case err == io.EOF:
			return data, nil
		case err != nil && s.receive > 0 && errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(deadline):
			return data, errReceiveTimeout
		case err != nil:
			return data, err
		}
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

var errReceiveTimeout = errors.New("timeout")

// failed ends the session with the sentence that the Lua client says; the runner's own deadline is no answer but a failure.
func (s *streamClient) failed(b *strings.Builder, what string, err error) string {
	if err != errReceiveTimeout && errors.Is(err, os.ErrDeadlineExceeded) {
		return endTimeout
	}
	b.WriteString(what + reason(err) + "\n")
	return endFailed
}

// reason is an error as a cosocket names it.
func reason(err error) string {
	var no syscall.Errno
	if errors.As(err, &no) {
		return no.Error()
	}
	return err.Error()
}

// askDatagrams plays the client of dgram suites: a datagram for each server, and one back. With the section datagrams, which is ours,
// more than one back.
func (s *streamClient) askDatagrams() Answer {
	var b strings.Builder
	deadline := time.Now().Add(s.total)
	for i, suffix := range []string{"", "2", "3"} {
		if i > 0 && !s.c.Has("dgram_server_config"+suffix) {
			continue
		}
		if end := s.askDatagram(&b, deadline, i, suffix); end != endEOF {
			return Answer{Text: b.String(), End: end, Printed: s.printed}
		}
	}
	return Answer{Text: b.String(), End: endEOF, Printed: s.printed}
}

func (s *streamClient) askDatagram(b *strings.Builder, deadline time.Time, i int, suffix string) string {
	conn, err := net.Dial("udp", net.JoinHostPort(s.addr, strconv.Itoa(s.port+i)))
	if err != nil {
		return s.failed(b, "connect to stream server error: ", err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(deadline)
	request := "trigger dgram req"
	if i > 0 {
		request += " " + suffix
	}
	if s.c.Has("dgram_request" + suffix) {
		request = s.c.Text("dgram_request" + suffix)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		return s.failed(b, "send stream request error: ", err)
	}
	count := 1
	if s.c.Has("datagrams") {
		count, _ = strconv.Atoi(strings.TrimSpace(s.c.Text("datagrams")))
	}
	var data []byte
	buf := make([]byte, 65536)
	for range count {
		if s.receive > 0 {
			_ = conn.SetReadDeadline(earlier(deadline, time.Now().Add(s.receive)))
		}
		n, err := conn.Read(buf)
		if err != nil {
			if s.receive > 0 && errors.Is(err, os.ErrDeadlineExceeded) && time.Now().Before(deadline) {
				err = errReceiveTimeout
			}
			b.Write(data)
			return s.failed(b, "receive stream response error: ", err)
		}
		data = append(data, buf[:n]...)
	}
	s.took(b, i, "log_dgram_response", data)
	return endEOF
}
