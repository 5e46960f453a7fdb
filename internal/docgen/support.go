package main

import (
	"fmt"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
)

// served is one thing that the runtime serves, or does not.
type served struct {
	kind, name string
	runs       catalog.Support
}

// supportPage counts what runs, and names with its reason whatever does not run
// as in nginx.
func supportPage() page {
	all := everything()
	var t text
	t.begin("What runs")
	t.line("| | full | partial | ignored | refused |")
	t.line("|---|---|---|---|---|")
	for _, kind := range []string{"directive", "variable", "Lua"} {
		counts := map[catalog.SupportLevel]int{}
		for _, s := range all {
			if s.kind == kind {
				counts[s.runs.Level]++
			}
		}
		t.line("| %s | %d | %d | %d | %d |", kind, counts[catalog.SupportFull], counts[catalog.SupportPartial],
			counts[catalog.SupportIgnored], counts[catalog.SupportRefused])
	}
	for _, l := range []struct {
		level       catalog.SupportLevel
		title, says string
	}{
		{catalog.SupportPartial, "Partial", "These work as in nginx, except for what is said."},
		{catalog.SupportIgnored, "Ignored", "These are accepted without effect, which is safe for the reason given."},
		{catalog.SupportRefused, "Refused", "A configuration that uses one of these is checked and does not start."},
	} {
		t.line("")
		t.line("## %s", l.title)
		t.line("")
		t.line("%s", l.says)
		t.line("")
		byReason(&t, all, l.level)
	}
	return page{"support.md", t.String()}
}

// byReason lists what has a level under the reason that it has, so that each
// reason is said once.
func byReason(t *text, all []served, level catalog.SupportLevel) {
	var order []string
	names := map[string][]string{}
	for _, s := range all {
		if s.runs.Level != level {
			continue
		}
		if names[s.runs.Why] == nil {
			order = append(order, s.runs.Why)
		}
		names[s.runs.Why] = append(names[s.runs.Why], code(s.name))
	}
	for _, why := range order {
		t.line("- %s (%d): %s", why, len(names[why]), list(names[why]))
	}
}

// list joins names, each once.
func list(names []string) string {
	seen := map[string]bool{}
	out := ""
	for _, n := range names {
		if seen[n] {
			continue
		}
		seen[n] = true
		if out != "" {
			out += ", "
		}
		out += n
	}
	return out
}

// everything lists what the catalogue says of the runtime, in its own order.
func everything() []served {
	var out []served
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			out = append(out, served{"directive", r.Name, r.Runs})
		}
		for _, v := range m.Variables {
			out = append(out, served{"variable", fmt.Sprintf("$%s", v.Name), v.Runs})
		}
	}
	for _, f := range conf.Catalog.LuaFuncs() {
		out = append(out, served{"Lua", f.Name, f.Runs})
	}
	return out
}
