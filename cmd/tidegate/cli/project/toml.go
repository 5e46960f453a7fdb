package project

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// table is a TOML table whose keys and values know where they stand.
type table struct {
	at    ast.Range // its heading
	items []*item   // in the order of the file
}

// item is a key with its value: a string, int64, bool, *table, or a []any of them.
type item struct {
	name    string
	key, at ast.Range
	value   any
}

func (t *table) find(name string) *item {
	for _, it := range t.items {
		if it.name == name {
			return it
		}
	}
	return nil
}

// parse reads TOML. Whether the text is right is what the library's decoder says; the tree is made of what its parser meets, because a
// decoded value no longer knows its place.
func parse(f *ast.File) (*table, diag.List) {
	var list diag.List
	var whole map[string]any
	if err := toml.Unmarshal(f.Src, &whole); err != nil {
		at := ast.Range{File: f}
		var de *toml.DecodeError
		if errors.As(err, &de) {
			line, column := de.Position()
			at = f.LineRange(line)
			at.Start = min(at.Start+column-1, at.End)
		}
		list.Add("project", at, ast.Pos{}, "%s", strings.TrimPrefix(err.Error(), "toml: "))
		return &table{}, list
	}
	b := &builder{file: f, root: &table{at: ast.Range{File: f}}}
	b.p.Reset(f.Src)
	t := b.root
	for b.p.NextExpression() {
		switch n := b.p.Expression(); n.Kind {
		case unstable.Table, unstable.ArrayTable:
			t = b.open(b.root, b.names(n), n.Kind == unstable.ArrayTable)
		case unstable.KeyValue:
			b.add(t, n)
		}
	}
	return b.root, b.list
}

type builder struct {
	file *ast.File
	p    unstable.Parser
	root *table
	list diag.List
}

// name is one part of a dotted key.
type name struct {
	text string
	at   ast.Range
}

func (b *builder) names(n *unstable.Node) []name {
	var out []name
	for it := n.Key(); it.Next(); {
		k := it.Node()
		out = append(out, name{string(k.Data), b.span(k.Raw)})
	}
	return out
}

func (b *builder) span(r unstable.Range) ast.Range {
	return ast.Range{File: b.file, Start: int(r.Offset), End: int(r.Offset + r.Length)}
}

// open finds or makes the table that a heading or the front of a dotted key names. With each it is the next one of an array of tables.
func (b *builder) open(t *table, names []name, each bool) *table {
	for i, n := range names {
		last := i == len(names)-1
		it := t.find(n.text)
		if it == nil {
			it = &item{name: n.text, key: n.at, at: n.at}
			t.items = append(t.items, it)
		}
		switch v := it.value.(type) {
		case nil:
			next := &table{at: n.at}
			it.value = next
			if last && each {
				it.value = []any{next}
			}
			t = next
		case *table:
			t = v
		case []any:
			if last && each {
				v = append(v, &table{at: n.at})
				it.value = v
			}
			t, _ = v[len(v)-1].(*table)
		}
	}
	return t
}

func (b *builder) add(t *table, n *unstable.Node) {
	names := b.names(n)
	last := names[len(names)-1]
	t = b.open(t, names[:len(names)-1], false)
	v := n.Value()
	t.items = append(t.items, &item{name: last.text, key: last.at, at: b.place(v, last.at), value: b.value(v, last.at)})
}

// place is where a value stands; that of an array is not known, the place of its key has to do.
func (b *builder) place(n *unstable.Node, key ast.Range) ast.Range {
	if n.Raw.Length == 0 {
		return key
	}
	return b.span(n.Raw)
}

func (b *builder) value(n *unstable.Node, key ast.Range) any {
	switch n.Kind {
	case unstable.String:
		return string(n.Data)
	case unstable.Bool:
		return string(n.Data) == "true"
	case unstable.Integer:
		if i, err := strconv.ParseInt(strings.ReplaceAll(string(n.Data), "_", ""), 0, 64); err == nil {
			return i
		}
	case unstable.Array:
		list := []any{}
		for it := n.Children(); it.Next(); {
			list = append(list, b.value(it.Node(), key))
		}
		return list
	case unstable.InlineTable:
		t := &table{at: key}
		for it := n.Children(); it.Next(); {
			b.add(t, it.Node())
		}
		return t
	}
	b.list.Add("project", b.place(n, key), ast.Pos{}, "a value of this kind has no use here")
	return nil
}

// field is a key that may stand in a table.
type field struct {
	name string
	read func(*item) error
}

// fields hands each key of a table to its reader. where tells people what the table is.
func (r *reader) fields(t *table, where string, fields ...field) {
	var names []string
	for _, f := range fields {
		names = append(names, f.name)
	}
next:
	for _, it := range t.items {
		for _, f := range fields {
			if f.name == it.name {
				r.check(it.at, f.read(it))
				continue next
			}
		}
		d := r.list.Add("project", it.key, ast.Pos{}, "unknown key %q in %s", it.name, where)
		d.Detail = didYouMean(it.name, names)
	}
}

// check notes an error about a value.
func (r *reader) check(at ast.Range, err error) {
	if err != nil {
		r.list.Add("project", at, ast.Pos{}, "%v", err)
	}
}

func didYouMean(name string, names []string) string {
	if s := catalog.Suggest(name, names); s != "" {
		return fmt.Sprintf("did you mean %q?", s)
	}
	return "it may have: " + strings.Join(names, ", ")
}

// The readers of values.

func stringInto(to *string) func(*item) error {
	return func(it *item) error {
		s, ok := it.value.(string)
		if !ok || s == "" {
			return fmt.Errorf("%q must be a string", it.name)
		}
		*to = s
		return nil
	}
}

func boolInto(to *bool) func(*item) error {
	return func(it *item) (err error) {
		v, ok := it.value.(bool)
		if !ok {
			return fmt.Errorf("%q must be true or false", it.name)
		}
		*to = v
		return nil
	}
}

func stringsInto(to *[]string) func(*item) error {
	return func(it *item) error {
		list, ok := it.value.([]any)
		for _, v := range list {
			s, isString := v.(string)
			ok = ok && isString && s != ""
			*to = append(*to, s)
		}
		if !ok || len(list) == 0 {
			return fmt.Errorf("%q must be a list of strings", it.name)
		}
		return nil
	}
}

// tables is the list of tables that [[name]] makes.
func tables(it *item) ([]*table, error) {
	list, ok := it.value.([]any)
	var out []*table
	for _, v := range list {
		t, isTable := v.(*table)
		ok = ok && isTable
		out = append(out, t)
	}
	if !ok {
		return nil, fmt.Errorf("%q is written as [[%s]]", it.name, it.name)
	}
	return out, nil
}
