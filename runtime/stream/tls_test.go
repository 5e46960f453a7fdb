package stream_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"tidegate/runtime/tlsconf/tlstest"
)

// pool is an authority as clients trust it.
func pool(ca *tlstest.Pair) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(ca.Cert)
	return p
}

// certDir is a directory of certificates that a real worker may read.
func certDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// dialTLS makes a TLS client on the address.
func (r *rig) dialTLS(addr string, cfg *tls.Config) (*client, *tls.Conn) {
	r.t.Helper()
	c := r.client(addr)
	tc := tls.Client(c.Conn, cfg)
	if err := tc.Handshake(); err != nil {
		r.t.Fatal(err)
	}
	c.Conn = tc
	c.r.Reset(tc)
	return c, tc
}

func TestTLSServer(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	dir := certDir(t)
	cert, key := ca.Issue(t, tlstest.Options{Names: []string{"example.test"}}).Write(t, dir, "server")
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, ""), "cert": cert, "key": key}
	r := start(t, expand(`log_format main '$status|$bytes_received|$bytes_sent|$ssl_protocol|$ssl_cipher|$ssl_server_name|$ssl_alpn_protocol|$ssl_session_reused|$ssl_client_verify';
		access_log log main;
		server { listen @front ssl; ssl_certificate @cert; ssl_certificate_key @key; ssl_alpn h2 x; proxy_pass @back; }`, a))
	c, tc := r.dialTLS(a["front"], &tls.Config{RootCAs: pool(ca), ServerName: "example.test", NextProtos: []string{"x"}, MaxVersion: tls.VersionTLS12})
	c.send("hello")
	c.read("hello")
	suite := tls.CipherSuiteName(tc.ConnectionState().CipherSuite)
	if tc.ConnectionState().NegotiatedProtocol != "x" {
		t.Error("no protocol was agreed on")
	}
	c.Close()
	until(t, "the log", func() (bool, string) { return r.file("log") != "", "" })
	got := r.file("log")
	if !strings.HasPrefix(got, "200|5|5|TLSv1.2|ECDHE-ECDSA-") || !strings.HasSuffix(got, "|example.test|x|.|NONE\n") {
		t.Errorf("got %q (%s)", got, suite)
	}
}

func TestTLSReturnAndPreread(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	cert, key := ca.Issue(t, tlstest.Options{Names: []string{"example.test"}}).Write(t, certDir(t), "server")
	front := freeAddr(t, "tcp")
	r := start(t, `server { listen `+front+` ssl; ssl_certificate `+cert+`; ssl_certificate_key `+key+`; return "over $ssl_protocol"; }`)
	c, _ := r.dialTLS(front, &tls.Config{RootCAs: pool(ca), ServerName: "example.test"})
	if got := c.eof(); got != "over TLSv1.3" {
		t.Errorf("got %q", got)
	}

	// ssl_preread on decrypted bytes: another TLS inside.
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, ""), "cert": cert, "key": key}
	r = start(t, expand(`log_format main '$ssl_preread_server_name $bytes_received $upstream_bytes_sent'; access_log log main;
		server { listen @front ssl; ssl_certificate @cert; ssl_certificate_key @key; ssl_preread on; proxy_pass @back; }`, a))
	c, _ = r.dialTLS(a["front"], &tls.Config{RootCAs: pool(ca), ServerName: "example.test"})
	hello := clientHello(t, "inner.test")
	c.send(hello)
	c.read(hello)
	c.send("rest")
	c.read("rest")
	c.Close()
	// As in nginx, what was read ahead through TLS is not counted as received.
	r.expectFile("log", fmt.Sprintf("inner.test 4 %d\n", len(hello)+4))
}

