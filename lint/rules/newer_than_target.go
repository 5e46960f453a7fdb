package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on what the target version does not have.
var (
	// DirectiveNewerThanTarget flags directives that came later.
	DirectiveNewerThanTarget = &lint.Rule{
		Name: "directive-newer-than-target", Severity: diag.Error, Group: lint.Deprecated,
		Summary: "A directive appeared in a later version than the target.",
		Why: `The target does not know the directive and refuses to start. A version without its last number ("nginx=1.26") stands for the
newest release of that branch.`,
		Bad:  []lint.Example{{In: "http", Text: "http2 on;\n", Target: "nginx=1.24"}},
		Good: []lint.Example{{In: "http", Text: "http2 on;\n", Target: "nginx=1.26"}, {In: "http", Text: "http2 on;\n"}},
		On:   datedRows(),
		Use: func(p *lint.Pass, u lint.Use) {
			if since := sinceOf(u.Row); p.Target.Known() && older(p, since) {
				p.Report(u.Node.WordRange(0), `"%s" appeared in nginx %s, the target is %s`, u.Row.Name, since, p.Target)
			}
		},
	}
	// VariableNewerThanTarget flags variables that came later.
	VariableNewerThanTarget = &lint.Rule{
		Name: "variable-newer-than-target", Severity: diag.Error, Group: lint.Deprecated,
		Summary: "A variable appeared in a later version than the target.",
		Why:     `The target does not know the variable and refuses to start with "unknown ... variable". In Lua code it would be nil.`,
		Bad:     []lint.Example{{In: "http", Text: "log_format a '$ssl_curve';\naccess_log logs/a.log a;\n", Target: "nginx=1.20"}},
		Good:    []lint.Example{{In: "http", Text: "log_format a '$ssl_curve';\naccess_log logs/a.log a;\n", Target: "nginx=1.22"}},
		Whole: func(p *lint.Pass) {
			if !p.Target.Known() {
				return
			}
			for _, subsystem := range []catalog.Context{catalog.Stream, catalog.HTTP} {
				own := map[string]bool{}
				for _, m := range p.Tree.DefinedVariables(subsystem) {
					own[m.Name] = true
				}
				report := func(name string) (string, bool) {
					v := builtinVariable(name, subsystem)
					return sinceVariable(v), v != nil && !own[name] && older(p, sinceVariable(v))
				}
				for _, m := range p.Tree.UsedVariables(subsystem) {
					if since, newer := report(m.Name); newer {
						p.Report(m.At, `"$%s" appeared in nginx %s, the target is %s`, m.Name, since, p.Target)
					}
				}
				for _, s := range p.Scripts() {
					reportNewVariables(p, s, subsystem, report)
				}
			}
		},
	}
)

// reportNewVariables looks at the variables that a script reads or sets.
func reportNewVariables(p *lint.Pass, s *lint.Script, subsystem catalog.Context, report func(string) (string, bool)) {
	if s.Subsystem != subsystem || s.Foreign {
		return
	}
	for _, f := range s.Code.Fields {
		if f.Of.Name != "ngx.var" || f.Name == "" {
			continue
		}
		if since, newer := report(strings.ToLower(f.Name)); newer {
			p.Report(s.Range(f.Node.At()), `"$%s" appeared in nginx %s, the target is %s`, f.Name, since, p.Target)
		}
	}
}

// moduleSince holds the versions that brought whole modules, whose rows do not
// repeat it.
var moduleSince = map[string]string{
	"ngx_http_auth_request_module": "1.5.4", "ngx_http_grpc_module": "1.13.10", "ngx_http_gunzip_filter_module": "1.3.6",
	"ngx_http_v2_module": "1.9.5", "ngx_mail_realip_module": "1.19.8", "ngx_stream_module": "1.9.0", "ngx_stream_core_module": "1.9.0",
	"ngx_stream_limit_conn_module": "1.9.3", "ngx_stream_proxy_module": "1.9.0", "ngx_stream_realip_module": "1.11.4",
	"ngx_stream_ssl_module": "1.9.0", "ngx_stream_upstream_hash_module": "1.9.0", "ngx_stream_upstream_least_conn_module": "1.9.0",
	"ngx_stream_upstream_module": "1.9.0", "ngx_stream_upstream_zone_module": "1.9.0", "ngx_http_upstream_zone_module": "1.9.0",
}

// sinceOf returns the version that brought a directive, "" if it is not known.
// Rows of modules with version numbers of their own are left out.
func sinceOf(r *catalog.Row) string {
	switch {
	case r.Origin != catalog.Builtin && r.Origin != catalog.Newer && r.Origin != catalog.NotBuilt, strings.HasPrefix(r.Since, "v"):
		return ""
	case r.Since != "":
		return r.Since
	case r.Module() == nil:
		return ""
	}
	return moduleSince[r.Module().Name]
}

func sinceVariable(v *catalog.Variable) string {
	if v == nil {
		return ""
	}
	return v.Since
}

// older tells that the target is older than a version.
func older(p *lint.Pass, since string) bool {
	v, err := lint.ParseVersion(since)
	return err == nil && p.Target.Nginx.Before(v)
}

// datedRows lists the directives of which it is known when they came.
func datedRows() []*catalog.Row {
	var out []*catalog.Row
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			if sinceOf(r) != "" {
				out = append(out, r)
			}
		}
	}
	return out
}
