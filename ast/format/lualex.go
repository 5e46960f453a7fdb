package format

import (
	"bytes"
	"strings"
)

// luaKind tells the tokens of Lua apart as far as layout goes.
type luaKind uint8

const (
	luaName     luaKind = iota // names, keywords and numbers
	luaSymbol                  // operators and punctuation
	luaString                  // short strings
	luaLong                    // strings in long brackets
	luaComment                 // comments to the end of the line
	luaLongNote                // comments in long brackets
)

// luaToken is a token of Lua and its span in the code.
type luaToken struct {
	kind       luaKind
	text       string
	start, end int
}

// luaTokens splits Lua code into tokens by LuaJIT's lexical rules. ok is false
// if a string or a long bracket is not closed. A byte that begins no token is
// a symbol.
func luaTokens(code string) (tokens []luaToken, ok bool) {
	for i := 0; i < len(code); {
		c := code[i]
		if strings.IndexByte(luaSpace, c) >= 0 {
			i++
			continue
		}
		kind, end := luaSymbol, i+1
		switch {
		case c == '"' || c == '\'':
			kind, end = luaString, shortEnd(code, i)
		case c == '[' && longLevel(code, i) >= 0:
			kind, end = luaLong, longEnd(code, i)
		case strings.HasPrefix(code[i:], "--") && longLevel(code, i+2) >= 0:
			kind, end = luaLongNote, longEnd(code, i+2)
		case strings.HasPrefix(code[i:], "--"):
			kind, end = luaComment, lineEnd(code, i)
		case isDigit(c) || c == '.' && i+1 < len(code) && isDigit(code[i+1]):
			kind, end = luaName, numberEnd(code, i)
		case isName(c):
			kind = luaName
			for end < len(code) && (isName(code[end]) || isDigit(code[end])) {
				end++
			}
		default:
			end = symbolEnd(code, i)
		}
		if end < 0 {
			return tokens, false
		}
		tokens = append(tokens, luaToken{kind, code[i:end], i, end})
		i = end
	}
	return tokens, true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isName reports whether a byte may begin a name. LuaJIT takes all bytes past
// ASCII for letters.
func isName(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// shortEnd returns the offset past a string, or -1.
func shortEnd(code string, i int) int {
	quote := code[i]
	for i++; i < len(code); i++ {
		switch code[i] {
		case quote:
			return i + 1
		case '\n', '\r':
			return -1
		case '\\':
			i++
			if i+1 < len(code) && code[i] == '\r' && code[i+1] == '\n' {
				i++
			}
			if i < len(code) && code[i] == 'z' {
				for i+1 < len(code) && strings.IndexByte(luaSpace, code[i+1]) >= 0 {
					i++
				}
			}
		}
	}
	return -1
}

// longLevel returns the level of an opening long bracket at i, or -1.
func longLevel(code string, i int) int {
	if i >= len(code) || code[i] != '[' {
		return -1
	}
	level := 0
	for i++; i < len(code) && code[i] == '='; i++ {
		level++
	}
	if i < len(code) && code[i] == '[' {
		return level
	}
	return -1
}

// longEnd returns the offset past the long bracket that begins at i, or -1.
func longEnd(code string, i int) int {
	level := longLevel(code, i)
	closing := "]" + strings.Repeat("=", level) + "]"
	from := i + level + 2
	at := strings.Index(code[from:], closing)
	if at < 0 {
		return -1
	}
	return from + at + len(closing)
}

func lineEnd(code string, i int) int {
	if n := strings.IndexByte(code[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(code)
}

// numberEnd returns the offset past a number: all letters, digits and dots
// belong to it, and a sign after an exponent.
func numberEnd(code string, i int) int {
	hex := i+1 < len(code) && code[i] == '0' && code[i+1]|0x20 == 'x'
	for ; i < len(code); i++ {
		c := code[i]
		if isDigit(c) || isName(c) || c == '.' && !strings.HasPrefix(code[i:], "..") {
			continue
		}
		exponent := code[i-1] | 0x20
		if (c == '+' || c == '-') && (exponent == 'e' && !hex || exponent == 'p' && hex) {
			continue
		}
		break
	}
	return i
}

func symbolEnd(code string, i int) int {
	for _, s := range []string{"...", "..", "==", "~=", "<=", ">=", "::", "//", "<<", ">>"} {
		if strings.HasPrefix(code[i:], s) {
			return i + len(s)
		}
	}
	return i + 1
}

// sameLua reports whether two pieces of code have the same tokens and
// comments. Code that has no tokens throughout must be the same.
func sameLua(a, b string) bool {
	x, okX := luaTokens(a)
	y, okY := luaTokens(b)
	if !okX || !okY {
		return a == b
	}
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		s, t := x[i].text, y[i].text
		if x[i].kind == luaComment {
			s, t = trimmed(s), trimmed(t)
		}
		// A line end between tokens counts in one place: before a
		// parenthesis it makes Lua refuse what could be two statements.
		if s != t || x[i].kind != y[i].kind || i > 0 && newlines(a, x, i) != newlines(b, y, i) {
			return false
		}
	}
	return true
}

// newlines reports whether there is a line end before token i.
func newlines(code string, tokens []luaToken, i int) bool {
	return bytes.IndexByte([]byte(code[tokens[i-1].end:tokens[i].start]), '\n') >= 0
}
