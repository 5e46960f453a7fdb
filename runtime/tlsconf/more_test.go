package tlsconf

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"tidegate/runtime/tlsconf/tlstest"
)

// TestMatchHostAgainstOpenssl compares with openssl x509 -checkhost.
func TestMatchHostAgainstOpenssl(t *testing.T) {
	certs := []*tlstest.Pair{
		tlstest.SelfSigned(t, tlstest.Options{Names: []string{"example.com", "*.wild.test", "*", "*.com", "a*.part.test", "*b.part.test", "a*b.part.test", "f*o*.part.test", "*.xn--a.test", "xn--*.test.org", "w.*.test.org", "*.a.-b.c", "UPPER.test", "trail.test."}}),
		tlstest.SelfSigned(t, tlstest.Options{CommonName: "cn.test", Names: []string{"san.test"}}),
		tlstest.SelfSigned(t, tlstest.Options{Subject: &pkix.Name{CommonName: "*.cn.test"}, Names: []string{}}),
		tlstest.SelfSigned(t, tlstest.Options{Subject: &pkix.Name{CommonName: "cn.test"}, Names: []string{}, IPs: []net.IP{net.IPv4(127, 0, 0, 1)}}),
	}
	names := []string{
		"example.com", "EXAMPLE.com", "www.example.com", "example.com.", "x.wild.test", "x.y.wild.test", ".wild.test", "wild.test", "x.com", "anything",
		"ax.part.test", "a.part.test", "xb.part.test", "axb.part.test", "ab.part.test", "foo.part.test", "x.xn--a.test", "xn--x.wild.test", "xn--x.test.org", "w.x.test.org",
		"x.a.-b.c", "upper.TEST", "trail.test.", "trail.test", "cn.test", "san.test", "x.cn.test", ".cn.test", ".test", ".example.com", "127.0.0.1", "-x.wild.test", "x_y.wild.test", "é.wild.test",
	}
	for i, p := range certs {
		file := tlstest.WriteFile(t, t.TempDir(), "cert", p.CertPEM())
		if i > 0 {
			names = []string{"cn.test", "san.test", "x.cn.test", ".cn.test", "127.0.0.1"}
		}
		for _, n := range names {
			out, err := openssl(t, "x509", "-in", file, "-noout", "-checkhost", n)
			if err != nil && out == "" {
				t.Fatal(err)
			}
			want := strings.Contains(out, "does match certificate")
			if got := MatchHost(p.Cert, n); got != want {
				t.Errorf("certificate %d, %q: %v, openssl: %s", i, n, got, out)
			}
		}
	}
	if MatchHost(certs[0].Cert, "") {
		t.Error("an empty name matches")
	}
}

