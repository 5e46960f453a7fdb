package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// LogFileOpenedEachTime flags logs that are opened for every line.
var LogFileOpenedEachTime = &lint.Rule{
	Name: "log-file-opened-each-time", Severity: diag.Info, Group: lint.Reliability,
	Summary: "The name of a log has variables, so the file is opened and closed for each line.",
	Why: `nginx opens logs with a fixed name once, and those with variables in the name for each line that it writes. open_log_file_cache keeps
the files that are used most open.`,
	Bad:  []lint.Example{{In: "http.server", Text: "access_log logs/$server_name.log;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "access_log logs/$server_name.log;\nopen_log_file_cache max=100 inactive=1m valid=1m;\n"}},
	On:   []*catalog.Row{ngxstream.AccessLog.Row, ngxhttp.AccessLog.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		a, _ := u.Arg.(*ngxstream.AccessLogArgs)
		cache := ngxhttp.OpenLogFileCache.Row
		if u.Row == ngxstream.AccessLog.Row {
			cache = ngxstream.OpenLogFileCache.Row
		}
		if a == nil || !p.Complete() || !a.File.HasVariables() {
			return
		}
		if v, ok := valueAt(cache, u.Level); !ok || v.Node.Arg(0) == "off" {
			p.Report(u.Node.WordRange(1), `the file is opened and closed for each line: there is no "open_log_file_cache"`)
		}
	},
}
