package tlsconf

import (
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"tidegate/runtime/tlsconf/tlstest"
)

// rawName makes a DER name of "OID value" lines; "+" before one joins it to the
// one before. The tag of the value is given by a prefix: "u:" UTF8String, "p:"
// PrintableString, "i:" IA5String, "t:" T61String, "b:" BMPString.
func rawName(t *testing.T, lines ...string) []byte {
	t.Helper()
	type atv struct {
		Type  asn1.ObjectIdentifier
		Value asn1.RawValue
	}
	var rdns [][]atv
	for _, l := range lines {
		join := strings.HasPrefix(l, "+")
		id, value, _ := strings.Cut(strings.TrimPrefix(l, "+"), " ")
		tag, text, _ := strings.Cut(value, ":")
		a := atv{Value: asn1.RawValue{Tag: map[string]int{"u": 12, "p": 19, "i": 22, "t": 20, "b": 30}[tag], Bytes: []byte(text)}}
		for n := range strings.SplitSeq(id, ".") {
			i := 0
			for _, c := range n {
				i = i*10 + int(c-'0')
			}
			a.Type = append(a.Type, i)
		}
		if join {
			rdns[len(rdns)-1] = append(rdns[len(rdns)-1], a)
		} else {
			rdns = append(rdns, []atv{a})
		}
	}
	var seq []asn1.RawValue
	for _, r := range rdns {
		der, err := asn1.MarshalWithParams(r, "set")
		if err != nil {
			t.Fatal(err)
		}
		seq = append(seq, asn1.RawValue{FullBytes: der})
	}
	der, err := asn1.Marshal(seq)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// TestNamesAgainstOpenssl prints distinguished names beside openssl.
func TestNamesAgainstOpenssl(t *testing.T) {
	pair := tlstest.SelfSigned(t, tlstest.Options{})
	for _, lines := range [][]string{
		{"2.5.4.6 p:DE", "2.5.4.10 u:Org", "2.5.4.3 u:name"},
		{"2.5.4.3 u:a,b+c\"d\\e<f>g;h=i#j/k"},
		{"2.5.4.3 u: lead", "2.5.4.10 u:trail ", "2.5.4.11 u:#hash", "2.5.4.7 u: ", "2.5.4.8 u:a#b"},
		{"2.5.4.3 u:Ünïcode €", "2.5.4.10 t:caf\xe9", "2.5.4.11 b:\x00a\x20\xac", "2.5.4.7 p:plain"},
		{"2.5.4.3 u:tab\tnl\ndel\x7fnul\x00end"},
		{"2.5.4.3 u:one", "+2.5.4.10 u:two", "+2.5.4.11 u:three", "2.5.4.6 p:US"},
		{"1.2.840.113549.1.9.1 i:x@y.z", "0.9.2342.19200300.100.1.1 u:uid", "0.9.2342.19200300.100.1.25 i:dc", "2.5.4.5 p:42", "2.5.4.9 u:street",
			"2.5.4.12 u:title", "2.5.4.4 u:sur", "2.5.4.42 u:given", "2.5.4.43 u:init", "2.5.4.44 u:III", "2.5.4.46 p:dnq", "2.5.4.65 u:pseudo",
			"2.5.4.13 u:desc", "2.5.4.15 u:biz", "2.5.4.17 u:zip", "2.5.4.41 u:nm", "1.2.840.113549.1.9.2 i:un", "1.2.840.113549.1.9.8 p:ua", "1.3.6.1.4.1.311.60.2.1.3 p:US",
			"2.5.4.18 u:pob", "2.5.4.16 u:addr", "2.5.4.20 p:1", "2.5.4.97 u:oid", "1.3.6.1.4.1.311.60.2.1.1 u:jl", "1.3.6.1.4.1.311.60.2.1.2 u:js"},
		{"1.2.3.4 u:unknown", "2.5.4.3 p:known"},
		{"2.5.4.3 u:"},
		{},
	} {
		raw := rawName(t, lines...)
		tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), RawSubject: raw, NotBefore: time.Now(), NotAfter: time.Now().Add(time.Hour)}
		parent := *tmpl
		parent.RawSubject = rawName(t, "2.5.4.3 u:CA")
		der, err := x509.CreateCertificate(rand.Reader, tmpl, &parent, pair.Key.Public(), pair.Key)
		if err != nil {
			t.Fatal(err)
		}
		file := tlstest.WriteFile(t, t.TempDir(), "cert", pemOf(der))
		for opt, print := range map[string]func([]byte) string{"RFC2253": nameRFC2253, "compat": nameOneline} {
			out, err := openssl(t, "x509", "-in", file, "-noout", "-subject", "-nameopt", opt)
			if err != nil {
				t.Fatal(out)
			}
			want := strings.TrimSuffix(strings.TrimPrefix(out, "subject="), "\n")
			if got := print(raw); got != want {
				t.Errorf("%s of %q:\n got %q\nwant %q", opt, lines, got, want)
			}
		}
	}
}

func pemOf(der []byte) []byte {
	return []byte((&State{ConnectionState: tls.ConnectionState{PeerCertificates: []*x509.Certificate{{Raw: der}}}}).RawClientCert())
}

