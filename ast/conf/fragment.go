package conf

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
)

// A fragment is a file that is included somewhere inside a block. It is checked
// inside levels that are made up, from the outermost to the one where it
// stands. What these levels hold besides is not known, so everything that
// depends on it is left out.

// Fragment reports that the tree is that of a fragment, see Options.Context.
func (t *Tree) Fragment() bool { return t.fragment != nil }

// FragmentLevel returns the level that the main file's own directives stand in:
// Main for a whole configuration.
func (t *Tree) FragmentLevel() *Level {
	if t.fragment != nil {
		return t.fragment
	}
	return t.Main
}

// around lists the blocks that form a place, from the outermost; nil for a
// place that cannot hold a fragment.
func around(in catalog.Context) []*catalog.Row {
	switch in {
	case catalog.Events:
		return []*catalog.Row{ngxcore.Events.Row}
	case catalog.Stream:
		return []*catalog.Row{ngxcore.Stream.Row}
	case catalog.StreamServer:
		return append(around(catalog.Stream), ngxstream.Server.Row)
	case catalog.StreamUpstream:
		return append(around(catalog.Stream), ngxstream.Upstream.Row)
	case catalog.HTTP:
		return []*catalog.Row{ngxcore.HTTP.Row}
	case catalog.HTTPServer:
		return append(around(catalog.HTTP), ngxhttp.Server.Row)
	case catalog.HTTPUpstream:
		return append(around(catalog.HTTP), ngxhttp.Upstream.Row)
	case catalog.HTTPServerIf:
		return append(around(catalog.HTTPServer), ngxhttp.If.Row)
	case catalog.HTTPLocation:
		return append(around(catalog.HTTPServer), ngxhttp.Location.Row)
	case catalog.HTTPLocationIf:
		return append(around(catalog.HTTPLocation), ngxhttp.If.Row)
	case catalog.HTTPLimitExcept:
		return append(around(catalog.HTTPLocation), ngxhttp.LimitExcept.Row)
	case catalog.Mail:
		return []*catalog.Row{ngxcore.Mail.Row}
	case catalog.MailServer:
		return append(around(catalog.Mail), ngxmail.Server.Row)
	}
	return nil
}

// FragmentPlaces lists the places that Options.Context may name.
func FragmentPlaces() []catalog.Context {
	out := []catalog.Context{catalog.Main}
	for bit := catalog.Context(1); bit != 0; bit <<= 1 {
		if around(bit) != nil {
			out = append(out, bit)
		}
	}
	return out
}

// syntheticArg is the argument of a made-up block: one that forbids nothing.
func syntheticArg(r *catalog.Row) any {
	switch r {
	case ngxstream.Upstream.Row, ngxhttp.Upstream.Row:
		return ngxstream.NewGroup("")
	case ngxhttp.Location.Row:
		return &ngxhttp.LocationArgs{}
	case ngxhttp.If.Row:
		return &ngxhttp.Condition{}
	case ngxhttp.LimitExcept.Row:
		return ngxhttp.Methods{}
	}
	return catalog.NoArg{}
}

// checkFragment checks the main file inside made-up levels.
func (c *checker) checkFragment(in catalog.Context) {
	l := c.tree.Main
	l.synthetic = true
	var levels []*Level
	leave := func() {}
	for _, r := range around(in) {
		l = c.surround(r, l)
		levels = append(levels, l)
		if len(levels) == 1 {
			leave = c.enter(r)
		}
	}
	c.tree.fragment = l
	c.body(c.tree.Config.Main.Body(), l)
	for i := len(levels) - 1; i >= 0; i-- {
		c.closed(levels[i])
	}
	leave()
}

// surround makes up the level of a block. Its directive stands for the whole
// file.
func (c *checker) surround(r *catalog.Row, outer *Level) *Level {
	node := c.tree.Config.Main.Whole()
	l := newLevel(outer)
	l.block, l.arg, l.node, l.in = r, syntheticArg(r), node, opens(r, outer)
	l.synthetic, l.hasListen, l.hasServer = true, true, true
	outer.children = append(outer.children, l)
	outer.add(catalog.Value{Row: r, Arg: l.arg, Node: node, At: node.Pos(), Inner: l})
	return l
}
