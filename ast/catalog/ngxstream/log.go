package ngxstream

import (
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/diag"
)

// LogFormat declares a format of the access log.
var LogFormat = catalog.Custom(catalog.Spec{
	Name: "log_format", In: catalog.Stream, Args: "<name> [escape=(default|json|none)] <tmpl>...", Since: "1.11.4",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Declares a format of the access log.",
}, DecodeLogFormat)

// AccessLog adds an access log.
var AccessLog = catalog.Custom(catalog.Spec{
	Name: "access_log", In: both,
	Args:    "off | (<path>|syslog:<params>) [<format> [buffer=<size>|flush=<time>|gzip[=<int>]|if=<tmpl>]...]",
	Default: "off", Since: "1.11.4", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Adds an access log, or turns logging off.",
}, decodeAccessLog)

// OpenLogFileCache caches descriptors of logs whose names have variables.
var OpenLogFileCache = catalog.Custom(catalog.Spec{
	Name: "open_log_file_cache", In: both,
	Args:    "(off|max=<int>|inactive=<time>|min_uses=<int>|valid=<time>) [max=<int>|inactive=<time>|min_uses=<int>|valid=<time> [max=<int>|inactive=<time>|min_uses=<int>|valid=<time> [max=<int>|inactive=<time>|min_uses=<int>|valid=<time>]]]",
	Default: "off", Since: "1.11.4", Runs: catalog.Full,
	Doc: "Keeps log files open whose names have variables.",
}, DecodeLogFileCache)

// Escape is the way in which variables are escaped in a log.
type Escape uint8

// Ways of escaping.
const (
	EscapeDefault Escape = iota
	EscapeJSON
	EscapeNone
)

// Format is one log_format directive.
type Format struct {
	Name   string
	Escape Escape
	// Template is the whole format; its words follow each other without a blank.
	Template catalog.Template
}

// DecodeLogFormat follows ngx_stream_log_set_format.
func DecodeLogFormat(c *catalog.Call) (*Format, bool) {
	f := &Format{Name: c.Text(1)}
	for _, o := range catalog.Others[*Format](c) {
		if o.Name == f.Name {
			c.Report(diag.Emerg, catalog.RuleDuplicate, c.Word(1), `duplicate "log_format" name "`+f.Name+`"`)
			return f, false
		}
	}
	i := 2
	if word := c.Text(2); strings.HasPrefix(word, "escape=") {
		switch word[7:] {
		case "json":
			f.Escape = EscapeJSON
		case "none":
			f.Escape = EscapeNone
		case "default":
		default:
			return f, c.FailPart(2, 7, len(word), `unknown log format escaping "%s"`, word[7:])
		}
		i++
	}
	for ; i < c.Len(); i++ {
		t, ok := c.LogTemplate(i)
		if !ok {
			return f, false
		}
		shift := len(f.Template.Text)
		for _, p := range t.Parts {
			p.From += shift
			p.To += shift
			f.Template.Parts = append(f.Template.Parts, p)
		}
		f.Template.Text += t.Text
	}
	return f, true
}

// AccessLogArgs is one access_log directive.
type AccessLogArgs struct {
	Off bool
	// File is the name of the file as a template, absolute unless it begins with
	// a variable; unset for syslog.
	File   catalog.Template
	Syslog *ngxcore.Syslog
	// Format is the name of the format; empty only with Off.
	Format string
	// Buffer is the size of the buffer in bytes, 0 without one.
	Buffer int64
	// Flush is the longest time that a line stays in the buffer, 0 for no bound.
	Flush time.Duration
	// Gzip is the compression level from 1 to 9, 0 without compression.
	Gzip int
	// If is the condition: nothing is written if it is empty or "0".
	If    catalog.Template
	HasIf bool
}

// decodeAccessLog follows ngx_stream_log_set_log. That the format exists is
// checked by ast/conf.
func decodeAccessLog(c *catalog.Call) (*AccessLogArgs, bool) {
	return DecodeAccessLogWith(c, LogFormat.Row, "")
}

