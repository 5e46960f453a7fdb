package conf

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
)

// find looks a directive up by name and place. As in nginx the first row wins
// that fits; a name that only other places know is not allowed here.
func (c *checker) find(d *ast.Directive, l *Level) *catalog.Row {
	name := d.Name()
	rows := Catalog.Rows(name)
	for _, r := range rows {
		if r.In&l.in != 0 && c.knows(r) {
			return r
		}
	}
	extra := c.extra[name]
	for _, r := range extra {
		if r.In&l.in != 0 {
			return r
		}
	}
	c.notFound(d, l, append(extra[:len(extra):len(extra)], rows...))
	return nil
}

// knows reports whether nginx has a row, by itself or because of a load_module.
// That of a fragment stands in another file.
func (c *checker) knows(r *catalog.Row) bool {
	switch {
	case r.Origin.Known() || r.Origin == catalog.Extra:
		return true
	case !r.Origin.Loadable():
		return false
	}
	return c.loaded[r.Module()] || c.tree.Fragment()
}

// fromLoaded reports whether a module that nginx has besides its own ones brings
// a variable.
func (c *checker) fromLoaded(name string) bool {
	for m := range c.loaded {
		for i := range m.Variables {
			if v := &m.Variables[i]; v.Name == name || v.Prefix && strings.HasPrefix(name, v.Name) {
				return true
			}
		}
	}
	return false
}

// notFound reports a directive that has no row for its place.
func (c *checker) notFound(d *ast.Directive, l *Level, rows []*catalog.Row) {
	name, at := d.Name(), headPos(d)
	if in := c.places(rows); in != 0 {
		c.reportAt(d, at, "context", `"`+name+`" directive is not allowed here`, "it may stand in: "+in.String())
		return
	}
	if module, ok := Catalog.Foreign(name); ok {
		c.reportAt(d, at, "context", `"`+name+`" directive is not allowed here`, "it belongs to "+module)
		return
	}
	detail := ""
	if !c.full() {
		detail = c.suggest(name, rows, l)
	}
	c.reportAt(d, at, "unknown-directive", `unknown directive "`+name+`"`, detail)
}

// suggest explains a name that this nginx does not have, or says which was meant.
func (c *checker) suggest(name string, rows []*catalog.Row, l *Level) string {
	if len(rows) > 0 {
		return c.missing(rows, l)
	}
	if s := Catalog.Suggest(name, l.in); s != "" {
		return fmt.Sprintf("did you mean %q?", s)
	}
	if len(c.strange) > 0 {
		return fmt.Sprintf("it may come from %s, which is not known here; tidegate.toml can declare its directives",
			c.strange[len(c.strange)-1].Arg(0))
	}
	return ""
}

// places says where a directive that nginx has may stand.
func (c *checker) places(rows []*catalog.Row) catalog.Context {
	var in catalog.Context
	for _, r := range rows {
		if c.knows(r) {
			in |= r.In
		}
	}
	return in
}

// missing explains a directive that only other builds of nginx have.
func (c *checker) missing(rows []*catalog.Row, l *Level) string {
	r := rows[0]
	for _, other := range rows {
		if other.In&l.in != 0 {
			r = other
			break
		}
	}
	detail := "it " + r.Origin.Explain()
	if file := r.Module().File(); r.Origin.Loadable() && file != "" {
		detail += fmt.Sprintf(`: %s, to be loaded with "load_module modules/%s.so;"`, r.Module().Name, file)
	}
	return detail
}
