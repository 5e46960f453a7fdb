package cli

import (
	"fmt"
	"io"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

const explainHelp = `Usage: tidegate explain NAME

Tells what a directive, a variable or a Lua function is, where it may stand,
and whether Tidegate runs it; or what a rule of the linter flags and why.
Examples:

  tidegate explain proxy_timeout
  tidegate explain '$remote_addr'
  tidegate explain ngx.say
  tidegate explain version-disclosure
`

func explainCommand(env Env, args []string) int {
	if len(args) != 1 {
		return misuse(env, "explain", "it takes one NAME")
	}
	entries := conf.Catalog.Explain(args[0])
	rule := lint.Find(everyRule(), args[0])
	check := checkNamed(args[0])
	if len(entries) == 0 && rule == nil && check == nil {
		fmt.Fprintf(env.Err, "tidegate: %q is not known", args[0])
		if near := nearest(args[0]); near != "" {
			fmt.Fprintf(env.Err, "; did you mean %q?", near)
		}
		fmt.Fprintln(env.Err)
		return 1
	}
	if rule != nil {
		explainRule(env.Out, rule)
	}
	if check != nil {
		fmt.Fprintf(env.Out, "%s — finding of tidegate check\n", check.Name)
		field(env.Out, "about", check.Summary)
	}
	for i, e := range entries {
		if i > 0 {
			fmt.Fprintln(env.Out)
		}
		switch {
		case e.Directive != nil:
			explainDirective(env.Out, e.Directive)
		case e.Variable != nil:
			explainVariable(env.Out, e.Variable)
		case e.Lua != nil:
			explainLua(env.Out, e.Lua)
		default:
			fmt.Fprintf(env.Out, "%s is a directive of nginx's module %s, which Tidegate does not check or run yet.\n", args[0], e.Foreign)
		}
	}
	return 0
}

// checkNamed finds what tidegate check reports under a name, nil if there is no such thing.
func checkNamed(name string) *diag.RuleInfo {
	for _, c := range conf.Checks() {
		if c.Name == name {
			return &c
		}
	}
	return nil
}

// nearest suggests a name of the catalogue or of a rule.
func nearest(name string) string {
	candidates := conf.Catalog.Names()
	for _, r := range everyRule() {
		candidates = append(candidates, r.Name)
	}
	for _, c := range conf.Checks() {
		candidates = append(candidates, c.Name)
	}
	return catalog.Suggest(name, candidates)
}

func explainRule(w io.Writer, r *lint.Rule) {
	fmt.Fprintf(w, "%s — rule of tidegate lint\n", r.Name)
	field(w, "about", r.Summary)
	field(w, "level", r.Severity.String())
	field(w, "group", string(r.Group))
	for _, s := range r.Settings {
		field(w, "setting", fmt.Sprintf("%s = %v (%s)", s.Name, s.Default, s.Doc))
	}
	field(w, "see", strings.Join(r.References, ", "))
	fmt.Fprintf(w, "\n%s\n", indented(r.Why))
	examples(w, "Flagged", r.Bad)
	examples(w, "Not flagged", r.Good)
	fmt.Fprintf(w, "\n  Allowed in one place by:\n\n      # tidegate:allow %s: the reason\n", r.Name)
}

func examples(w io.Writer, title string, list []lint.Example) {
	for _, e := range list {
		place := ""
		if e.In != "" {
			place = ", in " + e.In
		}
		if e.Target != "" {
			place += ", for " + e.Target
		}
		fmt.Fprintf(w, "\n  %s%s:\n\n%s\n", title, place, indented("    "+strings.ReplaceAll(strings.TrimRight(e.Text, "\n"), "\n", "\n    ")))
	}
}

// indented puts two spaces before each line that is not empty.
func indented(text string) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if l != "" {
			lines[i] = "  " + l
		}
	}
	return strings.Join(lines, "\n")
}

// field prints one labelled line, nothing when there is nothing to say.
func field(w io.Writer, label, text string) {
	if text != "" {
		fmt.Fprintf(w, "  %-9s %s\n", label+":", strings.ReplaceAll(text, "\n", "\n            "))
	}
}

func support(s catalog.Support) string {
	if s.Why == "" {
		return s.Level.String()
	}
	return s.Level.String() + ": " + s.Why
}

func explainDirective(w io.Writer, r *catalog.Row) {
	fmt.Fprintf(w, "%s — directive of %s\n", r.Name, r.Module().Name)
	field(w, "syntax", strings.TrimSpace(r.Name+" "+r.Args))
	def := r.Default
	if def == "" {
		def = r.DefaultNote
	}
	field(w, "default", def)
	field(w, "context", r.In.String())
	field(w, "since", r.Since)
	field(w, "replaced", r.Deprecated)
	field(w, "support", support(r.Runs))
	field(w, "about", r.Doc)
}

func explainVariable(w io.Writer, v *catalog.Variable) {
	name := "$" + v.Name
	if v.Prefix {
		name += "NAME"
	}
	fmt.Fprintf(w, "%s — variable\n", name)
	field(w, "since", v.Since)
	field(w, "support", support(v.Runs))
	field(w, "about", v.Doc)
}

func explainLua(w io.Writer, f *catalog.LuaFunc) {
	fmt.Fprintf(w, "%s — Lua %s\n", f.Name, f.Kind)
	field(w, "syntax", f.Sig)
	if f.Module != "" {
		field(w, "module", "require \""+f.Module+"\"")
	}
	field(w, "stream", strings.Join(f.Stream.Names(), ", "))
	field(w, "http", strings.Join(f.HTTP.Names(), ", "))
	field(w, "support", support(f.Runs))
	field(w, "about", f.Doc)
}
