package tlsconf

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

// ticketKey protects session tickets: AES in CBC mode and HMAC-SHA-256, in the
// layout of RFC 5077 and of nginx's key files.
type ticketKey struct {
	name [16]byte
	aes  []byte // 16 or 32 bytes
	hmac []byte // as long
}

// loadTicketKey reads an ssl_session_ticket_key file: 48 bytes for AES-128, 80
// for AES-256, the halves in different order (ngx_ssl_session_ticket_keys).
func loadTicketKey(path string) (*ticketKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fileError("open", path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fileError("fstat", path, err)
	}
	size := int(info.Size())
	if size != 48 && size != 80 {
		return nil, fmt.Errorf("\"%s\" must be 48 or 80 bytes", path)
	}
	buf := make([]byte, size)
	if n, err := io.ReadFull(f, buf); err == io.ErrUnexpectedEOF || err == io.EOF {
		return nil, fmt.Errorf("pread() \"%s\" returned only %d bytes instead of %d", path, n, size)
	} else if err != nil {
		return nil, fileError("pread", path, err)
	}
	k := &ticketKey{name: [16]byte(buf)}
	if size == 48 {
		k.aes, k.hmac = buf[16:32], buf[32:]
	} else {
		k.hmac, k.aes = buf[16:48], buf[48:]
	}
	return k, nil
}

func randomTicketKey() *ticketKey {
	buf := make([]byte, 80)
	rand.Read(buf)
	return &ticketKey{name: [16]byte(buf), hmac: buf[16:48], aes: buf[48:]}
}

const macSize = sha256.Size

// seal makes name, initial vector, ciphertext and MAC of a ticket.
func (k *ticketKey) seal(plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(k.aes)
	if err != nil {
		return nil, err
	}
	pad := aes.BlockSize - len(plain)%aes.BlockSize
	out := make([]byte, 32+len(plain)+pad, 32+len(plain)+pad+macSize)
	copy(out, k.name[:])
	rand.Read(out[16:32])
	body := out[32:]
	copy(body, plain)
	for i := len(plain); i < len(body); i++ {
		body[i] = byte(pad)
	}
	cipher.NewCBCEncrypter(block, out[16:32]).CryptBlocks(body, body)
	mac := hmac.New(sha256.New, k.hmac)
	mac.Write(out)
	return mac.Sum(out), nil
}

// open undoes seal; nil if the ticket is not this key's or was tampered with.
func (k *ticketKey) open(ticket []byte) []byte {
	n := len(ticket) - macSize
	if n < 32+aes.BlockSize || (n-32)%aes.BlockSize != 0 || [16]byte(ticket) != k.name {
		return nil
	}
	mac := hmac.New(sha256.New, k.hmac)
	mac.Write(ticket[:n])
	if !hmac.Equal(mac.Sum(nil), ticket[n:]) {
		return nil
	}
	block, err := aes.NewCipher(k.aes)
	if err != nil {
		return nil
	}
	plain, err := unpad(cipher.NewCBCDecrypter(block, ticket[16:32]), ticket[32:n])
	if err != nil {
		return nil
	}
	return plain
}

// SessionCache is what an ssl_session_cache keeps: sessions for handles given
// out in place of tickets (ssl_session_tickets off), and the ticket keys that
// change by themselves. Servers with the same "shared:NAME" share one, and it
// outlives a reload; "builtin" is one for each server.
//
// crypto/tls resumes by ticket only, so that resumption by session ID, as a
// TLSv1.2 client without ticket support would need, is not there. A handle is a
// ticket that holds no secret, only the place of the session in the cache, like
// OpenSSL's stateful tickets of TLSv1.3.
type SessionCache struct {
	max int

	mu     sync.Mutex
	by     map[[32]byte]*cached
	oldest *cached
	newest *cached
	keys   [3]rotating // current, previous, next
}

type cached struct {
	id         [32]byte
	state      []byte
	next, prev *cached
}

type rotating struct {
	key    *ticketKey
	expire int64 // second until which tickets of this key matter
}

// SessionsPerMegabyte is how many sessions a megabyte of shared cache holds, as
// nginx's documentation counts them.
const SessionsPerMegabyte = 4000

