// Package slab is nginx's slab allocator: how a piece of shared memory of a given size is divided (ngx_slab.c).
//
// It decides how much fits into a zone, so what counts in zones, dictionaries and connection counters, is full here exactly when it is
// full in nginx: the same classes of chunks, the same first-fit order of page runs, the same joining of free runs, the same sizes of
// nginx's own structures. Offsets into the memory take the place of pointers.
//
// A Pool is used under its owner's lock. The package refuses to know what is kept in the memory.
package slab

import (
	"encoding/binary"
	"fmt"
	"math/bits"
)

// The sizes below are those of nginx on 64-bit Linux; they decide how many entries fit into a zone of a given size.
const (
	pageShift  = 12
	pageSize   = 1 << pageShift
	minShift   = 3 // ngx_slab_pool_t.min_shift of every shared zone
	exactShift = 6 // chunks of 64 bytes: one bit each in one word
	slotCount  = pageShift - minShift
	maxChunk   = pageSize / 2 // anything larger takes whole pages
	poolHeader = 200          // sizeof(ngx_slab_pool_t)
	pageHeader = 24           // sizeof(ngx_slab_page_t)
	slotStat   = 32           // sizeof(ngx_slab_stat_t)
	mapShift   = 32           // where a page of chunks over 64 bytes keeps its bitmap
	slabBusy   = ^uint64(0)
	pageStart  = uint64(1) << 63 // first page of an allocated run
	pageBusy   = ^uint64(0)      // the others
	none       = int32(-1)
)

// pageKind is how a page is divided.
type pageKind uint8

const (
	wholePage   pageKind = iota // not divided: free, or part of a run
	bigChunks                   // 128 to 2048 bytes; bitmap in the page's word
	exactChunks                 // 64 bytes; the page's word is the bitmap
	smallChunks                 // 8 to 32 bytes; bitmap in the page's own first chunks
)

// page describes one page of the zone, as ngx_slab_page_t does.
type page struct {
	word       uint64 // run length, bitmap or shift, depending on kind
	next, prev int32  // in a slot's list or in the list of free runs
	kind       pageKind
}

// NoMemory is what nginx logs when a zone has no room for a chunk.
const NoMemory = "ngx_slab_alloc() failed: no memory"

// Pool divides memory. The zero Pool has none.
type Pool struct {
	Mem   []byte
	pages []page // one per page, then a list head per slot, then the head of the free runs
	last  int32  // number of pages
	free  int32  // index of the free list's head
	pfree int    // free pages
}

// Area is how many bytes of a zone of size bytes ngx_slab_init leaves for pages, if it begins at a page boundary.
func Area(size int) int { return areaPages(size) * pageSize }

func areaPages(size int) int {
	head := poolHeader + slotCount*(pageHeader+slotStat)
	if size < head {
		return 0
	}
	n := (size - head) / (pageSize + pageHeader)
	start := (head + n*pageHeader + pageSize - 1) &^ (pageSize - 1)
	return max(0, min(n, (size-start)/pageSize))
}

// Init makes s a pool of that memory, whose length is a multiple of the page size.
func (s *Pool) Init(mem []byte) {
	n := len(mem) / pageSize
	s.Mem = mem
	s.pages = make([]page, n+slotCount+1)
	s.last = int32(n)
	s.free = s.last + slotCount
	for i := range s.pages {
		s.pages[i].next, s.pages[i].prev = none, none
	}
	for i := s.last; i <= s.free; i++ {
		s.pages[i].next = i
	}
	s.pfree = n
	if n > 0 {
		s.pages[0] = page{word: uint64(n), next: s.free, prev: s.free}
		s.pages[s.free].next, s.pages[s.free].prev = 0, 0
	}
}

// Alloc gives the offset of size free bytes, or -1.
func (s *Pool) Alloc(size int) int {
	if size > maxChunk {
		p := s.allocPages((size + pageSize - 1) >> pageShift)
		return int(p) << pageShift // -1 stays negative
	}
	shift := minShift
	if size > 1<<minShift {
		shift = bits.Len(uint(size - 1))
	}
	head := s.last + int32(shift-minShift)
	if p := s.pages[head].next; p != head {
		return s.allocChunk(p, shift)
	}
	p := s.allocPages(1)
	if p == none {
		return -1
	}
	return s.dividePage(p, shift)
}

