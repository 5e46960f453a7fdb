package tlsconf

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"tidegate/runtime/tlsconf/tlstest"
)

// The lines of this file were recorded from nginx 1.31.1 with OpenSSL 3.0. They
// lack the context that the log adds.

func ssl(code, reason string) string {
	return "SSL_do_handshake() failed (SSL: error:0A000" + code + ":SSL routines::" + reason + ")"
}

// TestRecordedBytes sends bytes that are no handshake.
func TestRecordedBytes(t *testing.T) {
	s := newServer(t, serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{})))
	rep := strings.Repeat
	for _, tt := range []struct {
		name, send string
		rst        bool
		want       string
	}{
		{"get", "GET / HTTP/1.0\r\n\r\n", false, ssl("09C", "http request")},
		{"post", "POST / HTTP/1.0\r\n\r\n", false, ssl("09C", "http request")},
		{"head", "HEAD / HTTP/1.0\r\n\r\n", false, ssl("09C", "http request")},
		{"put", "PUT / HTTP/1.0\r\n\r\n", false, ssl("09C", "http request")},
		{"connect", "CONNECT a:1 HTTP/1.0\r\n\r\n", false, ssl("09B", "https proxy request")},
		{"options", "OPTIONS / HTTP/1.0\r\n\r\n", false, ssl("10B", "wrong version number")},
		{"garbage", rep("\xff", 40), false, ssl("10B", "wrong version number")},
		{"text", "hello world, this is no tls\n", false, ssl("10B", "wrong version number")},
		{"zeros", rep("\x00", 40), false, ssl("10B", "wrong version number")},
		{"nothing", "", false, "peer closed connection in SSL handshake"},
		{"reset", "", true, "peer closed connection in SSL handshake (104: Connection reset by peer)"},
		{"a part of a hello", "\x16\x03\x01\x02\x00\x01\x00", false, "peer closed connection in SSL handshake"},
		{"a part of a hello, reset", "\x16\x03\x01\x02\x00\x01\x00", true, "peer closed connection in SSL handshake (104: Connection reset by peer)"},
		{"a long record", "\x16\x03\x01\xff\xff" + rep("a", 1000), false, ssl("0C6", "packet length too long")},
		{"an alert", "\x15\x03\x01\x00\x02\x02\x28", false, ssl("0F4", "unexpected message")},
		{"application data", "\x17\x03\x03\x00\x05hello", false, ssl("0F4", "unexpected message")},
		{"a record of another version", "\x16\x09\x09\x00\x05hello", false, ssl("10B", "wrong version number")},
		{"a server hello", "\x16\x03\x01\x00\x30\x02\x00\x00\x2c\x03\x03" + rep("\x00", 42), false, ssl("0F4", "unexpected message")},
		{"a malformed hello", "\x16\x03\x01\x00\x08\x01\x00\x00\x04\x03\x03\x00\x00", false, ssl("09F", "length mismatch")},
		{"a long message", "\x16\x03\x01\x40\x00\x01\xff\xff\xff" + rep("\x00", 16380), false, ssl("098", "excessive message size")},
		{"a hello of SSLv2", "\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10" + rep("\x01\x00\x80", 7) + rep("\x11", 16), false, ssl("102", "unsupported protocol")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addr, results := listen(t, s, nil)
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(patience))
			_, _ = c.Write([]byte(tt.send)) // the server may have seen enough before all of it is sent
			if tt.rst {
				c.(*net.TCPConn).SetLinger(0)
				c.Close()
			} else {
				c.(*net.TCPConn).CloseWrite()
			}
			if got := HandshakeError((<-results).err, false); got != (Line{LevelInfo, tt.want}) {
				t.Errorf("got  %+v\nwant %s", got, tt.want)
			}
		})
	}
}

