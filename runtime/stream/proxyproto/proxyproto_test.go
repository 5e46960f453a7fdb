package proxyproto

import (
	"errors"
	"net/netip"
	"strings"
	"testing"
)

func TestParseV1(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Header
		none bool // the header says nothing
		rest string
		err  string
	}{
		{in: "PROXY TCP4 1.2.3.4 5.6.7.8 100 200\r\nrest", want: Header{SrcAddr: "1.2.3.4", DstAddr: "5.6.7.8", SrcPort: 100, DstPort: 200}, rest: "rest"},
		{in: "PROXY TCP6 ::1 2001:db8::2 0 65535\r\n", want: Header{SrcAddr: "::1", DstAddr: "2001:db8::2", DstPort: 65535}},
		{in: "PROXY TCP4 fade:. 5.6.7.8 1 2\r\n", want: Header{SrcAddr: "fade:.", DstAddr: "5.6.7.8", SrcPort: 1, DstPort: 2}},
		{in: "PROXY UNKNOWN\r\nx", none: true, rest: "x"},
		{in: "PROXY UNKNOWN anything at all\r\n", none: true},
		{in: "PROXY UNKNOWN", err: `broken header: "PROXY UNKNOWN"`},
		{in: "GET / HTTP/1.0\r\n\r\n", err: `broken header: "GET / HTTP/1.0"`},
		{in: "PROXY ", err: `broken header: "PROXY "`},
		{in: "", err: `broken header: ""`},
		{in: "PROXY TCP5 1.2.3.4 5.6.7.8 1 2\r\n", err: `broken header: "PROXY TCP5 1.2.3.4 5.6.7.8 1 2"`},
		{in: "PROXY TCP4 1.2.3.x 5.6.7.8 1 2\r\n", err: `broken header: "PROXY TCP4 1.2.3.x 5.6.7.8 1 2"`},
		{in: "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536\r\n", err: `broken header: "PROXY TCP4 1.2.3.4 5.6.7.8 1 65536"`},
		{in: "PROXY TCP4 1.2.3.4 5.6.7.8  2\r\n", err: `broken header: "PROXY TCP4 1.2.3.4 5.6.7.8  2"`},
		{in: "PROXY TCP4 1.2.3.4 5.6.7.8 1 -2\r\n", err: `broken header: "PROXY TCP4 1.2.3.4 5.6.7.8 1 -2"`},
		{in: "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r", err: `broken header: "PROXY TCP4 1.2.3.4 5.6.7.8 1 2"`},
		{in: "PROXY TCP4 1.2.3.4 5.6.7.8 1 2\rx", err: `broken header: "PROXY TCP4 1.2.3.4 5.6.7.8 1 2"`},
	} {
		check(t, c.in, c.want, c.none, c.rest, c.err)
	}
}

func check(t *testing.T, in string, want Header, none bool, rest, msg string) {
	t.Helper()
	h, n, err := Parse([]byte(in))
	if err != nil || msg != "" {
		if err == nil || err.Error() != msg {
			t.Errorf("%q: error %v, want %s", in, err, msg)
		}
		return
	}
	if (h == nil) != none || in[n:] != rest {
		t.Errorf("%q: header %v, rest %q", in, h, in[n:])
	} else if h != nil && (h.SrcAddr != want.SrcAddr || h.DstAddr != want.DstAddr || h.SrcPort != want.SrcPort || h.DstPort != want.DstPort) {
		t.Errorf("%q: %+v, want %+v", in, *h, want)
	}
}

func TestParseV2(t *testing.T) {
	head := signature + "\x21"
	inet := "\x0a\x00\x00\x01\x0a\x00\x00\x02\x00\x50\x01\xbb"
	for _, c := range []struct {
		in   string
		want Header
		none bool
		rest string
		err  string
	}{
		{in: head + "\x11\x00\x0c" + inet + "rest", want: Header{SrcAddr: "10.0.0.1", DstAddr: "10.0.0.2", SrcPort: 80, DstPort: 443}, rest: "rest"},
		{in: head + "\x21\x00\x24" + strings.Repeat("\x00", 15) + "\x01" + strings.Repeat("\x00", 15) + "\x02\x00\x01\x00\x02",
			want: Header{SrcAddr: "::1", DstAddr: "::2", SrcPort: 1, DstPort: 2}},
		{in: signature + "\x20\x00\x00\x00x", none: true, rest: "x"},    // LOCAL
		{in: head + "\x12\x00\x0c" + inet + "x", none: true, rest: "x"}, // datagram
		{in: head + "\x31\x00\x04abcdx", none: true, rest: "x"},         // unix
		{in: signature + "\x31\x11\x00\x00", err: "unknown PROXY protocol version: 3"},
		{in: head + "\x11\x00\x0d" + inet, err: "header is too large"},
		{in: head + "\x11\x00\x0b" + inet, err: ErrShort.Error()},
	} {
		check(t, c.in, c.want, c.none, c.rest, c.err)
	}
}

