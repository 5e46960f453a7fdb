package lint

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/lua"
)

// script reads the comments of one piece of Lua.
func (a *allower) script(s *Script) {
	src := s.Text
	for _, c := range s.Code.Chunk.Comments {
		if c.Kind != lua.TokComment {
			continue
		}
		text := strings.TrimSpace(strings.TrimLeft(c.Text(src), "-"))
		if !strings.HasPrefix(text, mark) {
			continue
		}
		at := s.Range(c.Span)
		if rest, ok := strings.CutPrefix(text, mark+"-file"); ok {
			a.add(at, rest, s.Range(lua.Span{End: int32(len(src))}))
			continue
		}
		line, ok := codeLine(src, c)
		if !ok {
			a.complain(at, "the comment belongs to no code and allows nothing",
				"put it on the line before the code, or at the end of the code's line")
			continue
		}
		a.add(at, text[len(mark):], lineRange(s, line))
	}
}

// codeLine returns the line that a comment belongs to: its own, or that of the
// next token.
func codeLine(src string, c lua.Token) (lua.Span, bool) {
	begin := strings.LastIndexByte(src[:c.Start], '\n') + 1
	if strings.TrimSpace(src[begin:c.Start]) != "" {
		return lineAround(src, begin), true
	}
	t := lua.Scan(src, int(c.End))
	for t.Kind.IsComment() {
		t = lua.Scan(src, int(t.End))
	}
	return lineAround(src, int(t.Start)), t.Kind != lua.TokEOF
}

func lineAround(src string, at int) lua.Span {
	begin := strings.LastIndexByte(src[:at], '\n') + 1
	end := len(src)
	if n := strings.IndexByte(src[at:], '\n'); n >= 0 {
		end = at + n
	}
	return lua.Span{Start: int32(begin), End: int32(end)}
}

// lineRange is Range for a line. Findings at the end of the code count as on
// its last line.
func lineRange(s *Script, line lua.Span) ast.Range {
	r := s.Range(line)
	r.End++
	return r
}