// TestRecordedClients lets openssl s_client ask for what cannot be had.
func TestRecordedClients(t *testing.T) {
	rsa, ecdsa := tlstest.SelfSigned(t, tlstest.Options{Key: rsaKey()}), tlstest.SelfSigned(t, tlstest.Options{})
	dir := t.TempDir()
	rsaCert, rsaFile := rsa.Write(t, dir, "rsa")
	ecCert, ecKey := ecdsa.Write(t, dir, "ec")
	servers := map[string]func(*ServerConfig){
		"plain":  func(*ServerConfig) {},
		"one":    func(c *ServerConfig) { c.Protocols, c.Ciphers = TLSv1_2, "ECDHE-RSA-AES128-GCM-SHA256" },
		"alpn":   func(c *ServerConfig) { c.ALPN = []string{"h2", "h3"} },
		"curve":  func(c *ServerConfig) { c.Curves = "secp384r1" },
		"old":    func(c *ServerConfig) { c.Protocols = TLSv1 | TLSv1_1 | TLSv1_2 },
		"old0":   func(c *ServerConfig) { c.Protocols, c.Ciphers = TLSv1|TLSv1_1|TLSv1_2, "ALL:@SECLEVEL=0" },
		"oldRSA": func(c *ServerConfig) { c.Protocols, c.Ciphers = TLSv1|TLSv1_1|TLSv1_2, "AES128-SHA" },
		"new":    func(c *ServerConfig) { c.Protocols = TLSv1_3 },
		"gap":    func(c *ServerConfig) { c.Protocols, c.Ciphers = TLSv1_1|TLSv1_3, "ALL:@SECLEVEL=0" },
		"verify": func(c *ServerConfig) { c.Verify, c.ClientCA = VerifyOn, rsaCert },
		"apart":  func(c *ServerConfig) { c.Certificates = []Pair{{rsaCert, ecKey}} },
		"files":  func(c *ServerConfig) { c.Certificates, c.Dynamic = []Pair{{dir + "/$x.crt", dir + "/$x.key"}}, true },
		"reject": func(c *ServerConfig) { c.Certificates, c.Reject = nil, true },
		"ssl3":   func(c *ServerConfig) { c.Protocols = SSLv3 },
	}
	missing := `cannot load certificate "` + dir + `/no.crt": BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(` + dir + `/no.crt, r) error:10000080:BIO routines::no such file)`
	noSigalg, noCipher, noVersion := ssl("076", "no suitable signature algorithm"), ssl("0C1", "no shared cipher"), ssl("102", "unsupported protocol")
	unknownCA := ssl("418", "tlsv1 alert unknown ca:SSL alert number 48")
	for _, tt := range []struct{ server, args, want string }{
		{"plain", "", ""},
		{"plain", "-tls1_1 -cipher ALL:@SECLEVEL=0", noVersion},
		{"old", "-tls1_1 -cipher ALL:@SECLEVEL=0", noSigalg},
		{"old0", "-tls1_1 -cipher ALL:@SECLEVEL=0", ""},
		{"old0", "-tls1 -cipher ALL:@SECLEVEL=0", ""},
		{"oldRSA", "-tls1_1 -cipher ALL:@SECLEVEL=0", ""},
		{"new", "-tls1_2", noVersion},
		{"one", "-tls1_3", noVersion},
		{"gap", "-tls1_3", ""},
		{"gap", "-tls1_2", ssl("10B", "wrong version number")},
		{"gap", "-max_protocol TLSv1.2 -min_protocol TLSv1.1 -cipher ALL:@SECLEVEL=0", ""},
		{"ssl3", "", noVersion},
		{"one", "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384", noCipher},
		{"plain", "-tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384", noCipher},
		{"alpn", "-alpn http/1.1", ssl("0EB", "no application protocol")},
		{"alpn", "-alpn h3", ""},
		{"alpn", "", ""},
		{"reject", "", "handshake rejected"},
		{"curve", "-tls1_3 -groups X25519", ssl("065", "no suitable key share")},
		{"curve", "-tls1_2 -groups X25519", ""},
		{"plain", "-verify_return_error", unknownCA},
		{"plain", "-verify_return_error -tls1_2", unknownCA},
		{"plain", "-tls1_3 -sigalgs ECDSA+SHA256", noSigalg},
		{"plain", "-tls1_2 -sigalgs ECDSA+SHA256", noCipher},
		{"files", "-servername no", missing + "|" + ssl("179", "cert cb error")},
		{"files", "-servername ec", ""},
		{"verify", "", "client sent no required SSL certificate"},
		{"verify", "-tls1_2", "client sent no required SSL certificate"},
		{"verify", "-cert " + ecCert + " -key " + ecKey, "client SSL certificate verify error: (18:self-signed certificate)"},
		{"verify", "-cert " + rsaCert + " -key " + rsaFile, ""},
		{"apart", "-tls1_3", noSigalg},
		{"apart", "-tls1_2", noCipher},
		{"plain", "-servername a_b", ""},
	} {
		t.Run(tt.server+" "+tt.args, func(t *testing.T) {
			cfg := serverConfig(t)
			cfg.Certificates = []Pair{{rsaCert, rsaFile}}
			servers[tt.server](&cfg)
			addr, results := listen(t, newServer(t, cfg), func() *Handshake {
				return &Handshake{Files: func(h *Hello) ([]Pair, error) {
					return []Pair{{dir + "/" + h.ServerName() + ".crt", dir + "/" + h.ServerName() + ".key"}}, nil
				}}
			})
			out := sClient(t, addr, strings.Fields(tt.args)...)
			r := <-results
			var lines []string
			if r.err != nil && r.state != nil {
				lines = append(lines, r.err.Error())
			} else if r.err != nil {
				for _, l := range HandshakeLines(r.err, false) {
					lines = append(lines, l.Text)
				}
			}
			if got := strings.Join(lines, "|"); got != tt.want {
				t.Errorf("got  %s\nwant %s\n%s", got, tt.want, out)
			}
		})
	}
}

