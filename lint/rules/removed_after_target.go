package rules

import (
	"tidegate/ast"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// RemovedAfterTarget flags what works in the target and not in later versions.
var RemovedAfterTarget = &lint.Rule{
	Name: "removed-after-target", Severity: diag.Info, Group: lint.Deprecated,
	Summary: "A directive works in the target version, and later versions ignore or refuse it.",
	Why: `The configuration is right for the target, and has to be changed before nginx is: a later version does not start with it, or starts
and leaves out what it says. Where the successor is there in the target already, change it now.`,
	Bad: []lint.Example{{In: "http", Text: "http2_max_requests 5000;\n", Target: "nginx=1.18"}},
	Good: []lint.Example{{In: "http", Text: "keepalive_requests 5000;\n", Target: "nginx=1.18"},
		{In: "http", Text: "large_client_header_buffers 4 16k;\n", Target: "nginx=1.18"}},
	Whole: func(p *lint.Pass) {
		if !p.Target.Known() {
			return
		}
		for _, f := range p.Tree.Config.Files {
			ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
				reportRemoved(p, d)
				return true
			})
		}
	},
}

// removal is the end of a directive, as nginx's list of changes has it.
type removal struct{ version, how, instead string }

var removals = map[string]removal{
	"ssl":                         {"1.25.1", "is refused", `"listen ... ssl"`},
	"limit_zone":                  {"1.7.6", "is refused", "limit_conn_zone"},
	"http2_push":                  {"1.25.1", "is ignored", ""},
	"http2_push_preload":          {"1.25.1", "is ignored", ""},
	"http2_max_concurrent_pushes": {"1.25.1", "is ignored", ""},
	"http2_idle_timeout":          {"1.19.7", "is ignored", "keepalive_timeout"},
	"http2_recv_timeout":          {"1.19.7", "is ignored", "client_header_timeout"},
	"http2_max_requests":          {"1.19.7", "is ignored", "keepalive_requests"},
	"http2_max_field_size":        {"1.19.7", "is ignored", "large_client_header_buffers"},
	"http2_max_header_size":       {"1.19.7", "is ignored", "large_client_header_buffers"},
}

func reportRemoved(p *lint.Pass, d *ast.Directive) {
	if r, ok := removals[d.Name()]; ok && p.Target.Nginx.Before(knownVersion(r.version)) && !d.HasBlock() {
		found := p.Report(d.WordRange(0), `"%s" works in the target %s, and %s from nginx %s on`, d.Name(), p.Target, r.how, r.version)
		if r.instead != "" {
			found.Detail = "the successor is " + r.instead
		}
	}
	if !d.Is("listen") || !p.Target.Nginx.Before(knownVersion("1.25.1")) {
		return
	}
	for i, w := range d.Words() {
		if i > 0 && w.Text == "http2" {
			p.Report(d.WordRange(i), `"http2" is a parameter of listen in the target %s, and a directive from nginx 1.25.1 on`, p.Target)
		}
	}
}
