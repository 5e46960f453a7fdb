package perl

import (
	"fmt"
	"strings"

	"tidegate/ast/conf/pcre"
)

// Regexp is what qr// makes.
type Regexp struct {
	pattern, flags string
	re             *pcre.Regexp
}

// Compile compiles a pattern with Perl's modifiers (those of i, m, s, x).
func Compile(pattern, flags string) (*Regexp, error) {
	opts := pcre.Options{}
	kept := ""
	for _, f := range flags {
		switch f {
		case 'i':
			opts.Caseless = true
		case 'm':
			opts.Multiline = true
		case 's':
			opts.DotAll = true
		case 'x':
			opts.Extended = true
		case 'o', 'g', 'c', 'e':
			continue
		default:
			return nil, fmt.Errorf("unknown regular expression modifier %q", f)
		}
		if !strings.ContainsRune(kept, f) {
			kept += string(f)
		}
	}
	re, err := pcre.Compile(pattern, opts)
	if err != nil {
		return nil, fmt.Errorf("regular expression /%s/: %s at byte %d", pattern, err.Message, err.Offset)
	}
	return &Regexp{pattern, kept, re}, nil
}

// String is the pattern in the form in which it can be a part of another one.
func (r *Regexp) String() string { return "(?^" + r.flags + ":" + r.pattern + ")" }

// Pattern is the pattern as it was written, without modifiers.
func (r *Regexp) Pattern() string { return r.pattern }

// Find matches from an offset and gives the pairs of offsets of the match and its groups, -1 for groups that took no part; nil when
// there is no match. A match that fails, for its limits, is none.
func (r *Regexp) Find(subject string, from int) []int32 {
	at := make([]int32, 2*(r.re.NumCaptures()+1))
	if n, err := r.re.Match(subject, from, at); err != nil || n == 0 {
		return nil
	}
	return at
}

// Match tells whether there is a match.
func (r *Regexp) Match(subject string) bool { return r.re.MatchString(subject) }
