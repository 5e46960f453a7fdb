package suite

import (
	"fmt"
	"regexp"
	"strings"

	"tidegate/conformance/perl"
	"tidegate/conformance/testnginx"
)

// packet is a piece of a request, sent after a pause.
type packet struct {
	text  string
	delay float64 // seconds
}

// requests are what the case asks of the http server, each in its packets. The third value is how many responses each of them brings,
// which is more than one for pipelined requests.
func requests(c *testnginx.Case) ([][]packet, int, error) {
	if v := c.Value("raw_request"); v != nil {
		return [][]packet{rawPackets(c, v)}, 1, nil
	}
	if v, ok := c.Value("pipelined_requests").(*perl.Array); ok {
		return pipelined(c, v)
	}
	v := c.Value("request")
	if v == nil {
		return nil, 0, nil
	}
	list, ok := v.(*perl.Array)
	if !ok {
		headers, err := moreHeaders(c, 0)
		if err != nil {
			return nil, 0, err
		}
		p, err := build(c, []packet{{text: stripComments(perl.String(v))}}, headers, "close")
		return [][]packet{p}, 1, err
	}
	var out [][]packet
	for i, item := range list.Values() {
		headers, err := moreHeaders(c, i)
		if err != nil {
			return nil, 0, err
		}
		p, err := build(c, packetsOf(item), headers, "close")
		if err != nil {
			return nil, 0, err
		}
		out = append(out, p)
	}
	return out, 1, nil
}

func rawPackets(c *testnginx.Case, v perl.Value) []packet {
	list, ok := v.(*perl.Array)
	if !ok {
		return []packet{{text: perl.String(v)}}
	}
	var out []packet
	for i, item := range list.Values() {
		p := packet{text: perl.String(item)}
		if i > 0 {
			p.delay = c.Seconds("raw_request_middle_delay", 0)
		}
		out = append(out, p)
	}
	return out
}

func pipelined(c *testnginx.Case, list *perl.Array) ([][]packet, int, error) {
	all := ""
	for i, item := range list.Values() {
		headers, err := moreHeaders(c, i)
		if err != nil {
			return nil, 0, err
		}
		connection := "keep-alive"
		if i == len(list.Items)-1 {
			connection = "close"
		}
		p, err := build(c, []packet{{text: c.Expand(perl.String(item))}}, headers, connection)
		if err != nil {
			return nil, 0, err
		}
		all += p[0].text
	}
	return [][]packet{{{text: all}}}, len(list.Items), nil
}

// packetsOf reads an element of a list of requests: a string, or a list of strings and of hashes with value and delay_before.
func packetsOf(v perl.Value) []packet {
	list, ok := v.(*perl.Array)
	if !ok {
		return []packet{{text: perl.String(v)}}
	}
	var out []packet
	for _, item := range list.Values() {
		if h, ok := item.(*perl.Hash); ok {
			out = append(out, packet{perl.String(h.Get("value")), perl.Number(h.Get("delay_before"))})
			continue
		}
		out = append(out, packet{text: perl.String(item)})
	}
	return out
}

var leadingComment = regexp.MustCompile(`^\s*#[^\n]+\s+|^\s+`)

// stripComments takes comments and white space in front of a request away.
func stripComments(s string) string {
	for {
		rest := leadingComment.ReplaceAllString(s, "")
		if rest == s {
			return s
		}
		s = rest
	}
}

// moreHeaders are the lines of more_headers for a request, with CRLF.
func moreHeaders(c *testnginx.Case, i int) (string, error) {
	v := c.Value("more_headers")
	text := ""
	switch v := v.(type) {
	case nil:
		return "", nil
	case *perl.Array:
		if i >= len(v.Items) {
			return "", fmt.Errorf("more_headers has nothing for request %d", i+1)
		}
		text = perl.String(v.Items[i].V)
	default:
		text = perl.String(v)
	}
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		if line == "" || strings.HasPrefix(strings.TrimLeft(line, " \t"), "#") {
			continue
		}
		key, value, _ := strings.Cut(line, ":")
		b.WriteString(key + ": " + strings.TrimLeft(value, " \t") + "\r\n")
	}
	return b.String(), nil
}

var (
	requestLine   = regexp.MustCompile(`^(\s*)(\S+)( *)(?:(\S+)( *))?(?:(\S+)( *))?\s*$`)
	hasHost       = regexp.MustCompile(`(?im)^Host:`)
	hasConnection = regexp.MustCompile(`(?im)^Connection`)
	hasLength     = regexp.MustCompile(`(?m)^Content-Length:`)
	isChunked     = regexp.MustCompile(`(?im)^Transfer-Encoding: chunked\r$`)
)

// build makes a request of a line "METHOD url version" and a body: it adds the version, Host, Connection and Content-Length where they
// are missing. Packets keep the places where they were cut.
func build(c *testnginx.Case, packets []packet, headers, connection string) ([]packet, error) {
	text := ""
	for _, p := range packets {
		text += p.text
	}
	line, body, _ := strings.Cut(text, "\n")
	m := requestLine.FindStringSubmatch(line)
	if m == nil || text == "" {
		return nil, fmt.Errorf("%q is no request line", line)
	}
	url, version := m[4], m[6]
	if url == "" {
		url = "/"
	}
	if version == "" {
		version = "HTTP/1.1"
	}
	head := m[2] + " " + url + " " + version + "\r\n"
	if !hasHost.MatchString(headers) {
		head += "Host: " + c.Head.ServerName + "\r\n"
	}
	if !hasConnection.MatchString(headers) {
		head += "Connection: " + connection + "\r\n"
	}
	head += headers
	if body != "" && !isChunked.MatchString(headers) && !hasLength.MatchString(headers) {
		body = strings.TrimSpace(body)
		head += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	return recut(packets, head+"\r\n"+body, len(body)), nil
}

// recut cuts a finished request where the packets of its raw form were cut: within the body at the same distance from its beginning,
// within the request line at the same distance from the beginning of all.
func recut(packets []packet, whole string, body int) []packet {
	if len(packets) == 1 {
		return []packet{{text: whole}}
	}
	raw := ""
	for _, p := range packets {
		raw += p.text
	}
	lineEnd := strings.IndexByte(raw, '\n') + 1
	var out []packet
	done, at := 0, 0
	for i, p := range packets {
		at += len(p.text)
		to := at
		if at > lineEnd {
			to = min(len(whole)-body+at-lineEnd, len(whole))
		}
		if i == len(packets)-1 {
			to = len(whole)
		}
		out = append(out, packet{whole[done:max(to, done)], p.delay})
		done = max(to, done)
	}
	return out
}
