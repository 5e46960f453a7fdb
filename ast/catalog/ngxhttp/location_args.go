package ngxhttp

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// LocationKind is the way in which a location is compared with an address.
type LocationKind uint8

// Kinds of locations.
const (
	PrefixLocation LocationKind = iota
	ExactLocation
	// FirmLocation is "^~": a prefix after which no regular expression is tried.
	FirmLocation
	RegexLocation
	NamedLocation
)

// LocationArgs is the argument of location.
type LocationArgs struct {
	Kind LocationKind
	// Name is the address, the regular expression or the name with its "@".
	Name string
	// Caseless is for regular expressions.
	Caseless bool
}

// decodeLocation follows ngx_http_core_location.
func decodeLocation(c *catalog.Call) (*LocationArgs, bool) {
	l := &LocationArgs{}
	i, from := 1, 0
	if c.Len() == 3 {
		i = 2
		switch c.Text(1) {
		case "=":
			l.Kind = ExactLocation
		case "^~":
			l.Kind = FirmLocation
		case "~":
			l.Kind = RegexLocation
		case "~*":
			l.Kind, l.Caseless = RegexLocation, true
		default:
			return l, c.Fail(1, `invalid location modifier "%s"`, c.Text(1))
		}
	} else {
		from = l.modifier(c.Text(1))
	}
	l.Name = c.Text(i)[from:]
	if l.Kind == RegexLocation {
		if _, _, ok := c.Regex(i, from, len(c.Text(i)), l.Caseless); !ok {
			return l, false
		}
	}
	if outer := locationOf(c.Level); outer != nil && !l.nested(c, i, outer) {
		return l, false
	}
	return l, true
}

// modifier reads a modifier that is written in one word with the address and
// returns its length.
func (l *LocationArgs) modifier(s string) int {
	switch {
	case strings.HasPrefix(s, "="):
		l.Kind = ExactLocation
		return 1
	case strings.HasPrefix(s, "^~"):
		l.Kind = FirmLocation
		return 2
	case strings.HasPrefix(s, "~*"):
		l.Kind, l.Caseless = RegexLocation, true
		return 2
	case strings.HasPrefix(s, "~"):
		l.Kind = RegexLocation
		return 1
	case strings.HasPrefix(s, "@"):
		l.Kind = NamedLocation
	}
	return 0
}

// nested checks what may stand inside another location.
func (l *LocationArgs) nested(c *catalog.Call, i int, outer *LocationArgs) bool {
	switch {
	case outer.Kind == ExactLocation:
		return c.Fail(i, `location "%s" cannot be inside the exact location "%s"`, l.Name, outer.Name)
	case outer.Kind == NamedLocation:
		return c.Fail(i, `location "%s" cannot be inside the named location "%s"`, l.Name, outer.Name)
	case l.Kind == NamedLocation:
		return c.Fail(i, `named location "%s" can be on the server level only`, l.Name)
	case l.Kind != RegexLocation && !strings.HasPrefix(l.Name, outer.Name):
		return c.Fail(i, `location "%s" is outside location "%s"`, l.Name, outer.Name)
	}
	return true
}

// locationOf returns the location that a level is, nil if it is none.
func locationOf(l catalog.Level) *LocationArgs {
	if l == nil {
		return nil
	}
	a, _ := l.Arg().(*LocationArgs)
	return a
}

// bodyless tells whether a target in the level may not have a path of its own:
// in regular expressions and named locations, if and limit_except.
func bodyless(l catalog.Level) bool {
	if l == nil {
		return false
	}
	switch a := l.Arg().(type) {
	case *LocationArgs:
		return a.Kind == RegexLocation || a.Kind == NamedLocation
	case *Condition, Methods:
		return true
	}
	return false
}

// Methods is the argument of limit_except.
type Methods []string

var knownMethods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "OPTIONS", "PROPFIND",
	"PROPPATCH", "LOCK", "UNLOCK", "PATCH"}

// decodeLimitExcept follows ngx_http_core_limit_except.
func decodeLimitExcept(c *catalog.Call) (Methods, bool) {
	if len(catalog.Others[Methods](c)) > 0 {
		return nil, c.Duplicate()
	}
	m := make(Methods, 0, c.Len()-1)
words:
	for i := 1; i < c.Len(); i++ {
		for _, k := range knownMethods {
			if strings.EqualFold(k, c.Text(i)) {
				m = append(m, k)
				continue words
			}
		}
		return m, c.Fail(i, `invalid method "%s"`, c.Text(i))
	}
	return m, true
}

