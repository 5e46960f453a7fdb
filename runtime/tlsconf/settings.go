package tlsconf

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Protocols is a set of protocol versions, as ssl_protocols lists them.
type Protocols uint

// The words of ssl_protocols. SSLv2 and SSLv3 exist nowhere any more: OpenSSL
// builds without them take the words and never negotiate them, and so does
// this package.
const (
	SSLv2 Protocols = 1 << iota
	SSLv3
	TLSv1
	TLSv1_1
	TLSv1_2
	TLSv1_3
)

// DefaultProtocols is the default of ssl_protocols and its kin.
const DefaultProtocols = TLSv1_2 | TLSv1_3

// versions in ascending order, with their bits and names.
var versions = [...]struct {
	bit  Protocols
	id   uint16
	name string
}{
	{TLSv1, tls.VersionTLS10, "TLSv1"},
	{TLSv1_1, tls.VersionTLS11, "TLSv1.1"},
	{TLSv1_2, tls.VersionTLS12, "TLSv1.2"},
	{TLSv1_3, tls.VersionTLS13, "TLSv1.3"},
}

// ParseProtocol reads one word of ssl_protocols; 0 if it is none.
func ParseProtocol(word string) Protocols {
	switch word {
	case "SSLv2":
		return SSLv2
	case "SSLv3":
		return SSLv3
	}
	for _, v := range versions {
		if v.name == word {
			return v.bit
		}
	}
	return 0
}

// ProtocolName is SSL_get_version's text ($ssl_protocol).
func ProtocolName(version uint16) string {
	for _, v := range versions {
		if v.id == version {
			return v.name
		}
	}
	return "unknown"
}

// Pair names a certificate file and its key file. Paths are complete; "data:"
// brings the PEM text itself; for a key "store:" a file store.
type Pair struct {
	Cert, Key string
}

// Command is one ssl_conf_command.
type Command struct {
	Name, Value string
}

// VerifyMode is ssl_verify_client.
type VerifyMode int

// The values of ssl_verify_client.
const (
	VerifyOff VerifyMode = iota
	VerifyOn
	VerifyOptional
	VerifyOptionalNoCA
)

// settings is what server and client sides have in common, after the commands
// of ssl_conf_command.
type settings struct {
	enabled   Protocols
	suites    []uint16 // below TLSv1.3, in order of preference
	level     int
	groups    []tls.CurveID
	tickets   bool
	prefer    bool // the server's order of suites counts
	chacha    bool // ... unless the client puts ChaCha20 first
	insist    bool // on the client's side: VerifyMode Peer
	minV      uint16
	maxV      uint16
	cipherStr string
}

func newSettings(p Protocols, ciphers, curves string, prefer, tickets bool, commands []Command) (*settings, error) {
	s := &settings{enabled: p, prefer: prefer, tickets: tickets, cipherStr: ciphers}
	suites, err := ParseCiphers(ciphers)
	if err != nil {
		return nil, err
	}
	if s.groups, err = groups(curves); err != nil {
		return nil, err
	}
	s.suites, s.level = suites.IDs, suites.Level
	unavailable := suites.Unavailable
	for _, c := range commands {
		more, err := s.command(c)
		if err != nil {
			return nil, err
		}
		if more != nil {
			unavailable = more
		}
	}
	s.limit()
	if len(s.suites) == 0 && s.enabled&(TLSv1|TLSv1_1|TLSv1_2) != 0 {
		return nil, lacking("SSL_CTX_set_cipher_list(\"%s\") failed: none of its ciphers is available: %s",
			s.cipherStr, strings.Join(unavailable, ", "))
	}
	return s, nil
}

// limit drops the versions that the bounds and the security level forbid. Below
// TLSv1.2 a level of 1 forbids signatures, not the version: see
// Handshake.suite.
func (s *settings) limit() {
	for _, v := range versions {
		if s.minV != 0 && v.id < s.minV || s.maxV != 0 && v.id > s.maxV ||
			s.level >= 3 && v.id < tls.VersionTLS11 || s.level >= 4 && v.id < tls.VersionTLS12 {
			s.enabled &^= v.bit
		}
	}
	s.enabled &^= SSLv2 | SSLv3
}

// bounds are the lowest and the highest enabled version, 0 if there is none.
func (s *settings) bounds() (lowest, highest uint16) {
	for _, v := range versions {
		if s.enabled&v.bit != 0 {
			if lowest == 0 {
				lowest = v.id
			}
			highest = v.id
		}
	}
	return lowest, highest
}

