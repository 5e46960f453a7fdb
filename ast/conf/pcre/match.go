package pcre

import (
	"fmt"
	"math"
	"runtime"
	"sync"
	"unicode/utf8"
	"unsafe"

	"go.elara.ws/pcre/lib"
	"modernc.org/libc"
	"modernc.org/libc/sys/types"
)

// MatchError is a negative return code of pcre2_match other than PCRE2_ERROR_NOMATCH.
type MatchError int

// The codes a caller may want to tell apart.
const (
	ErrBadOffset  MatchError = lib.DPCRE2_ERROR_BADOFFSET  // start lies outside the subject
	ErrMatchLimit MatchError = lib.DPCRE2_ERROR_MATCHLIMIT // Options.MatchLimit was reached
	ErrNoMemory   MatchError = lib.DPCRE2_ERROR_NOMEMORY   // or the subject is larger than an int32 can index
)

// Error is the text lua-resty-core gives to every failed match.
func (e MatchError) Error() string { return fmt.Sprintf("pcre_exec() failed: %d", int(e)) }

// Match looks for the first match at or after byte start of subject.
//
// Without a match n is 0. With one, n is pcre2_match's return value: 1 + the number of the highest group that took part
// (1 with Options.DFA). caps receives the byte offsets of the groups, two per group, group 0 first; a group that took
// no part has -1, -1. Only as many pairs are written as caps has room for, and never more than NumCaptures+1; caps may
// be nil when only n matters.
func (re *Regexp) Match(subject string, start int, caps []int32) (n int, err error) {
	if len(subject) > math.MaxInt32 {
		return 0, ErrNoMemory
	}
	if start >= 0 && start <= len(subject) && re.filter.rejects(subject[start:]) {
		return 0, nil
	}
	sc := getScratch()
	sc.load(subject)
	n, err = re.match(sc, len(subject), start, caps)
	sc.put()
	return n, err
}

// MatchBytes is Match on a byte slice, which must not change during the call.
func (re *Regexp) MatchBytes(subject []byte, start int, caps []int32) (n int, err error) {
	if len(subject) > math.MaxInt32 {
		return 0, ErrNoMemory
	}
	if start >= 0 && start <= len(subject) && re.filter.rejects(unsafe.String(unsafe.SliceData(subject), len(subject))[start:]) {
		return 0, nil
	}
	sc := getScratch()
	sc.loadBytes(subject)
	n, err = re.match(sc, len(subject), start, caps)
	sc.put()
	return n, err
}

// MatchString reports whether subject has a match; a match that fails with an error is no match, as in nginx's maps.
func (re *Regexp) MatchString(subject string) bool {
	n, err := re.Match(subject, 0, nil)
	return err == nil && n > 0
}

func (re *Regexp) match(sc *scratch, length, start int, caps []int32) (int, error) {
	if start < 0 {
		return 0, ErrBadOffset
	}
	var options uint32
	if re.opts.UTF && re.opts.NoUTFCheck {
		if sc.isUTF8(length) {
			options = lib.DPCRE2_NO_UTF_CHECK
		} else if !re.opts.DFA {
			if lenient := re.forInvalid(); lenient != nil {
				return lenient.run(sc, length, start, 0, caps)
			}
		}
	}
	return re.run(sc, length, start, options, caps)
}

// run matches the subject in sc.
func (re *Regexp) run(sc *scratch, length, start int, options uint32, caps []int32) (int, error) {
	limit := re.opts.MatchLimit
	if limit == 0 {
		limit = lib.DMATCH_LIMIT
	}
	lib.Xpcre2_set_match_limit_8(sc.tls, sc.mctx, limit)
	var rc int32
	n, from := lib.Tsize_t(length), lib.Tsize_t(start)
	pairs := 1
	if re.opts.DFA {
		sc.reserve(pairs)
		rc = lib.Xpcre2_dfa_match_8(sc.tls, re.code, sc.buf, n, from, options, sc.data, sc.mctx, addr(&sc.words[2]),
			dfaWorkspace)
		if rc >= 0 { // the number of matches found (0: more than there is room for); the longest comes first
			rc = 1
		}
	} else {
		pairs += re.ncap
		sc.reserve(pairs)
		rc = lib.Xpcre2_match_8(sc.tls, re.code, sc.buf, n, from, options, sc.data, sc.mctx)
	}
	runtime.KeepAlive(re)
	switch {
	case rc == lib.DPCRE2_ERROR_NOMATCH:
		return 0, nil
	case rc < 0:
		return 0, MatchError(rc)
	}
	for i := range caps[:min(len(caps), 2*pairs)] {
		caps[i] = int32(sc.ovector[i]) // PCRE2_UNSET is all ones: -1
	}
	return int(rc), nil
}

const (
	dfaWorkspace = 100 // ints, as ngx_stream_lua_ffi_exec_regex has

	minPairs   = 16
	minSubject = 1 << 10
	keepString = 4 << 10 // a subject at least this long is worth remembering between two matches
)