// decodeRoot follows ngx_http_core_root.
func decodeRoot(c *catalog.Call) (catalog.Template, bool) {
	alias := c.Text(0) == "alias"
	if c.Level != nil && len(c.Level.Values(c.Row)) > 0 {
		return catalog.Template{}, c.Duplicate()
	}
	other := "alias"
	if alias {
		other = "root"
	}
	if standsBeside(c, other) {
		return catalog.Template{}, c.Fail(0, `"%s" directive is duplicate, "%s" directive was specified earlier`, c.Text(0), other)
	}
	if l := locationOf(c.Level); alias && l != nil && l.Kind == NamedLocation {
		return catalog.Template{}, c.Fail(0, `the "alias" directive cannot be used inside the named location`)
	}
	for _, v := range []string{"document_root", "realpath_root"} {
		if strings.Contains(c.Text(1), "$"+v) || strings.Contains(c.Text(1), "${"+v+"}") {
			return catalog.Template{}, c.Fail(1, `the $%s variable cannot be used in the "%s" directive`, v, c.Text(0))
		}
	}
	return c.PathTemplate(1, false)
}

// ErrorPageArgs is one error_page directive.
type ErrorPageArgs struct {
	Codes []int
	// Overwrite is the code of the answer: -1 keeps the error's own, 0 takes that
	// of the page.
	Overwrite int
	Page      catalog.Template
}

// decodeErrorPage follows ngx_http_core_error_page.
func decodeErrorPage(c *catalog.Call) (ErrorPageArgs, bool) {
	e := ErrorPageArgs{Overwrite: -1}
	last := c.Len() - 2
	codes := c.Len() - 1
	if word := c.Text(last); strings.HasPrefix(word, "=") {
		if last == 1 {
			return e, c.Fail(last, `invalid value "%s"`, word)
		}
		e.Overwrite = 0
		if len(word) > 1 {
			var ok bool
			if e.Overwrite, ok = catalog.ParseInt(word[1:]); !ok {
				return e, c.Fail(last, `invalid value "%s"`, word)
			}
		}
		codes--
	}
	var ok bool
	if e.Page, ok = c.Template(c.Len() - 1); !ok {
		return e, false
	}
	for i := 1; i < codes; i++ {
		n, ok := catalog.ParseInt(c.Text(i))
		switch {
		case !ok || n == 499:
			return e, c.Fail(i, `invalid value "%s"`, c.Text(i))
		case n < 300 || n > 599:
			return e, c.Fail(i, `value "%s" must be between 300 and 599`, c.Text(i))
		}
		e.Codes = append(e.Codes, n)
	}
	return e, true
}

// TypeTable maps extensions to media types.
type TypeTable map[string]string

// decodeTypes follows ngx_http_core_type.
func decodeTypes(c *catalog.Call) (TypeTable, bool) {
	t := TypeTable{}
	for _, o := range catalog.Others[TypeTable](c) {
		for ext, kind := range o {
			t[ext] = kind
		}
	}
	c.Entries(func(e *catalog.Call) {
		kind := e.Text(0)
		for i := 1; i < e.Len(); i++ {
			ext := strings.ToLower(e.Text(i))
			if old, known := t[ext]; known {
				e.Report(diag.Warn, catalog.RuleDuplicate, e.Word(i),
					`duplicate extension "`+ext+`", content type: "`+kind+`", previous content type: "`+old+`"`)
			}
			t[ext] = kind
		}
	})
	return t, !c.Failed()
}

// TryFilesArgs is the argument of try_files.
type TryFilesArgs struct {
	Files []catalog.Template
	// Code is set if the last word is "=code".
	Code int
}

// decodeTryFiles follows ngx_http_try_files.
func decodeTryFiles(c *catalog.Call) (TryFilesArgs, bool) {
	files, ok := c.Templates(1, c.Len())
	t := TryFilesArgs{Files: files}
	if !ok {
		return t, false
	}
	last := c.Len() - 1
	if word := c.Text(last); strings.HasPrefix(word, "=") {
		var ok bool
		if t.Code, ok = catalog.ParseInt(word[1:]); !ok || t.Code > 999 {
			return t, c.Fail(last, `invalid code "%s"`, word)
		}
		t.Files = t.Files[:len(t.Files)-1]
	}
	return t, true
}

// decodeIndex follows ngx_http_index_set_index.
func decodeIndex(c *catalog.Call) ([]catalog.Template, bool) {
	var out []catalog.Template
	for i := 1; i < c.Len(); i++ {
		if strings.HasPrefix(c.Text(i), "/") && i != c.Len()-1 {
			c.Warn(i, `only the last index in "index" directive should be absolute`)
		}
		if c.Text(i) == "" {
			return out, c.Fail(i, `index "" in "index" directive is invalid`)
		}
		t, ok := c.Template(i)
		if !ok {
			return out, false
		}
		out = append(out, t)
	}
	return out, true
}
