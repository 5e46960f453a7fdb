package project

import (
	"fmt"

	"tidegate/ast/diag"
	"tidegate/lint"
)

// lint reads the [lint] table.
func (r *reader) lint(t *table) {
	l := &r.Lint
	l.Severity, l.Settings = map[string]diag.Severity{}, map[string]map[string]any{}
	r.fields(t, "[lint]",
		field{"target", func(it *item) (err error) {
			s, _ := it.value.(string)
			l.Target, err = lint.ParseTarget(s)
			return err
		}},
		field{"fail-on", func(it *item) (err error) {
			s, _ := it.value.(string)
			l.FailOn, err = ParseLevel(s)
			if err == nil && l.FailOn == 0 {
				err = fmt.Errorf("the level to fail on is error, warn or info")
			}
			return err
		}},
		field{"baseline", stringInto(&l.Baseline)},
		field{"rules", r.one(r.severities)},
		field{"settings", r.one(r.settings)},
		field{"allow", r.each(r.allow)},
	)
}

// ParseLevel reads the level of a rule; "off" is 0.
func ParseLevel(s string) (diag.Severity, error) {
	switch s {
	case "off":
		return 0, nil
	case "error", "warn", "info":
		severity, _ := diag.ParseSeverity(s)
		return severity, nil
	}
	return 0, fmt.Errorf("%q is no level of a rule: it is error, warn, info or off", s)
}

// rule finds a rule by its name.
func (r *reader) rule(name string) (*lint.Rule, error) {
	if rule := lint.Find(r.rules, name); rule != nil {
		return rule, nil
	}
	advice := lint.Suggest(r.rules, name)
	if advice == "" {
		advice = "tidegate lint -list lists them"
	}
	return nil, fmt.Errorf("there is no rule %q; %s", name, advice)
}

// severities reads [lint.rules]: rule = "level".
func (r *reader) severities(t *table) {
	for _, it := range t.items {
		_, err := r.rule(it.name)
		r.check(it.key, err)
		level, _ := it.value.(string)
		r.Lint.Severity[it.name], err = ParseLevel(level)
		r.check(it.at, err)
	}
}

// settings reads [lint.settings.RULE]: setting = value.
func (r *reader) settings(t *table) {
	for _, it := range t.items {
		rule, err := r.rule(it.name)
		r.check(it.key, err)
		inner, ok := it.value.(*table)
		if !ok {
			r.check(it.at, fmt.Errorf("the settings of a rule are a table: [lint.settings.%s]", it.name))
		}
		if rule == nil || !ok {
			continue
		}
		values := map[string]any{}
		for _, s := range inner.items {
			values[s.name], err = lint.ConvertSetting(rule, s.name, s.value)
			r.check(s.key, err)
		}
		r.Lint.Settings[it.name] = values
	}
}

// allow reads [[lint.allow]]. As in a comment the reason is required.
func (r *reader) allow(t *table) {
	var a Allow
	r.fields(t, "[[lint.allow]]",
		field{"rules", stringsInto(&a.Rules)},
		field{"files", stringsInto(&a.Files)},
		field{"reason", stringInto(&a.Reason)},
	)
	r.need(t, "rules", "reason")
	for _, name := range a.Rules {
		_, err := r.rule(name)
		r.check(t.at, err)
	}
	r.Lint.Allow = append(r.Lint.Allow, a)
}