// scratch is everything one running match needs outside the Go heap: the translated library's thread state (its C
// stack), the match data block and a copy of the subject. The copy is what lets the library run on plain memory: Go's
// pointer checks (on under -race) refuse its address arithmetic on Go objects.
type scratch struct {
	tls     *libc.TLS
	mctx    uintptr  // pcre2_match_context, whose memory functions keep what was freed
	data    uintptr  // pcre2_match_data
	ovector []uint64 // its offset vector
	words   []uint64 // two out-parameters, the DFA workspace, the kept blocks
	buf     uintptr
	size    int
	subject string // what buf holds, when it came from a long string: the next match on it need not copy again
	utf     utfState
	release runtime.Cleanup
}

// utfState is what is known of buf's bytes.
type utfState uint8

const (
	utfUnknown utfState = iota
	utfValid
	utfInvalid
)

// isUTF8 reports whether the n bytes loaded are UTF-8, looking once.
func (sc *scratch) isUTF8(n int) bool {
	if sc.utf == utfUnknown {
		sc.utf = utfInvalid
		if utf8.Valid(sc.bytes(n)) {
			sc.utf = utfValid
		}
	}
	return sc.utf == utfValid
}

// pool hands out scratches. Its contents are bounded by the number of processors and dropped by the collector.
var pool = sync.Pool{New: func() any { return newScratch() }}

func getScratch() *scratch { return pool.Get().(*scratch) }

func (sc *scratch) put() { pool.Put(sc) }

func newScratch() *scratch {
	sc := &scratch{tls: libc.NewTLS()}
	const words = 2 + dfaWorkspace/2 + blockClasses
	sc.words = unsafe.Slice((*uint64)(pointer(alloc(sc.tls, 8*words))), words)
	clear(sc.words)
	get, put := getBlock, putBlock
	kept := addr(&sc.words[words-blockClasses])
	general := lib.Xpcre2_general_context_create_8(sc.tls, *(*uintptr)(unsafe.Pointer(&get)), *(*uintptr)(unsafe.Pointer(&put)), kept)
	sc.mctx = lib.Xpcre2_match_context_create_8(sc.tls, general)
	lib.Xpcre2_general_context_free_8(sc.tls, general)
	sc.allocate(minPairs, minSubject)
	return sc
}

// allocate replaces the match data and subject buffer and renews the cleanup that frees what sc owns now.
func (sc *scratch) allocate(pairs, size int) {
	sc.release.Stop()
	if pairs > len(sc.ovector)/2 {
		if sc.data != 0 {
			lib.Xpcre2_match_data_free_8(sc.tls, sc.data)
		}
		sc.data = lib.Xpcre2_match_data_create_8(sc.tls, lib.Tuint32_t(pairs), 0)
		ov := lib.Xpcre2_get_ovector_pointer_8(sc.tls, sc.data)
		sc.ovector = unsafe.Slice((*uint64)(pointer(ov)), 2*pairs)
	}
	if size > sc.size {
		if sc.buf != 0 {
			libc.Xfree(sc.tls, sc.buf)
		}
		sc.buf, sc.size, sc.subject = alloc(sc.tls, size), size, ""
	}
	sc.release = runtime.AddCleanup(sc, func(o owned) {
		lib.Xpcre2_match_data_free_8(o.tls, o.data)
		lib.Xpcre2_match_context_free_8(o.tls, o.mctx)
		libc.Xfree(o.tls, o.buf)
		for _, block := range o.words[len(o.words)-blockClasses:] {
			libc.Xfree(o.tls, uintptr(block))
		}
		libc.Xfree(o.tls, addr(&o.words[0]))
		o.tls.Close()
	}, owned{sc.tls, sc.mctx, sc.data, sc.buf, sc.words})
}

// owned is what the cleanup frees; words points outside the Go heap, so it does not keep the scratch alive.
type owned struct {
	tls             *libc.TLS
	mctx, data, buf uintptr
	words           []uint64
}

func alloc(tls *libc.TLS, n int) uintptr {
	p := libc.Xmalloc(tls, types.Size_t(n))
	if p == 0 {
		panic("pcre: out of memory")
	}
	return p
}

func (sc *scratch) reserve(pairs int) {
	if 2*pairs > len(sc.ovector) {
		sc.allocate(pairs, 0)
	}
}

func (sc *scratch) grow(n int) {
	if n > sc.size {
		sc.allocate(0, max(n, 2*sc.size))
	}
	sc.subject, sc.utf = "", utfUnknown
}

func (sc *scratch) bytes(n int) []byte { return unsafe.Slice((*byte)(pointer(sc.buf)), n) }

// load copies s to buf unless it is there already: a program that walks a long string match by match (ngx.re.gmatch,
// ngx.re.match with ctx.pos) copies it once. Comparing data pointers is sound because sc.subject keeps the old string,
// which cannot change, alive.
func (sc *scratch) load(s string) {
	if len(s) >= keepString && len(s) == len(sc.subject) && unsafe.StringData(s) == unsafe.StringData(sc.subject) {
		return
	}
	sc.grow(len(s))
	copy(sc.bytes(len(s)), s)
	if len(s) >= keepString {
		sc.subject = s
	}
}

func (sc *scratch) loadBytes(b []byte) {
	sc.grow(len(b))
	copy(sc.bytes(len(b)), b)
}
