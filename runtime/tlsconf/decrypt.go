package tlsconf

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"hash"

	"golang.org/x/crypto/scrypt"
)

// unsupportedError names an algorithm of an encrypted key that is not known
// here; unlike a wrong password it does not depend on the password.
type unsupportedError struct{ what string }

func (e *unsupportedError) Error() string { return "unsupported " + e.what + " of an encrypted key" }

var errWrongPassword = errors.New("wrong password")

// decryptLegacy reads the encryption of RFC 1421 headers (DEK-Info), which the
// standard library calls insecure: it is what `openssl rsa -traditional`
// writes, and users have such keys.
func decryptLegacy(b *pemBlock, password string) ([]byte, error) {
	block := &pem.Block{Type: b.name, Headers: b.headers, Bytes: b.data}
	der, err := x509.DecryptPEMBlock(block, []byte(password)) //nolint:staticcheck
	if err != nil && !errors.Is(err, x509.IncorrectPasswordError) {
		return nil, &unsupportedError{"DEK-Info \"" + b.headers["DEK-Info"] + "\""}
	}
	return der, err
}

// The object identifiers of PKCS#5 and its ciphers.
var (
	oidPBES2    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 13}
	oidPBKDF2   = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 5, 12}
	oidScrypt   = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 11591, 4, 11}
	oidPBE3DES  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 12, 1, 3}
	oidDES3     = asn1.ObjectIdentifier{1, 2, 840, 113549, 3, 7}
	oidAES128   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 2}
	oidAES192   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 22}
	oidAES256   = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 1, 42}
	oidHMACSHA1 = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 7}
	oidHMAC256  = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 9}
	oidHMAC384  = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 10}
	oidHMAC512  = asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 11}
)

type encryptedKeyInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	Data      []byte
}

// decryptPKCS8 opens an EncryptedPrivateKeyInfo: PBES2 with PBKDF2 or scrypt
// and AES or triple DES, or PKCS#12's SHA-1 with triple DES.
func decryptPKCS8(der []byte, password string) ([]byte, error) {
	var info encryptedKeyInfo
	if _, err := asn1.Unmarshal(der, &info); err != nil {
		return nil, errWrongPassword
	}
	var mode cipher.BlockMode
	var err error
	switch alg := info.Algorithm; {
	case alg.Algorithm.Equal(oidPBES2):
		mode, err = pbes2(alg.Parameters.FullBytes, password)
	case alg.Algorithm.Equal(oidPBE3DES):
		mode, err = pbe3DES(alg.Parameters.FullBytes, password)
	default:
		return nil, &unsupportedError{"algorithm " + alg.Algorithm.String()}
	}
	if err != nil {
		return nil, err
	}
	return unpad(mode, info.Data)
}

// unpad decrypts and takes the PKCS#7 padding off.
func unpad(mode cipher.BlockMode, data []byte) ([]byte, error) {
	size := mode.BlockSize()
	if len(data) == 0 || len(data)%size != 0 {
		return nil, errWrongPassword
	}
	out := make([]byte, len(data))
	mode.CryptBlocks(out, data)
	pad := int(out[len(out)-1])
	if pad == 0 || pad > size || !bytes.Equal(out[len(out)-pad:], bytes.Repeat([]byte{byte(pad)}, pad)) {
		return nil, errWrongPassword
	}
	return out[:len(out)-pad], nil
}

func pbes2(params []byte, password string) (cipher.BlockMode, error) {
	var p struct{ KDF, Cipher pkix.AlgorithmIdentifier }
	if _, err := asn1.Unmarshal(params, &p); err != nil {
		return nil, &unsupportedError{"PBES2 parameters"}
	}
	size, newCipher := 0, aes.NewCipher
	switch id := p.Cipher.Algorithm; {
	case id.Equal(oidAES128):
		size = 16
	case id.Equal(oidAES192):
		size = 24
	case id.Equal(oidAES256):
		size = 32
	case id.Equal(oidDES3):
		size, newCipher = 24, des.NewTripleDESCipher
	default:
		return nil, &unsupportedError{"cipher " + id.String()}
	}
	var iv []byte
	if _, err := asn1.Unmarshal(p.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, &unsupportedError{"cipher parameters"}
	}
	key, err := deriveKey(p.KDF, password, size)
	if err != nil {
		return nil, err
	}
	block, err := newCipher(key)
	if err != nil {
		return nil, err
	}
	if len(iv) != block.BlockSize() {
		return nil, &unsupportedError{"cipher parameters"}
	}
	return cipher.NewCBCDecrypter(block, iv), nil
}

