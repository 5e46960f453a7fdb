package conf

import (
	"strings"
	"sync"
	"tidegate/ast"

	"tidegate/ast/catalog"
)

// variables is the registry of the variables of one configuration, stream or
// http (cmcf->variables_keys and cmcf->variables).
type variables struct {
	builtin func() builtins
	defined map[string]bool // name in lower case -> it may be defined again
	refs    []reference
	seen    map[string]use
}

// reference is the first use of a variable, in the order in which nginx meets
// them.
type reference struct {
	name string
	at   ast.Range
}

// use tells how a variable is known to be used.
type use uint8

const (
	mentioned use = 1 << iota // in the text
	indexed                   // nginx has met it
)

// see notes a use and tells whether it is the first of its kind.
func (v *variables) see(name string, u use) bool {
	had := v.seen[name]
	if had&u != 0 {
		return false
	}
	v.seen[name] = had | u
	return true
}

// builtins are the variables that nginx adds before it reads the block.
type builtins struct {
	byName   map[string]*catalog.Variable
	prefixes []*catalog.Variable
}

var (
	streamVariables = sync.OnceValue(func() builtins { return builtinsIn(catalog.Stream) })
	httpVariables   = sync.OnceValue(func() builtins { return builtinsIn(catalog.HTTP) })
)

func builtinsIn(in catalog.Context) builtins {
	b := builtins{byName: map[string]*catalog.Variable{}}
	for _, m := range Catalog.Modules() {
		for i := range m.Variables {
			v := &m.Variables[i]
			switch {
			case v.In&in == 0 || !v.Origin.Known():
			case v.Prefix:
				b.prefixes = append(b.prefixes, v)
			default:
				b.byName[v.Name] = v
			}
		}
	}
	return b
}

// find finds the built-in variable that a name stands for.
func (b builtins) find(name string) *catalog.Variable {
	if v := b.byName[name]; v != nil {
		return v
	}
	for _, v := range b.prefixes {
		if strings.HasPrefix(name, v.Name) {
			return v
		}
	}
	return nil
}

func newVariables(known func() builtins) variables {
	return variables{builtin: known, defined: map[string]bool{}, seen: map[string]use{}}
}

// define follows ngx_stream_add_variable. It returns nginx's message if the
// variable may not be defined.
func (v *variables) define(n catalog.NewVariable) string {
	if n.Name == "" {
		return `invalid variable name "$"`
	}
	name := catalog.Lower(n.Name)
	if changeable, ok := v.defined[name]; ok {
		if !changeable {
			return `the duplicate "` + n.Name + `" variable`
		}
		return ""
	}
	if b := v.builtin().byName[name]; b != nil && !b.Changeable {
		return `the duplicate "` + n.Name + `" variable`
	}
	v.defined[name] = n.Changeable
	return ""
}

// suggest finds a known variable near to a name.
func (v *variables) suggest(name string) string {
	var candidates []string
	for n := range v.defined {
		candidates = append(candidates, n)
	}
	for n := range v.builtin().byName {
		candidates = append(candidates, n)
	}
	return nearest(name, candidates)
}
