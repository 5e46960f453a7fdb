package rules

import (
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// SessionTimeoutLong flags TLS sessions that can be resumed for days.
var SessionTimeoutLong = &lint.Rule{
	Name: "ssl-session-timeout-long", Severity: diag.Info, Group: lint.Security,
	Summary: "TLS sessions can be resumed for longer than a day.",
	Why: `A resumed session uses secrets of the first one, and the client's certificate is not verified again: one that has been revoked goes on
working until the session ends. With TLS 1.2 whoever gets the keys of tickets can read all sessions of that time. A day saves nearly all
handshakes that can be saved.`,
	Bad:      []lint.Example{{In: "http", Text: "ssl_session_timeout 7d;\n"}},
	Good:     []lint.Example{{In: "http", Text: "ssl_session_timeout 1d;\n"}},
	Settings: []lint.Setting{{Name: "hours", Default: 24, Doc: "the number of hours for which sessions may be resumed"}},
	On:       []*catalog.Row{ngxstream.SSLSessionTimeout.Row, ngxhttp.SSLSessionTimeout.Row, ngxmail.SSLSessionTimeout.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if t, _ := u.Arg.(time.Duration); t > time.Duration(p.Int("hours"))*time.Hour {
			p.Report(u.Node.WordRange(1), "sessions can be resumed for %s, without the client's certificate being looked at again", u.Node.Arg(0))
		}
	},
}
