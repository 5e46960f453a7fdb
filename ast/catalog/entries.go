package catalog

import (
	"tidegate/ast"
	"tidegate/ast/diag"
)

// Entries calls visit for each entry of the block, following includes. A nested
// block gives nginx's error, as ngx_conf_parse does where a custom handler is
// in force.
func (c *Call) Entries(visit func(entry *Call)) {
	c.EntriesAndIncludes(visit, func(_ *Call, read func()) { read() })
}

// EntriesAndIncludes is Entries for a block that looks at its includes: include
// is called for each, and read reads what it includes.
func (c *Call) EntriesAndIncludes(visit func(entry *Call), include func(entry *Call, read func())) {
	c.entries(c.Node.Body(), visit, include)
}

func (c *Call) entries(body ast.Body, visit func(entry *Call), include func(entry *Call, read func())) {
	for d := range body.All() {
		e := Call{Row: c.Row, Node: d, Level: c.Level, Env: c.Env, Outer: c.Node}
		switch {
		case d.Kind == ast.Broken:
			// The parser has reported what is wrong.
		case d.HasBlock():
			subject := ast.Range{File: d.File, Start: int(d.Open), End: int(d.Open) + 1}
			c.Env.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "nested-block", Message: `unexpected "{"`,
				Subject: subject, At: d.OpenPos()})
			e.failed = true
		case d.Is("include") && d.NumWords() == 2:
			include(&e, func() {
				for _, f := range d.Included() {
					c.entries(f.Body(), visit, include)
				}
			})
		default:
			visit(&e)
		}
		c.failed = c.failed || e.failed
	}
}
