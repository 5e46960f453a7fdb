package rules

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"tidegate/ast"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// oddWord is a word with bytes that hardly any word has.
type oddWord struct {
	d   *ast.Directive
	i   int
	w   ast.Word
	raw []byte // with the quotes
}

func (o oddWord) at() ast.Range { return o.d.WordRange(o.i) }

// oddWords lists the words of all files that hold a backslash before the end of
// a line, a quote inside, or a byte that is not printable ASCII. Code in the
// argument of an old *_by_lua directive is left out: its lexical rules are
// Lua's.
func oddWords(p *lint.Pass) []oddWord {
	return lint.Shared(p, "odd words", func() []oddWord {
		var out []oddWord
		for _, f := range p.Tree.Config.Files {
			ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
				if strings.HasSuffix(d.Name(), "_by_lua") {
					return true
				}
				for i, w := range d.Words() {
					if raw := w.Raw(f.Src); odd(raw, w.Quote) {
						out = append(out, oddWord{d, i, w, raw})
					}
				}
				return true
			})
		}
		return out
	})
}

func odd(raw []byte, quote byte) bool {
	for j, c := range raw {
		switch {
		case c >= utf8.RuneSelf, c < ' ' && c != '\t' && c != '\n', c == 0x7f:
			return true
		case c == '\\' && j+1 < len(raw) && (raw[j+1] == '\n' || raw[j+1] == '\r'):
			return true
		case quote == 0 && (c == '"' || c == '\''):
			return true
		}
	}
	return false
}

// escapedLineEnd finds a backslash that has the end of its line behind it, -1
// if there is none.
func escapedLineEnd(raw []byte) int {
	for j := 0; j+1 < len(raw); j++ {
		if raw[j] != '\\' {
			continue
		}
		if raw[j+1] == '\n' || raw[j+1] == '\r' {
			return j
		}
		j++
	}
	return -1
}

