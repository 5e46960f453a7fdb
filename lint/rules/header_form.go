package rules

import (
	"regexp"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// headerRows are the directives that write headers: name, then value.
var headerRows = []*catalog.Row{ngxhttp.AddHeader.Row, ngxhttp.AddTrailer.Row, ngxhttp.ProxySetHeader.Row, ngxhttp.GRPCSetHeader.Row}

// HeaderNewline flags line ends in the value of a header.
var HeaderNewline = &lint.Rule{
	Name: "header-newline", Severity: diag.Error, Group: lint.Correctness,
	Summary: "The value of a header goes over several lines of the file, and so do the bytes that are sent.",
	Why: `nginx keeps the line ends inside quotes and sends them as they are. A line end in a header ends it: HTTP/2 and HTTP/3 clients
reject the answer, others take the rest of the value for another header or drop it. Nothing in nginx continues a line.

Write the value on one line, or build it from parts with "set" or "map".`,
	Bad:  []lint.Example{{In: "http.server", Text: "add_header Content-Security-Policy \"default-src 'self';\n    img-src *\";\n"}},
	Good: []lint.Example{{In: "http.server", Text: "add_header Content-Security-Policy \"default-src 'self'; img-src *\";\n"}},
	On:   headerRows,
	Use: func(p *lint.Pass, u lint.Use) {
		h, ok := headerOf(u.Value)
		if !ok || !strings.ContainsAny(h.value.Text, "\r\n") {
			return
		}
		d := p.Report(u.Node.ArgRange(1), "the value of %q contains a line end, which is sent as it is", h.name)
		w := u.Node.Word(2)
		if w.Quote != 0 {
			raw := string(w.Raw(u.Node.File.Src))
			d.Fixes = []diag.Fix{replace(u.Node.ArgRange(1), lineEnds.ReplaceAllString(raw, " "), "write the value on one line")}
		}
	},
}

var lineEnds = regexp.MustCompile(`[ \t]*(?:\r?\n[ \t]*|\\r?\\?\n[ \t]*|\\n[ \t]*)+`)

// AddHeaderContentType flags add_header Content-Type.
var AddHeaderContentType = &lint.Rule{
	Name: "add-header-content-type", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "add_header Content-Type adds a second Content-Type instead of setting the first.",
	Why: `nginx writes Content-Type itself, from "types" and "default_type" or from the proxied server. add_header puts another line
beside it, and clients that get two differ in which one they take. Set the type with "default_type" (for "return" and for files of unknown
type) or "types"; hide the one of a proxied server with "proxy_hide_header" first.`,
	Bad: []lint.Example{{In: "http.location", Text: "add_header Content-Type text/plain;\nreturn 200 ok;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "default_type text/plain;\nreturn 200 ok;\n"},
		{In: "http.location", Text: "proxy_hide_header Content-Type;\nadd_header Content-Type text/plain;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"add_header", "default_type", "types"},
	On:         []*catalog.Row{ngxhttp.AddHeader.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		h, ok := headerOf(u.Value)
		if !ok || !strings.EqualFold(h.name, "content-type") || typeSuppressed(u.Level) {
			return
		}
		d := p.Report(u.Node.HeadRange(), `"add_header %s" adds a second Content-Type to the one that nginx writes`, h.name)
		d.Detail = `set it with "default_type" or "types"`
		if _, constant := h.value.Constant(); constant && !ngxhttp.DefaultType.Set(u.Level) && returnsText(u.Level) {
			// The text of a return has no other type than the default one.
			r := u.Node.HeadRange()
			d.Fixes = []diag.Fix{replace(r, "default_type "+rawArg(u.Node, 1), `write "default_type"`)}
		}
	},
}

// rawArg is an argument as it is written.
func rawArg(d *ast.Directive, i int) string { return string(d.ArgRange(i).Text()) }

// typeSuppressed reports whether answers in a level have no Content-Type of
// their own.
func typeSuppressed(l *conf.Level) bool {
	if bodyless(l) {
		return true
	}
	if v, ok := ngxhttp.DefaultType.Lookup(l); ok && v == "" {
		return true
	}
	for _, rows := range []catalog.Directive[string]{ngxhttp.ProxyHideHeader, ngxhttp.FastCGIHideHeader, ngxhttp.UWSGIHideHeader,
		ngxhttp.SCGIHideHeader, ngxhttp.GRPCHideHeader} {
		for _, n := range rows.All(l) {
			if strings.EqualFold(n, "content-type") {
				return true
			}
		}
	}
	return false
}

// bodyless reports whether every request in a level is answered without a body
// and the headers that describe one (ngx_http_header_filter).
func bodyless(l *conf.Level) bool {
	a, _, ok := site.Answer(site.Program(l))
	return ok && (a.Code == 204 || a.Code == 304 || a.Code == 444)
}

// returnsText reports whether every request in a level is answered with the text
// of a return.
func returnsText(l *conf.Level) bool {
	a, _, ok := site.Answer(site.Program(l))
	return ok && !a.Text.IsZero() && (a.Code < 300 || a.Code >= 400)
}

// generatedHeaders are headers of answers that nginx writes itself, whatever add_header
// says.
var generatedHeaders = map[string]string{
	"server": `"server_tokens" says how much it tells`, "date": "", "content-length": "", "connection": "", "transfer-encoding": "",
	"keep-alive": `see "keepalive_timeout"`,
}

// AddHeaderGenerated flags add_header for headers that nginx writes itself.
var AddHeaderGenerated = &lint.Rule{
	Name: "add-header-generated", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "add_header adds a second line of a header that nginx writes itself.",
	Why: `nginx writes Server, Date, Content-Length, Connection and Transfer-Encoding itself and add_header cannot replace them. A
second Content-Length or Transfer-Encoding makes the answer ambiguous, which proxies and clients reject or, worse, read differently.`,
	Bad:        []lint.Example{{In: "http.server", Text: "add_header Server none;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "server_tokens off;\nadd_header X-Served-By a;\n"}},
	References: []string{"add_header", "server_tokens"},
	On:         []*catalog.Row{ngxhttp.AddHeader.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		h, ok := headerOf(u.Value)
		if hint, known := generatedHeaders[strings.ToLower(h.name)]; ok && known && !(bodyless(u.Level) && strings.EqualFold(h.name, "content-length")) {
			p.Report(u.Node.HeadRange(), "nginx writes %s itself; this adds a second one", h.name).Detail = hint
		}
	},
}

// HeaderName flags names of headers that are none.
var HeaderName = &lint.Rule{
	Name: "header-name-invalid", Severity: diag.Error, Group: lint.Correctness,
	Summary: "What stands for the name of a header is not one.",
	Why: `nginx does not check the names and sends them with a colon behind. A name that already ends in a colon, or that holds a
space, makes a header that nobody looks for, and that clients and servers may answer with an error.`,
	Bad:  []lint.Example{{In: "http.server", Text: "add_header X-Frame-Options: DENY;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "add_header X-Frame-Options DENY;\n"}},
	On:   headerRows,
	Use: func(p *lint.Pass, u lint.Use) {
		h, ok := headerOf(u.Value)
		if !ok || headerToken.MatchString(h.name) || strings.Contains(h.name, "$") {
			return
		}
		d := p.Report(u.Node.ArgRange(0), "%q is no name of a header", h.name)
		if bare := strings.TrimSuffix(h.name, ":"); headerToken.MatchString(bare) {
			d.Message = `the colon in "` + h.name + `" becomes a part of the header's name`
			d.Fixes = []diag.Fix{replace(u.Node.ArgRange(0), bare, "leave the colon out")}
		}
	},
}

var headerToken = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// singularHeaders are headers of which an answer may hold one line only.
var singularHeaders = map[string]bool{
	"strict-transport-security": true, "x-frame-options": true, "x-content-type-options": true, "access-control-allow-origin": true,
	"access-control-allow-credentials": true, "referrer-policy": true, "x-xss-protection": true, "etag": true, "last-modified": true,
	"location": true, "retry-after": true, "cross-origin-opener-policy": true, "cross-origin-embedder-policy": true,
	"cross-origin-resource-policy": true, "age": true, "content-disposition": true,
}

// HeaderTwice flags headers that one block sets twice.
var HeaderTwice = &lint.Rule{
	Name: "header-set-twice", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A block sends the same header twice, and the receiver may reject it or take either.",
	Why: `Each add_header and each proxy_set_header sends a line of its own; a later one does not replace an earlier one. Two Host
lines make servers answer 400; two lines of Access-Control-Allow-Origin or of Strict-Transport-Security make browsers ignore the header.`,
	Bad: []lint.Example{{In: "http.location", Text: "proxy_set_header Host $host;\nproxy_set_header Host example.com;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "proxy_set_header Host $host;\nproxy_set_header X-Host example.com;\nproxy_pass http://127.0.0.1:8080;\n"},
		{In: "http.location", Text: "add_header Set-Cookie a=1;\nadd_header Set-Cookie b=2;\n"}},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			for _, row := range []*catalog.Row{ngxhttp.AddHeader.Row, ngxhttp.ProxySetHeader.Row, ngxhttp.GRPCSetHeader.Row} {
				reportTwice(p, l, row)
			}
		})
	}),
}

func reportTwice(p *lint.Pass, l *conf.Level, row *catalog.Row) {
	seen := map[string]catalog.Value{}
	for _, v := range l.Values(row) {
		h, ok := headerOf(v)
		name := strings.ToLower(h.name)
		// A value that is empty sends nothing, and one with variables may be.
		if !ok || row == ngxhttp.AddHeader.Row && !singularHeaders[name] || !surelySent(h.value) {
			continue
		}
		first, twice := seen[name]
		if !twice {
			seen[name] = v
			continue
		}
		d := p.Report(v.Node.HeadRange(), "the header %q is sent a second time", h.name)
		d.Related = []diag.Related{{Range: first.Node.HeadRange(), Message: "the first time here"}}
	}
}

// surelySent reports whether a value is not empty: it has literal text, or a
// variable that always has a value.
func surelySent(t catalog.Template) bool {
	for _, p := range t.Parts {
		if p.Literal != "" {
			return true
		}
		switch p.Variable {
		case "host", "remote_addr", "scheme", "proxy_host", "server_name", "request_uri", "proxy_add_x_forwarded_for", "server_port", "uri":
			return true
		}
	}
	return false
}

// knownHeaders are headers whose names people get wrong.
var knownHeaders = []string{
	"Strict-Transport-Security", "Content-Security-Policy", "Content-Security-Policy-Report-Only", "X-Frame-Options",
	"X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy", "Cache-Control", "Access-Control-Allow-Origin",
	"Access-Control-Allow-Credentials", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Expose-Headers",
	"Access-Control-Max-Age", "Cross-Origin-Opener-Policy", "Cross-Origin-Embedder-Policy", "Cross-Origin-Resource-Policy",
	"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Port", "X-Real-IP", "Accept-Encoding", "X-XSS-Protection",
	"X-Robots-Tag", "X-DNS-Prefetch-Control", "X-Permitted-Cross-Domain-Policies", "Content-Disposition", "X-Accel-Buffering",
}

// HeaderMisspelt flags names that are one slip away from a known header.
var HeaderMisspelt = &lint.Rule{
	Name: "header-name-misspelt", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The name of a header is one slip away from that of a header with a meaning.",
	Why: `Any name makes a header, so a slip in one is not noticed: browsers and applications just do not find the header that was
meant, and the protection that it stands for is not there.`,
	Bad:  []lint.Example{{In: "http.server", Text: "add_header X-Frame-Option DENY;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "add_header X-Frame-Options DENY;\nadd_header X-Frames 1;\n"}},
	On:   headerRows,
	Use: func(p *lint.Pass, u lint.Use) {
		h, ok := headerOf(u.Value)
		if !ok || !headerToken.MatchString(h.name) {
			return
		}
		for _, k := range knownHeaders {
			if strings.EqualFold(k, h.name) {
				return
			}
		}
		name := strings.ToLower(h.name)
		for _, k := range knownHeaders {
			if d := len(k) - len(name); d < -1 || d > 1 {
				continue
			}
			if oneSlip(name, strings.ToLower(k)) {
				p.Report(u.Node.ArgRange(0), "%q is probably meant to be %q", h.name, k).
					Fixes = []diag.Fix{change(u.Node.ArgRange(0), k, "write "+k)}
				return
			}
		}
	},
}

// oneSlip reports whether two words differ by one letter that is missing, added,
// wrong, or changed over with its neighbour.
func oneSlip(a, b string) bool {
	if a == b {
		return false
	}
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	x, y := a[i:], b[i:]
	switch {
	case len(x) == len(y)+1:
		return x[1:] == y
	case len(y) == len(x)+1:
		return y[1:] == x
	case len(x) != len(y):
		return false
	}
	return x[1:] == y[1:] || len(x) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:]
}
