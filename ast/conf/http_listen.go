package conf

import (
	"net/netip"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/diag"
)

// HTTPListening is one address to listen on of http.
type HTTPListening struct {
	Endpoint catalog.Endpoint
	QUIC     bool
	// Servers holds the servers of the address, in the order of the file.
	Servers []*Level
	// Default is the server for requests that no name chooses.
	Default *Level
	// SSL holds the listen directives with ssl or quic.
	SSL []*ast.Directive

	defaultServer, options bool
}

// httpListen adds the addresses of a directive, as ngx_http_add_listen does for
// each.
func (c *checker) httpListen(call *catalog.Call, args *ngxhttp.ListenArgs, l *Level) {
	done := make(map[netip.AddrPort]bool, 1)
	for _, e := range args.Addr.Endpoints() {
		if e.Unix == "" && done[e.Addr] {
			continue
		}
		done[e.Addr] = true
		if !c.addHTTPAddress(call, e, args, l) {
			return
		}
	}
}

// addHTTPAddress follows ngx_http_add_addresses and ngx_http_add_server.
func (c *checker) addHTTPAddress(call *catalog.Call, e catalog.Endpoint, args *ngxhttp.ListenArgs, l *Level) bool {
	a := c.httpAddress(e, args.QUIC)
	if len(a.Servers) == 0 {
		a.Default, a.options, a.defaultServer = l, args.Options, args.DefaultServer
		a.Servers = append(a.Servers, l)
		a.noteSSL(call, args)
		return true
	}
	if a.Servers[len(a.Servers)-1] == l { // the directives of a server come together
		call.Report(diag.Emerg, catalog.RuleDuplicate, call.Word(1), "a duplicate listen "+e.String())
		return false
	}
	a.Servers = append(a.Servers, l)
	a.noteSSL(call, args)
	if args.Options {
		if a.options {
			call.Report(diag.Emerg, catalog.RuleConflict, call.Word(1), "duplicate listen options for "+e.String())
			return false
		}
		a.options = true
	}
	if args.DefaultServer {
		if a.defaultServer {
			call.Report(diag.Emerg, catalog.RuleConflict, call.Word(1), "a duplicate default server for "+e.String())
			return false
		}
		a.defaultServer, a.Default = true, l
	}
	return true
}

func (a *HTTPListening) noteSSL(call *catalog.Call, args *ngxhttp.ListenArgs) {
	if args.SSL || args.QUIC {
		a.SSL = append(a.SSL, call.Node)
	}
}

func (c *checker) httpAddress(e catalog.Endpoint, quic bool) *HTTPListening {
	key := listenKey{e, quic}
	a := c.httpListens[key]
	if a == nil {
		a = &HTTPListening{Endpoint: e, QUIC: quic}
		c.httpListens[key] = a
		c.tree.HTTPListening = append(c.tree.HTTPListening, a)
	}
	return a
}

// closeHTTPServer gives a server without a listen directive the default
// address, as the end of ngx_http_core_server does.
func (c *checker) closeHTTPServer(l *Level) {
	if l.hasListen {
		return
	}
	port := uint16(8000)
	if c.opt.Root {
		port = 80
	}
	a := c.httpAddress(catalog.Endpoint{Addr: netip.AddrPortFrom(netip.IPv4Unspecified(), port)}, false)
	if len(a.Servers) == 0 {
		a.Default = l
	}
	a.Servers = append(a.Servers, l)
}
