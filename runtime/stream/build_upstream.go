package stream

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/upstream"
)

// upstreams builds the groups of the upstream blocks.
func (b *builder) upstreams() {
	for _, u := range ngxstream.Upstream.In(b.level) {
		cfg := upstream.Config{Name: u.Arg.Name, Where: fmt.Sprintf("%s:%d", u.At.File.Name, u.At.Line()), Now: b.deps.Now}
		g := &group{host: u.Arg.Name}
		b.method(u.Level, u.Arg, &cfg, g)
		for _, p := range ngxstream.UpstreamServer.Uses(u.Level) {
			cfg.Servers = append(cfg.Servers, peerConfig(p.Arg))
		}
		if z, ok := ngxstream.Zone.Own(u.Level); ok {
			cfg.Zone = z.Name
		}
		made, err := upstream.New(cfg)
		if err != nil {
			b.fail(u.At, err)
			continue
		}
		g.Group = made
		if made.Resolves() && b.deps.Resolving != nil {
			g.resolving = b.deps.Resolving(u.Level)
		}
		b.groups = append(b.groups, g)
		b.byLevel[u.Level] = g
	}
}

// method reads how a group balances.
func (b *builder) method(level Level, arg *ngxstream.Group, cfg *upstream.Config, g *group) {
	switch arg.Method {
	case ngxstream.MethodHash:
		h, _ := ngxstream.Hash.Own(level)
		if cfg.Method = upstream.Hash; h.Consistent {
			cfg.Method = upstream.HashConsistent
		}
		g.key = b.vars.Compile(h.Key)
	case ngxstream.MethodLeastConn:
		cfg.Method = upstream.LeastConn
	case ngxstream.MethodLeastTime:
		l, _ := ngxstream.LeastTime.Own(level)
		cfg.Method, cfg.Inflight = upstream.LeastTime, l.InFlight
		switch l.Of {
		case "first_byte":
			cfg.Metric = upstream.TimeFirstByte
		case "last_byte":
			cfg.Metric = upstream.TimeLastByte
		}
	case ngxstream.MethodRandom:
		r, _ := ngxstream.Random.Own(level)
		if cfg.Method = upstream.Random; r.Two {
			cfg.Method = upstream.RandomTwo
		}
	case ngxstream.MethodLua:
		if b.deps.Scripts != nil {
			cfg.Balancer = b.deps.Scripts.Balancer(level)
		}
		g.scripted = cfg.Balancer != nil
	}
}

func peerConfig(p *ngxstream.Peer) upstream.Server {
	s := upstream.Server{
		Name: p.Addr.Text, Addrs: upstreamAddrs(&p.Addr), Weight: p.Weight, MaxConns: p.MaxConns, MaxFails: p.MaxFails,
		FailTimeout: p.FailTimeout, Backup: p.Backup, Down: p.Down,
	}
	if p.Resolve && p.Addr.IsName {
		s.Addrs, s.Host, s.Service, s.Port = nil, p.Addr.Host, p.Service, uint16(p.Addr.Port)
	}
	return s
}

// passGroup is the group that a proxy_pass without variables names: an upstream block, or one made of its address. Servers that pass
// to the same host and port share it (ngx_stream_upstream_add).
func (b *builder) passGroup(t *ngxstream.PassTarget, at ast.Pos) *group {
	if t.Group != nil {
		if g := b.byLevel[t.Group]; g != nil {
			return g
		}
	}
	port := t.Addr.Port
	if t.Addr.NoPort {
		port = 0
	}
	for _, g := range b.groups {
		if g.port == port && strings.EqualFold(g.host, t.Addr.Host) {
			return g
		}
	}
	addrs := upstreamAddrs(&t.Addr)
	if len(addrs) == 0 {
		b.fail(at, errHostNotFound(t.Addr))
		return nil
	}
	g := &group{Group: upstream.NewImplicit(t.Addr.Host, addrs), host: t.Addr.Host, port: port}
	b.groups = append(b.groups, g)
	return g
}

type hostNotFound string

func (h hostNotFound) Error() string { return "host not found in upstream \"" + string(h) + "\"" }

func errHostNotFound(a catalog.Address) error { return hostNotFound(a.Text) }
