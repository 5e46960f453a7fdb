package pcre

import (
	"math/bits"
	"unsafe"

	"go.elara.ws/pcre/lib"
	"modernc.org/libc"
	"modernc.org/libc/sys/types"
)

// A match that backtracks deeply needs frames beyond the 20 KiB it begins with: one block, then another of twice the
// size, up to all the match limit allows. The library returns each with free, and plain free would give the pages back
// to the system only for the next match to fault them in again. These memory functions keep one block of each size
// between 32 KiB and 1 MiB per scratch; they work on memory outside the Go heap alone.
const (
	minBlockShift = 15
	blockClasses  = 6
	blockHeader   = 16 // the class, plus one, or 0; keeps the alignment of malloc
)

// getBlock is the malloc of a match context; kept is the address of blockClasses words.
func getBlock(tls *libc.TLS, size lib.Tsize_t, kept uintptr) uintptr {
	need := int(size) + blockHeader
	class := bits.Len(uint(need-1)) - minBlockShift
	if class < 0 || class >= blockClasses {
		return setClass(libc.Xmalloc(tls, types.Size_t(need)), 0)
	}
	slot := slotAt(kept, class)
	if *slot == 0 {
		return setClass(libc.Xmalloc(tls, 1<<(class+minBlockShift)), class+1)
	}
	block := uintptr(*slot)
	*slot = 0
	return setClass(block, class+1)
}

// putBlock is the matching free.
func putBlock(tls *libc.TLS, p, kept uintptr) {
	if p == 0 {
		return
	}
	block := p - blockHeader
	if class := int(*(*uint64)(pointer(block))); class > 0 {
		if slot := slotAt(kept, class-1); *slot == 0 {
			*slot = uint64(block)
			return
		}
	}
	libc.Xfree(tls, block)
}

// setClass writes the header; without memory there is none, and the match ends with ErrNoMemory.
func setClass(block uintptr, class int) uintptr {
	if block == 0 {
		return 0
	}
	*(*uint64)(pointer(block)) = uint64(class)
	return block + blockHeader
}

func slotAt(kept uintptr, class int) *uint64 {
	return (*uint64)(unsafe.Add(pointer(kept), 8*class))
}
