package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/regex"
	"tidegate/lint/site"
)

// fileTypes are the endings of file names that people write into patterns.
var fileTypes = wordSet("php php3 php4 php5 php7 php8 phtml phar html htm shtml xhtml js mjs css map json xml txt csv pdf zip gz tgz tar " +
	"bz2 rar 7z png jpg jpeg gif svg svgz ico bmp webp avif tif tiff woff woff2 ttf ttc otf eot mp3 mp4 ogg webm avi flv mov asp aspx jsp " +
	"do cgi pl py rb sh sql bak log ini conf env md doc docx xls xlsx ppt pptx swf wasm exe dll")

func wordSet(words string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(words) {
		out[w] = true
	}
	return out
}

// ending is the end of a pattern that stands for endings of file names.
type ending struct {
	// dot is the node in front of them, types the endings.
	dot   *regex.Node
	types []string
	// closed tells that the pattern ends there with the address.
	closed bool
}

// endingOf finds the endings of file names at the end of a pattern: "\.php$",
// ".(jpg|png)$".
func endingOf(p *regex.Pattern) (e ending, ok bool) {
	items := p.Items()
	if n := len(items); n > 0 && (items[n-1].Op == regex.End || items[n-1].Op == regex.Tail) {
		e.closed, items = true, items[:n-1]
	}
	if n := len(items); n > 1 && items[n-1].Op == regex.Alt {
		for _, s := range items[n-1].Subs {
			text, literal := literalText(s)
			if !literal {
				return e, false
			}
			e.types = append(e.types, text)
		}
		e.dot = items[n-2]
	} else {
		text := ""
		for len(items) > 0 {
			t, literal := literalText(items[len(items)-1])
			if !literal || t == "." || len(t) != 1 {
				break
			}
			text, items = t+text, items[:len(items)-1]
		}
		if len(items) == 0 || text == "" {
			return e, false
		}
		e.types, e.dot = []string{text}, items[len(items)-1]
	}
	for _, t := range e.types {
		if !fileTypes[strings.ToLower(t)] {
			return e, false
		}
	}
	return e, e.dot.Op == regex.Class && (e.dot.Dot || e.dot.Set == regex.Bytes("."))
}

// literalText returns the letters and digits that a node stands for.
func literalText(n *regex.Node) (string, bool) {
	switch n.Op {
	case regex.Class:
		if n.Dot || n.Set.Len() > 2 {
			return "", false
		}
		c := n.Set.Pick()
		word := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		return string(c), (word || c == '.') && (n.Set.Len() == 1 || n.Set.Has(c^0x20))
	case regex.Cat, regex.Group:
		out := ""
		for _, s := range n.Subs {
			t, ok := literalText(s)
			if !ok {
				return "", false
			}
			out += t
		}
		return out, true
	}
	return "", false
}

// RegexDot flags a dot in front of a file ending that stands for any byte.
var RegexDot = &lint.Rule{
	Name: "regex-unescaped-dot", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The dot in front of a file ending is not escaped and matches any character.",
	Why:     `In a regular expression "." is any character: ".php$" matches /graphphp too, and ".git" matches /digits. Write "\.".`,
	Bad:     []lint.Example{{In: "http.server", Text: "location ~ .php$ {\n    return 404;\n}\n"}},
	Good:    []lint.Example{{In: "http.server", Text: "location ~ \\.php$ {\n    return 404;\n}\n"}},
	On:      []*catalog.Row{ngxhttp.Location.Row, ngxhttp.Rewrite.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		text, caseless, word := "", false, 1
		switch a := u.Arg.(type) {
		case *ngxhttp.LocationArgs:
			if a == nil || a.Kind != ngxhttp.RegexLocation {
				return
			}
			text, caseless, word = a.Name, a.Caseless, u.Node.NumWords()-1
		case ngxhttp.RewriteArgs:
			text = a.Regex
		}
		pattern, err := regex.Parse(text, caseless)
		if err != nil {
			return
		}
		e, ok := endingOf(pattern)
		if !ok || !e.dot.Dot {
			return
		}
		from := len(u.Node.Word(word).Text) - len(text)
		at := u.Node.TextRange(word, from+e.dot.From, from+e.dot.To)
		d := p.Report(at, "the dot matches any character: it is not escaped")
		if u.Node.Word(word).Quote == 0 {
			d.Fixes = []diag.Fix{replace(at, `\.`, "escape the dot")}
		}
	},
}