func TestTLV(t *testing.T) {
	sub := "\x21\x00\x07TLSv1.3\x22\x00\x02me"
	h := &Header{tlvs: []byte("\x01\x00\x02h2\x20\x00" + string(rune(5+len(sub))) + "\x05\x00\x00\x00\x0a" + sub + "\xea\x00\x01z")}
	for _, c := range []struct {
		name, want string
		found      bool
		err        string
	}{
		{name: "alpn", want: "h2", found: true},
		{name: "authority"},
		{name: "0xea", want: "z", found: true},
		{name: "0x01", want: "h2", found: true},
		{name: "0xzz", err: `invalid PROXY protocol TLV "0xzz"`},
		{name: "0x", err: `invalid PROXY protocol TLV "0x"`},
		{name: "nonsense", err: `unknown PROXY protocol TLV "nonsense"`},
		{name: "ssl_verify", want: "10", found: true},
		{name: "ssl_version", want: "TLSv1.3", found: true},
		{name: "ssl_cn", want: "me", found: true},
		{name: "ssl_0x22", want: "me", found: true},
		{name: "ssl_cipher"},
		{name: "ssl_x", err: `unknown PROXY protocol TLV "x"`},
	} {
		v, found, err := h.TLV(c.name)
		if string(v) != c.want || found != c.found || (err == nil) != (c.err == "") || err != nil && err.Error() != c.err {
			t.Errorf("%s: %q %v %v", c.name, v, found, err)
		}
	}
	for _, bad := range []string{"\x01\x00", "\x01\x00\x05abc"} {
		if _, _, err := (&Header{tlvs: []byte(bad)}).TLV("alpn"); !errors.Is(err, errTLV) {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if _, found, err := (*Header)(nil).TLV("alpn"); found || err != nil {
		t.Error("a connection without a header has extensions")
	}
}

func TestWrite(t *testing.T) {
	ap := netip.MustParseAddrPort
	for _, c := range []struct{ got, want string }{
		{string(AppendV1(nil, ap("1.2.3.4:5"), ap("6.7.8.9:10"))), "PROXY TCP4 1.2.3.4 6.7.8.9 5 10\r\n"},
		{string(AppendV1(nil, ap("[::1]:5"), ap("[::2]:10"))), "PROXY TCP6 ::1 ::2 5 10\r\n"},
		{string(AppendV1(nil, netip.AddrPort{}, netip.AddrPort{})), "PROXY UNKNOWN\r\n"},
		{string(AppendV2(nil, netip.AddrPort{}, netip.AddrPort{}, &TLS{})), signature + "\x21\x01\x00\x00"},
		{string(AppendV2(nil, ap("1.2.3.4:5"), ap("6.7.8.9:10"), nil)), signature + "\x21\x11\x00\x0c\x01\x02\x03\x04\x06\x07\x08\x09\x00\x05\x00\x0a"},
		{string(AppendV2([]byte("x"), ap("1.2.3.4:5"), ap("[::1]:10"), nil)),
			"x" + signature + "\x21\x21\x00\x24" + strings.Repeat("\x00", 10) + "\xff\xff\x01\x02\x03\x04" + strings.Repeat("\x00", 15) + "\x01\x00\x05\x00\x0a"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// What AppendV2 writes, Parse and TLV read back.
func TestRoundTrip(t *testing.T) {
	ap := netip.MustParseAddrPort
	b := AppendV2(nil, ap("1.2.3.4:5"), ap("6.7.8.9:10"),
		&TLS{ALPN: "h2", Version: "TLSv1.3", Cert: true, Valid: true, Verify: 0, CN: "client", KeyAlg: "RSA2048", SigAlg: "RSA-SHA256", Cipher: "TLS_AES_128_GCM_SHA256"})
	h, n, err := Parse(b)
	if err != nil || n != len(b) || h.SrcAddr != "1.2.3.4" || h.DstPort != 10 {
		t.Fatal(h, n, err)
	}
	for name, want := range map[string]string{"ssl_version": "TLSv1.3", "ssl_cn": "client", "ssl_key_alg": "RSA2048", "ssl_sig_alg": "RSA-SHA256",
		"ssl_cipher": "TLS_AES_128_GCM_SHA256", "ssl_verify": "0", "ssl_0x01": "h2"} {
		if v, ok, err := h.TLV(name); string(v) != want || !ok || err != nil {
			t.Errorf("%s = %q %v %v", name, v, ok, err)
		}
	}
	if v, _, _ := h.TLV("ssl"); len(v) == 0 || v[0] != clientSSL|clientCertConn|clientCertSess {
		t.Errorf("flags in %q", v)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n"))
	f.Add([]byte("PROXY UNKNOWN\r\n"))
	f.Add([]byte(signature + "\x21\x11\x00\x0f\x0a\x00\x00\x01\x0a\x00\x00\x02\x00\x50\x01\xbb\x01\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, n, err := Parse(b)
		if n < 0 || n > len(b) || err == nil && n == 0 {
			t.Fatalf("length %d of %d, error %v", n, len(b), err)
		}
		if h != nil {
			for _, name := range []string{"alpn", "ssl", "ssl_cn", "ssl_verify", "0xff"} {
				_, _, _ = h.TLV(name)
			}
		}
	})
}
