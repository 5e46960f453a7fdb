package format

import (
	"strings"

	"tidegate/ast/lua"
)

// luaToken is a token of Lua with its text.
type luaToken struct {
	lua.Token
	text string
}

// luaTokens splits Lua code into tokens. ok is false if a string or a long
// bracket is not closed, or if the code begins with a byte order mark or a
// "#" line, which mean something at its very beginning only.
func luaTokens(code string) (tokens []luaToken, ok bool) {
	if lua.Begin(code) > 0 || strings.HasPrefix(code, "#") {
		return nil, false
	}
	for i := 0; ; {
		t := lua.Scan(code, i)
		if t.Kind == lua.TokEOF {
			return tokens, true
		}
		if t.Fault == lua.Unfinished {
			return tokens, false
		}
		tokens = append(tokens, luaToken{t, t.Text(code)})
		i = int(t.End)
	}
}

// lineEnd returns the offset of the next line feed, or the end of the code.
func lineEnd(code string, i int) int {
	if n := strings.IndexByte(code[i:], '\n'); n >= 0 {
		return i + n
	}
	return len(code)
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
		if x[i].Kind == lua.TokComment {
			s, t = trimmed(s), trimmed(t)
		}
		// A line end between tokens counts in one place: before a
		// parenthesis it makes Lua refuse what could be two statements.
		if s != t || x[i].Kind != y[i].Kind || i > 0 && newlines(a, x, i) != newlines(b, y, i) {
			return false
		}
	}
	return true
}

// newlines reports whether there is a line end before token i.
func newlines(code string, tokens []luaToken, i int) bool {
	return strings.IndexByte(code[tokens[i-1].End:tokens[i].Start], '\n') >= 0
}
