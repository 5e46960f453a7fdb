package ngxcore

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// ErrorLog sets a destination of the error log for everything that has none of
// its own.
var ErrorLog = catalog.Custom(catalog.Spec{
	Name: "error_log", In: catalog.Main, Args: "(<path>|stderr|syslog:<params>|memory:<size>) [" + LogLevels + "]...",
	Default: "logs/error.log error", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Adds a destination of the error log with the least severe level that is written.",
}, DecodeErrorLog)

// LogLevels is the notation of the levels that error_log accepts.
const LogLevels = "debug|info|notice|warn|error|crit|alert|emerg|" +
	"debug_core|debug_alloc|debug_mutex|debug_event|debug_http|debug_mail|debug_stream"

// ErrorLogArgs is one error_log directive. Exactly one of File, Stderr, Syslog
// and Memory is set.
type ErrorLogArgs struct {
	File   string // absolute path
	Stderr bool
	Syslog *Syslog
	Memory int64 // bytes of a cyclic buffer
	// Level is the least severe level that is written.
	Level diag.Severity
	// DebugParts lists the parts of nginx whose debug messages were asked for
	// ("debug_stream"); empty with level debug means all.
	DebugParts []string
}

// Syslog is a "syslog:" destination.
type Syslog struct {
	Server     catalog.Endpoint
	Facility   int // as in RFC 3164; 23 is local7
	Severity   int // as in RFC 3164; 6 is info
	Tag        string
	NoHostname bool
}

var debugParts = []string{
	"debug_core", "debug_alloc", "debug_mutex", "debug_event", "debug_http", "debug_mail", "debug_stream",
}

// DecodeErrorLog reads an error_log directive as ngx_log_set_log does.
func DecodeErrorLog(c *catalog.Call) (ErrorLogArgs, bool) {
	var a ErrorLogArgs
	ok := true
	switch dest := c.Text(1); {
	case dest == "stderr":
		a.Stderr = true
	case strings.HasPrefix(dest, "memory:"):
		a.Memory, ok = decodeMemory(c, strings.TrimPrefix(dest, "memory:"))
	case strings.HasPrefix(dest, "syslog:"):
		a.Syslog, ok = DecodeSyslog(c, 1)
	default:
		a.File = c.Env.FullName(dest, false)
	}
	return a, decodeLogLevels(c, &a) && ok
}

// decodeMemory reads the size of a buffer, which has room for a head with the
// name and the line of the file, and for one message.
func decodeMemory(c *catalog.Call, text string) (int64, bool) {
	const head, number, longest = 11, 20, 4096
	size, ok := catalog.ParseSize(text)
	if !ok || size < int64(head+len(c.At().File.Name)+2*number+longest) {
		return 0, c.Fail(1, `invalid buffer size "%s"`, text)
	}
	return size, true
}

// decodeLogLevels follows ngx_log_set_levels.
func decodeLogLevels(c *catalog.Call, a *ErrorLogArgs) bool {
	if c.Len() == 2 {
		a.Level = diag.Error
		return true
	}
	for i := 2; i < c.Len(); i++ {
		word := c.Text(i)
		if level, known := logLevel(word); known {
			if a.Level != 0 {
				return c.Fail(i, `duplicate log level "%s"`, word)
			}
			a.Level = level
			continue
		}
		if !isDebugPart(word) {
			detail := ""
			if s := catalog.Suggest(word, logLevelNames); s != "" {
				detail = `did you mean "` + s + `"?`
			}
			c.ReportDetail(diag.Emerg, catalog.RuleValue, c.Word(i), `invalid log level "`+word+`"`, detail)
			return false
		}
		if a.Level != 0 && len(a.DebugParts) == 0 {
			return c.Fail(i, `invalid log level "%s"`, word)
		}
		a.Level = diag.Debug
		a.DebugParts = append(a.DebugParts, word)
	}
	return true
}

var logLevelNames = []string{"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"}

func logLevel(word string) (diag.Severity, bool) { return diag.ParseSeverity(word) }

func isDebugPart(word string) bool {
	for _, p := range debugParts {
		if p == word {
			return true
		}
	}
	return false
}

var facilities = []string{
	"kern", "user", "mail", "daemon", "auth", "intern", "lpr", "news", "uucp", "clock", "authpriv", "ftp",
	"ntp", "audit", "alert", "cron", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
}

// severities as syslog numbers them, except that nginx says "error" for err.
var severities = []string{"emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"}

// DecodeSyslog reads word i, which begins with "syslog:", as
// ngx_syslog_process_conf does.
func DecodeSyslog(c *catalog.Call, i int) (*Syslog, bool) {
	s := &Syslog{Facility: -1, Severity: -1}
	text := c.Text(i)
	for from := len("syslog:"); ; {
		end := len(text)
		if n := strings.IndexByte(text[from:], ','); n >= 0 {
			end = from + n
		}
		if !s.parameter(c, i, from, end) {
			return s, false
		}
		if end == len(text) {
			break
		}
		from = end + 1
	}
	if s.Server == (catalog.Endpoint{}) {
		return s, c.Fail(i, "no syslog server specified")
	}
	if s.Facility < 0 {
		s.Facility = 23
	}
	if s.Severity < 0 {
		s.Severity = 6
	}
	if s.Tag == "" {
		s.Tag = "nginx"
	}
	return s, true
}

// parameter follows the loop of ngx_syslog_parse_args for the parameter at
// bytes from to end of word i.
func (s *Syslog) parameter(c *catalog.Call, i, from, end int) bool {
	p := c.Text(i)[from:end]
	fail := func(format string, args ...any) bool { return c.FailPart(i, from, end, format, args...) }
	key, value, _ := strings.Cut(p, "=")
	switch {
	case strings.HasPrefix(p, "server="):
		if s.Server != (catalog.Endpoint{}) {
			return fail(`duplicate syslog "server"`)
		}
		return s.server(c, value, fail)
	case strings.HasPrefix(p, "facility="):
		return keyword(&s.Facility, key, value, facilities, fail)
	case strings.HasPrefix(p, "severity="):
		return keyword(&s.Severity, key, value, severities, fail)
	case strings.HasPrefix(p, "tag="):
		switch {
		case s.Tag != "":
			return fail(`duplicate syslog "tag"`)
		case len(value) > 32:
			return fail("syslog tag length exceeds 32")
		}
		for j := 0; j < len(value); j++ {
			if !catalog.IsNameByte(value[j]) {
				return fail(`syslog "tag" only allows alphanumeric characters and underscore`)
			}
		}
		s.Tag = value
		return true
	case p == "nohostname":
		s.NoHostname = true
		return true
	}
	return fail(`unknown syslog parameter "%s"`, p)
}

func (s *Syslog) server(c *catalog.Call, text string, fail func(string, ...any) bool) bool {
	a, phrase := catalog.ParseURL(text, catalog.URLOptions{DefaultPort: 514}, c.Env.Resolve)
	if phrase != "" {
		return fail(`%s in syslog server "%s"`, phrase, text)
	}
	if all := a.Endpoints(); len(all) > 0 { // none for a name that nobody looks up
		s.Server = all[0]
	}
	return true
}

func keyword(into *int, key, value string, words []string, fail func(string, ...any) bool) bool {
	if *into >= 0 {
		return fail(`duplicate syslog "%s"`, key)
	}
	for n, w := range words {
		if w == value {
			*into = n
			return true
		}
	}
	return fail(`unknown syslog %s "%s"`, key, value)
}