// RegexOpenEnd flags file endings that may be followed by anything.
var RegexOpenEnd = &lint.Rule{
	Name: "regex-open-end", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The file ending in this regular expression need not be the end of the address.",
	Why: `Without "$" the pattern matches the ending anywhere: "\.php" takes /a.php.txt, /x.phpinfo/y and everything below a folder "old.php", and hands
it to the interpreter; "\.js" takes .json as well. Write "\.php$", or "\.php(/|$)" where more of a path may follow.`,
	Bad:  []lint.Example{{In: "http.server", Text: "location ~ \\.php {\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "location ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}, {In: "http.server", Text: "location ~ \\.bak {\n    deny all;\n}\n"}},
	On:   []*catalog.Row{ngxhttp.Location.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		s := siteOf(p)
		body := u.Body()
		if s == nil || body == nil {
			return
		}
		l := s.LocationOf(body)
		if l == nil || l.Pattern == nil {
			return
		}
		e, ok := endingOf(l.Pattern)
		if !ok || e.closed || s.Guarded(body) {
			return
		}
		d := p.Report(lastWord(u.Node), "the address may go on behind the file ending: %q matches too", exampleBehind(l.Pattern, e))
		if w := u.Node.Word(u.Node.NumWords() - 1); w.Quote == 0 {
			d.Fixes = []diag.Fix{insertAfter(lastWord(u.Node), "$", `end the pattern with "$"`, false)}
		}
	},
}

func exampleBehind(p *regex.Pattern, e ending) string {
	text := "/a." + e.types[0] + "x/b"
	if a := p.AtMost(); a != nil {
		if found, answer := regex.Find(printable, []*regex.Automaton{a, automatonOf("^/.*" + e.types[0] + "x/b$")}, nil); answer == regex.Found {
			text = found
		}
	}
	return text
}

