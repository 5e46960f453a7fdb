package tlsconf

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"
)

// bits is a set of properties of a cipher suite: one of each group below.
type bits uint64

// Key exchange, authentication, encryption, message authentication and first
// protocol version, as OpenSSL's cipher strings tell suites apart.
const (
	kRSA bits = 1 << iota
	kDHE
	kECDHE
	kPSK
	kRSAPSK
	kDHEPSK
	kECDHEPSK
	kSRP
	aRSA
	aECDSA
	aDSS
	aPSK
	aSRP
	aNULL
	eAES128
	eAES256
	eAES128GCM
	eAES256GCM
	eAES128CCM
	eAES256CCM
	eAES128CCM8
	eAES256CCM8
	eARIA128
	eARIA256
	eCAMELLIA128
	eCAMELLIA256
	eCHACHA20
	eNULL
	mMD5
	mSHA1
	mSHA256
	mSHA384
	mAEAD
	vSSL3
	vTLS1
	vTLS12
)

const (
	anyKx   = kRSA | kDHE | kECDHE | kPSK | kRSAPSK | kDHEPSK | kECDHEPSK | kSRP
	anyAu   = aRSA | aECDSA | aDSS | aPSK | aSRP | aNULL
	anyMac  = mMD5 | mSHA1 | mSHA256 | mSHA384 | mAEAD
	anyVer  = vSSL3 | vTLS1 | vTLS12
	anyEnc  = ^bits(0) &^ (anyKx | anyAu | anyMac | anyVer)
	eAESGCM = eAES128GCM | eAES256GCM
	eAESCCM = eAES128CCM | eAES256CCM | eCCM8
	eCCM8   = eAES128CCM8 | eAES256CCM8
	strong  = anyEnc &^ eNULL // every suite of the table with encryption is HIGH
	anyPSK  = kPSK | kRSAPSK | kDHEPSK | kECDHEPSK
)

type suite struct {
	id                         uint16
	name                       string
	kx, au, enc, mac, minProto bits
	notDefault                 bool
}

func (c *suite) all() bits { return c.kx | c.au | c.enc | c.mac | c.minProto }

// strength is the number of bits of the encryption.
func (c *suite) strength() int {
	switch {
	case c.enc == eNULL:
		return 0
	case c.enc&(eAES128|eAES128GCM|eAES128CCM|eAES128CCM8|eARIA128|eCAMELLIA128) != 0:
		return 128
	}
	return 256
}

// aliases are the words of a cipher string that stand for properties. A group
// that a word does not mention is left open.
var aliases = map[string]bits{
	"ALL": anyEnc &^ eNULL, "COMPLEMENTOFALL": eNULL,
	"kRSA": kRSA, "kEDH": kDHE, "kDHE": kDHE, "DH": kDHE, "kEECDH": kECDHE, "kECDHE": kECDHE, "ECDH": kECDHE,
	"kPSK": kPSK, "kRSAPSK": kRSAPSK, "kECDHEPSK": kECDHEPSK, "kDHEPSK": kDHEPSK, "kSRP": kSRP,
	"aRSA": aRSA, "aDSS": aDSS, "DSS": aDSS, "aNULL": aNULL, "aECDSA": aECDSA, "ECDSA": aECDSA, "aPSK": aPSK, "aSRP": aSRP,
	"EDH": kDHE | anyAu&^aNULL, "DHE": kDHE | anyAu&^aNULL, "EECDH": kECDHE | anyAu&^aNULL, "ECDHE": kECDHE | anyAu&^aNULL,
	"NULL": eNULL, "eNULL": eNULL, "RSA": kRSA | aRSA, "ADH": kDHE | aNULL, "AECDH": kECDHE | aNULL, "PSK": anyPSK, "SRP": kSRP,
	"AES128": eAES128 | eAES128GCM | eAES128CCM | eAES128CCM8, "AES256": eAES256 | eAES256GCM | eAES256CCM | eAES256CCM8,
	"AES": eAES128 | eAES256 | eAESGCM | eAESCCM, "AESGCM": eAESGCM, "AESCCM": eAESCCM, "AESCCM8": eCCM8,
	"CAMELLIA128": eCAMELLIA128, "CAMELLIA256": eCAMELLIA256, "CAMELLIA": eCAMELLIA128 | eCAMELLIA256, "CHACHA20": eCHACHA20,
	"ARIA": eARIA128 | eARIA256, "ARIAGCM": eARIA128 | eARIA256, "ARIA128": eARIA128, "ARIA256": eARIA256,
	"CBC": eAES128 | eAES256 | eCAMELLIA128 | eCAMELLIA256,
	"MD5": mMD5, "SHA1": mSHA1, "SHA": mSHA1, "SHA256": mSHA256, "SHA384": mSHA384,
	"SSLv3": vSSL3, "TLSv1": vTLS1, "TLSv1.0": vTLS1, "TLSv1.2": vTLS12,
	"HIGH": strong,
}

