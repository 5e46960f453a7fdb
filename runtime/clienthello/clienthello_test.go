package clienthello

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"
)

// goHello gives the first flight of a crypto/tls client.
func goHello(t testing.TB, cfg *tls.Config) []byte {
	t.Helper()
	client, server := net.Pipe()
	cfg.InsecureSkipVerify = true
	go func() {
		tls.Client(client, cfg).Handshake()
		client.Close()
	}()
	defer server.Close()
	server.SetDeadline(time.Now().Add(2 * time.Minute))
	return readRecord(t, server)
}

func readRecord(t testing.TB, r io.Reader) []byte {
	t.Helper()
	head := make([]byte, 5)
	if _, err := io.ReadFull(r, head); err != nil {
		t.Fatal(err)
	}
	body := make([]byte, binary.BigEndian.Uint16(head[3:]))
	if _, err := io.ReadFull(r, body); err != nil {
		t.Fatal(err)
	}
	return append(head, body...)
}

// opensslHello gives the first flight of openssl s_client.
func opensslHello(t testing.TB, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath("openssl")
	if err != nil {
		if os.Getenv("REQUIRE_ORACLE") == "1" {
			t.Fatal(err)
		}
		t.Skip("openssl is not installed")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cmd := exec.Command(path, append([]string{"s_client", "-connect", l.Addr().String()}, args...)...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(2 * time.Minute))
	return readRecord(t, conn)
}

type peekWant struct{ name, alpn, protocol string }

func checkPeek(t *testing.T, data []byte, want peekWant) {
	t.Helper()
	for n := range data {
		if _, r := Peek(data[:n]); r != More {
			t.Fatalf("%v after %d of %d bytes", r, n, len(data))
		}
	}
	p, r := Peek(data)
	if got := (peekWant{p.ServerName, p.ALPN, p.Protocol()}); r != Whole || got != want {
		t.Errorf("got %+v %v, want %+v", got, r, want)
	}
}

func TestPeekGo(t *testing.T) {
	checkPeek(t, goHello(t, &tls.Config{ServerName: "example.com", NextProtos: []string{"h2", "http/1.1"}}),
		peekWant{"example.com", "h2,http/1.1", "TLSv1.3"})
	checkPeek(t, goHello(t, &tls.Config{MaxVersion: tls.VersionTLS12}), peekWant{"", "", "TLSv1.3"})
}

func TestPeekOpenssl(t *testing.T) {
	checkPeek(t, opensslHello(t, "-servername", "a.example", "-alpn", "x,yy"), peekWant{"a.example", "x,yy", "TLSv1.3"})
	checkPeek(t, opensslHello(t, "-noservername", "-tls1_2"), peekWant{"", "", "TLSv1.2"})
	checkPeek(t, opensslHello(t, "-noservername", "-tls1_1", "-cipher", "ALL:@SECLEVEL=0"), peekWant{"", "", "TLSv1.1"})
}

// build makes a ClientHello record of the given version with extensions.
func build(version uint16, exts ...[]byte) []byte {
	body := binary.BigEndian.AppendUint16(nil, version)
	body = append(body, make([]byte, 32)...)
	body = append(body, 0, 0, 2, 0x13, 0x01, 1, 0)
	if exts != nil {
		all := slices.Concat(exts...)
		body = binary.BigEndian.AppendUint16(body, uint16(len(all)))
		body = append(body, all...)
	}
	msg := append([]byte{1, 0, byte(len(body) >> 8), byte(len(body))}, body...)
	return records(msg, len(msg))
}

// records cuts a message into records of at most n bytes.
func records(msg []byte, n int) []byte {
	var out []byte
	for part := range slices.Chunk(msg, n) {
		out = append(out, 0x16, 3, 1, byte(len(part)>>8), byte(len(part)))
		out = append(out, part...)
	}
	return out
}

func ext(id uint16, data string) []byte {
	b := binary.BigEndian.AppendUint16(nil, id)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(data))), data...)
}

const sniA = "\x00\x04\x00\x00\x01a"

