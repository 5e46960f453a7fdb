package ngxhttp

import (
	"strings"

	"tidegate/ast/catalog"
)

// Condition is the argument of if.
type Condition struct {
	// Variable is the variable that is tested, without "$"; "" for a file test.
	Variable string
	// Operator is "", "=", "!=", "~", "~*", "!~", "!~*", "-f" and so on; "" asks
	// whether the variable is set.
	Operator string
	// Value is what is compared or the name of the file.
	Value catalog.Template
}

// decodeIf follows ngx_http_rewrite_if_condition.
func decodeIf(c *catalog.Call) (*Condition, bool) {
	d := &Condition{}
	last := c.Len() - 1
	if !strings.HasPrefix(c.Text(1), "(") {
		return d, c.Fail(1, `invalid condition "%s"`, c.Text(1))
	}
	first, from := 1, 1
	if c.Text(1) == "(" {
		first, from = 2, 0
	}
	text := func(i int) string {
		s := c.Text(i)
		if i == 1 && from == 1 {
			s = s[1:]
		}
		if i == c.Len()-1 {
			s = strings.TrimSuffix(s, ")")
		}
		return s
	}
	if tail := c.Text(last); last == 1 && tail == "(" || !strings.HasSuffix(tail, ")") {
		return d, c.Fail(last, `invalid condition "%s"`, strings.TrimPrefix(tail, "("))
	}
	if text(last) == "" {
		last--
	}
	if last < first {
		return d, c.Fail(1, `invalid condition "%s"`, text(min(first, c.Len()-1)))
	}
	p := text(first)
	switch {
	case len(p) > 1 && p[0] == '$':
		if first != last && first+2 != last {
			return d, c.Fail(first, `invalid condition "%s"`, p)
		}
		d.Variable = p[1:]
		c.Env.UseVariable(d.Variable, c.Word(first))
		if first == last {
			return d, true
		}
		return d, d.compare(c, text(first+1), first+1, text(last), last)
	case len(p) == 2 && p[0] == '-', len(p) == 3 && strings.HasPrefix(p, "!-"):
		if first+1 != last {
			return d, c.Fail(first, `invalid condition "%s"`, p)
		}
		var ok bool
		if d.Value, ok = valueOf(c, last, text(last)); !ok {
			return d, false
		}
		if d.Operator = p; !strings.ContainsAny(p[len(p)-1:], "fdex") {
			return d, c.Fail(first, `invalid condition "%s"`, p)
		}
		return d, true
	}
	return d, c.Fail(first, `invalid condition "%s"`, p)
}

// compare reads the operator and what follows it.
func (d *Condition) compare(c *catalog.Call, op string, at int, value string, last int) (ok bool) {
	d.Operator = op
	switch op {
	case "=", "!=":
		d.Value, ok = valueOf(c, last, value)
		return ok
	case "~", "~*", "!~", "!~*":
		from := strings.Index(c.Text(last), value)
		d.Value = catalog.Literal(value)
		_, _, ok = c.Regex(last, from, from+len(value), strings.HasSuffix(op, "*"))
		return ok
	}
	return c.Fail(at, `unexpected "%s" in condition`, op)
}

// valueOf reads a part of word i as a complex value.
func valueOf(c *catalog.Call, i int, text string) (catalog.Template, bool) {
	t, err := catalog.ParseTemplate(text)
	from := max(strings.Index(c.Text(i), text), 0)
	for _, p := range t.Parts {
		if p.Variable != "" {
			c.Env.UseVariable(p.Variable, c.Part(i, from+p.From, from+p.To))
		}
	}
	if err != nil {
		return t, c.FailPart(i, from+err.From, from+err.To, "%s", err.Message)
	}
	return t, true
}

// ReturnArgs is the argument of return.
type ReturnArgs struct {
	Code int
	// Text is the body of the answer or the address of a redirect.
	Text catalog.Template
}

func absoluteURL(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "$scheme")
}

// decodeReturn follows ngx_http_rewrite_return.
func decodeReturn(c *catalog.Call) (ReturnArgs, bool) {
	var r ReturnArgs
	var ok bool
	text := 2
	if r.Code, ok = catalog.ParseInt(c.Text(1)); !ok {
		if c.Len() != 2 || !absoluteURL(c.Text(1)) {
			return r, c.Fail(1, `invalid return code "%s"`, c.Text(1))
		}
		r.Code, text = 302, 1
	} else if r.Code > 999 {
		return r, c.Fail(1, `invalid return code "%s"`, c.Text(1))
	}
	if text < c.Len() {
		r.Text, ok = c.Template(text)
		return r, ok
	}
	return r, true
}

// RewriteArgs is the argument of rewrite.
type RewriteArgs struct {
	Regex       string
	Captures    int
	Replacement catalog.Template
	// Flag is the third word, "" without one.
	Flag string
}

// decodeRewrite follows ngx_http_rewrite.
func decodeRewrite(c *catalog.Call) (RewriteArgs, bool) {
	r := RewriteArgs{Regex: c.Text(1)}
	if c.Text(2) == "" {
		return r, c.Fail(2, "empty replacement")
	}
	var ok bool
	if r.Captures, _, ok = c.Regex(1, 0, len(c.Text(1)), false); !ok {
		return r, false
	}
	if r.Flag = c.Text(3); c.Len() > 3 {
		switch r.Flag {
		case "last", "break", "redirect", "permanent":
		default:
			return r, c.InvalidParameter(3)
		}
	}
	r.Replacement, ok = c.Template(2)
	return r, ok
}

// Assignment sets a variable.
type Assignment struct {
	Variable string
	Value    catalog.Template
}

// decodeSet follows ngx_http_rewrite_set.
func decodeSet(c *catalog.Call) (Assignment, bool) { return assignment(c, true) }

// decodeAssignment follows ngx_http_auth_request_set.
func decodeAssignment(c *catalog.Call) (Assignment, bool) { return assignment(c, false) }

func assignment(c *catalog.Call, weak bool) (Assignment, bool) {
	var a Assignment
	var ok bool
	if a.Variable, ok = c.VariableName(1); !ok {
		return a, false
	}
	if !c.Define(1, catalog.NewVariable{Name: a.Variable, Changeable: true, Weak: weak}) {
		return a, false
	}
	a.Value, ok = c.Template(2)
	return a, ok
}

// decodePerlSet defines the variable of perl_set.
func decodePerlSet(c *catalog.Call) (string, bool) {
	name, ok := c.VariableName(1)
	return name, ok && c.Define(1, catalog.NewVariable{Name: name, Changeable: true})
}
