// Package pcre compiles and runs regular expressions exactly as nginx does.
//
// nginx hands every regular expression (location, map, server_name, rewrite, ngx.re.*) to PCRE2's 8-bit library without
// the UTF option, so patterns and subjects are bytes. This package gives the same library, machine-translated to Go
// (go.elara.ws/pcre/lib, PCRE2 10.40), behind a narrow interface that is safe for concurrent use, allocates nothing per
// match on the Go heap and never shows a Go pointer to the translated code.
//
// The flow:
//
//	Compile(pattern, Options)      pcre2_compile; on failure a *CompileError whose text is nginx's own sentence
//	(*Regexp).Match(subject, …)    pcre2_match, or pcre2_dfa_match with Options.DFA; offsets land in the caller's slice
//	(*Regexp).Names, NumCaptures   pcre2_pattern_info, read once at Compile
//
// Memory: the compiled code lives outside the Go heap. It is released by (*Regexp).Close, or after the collector finds
// the Regexp unreachable. Match state (translated C stack, offset vector, copy of the subject) is pooled per processor.
//
// The package refuses to know: how offsets become variables or Lua tables, caching of compiled patterns, replacement
// templates, and the configuration positions that errors are reported at.
package pcre

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"

	"go.elara.ws/pcre/lib"
)

// Options are the compile options nginx and lua-resty-core use, by PCRE2's names.
// The zero value is what nginx's "~" operator compiles with.
type Options struct {
	Caseless      bool // PCRE2_CASELESS: "~*", ngx.re "i"
	Multiline     bool // PCRE2_MULTILINE: ngx.re "m"
	DotAll        bool // PCRE2_DOTALL: ngx.re "s"
	Extended      bool // PCRE2_EXTENDED: ngx.re "x"
	Anchored      bool // PCRE2_ANCHORED: ngx.re "a"
	DollarEndOnly bool // PCRE2_DOLLAR_ENDONLY
	Ungreedy      bool // PCRE2_UNGREEDY
	DupNames      bool // PCRE2_DUPNAMES: ngx.re "D"

	// UTF treats pattern and subject as UTF-8: ngx.re "u". Invalid UTF-8 in the subject is a MatchError.
	UTF bool

	// NoUTFCheck with UTF accepts any subject: ngx.re "U". PCRE2 leaves the result undefined (and reads outside the
	// subject) when the subject is not UTF-8. Here such a subject is matched by a second copy of the pattern in which an
	// invalid sequence never matches anything (PCRE2_MATCH_INVALID_UTF); with DFA, where PCRE2 lacks that mode, it is a
	// MatchError as without NoUTFCheck.
	NoUTFCheck bool

	// JavaScriptCompat is what became of PCRE_JAVASCRIPT_COMPAT in PCRE2: PCRE2_ALT_BSUX, PCRE2_ALLOW_EMPTY_CLASS and
	// PCRE2_MATCH_UNSET_BACKREF together: ngx.re "J".
	JavaScriptCompat bool

	// DFA matches with pcre2_dfa_match and a workspace of 100 ints: ngx.re "d". Only the whole match is reported.
	DFA bool

	// MatchLimit bounds the work of one match (pcre2_set_match_limit); 0 is PCRE2's default of 10,000,000.
	MatchLimit uint32
}

func (o Options) bits() uint32 {
	var b uint32
	for _, f := range [...]struct {
		on  bool
		bit uint32
	}{
		{o.Caseless, lib.DPCRE2_CASELESS},
		{o.Multiline, lib.DPCRE2_MULTILINE},
		{o.DotAll, lib.DPCRE2_DOTALL},
		{o.Extended, lib.DPCRE2_EXTENDED},
		{o.Anchored, lib.DPCRE2_ANCHORED},
		{o.DollarEndOnly, lib.DPCRE2_DOLLAR_ENDONLY},
		{o.Ungreedy, lib.DPCRE2_UNGREEDY},
		{o.DupNames, lib.DPCRE2_DUPNAMES},
		{o.UTF, lib.DPCRE2_UTF},
		{o.JavaScriptCompat, lib.DPCRE2_ALT_BSUX | lib.DPCRE2_ALLOW_EMPTY_CLASS | lib.DPCRE2_MATCH_UNSET_BACKREF},
	} {
		if f.on {
			b |= f.bit
		}
	}
	return b
}

// Name is one entry of the pattern's name table.
type Name struct {
	Name  string
	Index int // number of the group, from 1
}

// Regexp is a compiled pattern. It is safe for concurrent use.
type Regexp struct {
	pattern string
	opts    Options
	code    uintptr // pcre2_code
	ncap    int
	names   []Name
	filter  filter
	release runtime.Cleanup

	lenientOnce sync.Once
	lenient     *Regexp // the copy for subjects that are not UTF-8, with NoUTFCheck
}

// CompileError tells why pcre2_compile refused a pattern.
type CompileError struct {
	Pattern string
	Message string // PCRE2's text, such as "missing closing parenthesis"
	Code    int    // PCRE2's compile error number, from 101
	Offset  int    // byte of Pattern the message is about, in [0, len(Pattern)]
}

