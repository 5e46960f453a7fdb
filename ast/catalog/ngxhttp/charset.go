package ngxhttp

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// Directives of ngx_http_charset_filter_module.
var (
	Charset = catalog.Custom(catalog.Spec{Name: "charset", In: levelsAndIf, Args: "<charset>|off", Default: "off", Runs: unserved,
		Doc: "Adds a character set to Content-Type."}, decodeCharset)
	CharsetMap = catalog.EntryBlock(catalog.Spec{Name: "charset_map", In: catalog.HTTP, Opens: catalog.HTTPCharsetMap, Args: "<charset> <charset>",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Gives the table between two character sets."}, decodeCharsetMap)
	CharsetTypes = catalog.MediaTypes(catalog.Spec{Name: "charset_types", In: levels,
		DefaultNote: "text/html text/xml text/plain text/vnd.wap.wml application/javascript application/rss+xml",
		Since:       "0.7.9", Runs: unserved,
		Doc: "Chooses the media types that are recoded."}, "text/html")
	OverrideCharset = catalog.Flag(catalog.Spec{Name: "override_charset", In: levelsAndIf, Default: "off", Runs: unserved,
		Doc: "Recodes answers of other servers that name a character set."})
	SourceCharset = catalog.Custom(catalog.Spec{Name: "source_charset", In: levelsAndIf, Args: "<charset>", Runs: unserved,
		Doc: "Names the character set of the source."}, decodeCharset)
)

// CharsetTable is one charset_map block.
type CharsetTable struct{ From, To string }

// decodeCharsetMap follows ngx_http_charset_map_block.
func decodeCharsetMap(c *catalog.Call) (CharsetTable, bool) {
	t := CharsetTable{c.Text(1), c.Text(2)}
	if strings.EqualFold(t.From, t.To) {
		return t, c.Fail(1, `"charset_map" between the same charsets "%s" and "%s"`, t.From, t.To)
	}
	for _, o := range catalog.Others[CharsetTable](c) {
		if strings.EqualFold(o.From, t.From) && strings.EqualFold(o.To, t.To) || strings.EqualFold(o.From, t.To) && strings.EqualFold(o.To, t.From) {
			return t, c.Fail(1, `duplicate "charset_map" between "%s" and "%s"`, t.From, t.To)
		}
	}
	unicode := strings.EqualFold(t.To, "utf-8")
	c.Entries(func(e *catalog.Call) { charsetEntry(e, unicode) })
	return t, !c.Failed()
}

// charsetEntry follows ngx_http_charset_map.
func charsetEntry(e *catalog.Call, unicode bool) {
	if e.Len() != 2 {
		e.Report(diag.Emerg, catalog.RuleArgs, e.Node.HeadRange(), "invalid parameters number")
		return
	}
	for i := range 2 {
		code, err := strconv.ParseUint(e.Text(i), 16, 64)
		single := err == nil && code <= 255 && !strings.ContainsAny(e.Text(i), "_+")
		if i == 1 && unicode {
			single = utf8Code(e.Text(1))
		}
		if !single {
			e.Fail(i, `invalid value "%s"`, e.Text(i))
			return
		}
	}
}

// utf8Code tells whether a word is the hexadecimal form of a character of the
// basic plane in UTF-8.
func utf8Code(s string) bool {
	const longest = 4
	if len(s)/2 > longest {
		return false
	}
	var b []byte
	for i := 0; i < len(s); i += 2 {
		code, err := strconv.ParseUint(s[i:min(i+2, len(s))], 16, 8)
		if err != nil || i+2 > len(s) {
			return false
		}
		b = append(b, byte(code))
	}
	r, n := utf8.DecodeRune(b)
	return n > 0 && (r != utf8.RuneError || n > 1) && r <= 0xffff
}

// decodeCharset follows ngx_http_set_charset_slot: a word that begins with "$"
// is the name of a variable as a whole.
func decodeCharset(c *catalog.Call) (catalog.Template, bool) {
	s := c.Text(1)
	switch {
	case c.Text(0) == "charset" && s == "off":
		return catalog.Template{}, true
	case strings.HasPrefix(s, "$"):
		c.Env.UseVariable(s[1:], c.Word(1))
		return catalog.Template{Text: s, Parts: []catalog.Part{{Variable: s[1:], To: len(s)}}}, true
	}
	return catalog.Literal(s), true
}
