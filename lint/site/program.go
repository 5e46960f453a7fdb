package site

import (
	"sort"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/lint/regex"
)

// Step is one directive of the rewrite module, or a set_by_lua or the like among
// them.
type Step struct {
	catalog.Value
	// Body holds the steps of an if.
	Body []Step
	// Level is where the directive stands.
	Level *conf.Level
}

// Program returns the rewrite rules of a server, a location or an if, in the
// order in which nginx runs them. Inner locations have their own.
func Program(l *conf.Level) []Step {
	var out []Step
	if l.In()&(catalog.HTTPServer|catalog.HTTPServerIf|catalog.HTTPLocation|catalog.HTTPLocationIf) == 0 {
		return nil // none can stand there
	}
	l.Each(func(v catalog.Value) bool {
		switch v.Row {
		case ngxhttp.Set.Row, ngxhttp.Rewrite.Row, ngxhttp.Return.Row, ngxhttp.Break.Row:
			out = append(out, Step{Value: v, Level: l})
		case ngxhttp.If.Row:
			inner, _ := v.Inner.(*conf.Level)
			s := Step{Value: v, Level: l}
			if inner != nil {
				s.Body = Program(inner)
			}
			out = append(out, s)
		default:
			if strings.HasPrefix(v.Row.Name, "set_by_lua") {
				out = append(out, Step{Value: v, Level: l})
			}
		}
		return true
	})
	sort.SliceStable(out, func(i, j int) bool { return ast.Before(out[i].At, out[j].At) })
	return out
}

// Rewrite returns the argument of a rewrite, with ok false for other steps.
func (s *Step) Rewrite() (a ngxhttp.RewriteArgs, ok bool) {
	a, ok = s.Arg.(ngxhttp.RewriteArgs)
	return a, ok && s.Row == ngxhttp.Rewrite.Row
}

// Return returns the argument of a return.
func (s *Step) Return() (a ngxhttp.ReturnArgs, ok bool) {
	a, ok = s.Arg.(ngxhttp.ReturnArgs)
	return a, ok && s.Row == ngxhttp.Return.Row
}

// Set returns the argument of a set.
func (s *Step) Set() (a ngxhttp.Assignment, ok bool) {
	a, ok = s.Arg.(ngxhttp.Assignment)
	return a, ok && s.Row == ngxhttp.Set.Row
}

// If returns the condition of an if.
func (s *Step) If() (a *ngxhttp.Condition, ok bool) {
	a, ok = s.Arg.(*ngxhttp.Condition)
	return a, ok && a != nil && s.Row == ngxhttp.If.Row
}

// Redirects reports whether a rewrite that matches sends the client away.
func Redirects(a ngxhttp.RewriteArgs) bool {
	return a.Flag == "redirect" || a.Flag == "permanent" || strings.HasPrefix(a.Replacement.Text, "http://") ||
		strings.HasPrefix(a.Replacement.Text, "https://") || strings.HasPrefix(a.Replacement.Text, "$scheme")
}

// MatchesAll reports whether a pattern matches every address.
func MatchesAll(pattern string) bool {
	switch pattern {
	case "", "^", ".*", "^.*", "(.*)", "^(.*)", "^/", "/", "^/.*", "^/(.*)", ".", "$":
		return true
	case "^(.*)$", "^.*$", "(.*)$", "^/(.*)$", "^/.*$":
		return true // but for addresses with a newline
	}
	return false
}

// Ends reports whether every run of the steps ends the rewrite rules of the
// level for good: with an answer, a redirect, or another search for a location.
func Ends(steps []Step) bool { return End(steps) != nil }

// End returns the step at which every run of the steps ends at the latest; nil
// if a run can go on behind them.
func End(steps []Step) *Step {
	for i := range steps {
		s := &steps[i]
		if _, ok := s.Return(); ok {
			return s
		}
		if a, ok := s.Rewrite(); ok && MatchesAll(a.Regex) && (Redirects(a) || a.Flag == "last") {
			return s
		}
		if s.Row == ngxhttp.Break.Row {
			return nil // what follows is not run, the request goes on
		}
	}
	return nil
}

// Answer returns the return that every run of the steps comes to; ok is false if
// a run can end otherwise or go on.
func Answer(steps []Step) (a ngxhttp.ReturnArgs, s *Step, ok bool) {
	for i := range steps {
		s := &steps[i]
		if a, ok := s.Return(); ok {
			return a, s, true
		}
		if s.Row == ngxhttp.Break.Row {
			break
		}
		if r, ok := s.Rewrite(); ok && (r.Flag != "" || Redirects(r)) {
			break
		}
		if len(s.Body) > 0 && mayLeave(s.Body) {
			// A run that does not meet the condition still comes to the return.
			continue
		}
	}
	return a, nil, false
}

func mayLeave(steps []Step) bool {
	for i := range steps {
		s := &steps[i]
		if _, ok := s.Return(); ok || s.Row == ngxhttp.Break.Row {
			return true
		}
		if r, ok := s.Rewrite(); ok && (r.Flag != "" || Redirects(r)) {
			return true
		}
	}
	return false
}

// Each calls visit for every step and those in its body, in order.
func Each(steps []Step, visit func(*Step)) {
	for i := range steps {
		visit(&steps[i])
		Each(steps[i].Body, visit)
	}
}

// Pattern parses the regular expression of a condition or a rewrite; nil if it
// has none or one that lint/regex does not describe.
func (s *Step) Pattern() *regex.Pattern {
	text, caseless := "", false
	if c, ok := s.If(); ok {
		if !strings.Contains(c.Operator, "~") {
			return nil
		}
		text, caseless = c.Value.Text, strings.HasSuffix(c.Operator, "*")
	} else if r, ok := s.Rewrite(); ok {
		text = r.Regex
	} else {
		return nil
	}
	p, err := regex.Parse(text, caseless)
	if err != nil {
		return nil
	}
	return p
}