// allocChunk takes the lowest free chunk of page p, which has one, and unlinks the page when that was its last.
func (s *Pool) allocChunk(p int32, shift int) int {
	pg := &s.pages[p]
	base := int(p) << pageShift
	switch {
	case shift < exactShift:
		words := bitmapWords(shift)
		for w := 0; w < words; w++ {
			m := s.word(base, w)
			if m == slabBusy {
				continue
			}
			i := bits.TrailingZeros64(^m)
			m |= 1 << i
			s.setWord(base, w, m)
			if m == slabBusy && s.allBusy(base, w+1, words) {
				s.unlink(p)
			}
			return base + (w*64+i)<<shift
		}
	case shift == exactShift:
		i := bits.TrailingZeros64(^pg.word)
		pg.word |= 1 << i
		if pg.word == slabBusy {
			s.unlink(p)
		}
		return base + i<<shift
	default:
		mask := bigMask(shift)
		i := bits.TrailingZeros64(^pg.word&mask) - mapShift
		pg.word |= 1 << (i + mapShift)
		if pg.word&mask == mask {
			s.unlink(p)
		}
		return base + i<<shift
	}
	panic("slab: a full page is in its slot's list")
}

// dividePage makes a fresh page one of chunks and takes its first.
func (s *Pool) dividePage(p int32, shift int) int {
	pg := &s.pages[p]
	base := int(p) << pageShift
	head := s.last + int32(shift-minShift)
	first := 0
	switch {
	case shift < exactShift:
		first = reserved(shift)
		for w := range bitmapWords(shift) {
			s.setWord(base, w, 0)
		}
		s.setWord(base, 0, 1<<(first+1)-1)
		pg.word, pg.kind = uint64(shift), smallChunks
	case shift == exactShift:
		pg.word, pg.kind = 1, exactChunks
	default:
		pg.word, pg.kind = 1<<mapShift|uint64(shift), bigChunks
	}
	// The slot's list is empty here: a chunk would have come from it otherwise.
	pg.next, pg.prev = head, head
	s.pages[head].next = p
	return base + first<<shift
}

// Free gives back what Alloc returned.
func (s *Pool) Free(off int) {
	p := int32(off >> pageShift)
	pg := &s.pages[p]
	in := off & (pageSize - 1)
	base := off - in
	switch pg.kind {
	case smallChunks:
		shift := int(pg.word)
		s.relink(p, shift)
		i := in >> shift
		s.setWord(base, i/64, s.word(base, i/64)&^(1<<(i%64)))
		if s.word(base, 0) == 1<<reserved(shift)-1 && s.allFree(base, 1, bitmapWords(shift)) {
			s.freePages(p, 1)
		}
	case exactChunks:
		if pg.word == slabBusy {
			s.relink(p, exactShift)
		}
		pg.word &^= 1 << (in >> exactShift)
		if pg.word == 0 {
			s.freePages(p, 1)
		}
	case bigChunks:
		shift := int(pg.word & 15)
		s.relink(p, shift)
		pg.word &^= 1 << (in>>shift + mapShift)
		if pg.word>>mapShift == 0 {
			s.freePages(p, 1)
		}
	case wholePage:
		s.freePages(p, int32(pg.word&^pageStart))
	}
}

// relink puts a page that was full back in front of its slot's list.
func (s *Pool) relink(p int32, shift int) {
	if s.pages[p].next != none {
		return
	}
	head := s.last + int32(shift-minShift)
	next := s.pages[head].next
	s.pages[p].next, s.pages[p].prev = next, head
	s.pages[head].next = p
	s.pages[next].prev = p
}

func (s *Pool) unlink(p int32) {
	pg := &s.pages[p]
	s.pages[pg.prev].next = pg.next
	s.pages[pg.next].prev = pg.prev
	pg.next, pg.prev = none, none
}

// allocPages takes the first run that is long enough and leaves its tail in its place (ngx_slab_alloc_pages).
func (s *Pool) allocPages(n int) int32 {
	want := uint64(n)
	for p := s.pages[s.free].next; p != s.free; p = s.pages[p].next {
		pg := &s.pages[p]
		if pg.word < want {
			continue
		}
		if pg.word > want {
			rest := p + int32(n)
			s.pages[p+int32(pg.word)-1].prev = rest
			s.pages[rest].word = pg.word - want
			s.pages[rest].next, s.pages[rest].prev = pg.next, pg.prev
			s.pages[pg.prev].next = rest
			s.pages[pg.next].prev = rest
		} else {
			s.pages[pg.prev].next = pg.next
			s.pages[pg.next].prev = pg.prev
		}
		*pg = page{word: want | pageStart, next: none, prev: none}
		for i := p + 1; i < p+int32(n); i++ {
			s.pages[i] = page{word: pageBusy, next: none, prev: none}
		}
		s.pfree -= n
		return p
	}
	return none
}

