package ledger

import (
	"regexp"
	"strings"

	"tidegate/conformance/suite"
)

// variable is what differs from run to run in a reason.
var variable = regexp.MustCompile(`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d|\b\d+#\d+\b|\*\d+\b`)

var (
	notSupported = regexp.MustCompile(`"([a-z_]+)" directive is not supported`)
	notAvailable = regexp.MustCompile(`([\w.:]+) is not available: `)
)

// The causes that only say what was seen.
const (
	noStart     = "does not start"
	noEnd       = "a session does not end"
	missing     = "a message is missing in the log"
	unwanted    = "a message in the log that should not be there"
	otherAnswer = "another answer"
)

var vague = map[string]bool{noStart: true, noEnd: true, missing: true, unwanted: true, otherAnswer: true}

// causes are tried in this order on what the server logged; the first that fits is the cause.
var causes = []func(r *suite.Result, log string) (name string, fits bool){
	func(r *suite.Result, _ string) (string, bool) { return suite.NeedsHTTP, r.Reason == suite.NeedsHTTP },
	func(r *suite.Result, _ string) (string, bool) {
		if m := notSupported.FindStringSubmatch(r.Reason); m != nil {
			return "directive " + strings.TrimSuffix(strings.TrimSuffix(m[1], "_block"), "_file") + " is refused", true
		}
		return "", false
	},
	func(r *suite.Result, log string) (string, bool) {
		return "Lua's ffi", strings.Contains(log, "ffi library is not available") || strings.Contains(log, "module 'ffi'")
	},
	func(r *suite.Result, log string) (string, bool) {
		m := notAvailable.FindStringSubmatch(log)
		if m == nil {
			return "", false
		}
		return m[1] + " is not available", true
	},
	func(r *suite.Result, log string) (string, bool) {
		return "bytecode of LuaJIT", strings.Contains(log, "unexpected symbol near 'char(27)'")
	},
	func(r *suite.Result, _ string) (string, bool) {
		return "PCRE's just-in-time compiler, which there is none of in Go", strings.Contains(r.Reason, "pcre2 JIT compiled")
	},
	func(r *suite.Result, _ string) (string, bool) {
		return "network faults of mockeagain, which a static binary cannot be given", r.Faults
	},
	func(r *suite.Result, _ string) (string, bool) {
		return noStart, strings.HasPrefix(r.Reason, "start: ")
	},
	func(r *suite.Result, _ string) (string, bool) {
		return noEnd, strings.HasPrefix(r.Reason, "session: ")
	},
	func(r *suite.Result, _ string) (string, bool) {
		return missing, strings.HasPrefix(r.Reason, "error_log: ") || strings.HasPrefix(r.Reason, "grep_error_log_out: ") ||
			strings.HasPrefix(r.Reason, "shutdown_error_log: ") || strings.HasPrefix(r.Reason, "log: ")
	},
	func(r *suite.Result, _ string) (string, bool) {
		return unwanted, strings.HasPrefix(r.Reason, "no_")
	},
}

// Cause names what a failure has in common with others.
func Cause(r *suite.Result) string {
	log := ""
	if r.Observation != nil {
		log = r.Observation.WholeLog()
	}
	for _, c := range causes {
		if name, ok := c(r, log); ok {
			return name
		}
	}
	return otherAnswer
}
