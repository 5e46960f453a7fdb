package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	_ "embed"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

//go:embed demo/nginx.conf
var demoConf []byte

const demoHints = `Tidegate serves its demonstration. In another terminal, try:

  echo hello | nc -q1 127.0.0.1 9001            a scripted echo (content_by_lua_block)
  nc 127.0.0.1 9002 </dev/null                  a shared counter (lua_shared_dict)
  openssl s_client -quiet -connect 127.0.0.1:9003 </dev/null
                                                TLS in front of the counter (ssl, proxy_pass)

Stop it with Ctrl-C. Serve your own: tidegate run your.conf

`

// writeDemo makes a directory with the demonstration's configuration and a certificate of its own. The caller removes it.
func writeDemo() (dir string, err error) {
	if dir, err = os.MkdirTemp("", "tidegate-demo-"); err != nil {
		return "", err
	}
	crt, key, err := selfSigned(time.Now())
	for _, f := range []struct {
		name string
		data []byte
		mode os.FileMode
	}{{"nginx.conf", demoConf, 0o644}, {"demo.crt", crt, 0o644}, {"demo.key", key, 0o600}} {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, f.name), f.data, f.mode)
		}
	}
	if err != nil {
		_ = os.RemoveAll(dir)
		return "", err
	}
	return dir, nil
}

// selfSigned makes a certificate for localhost that is valid for a day, both parts in PEM.
func selfSigned(now time.Time) (crt, key []byte, err error) {
	priv, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "localhost"},
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(24 * time.Hour),
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &priv.PublicKey, priv)
	if err != nil {
		return nil, nil, err
	}
	keyDER, err := x509.MarshalECPrivateKey(priv)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: keyDER}), nil
}

func showDemoHints(w io.Writer) { fmt.Fprint(w, demoHints) }