// freePages returns a run of n pages, joins it with free neighbours and puts it in front of the free list
// (ngx_slab_free_pages). The last page of a free run points back to its first.
func (s *Pool) freePages(p, n int32) {
	s.pfree += int(n)
	if s.pages[p].next != none {
		s.unlink(p)
	}
	for i := p + 1; i < p+n; i++ {
		s.pages[i] = page{next: none, prev: none}
	}
	s.pages[p] = page{word: uint64(n), next: none, prev: none}

	if after := p + n; after < s.last && s.isFreeRun(after) {
		s.pages[p].word += s.pages[after].word
		s.unlink(after)
		s.pages[after].word = 0
	}
	if p > 0 {
		before := p - 1
		if pg := &s.pages[before]; pg.kind == wholePage && pg.word == 0 {
			before = pg.prev
		}
		if before != none && s.isFreeRun(before) {
			s.pages[before].word += s.pages[p].word
			s.unlink(before)
			s.pages[p].word = 0
			p = before
		}
	}
	if tail := p + int32(s.pages[p].word) - 1; tail != p {
		s.pages[tail].prev = p
	}
	next := s.pages[s.free].next
	s.pages[p].next, s.pages[p].prev = next, s.free
	s.pages[next].prev = p
	s.pages[s.free].next = p
}

// Spare is the number of bytes in pages of which nothing is used.
func (s *Pool) Spare() int { return s.pfree * pageSize }

// isFreeRun reports whether p is the first page of a run in the free list.
func (s *Pool) isFreeRun(p int32) bool {
	return s.pages[p].kind == wholePage && s.pages[p].next != none
}

// reserved is how many chunks at the start of a page of small chunks hold its bitmap.
func reserved(shift int) int {
	return max(1, (pageSize>>shift)/(8<<shift))
}

func bigMask(shift int) uint64 {
	return (1<<(pageSize>>shift) - 1) << mapShift
}

// bitmapWords is the length of the bitmap of a page of small chunks.
func bitmapWords(shift int) int { return (pageSize >> shift) / 64 }

func (s *Pool) word(base, i int) uint64 {
	return binary.LittleEndian.Uint64(s.Mem[base+8*i:])
}

func (s *Pool) setWord(base, i int, v uint64) {
	binary.LittleEndian.PutUint64(s.Mem[base+8*i:], v)
}

func (s *Pool) allBusy(base, from, to int) bool {
	for i := from; i < to; i++ {
		if s.word(base, i) != slabBusy {
			return false
		}
	}
	return true
}

func (s *Pool) allFree(base, from, to int) bool {
	for i := from; i < to; i++ {
		if s.word(base, i) != 0 {
			return false
		}
	}
	return true
}

// Check walks all pages and tells what does not agree: the chunks in use with those that are expected, the free pages with their list.
// It is for tests.
func (s *Pool) Check(chunks int) error {
	used, free := 0, 0
	for p := int32(0); p < s.last; {
		run := int32(1)
		switch pg := s.pages[p]; pg.kind {
		case smallChunks:
			shift := int(pg.word)
			for w := range bitmapWords(shift) {
				used += bits.OnesCount64(s.word(int(p)<<pageShift, w))
			}
			used -= reserved(shift)
		case exactChunks:
			used += bits.OnesCount64(pg.word)
		case bigChunks:
			used += bits.OnesCount64(pg.word >> mapShift)
		case wholePage:
			run = int32(pg.word &^ pageStart)
			if pg.word&pageStart != 0 {
				used++
			} else if free += int(run); run == 0 || pg.next == none {
				return fmt.Errorf("page %d is lost", p)
			}
		}
		p += run
	}
	if used != chunks || free != s.pfree {
		return fmt.Errorf("%d chunks in use, expected %d; %d free pages, counted %d", used, chunks, s.pfree, free)
	}
	return s.checkFree()
}

func (s *Pool) checkFree() error {
	listed := 0
	for p := s.pages[s.free].next; p != s.free; p = s.pages[p].next {
		listed += int(s.pages[p].word)
		if next := s.pages[p].next; s.pages[next].prev != p && next != s.free {
			return fmt.Errorf("page %d and the one behind it in the free list disagree", p)
		}
	}
	if listed != s.pfree {
		return fmt.Errorf("%d pages in the free list, %d free", listed, s.pfree)
	}
	return nil
}
