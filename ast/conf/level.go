package conf

import (
	"slices"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
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
	// replaced holds what later directives have replaced, or added to, and whose
	// values therefore hold no more (catalog.LastWins, catalog.AddsUp).
	replaced []catalog.Value

	// synthetic levels stand around a fragment.
	synthetic bool

	// depth is the number of levels around this one.
	depth int32
	// whole is what all levels share, marks what is known of outer levels; see
	// Nearest.
	whole *whole
	marks *marks

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

// Each calls yield for every directive that stands in the level itself, in the
// order of the file, until yield returns false. A directive that a later one
// replaces is among them.
func (l *Level) Each(yield func(catalog.Value) bool) {
	var most [64]*catalog.Value // levels are looked at again and again, and nearly all of them have fewer
	all := most[:0]
	add := func(values []catalog.Value) {
		for i := range values {
			all = append(all, &values[i])
		}
	}
	add(l.once)
	add(l.replaced)
	for _, g := range l.many {
		add(g.values)
	}
	slices.SortStableFunc(all, func(a, b *catalog.Value) int { return ast.Compare(a.At, b.At) })
	for _, v := range all {
		if !yield(*v) {
			return
		}
	}
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

// Synthetic reports that the level was made up around a fragment, see
// Options.Context. Its node stands for the whole file.
func (l *Level) Synthetic() bool { return l.synthetic }

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
	l.whole.changes++
	if v.Row.Repeat != catalog.Many {
		for i := range l.once {
			if l.once[i].Row == v.Row {
				l.replaced = append(l.replaced, l.once[i])
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
	// HTTPListening holds the addresses of http to listen on, in the order of the
	// file.
	HTTPListening []*HTTPListening
	// Sockets holds what nginx listens on, in the order in which it opens them.
	Sockets []Socket
	// Directories holds the directories that nginx makes at a start, in its order.
	Directories []Directory
	// ZoneUses lists every directive that names a zone without giving its size.
	ZoneUses []Mention
	// TLSClients lists where the http block sets TLS up towards other servers.
	TLSClients []TLSClient
	// Refused holds what nginx would do and the runtime does not. A configuration
	// with any of it does not start.
	Refused diag.List

	wholeBlocks                        int // of Refused
	groups, httpGroups                 map[string]*Level
	streamNames, httpNames, otherNames names
	fragment                           *Level
}

// Zone is a piece of shared memory.
type Zone struct {
	Name string
	// Size is the number of bytes, 0 if no directive says it.
	Size int64
	// Module is the nginx module that uses it.
	Module string
	// At is where the zone is first named, by the directive of Row and Node.
	At   ast.Range
	Row  *catalog.Row
	Node *ast.Directive
}

// TLSClient is a level of http with TLS settings towards other servers.
type TLSClient struct {
	Level *Level
	// Module is whose settings they are: "proxy", "grpc", "uwsgi" or "lua".
	Module string
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
func (t *Tree) Stream() *Level { return t.top(ngxcore.Stream) }

// HTTP returns the http block, nil if there is none.
func (t *Tree) HTTP() *Level { return t.top(ngxcore.HTTP) }

// Mail returns the mail block, nil if there is none.
func (t *Tree) Mail() *Level { return t.top(ngxcore.Mail) }

func (t *Tree) top(b catalog.Block[catalog.NoArg]) *Level {
	if use, ok := b.First(t.Main); ok {
		l, _ := use.Level.(*Level)
		return l
	}
	return nil
}

// Servers returns the stream servers in the order of the file.
func (t *Tree) Servers() []*Level { return blocks(t.Stream(), ngxstream.Server.Row) }

// StreamRuns reports whether all that the runtime refuses is the http and mail
// blocks as a whole.
func (t *Tree) StreamRuns() bool { return len(t.Refused) == t.wholeBlocks }

// Upstreams returns the groups of stream in the order of the file.
func (t *Tree) Upstreams() []*Level { return blocks(t.Stream(), ngxstream.Upstream.Row) }

// Upstream returns the group of stream with the name; names are compared
// without regard to case.
func (t *Tree) Upstream(name string) *Level { return t.groups[catalog.Lower(name)] }

// HTTPServers returns the http servers in the order of the file.
func (t *Tree) HTTPServers() []*Level { return blocks(t.HTTP(), ngxhttp.Server.Row) }

// HTTPUpstreams returns the groups of http in the order of the file.
func (t *Tree) HTTPUpstreams() []*Level { return blocks(t.HTTP(), ngxhttp.Upstream.Row) }

// HTTPUpstream is Upstream for http.
func (t *Tree) HTTPUpstream(name string) *Level { return t.httpGroups[catalog.Lower(name)] }

// blocks returns the blocks of a row that stand directly in a level.
func blocks(in *Level, r *catalog.Row) []*Level {
	if in == nil {
		return nil
	}
	var out []*Level
	for _, l := range in.children {
		if l.block == r {
			out = append(out, l)
		}
	}
	return out
}
