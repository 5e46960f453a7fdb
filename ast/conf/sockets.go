package conf

import "tidegate/ast/catalog"

// Socket is what nginx opens for an address to listen on.
type Socket struct {
	Endpoint catalog.Endpoint
	Datagram bool
}

// openSockets adds the sockets for the addresses of a block that has ended, as
// ngx_stream_optimize_servers and its twins make them: port by port, and an
// address on a port that is also listened on for all addresses needs none of its
// own unless it has socket options.
func openSockets[T interface{ address() boundAddress }](t *Tree, list []T) {
	wildcards := map[port]bool{}
	for _, x := range list {
		if a := x.address(); wildcard(a.endpoint) {
			wildcards[a.port()] = true
		}
	}
	opened := func(x T) bool {
		a := x.address()
		return wildcard(a.endpoint) || a.options || a.endpoint.Unix != "" || !wildcards[a.port()]
	}
	for _, x := range inPortOrder(list, opened) {
		a := x.address()
		t.Sockets = append(t.Sockets, Socket{a.endpoint, a.datagram})
	}
}