func TestTLSServerNames(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	dir := certDir(t)
	a := map[string]string{"front": freeAddr(t, "tcp")}
	for _, n := range []string{"one", "two", "three"} {
		a[n], a[n+"_key"] = ca.Issue(t, tlstest.Options{Names: []string{n + ".test", "*." + n + ".test"}}).Write(t, dir, n)
	}
	r := start(t, expand(`server { listen @front ssl; server_name one.test; ssl_certificate @one; ssl_certificate_key @one_key; return "one $server_name"; }
		server { listen @front ssl; server_name two.test *.two.test; ssl_certificate @two; ssl_certificate_key @two_key; return "two $server_name"; }
		server { listen @front ssl; server_name ~^(?<who>.+)\.three\.test$; ssl_certificate @three; ssl_certificate_key @three_key; return "three $who"; }`, a))
	for name, want := range map[string]string{"one.test": "one one.test", "x.two.test": "two two.test", "me.three.test": "three me"} {
		c, _ := r.dialTLS(a["front"], &tls.Config{RootCAs: pool(ca), ServerName: name})
		if got := c.eof(); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestTLSClientCertificate(t *testing.T) {
	ca, other := tlstest.NewCA(t, "Test CA"), tlstest.NewCA(t, "Other CA")
	dir := certDir(t)
	cert, key := ca.Issue(t, tlstest.Options{Names: []string{"example.test"}}).Write(t, dir, "server")
	authority, _ := ca.Write(t, dir, "ca")
	good, bad := ca.Issue(t, tlstest.Options{CommonName: "me"}), other.Issue(t, tlstest.Options{CommonName: "stranger"})
	for _, c := range []struct {
		mode   string
		client *tlstest.Pair
		answer string
		line   string
	}{
		{"on", good, "SUCCESS CN=me", ""},
		{"on", nil, "", "client sent no required SSL certificate"},
		{"on", bad, "", `client SSL certificate verify error: (21:unable to verify the first certificate)`},
		{"optional", nil, "NONE ", ""},
		{"optional_no_ca", bad, "FAILED:unable to verify the first certificate CN=stranger", ""},
	} {
		front := freeAddr(t, "tcp")
		r := start(t, `server { listen `+front+` ssl; ssl_certificate `+cert+`; ssl_certificate_key `+key+`; ssl_verify_client `+c.mode+`;
			ssl_client_certificate `+authority+`; ssl_protocols TLSv1.2; return "$ssl_client_verify $ssl_client_s_dn"; }`)
		cfg := &tls.Config{RootCAs: pool(ca), ServerName: "example.test"}
		if c.client != nil {
			tc := tls.Certificate{Certificate: [][]byte{c.client.Cert.Raw}, PrivateKey: c.client.Key}
			cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &tc, nil }
		}
		cl, _ := r.dialTLS(front, cfg)
		if got := cl.eof(); got != c.answer {
			t.Errorf("%s: got %q, want %q", c.mode, got, c.answer)
		}
		if c.line != "" {
			r.expect("[info] *1 " + c.line + " while SSL handshaking, client: 127.0.0.1, server: " + front)
		}
	}
}

func TestTLSHandshakeFails(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	cert, key := ca.Issue(t, tlstest.Options{}).Write(t, certDir(t), "server")
	front := freeAddr(t, "tcp")
	r := start(t, `log_format main '$status'; access_log log main;
		server { listen `+front+` ssl; ssl_certificate `+cert+`; ssl_certificate_key `+key+`; ssl_handshake_timeout 80ms; return x; }`)
	r.ahead(front, func(c *client) { c.send("this is not TLS at all, whatever it may be\r\n") }).eof()
	r.expectMatch(`\[info\] \*1 SSL_do_handshake\(\) failed \(SSL: error:0A00010B:SSL routines::wrong version number\) while SSL handshaking, client: 127.0.0.1, server: ` + front)
	r.ahead(front, func(c *client) { c.Close() })
	r.expect("[info] *2 peer closed connection in SSL handshake while SSL handshaking, client: 127.0.0.1, server: " + front)
	r.client(front).eof() // says nothing, until the time is over
	r.expectFile("log", "500\n500\n500\n")
}

func TestTLSRejectHandshake(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	cert, key := ca.Issue(t, tlstest.Options{Names: []string{"example.test"}}).Write(t, certDir(t), "server")
	front := freeAddr(t, "tcp")
	r := start(t, `server { listen `+front+` ssl; ssl_reject_handshake on; }
		server { listen `+front+` ssl; server_name example.test; ssl_certificate `+cert+`; ssl_certificate_key `+key+`; return ok; }`)
	c, _ := r.dialTLS(front, &tls.Config{RootCAs: pool(ca), ServerName: "example.test"})
	if got := c.eof(); got != "ok" {
		t.Errorf("got %q", got)
	}
	err := tls.Client(r.client(front).Conn, &tls.Config{ServerName: "unknown.test", InsecureSkipVerify: true}).Handshake()
	if err == nil || !strings.Contains(err.Error(), "unrecognized name") {
		t.Errorf("got %v", err)
	}
	r.expect("[info] *2 handshake rejected while SSL handshaking, client: 127.0.0.1, server: " + front)
}

func TestTLSCertificateWithVariables(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	dir := certDir(t)
	for _, n := range []string{"one.test", "two.test"} {
		ca.Issue(t, tlstest.Options{Names: []string{n}}).Write(t, dir, n)
	}
	front := freeAddr(t, "tcp")
	_, key := ca.Issue(t, tlstest.Options{Names: []string{"probe"}}).Write(t, dir, "probe")
	ext := key[strings.LastIndex(key, "probe")+len("probe"):]
	cert, _ := ca.Issue(t, tlstest.Options{Names: []string{"probe"}}).Write(t, dir, "probe2")
	certExt := cert[strings.LastIndex(cert, "probe2")+len("probe2"):]
	r := start(t, `server { listen `+front+` ssl; ssl_certificate `+dir+`/$ssl_server_name`+certExt+`; ssl_certificate_key `+dir+`/$ssl_server_name`+ext+`; return ok; }`)
	for _, n := range []string{"one.test", "two.test"} {
		c, _ := r.dialTLS(front, &tls.Config{RootCAs: pool(ca), ServerName: n})
		if got := c.eof(); got != "ok" {
			t.Errorf("%s: got %q", n, got)
		}
	}
}

// What breaks a TLS connection while it is proxied.
func TestTLSClientBreaks(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	cert, key := ca.Issue(t, tlstest.Options{Names: []string{"example.test"}}).Write(t, certDir(t), "server")
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": echo(t, ""), "cert": cert, "key": key}
	for name, c := range map[string]struct {
		end  func(*tls.Conn, *net.TCPConn)
		line string
	}{
		"reset":           {func(_ *tls.Conn, raw *net.TCPConn) { _ = raw.SetLinger(0); raw.Close() }, ""},
		"no close_notify": {func(_ *tls.Conn, raw *net.TCPConn) { raw.Close() }, ""},
		"garbage": {func(_ *tls.Conn, raw *net.TCPConn) {
			_, _ = raw.Write([]byte("this is not a record"))
			_ = raw.CloseWrite()
		},
			`[info] *1 SSL_read() failed (SSL: error:0A00010B:SSL routines::wrong version number) while proxying and reading from client, client: 127.0.0.1, ` +
				`server: @front, upstream: "@back", bytes from/to client:2/2, bytes from/to upstream:2/2`},
	} {
		t.Run(name, func(t *testing.T) {
			a["front"] = freeAddr(t, "tcp")
			r := start(t, expand(`log_format main '$status|$bytes_received|$bytes_sent'; access_log log main;
				server { listen @front ssl; ssl_certificate @cert; ssl_certificate_key @key; ssl_protocols TLSv1.2; proxy_pass @back; }`, a))
			raw := r.client(a["front"])
			tcp := raw.Conn.(*net.TCPConn)
			tc := tls.Client(tcp, &tls.Config{RootCAs: pool(ca), ServerName: "example.test"})
			if _, err := io.WriteString(tc, "hi"); err != nil {
				t.Fatal(err)
			}
			if _, err := io.ReadFull(tc, make([]byte, 2)); err != nil {
				t.Fatal(err)
			}
			c.end(tc, tcp)
			r.expect("[info] *1 client disconnected, bytes from/to client:2/2, bytes from/to upstream:2/2")
			r.expectFile("log", "200|2|2\n")
			if c.line != "" {
				r.expect(expand(c.line, a))
			} else if text := r.log.text(); strings.Contains(text, "failed") {
				t.Errorf("the log has\n%s", text)
			}
		})
	}
}

// A version 2 header tells of the client's TLS connection; the same bytes as OpenResty's.
func TestProtocolHeaderOfTLSClient(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	dir := certDir(t)
	ecCert, ecKey := ca.Issue(t, tlstest.Options{Names: []string{"example.test"}}).Write(t, dir, "ec")
	rsaCert, rsaKey := ca.Issue(t, tlstest.Options{Names: []string{"example.test"}, RSA: 2048}).Write(t, dir, "rsa")
	authority, _ := ca.Write(t, dir, "ca")
	own := ca.Issue(t, tlstest.Options{CommonName: "client"})
	for _, c := range []struct {
		suite uint16
		alg   string
	}{
		{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, "\x25\x00\x05EC256\x24\x00\x11ecdsa-with-SHA256\x23\x00\x1dECDHE-ECDSA-AES128-GCM-SHA256"},
		{tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, "\x25\x00\x07RSA2048\x24\x00\x11ecdsa-with-SHA256\x23\x00\x1bECDHE-RSA-AES128-GCM-SHA256"},
	} {
		b := listen(t, "127.0.0.1:0")
		a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr(), "ec": ecCert, "eckey": ecKey, "rsa": rsaCert, "rsakey": rsaKey, "ca": authority}
		r := start(t, expand(`server { listen @front ssl; ssl_certificate @ec; ssl_certificate_key @eckey; ssl_certificate @rsa; ssl_certificate_key @rsakey;
			ssl_protocols TLSv1.2; ssl_alpn proto; ssl_verify_client optional; ssl_client_certificate @ca; proxy_pass @back; proxy_protocol v2; }`, a))
		pair := tls.Certificate{Certificate: [][]byte{own.Cert.Raw}, PrivateKey: own.Key}
		cl, _ := r.dialTLS(a["front"], &tls.Config{RootCAs: pool(ca), ServerName: "example.test", CipherSuites: []uint16{c.suite}, NextProtos: []string{"proto"},
			Certificates: []tls.Certificate{pair}})
		cl.send("data")
		ext := "\x01\x00\x05proto\x21\x00\x07TLSv1.2\x22\x00\x06client" + c.alg
		head := b.accept()
		want := "\x20\x00" + string([]byte{byte(len(ext) + 5)}) + "\x07\x00\x00\x00\x00" + ext + "data"
		got := make([]byte, 28+len(want))
		if _, err := io.ReadFull(head.r, got); err != nil {
			t.Fatal(err)
		}
		if string(got[28:]) != want {
			t.Errorf("got  %q\nwant %q", got[28:], want)
		}
	}
}