// answer accepts one connection, reads a hello and sends bytes.
func answer(t *testing.T, send string, rst bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		c.SetDeadline(time.Now().Add(patience))
		c.Read(make([]byte, 4096))
		c.Write([]byte(send))
		if rst {
			c.(*net.TCPConn).SetLinger(0)
			c.Close()
			return
		}
		c.(*net.TCPConn).CloseWrite()
		c.Read(make([]byte, 1))
		c.Close()
	}()
	return l.Addr().String()
}

// TestRecordedUpstreamBytes answers a hello with something else.
func TestRecordedUpstreamBytes(t *testing.T) {
	c := newClient(t, clientConfig())
	for _, tt := range []struct {
		name, send string
		rst        bool
		want       string
	}{
		{"text", "hello plain text server\r\n", false, ssl("10B", "wrong version number")},
		{"http", "HTTP/1.1 400 Bad\r\n\r\n", false, ssl("10B", "wrong version number")},
		{"close", "", false, "peer closed connection in SSL handshake"},
		{"reset", "", true, "peer closed connection in SSL handshake (104: Connection reset by peer)"},
		{"an alert", "\x15\x03\x03\x00\x02\x02\x28", false, ssl("410", "sslv3 alert handshake failure:SSL alert number 40")},
		{"close_notify", "\x15\x03\x03\x00\x02\x01\x00", false, "peer closed connection in SSL handshake"},
		{"a part", "\x16\x03\x03\x00\x50\x02", false, "peer closed connection in SSL handshake"},
		{"application data", "\x17\x03\x03\x00\x05hello", false, ssl("0F4", "unexpected message")},
		{"a client hello", "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00", false, ssl("0F4", "unexpected message")},
		{"a long record", "\x16\x03\x03\xff\xff" + strings.Repeat("a", 1000), false, ssl("0C6", "packet length too long")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := dial(t, c, answer(t, tt.send, tt.rst), &Dial{})
			if got := HandshakeError(r.err, true); got != (Line{LevelErr, tt.want}) {
				t.Errorf("got  %+v\nwant %s", got, tt.want)
			}
		})
	}
}

// sServer runs openssl s_server until the end of the test.
func sServer(t *testing.T, args ...string) string {
	t.Helper()
	openssl(t, "version")
	cmd := exec.Command("openssl", append([]string{"s_server", "-accept", "127.0.0.1:0"}, args...)...)
	stdin, err := cmd.StdinPipe() // it leaves when its input ends
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stdin.Close(); cmd.Process.Kill(); cmd.Wait() })
	said := bufio.NewReader(stdout)
	for {
		line, err := said.ReadString('\n')
		if err != nil {
			t.Fatalf("s_server does not listen: %v", err)
		}
		if addr, ok := strings.CutPrefix(line, "ACCEPT "); ok {
			go io.Copy(io.Discard, said)
			return strings.TrimSpace(addr)
		}
	}
}