func TestCertificateVariables(t *testing.T) {
	start := time.Date(2024, 2, 3, 4, 5, 6, 0, time.UTC)
	p := tlstest.SelfSigned(t, tlstest.Options{
		Subject: &pkix.Name{CommonName: "me", Organization: []string{"Org"}}, Serial: 0xABC, NotBefore: start, NotAfter: start.AddDate(0, 0, 90),
	})
	at := start.AddDate(0, 0, 80)
	s := &State{ConnectionState: tls.ConnectionState{PeerCertificates: []*x509.Certificate{p.Cert}}, Now: func() time.Time { return at }}
	file := tlstest.WriteFile(t, t.TempDir(), "cert", p.CertPEM())
	field := func(args ...string) string {
		out, err := openssl(t, append([]string{"x509", "-in", file, "-noout"}, args...)...)
		if err != nil {
			t.Fatal(out)
		}
		_, v, _ := strings.Cut(strings.TrimSpace(out), "=")
		return v
	}
	raw := string(p.CertPEM())
	for _, tt := range []struct{ name, got, want string }{
		{"serial", s.Serial(), field("-serial")},
		{"fingerprint", s.Fingerprint(), strings.ToLower(strings.ReplaceAll(field("-fingerprint", "-sha1"), ":", ""))},
		{"v_start", s.ValidStart(), field("-startdate")},
		{"v_end", s.ValidEnd(), field("-enddate")},
		{"v_remain", s.ValidRemain(), "10"},
		{"s_dn", s.SubjectDN(), "CN=me,O=Org"},
		{"i_dn", s.IssuerDN(), "CN=me,O=Org"},
		{"s_dn_legacy", s.SubjectDNLegacy(), "/O=Org/CN=me"},
		{"i_dn_legacy", s.IssuerDNLegacy(), "/O=Org/CN=me"},
		{"raw_cert", s.RawClientCert(), raw},
		{"cert", s.ClientCert(), strings.ReplaceAll(raw[:len(raw)-1], "\n", "\n\t")},
		{"verify", s.ClientVerify(), "SUCCESS"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, tt.got, tt.want)
		}
	}
	if back, err := url.PathUnescape(s.EscapedClientCert()); err != nil || back != raw {
		t.Errorf("escaped: %q", s.EscapedClientCert())
	}
	for want, days := range map[string]int{"0": 89, "1": 88, "90": 0} {
		at = start.AddDate(0, 0, days).Add(time.Second)
		if want == "90" {
			at = start
		}
		if want == "1" {
			at = start.AddDate(0, 0, 89)
		}
		if got := s.ValidRemain(); got != want {
			t.Errorf("remain at day %d: %s, want %s", days, got, want)
		}
	}
	none := &State{}
	for _, got := range []string{none.Serial(), none.Fingerprint(), none.ValidStart(), none.ValidEnd(), none.ValidRemain(), none.SubjectDN(), none.RawClientCert(), none.ClientCert(), none.EscapedClientCert(), none.Curve(), none.OfferedCurves()} {
		if got != "" {
			t.Errorf("without a certificate: %q", got)
		}
	}
	if none.ClientVerify() != "NONE" {
		t.Error(none.ClientVerify())
	}
}

// TestConnectionVariables was recorded from nginx with the same clients.
func TestConnectionVariables(t *testing.T) {
	cfg := serverConfig(t, tlstest.SelfSigned(t, tlstest.Options{Key: rsaKey()}))
	cfg.ALPN = []string{"h2"}
	s := newServer(t, cfg)
	for _, tt := range []struct{ args, want string }{
		{"-tls1_2 -noservername -cipher ECDHE-RSA-AES128-SHA:AES256-GCM-SHA384 -groups P-256:X448:X25519",
			"TLSv1.2|ECDHE-RSA-AES128-SHA|ECDHE-RSA-AES128-SHA:AES256-GCM-SHA384:TLS_EMPTY_RENEGOTIATION_INFO_SCSV|prime256v1|prime256v1:X448:X25519|||.|rsa_pss_rsae_sha256"},
		{"-tls1_2 -noservername -cipher AES256-GCM-SHA384", "TLSv1.2|AES256-GCM-SHA384|AES256-GCM-SHA384:TLS_EMPTY_RENEGOTIATION_INFO_SCSV|||||.|"},
		{"-tls1_3 -servername na.me -alpn h2 -ciphersuites TLS_CHACHA20_POLY1305_SHA256 -groups X25519 -sigalgs RSA-PSS+SHA512",
			"TLSv1.3|TLS_CHACHA20_POLY1305_SHA256|TLS_CHACHA20_POLY1305_SHA256:TLS_EMPTY_RENEGOTIATION_INFO_SCSV|X25519|X25519|na.me|h2|.|rsa_pss_rsae_sha512"},
	} {
		addr, results := listen(t, s, func() *Handshake { return &Handshake{WantSigalg: true} })
		out := sClient(t, addr, strings.Fields(tt.args)...)
		r := <-results
		if r.err != nil {
			t.Fatalf("%v\n%s", r.err, out)
		}
		st := r.state
		got := strings.Join([]string{st.Protocol(), st.Cipher(), st.OfferedCiphers(), st.Curve(), st.OfferedCurves(), st.ServerName, st.ALPN(), st.SessionReused(), st.SigalgName()}, "|")
		if got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.args, got, tt.want)
		}
	}
}
