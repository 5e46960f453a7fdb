package tlsconf

import (
	"container/list"
	"crypto"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"
)

// FileCache is an ssl_certificate_cache: certificates and keys whose file names
// hold variables, kept for the connections to come. A nil *FileCache reads the
// files every time.
type FileCache struct {
	max             int
	inactive, valid time.Duration
	clock           clock

	mu   sync.Mutex
	by   map[fileKey]*list.Element
	used *list.List // of *fileEntry, the latest first
}

// fileKey tells certificates and keys of one file apart.
type fileKey struct {
	key  bool
	name string
}

type fileEntry struct {
	fileKey
	chain    []*x509.Certificate
	signer   crypto.Signer
	inode    uint64
	modified time.Time
	created  time.Time
	accessed time.Time
}

// NewFileCache makes a cache of at most limit objects. Those not used for
// inactive go; those read longer than valid ago are read again if their file
// changed. now may be nil.
func NewFileCache(limit int, inactive, valid time.Duration, now func() time.Time) *FileCache {
	return &FileCache{max: limit, inactive: inactive, valid: valid, clock: now, by: map[fileKey]*list.Element{}, used: list.New()}
}

// use loads a pair into ids (ngx_ssl_connection_certificate). A mismatch may
// come of one file being newer than the other: both are then read once more.
func (f *FileCache) use(ids *identities, p Pair, passwords []string, level int) error {
	err := f.load(ids, p, passwords, level, false)
	var e *sslError
	if errors.As(err, &e) && len(e.queue) > 0 && e.queue[len(e.queue)-1] == errKeyMismatch {
		err = f.load(ids, p, passwords, level, true)
	}
	return err
}

func (f *FileCache) load(ids *identities, p Pair, passwords []string, level int, again bool) error {
	c, err := f.fetch(fileKey{false, p.Cert}, nil, again)
	if err != nil {
		return under(fmt.Sprintf("cannot load certificate \"%s\": ", p.Cert), err)
	}
	if passwords == nil {
		passwords = []string{}
	}
	k, err := f.fetch(fileKey{true, p.Key}, passwords, again)
	if err != nil {
		return under(fmt.Sprintf("cannot load certificate key \"%s\": ", p.Key), err)
	}
	return ids.use(c.chain, k.signer, p, level, "SSL_")
}

// fetch gives an object from the cache or from its file
// (ngx_ssl_cache_connection_fetch).
func (f *FileCache) fetch(key fileKey, passwords []string, again bool) (*fileEntry, error) {
	if f == nil {
		e, _, err := read(key, passwords)
		return e, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.clock.now()
	if at := f.by[key]; at != nil {
		e := at.Value.(*fileEntry)
		if f.fresh(e, now, again) {
			e.accessed = now
			f.used.MoveToFront(at)
			return e, nil
		}
		f.drop(at)
	}
	e, keep, err := read(key, passwords)
	if err != nil || !keep {
		return e, err
	}
	e.created, e.accessed = now, now
	f.expire(now)
	f.by[key] = f.used.PushFront(e)
	return e, nil
}

// fresh tells whether an entry may be used; an old one is good again if its
// file did not change.
func (f *FileCache) fresh(e *fileEntry, now time.Time, again bool) bool {
	if strings.HasPrefix(e.name, "data:") {
		return true
	}
	if again {
		return false
	}
	if now.Sub(e.created) <= f.valid {
		return true
	}
	inode, modified := identify(e.name)
	if inode == 0 || inode != e.inode || !modified.Equal(e.modified) {
		return false
	}
	e.created = now
	return true
}

// expire makes room: up to two objects out of use go, and the oldest when the
// cache is full.
func (f *FileCache) expire(now time.Time) {
	for range 2 {
		last := f.used.Back()
		if last == nil || now.Sub(last.Value.(*fileEntry).accessed) <= f.inactive {
			break
		}
		f.drop(last)
	}
	if f.used.Len() >= f.max {
		if last := f.used.Back(); last != nil {
			f.drop(last)
		}
	}
}

func (f *FileCache) drop(at *list.Element) {
	delete(f.by, at.Value.(*fileEntry).fileKey)
	f.used.Remove(at)
}

// read loads an object; keep is false for a key that took a password, which
// must not outlive its use.
func read(key fileKey, passwords []string) (e *fileEntry, keep bool, err error) {
	e = &fileEntry{fileKey: key}
	e.inode, e.modified = identify(key.name)
	if !key.key {
		e.chain, err = loadCertificates(key.name)
		return e, true, err
	}
	if e.signer, err = loadKey(key.name, nil); err == nil {
		return e, true, nil
	}
	e.signer, err = loadKey(key.name, passwords)
	return e, false, err
}

// identify gives the inode and the modification time of a file, 0 if it is not
// there.
func identify(name string) (uint64, time.Time) {
	info, err := os.Stat(name)
	if err != nil {
		return 0, time.Time{}
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return st.Ino, info.ModTime()
	}
	return 0, info.ModTime()
}