// TestRecordedUpstreams lets openssl s_server refuse.
func TestRecordedUpstreams(t *testing.T) {
	rsa, other := tlstest.SelfSigned(t, tlstest.Options{Key: rsaKey(), Names: []string{"r"}}), tlstest.SelfSigned(t, tlstest.Options{})
	dir := t.TempDir()
	cert, key := rsa.Write(t, dir, "r")
	otherCert, _ := other.Write(t, dir, "o")
	identity := []string{"-cert", cert, "-key", key}
	protocolVersion := ssl("42E", "tlsv1 alert protocol version:SSL alert number 70")
	handshakeFailure := ssl("410", "sslv3 alert handshake failure:SSL alert number 40")
	for _, tt := range []struct {
		name   string
		server string
		change func(*ClientConfig)
		dial   Dial
		want   string
	}{
		{"good", "", nil, Dial{}, ""},
		{"no shared cipher", "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384", func(c *ClientConfig) { c.Protocols, c.Ciphers = TLSv1_2, "ECDHE-RSA-AES128-GCM-SHA256" }, Dial{}, handshakeFailure},
		{"TLSv1.2 to TLSv1.3", "-tls1_3", func(c *ClientConfig) { c.Protocols = TLSv1_2 }, Dial{}, protocolVersion},
		{"TLSv1.3 to TLSv1.2", "-tls1_2", func(c *ClientConfig) { c.Protocols = TLSv1_3 }, Dial{}, protocolVersion},
		{"alpn", "-alpn h2", func(c *ClientConfig) { c.ALPN = []string{"h9"} }, Dial{}, ssl("460", "tlsv1 alert no application protocol:SSL alert number 120")},
		{"alpn agreed", "-alpn h2", func(c *ClientConfig) { c.ALPN = []string{"h9", "h2"} }, Dial{}, ""},
		{"verify", "", func(c *ClientConfig) { c.Verify, c.TrustedCA = true, otherCert }, Dial{}, "upstream SSL certificate verify error: (18:self-signed certificate)"},
		{"name", "", func(c *ClientConfig) { c.Verify, c.TrustedCA = true, cert }, Dial{Name: "nope"}, `upstream SSL certificate does not match "nope"`},
		{"good name", "", func(c *ClientConfig) { c.Verify, c.TrustedCA = true, cert }, Dial{Name: "r:443"}, ""},
		{"certificate required", "-Verify 1 -verify_return_error", func(c *ClientConfig) { c.Protocols = TLSv1_2 }, Dial{}, handshakeFailure},
		{"certificate sent", "-Verify 1 -verify_return_error -CAfile " + cert, func(c *ClientConfig) { c.Certificate = Pair{cert, key} }, Dial{}, ""},
		{"no protocols", "", func(c *ClientConfig) { c.Protocols = SSLv3 }, Dial{}, ssl("0BF", "no protocols available")},
		{"gap below TLSv1.2", "-tls1_2", func(c *ClientConfig) { c.Protocols = TLSv1 | TLSv1_2 }, Dial{}, protocolVersion},
		{"gap below TLSv1.3", "-tls1_1 -cipher ALL:@SECLEVEL=0", func(c *ClientConfig) { c.Protocols, c.Ciphers = TLSv1_1|TLSv1_3, "ALL:@SECLEVEL=0" }, Dial{}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := clientConfig()
			if tt.change != nil {
				tt.change(&cfg)
			}
			addr := sServer(t, append(strings.Fields(tt.server), identity...)...)
			c := newClient(t, cfg)
			conn, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			conn.SetDeadline(time.Now().Add(patience))
			got := ""
			tc, err := c.Handshake(context.Background(), conn, &tt.dial)
			if err != nil {
				got = HandshakeError(err, true).Text
			} else if err := c.Check(c.State(tc), tt.dial.Name); err != nil {
				got = err.Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestRecordedLoading compares start-up messages.
func TestRecordedLoading(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string { return tlstest.WriteFile(t, dir, name, []byte(text)) }
	rsa, weak, ec := tlstest.SelfSigned(t, tlstest.Options{Key: rsaKey()}), tlstest.SelfSigned(t, tlstest.Options{RSA: 1024}), tlstest.SelfSigned(t, tlstest.Options{})
	cert, key := rsa.Write(t, dir, "r")
	weakCert, weakKey := weak.Write(t, dir, "w")
	_, ecKey := ec.Write(t, dir, "e")
	enc, legacy := file("enc", string(rsa.EncryptedKeyPEM(t, "sec"))), file("legacy", string(rsa.LegacyKeyPEM(t, "sec")))
	empty, garbage := file("empty", ""), file("garbage", "garbage\n")
	badCert := file("badcert", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
	bad64 := "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n"
	bad64File, noEnd := file("bad64", bad64), file("noend", "-----BEGIN CERTIFICATE-----\nMIIB\n")
	badChain := file("badchain", string(rsa.CertPEM())+bad64)
	badKey := file("badkey", "-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----\n")
	tk47, no := file("tk47", strings.Repeat("x", 47)), dir+"/no"
	noFile := "BIO_new_file() failed (SSL: error:80000002:system library::No such file or directory:calling fopen(" + no + ", r) error:10000080:BIO routines::no such file)"
	noStart := "PEM_read_bio_X509_AUX() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: TRUSTED CERTIFICATE)"
	unsupported := "PEM_read_bio_PrivateKey() failed (SSL: error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM"
	asn1 := "error:0680007B:asn1 encoding routines::header too long error:06800066:asn1 encoding routines::bad object header error:0688010A:asn1 encoding routines::nested asn1 error:Type="
	wrong := func(why string) string {
		return "PEM_read_bio_PrivateKey() failed (SSL: error:1C800064:Provider routines::bad decrypt error:11800074:PKCS12 routines::pkcs12 cipherfinal error:" + why + " error:1C800064:Provider routines::bad decrypt error:11800074:PKCS12 routines::pkcs12 cipherfinal error:" + why + ")"
	}
	for _, tt := range []struct {
		cert, key string
		passwords []string
		change    func(*ServerConfig)
		want      string
	}{
		{cert, key, nil, nil, ""},
		{no, key, nil, nil, `cannot load certificate "` + no + `": ` + noFile},
		{dir, key, nil, nil, `cannot load certificate "` + dir + `": ` + noStart},
		{empty, key, nil, nil, `cannot load certificate "` + empty + `": ` + noStart},
		{garbage, key, nil, nil, `cannot load certificate "` + garbage + `": ` + noStart},
		{key, key, nil, nil, `cannot load certificate "` + key + `": ` + noStart},
		{"data:xx", key, nil, nil, `cannot load certificate "data:xx": ` + noStart},
		{badCert, key, nil, nil, `cannot load certificate "` + badCert + `": PEM_read_bio_X509_AUX() failed (SSL: ` + asn1 + `X509 error:0488000D:PEM routines::ASN1 lib)`},
		{bad64File, key, nil, nil, `cannot load certificate "` + bad64File + `": PEM_read_bio_X509_AUX() failed (SSL: error:04800064:PEM routines::bad base64 decode)`},
		{noEnd, key, nil, nil, `cannot load certificate "` + noEnd + `": PEM_read_bio_X509_AUX() failed (SSL: error:04800066:PEM routines::bad end line)`},
		{badChain, key, nil, nil, `cannot load certificate "` + badChain + `": PEM_read_bio_X509() failed (SSL: error:04800064:PEM routines::bad base64 decode)`},
		{cert, ecKey, nil, nil, ""},
		{cert, weakKey, nil, nil, `SSL_CTX_use_PrivateKey("` + weakKey + `") failed (SSL: error:05800074:x509 certificate routines::key values mismatch)`},
		{cert, no, nil, nil, `cannot load certificate key "` + no + `": ` + noFile},
		{cert, cert, nil, nil, `cannot load certificate key "` + cert + `": ` + unsupported + ")"},
		{cert, empty, nil, nil, `cannot load certificate key "` + empty + `": ` + unsupported + ")"},
		{cert, badKey, nil, nil, `cannot load certificate key "` + badKey + `": ` + unsupported + " " + asn1 + "PKCS8_PRIV_KEY_INFO)"},
		{cert, "engine:foo", nil, nil, `cannot load certificate key "engine:foo": invalid syntax`},
		{cert, "store:" + key, nil, nil, ""},
		{"data:" + string(rsa.CertPEM()), "data:" + string(rsa.KeyPEM(t)), nil, nil, ""},
		{cert, enc, []string{"wrong"}, nil, `cannot load certificate key "` + enc + `": ` + wrong("maybe wrong password")},
		{cert, enc, []string{""}, nil, `cannot load certificate key "` + enc + `": ` + wrong("empty password")},
		{cert, enc, []string{"x", "sec"}, nil, ""},
		{cert, legacy, []string{"wrong"}, nil, `cannot load certificate key "` + legacy + `": PEM_read_bio_PrivateKey() failed (SSL: error:1C800064:Provider routines::bad decrypt error:04800065:PEM routines::bad decrypt)`},
		{cert, legacy, []string{"x", "sec"}, nil, ""},
		{weakCert, weakKey, nil, nil, `SSL_CTX_use_certificate("` + weakCert + `") failed (SSL: error:0A00018F:SSL routines::ee key too small)`},
		{weakCert, weakKey, nil, func(c *ServerConfig) { c.Ciphers = "DEFAULT@SECLEVEL=0" }, ""},
		{cert, key, nil, func(c *ServerConfig) { c.Verify = VerifyOn }, "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client"},
		{cert, key, nil, func(c *ServerConfig) { c.Verify = VerifyOptionalNoCA }, ""},
		{cert, key, nil, func(c *ServerConfig) { c.Verify, c.ClientCA = VerifyOn, no }, `cannot load certificate "` + no + `": ` + noFile},
		{cert, key, nil, func(c *ServerConfig) { c.TrustedCA = garbage }, `cannot load certificate "` + garbage + `": ` + noStart},
		{cert, key, nil, func(c *ServerConfig) { c.CRL = no }, `cannot load CRL "` + no + `": ` + noFile},
		{cert, key, nil, func(c *ServerConfig) { c.CRL = cert }, `cannot load CRL "` + cert + `": PEM_read_bio_X509_CRL() failed (SSL: error:0480006C:PEM routines::no start line:Expecting: X509 CRL)`},
		{cert, key, nil, func(c *ServerConfig) { c.TicketKeys = []string{tk47} }, `"` + tk47 + `" must be 48 or 80 bytes`},
		{cert, key, nil, func(c *ServerConfig) { c.TicketKeys = []string{no} }, `open() "` + no + `" failed (2: No such file or directory)`},
	} {
		cfg := serverConfig(t)
		cfg.Certificates, cfg.Passwords = []Pair{{tt.cert, tt.key}}, tt.passwords
		if tt.change != nil {
			tt.change(&cfg)
		}
		_, err := NewServer(cfg)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s %s %q:\n got %s\nwant %s", tt.cert, tt.key, tt.passwords, got, tt.want)
		}
	}
	if os.Getuid() != 0 {
		os.Chmod(key, 0)
		if _, err := loadKey(key, nil); err == nil || !strings.Contains(err.Error(), "error:8000000D:system library::Permission denied:calling fopen("+key+", r) error:10080002:BIO routines::system lib") {
			t.Error(err)
		}
	}
}

// TestRecordedCommands compares what ssl_ciphers, ssl_ecdh_curve and
// ssl_conf_command say.
func TestRecordedCommands(t *testing.T) {
	base := serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{}))
	cmd := func(name, value string) string { return fmt.Sprintf("SSL_CONF_cmd(%q, %q) failed", name, value) }
	bad := func(name, value string) string {
		return "error:0A000180:SSL routines::bad value:cmd=" + name + ", value=" + value + ")"
	}
	noMatch := " (SSL: error:0A0000B9:SSL routines::no cipher match"
	noGroup := func(g string) string {
		return " (SSL: error:0A080106:SSL routines::passed invalid argument:group '" + g + "' cannot be set"
	}
	for _, tt := range []struct{ what, value, want string }{
		{"ciphers", "nonsense", `SSL_CTX_set_cipher_list("nonsense") failed` + noMatch + ")"},
		{"ciphers", "", `SSL_CTX_set_cipher_list("") failed` + noMatch + ")"},
		{"ciphers", "!ALL", `SSL_CTX_set_cipher_list("!ALL") failed` + noMatch + ")"},
		{"ciphers", "TLS_AES_128_GCM_SHA256", `SSL_CTX_set_cipher_list("TLS_AES_128_GCM_SHA256") failed` + noMatch + ")"},
		{"ciphers", "HIGH:@FOO", `SSL_CTX_set_cipher_list("HIGH:@FOO") failed (SSL: error:0A000118:SSL routines::invalid command)`},
		{"ciphers", "@SECLEVEL=9", `SSL_CTX_set_cipher_list("@SECLEVEL=9") failed (SSL: error:0A000118:SSL routines::invalid command)`},
		{"curves", "foo", `SSL_CTX_set1_curves_list("foo") failed` + noGroup("foo") + ")"},
		{"curves", "prime256v1:foo", `SSL_CTX_set1_curves_list("prime256v1:foo") failed` + noGroup("foo") + ")"},
		{"curves", "X25519:X25519", `SSL_CTX_set1_curves_list("X25519:X25519") failed`},
		{"curves", "P-256:X25519", ""},
		{"curves", "X25519:X448", ""},
		{"foo", "bar", cmd("foo", "bar") + " (SSL: error:0A000182:SSL routines::unknown cmd name:cmd=foo)"},
		{"-min_protocol", "TLSv1.2", cmd("-min_protocol", "TLSv1.2") + " (SSL: error:0A000182:SSL routines::unknown cmd name:cmd=-min_protocol)"},
		{"MinProtocol", "TLSv1.2", ""}, {"minprotocol", "TLSv1.2", ""}, {"MaxProtocol", "None", ""},
		{"MinProtocol", "TLSv9", cmd("MinProtocol", "TLSv9") + " (SSL: " + bad("MinProtocol", "TLSv9")},
		{"MinProtocol", "", cmd("MinProtocol", "") + " (SSL: " + bad("MinProtocol", "")},
		{"Ciphersuites", "foo", cmd("Ciphersuites", "foo") + noMatch + " " + bad("Ciphersuites", "foo")},
		{"Options", "foo", cmd("Options", "foo") + " (SSL: " + bad("Options", "foo")},
		{"Options", "", cmd("Options", "") + " (SSL: " + bad("Options", "")},
		{"Options", "PrioritizeChaCha,ServerPreference", ""}, {"Options", "-SessionTicket", ""},
		{"Protocol", "-TLSv1", ""}, {"Protocol", "foo", cmd("Protocol", "foo") + " (SSL: " + bad("Protocol", "foo")},
		{"Groups", "X25519", ""},
		{"Curves", "foo", cmd("Curves", "foo") + noGroup("foo") + " " + bad("Curves", "foo")},
		{"ECDHParameters", "auto", cmd("ECDHParameters", "auto") + noGroup("auto") + " " + bad("ECDHParameters", "auto")},
		{"CipherString", "foo", cmd("CipherString", "foo") + noMatch + " " + bad("CipherString", "foo")},
		{"NumTickets", "1", ""},
		// These nginx takes; crypto/tls cannot.
		{"ciphers", "aNULL", `SSL_CTX_set_cipher_list("aNULL") failed: none of its ciphers is available: ` + unavailable(t, "aNULL")},
		{"curves", "X448", `SSL_CTX_set1_curves_list("X448") failed: none of the groups is available`},
		{"NumTickets", "3", cmd("NumTickets", "3") + ": only one ticket can be sent after a TLSv1.3 handshake"},
		{"Ciphersuites", "TLS_AES_128_GCM_SHA256", cmd("Ciphersuites", "TLS_AES_128_GCM_SHA256") + ": TLSv1.3 cipher suites cannot be chosen, all three of AES and ChaCha20 are always on"},
		{"Options", "KTLS", cmd("Options", "KTLS") + ": the option KTLS is not supported"},
		{"VerifyMode", "Require", cmd("VerifyMode", "Require") + ": the command is not supported"},
	} {
		cfg := base
		switch tt.what {
		case "ciphers":
			cfg.Ciphers = tt.value
		case "curves":
			cfg.Curves = tt.value
		default:
			cfg.Commands = []Command{{tt.what, tt.value}}
		}
		got := ""
		if _, err := NewServer(cfg); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%s %q:\n got %s\nwant %s", tt.what, tt.value, got, tt.want)
		}
	}
}

func unavailable(t *testing.T, ciphers string) string {
	t.Helper()
	s, err := ParseCiphers(ciphers)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(s.Unavailable, ", ")
}
