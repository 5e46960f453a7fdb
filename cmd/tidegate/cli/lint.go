package cli

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
	"tidegate/cmd/tidegate/cli/project"
	"tidegate/lint"
	"tidegate/lint/rules"
)

const lintHelp = `Usage: tidegate lint [options] FILE ...

Reports what tidegate check reports, and what nginx accepts and people regret:
mistakes, risks and what has no effect, in directives and in Lua. Each finding
names its rule; tidegate explain RULE tells more. A comment

  # tidegate:allow RULE: reason

before a directive or after it allows a finding there (in Lua: -- instead of #).

` + inputsHelp + `
  -target NAME=VERSION  what will run the configuration: nginx=1.26,
                     nginx=1.26.2 or openresty=1.27.1.2; adds what that version
                     lacks, and its published vulnerabilities
  -rule RULE=LEVEL   the level of a rule: error, warn, info or off
  -only RULE,...     run these rules only
  -off RULE,...      leave these rules out
  -list              list the rules
  -fail-on LEVEL     exit with 1 only for findings of this level or worse
  -fix               make the changes that are safe, in the files
  -diff              show those changes and make none
  -baseline FILE     leave out the findings that FILE holds
  -write-baseline FILE  write the findings to FILE, for -baseline
` + formatsHelp + inputFlagsHelp + `
Exit status: 0 nothing found, 1 findings, 2 a file could not be read.
`

// linting is how the command was told to lint.
type linting struct {
	inputs
	reporting
	engine                  lint.Options
	list, fix, diff         bool
	baseline, writeBaseline string
	failOn                  diag.Severity
}

func (o *linting) register(fs *flag.FlagSet) {
	o.inputs.register(fs)
	o.reporting.register(fs)
	all := everyRule()
	o.engine.Rules = rules.All()
	o.engine.Severity = map[string]diag.Severity{}
	fs.BoolVar(&o.list, "list", false, "")
	fs.BoolVar(&o.fix, "fix", false, "")
	fs.BoolVar(&o.diff, "diff", false, "")
	fs.StringVar(&o.baseline, "baseline", "", "")
	fs.StringVar(&o.writeBaseline, "write-baseline", "", "")
	fs.Func("target", "", func(s string) (err error) {
		o.engine.Target, err = lint.ParseTarget(s)
		return err
	})
	fs.Func("fail-on", "", func(s string) (err error) {
		o.failOn, err = project.ParseLevel(s)
		if err == nil && o.failOn == 0 {
			err = fmt.Errorf("the level to fail on is error, warn or info")
		}
		return err
	})
	fs.Func("rule", "", func(s string) error {
		name, level, _ := strings.Cut(s, "=")
		severity, err := project.ParseLevel(level)
		if err == nil {
			err = knownRule(all, name)
		}
		o.engine.Severity[name] = severity
		return err
	})
	fs.Func("off", "", func(s string) error {
		return eachName(all, s, func(name string) { o.engine.Severity[name] = 0 })
	})
	fs.Func("only", "", func(s string) error {
		var only []string
		err := eachName(all, s, func(name string) { only = append(only, name) })
		for _, r := range all {
			if !slices.Contains(only, r.Name) {
				o.engine.Severity[r.Name] = 0
			} else if _, said := o.engine.Severity[r.Name]; !said {
				o.engine.Severity[r.Name] = r.Severity
			}
		}
		return err
	})
}

// asProject adds what the project file says to what the command line does not.
func (o *linting) asProject() {
	l := &o.project.Lint
	for name, severity := range l.Severity {
		if _, said := o.engine.Severity[name]; !said {
			o.engine.Severity[name] = severity
		}
	}
	o.engine.Settings = l.Settings
	if o.engine.Target == (lint.Target{}) {
		o.engine.Target = l.Target
	}
	o.baseline = cmp.Or(o.baseline, l.Baseline)
	o.failOn = cmp.Or(o.failOn, l.FailOn, diag.Debug)
}

// everyRule lists the rules together with those of the engine itself.
func everyRule() []*lint.Rule { return append(lint.EngineRules(), rules.All()...) }

