package lua

// Span is a part of the source.
type Span struct {
	Start, End int32 // byte offsets, End exclusive
}

// At returns the span. It makes the span of a node a method of the node.
func (s Span) At() Span { return s }

// Kind tells tokens apart.
type Kind uint8

// The kinds of tokens.
const (
	TokEOF Kind = iota
	TokName
	TokNumber
	TokString      // in quotes
	TokLongString  // in long brackets
	TokComment     // to the end of the line; also the first line of a chunk if it begins with "#"
	TokLongComment // in long brackets
	TokOther       // a byte that begins no token, or a long bracket that is none

	TokAnd
	TokBreak
	TokDo
	TokElse
	TokElseif
	TokEnd
	TokFalse
	TokFor
	TokFunction
	TokGoto
	TokIf
	TokIn
	TokLocal
	TokNil
	TokNot
	TokOr
	TokRepeat
	TokReturn
	TokThen
	TokTrue
	TokUntil
	TokWhile

	TokConcat       // ..
	TokDots         // ...
	TokEqual        // ==
	TokGreaterEqual // >=
	TokLessEqual    // <=
	TokNotEqual     // ~=
	TokLabel        // ::

	TokPlus
	TokMinus
	TokStar
	TokSlash
	TokPercent
	TokCaret
	TokHash
	TokLess
	TokGreater
	TokAssign
	TokLeftParen
	TokRightParen
	TokLeftBrace
	TokRightBrace
	TokLeftBracket
	TokRightBracket
	TokSemicolon
	TokColon
	TokComma
	TokDot
)

var kindNames = [...]string{
	TokEOF: "<eof>", TokName: "<name>", TokNumber: "<number>", TokString: "<string>", TokLongString: "<string>",
	TokComment: "<comment>", TokLongComment: "<comment>", TokOther: "<other>",
	TokAnd: "and", TokBreak: "break", TokDo: "do", TokElse: "else", TokElseif: "elseif", TokEnd: "end", TokFalse: "false",
	TokFor: "for", TokFunction: "function", TokGoto: "goto", TokIf: "if", TokIn: "in", TokLocal: "local", TokNil: "nil",
	TokNot: "not", TokOr: "or", TokRepeat: "repeat", TokReturn: "return", TokThen: "then", TokTrue: "true",
	TokUntil: "until", TokWhile: "while",
	TokConcat: "..", TokDots: "...", TokEqual: "==", TokGreaterEqual: ">=", TokLessEqual: "<=", TokNotEqual: "~=", TokLabel: "::",
	TokPlus: "+", TokMinus: "-", TokStar: "*", TokSlash: "/", TokPercent: "%", TokCaret: "^", TokHash: "#",
	TokLess: "<", TokGreater: ">", TokAssign: "=", TokLeftParen: "(", TokRightParen: ")", TokLeftBrace: "{",
	TokRightBrace: "}", TokLeftBracket: "[", TokRightBracket: "]", TokSemicolon: ";", TokColon: ":", TokComma: ",", TokDot: ".",
}

// String returns the token as LuaJIT's messages write its kind.
func (k Kind) String() string { return kindNames[k] }

// IsKeyword reports whether the token is a reserved word.
func (k Kind) IsKeyword() bool { return k >= TokAnd && k <= TokWhile }

// IsComment reports whether the token is a comment.
func (k Kind) IsComment() bool { return k == TokComment || k == TokLongComment }

// Fault is what is wrong inside a token.
type Fault uint8

// What can be wrong inside a token.
const (
	Sound      Fault = iota
	Unfinished       // a string or a long bracket without its end; it reaches to the end of the line or of the source
	BadEscape        // a string with an escape that Lua does not know
	BadNumber
	BadBracket // "[=" without the second bracket
)

// Token is a word, a symbol, a literal or a comment.
type Token struct {
	Span
	Kind  Kind
	Fault Fault
}

// Text returns the source of the token.
func (t Token) Text(src string) string { return src[t.Start:t.End] }

// keyword returns the kind of a name or reserved word.
func keyword(s string) Kind {
	switch s {
	case "and":
		return TokAnd
	case "break":
		return TokBreak
	case "do":
		return TokDo
	case "else":
		return TokElse
	case "elseif":
		return TokElseif
	case "end":
		return TokEnd
	case "false":
		return TokFalse
	case "for":
		return TokFor
	case "function":
		return TokFunction
	case "goto":
		return TokGoto
	case "if":
		return TokIf
	case "in":
		return TokIn
	case "local":
		return TokLocal
	case "nil":
		return TokNil
	case "not":
		return TokNot
	case "or":
		return TokOr
	case "repeat":
		return TokRepeat
	case "return":
		return TokReturn
	case "then":
		return TokThen
	case "true":
		return TokTrue
	case "until":
		return TokUntil
	case "while":
		return TokWhile
	}
	return TokName
}
