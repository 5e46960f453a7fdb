package addon

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
)

// Headers is one directive of the headers-more module.
type Headers struct {
	List []Header
	// Types and Statuses limit the directive to some answers or requests.
	Types, Statuses []string
	// Append (-a) adds to a header that is there; Restrict (-r) changes only one
	// that is there.
	Append, Restrict bool
}

// Header is one header with its value, which is empty where it is removed.
type Header struct {
	Name  string
	Value catalog.Template
}

func decodeSetHeaders(c *catalog.Call) (Headers, bool)        { return headers(c, "tsa", true) }
func decodeClearHeaders(c *catalog.Call) (Headers, bool)      { return headers(c, "ts", false) }
func decodeSetInputHeaders(c *catalog.Call) (Headers, bool)   { return headers(c, "tr", true) }
func decodeClearInputHeaders(c *catalog.Call) (Headers, bool) { return headers(c, "tr", false) }

// headers follows both functions ngx_http_headers_more_parse_directive; options
// are the letters that the directive takes.
func headers(c *catalog.Call, options string, values bool) (h Headers, ok bool) {
	for i := 1; i < c.Len(); i++ {
		word := c.Text(i)
		switch {
		case word == "":
		case word[0] != '-':
			header, ok := parseHeader(c, i, values)
			if !ok {
				return h, false
			}
			h.List = append(h.List, header)
		case len(word) != 2 || !strings.Contains(options, word[1:]):
			return h, failUnplaced(c, i, c.Text(0)+`: invalid option name: "`+word+`"`)
		case word == "-a":
			h.Append = true
		case word == "-r":
			h.Restrict = true
		case i == c.Len()-1:
			return h, failUnplaced(c, i, c.Text(0)+": option "+word+" takes an argument.")
		case word == "-t":
			i++
			h.Types = append(h.Types, strings.FieldsFunc(c.Text(i), func(r rune) bool { return r == ';' || isBlank(r) })...)
		default:
			i++
			if at := strings.IndexFunc(c.Text(i), func(r rune) bool { return (r < '0' || r > '9') && !isBlank(r) }); at >= 0 {
				return h, failUnplaced(c, i, c.Text(0)+`: invalid digit "`+c.Text(i)[at:at+1]+`" found in the status code list "`+c.Text(i)+`"`)
			}
			h.Statuses = append(h.Statuses, strings.FieldsFunc(c.Text(i), isBlank)...)
		}
	}
	if h.Append {
		return h, appendable(c, h)
	}
	return h, true
}

// parseHeader follows ngx_http_headers_more_parse_header.
func parseHeader(c *catalog.Call, i int, values bool) (h Header, ok bool) {
	word := c.Text(i)
	// The module takes as many bytes as the name has, but from the beginning of
	// the word, blanks included.
	blanks := 0
	for blanks < len(word) && isBlank(rune(word[blanks])) {
		blanks++
	}
	end := blanks
	for end < len(word) && (end == blanks || word[end] != ':' && !isBlank(rune(word[end]))) {
		end++
	}
	if end == blanks {
		return h, failUnplaced(c, i, c.Text(0)+": no key found in the header argument: "+word)
	}
	h.Name = word[:end-blanks]
	if h.Name == "*" {
		return h, failUnplaced(c, i, c.Text(0)+": wildcard key too short: "+word)
	}
	for end < len(word) && (word[end] == ':' || isBlank(rune(word[end]))) {
		end++
	}
	if end == len(word) || !values {
		return h, true
	}
	h.Value, ok = c.TemplateFrom(i, end)
	return h, ok
}

// builtin are the headers of answers to which nothing can be added.
var builtin = []string{"Server", "Date", "Content-Encoding", "Location", "Refresh", "Last-Modified", "Content-Range", "Accept-Ranges",
	"WWW-Authenticate", "Expires", "E-Tag", "Content-Length", "Content-Type", "Cache-Control"}

// appendable reports a header to which nothing can be added.
func appendable(c *catalog.Call, h Headers) bool {
	for _, header := range h.List {
		if slices.ContainsFunc(builtin, func(name string) bool { return strings.EqualFold(name, header.Name) }) {
			return failUnplaced(c, 0, c.Text(0)+`: can not append builtin headers "`+header.Name+`"`)
		}
	}
	return true
}

// isBlank is isspace of the C locale.
func isBlank(r rune) bool { return r == ' ' || r >= '\t' && r <= '\r' }
