package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// LogInjection flags log formats that write what clients send as it is.
var LogInjection = &lint.Rule{
	Name: "log-injection", Severity: diag.Warn, Group: lint.Security,
	Summary: "What clients send is written to the log without being escaped.",
	Why: `With "escape=none" quotes, tabs and line ends in a header or an address go into the log as they are. A client can end a field or a line and write entries of
its own, which hide what it does and mislead whatever reads the log. Use "escape=json" or the default.`,
	Bad:        []lint.Example{{In: "http", Text: "log_format a escape=none '$remote_addr \"$http_user_agent\"';\nserver {\n    listen 80;\n    access_log logs/a.log a;\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "log_format a escape=json '$remote_addr \"$http_user_agent\"';\nserver {\n    listen 80;\n    access_log logs/a.log a;\n}\n"}},
	References: []string{"log_format", "CWE-117"},
	On:         []*catalog.Row{ngxhttp.LogFormat.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		f, _ := u.Arg.(*ngxstream.Format)
		if f == nil || f.Escape != ngxstream.EscapeNone {
			return
		}
		for _, part := range f.Template.Parts {
			switch n := strings.ToLower(part.Variable); {
			case strings.HasPrefix(n, "http_"), strings.HasPrefix(n, "cookie_"), strings.HasPrefix(n, "arg_"), n == "uri", n == "document_uri",
				n == "request", n == "request_uri", n == "args", n == "query_string", n == "request_body", n == "remote_user":
				p.Report(wordWith(u.Node, "escape="), `"$%s" goes into the log as the client sends it`, n)
				return
			}
		}
	},
}

// JSONLogUnescaped flags JSON that is not escaped as JSON.
var JSONLogUnescaped = &lint.Rule{
	Name: "json-log-unescaped", Severity: diag.Warn, Group: lint.Correctness,
	Summary:    "The log is written as JSON, with an escaping that JSON does not have.",
	Why:        `Without "escape=json" nginx writes a quote in a value as \x22. That is no JSON: the line cannot be read, and a client decides which lines those are.`,
	Bad:        []lint.Example{{In: "http", Text: "log_format a '{\"agent\":\"$http_user_agent\"}';\nserver {\n    listen 80;\n    access_log logs/a.log a;\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "log_format a escape=json '{\"agent\":\"$http_user_agent\"}';\nserver {\n    listen 80;\n    access_log logs/a.log a;\n}\n"}},
	References: []string{"log_format"},
	On:         []*catalog.Row{ngxhttp.LogFormat.Row, ngxstream.LogFormat.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		f, _ := u.Arg.(*ngxstream.Format)
		if f == nil || f.Escape != ngxstream.EscapeDefault || !looksJSON(f.Template) {
			return
		}
		d := p.Report(u.Node.ArgRange(0), `values are not escaped as JSON: "escape=json" is missing`)
		if strings.HasPrefix(u.Node.Arg(1), "escape=") {
			d.Fixes = []diag.Fix{replace(u.Node.ArgRange(1), "escape=json", "write escape=json")}
		} else {
			d.Fixes = []diag.Fix{insertAfter(u.Node.ArgRange(0), " escape=json", "add escape=json", true)}
		}
	},
}

// looksJSON reports whether a format is an object of JSON with variables in
// strings.
func looksJSON(t catalog.Template) bool {
	text := strings.TrimSpace(t.Text)
	if !strings.HasPrefix(text, "{") || !strings.HasSuffix(text, "}") || !strings.Contains(text, `":`) {
		return false
	}
	for i, part := range t.Parts {
		if part.Variable != "" && i > 0 && strings.HasSuffix(t.Parts[i-1].Literal, `"`) && i+1 < len(t.Parts) && strings.HasPrefix(t.Parts[i+1].Literal, `"`) {
			return true
		}
	}
	return false
}

// NothingLogged flags configurations that log no request.
var NothingLogged = &lint.Rule{
	Name: "access-log-off", Severity: diag.Info, Group: lint.Reliability,
	Summary: "No request is logged.",
	Why: `Without an access log nobody can say afterwards what happened: which requests an attack consisted of, since when a page fails. To spare the disk, write with
"buffer=" and "gzip", or leave out what does not matter with "if=".`,
	Bad:        []lint.Example{{In: "http", Text: "access_log off;\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "access_log off;\nserver {\n    listen 80;\n    access_log logs/access.log;\n}\n"}},
	References: []string{"access_log"},
	On:         []*catalog.Row{ngxhttp.AccessLog.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if a, _ := u.Arg.(*ngxstream.AccessLogArgs); a == nil || !a.Off || u.Level.In() != catalog.HTTP || !p.Complete() {
			return
		}
		logged, serves := false, false
		eachLevel(u.Level, func(l *conf.Level) {
			_, passes := site.OwnPass(l)
			serves = serves || passes
			for _, v := range l.Values(ngxhttp.AccessLog.Row) {
				a, _ := v.Arg.(*ngxstream.AccessLogArgs)
				logged = logged || a != nil && !a.Off
			}
			l.Each(func(v catalog.Value) bool {
				logged = logged || strings.HasPrefix(v.Row.Name, "log_by_lua")
				return !logged
			})
		})
		if serves && !logged {
			p.Report(u.Node.HeadRange(), "no request of any server is logged")
		}
	},
}
