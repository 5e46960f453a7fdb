package clienthello

import (
	"crypto/tls"
	"testing"
)

func TestPeek(t *testing.T) {
	for _, c := range []struct {
		cfg                  *tls.Config
		name, alpn, protocol string
	}{
		{&tls.Config{ServerName: "example.org", NextProtos: []string{"h2", "http/1.1"}}, "example.org", "h2,http/1.1", "TLSv1.3"},
		{&tls.Config{ServerName: "example.org", MaxVersion: tls.VersionTLS12}, "example.org", "", "TLSv1.2"},
		{&tls.Config{InsecureSkipVerify: true}, "", "", "TLSv1.3"},
	} {
		b := goHello(t, c.cfg)
		if c.protocol == "TLSv1.2" {
			b = withoutVersions(b)
		}
		for n := range b {
			if h, r := Peek(b[:n]); r != More || h.ServerName != "" {
				t.Fatalf("%d of %d bytes: %+v %v", n, len(b), h, r)
			}
		}
		h, r := Peek(b)
		if r != Whole || h.ServerName != c.name || h.ALPN != c.alpn || h.Protocol() != c.protocol {
			t.Errorf("%+v %s %v, want %s %s %s", h, h.Protocol(), r, c.name, c.alpn, c.protocol)
		}
		if h2, r := Peek(split(b)); r != Whole || h2 != h {
			t.Errorf("in two records: %+v %v", h2, r)
		}
	}
}

// withoutVersions renames the supported_versions extension, as a client of old would not send it.
func withoutVersions(b []byte) []byte {
	for i := 43; i+4 < len(b); i++ {
		if b[i] == 0 && b[i+1] == ExtSupportedVersions && b[i+2] == 0 && int(b[i+3]) == int(b[i+4])+1 {
			b[i] = 0xff
		}
	}
	return b
}

// split cuts the one record of b in two in the middle.
func split(b []byte) []byte {
	n := len(b) - 5
	a := n / 2
	out := append([]byte{22, 3, 1, byte(a >> 8), byte(a)}, b[5:5+a]...)
	out = append(out, 22, 3, 1, byte((n-a)>>8), byte(n-a))
	return append(out, b[5+a:]...)
}

func TestOddInput(t *testing.T) {
	head := "\x03\x03" + string(make([]byte, 32)) + "\x00\x00\x02\x13\x01\x01\x00"
	record := func(msg string) string { return "\x16\x03\x01\x00" + string(rune(len(msg))) + msg }
	client := func(body string) string { return record("\x01\x00\x00" + string(rune(len(body))) + body) }
	ext := func(e string) string { return client(head + "\x00" + string(rune(len(e))) + e) }
	for _, c := range []struct {
		what, in string
		want     Result
		version  string
	}{
		{"nothing", "", More, ""},
		{"four bytes", "\x16\x03\x01\x00", More, ""},
		{"text", "GET / HTTP/1.0\r\n", NotTLS, ""},
		{"major version 4", "\x16\x04\x01\x00\x01\x01", NotTLS, ""},
		{"SSL version 2 hello for TLS 1.0", "\x80\x2e\x01\x03\x01", Version2, "TLSv1"},
		{"SSL version 2 hello", "\x80\x2e\x01\x00\x02", Version2, "SSLv2"},
		{"a server hello", record("\x02\x00\x00\x01\x00"), NotTLS, ""},
		{"no extensions", client(head), Whole, "TLSv1.2"},
		{"SNI with another type of name", ext("\x00\x00\x00\x06\x00\x04\x01\x00\x01x"), NotTLS, ""},
		{"SNI whose name is longer than its list", ext("\x00\x00\x00\x06\x00\x03\x00\x00\x01x"), NotTLS, ""},
		{"ALPN with an empty protocol", ext("\x00\x10\x00\x03\x00\x01\x00"), NotTLS, ""},
		{"ALPN whose protocol is longer than its list", ext("\x00\x10\x00\x04\x00\x02\x02h2"), NotTLS, ""},
		{"extension longer than the message", ext("\x00\x99\x00\x09x"), NotTLS, ""},
		{"empty message", client(""), NotTLS, ""},
	} {
		h, r := Peek([]byte(c.in))
		if r != c.want || h.Protocol() != c.version {
			t.Errorf("%s: %+v %v", c.what, h, r)
		}
	}
}

func FuzzPeek(f *testing.F) {
	f.Add(goHello(f, &tls.Config{ServerName: "a.example", NextProtos: []string{"x"}}))
	f.Add([]byte("\x80\x2e\x01\x00\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, r := Peek(b)
		if r == NotTLS && h != (Peeked{}) {
			t.Fatalf("no hello, yet %+v", h)
		}
		// What is decided stays decided when more comes.
		if r == Whole || r == NotTLS {
			if h2, r2 := Peek(append(b[:len(b):len(b)], 0, 0, 0, 0, 0)); r2 != r || h2 != h {
				t.Fatalf("%v %+v became %v %+v", r, h, r2, h2)
			}
		}
	})
}

// A hello of which a record is missing is known as far as nginx has read it: a protocol once it is whole, with the comma behind it, and
// TLS 1.3 once the length of the list of versions is there.
func TestPeekPart(t *testing.T) {
	data := build(0x0303, ext(ExtALPN, "\x00\x06\x02h2\x02h3"), ext(ExtSupportedVersions, "\x02\x03\x04"))[recordHead:]
	for cut, want := range map[int]peekWant{
		len(data) - 7:  {"", "h2,h3", "TLSv1.2"},
		len(data) - 3:  {"", "h2,h3", "TLSv1.2"},
		len(data) - 2:  {"", "h2,h3", "TLSv1.3"},
		len(data) - 9:  {"", "h2,", "TLSv1.2"},
		len(data) - 10: {"", "h2,", "TLSv1.2"},
		len(data) - 12: {"", "", "TLSv1.2"},
	} {
		p, r := Peek(records(data[:cut], cut))
		if got := (peekWant{p.ServerName, p.ALPN, p.Protocol()}); r != More || got != want {
			t.Errorf("%d of %d bytes: %+v %v, want %+v", cut, len(data), got, r, want)
		}
	}
}
