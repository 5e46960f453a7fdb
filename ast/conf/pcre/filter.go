package pcre

import (
	"strings"

	"go.elara.ws/pcre/lib"
)

// filter is what the compiled pattern says of every subject it matches. A map or a chain of ngx.re calls mostly tries
// patterns that do not match; these facts turn most such subjects away for a tenth of what entering the library costs.
// The library checks the same facts before it starts to match, with the same result.
type filter struct {
	on        bool
	anchored  bool
	minLength int

	hasFirst, hasLast bool
	first, firstOther byte // the byte every match begins with, and its other case
	last, lastOther   byte // the byte found somewhere after that
	hasStart          bool
	start             [32]byte // else the set of bytes matches begin with, a bit each
}

const (
	// maxLast and maxLastAnchored are the lengths up to which the library looks for the last byte before it matches;
	// beyond them a pattern may run into its match limit instead, which is another result.
	maxLastAnchored = lib.DREQ_CU_MAX
	maxLast         = lib.DREQ_CU_MAX * 1000
	// maxStart is how far a search in the set of first bytes goes here; the library's own is no slower.
	maxStart = 64
)

// newFilter reads the facts out of the compiled code. They count bytes only without UTF, and a pattern may begin with
// (*NO_START_OPT).
func newFilter(code uintptr, opts Options) (f filter) {
	re := (*lib.Tpcre2_real_code_8)(pointer(code))
	if opts.DFA || re.Foverall_options&(lib.DPCRE2_UTF|lib.DPCRE2_NO_START_OPTIMIZE) != 0 {
		return filter{}
	}
	flags := uint32(re.Fflags)
	f.on = true
	f.anchored = re.Foverall_options&lib.DPCRE2_ANCHORED != 0
	f.minLength = int(re.Fminlength)
	f.first, f.last = byte(re.Ffirst_codeunit), byte(re.Flast_codeunit)
	f.firstOther, f.lastOther = f.first, f.last
	f.hasFirst = flags&lib.DPCRE2_FIRSTSET != 0
	f.hasLast = flags&lib.DPCRE2_LASTSET != 0
	if flags&lib.DPCRE2_FIRSTCASELESS != 0 {
		f.firstOther = otherCase(f.first)
	}
	if flags&lib.DPCRE2_LASTCASELESS != 0 {
		f.lastOther = otherCase(f.last)
	}
	f.hasStart = !f.hasFirst && flags&lib.DPCRE2_STARTLINE == 0 && flags&lib.DPCRE2_FIRSTMAPSET != 0
	f.start = re.Fstart_bitmap
	return f
}

func otherCase(c byte) byte {
	if lower := c | 0x20; lower >= 'a' && lower <= 'z' {
		return c ^ 0x20
	}
	return c
}

// rejects reports whether no match can begin in s.
func (f *filter) rejects(s string) bool {
	switch {
	case !f.on:
		return false
	case len(s) < f.minLength:
		return true
	case f.hasFirst:
		i := indexEither(s, f.first, f.firstOther)
		if i < 0 {
			return true
		}
		s = s[i:]
	case f.hasStart && len(s) <= maxStart:
		i := 0
		for i < len(s) && f.start[s[i]>>3]>>(s[i]&7)&1 == 0 {
			i++
		}
		if i == len(s) {
			return true
		}
		s = s[i:]
	}
	if len(s) < f.minLength {
		return true
	}
	if f.hasLast && (len(s) < maxLastAnchored || !f.anchored && len(s) < maxLast) {
		if f.hasFirst {
			s = s[1:]
		}
		return indexEither(s, f.last, f.lastOther) < 0
	}
	return false
}

func indexEither(s string, a, b byte) int {
	i := strings.IndexByte(s, a)
	if a == b || i == 0 {
		return i
	}
	if i > 0 {
		s = s[:i]
	}
	if j := strings.IndexByte(s, b); j >= 0 {
		return j
	}
	return i
}
