package tlstest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdsa"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"testing"
)

// LegacyKeyPEM is the key in its traditional form ("RSA PRIVATE KEY", "EC
// PRIVATE KEY"), encrypted with the old PEM headers if password is not empty.
func (p *Pair) LegacyKeyPEM(t testing.TB, password string) []byte {
	t.Helper()
	var b *pem.Block
	switch k := p.Key.(type) {
	case *rsa.PrivateKey:
		b = &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(k)}
	case *ecdsa.PrivateKey:
		der, err := x509.MarshalECPrivateKey(k)
		check(t, err)
		b = &pem.Block{Type: "EC PRIVATE KEY", Bytes: der}
	default:
		t.Fatalf("no legacy form for %T", k)
	}
	if password != "" {
		var err error
		// The old scheme is what is to be read here.
		b, err = x509.EncryptPEMBlock(rand.Reader, b.Type, b.Bytes, []byte(password), x509.PEMCipherAES256) //nolint:staticcheck
		check(t, err)
	}
	return pem.EncodeToMemory(b)
}

type pbkdf2Params struct {
	Salt       []byte
	Iterations int
	PRF        pkix.AlgorithmIdentifier
}

type pbes2Params struct {
	KDF    algorithm
	Cipher algorithm
}

type algorithm struct {
	ID     asn1.ObjectIdentifier
	Params any
}

// EncryptedKeyPEM is the key in PKCS#8, encrypted as OpenSSL 3 does by default:
// PBES2 with PBKDF2, HMAC-SHA-256 and AES-256-CBC.
func (p *Pair) EncryptedKeyPEM(t testing.TB, password string) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(p.Key)
	check(t, err)
	salt, iv := make([]byte, 8), make([]byte, aes.BlockSize)
	rand.Read(salt)
	rand.Read(iv)
	const rounds = 2048
	key, err := pbkdf2.Key(sha256.New, password, salt, rounds, 32)
	check(t, err)
	block, err := aes.NewCipher(key)
	check(t, err)
	pad := aes.BlockSize - len(der)%aes.BlockSize
	for range pad {
		der = append(der, byte(pad))
	}
	cipher.NewCBCEncrypter(block, iv).CryptBlocks(der, der)
	info := struct {
		Algorithm algorithm
		Data      []byte
	}{
		algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}, pbes2Params{
			KDF: algorithm{asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}, pbkdf2Params{
				Salt: salt, Iterations: rounds,
				PRF: pkix.AlgorithmIdentifier{Algorithm: asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}, Parameters: asn1.NullRawValue},
			}},
			Cipher: algorithm{asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}, iv},
		}},
		der,
	}
	out, err := asn1.Marshal(info)
	check(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: out})
}
