// Package lint finds what nginx accepts and people regret: mistakes in what a
// configuration means, in the Lua that it holds, and in what it leaves open to
// attackers.
//
// The flow:
//
//  1. Whoever runs the linter parses and checks the configuration (parser,
//     ast/conf); what those find is not repeated here.
//  2. Run collects the Lua that the configuration reaches (script.go) and hands
//     each rule what it asked for: the directives of its rows, the scripts, or
//     the whole tree.
//  3. Comments "# tidegate:allow RULE: reason" take findings away again
//     (allow.go). A comment that is malformed or allows nothing is a finding.
//  4. What is left comes back in nginx's reading order, each finding once, even
//     if its file is included several times.
//
// A rule is a value (Rule) and knows only its Pass. Rules find mistakes, not
// taste: layout is ast/format's. They are sound rather than complete: where a
// rule cannot know, it is silent, because one false alarm costs more trust than
// ten missed hints.
//
// The package refuses to know the rules themselves (lint/rules lists them), how
// files are read (Options.ReadFile) and how findings are shown (ast/diag).
package lint

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
)

// Group says what a rule is about, for lists and for switching rules on and off
// together.
type Group string

// The groups, in the order in which manuals show them.
const (
	// Correctness is for configurations that do not do what they say.
	Correctness Group = "correctness"
	// Security is for what helps an attacker.
	Security Group = "security"
	// Reliability is for what fails under load, at a restart or with a slow peer.
	Reliability Group = "reliability"
	// Unused is for what has no effect.
	Unused Group = "unused"
	// Deprecated is for forms that have a successor, and for what a target version
	// lacks.
	Deprecated Group = "deprecated"
)

// Groups lists the groups in their order.
func Groups() []Group { return []Group{Correctness, Security, Reliability, Unused, Deprecated} }

// Rule is one check. At least one of Use, Script and Whole is set.
type Rule struct {
	// Name names the flagged pattern, in words joined by "-", so that "allow
	// alias-traversal" reads right. Names of rules about Lua begin with "lua-",
	// of rules that are about stream alone with "stream-".
	Name string
	// Severity is Error for what surely fails or is surely open, Warn for a likely
	// mistake or a risk, Info for advice.
	Severity diag.Severity
	Group    Group
	// Summary is one sentence that says what is wrong with what is flagged.
	Summary string
	// Why explains the consequences, for explain and the manual; plain text,
	// paragraphs separated by an empty line.
	Why string
	// Bad and Good are examples; a test runs each.
	Bad, Good []Example
	// References are identifiers of public facts: CVE numbers, RFCs, directives'
	// names.
	References []string
	// Settings are what a project may set for the rule.
	Settings []Setting

	// On holds the rows whose uses the rule looks at through Use.
	On []*catalog.Row
	// Use is called for each directive of On.
	Use func(*Pass, Use)
	// Script is called for each piece of Lua that can be compiled and is no
	// library from elsewhere.
	Script func(*Pass, *Script)
	// Whole is called once for the configuration, after the others.
	Whole func(*Pass)
}

// Example is a piece of configuration.
type Example struct {
	// In is the place where the text would stand, as catalog.ParseContext names
	// it ("http.server"); "" is the main level of a whole file.
	In   string
	Text string
	// Target is the version that the example is for, as ParseTarget reads it; ""
	// for none.
	Target string
	// Files are files that the text names, by names relative to the prefix.
	Files map[string]string
}

// Setting is something about a rule that a project may set.
type Setting struct {
	Name string
	// Default is the value without a setting; its type (int, bool, string or
	// []string) is the type of the setting.
	Default any
	Doc     string
}

// Options say what Run does and how.
type Options struct {
	// Rules are the rules to run.
	Rules []*Rule
	// Severity replaces the severity of rules by name. The zero severity turns a
	// rule off.
	Severity map[string]diag.Severity
	// Settings holds values for the settings of rules: by rule, then by setting.
	// CheckSettings tells whether they fit.
	Settings map[string]map[string]any
	// Target is the version that the configuration is meant for; the zero Target
	// leaves out what depends on it.
	Target Target
	// Prefix and ConfPrefix are those of conf.Options.
	Prefix, ConfPrefix string
	// Elsewhere tells that the configuration is for another machine, so that a
	// file may be there and not here.
	Elsewhere bool
	// Refused tells that the checker could not take some directives, so that what
	// they say is not known.
	Refused bool
	// ReadFile reads files of Lua that the configuration names. If it is nil they
	// are taken for unreadable.
	ReadFile func(name string) ([]byte, error)
}

