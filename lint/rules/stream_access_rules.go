package rules

import (
	"slices"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on allow and deny in stream.
var (
	// StreamAllowWithoutDeny flags allow where everybody is let in.
	StreamAllowWithoutDeny = &lint.Rule{
		Name: "stream-allow-without-deny", Severity: diag.Error, Group: lint.Security,
		Summary: "allow is there, but nothing denies all others, so everybody is let in.",
		Why: `A client whom no rule fits is let in. "allow" alone therefore changes nothing: it takes a "deny all" below it to keep others
out. Rules of an outer level do not count where a level has rules of its own.`,
		Bad:  []lint.Example{{In: "stream.server", Text: "allow 10.0.0.0/8;\nproxy_pass 10.0.0.1:80;\n"}},
		Good: []lint.Example{{In: "stream.server", Text: "allow 10.0.0.0/8;\ndeny all;\nproxy_pass 10.0.0.1:80;\n"}},
		On:   []*catalog.Row{ngxstream.Server.Row, ngxstream.Allow.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			l := u.Level
			if u.Row == ngxstream.Server.Row {
				l = u.Body()
			}
			rules := streamAccess(l)
			if len(rules) == 0 || slices.ContainsFunc(rules, func(r placedRule) bool { return r.Deny }) || l.Synthetic() {
				return
			}
			if last := rules[len(rules)-1]; u.Row == ngxstream.Server.Row || last.node == u.Node && l.In() == catalog.Stream {
				p.Report(last.node.WordRange(0), `everybody is let in: there is no "deny all" below the last "allow"`)
			}
		},
	}
	// StreamAccessRuleUnreachable flags rules that an earlier one hides.
	StreamAccessRuleUnreachable = &lint.Rule{
		Name: "stream-access-rule-unreachable", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "An earlier allow or deny fits every client that this one fits.",
		Why: `nginx goes through the rules in their order and the first that fits decides. A rule whose network lies within that of a rule
above it, or that stands below "all", never decides anything. If the two say the opposite, the order is a mistake.`,
		Bad:  []lint.Example{{In: "stream.server", Text: "deny all;\nallow 10.0.0.0/8;\nproxy_pass 10.0.0.1:80;\n"}},
		Good: []lint.Example{{In: "stream.server", Text: "deny 10.1.0.0/16;\nallow 10.0.0.0/8;\ndeny all;\nproxy_pass 10.0.0.1:80;\n"}},
		On:   []*catalog.Row{ngxstream.Allow.Row, ngxstream.Deny.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			for _, r := range streamAccess(u.Level) {
				if r.node == u.Node {
					return
				}
				if covers(r.AccessRule, u.Arg.(ngxstream.AccessRule)) {
					p.Report(u.Node.HeadRange(), `"%s %s" decides for every client that this rule fits`, r.node.Name(), r.node.Arg(0)).
						Related = []diag.Related{{Range: r.node.HeadRange(), Message: "this rule"}}
					return
				}
			}
		},
	}
)

// placedRule is an allow or deny directive.
type placedRule struct {
	ngxstream.AccessRule
	node *ast.Directive
}

// streamAccess lists the rules of a level itself in their order.
func streamAccess(l *conf.Level) []placedRule {
	var out []placedRule
	for _, v := range append(slices.Clone(l.Values(ngxstream.Allow.Row)), l.Values(ngxstream.Deny.Row)...) {
		out = append(out, placedRule{v.Arg.(ngxstream.AccessRule), v.Node})
	}
	slices.SortStableFunc(out, func(a, b placedRule) int { return ast.Compare(a.At, b.At) })
	return out
}

// covers tells that a rule fits every client that another one fits.
func covers(a, b ngxstream.AccessRule) bool {
	switch {
	case a.All:
		return true
	case b.All:
		return false
	case a.Unix || b.Unix:
		return a.Unix && b.Unix
	}
	return a.Net.Addr().Is4() == b.Net.Addr().Is4() && a.Net.Bits() <= b.Net.Bits() && a.Net.Contains(b.Net.Addr())
}
