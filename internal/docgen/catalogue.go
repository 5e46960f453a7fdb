package main

import (
	"fmt"
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/lint"
	"tidegate/lint/rules"
)

// index is the first page: what there is.
func index() page {
	var t text
	t.begin("Reference")
	t.line("What may be written in a configuration, as nginx %s and OpenResty have it, and what Tidegate makes of it.", catalog.NginxVersion)
	t.line("")
	rows := 0
	for _, m := range conf.Catalog.Modules() {
		rows += len(m.Rows)
	}
	t.line("- [The rules of the linter](rules.md): %d", len(everyRule()))
	t.line("- [What runs](support.md): everything that `tidegate run` serves in part, ignores or refuses, with the reason")
	t.line("- [Variables](variables.md)")
	t.line("- [The Lua API](lua.md): %d functions, fields and constants", len(conf.Catalog.LuaFuncs()))
	t.line("- Directives: %d, by nginx module", rows)
	t.line("")
	t.line("| module | directives | |")
	t.line("|---|---|---|")
	for _, m := range conf.Catalog.Modules() {
		if len(m.Rows) > 0 {
			t.line("| [%s](directives/%s.md) | %d | %s |", m.Name, m.Name, len(m.Rows), m.Doc)
		}
	}
	return page{"README.md", t.String()}
}

// directivePages makes a page for each nginx module. Modules of one name share a
// page.
func directivePages() []page {
	var order []string
	texts := map[string]*text{}
	for _, m := range conf.Catalog.Modules() {
		if len(m.Rows) == 0 {
			continue
		}
		t := texts[m.Name]
		if t == nil {
			t = &text{}
			t.begin(m.Name)
			if m.Doc != "" {
				t.line("%s", m.Doc)
			}
			texts[m.Name] = t
			order = append(order, m.Name)
		}
		for _, r := range m.Rows {
			directive(t, r)
		}
	}
	var out []page
	for _, name := range order {
		out = append(out, page{"directives/" + name + ".md", texts[name].String()})
	}
	return out
}

func directive(t *text, r *catalog.Row) {
	t.line("")
	t.line("## %s", r.Name)
	t.line("")
	if r.Doc != "" {
		t.line("%s", r.Doc)
		t.line("")
	}
	t.line("- Syntax: %s", code(r.Syntax()))
	switch {
	case r.Default != "":
		t.line("- Default: %s", code(r.Name+" "+r.Default+";"))
	case r.DefaultNote != "":
		t.line("- Default: %s", r.DefaultNote)
	}
	t.line("- Context: %s", r.In)
	if r.Since != "" {
		t.line("- Since: %s", r.Since)
	}
	switch r.Repeat {
	case catalog.Many:
		t.line("- May be repeated; a level's list %s", inherits(r.Inherit))
	case catalog.AddsUp:
		t.line("- May be repeated; the words of a level add up")
	case catalog.LastWins:
		t.line("- May be repeated; the last one of a level counts")
	}
	if s := r.Origin.Explain(); s != "" {
		t.line("- It %s", s)
	}
	if r.Deprecated != "" {
		t.line("- Deprecated: %s", r.Deprecated)
	}
	t.line("- Support: %s", support(r.Runs))
}

func inherits(i catalog.Inheritance) string {
	switch i {
	case catalog.Append:
		return "is added to the outer level's"
	case catalog.Local:
		return "does not pass to inner levels"
	case catalog.FirstWins:
		return "has no effect below another one"
	}
	return "replaces the outer level's"
}

func support(s catalog.Support) string {
	if s.Why == "" {
		return s.Level.String()
	}
	return s.Level.String() + ": " + s.Why
}

