package format

import (
	"strings"

	"tidegate/ast/lua"
)

// luaSpace holds the bytes that are white space in Lua.
const luaSpace = " \t\r\n\v\f"

// lua prints the code of a Lua block with its braces. Code on one line stays
// on one line. Otherwise each line that does not begin inside a string or a
// long bracket is indented by the structure of the code. Code that has no
// such structure stays as it is.
func (p *printer) lua(code string, level int) {
	tokens, ok := luaTokens(code)
	if !ok {
		p.write("{" + code + "}")
		return
	}
	if len(tokens) == 0 {
		p.write("{}")
		return
	}
	if strings.IndexByte(code, '\n') < 0 {
		p.write("{ " + strings.Trim(code, luaSpace) + " }")
		return
	}
	levels, ok := luaLevels(code, tokens)
	if !ok {
		p.write("{" + code + "}")
		return
	}
	p.write("{")
	blank := false
	for _, l := range luaLines(code, tokens) {
		text := code[l.start:l.end]
		if !l.open && strings.Trim(text, luaSpace) == "" {
			blank = true
			continue
		}
		if l.closed {
			text = trimmed(text)
		}
		if blank && l.first > 0 {
			p.write("\n")
		}
		blank = false
		if l.open {
			p.write("\n" + text)
			continue
		}
		p.newline(column(level + 1 + levels[l.first]))
		p.write(strings.TrimLeft(text, luaSpace))
	}
	p.newline(column(level))
	p.write("}")
}

// luaLine is a line of code.
type luaLine struct {
	start, end int
	first      int  // the first token that begins on the line, or after it
	open       bool // it begins inside a token
	closed     bool // it ends outside all tokens
}

// luaLines splits code into lines.
func luaLines(code string, tokens []luaToken) []luaLine {
	var lines []luaLine
	token := 0
	for start := 0; start <= len(code); {
		end := lineEnd(code, start)
		for token < len(tokens) && int(tokens[token].End) <= start {
			token++
		}
		l := luaLine{start: start, end: end, first: token, closed: true}
		l.open = token < len(tokens) && int(tokens[token].Start) < start
		last := token
		for last < len(tokens) && int(tokens[last].End) <= end {
			last++
		}
		l.closed = last == len(tokens) || int(tokens[last].Start) >= end
		lines = append(lines, l)
		start = end + 1
	}
	return lines
}

// luaScope is an open block or bracket.
type luaScope struct {
	opener string
	adds   int  // 1 if it indents what is in it
	extra  int  // 1 if the line that indents is itself indented as a further line
	header bool // the "do" of a loop is still to come
}

// luaIndenter follows the structure of the code token by token. Of several
// scopes that are opened on one line only the innermost indents; the others
// begin to when a line ends directly in them.
type luaIndenter struct {
	scopes []luaScope
	level  int
	extra  int // 1 if the line goes on with the statement before it
}

// newline follows the end of a line.
func (in *luaIndenter) newline() {
	if n := len(in.scopes); n > 0 && in.scopes[n-1].adds == 0 {
		top := &in.scopes[n-1]
		top.adds, top.extra = 1, in.extra
		in.level += top.adds + top.extra
	}
	in.extra = 0
}

// luaLevels returns the level of the line that each token would begin. ok is
// false if blocks and brackets do not match.
func luaLevels(code string, tokens []luaToken) (levels []int, ok bool) {
	levels = make([]int, len(tokens))
	var in luaIndenter
	last := "" // the last token that is no comment
	for i := range tokens {
		t := &tokens[i]
		starts := i > 0 && newlines(code, tokens, i)
		if starts {
			in.newline()
		}
		levels[i] = in.level
		word := ""
		switch t.Kind {
		case lua.TokComment, lua.TokLongComment:
			if starts && in.continues(last, "") {
				levels[i]++
			}
			continue
		case lua.TokString, lua.TokLongString:
		default:
			word = t.text
		}
		if starts {
			if in.continues(last, word) {
				in.extra = 1
			}
			levels[i] += in.extra - in.leading(code, tokens, i)
		}
		if !in.token(word) {
			return nil, false
		}
		last = word
	}
	return levels, len(in.scopes) == 0
}

// closers maps what closes a scope to what may open it.
var closers = map[string]string{
	"end": "function if for while do", "until": "repeat", ")": "(", "]": "[", "}": "{",
}

// middles begin a further part of a block, in the column of its opener.
var middles = map[string]string{"else": "if", "elseif": "if", "then": "if", "do": "for while"}

// leading returns by how much the line that begins with token i is to the left
// of the level: by the scopes that its first tokens close.
func (in *luaIndenter) leading(code string, tokens []luaToken, i int) int {
	left, extra := 0, 0
	for depth := len(in.scopes); depth > 0 && i < len(tokens); i++ {
		top := &in.scopes[depth-1]
		word := tokens[i].text
		if _, ok := closers[word]; !ok {
			if contains(middles[word], top.opener) && (word != "do" || top.header) {
				left += extra + top.adds
			}
			break
		}
		if top.adds > 0 {
			left, extra = left+extra+top.adds, 0
		}
		extra += top.extra
		depth--
		if i+1 < len(tokens) && newlines(code, tokens, i+1) {
			break
		}
	}
	return left
}

func contains(list, word string) bool { return strings.Contains(" "+list+" ", " "+word+" ") }

// token follows one token. It returns false if it closes what is not open.
func (in *luaIndenter) token(word string) bool {
	var top *luaScope
	if n := len(in.scopes); n > 0 {
		top = &in.scopes[n-1]
	}
	switch word {
	case "do":
		if top != nil && top.header {
			top.header = false
			return true
		}
		in.open(word)
	case "function", "if", "repeat", "(", "[", "{":
		in.open(word)
	case "for", "while":
		in.open(word)
		in.scopes[len(in.scopes)-1].header = true
	case "end", "until", ")", "]", "}":
		if top == nil || !contains(closers[word], top.opener) {
			return false
		}
		in.level -= top.adds + top.extra
		in.scopes = in.scopes[:len(in.scopes)-1]
	}
	return true
}

func (in *luaIndenter) open(word string) {
	in.scopes = append(in.scopes, luaScope{opener: word})
}

// continues reports whether a line goes on with the statement of the line
// before it: last is the last token of that one, first the first of this. In
// brackets there is a level for that already.
func (in *luaIndenter) continues(last, first string) bool {
	if n := len(in.scopes); n > 0 {
		if contains("( [ {", in.scopes[n-1].opener) {
			return false
		}
	}
	return contains("= + - * / % ^ .. == ~= < > <= >= and or not , # : .", last) ||
		contains("+ - * / % ^ .. == ~= < > <= >= and or = , : .", first)
}
