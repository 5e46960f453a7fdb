package rules

import (
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamServerUnlogged flags a server without an access log among others that
// have one.
var StreamServerUnlogged = &lint.Rule{
	Name: "stream-server-unlogged", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Other stream servers write an access log and this one does not.",
	Why: `Unlike http, stream logs nothing without access_log. Where some servers of a file have one, a server without it is easily
taken for one without traffic. Put access_log at the level of the stream block, or say "access_log off" where it is meant.`,
	Bad: []lint.Example{{In: "stream", Text: "log_format basic '$remote_addr $status';\n" +
		"server { listen 1; access_log logs/a.log basic; proxy_pass 10.0.0.1:1; }\nserver { listen 2; proxy_pass 10.0.0.1:2; }\n"}},
	Good: []lint.Example{{In: "stream", Text: "log_format basic '$remote_addr $status';\naccess_log logs/a.log basic;\n" +
		"server { listen 1; proxy_pass 10.0.0.1:1; }\nserver { listen 2; access_log off; proxy_pass 10.0.0.1:2; }\n"}},
	Whole: func(p *lint.Pass) {
		logged := false
		for _, s := range p.Tree.Servers() {
			for _, l := range ngxstream.AccessLog.All(s) {
				logged = logged || !l.Off
			}
		}
		if !logged || !p.Complete() {
			return
		}
		for _, s := range p.Tree.Servers() {
			if !ngxstream.AccessLog.Set(s) {
				p.Report(s.Node().WordRange(0), "this server has no access_log, others have one")
			}
		}
	},
}