// variablesPage lists the built-in variables by subsystem and name.
func variablesPage() page {
	var t text
	t.begin("Variables")
	for _, sub := range []struct {
		in   catalog.Context
		name string
	}{{catalog.Stream, "stream"}, {catalog.HTTP, "http"}} {
		var list []catalog.Variable
		for _, m := range conf.Catalog.Modules() {
			for _, v := range m.Variables {
				if v.In&sub.in != 0 {
					list = append(list, v)
				}
			}
		}
		slices.SortStableFunc(list, func(a, b catalog.Variable) int { return strings.Compare(a.Name, b.Name) })
		t.line("## %s", sub.name)
		t.line("")
		t.line("| variable | module | since | support | |")
		t.line("|---|---|---|---|---|")
		for _, v := range list {
			name := "$" + v.Name
			if v.Prefix {
				name += "NAME"
			}
			t.line("| %s | %s | %s | %s | %s |", code(name), v.Module, v.Since, cell(support(v.Runs)), cell(v.Doc))
		}
		t.line("")
	}
	return page{"variables.md", t.String()}
}

// luaPage lists the Lua API in the catalogue's order.
func luaPage() page {
	var t text
	t.begin("The Lua API")
	t.line("Phases are named after the directives that run code in them. A function is there in a subsystem if a phase is named.")
	for _, f := range conf.Catalog.LuaFuncs() {
		t.line("")
		t.line("## %s", f.Name)
		t.line("")
		if f.Doc != "" {
			t.line("%s", f.Doc)
			t.line("")
		}
		for _, sig := range strings.Split(f.Sig, "\n") {
			if sig != "" {
				t.line("- %s", code(sig))
			}
		}
		t.line("- Kind: %s", f.Kind)
		if f.Module != "" {
			t.line("- Module: %s", code(fmt.Sprintf("require %q", f.Module)))
		}
		phases(&t, "stream", f.Stream, catalog.AnyStreamPhase)
		phases(&t, "http", f.HTTP, catalog.AnyHTTPPhase)
		t.line("- Support: %s", support(f.Runs))
	}
	return page{"lua.md", t.String()}
}

func phases(t *text, subsystem string, p, all catalog.Phases) {
	switch {
	case p == 0:
	case p&all == all:
		t.line("- In %s: every phase", subsystem)
	default:
		t.line("- In %s: %s", subsystem, code(strings.Join(p.Names(), ", ")))
	}
}

func everyRule() []*lint.Rule { return append(lint.EngineRules(), rules.All()...) }

// rulesPage lists the rules by group.
func rulesPage() page {
	var t text
	t.begin("The rules of the linter")
	t.line("`tidegate lint` runs all of them; `-rule NAME=LEVEL` or the project file changes their levels, a comment `# tidegate:allow NAME: reason`")
	t.line("allows one finding. Each example here is run by a test.")
	for _, g := range lint.Groups() {
		t.line("")
		t.line("| %s | level | |", g)
		t.line("|---|---|---|")
		for _, r := range everyRule() {
			if r.Group == g {
				t.line("| [%s](#%s) | %s | %s |", r.Name, r.Name, r.Severity, cell(r.Summary))
			}
		}
	}
	for _, g := range lint.Groups() {
		for _, r := range everyRule() {
			if r.Group == g {
				rule(&t, r)
			}
		}
	}
	return page{"rules.md", t.String()}
}

func rule(t *text, r *lint.Rule) {
	t.line("")
	t.line("## %s", r.Name)
	t.line("")
	t.line("%s", r.Summary)
	t.line("")
	t.line("%s", r.Why)
	t.line("")
	t.line("- Level: %s, group: %s", r.Severity, r.Group)
	for _, s := range r.Settings {
		t.line("- Setting %s, default %s: %s", code(s.Name), code(fmt.Sprint(s.Default)), s.Doc)
	}
	if len(r.References) > 0 {
		t.line("- See: %s", strings.Join(r.References, ", "))
	}
	for _, kind := range []struct {
		title string
		list  []lint.Example
	}{{"Flagged", r.Bad}, {"Not flagged", r.Good}} {
		for _, e := range kind.list {
			title := kind.title
			if e.In != "" {
				title += ", in " + e.In
			}
			if e.Target != "" {
				title += ", for " + e.Target
			}
			t.line("")
			t.line("%s:", title)
			t.line("")
			for _, l := range strings.Split(strings.TrimRight(e.Text, "\n"), "\n") {
				t.line("%s", strings.TrimRight("    "+l, " "))
			}
		}
	}
}