// BuiltinSessions is the default size of the builtin cache.
const BuiltinSessions = 20480

// NewSessionCache makes a cache for at most limit sessions.
func NewSessionCache(limit int) *SessionCache {
	return &SessionCache{max: max(limit, 1), by: map[[32]byte]*cached{}}
}

// SharedSessions is the number of sessions for a "shared:NAME:SIZE" of size
// bytes.
func SharedSessions(size int64) int {
	return int(max(size*SessionsPerMegabyte>>20, 1))
}

func (c *SessionCache) store(state []byte) []byte {
	e := &cached{state: state}
	rand.Read(e.id[:])
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.by) >= c.max {
		c.drop(c.oldest)
	}
	c.by[e.id] = e
	if c.newest == nil {
		c.oldest = e
	} else {
		c.newest.next, e.prev = e, c.newest
	}
	c.newest = e
	return append([]byte(nil), e.id[:]...)
}

func (c *SessionCache) load(handle []byte) []byte {
	if len(handle) != 32 {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.by[[32]byte(handle)]; e != nil {
		return e.state
	}
	return nil
}

func (c *SessionCache) drop(e *cached) {
	delete(c.by, e.id)
	if e.prev == nil {
		c.oldest = e.next
	} else {
		e.prev.next = e.next
	}
	if e.next == nil {
		c.newest = e.prev
	} else {
		e.next.prev = e.prev
	}
}

// ticketKeys gives the keys in force, the current one first, and moves on to
// the next when the time has come (ngx_ssl_rotate_ticket_keys): a key is good
// for twice the session timeout, and the old one stays while its tickets live.
func (c *SessionCache) ticketKeys(now time.Time, timeout time.Duration) [2]*ticketKey {
	t := now.Unix()
	expire := t + int64(timeout/time.Second)
	c.mu.Lock()
	defer c.mu.Unlock()
	k := &c.keys
	if k[0].key == nil {
		k[0] = rotating{randomTicketKey(), expire}
		k[2] = k[0]
	}
	if k[1].expire < t {
		k[1], k[0] = k[0], k[2]
		k[2] = rotating{key: randomTicketKey()}
	}
	k[0].expire = max(k[0].expire, expire)
	return [2]*ticketKey{k[0].key, k[1].key}
}

// sessions wraps and unwraps the sessions of a server.
type sessions struct {
	clock    clock
	timeout  time.Duration
	context  [32]byte // what a session must have been made for
	keys     []*ticketKey
	cache    *SessionCache
	stateful bool
}

// keysNow are the keys to open tickets with; the first seals.
func (s *sessions) keysNow() []*ticketKey {
	if len(s.keys) > 0 || s.cache == nil {
		return s.keys
	}
	k := s.cache.ticketKeys(s.clock.now(), s.timeout)
	return k[:]
}

// wrap is tls.Config.WrapSession.
func (s *sessions) wrap(_ tls.ConnectionState, state *tls.SessionState) ([]byte, error) {
	raw, err := state.Bytes()
	if err != nil {
		return nil, err
	}
	plain := append(s.context[:len(s.context):len(s.context)], raw...)
	if s.stateful {
		return s.cache.store(plain), nil
	}
	return s.keysNow()[0].seal(plain)
}

// createdAt is where SessionState.Bytes has the second at which the session
// began: after version, type and cipher suite.
const createdAt = 2 + 1 + 2

// unwrap is tls.Config.UnwrapSession: nil means a full handshake.
func (s *sessions) unwrap(ticket []byte, _ tls.ConnectionState) (*tls.SessionState, error) {
	var plain []byte
	if s.stateful {
		plain = s.cache.load(ticket)
	} else {
		for _, k := range s.keysNow() {
			if plain = k.open(ticket); plain != nil {
				break
			}
		}
	}
	n := len(s.context)
	if len(plain) < n+createdAt+8 || [32]byte(plain) != s.context {
		return nil, nil
	}
	born := time.Unix(int64(binary.BigEndian.Uint64(plain[n+createdAt:])), 0)
	if s.clock.now().Sub(born) >= s.timeout {
		return nil, nil
	}
	state, err := tls.ParseSessionState(plain[n:])
	if err != nil {
		return nil, nil
	}
	return state, nil
}