func TestSSLName(t *testing.T) {
	for in, want := range map[string]string{"a": "a", "a:1": "a", "": "", "[::1]:1": "[::1]", "[::1]": "[::1]", "[::1": "[", "::1": "", "1.2.3.4:5": "1.2.3.4"} {
		if got := SSLName(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"a": true, "": false, "1.2.3.4": false, "[::1]": false, "::1": false, "a.b": true} {
		if got := Sendable(in); got != want {
			t.Errorf("%q: %v", in, got)
		}
	}
}

// TestSuiteChoice checks that suites are chosen as OpenSSL does, not as
// crypto/tls would.
func TestSuiteChoice(t *testing.T) {
	rsa, ecdsa := tlstest.SelfSigned(t, tlstest.Options{Key: rsaKey()}), tlstest.SelfSigned(t, tlstest.Options{})
	const list = "AES128-SHA:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305"
	for _, tt := range []struct {
		name    string
		pairs   []*tlstest.Pair
		prefer  bool
		options string
		client  string
		want    string
	}{
		{"the client's order", []*tlstest.Pair{rsa, ecdsa}, false, "", "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
		{"the server's order", []*tlstest.Pair{rsa, ecdsa}, true, "", "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
		{"the server's order, a poor one", []*tlstest.Pair{rsa, ecdsa}, true, "", "ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA", "AES128-SHA"},
		{"only RSA", []*tlstest.Pair{rsa}, false, "", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
		{"only ECDSA", []*tlstest.Pair{ecdsa}, false, "", "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
		{"option ServerPreference", []*tlstest.Pair{rsa}, false, "ServerPreference", "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
		{"option PrioritizeChaCha", []*tlstest.Pair{rsa}, true, "PrioritizeChaCha", "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-CHACHA20-POLY1305"},
		{"option PrioritizeChaCha, not the client's first", []*tlstest.Pair{rsa}, true, "PrioritizeChaCha", "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES256-GCM-SHA384"},
	} {
		cfg := serverConfig(t, tt.pairs...)
		cfg.Ciphers, cfg.PreferServer = list, tt.prefer
		if tt.options != "" {
			cfg.Commands = []Command{{"Options", tt.options}}
		}
		addr, results := listen(t, newServer(t, cfg), nil)
		out := sClient(t, addr, "-tls1_2", "-cipher", tt.client)
		r := <-results
		if r.err != nil || r.state.Cipher() != tt.want {
			t.Errorf("%s: %v %s, want %s\n%s", tt.name, r.err, r.state.Cipher(), tt.want, out)
		}
	}
}

// TestCertificateChoice13 checks the choice between an RSA and an ECDSA
// certificate with TLSv1.3.
func TestCertificateChoice13(t *testing.T) {
	rsa, ecdsa := tlstest.SelfSigned(t, tlstest.Options{Key: rsaKey(), Names: []string{"rsa"}}), tlstest.SelfSigned(t, tlstest.Options{Names: []string{"ecdsa"}})
	for _, tt := range []struct {
		prefer        bool
		sigalgs, want string
	}{
		{false, "ECDSA+SHA256:RSA-PSS+SHA256", "ecdsa"},
		{false, "RSA-PSS+SHA256:ECDSA+SHA256", "rsa"},
		{true, "RSA-PSS+SHA256:ECDSA+SHA256", "ecdsa"},
		{false, "RSA+SHA256:RSA-PSS+SHA512", "rsa"},
		{false, "ECDSA+SHA384:RSA-PSS+SHA256", "rsa"}, // the key is on P-256
	} {
		cfg := serverConfig(t, rsa, ecdsa)
		cfg.PreferServer = tt.prefer
		addr, results := listen(t, newServer(t, cfg), nil)
		out := sClient(t, addr, "-tls1_3", "-sigalgs", tt.sigalgs)
		if r := <-results; r.err != nil {
			t.Errorf("%+v: %v", tt, r.err)
		}
		if !strings.Contains(out, "CN = "+tt.want) {
			t.Errorf("%+v:\n%s", tt, out)
		}
	}
}

// TestTicketKeys moves a session between servers that share and rotate keys.
func TestTicketKeys(t *testing.T) {
	dir := t.TempDir()
	key := func(name string, size int) string {
		return tlstest.WriteFile(t, dir, name, bytes.Repeat([]byte(name), size))
	}
	a, b, c := key("a", 48), key("b", 80), key("c", 80)
	pair, other := tlstest.SelfSigned(t, tlstest.Options{}), tlstest.SelfSigned(t, tlstest.Options{})
	for _, tt := range []struct {
		name       string
		made, used []string
		by         *tlstest.Pair
		want       string
	}{
		{"the same key", []string{a}, []string{a}, pair, "r"},
		{"an older key", []string{a}, []string{b, a}, pair, "r"},
		{"a key not known", []string{a}, []string{b, c}, pair, "."},
		{"another certificate", []string{b}, []string{b}, other, "."},
	} {
		for _, protocol := range []Protocols{TLSv1_2, TLSv1_3} {
			cache := tls.NewLRUClientSessionCache(1)
			client := newClient(t, clientConfig())
			got := ""
			for i, keys := range [][]string{tt.made, tt.used} {
				cfg := serverConfig(t, pair)
				if i == 1 {
					cfg = serverConfig(t, tt.by)
				}
				cfg.TicketKeys, cfg.Protocols = keys, protocol
				addr, results := listen(t, newServer(t, cfg), nil)
				if r := dial(t, client, addr, &Dial{Name: "x", SNI: true, Sessions: cache}); r.err != nil {
					t.Fatal(r.err)
				}
				got = (<-results).state.SessionReused()
			}
			if got != tt.want {
				t.Errorf("%s, protocol %d: %s, want %s", tt.name, protocol, got, tt.want)
			}
		}
	}
}

func TestTicketIsAuthenticated(t *testing.T) {
	k := randomTicketKey()
	sealed, err := k.seal([]byte("secret state"))
	if err != nil {
		t.Fatal(err)
	}
	if string(k.open(sealed)) != "secret state" {
		t.Fatal("a good ticket does not open")
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		if k.open(bad) != nil {
			t.Fatalf("a ticket with byte %d changed opens", i)
		}
	}
	for n := range sealed {
		if k.open(sealed[:n]) != nil {
			t.Fatalf("a ticket of %d bytes opens", n)
		}
	}
}

func TestSessionCache(t *testing.T) {
	c := NewSessionCache(2)
	one, two := c.store([]byte("1")), c.store([]byte("2"))
	three := c.store([]byte("3"))
	if c.load(one) != nil || string(c.load(two)) != "2" || string(c.load(three)) != "3" || c.load([]byte("x")) != nil {
		t.Error("the oldest of three sessions must go")
	}
	start := time.Unix(1000, 0)
	k := c.ticketKeys(start, 10*time.Second)
	later := c.ticketKeys(start.Add(5*time.Second), 10*time.Second)
	if k[0] != later[0] {
		t.Error("the key changed too early")
	}
	seen := map[*ticketKey]bool{}
	for s := range 200 {
		now := c.ticketKeys(start.Add(time.Duration(s)*time.Second), 10*time.Second)
		seen[now[0]] = true
		if s > 20 && now[0] == k[0] {
			t.Fatalf("the first key is still current after %d seconds", s)
		}
	}
	if len(seen) < 8 || len(seen) > 25 {
		t.Errorf("%d keys in 200 seconds", len(seen))
	}
	if SharedSessions(1<<20) != 4000 || SharedSessions(1) != 1 {
		t.Error("sessions of a shared cache")
	}
}

func TestFileCache(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	clock := func() time.Time { return now }
	dir := t.TempDir()
	old, fresh := tlstest.SelfSigned(t, tlstest.Options{Names: []string{"old"}}), tlstest.SelfSigned(t, tlstest.Options{Names: []string{"new"}})
	p := Pair{}
	p.Cert, p.Key = old.Write(t, dir, "x")
	f := NewFileCache(2, 10*time.Second, 60*time.Second, clock)
	load := func() string {
		t.Helper()
		var ids identities
		if err := f.use(&ids, p, nil, DefaultSecurityLevel); err != nil {
			t.Fatal(err)
		}
		return ids[slotECDSA].chain[0].Subject.CommonName
	}
	replace := func() {
		// A new file under the old name, with another inode.
		c, k := fresh.Write(t, dir, "y")
		os.Rename(c, p.Cert)
		os.Rename(k, p.Key)
	}
	if load() != "old" {
		t.Fatal("the first load")
	}
	replace()
	if load() != "old" {
		t.Error("within its validity the cached certificate serves")
	}
	now = now.Add(61 * time.Second)
	if load() != "new" {
		t.Error("after its validity a changed file is read again")
	}
	if f.used.Len() != 2 {
		t.Errorf("%d objects are kept", f.used.Len())
	}
	// Only the key changes behind the cache's back: the mismatch is cured by
	// reading both again.
	third := tlstest.SelfSigned(t, tlstest.Options{Names: []string{"third"}})
	third.Write(t, dir, "x")
	f.drop(f.by[fileKey{true, p.Key}])
	if load() != "third" {
		t.Error("a mismatch is not cured")
	}
	now = now.Add(11 * time.Second)
	if _, err := f.fetch(fileKey{false, "data:" + string(old.CertPEM())}, nil, false); err != nil || f.used.Len() != 1 {
		t.Errorf("%v; %d objects are kept, want only the latest", err, f.used.Len())
	}
	enc := tlstest.WriteFile(t, dir, "enc", old.EncryptedKeyPEM(t, "pw"))
	before := f.used.Len()
	if _, err := f.fetch(fileKey{true, enc}, []string{"pw"}, false); err != nil || f.used.Len() != before {
		t.Errorf("%v; a key with a password is kept", err)
	}
}

// TestHookNames checks what hooks can see and set.
func TestHookDetails(t *testing.T) {
	ca := tlstest.NewCA(t, "CA")
	leaf := ca.Issue(t, tlstest.Options{})
	weak := tlstest.SelfSigned(t, tlstest.Options{RSA: 1024})
	other := tlstest.SelfSigned(t, tlstest.Options{})
	client := clientConfig()
	client.Certificate.Cert, client.Certificate.Key = leaf.Write(t, t.TempDir(), "c")
	addr, results := listen(t, newServer(t, serverConfig(t, leaf)), func() *Handshake {
		return &Handshake{Record: true, Certificate: func(h *Hello) error {
			if h.ServerName() != "name" || h.Version() != tls.VersionTLS13 || len(h.Raw()) < 100 || h.Server() == nil {
				return errors.New("the hello is not complete")
			}
			if err := h.SetChain([]*x509.Certificate{weak.Cert}); err == nil || !strings.Contains(err.Error(), "SSL_use_certificate() failed") {
				return err
			}
			if err := h.SetKey(other.Key); err == nil || !strings.Contains(err.Error(), "SSL_use_PrivateKey() failed") {
				return err
			}
			h.VerifyClient([]*x509.Certificate{ca.Cert}, 1)
			return nil
		}}
	})
	r := dial(t, newClient(t, client), addr, &Dial{Name: "name", SNI: true})
	if r.err != nil {
		t.Fatal(r.err)
	}
	if srv := <-results; srv.err != nil || srv.state.ClientVerify() != "SUCCESS" || len(srv.state.SessionID) != 64 {
		t.Errorf("%v %+v", srv.err, srv.state)
	}
}

// TestVerifyHook lets a hook overrule the verification of a server.
func TestVerifyHook(t *testing.T) {
	p := tlstest.SelfSigned(t, tlstest.Options{Names: []string{"x"}})
	addr, results := listen(t, newServer(t, serverConfig(t, p)), nil)
	cfg := clientConfig()
	cfg.Verify, cfg.TrustedCA = true, tlstest.WriteFile(t, t.TempDir(), "ca", tlstest.NewCA(t, "Other").CertPEM())
	c := newClient(t, cfg)
	for _, tt := range []struct {
		name   string
		verify func(*Upstream) error
		want   string
	}{
		{"accept", func(s *Upstream) error { s.Verify = VerifyOK; return nil }, ""},
		{"look", func(*Upstream) error { return nil }, "upstream SSL certificate verify error: (18:self-signed certificate)"},
		{"refuse", func(*Upstream) error { return errors.New("no") }, "upstream SSL certificate verify error: (18:self-signed certificate)"},
	} {
		r := dial(t, c, addr, &Dial{Name: "x", Verify: tt.verify})
		<-results
		got := ""
		if r.state == nil {
			got = HandshakeError(r.err, true).Text
		} else if r.err != nil {
			got = r.err.Error()
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestResumedSessionID resumes a TLSv1.2 session with openssl.
func TestResumedSessionID(t *testing.T) {
	cfg := serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{}))
	cfg.Protocols = TLSv1_2
	addr, results := listen(t, newServer(t, cfg), func() *Handshake { return &Handshake{Record: true} })
	file := t.TempDir() + "/session"
	sClient(t, addr, "-sess_out", file)
	if r := <-results; r.err != nil || r.state.SessionID != "" {
		t.Fatalf("%v %q", r.err, r.state.SessionID)
	}
	saved, err := openssl(t, "sess_id", "-in", file, "-noout", "-text")
	if err != nil {
		t.Fatal(saved)
	}
	out := sClient(t, addr, "-sess_in", file)
	r := <-results
	if r.err != nil || r.state.SessionReused() != "r" || !strings.Contains(saved, strings.ToUpper(r.state.SessionID)) || len(r.state.SessionID) != 64 {
		t.Errorf("%v %q\n%s\n%s", r.err, r.state.SessionID, saved, out)
	}
}

func TestHandshakeErrorLevels(t *testing.T) {
	line := HandshakeError(ErrNoProtocols, true)
	if line.Level != LevelCrit {
		t.Errorf("%+v", line)
	}
	line = HandshakeError(errors.New("tls: something new"), false)
	if want := "SSL_do_handshake() failed (SSL: something new)"; line.Text != want {
		t.Errorf("%+v", line)
	}
}

// TestKeyForms loads keys that openssl wrote.
func TestKeyForms(t *testing.T) {
	dir := t.TempDir()
	run := func(args ...string) {
		t.Helper()
		if out, err := openssl(t, args...); err != nil {
			t.Skipf("openssl %v: %s", args, out)
		}
	}
	pw := []string{"wrong", "secret"}
	for _, tt := range []struct {
		name string
		args []string
	}{
		{"pbkdf2 and 3des", []string{"pkcs8", "-topk8", "-v2", "des3"}},
		{"pbkdf2 with sha1", []string{"pkcs8", "-topk8", "-v2", "aes128", "-v2prf", "hmacWithSHA1"}},
		{"pbkdf2 with sha512", []string{"pkcs8", "-topk8", "-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA512"}},
		{"scrypt", []string{"pkcs8", "-topk8", "-scrypt"}},
		{"pkcs12", []string{"pkcs8", "-topk8", "-v1", "PBE-SHA1-3DES"}},
		{"legacy des3", []string{"ec", "-des3"}},
		{"legacy aes128", []string{"ec", "-aes128"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			plain := tlstest.WriteFile(t, dir, "plain", tlstest.SelfSigned(t, tlstest.Options{}).LegacyKeyPEM(t, ""))
			file := dir + "/key"
			run(append(tt.args, "-in", plain, "-out", file, "-passout", "pass:secret")...)
			if _, err := loadKey(file, pw); err != nil {
				t.Error(err)
			}
			if _, err := loadKey(file, pw[:1]); err == nil {
				t.Error("a wrong password is accepted")
			}
			if _, err := loadKey(file, nil); err == nil {
				t.Error("no password is needed")
			}
		})
	}
}

// FuzzPEM reads keys and certificates from anything.
func FuzzPEM(f *testing.F) {
	p := tlstest.SelfSigned(f, tlstest.Options{})
	f.Add(append(p.CertPEM(), p.KeyPEM(f)...))
	f.Add(p.LegacyKeyPEM(f, "x"))
	f.Fuzz(func(t *testing.T, data []byte) {
		parseCertificates(data)
		parseKey(data, []string{"x"})
		for rest := data; ; {
			b, next, err := nextPEM(rest)
			if err != nil {
				return
			}
			if len(next) >= len(rest) || b.name != strings.TrimSpace(b.name) && b.name == "" {
				t.Fatal("no progress")
			}
			rest = next
		}
	})
}

// FuzzCipherString checks that a cipher string neither panics nor makes a suite
// appear twice.
func FuzzCipherString(f *testing.F) {
	for _, s := range cipherStrings {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		order, _, _ := parseCipherString(s)
		seen := map[*suite]bool{}
		for _, c := range order {
			if seen[c] {
				t.Fatalf("%s twice", c.name)
			}
			seen[c] = true
		}
	})
}

func BenchmarkAccept(b *testing.B) {
	s := newServer(b, serverConfig(b, tlstest.SelfSigned(b, tlstest.Options{})))
	client := newClient(b, clientConfig())
	b.ReportAllocs()
	for b.Loop() {
		near, far := net.Pipe()
		done := make(chan error, 1)
		go func() {
			_, err := s.Accept(context.Background(), far, &Handshake{})
			done <- err
		}()
		c, err := client.Handshake(context.Background(), near, &Dial{})
		if err != nil {
			b.Fatal(err)
		}
		go c.Read(make([]byte, 1))
		if err := <-done; err != nil {
			b.Fatal(err)
		}
		near.Close()
		far.Close()
	}
}

// TestVerifyMode has the handshake itself depend on the server's certificate.
func TestVerifyMode(t *testing.T) {
	p := tlstest.SelfSigned(t, tlstest.Options{Names: []string{"x"}})
	addr, results := listen(t, newServer(t, serverConfig(t, p)), nil)
	own, _ := p.Write(t, t.TempDir(), "p")
	other := tlstest.WriteFile(t, t.TempDir(), "ca", tlstest.NewCA(t, "Other").CertPEM())
	failed := ssl("086", "certificate verify failed")
	refuse := func(*Upstream) error { return errors.New("no") }
	for _, tt := range []struct {
		name, trusted string
		dial          Dial
		want          string
	}{
		{"nothing to trust", "", Dial{}, failed},
		{"trusted", own, Dial{}, ""},
		{"looked at later", other, Dial{}, "upstream SSL certificate verify error: (18:self-signed certificate)"},
		{"nothing to trust, and not for the hook", "", Dial{Verify: func(u *Upstream) error { u.Verify = VerifyOK; return nil }}, failed},
		{"for the hook alone", "", Dial{Verify: func(*Upstream) error { return nil }, SkipDefault: true}, ""},
		{"hook that sets a result", own, Dial{Verify: func(u *Upstream) error { u.Verify = 50; return nil }}, "upstream SSL certificate verify error: (50:application verification failure)"},
		{"hook that refuses", own, Dial{Verify: refuse}, failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := clientConfig()
			cfg.Verify, cfg.TrustedCA = tt.trusted != "", tt.trusted
			cfg.Commands = []Command{{"VerifyMode", "Peer"}}
			tt.dial.Name = "x"
			r := dial(t, newClient(t, cfg), addr, &tt.dial)
			<-results
			got := ""
			if r.err != nil && r.state != nil {
				got = r.err.Error()
			} else if r.err != nil {
				l := HandshakeError(r.err, true)
				if got = l.Text; l.Level != LevelCrit {
					t.Errorf("level %s", l.Level)
				}
			}
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestResumedVerdict resumes a session whose server a hook has forgiven: the hook is not asked again, and its verdict holds.
func TestResumedVerdict(t *testing.T) {
	for _, version := range []Protocols{TLSv1_2, TLSv1_3} {
		p := tlstest.SelfSigned(t, tlstest.Options{Names: []string{"x"}})
		srv := serverConfig(t, p)
		srv.Protocols = version
		addr, results := listen(t, newServer(t, srv), nil)
		cfg := clientConfig()
		cfg.Verify, cfg.TrustedCA = true, tlstest.WriteFile(t, t.TempDir(), "ca", tlstest.NewCA(t, "Other").CertPEM())
		c, asked := newClient(t, cfg), 0
		d := Dial{Name: "x", SNI: true, Sessions: tls.NewLRUClientSessionCache(1), Verify: func(u *Upstream) error {
			asked++
			u.Verify = VerifyOK
			return nil
		}}
		for i := range 2 {
			if r := dial(t, c, addr, &d); r.err != nil {
				t.Fatalf("%v: %v", version, r.err)
			}
			if r := <-results; r.err != nil || r.state.DidResume != (i == 1) {
				t.Fatalf("%v: %v, resumed %v", version, r.err, r.state != nil && r.state.DidResume)
			}
		}
		if asked != 1 {
			t.Errorf("%v: asked %d times", version, asked)
		}
	}
}

// TestCertificateHook has a hook choose what the server is shown.
func TestCertificateHook(t *testing.T) {
	ca := tlstest.NewCA(t, "Clients")
	mine := ca.Issue(t, tlstest.Options{})
	srv := serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{}))
	srv.Verify, srv.ClientCA = VerifyOptional, tlstest.WriteFile(t, t.TempDir(), "ca", ca.CertPEM())
	addr, results := listen(t, newServer(t, srv), nil)
	cfg := clientConfig()
	cfg.Certificate.Cert, cfg.Certificate.Key = mine.Write(t, t.TempDir(), "c")
	for _, tt := range []struct {
		name   string
		hook   func(*Upstream) error
		verify string
		err    string
	}{
		{"left alone", func(u *Upstream) error { return nil }, "SUCCESS", ""},
		{"cleared", func(u *Upstream) error { u.ClearCertificates(); return nil }, "NONE", ""},
		{"set again", func(u *Upstream) error {
			u.ClearCertificates()
			return errors.Join(u.SetChain([]*x509.Certificate{mine.Cert}), u.SetKey(mine.Key))
		}, "SUCCESS", ""},
		{"refused", func(u *Upstream) error { return errors.New("no") }, "", ssl("0EA", "callback failed")},
	} {
		r := dial(t, newClient(t, cfg), addr, &Dial{Certificate: tt.hook})
		s := <-results
		switch {
		case tt.err != "":
			if r.err == nil || HandshakeError(r.err, true).Text != tt.err {
				t.Errorf("%s: %v", tt.name, r.err)
			}
		case r.err != nil || s.err != nil || s.state.ClientVerify() != tt.verify:
			t.Errorf("%s: %v, %v, %+v", tt.name, r.err, s.err, s.state)
		}
	}
}