// Error is the sentence of ngx_regex_compile (and of stream Lua's ngx_stream_lua_regex_compile).
// The rest of the pattern ends at a NUL byte, as nginx prints it with %s.
func (e *CompileError) Error() string {
	if e.Offset == len(e.Pattern) {
		return fmt.Sprintf("pcre2_compile() failed: %s in \"%s\"", e.Message, e.Pattern)
	}
	rest, _, _ := strings.Cut(e.Pattern[e.Offset:], "\x00")
	return fmt.Sprintf("pcre2_compile() failed: %s in \"%s\" at \"%s\"", e.Message, e.Pattern, rest)
}

// Compile compiles pattern. The error is nil, or a *CompileError that callers print with Error or take apart.
func Compile(pattern string, opts Options) (*Regexp, *CompileError) {
	return compile(pattern, opts, opts.bits())
}

func compile(pattern string, opts Options, bits uint32) (*Regexp, *CompileError) {
	sc := getScratch()
	defer sc.put()

	sc.load(pattern)
	sc.words[0], sc.words[1] = 0, 0
	errcode, erroff := addr(&sc.words[0]), addr(&sc.words[1])
	code := lib.Xpcre2_compile_8(sc.tls, sc.buf, lib.Tsize_t(len(pattern)), bits, errcode, erroff, 0)
	if code == 0 {
		n := int32(uint32(sc.words[0]))
		return nil, &CompileError{
			Pattern: pattern,
			Message: errorMessage(sc, n),
			Code:    int(n),
			Offset:  min(int(sc.words[1]), len(pattern)),
		}
	}
	re := &Regexp{pattern: pattern, opts: opts, code: code}
	re.ncap = int(info32(sc, code, lib.DPCRE2_INFO_CAPTURECOUNT))
	re.names = nameTable(sc, code)
	re.filter = newFilter(code, opts)
	re.release = runtime.AddCleanup(re, release, re.code)
	return re, nil
}

// MustCompile is Compile for patterns that are part of the program.
func MustCompile(pattern string, opts Options) *Regexp {
	re, err := Compile(pattern, opts)
	if err != nil {
		panic(err)
	}
	return re
}

// Close releases the compiled code now rather than when the collector finds re unreachable. It must not run together
// with, or before, a Match on re; patterns that live as long as the configuration need no Close.
func (re *Regexp) Close() {
	if re.code == 0 {
		return
	}
	re.release.Stop()
	release(re.code)
	re.code = 0
	if re.lenient != nil {
		re.lenient.Close()
	}
}

// forInvalid gives the copy of re that matches subjects which are not UTF-8.
func (re *Regexp) forInvalid() *Regexp {
	re.lenientOnce.Do(func() {
		// The pattern compiled before; a failure now leaves nil and the subject is checked after all.
		re.lenient, _ = compile(re.pattern, re.opts, re.opts.bits()|lib.DPCRE2_MATCH_INVALID_UTF)
	})
	return re.lenient
}

// String is the pattern re was compiled from.
func (re *Regexp) String() string { return re.pattern }

// Options are the options re was compiled with.
func (re *Regexp) Options() Options { return re.opts }

// NumCaptures is the number of capturing groups, the whole match not counted.
func (re *Regexp) NumCaptures() int { return re.ncap }

// Names is the name table in PCRE2's order: sorted by name, then by group number. A name occurs more than once with
// DupNames or (?J), and with (?| ). The caller must not change it.
func (re *Regexp) Names() []Name { return re.names }

// Index is the number of the first group called name, or -1.
func (re *Regexp) Index(name string) int {
	for _, n := range re.names {
		if n.Name == name {
			return n.Index
		}
	}
	return -1
}

func release(code uintptr) {
	sc := getScratch()
	lib.Xpcre2_code_free_8(sc.tls, code)
	sc.put()
}

func errorMessage(sc *scratch, code int32) string {
	const size = 256
	sc.grow(size)
	n := lib.Xpcre2_get_error_message_8(sc.tls, code, sc.buf, size)
	if n < 0 {
		return fmt.Sprintf("unknown error %d", code)
	}
	return string(sc.bytes(int(n)))
}

func info32(sc *scratch, code uintptr, what uint32) uint32 {
	sc.words[0] = 0
	lib.Xpcre2_pattern_info_8(sc.tls, code, what, addr(&sc.words[0]))
	return uint32(sc.words[0])
}

// nameTable copies the table out: count entries of a fixed size, each a big-endian group number and a NUL-ended name.
func nameTable(sc *scratch, code uintptr) []Name {
	count := int(info32(sc, code, lib.DPCRE2_INFO_NAMECOUNT))
	if count == 0 {
		return nil
	}
	size := int(info32(sc, code, lib.DPCRE2_INFO_NAMEENTRYSIZE))
	lib.Xpcre2_pattern_info_8(sc.tls, code, lib.DPCRE2_INFO_NAMETABLE, addr(&sc.words[0]))
	table := unsafe.Slice((*byte)(pointer(uintptr(sc.words[0]))), count*size)
	names := make([]Name, count)
	for i := range names {
		e := table[i*size : (i+1)*size]
		name, _, _ := bytes.Cut(e[2:], []byte{0})
		names[i] = Name{Name: string(name), Index: int(e[0])<<8 | int(e[1])}
	}
	return names
}

// pointer turns an address in the translated library's own (mapped, non-Go) memory into a pointer.
func pointer(a uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&a)) }

// addr is the address of a word in that memory.
func addr(p *uint64) uintptr { return uintptr(unsafe.Pointer(p)) }
