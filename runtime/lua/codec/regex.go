package codec

import (
	"container/list"
	"errors"
	"fmt"
	"strings"

	"tidegate/ast/conf/pcre"
)

// Flags are the option letters of an ngx.re call.
type Flags struct {
	Once     bool // "o": keep the compiled pattern
	DupNames bool // "D": named captures are lists
	Options  pcre.Options
}

// ParseFlags reads option letters; the error is the one OpenResty throws. "j" is accepted and means nothing: there is no
// other machine code to switch to, and the result of a match does not depend on it.
func ParseFlags(letters string) (f Flags, err error) {
	for i := range len(letters) {
		switch letters[i] {
		case 'o':
			f.Once = true
		case 'j':
		case 'i':
			f.Options.Caseless = true
		case 's':
			f.Options.DotAll = true
		case 'm':
			f.Options.Multiline = true
		case 'u':
			f.Options.UTF = true
		case 'U':
			f.Options.UTF, f.Options.NoUTFCheck = true, true
		case 'x':
			f.Options.Extended = true
		case 'd':
			f.Options.DFA = true
		case 'a':
			f.Options.Anchored = true
		case 'D':
			f.Options.DupNames, f.DupNames = true, true
		case 'J':
			f.Options.JavaScriptCompat = true
		default:
			return Flags{}, fmt.Errorf("unknown flag \"%s\" (flags \"%s\")", letters[i:i+1], letters)
		}
	}
	return f, nil
}

// Regex is a compiled pattern together with its flags.
type Regex struct {
	re      *pcre.Regexp
	flags   Flags
	cached  bool
	replace *Replacement
	caps    []int32
}

// NumCaptures is the number of capturing groups that results have; none with "d".
func (r *Regex) NumCaptures() int { return len(r.caps)/2 - 1 }

// Done says that the caller has finished with r and its results' Regex. A pattern that is not cached gives its memory
// back at once, one that is cached stays.
func (r *Regex) Done() {
	if !r.cached {
		r.re.Close()
	}
}

// RegexCache compiles patterns for one worker. Those with the "o" flag are kept: patterns of match, find, gmatch and
// split in an LRU cache; those of sub and gsub, whose replacement belongs to the key, until as many are there as the
// limit allows, after which no further one is kept (resty/core/regex.lua).
type RegexCache struct {
	limit      int
	matchLimit uint32
	flags      map[string]Flags
	match      map[matchKey]*list.Element
	order      *list.List // of *matchEntry, most recently used first
	sub        map[subKey]*Regex
	used       bool
}

type matchKey struct{ pattern, letters string }

type matchEntry struct {
	key   matchKey
	regex *Regex
}

type subKey struct {
	pattern, letters, replace string
	isFunc                    bool
}

// NewRegexCache makes a cache for lua_regex_cache_max_entries patterns, matching with lua_regex_match_limit (0: PCRE's
// default).
func NewRegexCache(maxEntries int, matchLimit uint32) *RegexCache {
	return &RegexCache{
		limit:      maxEntries,
		matchLimit: matchLimit,
		flags:      map[string]Flags{},
		match:      map[matchKey]*list.Element{},
		order:      list.New(),
		sub:        map[subKey]*Regex{},
	}
}

// Used reports whether the cache of match patterns ever held one; ngx.re.opt("jit_stack_size") is refused then.
func (c *RegexCache) Used() bool { return c.used }

// FlagError is an error of the option letters, which Lua code sees thrown; other errors of Compile are returned.
type FlagError struct{ error }

// Compile gives the pattern for match, find, gmatch and split.
func (c *RegexCache) Compile(pattern, letters string) (*Regex, error) {
	key := matchKey{pattern, letters}
	if e := c.match[key]; e != nil { // and so the letters are right
		c.order.MoveToFront(e)
		return e.Value.(*matchEntry).regex, nil
	}
	f, err := c.parse(letters)
	if err != nil {
		return nil, err
	}
	keep := f.Once && c.limit > 0
	r, err := c.compile(pattern, f)
	if err != nil || !keep {
		return r, err
	}
	r.cached, c.used = true, true
	if c.order.Len() >= c.limit {
		oldest := c.order.Back()
		delete(c.match, oldest.Value.(*matchEntry).key)
		c.order.Remove(oldest) // an iterator may still use it: the collector releases it
	}
	c.match[key] = c.order.PushFront(&matchEntry{key, r})
	return r, nil
}

// CompileSub gives the pattern for sub and gsub with a replacement template.
func (c *RegexCache) CompileSub(pattern, letters, replace string) (*Regex, error) {
	return c.compileSub(subKey{pattern, letters, replace, false})
}

// CompileSubFunc gives the pattern for sub and gsub with a function.
func (c *RegexCache) CompileSubFunc(pattern, letters string) (*Regex, error) {
	return c.compileSub(subKey{pattern, letters, "", true})
}

func (c *RegexCache) compileSub(key subKey) (*Regex, error) {
	if r := c.sub[key]; r != nil {
		return r, nil
	}
	f, err := c.parse(key.letters)
	if err != nil {
		return nil, err
	}
	r, err := c.compile(key.pattern, f)
	if err != nil {
		return nil, err
	}
	if !key.isFunc {
		if r.replace, err = CompileReplacement(key.replace); err != nil {
			r.Done()
			return nil, err
		}
	}
	if f.Once && len(c.sub) < c.limit {
		r.cached = true
		c.sub[key] = r
	}
	return r, nil
}

func (c *RegexCache) parse(letters string) (Flags, error) {
	if f, ok := c.flags[letters]; ok {
		return f, nil
	}
	f, err := ParseFlags(letters)
	if err != nil {
		return f, FlagError{err}
	}
	f.Options.MatchLimit = c.matchLimit
	c.flags[strings.Clone(letters)] = f
	return f, nil
}

// maxErrorText is what fits into the buffer lua-resty-core has for a compile error.
const maxErrorText = 255

func (c *RegexCache) compile(pattern string, f Flags) (*Regex, error) {
	re, cerr := pcre.Compile(pattern, f.Options)
	if cerr != nil {
		text := cerr.Error()
		text, _, _ = strings.Cut(text[:min(len(text), maxErrorText)], "\x00") // it ends as a C string does
		return nil, errors.New(text)
	}
	groups := 1
	if !f.Options.DFA {
		groups += re.NumCaptures()
	}
	return &Regex{re: re, flags: f, caps: make([]int32, 2*groups)}, nil
}
