package conf

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// Level is one level of the configuration: the files as a whole, or a block of
// directives. It implements catalog.Level.
type Level struct {
	block    *catalog.Row
	arg      any
	node     *ast.Directive
	in       catalog.Context
	outer    *Level
	children []*Level

	// Values are kept in two ways, because looking for a value must be cheap both
	// in a server with a few directives and in a stream block with ten thousand
	// servers: directives that stand once are in one short list, the others in a
	// list per directive.
	once []catalog.Value
	many []group

	// hasListen and hasServer tell that such a directive stands in the level,
	// whether right or wrong.
	hasListen, hasServer bool
}

type group struct {
	row    *catalog.Row
	values []catalog.Value
}

// Values returns what the row was set to in this level itself.
func (l *Level) Values(r *catalog.Row) []catalog.Value {
	if r.Repeat == catalog.Many {
		for i := range l.many {
			if l.many[i].row == r {
				return l.many[i].values
			}
		}
		return nil
	}
	for i := range l.once {
		if l.once[i].Row == r {
			return l.once[i : i+1 : i+1]
		}
	}
	return nil
}

// Outer returns the enclosing level; nil for the outermost.
func (l *Level) Outer() catalog.Level {
	if l.outer == nil {
		return nil
	}
	return l.outer
}

// Parent is Outer with its own type.
func (l *Level) Parent() *Level { return l.outer }

// Arg returns the typed argument of the block, such as *ngxstream.Group.
func (l *Level) Arg() any { return l.arg }

// Block returns the row of the directive that forms the level, nil for the
// outermost.
func (l *Level) Block() *catalog.Row { return l.block }

// Node returns the directive that forms the level, nil for the outermost.
func (l *Level) Node() *ast.Directive { return l.node }

// In returns the place that the level is.
func (l *Level) In() catalog.Context { return l.in }

// Children returns the blocks of directives in the level, in the order of the
// file.
func (l *Level) Children() []*Level { return l.children }

// At returns the position of the directive that forms the level.
func (l *Level) At() ast.Pos {
	if l.node == nil {
		return ast.Pos{}
	}
	return l.node.Pos()
}

func (l *Level) add(v catalog.Value) {
	if v.Row.Repeat != catalog.Many {
		for i := range l.once {
			if l.once[i].Row == v.Row {
				l.once[i] = v
				return
			}
		}
		l.once = append(l.once, v)
		return
	}
	for i := range l.many {
		if l.many[i].row == v.Row {
			l.many[i].values = append(l.many[i].values, v)
			return
		}
	}
	l.many = append(l.many, group{v.Row, []catalog.Value{v}})
}

// Tree is a checked configuration.
type Tree struct {
	Config *ast.Config
	// Main is the level of the files as a whole.
	Main *Level
	// Listening holds the addresses to listen on, in the order of the file.
	Listening []*Listening
	// Zones holds the shared memory that directives declare, in the order of the
	// file.
	Zones []Zone
	// Variables holds the variables that directives create, by name in lower case.
	Variables map[string]Variable
	// HTTPVariables is Variables for the http block.
	HTTPVariables map[string]Variable
	// Refused holds what nginx would do and the runtime does not. A configuration
	// with any of it does not start.
	Refused diag.List

	groups map[string]*Level
}

// Variable is a variable that a directive creates.
type Variable struct {
	Name string
	// At is where it is created first.
	At ast.Range
}

// Zone is a piece of shared memory.
type Zone struct {
	Name string
	// Size is the number of bytes, 0 if no directive says it.
	Size int64
	// Module is the nginx module that uses it.
	Module string
	At     ast.Range
}

// Listening is one address to listen on.
type Listening struct {
	Endpoint catalog.Endpoint
	UDP      bool
	// SSL and ProxyProtocol hold if any listen directive of the address has the
	// parameter.
	SSL, ProxyProtocol bool
	// Options is the directive that sets the socket options, else the first one.
	Options *ngxstream.ListenArgs
	// Default is the server for sessions that no name chooses.
	Default *Level
	// Servers holds the servers of the address, in the order of the file.
	Servers []*Level

	defaultServer bool
	options       bool // a directive has set socket options
	protocols     uint8
	protocolsSet  bool
	changed       bool
}

// Stream returns the stream block, nil if there is none.
func (t *Tree) Stream() *Level {
	if b, ok := ngxcore.Stream.First(t.Main); ok {
		l, _ := b.Level.(*Level)
		return l
	}
	return nil
}

// Servers returns the stream servers in the order of the file.
func (t *Tree) Servers() []*Level { return t.blocks(ngxstream.Server.Row) }

// Upstreams returns the groups in the order of the file.
func (t *Tree) Upstreams() []*Level { return t.blocks(ngxstream.Upstream.Row) }

// Upstream returns the group with the name; names are compared without regard
// to case.
func (t *Tree) Upstream(name string) *Level { return t.groups[lowered(name)] }

func (t *Tree) blocks(r *catalog.Row) []*Level {
	s := t.Stream()
	if s == nil {
		return nil
	}
	var out []*Level
	for _, l := range s.children {
		if l.block == r {
			out = append(out, l)
		}
	}
	return out
}
