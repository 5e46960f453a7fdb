package rules

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/regex"
	"tidegate/lint/site"
)

// written is a regular expression in a directive.
type written struct {
	text     string
	caseless bool
	at       ast.Range
	// alphabet and lead say what it is matched with.
	alphabet regex.Set
	lead     string
}

// eachRegex visits the regular expressions that are matched with something that
// a client sends.
func eachRegex(p *lint.Pass, s *site.Site, visit func(written)) {
	s.Levels(func(l *conf.Level) {
		if a, ok := l.Arg().(*ngxhttp.LocationArgs); ok && a.Kind == ngxhttp.RegexLocation {
			visit(written{a.Name, a.Caseless, lastWord(l.Node()), site.URI, "/"})
		}
		for _, v := range l.Values(ngxhttp.ServerName.Row) {
			names, _ := v.Arg.([]ngxstream.NamePattern)
			for i, n := range names {
				if n.Kind == ngxstream.RegexName {
					visit(written{n.Text, n.Caseless, v.Node.ArgRange(i), hostBytes, ""})
				}
			}
		}
		for _, v := range l.Values(ngxhttp.ValidReferers.Row) {
			texts, _ := v.Arg.([]string)
			for i, text := range texts {
				if strings.HasPrefix(text, "~") {
					visit(written{text[1:], true, v.Node.ArgRange(i), headerBytes, ""})
				}
			}
		}
	})
	eachStep(s, func(st *site.Step) {
		if a, ok := st.Rewrite(); ok {
			visit(written{a.Regex, false, st.Node.ArgRange(0), site.URI, "/"})
		}
		if c, ok := st.If(); ok && strings.Contains(c.Operator, "~") {
			one := catalog.Template{Text: "$" + c.Variable, Parts: []catalog.Part{{Variable: c.Variable}}}
			if v := flowOf(p).Value(one, flow.At(st)); v.Client {
				visit(written{c.Value.Text, strings.HasSuffix(c.Operator, "*"), st.Node.WordRange(st.Node.NumWords() - 1), v.Set, ""})
			}
		}
	})
	for _, u := range ngxhttp.Map.Uses(s.HTTP) {
		if u.Arg == nil {
			continue
		}
		v := flowOf(p).Value(u.Arg.Source, flow.After(s.HTTP))
		for _, e := range u.Arg.Entries {
			if e.Kind == ngxstream.MapRegex && v.Client {
				visit(written{e.Key, e.Caseless, entryRange(e), v.Set, ""})
			}
		}
	}
}

// entryRange is the place of the key of an entry, as far as the line goes.
func entryRange(e ngxstream.MapEntry) ast.Range {
	src, end := e.At.File.Src, e.At.Offset
	for end < len(src) && src[end] != ' ' && src[end] != '\t' && src[end] != '\n' && src[end] != ';' {
		end++
	}
	return ast.Range{File: e.At.File, Start: e.At.Offset, End: end}
}

func lastWord(d *ast.Directive) ast.Range { return d.WordRange(d.NumWords() - 1) }

var (
	headerBytes = regex.Bytes("\x00\r\n").Not()
	hostBytes   = regex.Span('!', '~')
)

// RegexBacktracking flags patterns for which a client can make matching take
// exponential time.
var RegexBacktracking = &lint.Rule{
	Name: "regex-backtracking", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client can make this regular expression take exponential time.",
	Why: `Where a loop can read the same text in more than one way ("(a+)+", "(a|aa)*"), PCRE tries all ways when what follows does not match: a few more
bytes double the steps. A request of a hundred bytes keeps a worker busy until the limit of ten million steps, and with it all its connections.

The text in the finding has been tried. Write the loop so that each text can be read in one way ("a+"), or make it possessive ("(?:a+)++").`,
	Bad:        []lint.Example{{In: "http.server", Text: "location ~ ^/(([a-z0-9]+)-?)*\\.html$ {\n    return 204;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location ~ ^/[a-z0-9]+(-[a-z0-9]+)*\\.html$ {\n    return 204;\n}\n"}},
	References: []string{"CWE-1333"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		type key struct {
			text     string
			caseless bool
			lead     string
		}
		known := map[key]*regex.Attack{}
		eachRegex(p, s, func(w written) {
			k := key{w.text, w.caseless, w.lead}
			attack, tried := known[k]
			if !tried {
				if pattern, err := regex.Parse(w.text, w.caseless); err == nil {
					if a, ok := pattern.Attack(w.alphabet, w.lead); ok {
						attack = &a
					}
				}
				known[k] = attack
			}
			if attack != nil {
				d := p.Report(w.at, "a client can make this take exponential time")
				d.Detail = fmt.Sprintf("each %q more multiplies the steps for the text %q + %q * n + %q", attack.Pump, attack.Before, attack.Pump, attack.After)
			}
		})
	}),
}