func TestPeekTable(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want Result
		vars peekWant
	}{
		{"empty", nil, More, peekWant{}},
		{"four bytes of anything", []byte("GET "), More, peekWant{}},
		{"http", []byte("GET / HTTP/1.1\r\n"), NotTLS, peekWant{}},
		{"not version 3", []byte{0x16, 2, 0, 0, 0}, NotTLS, peekWant{}},
		{"an alert", []byte{0x15, 3, 1, 0, 2, 1, 0}, NotTLS, peekWant{}},
		{"a server hello", []byte{0x16, 3, 1, 0, 4, 2, 0, 0, 0}, NotTLS, peekWant{}},
		{"sslv2 framing, version 2", []byte{0x80, 46, 1, 0, 2}, Version2, peekWant{"", "", "SSLv2"}},
		{"sslv2 framing, version 3.3", []byte{0x80, 46, 1, 3, 3}, Version2, peekWant{"", "", "TLSv1.2"}},
		{"sslv2 framing, unknown version", []byte{0x80, 46, 1, 3, 9}, Version2, peekWant{}},
		{"no extensions", build(0x0303), Whole, peekWant{"", "", "TLSv1.2"}},
		{"an empty list of extensions", build(0x0301, []byte{}), Whole, peekWant{"", "", "TLSv1"}},
		{"sslv3", build(0x0300), Whole, peekWant{"", "", "SSLv3"}},
		{"a name", build(0x0303, ext(0, sniA)), Whole, peekWant{"a", "", "TLSv1.2"}},
		{"the first of two names", build(0x0303, ext(0, "\x00\x08\x00\x00\x01a\x00\x00\x01b")), Whole, peekWant{"a", "", "TLSv1.2"}},
		{"a second extension with a name", build(0x0303, ext(0, sniA), ext(0, "\x00\x04\x00\x00\x01b")), Whole, peekWant{"a", "", "TLSv1.2"}},
		{"an empty name", build(0x0303, ext(0, "\x00\x03\x00\x00\x00")), Whole, peekWant{"", "", "TLSv1.2"}},
		{"a name of another type", build(0x0303, ext(0, "\x00\x04\x01\x00\x01a")), NotTLS, peekWant{}},
		{"a name longer than its list", build(0x0303, ext(0, "\x00\x04\x00\x00\x05abcde")), NotTLS, peekWant{}},
		{"a name beyond the message", build(0x0303, ext(0, "\x00\xff\x00\x00\xf0a")), NotTLS, peekWant{}},
		{"protocols", build(0x0303, ext(16, "\x00\x06\x02h2\x02h3")), Whole, peekWant{"", "h2,h3", "TLSv1.2"}},
		{"an empty protocol", build(0x0303, ext(16, "\x00\x01\x00")), NotTLS, peekWant{}},
		{"an empty list of protocols", build(0x0303, ext(16, "\x00\x00"), ext(23, "")), NotTLS, peekWant{}},
		{"a protocol longer than its list", build(0x0303, ext(16, "\x00\x02\x05abcde")), NotTLS, peekWant{}},
		{"versions count whatever they are", build(0x0303, ext(43, "\x02\x03\x01")), Whole, peekWant{"", "", "TLSv1.3"}},
		{"an extension beyond the message", build(0x0303, []byte{0, 99, 0xff, 0xff}), NotTLS, peekWant{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, r := Peek(tt.data)
			if got := (peekWant{p.ServerName, p.ALPN, p.Protocol()}); r != tt.want || got != tt.vars {
				t.Errorf("got %+v %v, want %+v %v", got, r, tt.vars, tt.want)
			}
		})
	}
}

func TestFragments(t *testing.T) {
	whole := goHello(t, &tls.Config{ServerName: "example.com", NextProtos: []string{"h2"}, CurvePreferences: []tls.CurveID{tls.X25519}}) // a short one
	for _, size := range []int{1, 2, 3, 7, 100} {
		data := records(whole[5:], size)
		checkPeek(t, data, peekWant{"example.com", "h2", "TLSv1.3"})
		h, err := Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		if name, err := h.ServerName(); name != "example.com" || err != nil {
			t.Errorf("size %d: %q %v", size, name, err)
		}
	}
}

