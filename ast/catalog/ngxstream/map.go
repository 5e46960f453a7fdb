package ngxstream

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// MapHashMaxSize bounds nginx's hash of a map.
var MapHashMaxSize = catalog.Int(catalog.Spec{
	Name: "map_hash_max_size", In: catalog.Stream, Args: "<int>", Default: "2048", Since: "1.11.2",
	Runs: catalog.Ignored(ownHash), Doc: "Bounds the size of the hash of a map.",
})

// MapHashBucketSize is the bucket size of nginx's hash of a map.
var MapHashBucketSize = catalog.Int(catalog.Spec{
	Name: "map_hash_bucket_size", In: catalog.Stream, Args: "<int>", Since: "1.11.2",
	DefaultNote: "the size of the processor's cache line",
	Runs:        catalog.Ignored(ownHash), Doc: "Sets the bucket size of the hash of a map.",
})

// Map creates a variable whose value depends on another value.
var Map = catalog.EntryBlock(catalog.Spec{
	Name: "map", In: catalog.Stream, Args: "<tmpl> <var>", Opens: catalog.StreamMap, Since: "1.11.2",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Creates a variable whose value is looked up in a table.",
}, func(c *catalog.Call) (*MapTable, bool) { return DecodeMap(c, MapHashMaxSize, MapHashBucketSize) })

// MapTable is one map block with its body.
type MapTable struct {
	Source   catalog.Template
	Variable string // without "$", in lower case
	// Entries holds the entries in the order of the file, without default.
	Entries []MapEntry
	// Default is the value of the default entry; HasDefault tells whether there is
	// one. Without it the variable is empty.
	Default    catalog.Template
	HasDefault bool
	// Hostnames tells that keys may have wildcards.
	Hostnames bool
	// Volatile tells that the variable is not kept.
	Volatile bool
}

// MapKind is the form of a key.
type MapKind uint8

// Forms of keys.
const (
	MapExact MapKind = iota // compared without regard to case
	MapRegex
	// MapDomain is ".example.org": the domain itself and all below it.
	MapDomain
	// MapLeading is "*.example.org".
	MapLeading
	// MapTrailing is "mail.*".
	MapTrailing
)

// MapEntry is one entry of a map.
type MapEntry struct {
	Kind MapKind
	// Key is the key: in lower case, without the wildcard and its dot, a regular
	// expression without its "~" or "~*".
	Key string
	// Caseless is for regular expressions with "~*".
	Caseless bool
	// Captures is the number of groups of a regular expression, Groups the names
	// of the named ones, which become variables.
	Captures int
	Groups   []string
	Value    catalog.Template
	At       ast.Pos
}

// DecodeMap follows ngx_stream_map_block. The hash has the limits that stand
// further above.
func DecodeMap(c *catalog.Call, maxSize, bucketSize catalog.Directive[int]) (*MapTable, bool) {
	m := &MapTable{}
	source, ok := c.Template(1)
	m.Source = source
	name, good := c.VariableName(2)
	ok = ok && good
	if good {
		ok = c.Define(2, catalog.NewVariable{Name: name, Changeable: true}) && ok
	}
	m.Variable = strings.ToLower(name)
	b := mapBuilder{MapTable: m}
	m.Entries = make([]MapEntry, 0, c.Node.Body().Len())
	c.Entries(b.entry)
	if ok && !c.Failed() {
		limits := catalog.HashLimits{Name: "map_hash", MaxSize: maxSize.Get(c.Level), BucketSize: catalog.CacheLine}
		if n, set := bucketSize.Lookup(c.Level); set {
			limits.BucketSize = n
		}
		ok = c.BuildHash(limits.Aligned(), &b.keys)
	}
	return m, ok && !c.Failed()
}

// mapBuilder collects the body of a map.
type mapBuilder struct {
	*MapTable
	keys catalog.HashKeys
}

// entry follows ngx_stream_map.
func (b *mapBuilder) entry(e *catalog.Call) {
	key := e.Text(0)
	switch {
	case e.Len() == 1 && key == "hostnames":
		b.Hostnames = true
		return
	case e.Len() == 1 && key == "volatile":
		b.Volatile = true
		return
	case e.Len() != 2:
		e.Report(diag.Emerg, catalog.RuleArgs, e.Node.HeadRange(), "invalid number of the map parameters")
		return
	}
	value, ok := e.Template(1)
	if !ok {
		return
	}
	if key == "default" {
		if b.HasDefault {
			e.Report(diag.Emerg, catalog.RuleDuplicate, e.Word(0), "duplicate default map parameter")
			return
		}
		b.Default, b.HasDefault = value, true
		return
	}
	if strings.HasPrefix(key, "~") {
		b.regex(e, key, value)
		return
	}
	key = strings.TrimPrefix(key, `\`)
	entry := MapEntry{Key: strings.ToLower(key), Value: value, At: e.Node.Pos()}
	add := b.keys.Add
	if b.Hostnames {
		add = b.keys.AddName
		entry.wildcard()
	}
	switch add(key) {
	case catalog.HashDeclined:
		e.Fail(0, `invalid hostname or wildcard "%s"`, key)
		return
	case catalog.HashBusy:
		e.Report(diag.Emerg, catalog.RuleDuplicate, e.Word(0), `conflicting parameter "`+strings.ToLower(key)+`"`)
		return
	}
	b.Entries = append(b.Entries, entry)
}

func (b *mapBuilder) regex(e *catalog.Call, key string, value catalog.Template) {
	entry := MapEntry{Kind: MapRegex, Value: value, At: e.Node.Pos()}
	from := 1
	if strings.HasPrefix(key, "~*") {
		from, entry.Caseless = 2, true
	}
	entry.Key = key[from:]
	var ok bool
	if entry.Captures, entry.Groups, ok = e.Regex(0, from, len(key), entry.Caseless); ok {
		b.Entries = append(b.Entries, entry)
	}
}

// wildcard finds out the form of a host name key, as ngx_hash_add_key does with
// NGX_HASH_WILDCARD_KEY.
func (m *MapEntry) wildcard() {
	k := m.Key
	switch {
	case len(k) > 1 && k[0] == '.':
		m.Kind, m.Key = MapDomain, k[1:]
	case len(k) > 2 && strings.HasPrefix(k, "*."):
		m.Kind, m.Key = MapLeading, k[2:]
	case len(k) > 2 && strings.HasSuffix(k, ".*"):
		m.Kind, m.Key = MapTrailing, k[:len(k)-2]
	}
}