// tlsBackend answers TLS connections with what it knows of them.
func tlsBackend(t *testing.T, cfg *tls.Config) string {
	t.Helper()
	b := listen(t, "127.0.0.1:0")
	go func() {
		for {
			c, err := b.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(patience))
				tc := tls.Server(c, cfg)
				if tc.Handshake() != nil {
					return
				}
				st := tc.ConnectionState()
				peer := "-"
				if len(st.PeerCertificates) > 0 {
					peer = st.PeerCertificates[0].Subject.CommonName
				}
				fmt.Fprintf(tc, "sni=%s alpn=%s peer=%s resumed=%v v=%x\n", st.ServerName, st.NegotiatedProtocol, peer, st.DidResume, st.Version)
				_, _ = io.Copy(tc, tc)
			}()
		}
	}()
	return b.addr()
}

func TestProxyTLS(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	other := tlstest.NewCA(t, "Other CA")
	dir := certDir(t)
	leaf := ca.Issue(t, tlstest.Options{Names: []string{"backend.test"}})
	clientCert, clientKey := ca.Issue(t, tlstest.Options{CommonName: "proxy"}).Write(t, dir, "client")
	authority, _ := ca.Write(t, dir, "ca")
	stranger, _ := other.Write(t, dir, "other")
	cfg := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Cert.Raw}, PrivateKey: leaf.Key}},
		ClientAuth: tls.RequestClientCert, NextProtos: []string{"p1", "p2"}}
	a := map[string]string{"back": tlsBackend(t, cfg), "ca": authority, "other": stranger, "cert": clientCert, "key": clientKey}
	for _, c := range []struct{ name, set, answer, line string }{
		{"plain", "", "sni= alpn= peer=- resumed=false v=304\n", ""},
		{"server name", "proxy_ssl_server_name on; proxy_ssl_name backend.test;", "sni=backend.test alpn= peer=- resumed=false v=304\n", ""},
		{"name with port", "proxy_ssl_server_name on; proxy_ssl_name $name;", "sni=backend.test alpn= peer=- resumed=false v=304\n", ""},
		{"certificate", "proxy_ssl_certificate @cert; proxy_ssl_certificate_key @key;", "sni= alpn= peer=proxy resumed=false v=304\n", ""},
		{"certificate with variables", "proxy_ssl_certificate $cert; proxy_ssl_certificate_key $key;", "sni= alpn= peer=proxy resumed=false v=304\n", ""},
		{"protocols", "proxy_ssl_protocols TLSv1.2;", "sni= alpn= peer=- resumed=false v=303\n", ""},
		{"alpn", "proxy_ssl_alpn p2 $empty;", "sni= alpn=p2 peer=- resumed=false v=304\n", ""},
		{"verify", "proxy_ssl_verify on; proxy_ssl_trusted_certificate @ca; proxy_ssl_name backend.test;", "sni= alpn= peer=- resumed=false v=304\n", ""},
		{"verify another name", "proxy_ssl_verify on; proxy_ssl_trusted_certificate @ca; proxy_ssl_name wrong.test;", "",
			`upstream SSL certificate does not match "wrong.test" while SSL handshaking to upstream`},
		{"verify another authority", "proxy_ssl_verify on; proxy_ssl_trusted_certificate @other; proxy_ssl_name backend.test;", "",
			`upstream SSL certificate verify error: (21:unable to verify the first certificate) while SSL handshaking to upstream`},
	} {
		t.Run(c.name, func(t *testing.T) {
			a["front"] = freeAddr(t, "tcp")
			r := start(t, expand(`log_format main '$status|$bytes_sent|$upstream_addr'; access_log log main;
				map x $name { default backend.test:443; } map x $cert { default @cert; } map x $key { default @key; } map x $empty { default ""; }
				server { listen @front; proxy_pass @back; proxy_ssl on; `+c.set+` }`, a))
			cl := r.client(a["front"])
			if c.answer != "" {
				cl.read(c.answer)
				cl.send("ping")
				cl.read("ping")
				cl.Close()
				r.expectFile("log", expand(fmt.Sprintf("200|%d|@back\n", len(c.answer)+4), a))
				return
			}
			if got := cl.eof(); got != "" {
				t.Errorf("got %q", got)
			}
			r.expectMatch(`\[error\] \*1 ` + quote(c.line) + expand(`, client: 127\.0\.0\.1, server: @front, upstream: "@back", bytes from/to client:0/0, bytes from/to upstream:0/\d+`, a))
			r.expectFile("log", expand("502|0|@back\n", a))
		})
	}
}

