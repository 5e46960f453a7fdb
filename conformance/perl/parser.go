package perl

import (
	"fmt"
	"strings"
)

// parser reads a text. It works on the bytes themselves, because what a character means in Perl depends on whether an operand or an
// operator is due.
type parser struct {
	in    *Interp
	src   string
	pos   int
	line  int // of the start of src
	file  string
	jumps map[int]int // where a here-document begins (at a line feed) -> where it ends
}

func (p *parser) fail(format string, args ...any) {
	panic(&Error{File: p.file, Line: p.lineNumber(), Reason: fmt.Sprintf(format, args...)})
}

func (p *parser) lineNumber() int {
	return p.line + strings.Count(p.src[:min(p.pos, len(p.src))], "\n")
}

// rest is what is left to read.
func (p *parser) rest() string { return p.src[p.pos:] }

// space skips white space, comments, POD and the bodies of here-documents.
func (p *parser) space() {
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		switch {
		case c == '\n':
			if to, ok := p.jumps[p.pos]; ok {
				p.pos = to
			} else {
				p.pos++
			}
			if p.pos < len(p.src) && p.src[p.pos] == '=' && p.pos+1 < len(p.src) && isLetter(p.src[p.pos+1]) {
				end := strings.Index(p.rest(), "\n=cut")
				if end < 0 {
					p.pos = len(p.src)
					return
				}
				p.pos += end + len("\n=cut")
			}
		case c == ' ' || c == '\t' || c == '\r' || c == '\f':
			p.pos++
		case c == '#':
			if end := strings.IndexByte(p.rest(), '\n'); end >= 0 {
				p.pos += end
			} else {
				p.pos = len(p.src)
			}
		default:
			return
		}
	}
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }
func isWord(c byte) bool   { return isLetter(c) || isDigit(c) }

// peek tells whether an operator's text comes next.
func (p *parser) peek(text string) bool {
	p.space()
	return strings.HasPrefix(p.rest(), text)
}

// take reads a text when it comes next.
func (p *parser) take(text string) bool {
	if !p.peek(text) {
		return false
	}
	if isWord(text[len(text)-1]) && len(p.rest()) > len(text) && isWord(p.rest()[len(text)]) {
		return false
	}
	p.pos += len(text)
	return true
}

func (p *parser) want(text string) {
	if !p.take(text) {
		p.fail("%q is missing, at %q", text, p.near())
	}
}

func (p *parser) near() string {
	p.space()
	text, _, _ := strings.Cut(p.rest(), "\n")
	return text[:min(len(text), 40)]
}

// word reads a name with its packages, without taking it when peek is set.
func (p *parser) word(peek bool) string {
	p.space()
	i := p.pos
	for i < len(p.src) {
		if isWord(p.src[i]) {
			i++
		} else if strings.HasPrefix(p.src[i:], "::") && i+2 < len(p.src) && (isWord(p.src[i+2]) || i > p.pos) {
			i += 2
		} else {
			break
		}
	}
	if i > p.pos && isDigit(p.src[p.pos]) {
		return ""
	}
	w := p.src[p.pos:i]
	if !peek {
		p.pos = i
	}
	return w
}

// statements reads to the end of the text, or of a block. At the top of a file use, BEGIN and subs take effect at once.
func (p *parser) statements(top bool) *block {
	b := &block{}
	for {
		p.space()
		if p.pos >= len(p.src) || p.peek("}") && !top {
			return b
		}
		if w := p.word(true); w == "__DATA__" || w == "__END__" {
			p.pos = len(p.src)
			return b
		}
		if s := p.statement(); s != nil {
			b.statements = append(b.statements, s)
		}
	}
}

func (p *parser) block() *block {
	p.want("{")
	b := p.statements(false)
	p.want("}")
	return b
}

// statement reads one statement; nil for one that has taken effect, or is empty.
func (p *parser) statement() statement {
	if p.take(";") {
		return nil
	}
	if p.peek("{") && !p.hashFollows() {
		return plainBlock{p.block()}
	}
	start := p.pos
	switch w := p.word(false); w {
	case "use", "no":
		p.use(w)
		return nil
	case "package":
		p.in.pkg = p.word(false)
		p.take(";")
		return nil
	case "BEGIN", "END", "INIT":
		if p.peek("{") {
			b := p.block()
			if w != "END" { // what happens at the end of a Perl process does not matter here
				p.in.scoped(b, false)
			}
			return nil
		}
	case "sub":
		if name := p.word(false); name != "" {
			p.declareSub(name)
			return nil
		}
	case "if", "unless":
		return p.choice(w == "unless")
	case "while", "until":
		p.want("(")
		var cond node
		if !p.peek(")") {
			cond = p.expr()
		}
		p.want(")")
		return loop{cond: p.condition(cond), until: w == "until", body: p.block()}
	case "for", "foreach":
		return p.forLoop()
	default:
		if w != "" && p.peek(":") && !p.peek("::") { // a label
			p.pos++
			return p.statement()
		}
	}
	p.pos = start
	return p.simple()
}