// DecodeAccessLogWith decodes access_log with formats that the given row
// declares; builtin is the format that needs no declaration and is the default,
// "" if there is none.
func DecodeAccessLogWith(c *catalog.Call, formats *catalog.Row, builtin string) (*AccessLogArgs, bool) {
	a := &AccessLogArgs{}
	dest := c.Text(1)
	if dest == "off" {
		a.Off = true
		if c.Len() > 2 {
			return a, c.InvalidParameter(2)
		}
		return a, true
	}
	ok := true
	if strings.HasPrefix(dest, "syslog:") {
		a.Syslog, ok = ngxcore.DecodeSyslog(c, 1)
	} else if strings.IndexByte(dest, '$') >= 0 {
		a.File, ok = c.PathTemplate(1, false)
	} else {
		a.File = catalog.Literal(c.Env.FullName(dest, false))
	}
	if !ok {
		return a, false
	}
	switch {
	case c.Len() > 2:
		a.Format = c.Text(2)
	case builtin != "":
		a.Format = builtin
	default:
		return a, c.Fail(1, "log format is not specified")
	}
	if (builtin == "" || !strings.EqualFold(a.Format, builtin)) && !a.findFormat(c, formats) {
		return a, false
	}
	for i := 3; i < c.Len(); i++ {
		a.parameter(c, i)
	}
	if c.Failed() {
		return a, false
	}
	return a, a.consistent(c)
}

// findFormat checks that the format is declared further above, as
// ngx_stream_log_set_log does; names are compared without regard to case.
func (a *AccessLogArgs) findFormat(c *catalog.Call, formats *catalog.Row) bool {
	var names []string
	open := false
	for l := c.Level; l != nil; l = l.Outer() {
		open = open || c.Env.Open(l)
		for _, v := range l.Values(formats) {
			f, _ := v.Arg.(*Format)
			if strings.EqualFold(f.Name, a.Format) {
				a.Format = f.Name
				return true
			}
			names = append(names, f.Name)
		}
	}
	if open {
		return true
	}
	detail := "log_format must stand before its first use"
	if s := catalog.Suggest(a.Format, names); s != "" {
		detail = `did you mean "` + s + `"?`
	}
	c.ReportDetail(diag.Emerg, catalog.RuleReference, c.Word(min(2, c.Len()-1)), `unknown log format "`+a.Format+`"`, detail)
	return false
}

// parameter reads one of the words from the third on and reports what is wrong
// with it.
func (a *AccessLogArgs) parameter(c *catalog.Call, i int) {
	key, value, valued := strings.Cut(c.Text(i), "=")
	from := len(key) + 1
	ok := true
	switch {
	case key == "buffer" && valued:
		if a.Buffer, ok = catalog.ParseSize(value); !ok || a.Buffer == 0 {
			c.FailPart(i, from, len(c.Text(i)), `invalid buffer size "%s"`, value)
		}
	case key == "flush" && valued:
		if a.Flush, ok = catalog.ParseTime(value); !ok || a.Flush == 0 {
			c.FailPart(i, from, len(c.Text(i)), `invalid flush time "%s"`, value)
		}
	case key == "gzip":
		if a.Buffer == 0 {
			a.Buffer = 64 << 10
		}
		a.Gzip = 1
		if valued {
			if a.Gzip, ok = catalog.ParseInt(value); !ok || a.Gzip < 1 || a.Gzip > 9 {
				c.FailPart(i, from, len(c.Text(i)), `invalid compression level "%s"`, value)
			}
		}
	case key == "if" && valued:
		a.If, _ = c.TemplateFrom(i, from)
		a.HasIf = true
	default:
		c.InvalidParameter(i)
	}
}

// consistent checks what does not go together.
func (a *AccessLogArgs) consistent(c *catalog.Call) bool {
	switch {
	case a.Flush > 0 && a.Buffer == 0:
		return c.Fail(1, `no buffer is defined for access_log "%s"`, c.Text(1))
	case a.Buffer > 0 && a.File.HasVariables():
		return c.Fail(1, "buffered logs cannot have variables in name")
	case a.Buffer > 0 && a.Syslog != nil:
		return c.Fail(1, "logs to syslog cannot be buffered")
	}
	return true
}
