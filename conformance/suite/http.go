package suite

import (
	"errors"
	"io"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tidegate/conformance/testnginx"
)

// askHTTP sends a request and reads until the server closes. Each wait is bounded by the timeout; running into it ends the answer,
// which with --- abort is no failure.
func askHTTP(c *testnginx.Case, port int, packets []packet) Answer {
	timeout := seconds(c.Seconds("timeout", c.Head.Timeout))
	addr := c.Head.ServerAddr
	if c.Has("server_addr_for_client") {
		addr = strings.TrimSpace(c.Text("server_addr_for_client"))
	}
	conn, err := net.DialTimeout("tcp", net.JoinHostPort(addr, strconv.Itoa(port)), timeout)
	if err != nil {
		return Answer{Text: "connect: " + reason(err), End: endFailed}
	}
	defer conn.Close()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		sendPackets(c, conn, packets, timeout)
	}()
	var data []byte
	buf := make([]byte, 64<<10)
	for {
		_ = conn.SetReadDeadline(time.Now().Add(timeout))
		n, err := conn.Read(buf)
		data = append(data, buf[:n]...)
		switch {
		case err == io.EOF:
			<-sent
			return Answer{Text: string(data), End: endEOF}
		case errors.Is(err, os.ErrDeadlineExceeded):
			select {
			case <-sent: // it was the server that kept us waiting
				return Answer{Text: string(data), End: endTimeout}
			default:
			}
		case err != nil:
			return Answer{Text: string(data), End: reason(err)}
		}
	}
}

func sendPackets(c *testnginx.Case, conn net.Conn, packets []packet, timeout time.Duration) {
	for i, p := range packets {
		if i > 0 && p.delay > 0 {
			time.Sleep(seconds(p.delay))
		}
		_ = conn.SetWriteDeadline(time.Now().Add(timeout))
		if _, err := io.WriteString(conn, p.text); err != nil {
			return
		}
	}
	if tcp, ok := conn.(*net.TCPConn); ok && c.Has("shutdown") {
		switch strings.TrimSpace(c.Text("shutdown")) {
		case "0":
			_ = tcp.CloseRead()
		default:
			_ = tcp.CloseWrite()
		}
	}
}

// response is an HTTP response as Test::Nginx takes it apart.
type response struct {
	code       string // empty when there is no status line
	rawHeaders string
	headers    []header
	body       string
	left       string // bytes behind it
	broken     string // what is wrong with its chunks
}

type header struct{ key, value string }

// get gives a header's values, joined with a comma.
func (r *response) get(key string) string {
	var values []string
	for _, h := range r.headers {
		if strings.EqualFold(h.key, key) {
			values = append(values, h.value)
		}
	}
	return strings.Join(values, ", ")
}

var statusLine = regexp.MustCompile(`^HTTP/\d+\.\d+ +(\d+)(?: .*)?$`)

// parseResponse follows Test::Nginx::Socket's parse_response and HTTP::Response's parse.
func parseResponse(raw string, head bool) *response {
	r := &response{}
	if i := strings.Index(raw, "\r\n\r\n"); i >= 0 {
		r.rawHeaders = raw[:i+2]
	}
	first, rest, _ := strings.Cut(raw, "\n")
	m := statusLine.FindStringSubmatch(strings.TrimRight(first, "\r"))
	if m == nil {
		r.body = raw
		return r
	}
	r.code = m[1]
	for rest != "" {
		var line string
		line, rest, _ = strings.Cut(rest, "\n")
		line = strings.TrimRight(line, "\r")
		if line == "" {
			break
		}
		if (line[0] == ' ' || line[0] == '\t') && len(r.headers) > 0 {
			r.headers[len(r.headers)-1].value += "\n" + line
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		r.headers = append(r.headers, header{key, strings.Trim(value, " \t")})
	}
	r.body = rest
	if r.code == "304" || r.code == "101" {
		return r
	}
	if r.get("Transfer-Encoding") == "chunked" {
		r.dechunk(rest)
	} else if length, err := strconv.Atoi(r.get("Content-Length")); err == nil && length >= 0 && len(rest) > length {
		r.body, r.left = rest[:length], rest[length:]
	}
	_ = head // without a body, whatever the length says
	return r
}

var (
	lastChunk = regexp.MustCompile(`^0[ \t]*\r\n`)
	chunkSize = regexp.MustCompile(`^[ \t]*([A-Fa-f0-9]+)[ \t]*\r\n`)
)

// dechunk decodes a chunked body.
func (r *response) dechunk(raw string) {
	var b strings.Builder
	defer func() { r.body = b.String() }()
	trailers := r.get("Trailer") != ""
	for {
		if end := lastChunk.FindString(raw); end != "" && (trailers || strings.HasPrefix(raw[len(end):], "\r\n")) {
			raw = raw[len(end):]
			for trailers && !strings.HasPrefix(raw, "\r\n") {
				line, rest, ok := strings.Cut(raw, "\r\n")
				if !ok || line == "" {
					r.broken = "the trailer does not end"
					return
				}
				raw = rest
			}
			r.left = strings.TrimPrefix(raw, "\r\n")
			return
		}
		m := chunkSize.FindStringSubmatch(raw)
		if m == nil {
			r.broken = "no last chunk"
			return
		}
		size, err := strconv.ParseInt(m[1], 16, 32)
		raw = raw[len(m[0]):]
		if err != nil || int(size) > len(raw) {
			r.broken = "a chunk is shorter than it says"
			return
		}
		b.WriteString(raw[:size])
		if raw = raw[size:]; !strings.HasPrefix(raw, "\r\n") {
			r.broken = "a chunk does not end with CRLF"
			return
		}
		raw = raw[2:]
	}
}