// hashFollows tells whether the brace that comes next opens a hash rather than a block, by Perl's guess: a key and a comma follow.
func (p *parser) hashFollows() bool {
	start := p.pos
	defer func() { p.pos = start }()
	p.pos++
	if p.take("}") {
		return true
	}
	p.take("$")
	if p.word(false) == "" {
		if c := at(p.src, p.pos); c != '\'' && c != '"' {
			return false
		}
		p.delimited()
	}
	return p.peek(",") || p.peek("=>")
}

// condition is the condition of while, in which reading a line assigns it to $_ and asks whether there was one.
func (p *parser) condition(n node) node {
	switch c := n.(type) {
	case readLine:
		return builtin{name: "defined", args: []node{assignment{target: scalarVar{"_"}, value: c}}}
	case assignment:
		if _, ok := c.value.(readLine); ok {
			return builtin{name: "defined", args: []node{c}}
		}
	}
	return n
}

// simple reads an expression with its modifiers.
func (p *parser) simple() statement {
	line := p.lineNumber()
	var s statement = expression{line, p.expr()}
	for {
		switch w := p.word(true); w {
		case "if", "unless", "while", "until", "for", "foreach":
			p.word(false)
			cond := p.expr()
			body := &block{[]statement{s}}
			switch w {
			case "if":
				s = choice{[]node{cond}, []*block{body}}
			case "unless":
				s = choice{[]node{unary{"!", cond}}, []*block{body}}
			case "while", "until":
				s = loop{cond: p.condition(cond), until: w == "until", body: body}
			default:
				s = each{name: "_", over: cond, body: body}
			}
			continue
		}
		break
	}
	if !p.take(";") && !p.peek("}") {
		p.space()
		if p.pos < len(p.src) {
			p.fail("cannot read %q", p.near())
		}
	}
	return s
}

func (p *parser) use(word string) {
	p.space()
	if isDigit(p.src[min(p.pos, len(p.src)-1)]) || p.peek("v") && len(p.rest()) > 1 && isDigit(p.rest()[1]) { // use v5.10.1
		for p.pos < len(p.src) && p.src[p.pos] != ';' {
			p.pos++
		}
		p.take(";")
		return
	}
	line := p.lineNumber()
	module := p.word(false)
	var args []Value
	if !p.peek(";") {
		n := p.expr()
		if word == "use" {
			args = n.list(p.in)
		}
	}
	p.take(";")
	if word == "no" || module == "strict" || module == "warnings" {
		return
	}
	if err := p.in.use(module, args); err != nil {
		if e, ok := err.(*Error); ok {
			panic(e)
		}
		panic(&Error{File: p.file, Line: line, Reason: err.Error()})
	}
}

// prototype skips the parentheses behind the name of a sub.
func (p *parser) prototype() {
	if p.take("(") {
		end := strings.IndexByte(p.rest(), ')')
		if end < 0 {
			p.fail("a prototype without end")
		}
		if text := p.rest()[:end]; strings.ContainsFunc(text, func(r rune) bool { return r < 0x80 && isLetter(byte(r)) }) {
			p.fail("signatures are not supported: (%s)", text)
		}
		p.pos += end + 1
	}
}

func (p *parser) declareSub(name string) {
	p.prototype()
	full := p.in.qualified(name)
	if p.take(";") {
		if p.in.subs[full] == nil {
			p.in.subs[full] = &Code{Name: name}
		}
		return
	}
	p.in.subs[full] = &Code{Name: name, body: p.block(), scope: p.in.scope, pkg: p.in.pkg}
}

func (p *parser) choice(unless bool) statement {
	var c choice
	for {
		p.want("(")
		cond := p.expr()
		p.want(")")
		if unless {
			cond, unless = unary{"!", cond}, false
		}
		c.conds = append(c.conds, cond)
		c.blocks = append(c.blocks, p.block())
		if p.take("elsif") {
			continue
		}
		if p.take("else") {
			c.blocks = append(c.blocks, p.block())
		}
		return c
	}
}

func (p *parser) forLoop() statement {
	e := each{name: "_"}
	if p.take("my") || p.take("our") {
		e.my = true
	}
	if p.take("$") {
		e.name = p.word(false)
	}
	p.want("(")
	if e.name != "_" {
		e.over = sublist{items: p.items(")")}
		p.want(")")
		e.body = p.block()
		return e
	}
	var init node
	if !p.peek(";") {
		if p.peek(")") {
			init = sublist{}
		} else {
			init = p.expr()
		}
	}
	if p.take(")") {
		e.over, e.body = sublist{items: []node{init}}, p.block()
		return e
	}
	l := loop{init: init}
	p.want(";")
	if !p.peek(";") {
		l.cond = p.expr()
	}
	p.want(";")
	if !p.peek(")") {
		l.next = p.expr()
	}
	p.want(")")
	l.body = p.block()
	return l
}
