package lint

import (
	"fmt"
	"sort"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// Comments take findings away:
//
//	# tidegate:allow RULE[, RULE ...]: reason        before a directive or after
//	                                                 its end or opening brace: for
//	                                                 the directive with its block
//	# tidegate:allow-file RULE[, RULE ...]: reason   anywhere: for the file
//	-- tidegate:allow RULE[, RULE ...]: reason       in Lua, after code: for that
//	                                                 line; else for the next line
//	                                                 with code
//
// The reason is required: the next reader wants it.

// The rules about these comments. They are part of the engine, so that they
// hold whatever rules are run.
const (
	ruleAllowForm   = "allow-malformed"
	ruleAllowUnused = "allow-unused"
)

// EngineRules describes the rules that the engine itself reports under.
func EngineRules() []*Rule {
	return []*Rule{
		{Name: ruleAllowForm, Severity: diag.Warn, Group: Correctness,
			Summary: "A tidegate:allow comment is not of the form that takes findings away.",
			Why: "A comment that allows a finding names existing rules and gives a reason, and stands where it belongs to a\n" +
				"directive. Otherwise it does nothing, and whoever reads it believes that it does.",
			Bad:  []Example{{In: "http.server", Text: "# tidegate:allow server-tokens\nserver_tokens on;\n"}},
			Good: []Example{{In: "http.server", Text: "# tidegate:allow version-disclosure: an internal test server\nserver_tokens on;\n"}}},
		{Name: ruleAllowUnused, Severity: diag.Info, Group: Unused,
			Summary: "A tidegate:allow comment takes no finding away.",
			Why: "What it allowed has been repaired, or the rule is switched off. A comment that stays behind would silently\n" +
				"allow the same mistake when it comes back.",
			Bad:  []Example{{In: "http.server", Text: "# tidegate:allow version-disclosure: an internal test server\nserver_tokens off;\n"}},
			Good: []Example{{In: "http.server", Text: "server_tokens off;\n"}}},
	}
}

// allowance is one comment that allows rules in a span.
type allowance struct {
	rules []string
	at    ast.Range // the comment
	span  ast.Range
	used  map[string]bool
}

// allow takes away the findings that comments allow and adds what is wrong with
// the comments.
func allow(r *runner, found diag.List) diag.List {
	a := allower{r: r, known: map[string]bool{}}
	for _, rule := range append(EngineRules(), r.opt.Rules...) {
		a.known[rule.Name] = true
	}
	for _, f := range r.tree.Config.Files {
		a.file(f)
	}
	for _, s := range r.lua.Scripts {
		a.script(s)
	}
	if len(a.list) == 0 {
		return append(found, a.complaints...)
	}
	out := found[:0]
	for _, d := range found {
		if !a.covers(&d) {
			out = append(out, d)
		}
	}
	a.unused()
	return append(out, a.complaints...)
}

type allower struct {
	r          *runner
	known      map[string]bool
	list       []*allowance
	complaints diag.List
}

// mark is what every comment for the linter begins with, after "#" or "--".
const mark = "tidegate:allow"

// file reads the comments of one file.
func (a *allower) file(f *ast.File) {
	wanted := map[int32]bool{}
	for i := range f.Comments {
		c := &f.Comments[i]
		text := strings.TrimSpace(strings.TrimLeft(c.Text, "#"))
		if !strings.HasPrefix(text, mark) {
			continue
		}
		at := ast.Range{File: f, Start: int(c.Start), End: int(c.End)}
		if rest, ok := strings.CutPrefix(text, mark+"-file"); ok {
			a.add(at, rest, ast.Range{File: f, End: len(f.Src) + 1})
			continue
		}
		wanted[c.Start] = true
	}
	if len(wanted) == 0 {
		return
	}
	visit := func(cs []ast.Comment, d *ast.Directive) {
		for i := range cs {
			if c := &cs[i]; wanted[c.Start] {
				delete(wanted, c.Start)
				text := strings.TrimSpace(strings.TrimLeft(c.Text, "#"))
				a.add(ast.Range{File: f, Start: int(c.Start), End: int(c.End)}, text[len(mark):], d.Range())
			}
		}
	}
	one := func(c *ast.Comment, d *ast.Directive) {
		if c != nil {
			visit([]ast.Comment{*c}, d)
		}
	}
	ast.Walk(f.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		visit(d.Leading(), d)
		one(d.Suffix(), d)
		one(d.OpenSuffix(), d)
		visit(d.Inner(), d)
		return len(wanted) > 0
	})
	for i := range f.Comments {
		if c := &f.Comments[i]; wanted[c.Start] {
			a.complain(ast.Range{File: f, Start: int(c.Start), End: int(c.End)}, "the comment belongs to no directive and allows nothing",
				"put it on the line before the directive, or at the end of the directive's line")
		}
	}
}

// add reads "RULE, RULE: reason" and keeps the allowance.
func (a *allower) add(at ast.Range, text string, span ast.Range) {
	const form = "write: tidegate:allow RULE: reason"
	names, reason, ok := strings.Cut(text, ":")
	if !ok || strings.TrimSpace(reason) == "" {
		a.complain(at, "the comment gives no reason and allows nothing", form)
		return
	}
	if names == "" || names[0] != ' ' && names[0] != '\t' {
		a.complain(at, "the comment names no rule and allows nothing", form)
		return
	}
	al := &allowance{at: at, span: span, used: map[string]bool{}}
	for _, n := range strings.Split(names, ",") {
		n = strings.TrimSpace(n)
		if !a.known[n] {
			a.complain(at, fmt.Sprintf("there is no rule %q", n), suggestRule(n, a.known))
			continue
		}
		al.rules = append(al.rules, n)
	}
	a.list = append(a.list, al)
}

func (a *allower) complain(at ast.Range, message, detail string) {
	a.report(ruleAllowForm, diag.Warn, at, message, detail)
}

func (a *allower) report(rule string, severity diag.Severity, at ast.Range, message, detail string) {
	if s, ok := a.r.opt.Severity[rule]; ok {
		severity = s
	}
	if severity != 0 {
		a.complaints = append(a.complaints, diag.Diagnostic{Severity: severity, Rule: rule, Message: message,
			Subject: at, Detail: detail, Stage: diag.Advice})
	}
}

// covers reports whether a comment allows a finding.
func (a *allower) covers(d *diag.Diagnostic) bool {
	covered := false
	for _, al := range a.list {
		s := d.Subject
		if s.File != al.span.File || s.Start < al.span.Start || s.Start >= al.span.End {
			continue
		}
		for _, n := range al.rules {
			if n == d.Rule {
				al.used[n] = true
				covered = true
			}
		}
	}
	return covered
}

// unused reports allowances without effect. A rule that was not run may have
// had something to say.
func (a *allower) unused() {
	ran := map[string]bool{}
	for _, p := range a.r.passes {
		ran[p.rule.Name] = true
	}
	for _, al := range a.list {
		for _, n := range al.rules {
			if ran[n] && !al.used[n] {
				a.report(ruleAllowUnused, diag.Info, al.at, fmt.Sprintf("there is no finding of %s here to allow", n), "remove the comment")
			}
		}
	}
}

// suggestRule says which rule may be meant.
func suggestRule(name string, known map[string]bool) string {
	var names []string
	for n := range known {
		names = append(names, n)
	}
	sort.Strings(names)
	return didYouMean(name, names)
}
