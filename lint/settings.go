package lint

import (
	"fmt"
	"strings"

	"tidegate/ast/catalog"
)

// Find returns the rule with a name, nil if there is none.
func Find(rules []*Rule, name string) *Rule {
	for _, r := range rules {
		if r.Name == name {
			return r
		}
	}
	return nil
}

// Suggest says which rule may be meant by a name that no rule has: "did you mean
// ...?", or "".
func Suggest(rules []*Rule, name string) string {
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.Name
	}
	return didYouMean(name, names)
}

func didYouMean(name string, names []string) string {
	if s := catalog.Suggest(name, names); s != "" {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return ""
}

// ConvertSetting brings a value as a project file gives it (int64, bool, string,
// []any of strings) into the type of a rule's setting.
func ConvertSetting(r *Rule, name string, value any) (any, error) {
	var names []string
	for _, s := range r.Settings {
		names = append(names, s.Name)
		if s.Name != name {
			continue
		}
		switch s.Default.(type) {
		case int:
			if n, ok := value.(int64); ok {
				return int(n), nil
			}
			return nil, fmt.Errorf("setting %q of rule %q must be a whole number", name, r.Name)
		case bool:
			if b, ok := value.(bool); ok {
				return b, nil
			}
			return nil, fmt.Errorf("setting %q of rule %q must be true or false", name, r.Name)
		case string:
			if t, ok := value.(string); ok {
				return t, nil
			}
			return nil, fmt.Errorf("setting %q of rule %q must be a string", name, r.Name)
		default:
			return stringList(r, name, value)
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("rule %q has no settings", r.Name)
	}
	return nil, fmt.Errorf("rule %q has no setting %q; it has: %s", r.Name, name, strings.Join(names, ", "))
}

func stringList(r *Rule, name string, value any) (any, error) {
	list, ok := value.([]any)
	out := make([]string, 0, len(list))
	for _, v := range list {
		s, isString := v.(string)
		ok = ok && isString
		out = append(out, s)
	}
	if !ok {
		return nil, fmt.Errorf("setting %q of rule %q must be a list of strings", name, r.Name)
	}
	return out, nil
}
