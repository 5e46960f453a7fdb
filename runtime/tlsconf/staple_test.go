package tlsconf

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"testing"

	"tidegate/runtime/tlsconf/tlstest"
)

// TestStaple has a file's answer sent to a client that asks for one, with the certificates of the configuration alone.
func TestStaple(t *testing.T) {
	answer, err := asn1.Marshal(ocspResponse{Status: 6}) // unauthorized, the shortest there is
	if err != nil {
		t.Fatal(err)
	}
	file := func(b []byte) string { return tlstest.WriteFile(t, t.TempDir(), "answer", b) }
	p, other := tlstest.SelfSigned(t, tlstest.Options{}), tlstest.SelfSigned(t, tlstest.Options{})
	cfg := serverConfig(t, p)
	cfg.Staple = file(append(answer[:len(answer):len(answer)], "what follows is not sent"...))
	for _, scripted := range []bool{false, true} {
		var hooks func() *Handshake
		if scripted {
			hooks = func() *Handshake {
				return &Handshake{Certificate: func(h *Hello) error {
					h.ClearCertificates()
					if err := h.SetChain([]*x509.Certificate{other.Cert}); err != nil {
						return err
					}
					return h.SetKey(other.Key)
				}}
			}
		}
		addr, results := listen(t, newServer(t, cfg), hooks)
		c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true}) // crypto/tls always asks
		if err != nil {
			t.Fatal(err)
		}
		got := c.OCSPResponse()
		_ = c.Close()
		<-results
		if want := map[bool][]byte{false: answer}[scripted]; !bytes.Equal(got, want) {
			t.Errorf("scripted %v: %x, want %x", scripted, got, want)
		}
	}
	for _, name := range []string{file([]byte("no DER")), t.TempDir() + "/missing"} {
		cfg.Staple = name
		if _, err := NewServer(cfg); err == nil || !strings.Contains(err.Error(), `("`+name+`") failed`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
