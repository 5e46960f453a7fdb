package parser

import (
	"os"
	"slices"
	"strings"
	"unicode"
)

// Glob returns the names in the file system that match a pattern as glob(3)
// does without flags in the C locale: a leading dot is matched only by a dot,
// "[!a]" and "[^a]" are complements, backslashes escape, and the result is
// sorted by bytes as a whole. Directories that cannot be read count as empty.
func Glob(pattern string) ([]string, error) {
	readDir := func(dir string) []string {
		if dir == "" {
			dir = "."
		}
		f, err := os.Open(dir)
		if err != nil {
			return nil
		}
		defer f.Close()
		names, _ := f.Readdirnames(-1)
		return names
	}
	exists := func(name string) bool {
		_, err := os.Lstat(name)
		return err == nil
	}
	return glob(pattern, readDir, exists), nil
}

// glob expands a pattern one path component after the other. readDir gets a
// directory with its slashes at the end, "" for the working directory.
func glob(pattern string, readDir func(dir string) []string, exists func(name string) bool) []string {
	matches := []string{""}
	for rest := pattern; rest != "" && len(matches) > 0; {
		slashes := len(rest) - len(strings.TrimLeft(rest, "/"))
		component := rest[slashes:]
		if i := strings.IndexByte(component, '/'); i >= 0 {
			component = component[:i]
		}
		prefix := rest[:slashes]
		rest = rest[slashes+len(component):]
		var next []string
		for _, dir := range matches {
			dir += prefix
			switch {
			case component == "":
				next = append(next, dir)
			case !hasMagic(component):
				if name := dir + unescapeGlob(component); exists(name) {
					next = append(next, name)
				}
			default:
				for _, name := range readDir(dir) {
					if fnmatch(component, name) {
						next = append(next, dir+name)
					}
				}
			}
		}
		matches = next
	}
	slices.Sort(matches)
	return matches
}

// hasMagic reports whether a component has a wildcard that is not escaped. A
// bracket counts only with its closing one.
func hasMagic(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '*', '?':
			return true
		case '\\':
			i++
		case '[':
			if strings.IndexByte(s[i:], ']') > 0 {
				return true
			}
		}
	}
	return false
}

func unescapeGlob(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// fnmatch reports whether a name matches a pattern without slashes, as
// fnmatch(3) does with FNM_PERIOD.
func fnmatch(pattern, name string) bool {
	if strings.HasPrefix(name, ".") && !strings.HasPrefix(strings.TrimPrefix(pattern, `\`), ".") {
		return false
	}
	// On a mismatch after a star, the star takes one more byte: only the last
	// star has to be tried again, which keeps the cost at the product of the
	// lengths.
	p, n := 0, 0
	star, retry := -1, 0
	for n < len(name) {
		if p < len(pattern) {
			if pattern[p] == '*' {
				star, retry = p, n
				p++
				continue
			}
			if width, ok := matchOne(pattern[p:], name[n]); ok {
				p += width
				n++
				continue
			}
		}
		if star < 0 {
			return false
		}
		retry++
		p, n = star+1, retry
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// matchOne matches one byte against the first element of a pattern, which is
// not a star, and returns the element's width.
func matchOne(pattern string, c byte) (width int, ok bool) {
	switch pattern[0] {
	case '?':
		return 1, true
	case '\\':
		if len(pattern) > 1 {
			return 2, pattern[1] == c
		}
		return 1, false
	case '[':
		if width, in := matchSet(pattern, c); width > 0 {
			return width, in
		}
	}
	return 1, pattern[0] == c
}

// matchSet matches one byte against a bracket expression. Width 0 means that
// the bracket is not closed and stands for itself.
func matchSet(pattern string, c byte) (width int, in bool) {
	i := 1
	negated := i < len(pattern) && (pattern[i] == '!' || pattern[i] == '^')
	if negated {
		i++
	}
	for first := true; i < len(pattern); first = false {
		if pattern[i] == ']' && !first {
			return i + 1, in != negated
		}
		if name, after, ok := className(pattern[i:]); ok {
			in = in || inClass(name, c)
			i += after
			continue
		}
		low, after := setByte(pattern[i:])
		i += after
		high := low
		if i+1 < len(pattern) && pattern[i] == '-' && pattern[i+1] != ']' {
			high, after = setByte(pattern[i+1:])
			i += 1 + after
		}
		in = in || low <= c && c <= high
	}
	return 0, false
}

func setByte(s string) (c byte, width int) {
	if s[0] == '\\' && len(s) > 1 {
		return s[1], 2
	}
	return s[0], 1
}

// className reads "[:name:]".
func className(s string) (name string, width int, ok bool) {
	rest, ok := strings.CutPrefix(s, "[:")
	if !ok {
		return "", 0, false
	}
	name, _, ok = strings.Cut(rest, ":]")
	return name, len(name) + 4, ok
}

// inClass tests a byte in the C locale.
func inClass(name string, c byte) bool {
	r := rune(c)
	if c >= 0x80 {
		return false
	}
	switch name {
	case "alnum":
		return unicode.IsLetter(r) || unicode.IsDigit(r)
	case "alpha":
		return unicode.IsLetter(r)
	case "blank":
		return c == ' ' || c == '\t'
	case "cntrl":
		return unicode.IsControl(r)
	case "digit":
		return unicode.IsDigit(r)
	case "graph":
		return c > ' ' && c < 0x7f
	case "lower":
		return unicode.IsLower(r)
	case "print":
		return c >= ' ' && c < 0x7f
	case "punct":
		return c > ' ' && c < 0x7f && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	case "space":
		return strings.IndexByte(" \t\n\v\f\r", c) >= 0
	case "upper":
		return unicode.IsUpper(r)
	case "xdigit":
		return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0
	}
	return false
}
