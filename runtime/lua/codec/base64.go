package codec

import (
	"encoding/base64"
	"errors"
	"strings"
)

// EncodeBase64 is ngx.encode_base64.
func EncodeBase64(s string, noPadding bool) string {
	if noPadding {
		return base64.RawStdEncoding.EncodeToString([]byte(s))
	}
	return base64.StdEncoding.EncodeToString([]byte(s))
}

// DecodeBase64 is ngx.decode_base64: it reads up to the first "=", whatever follows, and refuses bytes outside the
// alphabet and a lone last digit; unused bits need not be zero (ngx_decode_base64).
func DecodeBase64(s string) (string, bool) {
	return decodeBase64(s, base64.RawStdEncoding, '+', '/')
}

// DecodeBase64MIME is ngx.decode_base64mime: DecodeBase64 that skips bytes outside the alphabet.
func DecodeBase64MIME(s string) (string, bool) {
	s, _, _ = strings.Cut(s, "=")
	kept := make([]byte, 0, len(s))
	for i := range len(s) {
		if isBase64(s[i], '+', '/') {
			kept = append(kept, s[i])
		}
	}
	return decodeBase64(string(kept), base64.RawStdEncoding, '+', '/')
}

// EncodeBase64URL is ngx.base64's encode_base64url.
func EncodeBase64URL(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// DecodeBase64URL is ngx.base64's decode_base64url, with its error.
func DecodeBase64URL(s string) (string, error) {
	if out, ok := decodeBase64(s, base64.RawURLEncoding, '-', '_'); ok {
		return out, nil
	}
	return "", errors.New("invalid input")
}

func decodeBase64(s string, enc *base64.Encoding, c62, c63 byte) (string, bool) {
	s, _, _ = strings.Cut(s, "=")
	for i := range len(s) { // Go's decoder would skip line ends
		if !isBase64(s[i], c62, c63) {
			return "", false
		}
	}
	out, err := enc.DecodeString(s)
	return string(out), err == nil
}

func isBase64(c, c62, c63 byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == c62 || c == c63
}