// selector is one item of a cipher string.
type selector struct {
	id                   uint16 // of a suite named in full
	mask                 bits
	fips, notDefaultOnly bool
}

func (s *selector) matches(c *suite) bool {
	if s.id != 0 && s.id != c.id {
		return false
	}
	if s.notDefaultOnly && !c.notDefault {
		return false
	}
	if s.fips && !c.fips() {
		return false
	}
	for _, group := range [...]bits{anyKx, anyAu, anyEnc, anyMac, anyVer} {
		if m := s.mask & group; m != 0 && m&c.all() == 0 {
			return false
		}
	}
	return true
}

// fips tells the suites that the FIPS word covers.
func (c *suite) fips() bool {
	return c.enc&(eAES128|eAES256|eAESGCM) != 0 && c.mac != mMD5 && c.kx != kSRP
}

// and narrows the selector by one more word of "A+B"; false if the word is
// unknown or nothing can match both.
func (s *selector) and(word string) bool {
	for i := range cipherTable {
		if c := &cipherTable[i]; c.name == word {
			if s.id != 0 && s.id != c.id || !s.matches(c) {
				return false
			}
			s.id = c.id
			return true
		}
	}
	switch word {
	case "COMPLEMENTOFDEFAULT":
		s.notDefaultOnly = true
		return true
	case "FIPS":
		s.fips = true
		return true
	}
	mask, ok := aliases[word]
	if !ok {
		return false
	}
	for _, group := range [...]bits{anyKx, anyAu, anyEnc, anyMac, anyVer} {
		had, has := s.mask&group, mask&group
		switch {
		case had == 0:
			s.mask |= has
		case has != 0:
			if had&has == 0 {
				return false
			}
			s.mask = s.mask&^group | had&has
		}
	}
	return true
}

// cipherOrder is the list that a cipher string works on: entries move about
// and are switched on and off (ssl_cipher_apply_rule).
type cipherOrder struct {
	list   []*suite
	active map[*suite]bool
	level  int // of @SECLEVEL
}

// DefaultSecurityLevel is that of OpenSSL since 3.2, and of Debian's 3.0.
const DefaultSecurityLevel = 2

const defaultCiphers = "ALL:!COMPLEMENTOFDEFAULT:!eNULL"

// parseCipherString evaluates an OpenSSL cipher string. The error is what
// SSL_CTX_set_cipher_list leaves in the queue.
func parseCipherString(s string) (order []*suite, level int, err *queued) {
	o := &cipherOrder{active: map[*suite]bool{}, level: DefaultSecurityLevel}
	for i := range cipherTable {
		o.list = append(o.list, &cipherTable[i])
	}
	ok := true
	if rest, found := strings.CutPrefix(s, "DEFAULT"); found {
		o.apply(defaultCiphers)
		s = strings.TrimPrefix(rest, ":")
	}
	ok = o.apply(s)
	if !ok {
		return nil, 0, &errInvalidCmd
	}
	for _, c := range o.list {
		if o.active[c] {
			order = append(order, c)
		}
	}
	if len(order) == 0 {
		return nil, 0, &errNoCipherMatch
	}
	return order, o.level, nil
}

func itemSeparator(c rune) bool { return c == ':' || c == ' ' || c == ';' || c == ',' }

// apply runs the items; false means that one of them was no command at all.
func (o *cipherOrder) apply(s string) bool {
	ok := true
	for _, item := range strings.FieldsFunc(s, itemSeparator) {
		op := byte(0)
		if strings.ContainsRune("-+!@", rune(item[0])) {
			op, item = item[0], item[1:]
		}
		if op == '@' {
			ok = o.special(item) && ok
			continue
		}
		sel, found, valid := selectorOf(item)
		if !valid {
			ok = false
		}
		if found {
			o.rule(op, sel.matches)
		}
	}
	return ok
}