func quote(s string) string {
	return strings.NewReplacer("(", `\(`, ")", `\)`, ".", `\.`).Replace(s)
}

func TestProxyTLSSessionReuse(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	leaf := ca.Issue(t, tlstest.Options{Names: []string{"backend.test"}})
	for _, reuse := range []string{"on", "off"} {
		cfg := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Cert.Raw}, PrivateKey: leaf.Key}}, MaxVersion: tls.VersionTLS12}
		a := map[string]string{"back": tlsBackend(t, cfg), "front": freeAddr(t, "tcp")}
		r := start(t, expand(`server { listen @front; proxy_pass @back; proxy_ssl on; proxy_ssl_session_reuse `+reuse+`; }`, a))
		for i := range 2 {
			c := r.client(a["front"])
			c.read(fmt.Sprintf("sni= alpn= peer=- resumed=%v v=303\n", i == 1 && reuse == "on"))
			c.Close()
		}
	}
}

func TestProxyTLSFails(t *testing.T) {
	// The first server speaks no TLS, the second one does.
	ca := tlstest.NewCA(t, "Test CA")
	leaf := ca.Issue(t, tlstest.Options{Names: []string{"backend.test"}})
	good := tlsBackend(t, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Cert.Raw}, PrivateKey: leaf.Key}}})
	a := map[string]string{"plain": echo(t, "no TLS here, only text"), "good": good, "front": freeAddr(t, "tcp")}
	r := start(t, expand(`log_format main '$upstream_addr'; access_log log main; upstream g { server @plain; server @good; }
		server { listen @front; proxy_pass g; proxy_ssl on; }`, a))
	c := r.client(a["front"])
	c.read("sni= alpn=")
	c.Close()
	r.expectMatch(expand(`\[error\] \*1 SSL_do_handshake\(\) failed \(SSL: error:0A00010B:SSL routines::wrong version number\) while SSL handshaking to upstream, client: 127.0.0.1, server: @front, upstream: "@plain".*`, a))
	r.expectFile("log", expand("@plain, @good\n", a))

	// A server that says nothing costs proxy_connect_timeout.
	b := listen(t, "127.0.0.1:0")
	a["mute"], a["front"] = b.addr(), freeAddr(t, "tcp")
	r = start(t, expand(`log_format main '$status'; access_log log main; server { listen @front; proxy_pass @mute; proxy_ssl on; proxy_connect_timeout 80ms; }`, a))
	r.client(a["front"]).eof()
	r.expectFile("log", "502\n")
}

// The PROXY protocol header goes in clear, before the handshake.
func TestProxyTLSProtocolHeader(t *testing.T) {
	ca := tlstest.NewCA(t, "Test CA")
	leaf := ca.Issue(t, tlstest.Options{Names: []string{"backend.test"}})
	b := listen(t, "127.0.0.1:0")
	a := map[string]string{"front": freeAddr(t, "tcp"), "back": b.addr()}
	r := start(t, expand(`server { listen @front; proxy_pass @back; proxy_ssl on; proxy_protocol on; }`, a))
	c := r.client(a["front"])
	up := b.accept()
	line, err := up.r.ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "PROXY TCP4 127.0.0.1 127.0.0.1 ") {
		t.Fatalf("%q %v", line, err)
	}
	tc := tls.Server(readFrom{up.r, up.Conn}, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{leaf.Cert.Raw}, PrivateKey: leaf.Key}}})
	if _, err := io.WriteString(tc, "secret"); err != nil {
		t.Fatal(err)
	}
	c.read("secret")
}

type readFrom struct {
	r io.Reader
	net.Conn
}

func (c readFrom) Read(b []byte) (int, error) { return c.r.Read(b) }
