package rules

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
)

// transports tells what a stream server listens for. A server whose listen
// directives are not known listens for neither.
func transports(server catalog.Level) (tcp, udp bool) {
	for _, l := range ngxstream.Listen.All(server) {
		if l.UDP {
			udp = true
		} else {
			tcp = true
		}
	}
	return tcp, udp
}

// tlsOnly tells that all TCP connections of a stream server begin with TLS.
func tlsOnly(server catalog.Level) bool {
	any := false
	for _, l := range ngxstream.Listen.All(server) {
		if !l.UDP && !l.SSL {
			return false
		}
		any = any || l.SSL
	}
	return any
}

// choosesByName tells that the name which a client asks for can lead from an
// address to another server than the default one: it is known from the TLS
// handshake (ngx_stream_ssl_servername) or from the ClientHello
// (ngx_stream_ssl_preread_servername). The default server's ssl_preread is in
// force until another server is chosen.
func choosesByName(a *conf.Listening) bool {
	return !a.UDP && (a.SSL || ngxstream.SSLPreread.Get(a.Default))
}

// listensOn returns the addresses that each stream server listens on.
func listensOn(tree *conf.Tree) map[*conf.Level][]*conf.Listening {
	out := map[*conf.Level][]*conf.Listening{}
	for _, a := range tree.Listening {
		for _, s := range a.Servers {
			out[s] = append(out[s], a)
		}
	}
	return out
}

// proxies returns the proxy_pass of a server.
func proxies(server catalog.Level) (catalog.Use[*ngxstream.PassTarget], bool) {
	uses := ngxstream.ProxyPass.Uses(server)
	if len(uses) == 0 {
		return catalog.Use[*ngxstream.PassTarget]{}, false
	}
	return uses[0], true
}

// inForce returns the use of a directive that holds at a level, its own or an
// inherited one.
func inForce[T any](d catalog.Directive[T], l catalog.Level) (catalog.Use[T], bool) {
	uses := d.Uses(l)
	if len(uses) == 0 {
		return catalog.Use[T]{}, false
	}
	return uses[len(uses)-1], true
}

// argument is the first argument of a directive, its name if it has none.
func argument(d *ast.Directive) ast.Range {
	if d.NumWords() > 1 {
		return d.WordRange(1)
	}
	return d.WordRange(0)
}
