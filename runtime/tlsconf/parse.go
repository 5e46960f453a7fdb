package tlsconf

import "crypto"

// ParsePrivateKey reads the first private key of a PEM text. passwords are tried in turn on an encrypted key. The error is OpenSSL's
// queue.
func ParsePrivateKey(text []byte, passwords []string) (crypto.Signer, error) {
	return parseKey(text, passwords)
}

// Text is the result as cosockets report it: "20: unable to get local issuer certificate".
func (c VerifyCode) Text() string { return itoa(int(c)) + ": " + c.String() }