// Rules on bytes that are easily overlooked.
var (
	// BackslashNewline flags lines that are not continued.
	BackslashNewline = &lint.Rule{
		Name: "backslash-newline", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A backslash at the end of a line does not continue it: both bytes become part of a word.",
		Why: `nginx needs no sign for a continued line; a directive goes on until ";". A backslash takes the line feed behind it into the
word, so that a word of the two bytes, or a word that ends in them, is one more argument: a name of a server, a part of a header.`,
		Bad:  []lint.Example{{In: "http.server", Text: "server_name a.example.com \\\n    b.example.com;\n"}},
		Good: []lint.Example{{In: "http.server", Text: "server_name a.example.com\n    b.example.com;\n"}},
		Whole: func(p *lint.Pass) {
			for _, o := range oddWords(p) {
				j := escapedLineEnd(o.raw)
				if j < 0 {
					continue
				}
				start := int(o.w.Start) + j
				d := p.Report(ast.Range{File: o.d.File, Start: start, End: start + 1}, "the line is not continued: backslash and line feed become part of a word")
				if j == 0 && o.w.Quote == 0 && o.w.Text == "\\\n" {
					d.Fixes = []diag.Fix{replace(ast.Range{File: o.d.File, Start: start, End: start + 1}, "", "take the backslash away")}
				}
			}
		},
	}
	// ControlBytes flags NUL, CR and their kin.
	ControlBytes = &lint.Rule{
		Name: "control-bytes", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A word holds a control byte, such as NUL or a carriage return.",
		Why: `nginx takes any byte into a word. In a file with CRLF line ends a quoted text over several lines holds carriage returns, which
then stand in a header, a log or a file name. Other control bytes are usually left by an editor or a copy from a terminal.`,
		Bad:  []lint.Example{{In: "http.location", Text: "return 200 \"one\r\ntwo\";\n"}},
		Good: []lint.Example{{In: "http.location", Text: "return 200 \"one\\r\\ntwo\";\n"}},
		Whole: func(p *lint.Pass) {
			for _, o := range oddWords(p) {
				if j := bytes.IndexFunc(o.raw, func(r rune) bool { return r < ' ' && r != '\t' && r != '\n' || r == 0x7f }); j >= 0 {
					at := ast.Range{File: o.d.File, Start: int(o.w.Start) + j, End: int(o.w.Start) + j + 1}
					p.Report(at, "the word holds the byte 0x%02x", o.raw[j])
				}
			}
		},
	}
	// TypographicQuotes flags quotes that nginx does not know.
	TypographicQuotes = &lint.Rule{
		Name: "typographic-quotes", Severity: diag.Error, Group: lint.Correctness,
		Summary: "A word begins or ends with a typographic quote, which is part of it.",
		Why: `Word processors and web pages turn " into “ and ”. For nginx these are letters: the word holds them, and it ends at the first
blank between them.`,
		Bad:  []lint.Example{{In: "http.location", Text: "root “/srv/www”;\n"}},
		Good: []lint.Example{{In: "http.location", Text: "root \"/srv/www\";\nadd_header X-Note \"so-called “pages”\";\n"}},
		Whole: func(p *lint.Pass) {
			for _, o := range oddWords(p) {
				if o.w.Quote == 0 && typographic.Match(o.raw) {
					p.Report(o.at(), "the quotes are not quotes to nginx, and belong to the word")
				}
			}
		},
	}
	// InvisibleCharacters flags what looks like a blank or like nothing.
	InvisibleCharacters = &lint.Rule{
		Name: "invisible-characters", Severity: diag.Error, Group: lint.Security,
		Summary: "A word holds a blank that is none to nginx, or characters that change the order in which text is shown.",
		Why: `A no-break space, as web pages and editors insert it, separates nothing: it becomes part of a word that looks like two.
Characters of no width make two names differ that look the same. Those that turn the direction of text show a reviewer something else
than nginx reads (CVE-2021-42574).`,
		Bad:        []lint.Example{{In: "http.server", Text: "server_name a.example.com\u00a0b.example.com;\n"}},
		Good:       []lint.Example{{In: "http.server", Text: "server_name a.example.com b.example.com;\nadd_header X-Price \"5\u00a0EUR\";\n"}},
		References: []string{"CVE-2021-42574"},
		Whole: func(p *lint.Pass) {
			for _, o := range oddWords(p) {
				look := turning
				if o.w.Quote == 0 {
					look = unseen
				}
				if m := look.FindIndex(o.raw); m != nil {
					r, _ := utf8.DecodeRune(o.raw[m[0]:])
					p.Report(ast.Range{File: o.d.File, Start: int(o.w.Start) + m[0], End: int(o.w.Start) + m[1]},
						"the character U+%04X cannot be seen and belongs to the word", r)
				}
			}
		},
	}
	// NotUTF8 flags words in other encodings.
	NotUTF8 = &lint.Rule{
		Name: "not-utf8", Severity: diag.Info, Group: lint.Correctness,
		Summary: "A word holds bytes that are not UTF-8.",
		Why: `nginx passes the bytes on as they are. Browsers, logs and most tools expect UTF-8 and show something else, and tools that read
and write the file destroy them.`,
		Bad:  []lint.Example{{In: "http.location", Text: "add_header X-Town M\xfcnchen;\n"}},
		Good: []lint.Example{{In: "http.location", Text: "add_header X-Town München;\n"}},
		Whole: func(p *lint.Pass) {
			for _, o := range oddWords(p) {
				if !utf8.Valid(o.raw) {
					p.Report(o.at(), "the word is not UTF-8")
				}
			}
		},
	}
	// QuoteInsideWord flags quotes that do not quote.
	QuoteInsideWord = &lint.Rule{
		Name: "quote-inside-word", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A quote stands inside of a word that began without one, and is part of it.",
		Why: `Only a quote at the beginning of a word quotes it. Further on it is a character like others, and no file or host has it in its
name. Reported for directives that take names of files, hosts and addresses.`,
		Bad:  []lint.Example{{In: "http.location", Text: "root /srv/\"www\";\n"}},
		Good: []lint.Example{{In: "http.location", Text: "root \"/srv/www\";\nadd_header Set-Cookie a=\"b\";\n"}},
		Whole: func(p *lint.Pass) {
			for _, o := range oddWords(p) {
				if j := bytes.IndexAny(o.raw, `"'`); o.i > 0 && o.w.Quote == 0 && j > 0 && takesName[o.d.Name()] {
					at := ast.Range{File: o.d.File, Start: int(o.w.Start) + j, End: int(o.w.Start) + j + 1}
					p.Report(at, `the quote does not quote: it is part of "%s"`, o.w.Text)
				}
			}
		},
	}
)

var (
	typographic = regexp.MustCompile(`^(?:[“”„‟‘’‚‛«»‹›″])|(?:[“”„‟‘’‚‛«»‹›″])$`)
	turning     = regexp.MustCompile(`[\x{202A}-\x{202E}\x{2066}-\x{2069}]`)
	unseen      = regexp.MustCompile(`[\x{00A0}\x{00AD}\x{1680}\x{2000}-\x{200F}\x{2028}-\x{202F}\x{205F}-\x{206F}\x{3000}\x{FEFF}]`)
)

// takesName holds directives whose arguments are names of files, hosts or
// addresses.
var takesName = map[string]bool{
	"root": true, "alias": true, "include": true, "index": true, "server_name": true, "listen": true, "server": true, "pid": true,
	"proxy_pass": true, "fastcgi_pass": true, "uwsgi_pass": true, "scgi_pass": true, "grpc_pass": true, "memcached_pass": true,
	"ssl_certificate": true, "ssl_certificate_key": true, "ssl_trusted_certificate": true, "ssl_client_certificate": true, "ssl_dhparam": true,
	"auth_basic_user_file": true, "error_log": true, "load_module": true, "resolver": true,
}
