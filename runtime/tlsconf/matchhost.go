package tlsconf

import (
	"bytes"
	"crypto/x509"
	"strings"
)

// MatchHost tells whether a certificate is for a host name, by the rules of
// OpenSSL's X509_check_host without flags: DNS names of the certificate count,
// else the common names; a "*" may stand for the first label or for a part of
// it; addresses are compared as text.
func MatchHost(c *x509.Certificate, name string) bool {
	if name == "" {
		return false
	}
	if len(c.DNSNames) > 0 {
		for _, p := range c.DNSNames {
			if matchName(p, name) {
				return true
			}
		}
		return false
	}
	for _, rdn := range c.Subject.Names {
		if cn, ok := rdn.Value.(string); ok && rdn.Type.Equal(oidCommonName) && matchName(cn, name) {
			return true
		}
	}
	return false
}

// matchName compares a pattern of a certificate with a host name. A name that
// begins with a dot asks for any subdomain of it.
func matchName(pattern, name string) bool {
	if strings.HasPrefix(name, ".") {
		return len(pattern) > len(name) && strings.EqualFold(pattern[len(pattern)-len(name):], name)
	}
	star := validStar([]byte(pattern))
	if star < 0 {
		return strings.EqualFold(pattern, name)
	}
	prefix, suffix := pattern[:star], pattern[star+1:]
	if len(name) < len(prefix)+len(suffix) ||
		!strings.EqualFold(name[:len(prefix)], prefix) || !strings.EqualFold(name[len(name)-len(suffix):], suffix) {
		return false
	}
	filling := name[len(prefix) : len(name)-len(suffix)]
	idna := false
	if prefix == "" && strings.HasPrefix(suffix, ".") {
		if filling == "" {
			return false
		}
		idna = true
	}
	if !idna && len(name) >= 4 && strings.EqualFold(name[:4], "xn--") {
		return false
	}
	for i := 0; i < len(filling); i++ {
		if b := filling[i]; !alnum(b) && b != '-' {
			return false
		}
	}
	return true
}

func alnum(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
}

// validStar finds the "*" of a pattern, or -1 if the pattern is no proper
// wildcard: one star, in the first label, at one of its ends, not in an
// internationalised label, and with at least two dots after it.
func validStar(p []byte) int {
	star, dots := -1, 0
	start, hyphen, idna := true, false, false
	for i, b := range p {
		switch {
		case b == '*':
			atEnd := i == len(p)-1 || p[i+1] == '.'
			if star >= 0 || idna || dots > 0 || !start && !atEnd {
				return -1
			}
			star, start = i, false
		case alnum(b):
			if start && len(p)-i >= 4 && bytes.EqualFold(p[i:i+4], []byte("xn--")) {
				idna = true
			}
			start, hyphen = false, false
		case b == '.':
			if start || hyphen {
				return -1
			}
			start, hyphen, idna = true, false, false
			dots++
		case b == '-':
			if start {
				return -1
			}
			hyphen = true
		default:
			return -1
		}
	}
	if start || hyphen || dots < 2 {
		return -1
	}
	return star
}