// NeedlessRegex flags locations by a regular expression that is one text.
var NeedlessRegex = &lint.Rule{
	Name: "regex-location-needless", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A location by regular expression stands for one address or for a plain prefix.",
	Why: `Locations by regular expression are tried one after the other, for every request, in the order of the file; exact ones and prefixes are
found at once. "= /path" and "^~ /path/" say the same and do not depend on what stands before them.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location ~ ^/health$ {\n    return 204;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location = /health {\n    return 204;\n}\n"}, {In: "http.server", Text: "location ~* ^/health$ {\n    return 204;\n}\n"}},
	References: []string{"location"},
	On:         []*catalog.Row{ngxhttp.Location.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		s := siteOf(p)
		if s == nil || u.Body() == nil {
			return
		}
		l := s.LocationOf(u.Body())
		if l == nil || l.Pattern == nil || l.Outer != nil || len(l.Pattern.Groups) > 0 {
			return
		}
		f, ok := l.Pattern.Fixed()
		if !ok || !f.Start || f.Caseless || !strings.HasPrefix(f.Text, "/") || f.Text == "/" {
			return
		}
		form := "^~ " + f.Text
		if f.End {
			form = "= " + f.Text
		}
		for _, o := range l.Siblings() {
			if o.Args.Name == f.Text && !o.Regex() {
				return // the plain form is taken
			}
		}
		p.Report(headArgs(u.Node), `this is "location %s", for which no regular expression is tried`, form).
			Fixes = []diag.Fix{change(headArgs(u.Node), form, "write "+form)}
	},
}

// UnreachableLocation flags locations to which no request comes.
var UnreachableLocation = &lint.Rule{
	Name: "unreachable-location", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "No request comes to this location: others take all of its addresses.",
	Why: `nginx takes an exact location, else remembers the longest prefix, and then tries the regular expressions in the order of the file unless
the prefix is marked with "^~". So a regular expression hides behind one above it that matches as much or more, or behind a "^~" prefix that holds
all that it matches, and a plain prefix behind a regular expression that matches everything below it. A "return" in the server answers before any
location is looked for.`,
	Bad: []lint.Example{{In: "http.server", Text: "location ~ \\.php$ {\n    return 404;\n}\nlocation ~ ^/admin/.*\\.php$ {\n    return 403;\n}\n"},
		{In: "http.server", Text: "return 301 https://example.com$request_uri;\nlocation /.well-known/ {\n    root /srv/acme;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "location ~ ^/admin/.*\\.php$ {\n    return 403;\n}\nlocation ~ \\.php$ {\n    return 404;\n}\n"},
		{In: "http.server", Text: "location / {\n    return 301 https://example.com$request_uri;\n}\nlocation /.well-known/ {\n    root /srv/acme;\n}\n"}},
	References: []string{"location"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			if len(v.Locations) == 0 || v.Level.Synthetic() {
				continue
			}
			if end := alwaysEnds(v.Level); end != nil {
				d := p.Report(v.Locations[0].Level.Node().HeadRange(), "no location of this server is looked for: every request is answered before")
				d.Related = []diag.Related{{Range: end.HeadRange(), Message: "by this"}}
				continue
			}
			v.All(func(l *site.Location) { reportUnreachable(p, l) })
		}
	}),
}

// alwaysEnds returns the rule that answers every request of a level with
// certainty; nil if some request gets past the rules.
func alwaysEnds(l *conf.Level) *ast.Directive {
	for _, s := range site.Program(l) {
		if _, ok := s.Return(); ok {
			return s.Node
		}
		if a, ok := s.Rewrite(); ok && site.MatchesAll(a.Regex) && site.Redirects(a) {
			return s.Node
		}
		if a, ok := s.Rewrite(); ok && a.Flag != "" || s.Row == ngxhttp.Break.Row || len(s.Body) > 0 && breaks(s.Body) {
			return nil
		}
	}
	return nil
}

// breaks reports whether a run of steps may stop the rules and let the request
// go on.
func breaks(steps []site.Step) bool {
	found := false
	site.Each(steps, func(s *site.Step) {
		a, rewrite := s.Rewrite()
		found = found || s.Row == ngxhttp.Break.Row || rewrite && (a.Flag == "break" || a.Flag == "last")
	})
	return found
}

func reportUnreachable(p *lint.Pass, l *site.Location) {
	var by *site.Location
	switch {
	case l.Regex():
		by = regexHidden(l)
	case l.Args.Kind == ngxhttp.PrefixLocation:
		by = prefixHidden(l)
	}
	if by == nil {
		return
	}
	d := p.Report(l.Level.Node().HeadRange(), `no request comes here: location "%s" takes all of these addresses`, locationName(by))
	d.Related = []diag.Related{{Range: by.Level.Node().HeadRange(), Message: "this location takes them"}}
}

// regexHidden returns a location that takes everything that a regular expression
// matches: one above it, or a prefix after which none is tried.
func regexHidden(l *site.Location) *site.Location {
	if l.Pattern == nil {
		return nil
	}
	var above []*site.Location // those that may take its addresses
	for _, o := range l.Siblings() {
		switch {
		case o == l || o.Named() || o.Args.Kind == ngxhttp.ExactLocation:
		case o.Regex() && o.Pattern != nil && ast.Before(o.Level.At(), l.Level.At()),
			o.Args.Kind == ngxhttp.FirmLocation && !longerPrefix(o) && !regexWithin(o):
			above = append(above, o)
		}
	}
	if len(above) == 0 {
		return nil // nearly always, and the search takes long
	}
	mine := l.Pattern.AtLeast()
	example, answer := regex.Find(site.URI, []*regex.Automaton{mine, site.Addresses()}, []*regex.Automaton{dotSegments})
	if answer != regex.Found {
		return nil
	}
	for _, o := range above {
		var theirs *regex.Automaton
		switch {
		case o.Regex() && o.Matches(example):
			theirs = o.Pattern.AtMost()
		case !o.Regex() && strings.HasPrefix(example, o.Args.Name):
			theirs = regex.Prefix(o.Args.Name)
		default:
			continue
		}
		if _, answer := regex.Find(site.URI, []*regex.Automaton{mine, site.Addresses()}, []*regex.Automaton{dotSegments, theirs}); answer == regex.None {
			return o
		}
	}
	return nil
}

// longerPrefix reports whether a location beside holds a part of the addresses
// of a "^~" prefix, and lets regular expressions be tried.
func longerPrefix(firm *site.Location) bool {
	for _, o := range firm.Siblings() {
		if o != firm && o.Args.Kind == ngxhttp.PrefixLocation && strings.HasPrefix(o.Args.Name, firm.Args.Name) {
			return true
		}
	}
	return false
}

func regexWithin(l *site.Location) bool {
	found := false
	l.All(func(in *site.Location) { found = found || in != l })
	return found
}

// prefixHidden returns a regular expression that matches all that begins with a
// prefix.
func prefixHidden(l *site.Location) *site.Location {
	for _, tail := range [...]string{"", "a", "/a", "a.b", "/", "0"} {
		if l.Server.Find(l.Args.Name+tail) == l {
			return nil
		}
	}
	if regexWithin(l) {
		return nil
	}
	for _, o := range l.Siblings() {
		if o.Regex() && o.Pattern != nil {
			_, answer := regex.Find(site.URI, []*regex.Automaton{regex.Prefix(l.Args.Name)}, []*regex.Automaton{dotSegments, o.Pattern.AtMost()})
			if answer == regex.None {
				return o
			}
		}
	}
	return nil
}
