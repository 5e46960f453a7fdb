package conf

import (
	"strings"
	"sync"

	"tidegate/ast"
	"tidegate/ast/catalog"
)

// variables is the registry of the stream variables of one configuration
// (cmcf->variables_keys and cmcf->variables).
type variables struct {
	defined map[string]bool // name in lower case -> it may be defined again
	refs    []reference
	seen    map[string]bool
}

// reference is the first use of a variable.
type reference struct {
	name string
	at   ast.Range
}

// builtins are the variables that nginx adds before it reads the stream block.
type builtins struct {
	byName   map[string]*catalog.Variable
	prefixes []*catalog.Variable
}

var streamVariables = sync.OnceValue(func() builtins {
	b := builtins{byName: map[string]*catalog.Variable{}}
	for _, m := range Catalog.Modules() {
		for i := range m.Variables {
			v := &m.Variables[i]
			switch {
			case v.In&catalog.Stream == 0 || !v.Origin.Known():
			case v.Prefix:
				b.prefixes = append(b.prefixes, v)
			default:
				b.byName[v.Name] = v
			}
		}
	}
	return b
})

// builtin finds the built-in variable that a name stands for.
func builtin(name string) *catalog.Variable {
	b := streamVariables()
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

func newVariables() variables {
	return variables{defined: map[string]bool{}, seen: map[string]bool{}}
}

// define follows ngx_stream_add_variable. It returns nginx's message if the
// variable may not be defined.
func (v *variables) define(n catalog.NewVariable) string {
	if n.Name == "" {
		return `invalid variable name "$"`
	}
	name := lowered(n.Name)
	if changeable, ok := v.defined[name]; ok {
		if !changeable {
			return `the duplicate "` + n.Name + `" variable`
		}
		return ""
	}
	if b := streamVariables().byName[name]; b != nil && !b.Changeable {
		return `the duplicate "` + n.Name + `" variable`
	}
	v.defined[name] = n.Changeable
	return ""
}

// use follows ngx_stream_get_variable_index.
func (v *variables) use(name string, at ast.Range) {
	name = lowered(name)
	if !v.seen[name] {
		v.seen[name] = true
		v.refs = append(v.refs, reference{name, at})
	}
}

// suggest finds a known variable near to a name.
func (v *variables) suggest(name string) string {
	var candidates []string
	for n := range v.defined {
		candidates = append(candidates, n)
	}
	for n := range streamVariables().byName {
		candidates = append(candidates, n)
	}
	return nearest(name, candidates)
}
