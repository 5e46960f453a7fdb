package rules

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/lint"
)

// upstreamRows are the upstream blocks of stream and http.
var upstreamRows = []*catalog.Row{ngxstream.Upstream.Row, ngxhttp.Upstream.Row}

// member is one server of a group.
type member struct {
	*ngxstream.Peer
	node *ast.Directive
}

// membersOf lists the servers of a group of stream or http.
func membersOf(l *conf.Level) []member {
	var out []member
	for _, v := range l.Values(ngxstream.UpstreamServer.Row) {
		out = append(out, member{v.Arg.(*ngxstream.Peer), v.Node})
	}
	for _, v := range l.Values(ngxhttp.UpstreamServer.Row) {
		out = append(out, member{&v.Arg.(*ngxhttp.Peer).Peer, v.Node})
	}
	return out
}

// methodOf returns the way in which a group chooses servers.
func methodOf(l *conf.Level) ngxstream.Method {
	g, _ := l.Arg().(*ngxstream.Group)
	return g.Method
}

// placeholder tells that an address is none: "server 0.0.0.1" stands in groups
// whose servers a script chooses. 0.0.0.0 is not meant; connecting to it leads
// to the machine itself.
func (m member) placeholder() bool {
	for _, e := range m.Addr.Endpoints() {
		if ip := e.Addr.Addr(); e.Unix != "" || !ip.Is4() || ip.As4()[0] != 0 || ip.IsUnspecified() {
			return false
		}
	}
	return len(m.Addr.Endpoints()) > 0
}

// mayChoosePeer tells that the balancer script of a group may choose a server:
// some code names set_current_peer, or not all code is known.
func mayChoosePeer(p *lint.Pass, group *conf.Level) bool {
	subsystem := catalog.HTTP
	if group.In() == catalog.StreamUpstream {
		subsystem = catalog.Stream
	}
	if !p.Lua().Complete(subsystem) {
		return true
	}
	for _, s := range p.Scripts() {
		if (s.Module != "" || slices.ContainsFunc(s.Uses, func(u lint.Use) bool { return u.Level == group })) &&
			strings.Contains(s.Text, "set_current_peer") {
			return true
		}
	}
	return false
}