func (s *settings) allows(version uint16) bool {
	for _, v := range versions {
		if v.id == version {
			return s.enabled&v.bit != 0
		}
	}
	return false
}

// identity is a certificate chain and the key, for one slot.
type identity struct {
	chain []*x509.Certificate
	key   crypto.Signer
	tls   *tls.Certificate
}

func (i *identity) usable() bool { return i.tls != nil }

// seal makes the crypto/tls form once chain and key are there.
func (i *identity) seal() {
	i.tls = nil
	if len(i.chain) == 0 || i.key == nil {
		return
	}
	c := &tls.Certificate{PrivateKey: i.key, Leaf: i.chain[0]}
	for _, x := range i.chain {
		c.Certificate = append(c.Certificate, x.Raw)
	}
	i.tls = c
}

// identities holds one certificate for each kind of key, as an SSL_CTX does: a
// later one of the same kind replaces the earlier.
type identities [slots]identity

// load reads a pair of files (ngx_ssl_certificate), which looks at the
// certificate's strength before it reads the key.
func (ids *identities) load(p Pair, passwords []string, level int) error {
	chain, err := loadCertificates(p.Cert)
	if err != nil {
		return under(fmt.Sprintf("cannot load certificate \"%s\": ", p.Cert), err)
	}
	if err := checkStrength(chain[0], p, level, "SSL_CTX_"); err != nil {
		return err
	}
	key, err := loadKey(p.Key, passwords)
	if err != nil {
		return under(fmt.Sprintf("cannot load certificate key \"%s\": ", p.Key), err)
	}
	return ids.use(chain, key, p, level, "SSL_CTX_")
}

// use puts a chain and a key in place. prefix is that of the OpenSSL functions
// which nginx would call: "SSL_CTX_" at start, "SSL_" for a connection.
func (ids *identities) use(chain []*x509.Certificate, key crypto.Signer, p Pair, level int, prefix string) error {
	if err := checkStrength(chain[0], p, level, prefix); err != nil {
		return err
	}
	at, ok := slotOf(chain[0].PublicKey)
	if !ok {
		return lacking("%suse_certificate(\"%s\") failed: unsupported key type", prefix, p.Cert)
	}
	ids[at].chain = chain
	keyAt, ok := slotOf(key.Public())
	if !ok {
		return lacking("%suse_PrivateKey(\"%s\") failed: unsupported key type", prefix, p.Key)
	}
	// A key of another kind than the certificate's goes to its own slot, where
	// it may belong to no certificate: OpenSSL does not mind until a handshake.
	if c := ids[keyAt].chain; len(c) > 0 && !matches(c[0], key) {
		return fail(fmt.Sprintf("%suse_PrivateKey(\"%s\") failed", prefix, p.Key), errKeyMismatch)
	}
	ids[keyAt].key = key
	ids[at].seal()
	ids[keyAt].seal()
	return nil
}

// setChain puts a certificate with its chain in place for one connection (SSL_use_certificate). A key that does not belong to it goes. The
// error is what scripts are told, which is the name of OpenSSL's function.
func (ids *identities) setChain(chain []*x509.Certificate, level int) error {
	if len(chain) == 0 {
		return errors.New("no certificate")
	}
	at, ok := slotOf(chain[0].PublicKey)
	if !ok || securityBits(chain[0]) < minBits(level) {
		return errors.New("SSL_use_certificate() failed")
	}
	ids[at].chain = chain
	if k := ids[at].key; k != nil && !matches(chain[0], k) {
		ids[at].key = nil
	}
	ids[at].seal()
	return nil
}

// setKey puts the key of a certificate in place for one connection (SSL_use_PrivateKey).
func (ids *identities) setKey(key crypto.Signer) error {
	at, ok := slotOf(key.Public())
	if !ok || len(ids[at].chain) > 0 && !matches(ids[at].chain[0], key) {
		return errors.New("SSL_use_PrivateKey() failed")
	}
	ids[at].key = key
	ids[at].seal()
	return nil
}

// checkStrength is the security level's demand on a certificate's key.
func checkStrength(c *x509.Certificate, p Pair, level int, prefix string) error {
	if securityBits(c) < minBits(level) {
		return fail(fmt.Sprintf("%suse_certificate(\"%s\") failed", prefix, p.Cert), errEEKeySmall)
	}
	return nil
}

// clock is the clock of verification and tickets.
type clock func() time.Time

func (c clock) now() time.Time {
	if c == nil {
		return time.Now()
	}
	return c()
}