// The bounds of what a key file may ask of the derivation: far above what any
// tool writes, low enough not to stall a start.
const (
	maxRounds     = 10_000_000
	maxScryptWork = 1 << 26 // N*r*p
)

func deriveKey(kdf pkix.AlgorithmIdentifier, password string, size int) ([]byte, error) {
	switch {
	case kdf.Algorithm.Equal(oidPBKDF2):
		var p struct {
			Salt   []byte
			Rounds int
			Length int                      `asn1:"optional"`
			PRF    pkix.AlgorithmIdentifier `asn1:"optional"`
		}
		if _, err := asn1.Unmarshal(kdf.Parameters.FullBytes, &p); err != nil || p.Rounds <= 0 || p.Rounds > maxRounds {
			return nil, &unsupportedError{"PBKDF2 parameters"}
		}
		h, err := prf(p.PRF.Algorithm)
		if err != nil {
			return nil, err
		}
		return pbkdf2.Key(h, password, p.Salt, p.Rounds, size)
	case kdf.Algorithm.Equal(oidScrypt):
		var p struct {
			Salt    []byte
			N, R, P int
			Length  int `asn1:"optional"`
		}
		_, err := asn1.Unmarshal(kdf.Parameters.FullBytes, &p)
		if err != nil || p.N <= 1 || p.R <= 0 || p.P <= 0 || p.N > maxScryptWork/p.R/p.P {
			return nil, &unsupportedError{"scrypt parameters"}
		}
		return scrypt.Key([]byte(password), p.Salt, p.N, p.R, p.P, size)
	}
	return nil, &unsupportedError{"key derivation " + kdf.Algorithm.String()}
}

func prf(id asn1.ObjectIdentifier) (func() hash.Hash, error) {
	switch {
	case len(id) == 0, id.Equal(oidHMACSHA1):
		return sha1.New, nil
	case id.Equal(oidHMAC256):
		return sha256.New, nil
	case id.Equal(oidHMAC384):
		return sha512.New384, nil
	case id.Equal(oidHMAC512):
		return sha512.New, nil
	}
	return nil, &unsupportedError{"pseudo-random function " + id.String()}
}

// pbe3DES is pbeWithSHAAnd3-KeyTripleDES-CBC of PKCS#12, what OpenSSL 1.0 wrote.
func pbe3DES(params []byte, password string) (cipher.BlockMode, error) {
	var p struct {
		Salt   []byte
		Rounds int
	}
	if _, err := asn1.Unmarshal(params, &p); err != nil || p.Rounds <= 0 || p.Rounds > maxRounds {
		return nil, &unsupportedError{"PBE parameters"}
	}
	var bmp []byte
	for _, c := range []byte(password) {
		bmp = append(bmp, 0, c)
	}
	bmp = append(bmp, 0, 0)
	block, err := des.NewTripleDESCipher(pkcs12Key(1, p.Salt, bmp, p.Rounds, 24))
	if err != nil {
		return nil, err
	}
	return cipher.NewCBCDecrypter(block, pkcs12Key(2, p.Salt, bmp, p.Rounds, 8)), nil
}

// pkcs12Key is the derivation of RFC 7292 appendix B with SHA-1; purpose 1
// makes a key, 2 an initial vector.
func pkcs12Key(purpose byte, salt, password []byte, rounds, size int) []byte {
	const v = 64
	fill := func(s []byte) []byte {
		if len(s) == 0 {
			return nil
		}
		out := make([]byte, 0, (len(s)+v-1)/v*v)
		for len(out) < cap(out) {
			out = append(out, s[:min(len(s), cap(out)-len(out))]...)
		}
		return out
	}
	d := bytes.Repeat([]byte{purpose}, v)
	in := append(fill(salt), fill(password)...)
	var key []byte
	for {
		h := sha1.Sum(append(append([]byte(nil), d...), in...))
		for range rounds - 1 {
			h = sha1.Sum(h[:])
		}
		key = append(key, h[:]...)
		if len(key) >= size {
			return key[:size]
		}
		b := fill(h[:])
		for i := 0; i < len(in); i += v {
			carry := 1
			for j := v - 1; j >= 0; j-- {
				carry += int(in[i+j]) + int(b[j])
				in[i+j] = byte(carry)
				carry >>= 8
			}
		}
	}
}