func TestParse(t *testing.T) {
	data := goHello(t, &tls.Config{ServerName: "example.com", NextProtos: []string{"h2", "x"}, CurvePreferences: []tls.CurveID{tls.X25519}})
	for n := range data {
		if _, err := Parse(data[:n]); err != ErrMore {
			t.Fatalf("%v after %d bytes", err, n)
		}
	}
	h, err := Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	alpn, err1 := h.ALPN()
	versions, err2 := h.SupportedVersions()
	groups, err3 := h.Groups()
	schemes, err4 := h.Signatures()
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	if h.Version != tls.VersionTLS12 || len(h.Random) != 32 || len(h.SessionID) != 32 ||
		!slices.Contains(h.CipherSuites, tls.TLS_AES_128_GCM_SHA256) || !slices.Equal(alpn, []string{"h2", "x"}) ||
		!slices.Equal(versions, []uint16{0x0304, 0x0303}) || !slices.Equal(groups, []uint16{29}) || len(schemes) == 0 {
		t.Errorf("%+v", h)
	}
	if _, ok := h.Extension(51); !ok {
		t.Error("the key share is not found")
	}
}

func TestParseErrors(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want error
	}{
		{"empty", nil, ErrMore},
		{"http", []byte("GET / HTTP/1.0"), ErrNotTLS},
		{"one byte of http", []byte("G"), ErrNotTLS},
		{"a server hello", []byte{0x16, 3, 1, 0, 4, 2, 0, 0, 0}, ErrNotTLS},
		{"an empty record", []byte{0x16, 3, 1, 0, 0}, ErrFormat},
		{"too long a record", []byte{0x16, 3, 1, 0xff, 0xff}, ErrFormat},
		{"too long a message", []byte{0x16, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff}, ErrFormat},
		{"short message", []byte{0x16, 3, 1, 0, 6, 1, 0, 0, 2, 3, 3}, ErrFormat},
		{"extension beyond the list", build(0x0303, []byte{0, 99, 0, 9}), ErrFormat},
		{"twice the same extension", build(0x0303, ext(0, sniA), ext(0, sniA)), ErrFormat},
		{"bytes after the extensions", records(append([]byte{1, 0, 0, 44, 3, 3}, append(make([]byte, 32), 0, 0, 2, 0, 1, 1, 0, 0, 0, 9)...), 99), ErrFormat},
	}
	for _, tt := range tests {
		if _, err := Parse(tt.data); err != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	for _, sni := range []string{"", "\x00", "\x00\x03\x00\x00\x00", "\x00\x04\x01\x00\x01a", "\x00\x08\x00\x00\x01a\x00\x00\x01b", "\x00\x05\x00\x00\x02a\x00", sniA + "x"} {
		h, err := Parse(build(0x0303, ext(0, sni)))
		if err != nil {
			t.Fatal(err)
		}
		if name, err := h.ServerName(); err != ErrFormat {
			t.Errorf("%q: name %q, err %v", sni, name, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(goHello(f, &tls.Config{ServerName: "example.com", NextProtos: []string{"h2"}}))
	f.Add(build(0x0303, ext(0, sniA), ext(16, "\x00\x03\x02h2"), ext(43, "\x02\x03\x04")))
	f.Fuzz(func(t *testing.T, data []byte) {
		h, err := Parse(data)
		if err != nil {
			return
		}
		name, nameErr := h.ServerName()
		alpn, alpnErr := h.ALPN()
		h.SupportedVersions()
		h.Groups()
		h.Signatures()
		// What the strict reader accepts the lax one reads the same way.
		if p, r := Peek(data); r == Whole && nameErr == nil && alpnErr == nil {
			if p.ServerName != name || p.ALPN != strings.Join(alpn, ",") {
				t.Fatalf("peek %q %q, parse %q %q", p.ServerName, p.ALPN, name, alpn)
			}
		}
	})
}