// Run lints a checked configuration. The list is sorted and holds only what the
// rules found.
func Run(tree *conf.Tree, o Options) diag.List {
	r := &runner{tree: tree, opt: o, complete: !o.Refused && complete(tree), byRow: map[*catalog.Row][]*Pass{}}
	r.lua = collectLua(tree, o, r.complete)
	for _, rule := range o.Rules {
		severity := rule.Severity
		if s, ok := o.Severity[rule.Name]; ok {
			severity = s
		}
		if severity == 0 {
			continue
		}
		p := &Pass{Tree: tree, Target: o.Target, rule: rule, severity: severity, runner: r}
		r.passes = append(r.passes, p)
		for _, row := range rule.On {
			r.byRow[row] = append(r.byRow[row], p)
		}
	}
	r.level(tree.Main)
	for _, p := range r.passes {
		if p.rule.Script != nil {
			for _, s := range r.lua.Scripts {
				if !s.Foreign && !s.Broken() {
					p.rule.Script(p, s)
				}
			}
		}
	}
	for _, p := range r.passes {
		if p.rule.Whole != nil {
			p.rule.Whole(p)
		}
	}
	found := allow(r, r.found)
	found = once(found)
	found.Sort()
	return found
}

// runner is one run of the linter.
type runner struct {
	tree *conf.Tree
	opt  Options
	lua  *Lua
	// complete is what Pass.Complete says.
	complete bool
	passes   []*Pass
	byRow    map[*catalog.Row][]*Pass
	found    diag.List
	shared   map[string]any
}

// level hands the directives of a level and of those in it to the rules.
func (r *runner) level(l *conf.Level) {
	l.Each(func(v catalog.Value) bool {
		for _, p := range r.byRow[v.Row] {
			p.rule.Use(p, Use{v, l})
		}
		return true
	})
	for _, in := range l.Children() {
		r.level(in)
	}
}

// once leaves out findings that repeat an earlier one: a file that is included
// twice is read twice, and its findings are the same.
func once(list diag.List) diag.List {
	type key struct {
		rule, message, file string
		start, end          int
	}
	seen := make(map[key]bool, len(list))
	out := list[:0]
	for _, d := range list {
		k := key{rule: d.Rule, message: d.Message, start: d.Subject.Start, end: d.Subject.End}
		if d.Subject.File != nil {
			k.file = d.Subject.File.Name
		}
		if !seen[k] {
			seen[k] = true
			out = append(out, d)
		}
	}
	return out
}

// Use is a directive that a rule looks at.
type Use struct {
	catalog.Value
	// Level is where it stands.
	Level *conf.Level
}

// Body returns the level that the directive's block forms, nil without one.
func (u Use) Body() *conf.Level {
	l, _ := u.Inner.(*conf.Level)
	return l
}

// Pass is what a rule sees of a run.
type Pass struct {
	// Tree is the checked configuration.
	Tree *conf.Tree
	// Target is the version that the configuration is meant for; see
	// Target.Known.
	Target Target

	rule     *Rule
	severity diag.Severity
	runner   *runner
}

// Report adds a finding about a range. The result may be given details, related
// places and fixes.
func (p *Pass) Report(subject ast.Range, format string, args ...any) *diag.Diagnostic {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	f := &p.runner.found
	*f = append(*f, diag.Diagnostic{Severity: p.severity, Rule: p.rule.Name, Message: message,
		Subject: subject, Stage: diag.Advice})
	return &(*f)[len(*f)-1]
}

// Complete reports whether the whole configuration is known: it is not a
// fragment, every file that it includes could be read, and the checker took every
// directive. Rules that conclude
// something from the absence of a directive elsewhere ask this first.
func (p *Pass) Complete() bool { return p.runner.complete }

// Elsewhere reports whether the configuration is for another machine.
func (p *Pass) Elsewhere() bool { return p.runner.opt.Elsewhere }

// Shared returns what build makes. It is made once in a run and kept under a name,
// so that rules share what they find out about the tree.
func Shared[T any](p *Pass, name string, build func() T) T {
	r := p.runner
	if v, ok := r.shared[name]; ok {
		return v.(T)
	}
	v := build()
	if r.shared == nil {
		r.shared = map[string]any{}
	}
	r.shared[name] = v
	return v
}

// Exists reports whether a file of Lua can be read. A relative name begins at the
// prefix.
func (p *Pass) Exists(name string) bool {
	o := &p.runner.opt
	if o.ReadFile == nil {
		return false
	}
	name = strings.ReplaceAll(strings.ReplaceAll(name, "${prefix}", o.Prefix), "$prefix", o.Prefix)
	if !strings.HasPrefix(name, "/") {
		name = o.Prefix + name
	}
	_, err := o.ReadFile(name)
	return err == nil
}

// setting returns the value of one of the rule's settings.
func (p *Pass) setting(name string) any {
	if v, ok := p.runner.opt.Settings[p.rule.Name][name]; ok {
		return v
	}
	for _, s := range p.rule.Settings {
		if s.Name == name {
			return s.Default
		}
	}
	panic("lint: rule " + p.rule.Name + " has no setting " + name)
}

// Int returns a setting that is a number.
func (p *Pass) Int(name string) int { return p.setting(name).(int) }

// Bool returns a setting that is on or off.
func (p *Pass) Bool(name string) bool { return p.setting(name).(bool) }

// Strings returns a setting that is a list of strings.
func (p *Pass) Strings(name string) []string { return p.setting(name).([]string) }
