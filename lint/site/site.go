// Package site says how nginx's http handles a request: which server and which
// location it comes to, what its rewrite rules do, who may make it, and what
// answers it.
//
// The flow, in the order of a request: site.go finds the servers of an address
// and its default one, location.go the location of an address as
// ngx_http_core_find_location does, program.go lists the rewrite rules in their
// order, access.go says whether anything stands in the way of a stranger,
// handler.go what the content comes from.
//
// It works on the checked tree and adds no findings of its own. It refuses to
// know what variables hold (lint/flow) and which of what it describes is a
// mistake (lint/rules).
package site

import (
	"net/netip"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
)

// Site is the http block.
type Site struct {
	Tree *conf.Tree
	HTTP *conf.Level
	// Servers holds the servers in the order of the file.
	Servers []*Server
	// Groups holds the upstream blocks by their names in lower case.
	Groups map[string]*conf.Level

	byLevel   map[*conf.Level]*Server
	locations map[*conf.Level]*Location
	addresses map[address]*listening
	// foreign and refusing hold answers about levels and those around them.
	foreign, refusing map[*conf.Level]bool
}

type address struct {
	endpoint catalog.Endpoint
	quic     bool
}

// listening is one address to listen on.
type listening struct {
	servers  []*Server
	standard *Server
	marked   bool // a listen directive says default_server
	ssl      bool
}

// Server is one server block.
type Server struct {
	Site  *Site
	Level *conf.Level
	// Listens holds the listen directives; empty for the address that nginx takes
	// without one.
	Listens []catalog.Use[*ngxhttp.ListenArgs]
	// Names holds the names; empty if the server has none.
	Names []ngxstream.NamePattern
	// Locations holds the locations that stand directly in the server.
	Locations []*Location

	keys   []address
	choice choice
	found  map[string]*Location // what Find has answered
}

// New reads the http block of a tree; nil if there is none.
func New(tree *conf.Tree) *Site {
	s := &Site{Tree: tree, byLevel: map[*conf.Level]*Server{}, locations: map[*conf.Level]*Location{},
		addresses: map[address]*listening{}, Groups: map[string]*conf.Level{}, foreign: map[*conf.Level]bool{}, refusing: map[*conf.Level]bool{}}
	if s.HTTP = tree.HTTP(); s.HTTP == nil {
		return nil
	}
	for _, l := range s.HTTP.Children() {
		switch l.Block() {
		case ngxhttp.Server.Row:
			s.server(l)
		case ngxhttp.Upstream.Row:
			if g, ok := l.Arg().(*ngxstream.Group); ok {
				s.Groups[catalog.Lower(g.Name)] = l
			}
		}
	}
	return s
}

func (s *Site) server(l *conf.Level) {
	v := &Server{Site: s, Level: l, Listens: ngxhttp.Listen.Uses(l)}
	for _, names := range ngxhttp.ServerName.All(l) {
		v.Names = append(v.Names, names...)
	}
	s.Servers = append(s.Servers, v)
	s.byLevel[l] = v
	v.Locations = s.locationsOf(v, nil, l)
	if len(v.Listens) == 0 && !l.Synthetic() {
		s.listen(v, catalog.Endpoint{Addr: netip.AddrPortFrom(netip.IPv4Unspecified(), 80)}, &ngxhttp.ListenArgs{})
	}
	for _, u := range v.Listens {
		if u.Arg == nil {
			continue
		}
		endpoints := u.Arg.Addr.Endpoints()
		if len(endpoints) == 0 {
			// A name that is not looked up is an address of its own.
			endpoints = []catalog.Endpoint{{Unix: "//" + u.Arg.Addr.Text}}
		}
		for _, e := range endpoints {
			s.listen(v, e, u.Arg)
		}
	}
}

func (s *Site) listen(v *Server, e catalog.Endpoint, args *ngxhttp.ListenArgs) {
	key := address{e, args.QUIC}
	a := s.addresses[key]
	if a == nil {
		a = &listening{standard: v}
		s.addresses[key] = a
	}
	v.keys = append(v.keys, key)
	a.servers = append(a.servers, v)
	a.ssl = a.ssl || args.SSL || args.QUIC
	if args.DefaultServer && !a.marked {
		a.marked, a.standard = true, v
	}
}

// ServerOf returns the server that a level belongs to; nil outside of servers.
func (s *Site) ServerOf(l *conf.Level) *Server {
	for ; l != nil; l = l.Parent() {
		if v := s.byLevel[l]; v != nil {
			return v
		}
	}
	return nil
}

// LocationOf returns the innermost location that a level belongs to; nil outside
// of locations.
func (s *Site) LocationOf(l *conf.Level) *Location {
	for ; l != nil; l = l.Parent() {
		if v := s.locations[l]; v != nil {
			return v
		}
	}
	return nil
}

// Levels calls visit for every level in the http block, each before those in it.
func (s *Site) Levels(visit func(*conf.Level)) { levels(s.HTTP, visit) }

func levels(l *conf.Level, visit func(*conf.Level)) {
	visit(l)
	for _, in := range l.Children() {
		levels(in, visit)
	}
}

// Default reports whether requests that no name chooses come to the server, on
// any of its addresses.
func (v *Server) Default() bool {
	for _, k := range v.keys {
		if v.Site.addresses[k].standard == v {
			return true
		}
	}
	return false
}

// FirstOfSeveral reports whether the server is the default of an address that it
// shares with others, because it is the first one and none is marked.
func (v *Server) FirstOfSeveral() bool {
	for _, k := range v.keys {
		if a := v.Site.addresses[k]; a.standard == v && !a.marked && len(a.servers) > 1 {
			return true
		}
	}
	return false
}

// Neighbours returns the servers that share an address with the server, itself
// included, in the order of the file.
func (v *Server) Neighbours() []*Server {
	near := map[*Server]bool{}
	for _, k := range v.keys {
		for _, o := range v.Site.addresses[k].servers {
			near[o] = true
		}
	}
	var out []*Server
	for _, o := range v.Site.Servers {
		if near[o] {
			out = append(out, o)
		}
	}
	return out
}

// TLS tells whether requests come to the server over TLS and in the clear. The
// parameter ssl belongs to the address: one server's listen directive sets it for
// all.
func (v *Server) TLS() (secure, plain bool) {
	for _, k := range v.keys {
		if v.Site.addresses[k].ssl {
			secure = true
		} else {
			plain = true
		}
	}
	return secure, plain
}

// Secure reports whether the addresses of a listen directive speak TLS.
func (s *Site) Secure(args *ngxhttp.ListenArgs) bool {
	for _, e := range args.Addr.Endpoints() {
		if a := s.addresses[address{e, args.QUIC}]; a != nil && a.ssl {
			return true
		}
	}
	return args.SSL || args.QUIC
}

// Local reports whether only programs on the same machine reach the server.
func (v *Server) Local() bool {
	for _, k := range v.keys {
		if k.endpoint.Unix == "" && !k.endpoint.Addr.Addr().IsLoopback() {
			return false
		}
	}
	return len(v.keys) > 0
}

// Ports returns the TCP ports that the server listens on.
func (v *Server) Ports() []int {
	var out []int
	for _, k := range v.keys {
		if k.endpoint.Unix == "" && !k.quic {
			out = append(out, int(k.endpoint.Addr.Port()))
		}
	}
	return out
}

// Group returns the upstream block with a name; nil if there is none.
func (s *Site) Group(name string) *conf.Level { return s.Groups[catalog.Lower(name)] }