func knownRule(all []*lint.Rule, name string) error {
	if lint.Find(all, name) != nil {
		return nil
	}
	return fmt.Errorf("there is no rule %q; %s", name, cmpOr(lint.Suggest(all, name), "tidegate lint -list lists them"))
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func eachName(all []*lint.Rule, list string, do func(string)) error {
	for _, name := range strings.Split(list, ",") {
		name = strings.TrimSpace(name)
		if err := knownRule(all, name); err != nil {
			return err
		}
		do(name)
	}
	return nil
}

func lintCommand(env Env, args []string) int {
	fs := flags("lint")
	var o linting
	o.register(fs)
	files, ok := parseFlags(env, fs, args)
	if !ok {
		return 2
	}
	if o.fix && o.diff {
		return misuse(env, "lint", "-fix makes the changes and -diff only shows them: take one of the two")
	}
	if o.list {
		if !o.readProject(env, files) {
			return 2
		}
		o.asProject()
		return listRules(env, &o)
	}
	if files, ok = o.begin(env, files, "lint"); !ok {
		return 2
	}
	o.asProject()
	known, err := readBaseline(o.baseline)
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	var all diag.List
	status := o.each(env, files, func(in *input) int {
		list := in.lint(o.engine)
		if o.fix || o.diff {
			list = in.repair(o.engine, list)
		}
		all = append(all, list...)
		if o.diff {
			return in.showChanges(env)
		}
		if o.fix {
			return in.writeChanges(env)
		}
		return 0
	})
	if o.writeBaseline != "" {
		kept := slices.DeleteFunc(slices.Clone(all), func(d diag.Diagnostic) bool { return d.Fatal() })
		if err := writeBaseline(o.writeBaseline, kept); err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			return 2
		}
		fmt.Fprintf(env.Out, "%s: wrote %s\n", o.writeBaseline, counted(kept))
		if refused := len(all) - len(kept); refused > 0 {
			fmt.Fprintf(env.Out, "left out, because nginx refuses the configuration for it: %d\n", refused)
		}
		return status
	}
	all = known.without(all)
	if !o.diff {
		err = o.show(env, all)
	}
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	if status == 0 && all.Count(o.failOn) > 0 {
		return 1
	}
	return status
}

// show reports the findings.
func (o *linting) show(env Env, list diag.List) error {
	var infos []diag.RuleInfo
	for _, r := range everyRule() {
		infos = append(infos, diag.RuleInfo{Name: r.Name, Summary: r.Summary, Help: r.Why, Severity: r.Severity})
	}
	if !o.text() {
		list, names := o.withUnread(list)
		return o.write(env, list, names, infos)
	}
	if err := o.write(env, list, o.names, infos); err != nil {
		return err
	}
	if len(list) == 0 {
		for _, n := range o.names {
			fmt.Fprintf(env.Out, "%s: no findings\n", n)
		}
		return nil
	}
	line := counted(list)
	fixable := 0
	for i := range list {
		if safeFix(&list[i]) != nil {
			fixable++
		}
	}
	if fixable > 0 && !o.fix {
		line += fmt.Sprintf("; -fix can repair %d", fixable)
	}
	fmt.Fprintln(env.Out, line)
	return nil
}

// losing are the checks whose failure leaves a directive out of the tree.
var losing = []string{"unknown-directive", "invalid-value", "argument-count", "context", "terminator", "unexpected", "unexpected-eof"}

// lint checks the input and runs the rules on it: all findings, in nginx's order.
func (in *input) lint(o lint.Options) diag.List {
	o.Prefix, o.ConfPrefix, o.ReadFile, o.Elsewhere = in.prefix, in.confDir, in.readFile, in.elsewhere
	tree, list := in.check()
	o.Refused = slices.ContainsFunc(list, func(d diag.Diagnostic) bool { return d.Fatal() && slices.Contains(losing, d.Rule) })
	found := lint.Run(tree, o)
	// The checker speaks of the newest nginx; what a rule says of the target's
	// version at the same word stands in its place.
	dated := map[ast.Range]bool{}
	for _, d := range found {
		if d.Rule == rules.RemovedAfterTarget.Name {
			dated[d.Subject] = true
		}
	}
	list = slices.DeleteFunc(list, func(d diag.Diagnostic) bool { return dated[d.Subject] })
	list = append(list, found...)
	list = slices.DeleteFunc(list, func(d diag.Diagnostic) bool { return in.project.Allowed(&d) })
	list.Sort()
	return list
}

// listRules prints the rules with their levels as they are set.
func listRules(env Env, o *linting) int {
	all := everyRule()
	for _, g := range lint.Groups() {
		fmt.Fprintf(env.Out, "%s\n", g)
		for _, r := range all {
			if r.Group != g {
				continue
			}
			level := r.Severity.String()
			if s, ok := o.engine.Severity[r.Name]; ok {
				level = "off"
				if s != 0 {
					level = s.String()
				}
			}
			fmt.Fprintf(env.Out, "  %-5s  %-36s %s\n", level, r.Name, r.Summary)
		}
	}
	return 0
}