// selectorOf reads "A+B+C". What follows a character that belongs to no word
// is skipped, as OpenSSL does.
func selectorOf(item string) (sel selector, found, valid bool) {
	for {
		n := 0
		for n < len(item) && wordByte(item[n]) {
			n++
		}
		if n == 0 {
			return sel, false, false
		}
		if !sel.and(item[:n]) {
			return sel, false, true
		}
		if n == len(item) || item[n] != '+' {
			return sel, true, true
		}
		item = item[n+1:]
	}
}

func wordByte(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '=' || c == '_'
}

// special runs @STRENGTH and @SECLEVEL=n.
func (o *cipherOrder) special(word string) bool {
	switch {
	case word == "STRENGTH":
		for _, bits := range [...]int{256, 128, 0} {
			o.rule('+', func(c *suite) bool { return c.strength() == bits })
		}
		return true
	case len(word) == 10 && strings.HasPrefix(word, "SECLEVEL="):
		if n := int(word[9] - '0'); n >= 0 && n <= 5 {
			o.level = n
			return true
		}
	}
	return false
}

// rule applies an operator: 0 adds at the end, '+' moves to the end, '-'
// switches off and moves to the front, '!' removes for good.
func (o *cipherOrder) rule(op byte, match func(*suite) bool) {
	var hit, rest []*suite
	for _, c := range o.list {
		if match(c) && (op == '!' || o.active[c] == (op != 0)) {
			hit = append(hit, c)
		} else {
			rest = append(rest, c)
		}
	}
	for _, c := range hit {
		o.active[c] = op == 0 || op == '+'
	}
	switch op {
	case '-':
		o.list = append(slices.Clip(hit), rest...)
	case '!':
		o.list = rest
	default:
		o.list = append(rest, hit...)
	}
}

// Suites is what a cipher string means here.
type Suites struct {
	IDs         []uint16 // the suites available below TLSv1.3, in order of preference
	Unavailable []string // suites that the string names and crypto/tls has not
	Level       int      // security level
}

// ParseCiphers translates an OpenSSL cipher string. The error is nginx's for a
// string that OpenSSL refuses, or says that nothing is left of it here.
func ParseCiphers(s string) (Suites, error) {
	call := fmt.Sprintf("SSL_CTX_set_cipher_list(\"%s\") failed", s)
	if strings.HasPrefix(s, "SUITEB") {
		return Suites{}, lacking("%s: Suite B modes are not supported", call)
	}
	order, level, q := parseCipherString(s)
	if q != nil {
		return Suites{}, fail(call, *q)
	}
	out := Suites{Level: level}
	for _, c := range order {
		switch {
		case !c.allowed(level):
		case goSuite(c.id):
			out.IDs = append(out.IDs, c.id)
		default:
			out.Unavailable = append(out.Unavailable, c.name)
		}
	}
	return out, nil
}

// allowed follows OpenSSL's ssl_security_default_callback for suites.
func (c *suite) allowed(level int) bool {
	switch {
	case level >= 1 && c.au == aNULL,
		level >= 1 && c.enc == eNULL,
		level >= 3 && c.kx&(kDHE|kECDHE) == 0,
		level >= 4 && (c.strength() < 192 || c.mac == mSHA1 || c.mac == mMD5),
		level >= 5 && c.strength() < 256:
		return false
	}
	return true
}

// goSuite tells whether crypto/tls has the suite.
func goSuite(id uint16) bool {
	has := func(s *tls.CipherSuite) bool { return s.ID == id }
	return slices.ContainsFunc(tls.CipherSuites(), has) || slices.ContainsFunc(tls.InsecureCipherSuites(), has)
}

// CipherName is OpenSSL's name of a suite ($ssl_cipher), "" for one that it
// does not know.
func CipherName(id uint16) string {
	switch id {
	case tls.TLS_AES_128_GCM_SHA256, tls.TLS_AES_256_GCM_SHA384, tls.TLS_CHACHA20_POLY1305_SHA256:
		return tls.CipherSuiteName(id)
	case 0x1304:
		return "TLS_AES_128_CCM_SHA256"
	case 0x1305:
		return "TLS_AES_128_CCM_8_SHA256"
	case 0x00FF:
		return "TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
	case 0x5600:
		return "TLS_FALLBACK_SCSV"
	}
	for i := range cipherTable {
		if cipherTable[i].id == id {
			return cipherTable[i].name
		}
	}
	return ""
}
