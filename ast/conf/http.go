package conf

import (
	"fmt"
	"net/netip"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// The http block is checked as far as nginx checks it and not kept: the runtime
// refuses it as a whole.

// registerHTTP is register inside the http and mail blocks.
func (c *checker) registerHTTP(call *catalog.Call, v *catalog.Value, l *Level) {
	switch arg := v.Arg.(type) {
	case *ngxhttp.ListenArgs:
		c.httpListen(call, arg, l)
	case *ngxhttp.PassTarget:
		c.proxyPass(call, &arg.PassTarget)
	case *ngxstream.Group:
		c.upstream(call, arg)
	case *ngxstream.Format:
		c.mentionFormat(call, v)
	case *ngxstream.AccessLogArgs:
		c.mentionFormat(call, v)
		c.accessLog(call, arg)
	case ngxlua.SharedDict:
		c.zone(call, 1, v.Row, arg.Name, arg.Size)
	case ngxstream.LimitZone:
		c.zone(call, 2, v.Row, arg.Zone.Name, arg.Zone.Size)
	case ngxstream.ConnLimit:
		c.zone(call, 1, v.Row, arg.Zone, 0)
	case ngxhttp.RateZone:
		c.zone(call, 2, v.Row, arg.Zone.Name, arg.Zone.Size)
	case ngxhttp.RateLimit:
		c.zone(call, 1, v.Row, arg.Zone, 0)
	case ngxhttp.CacheDir:
		c.zone(call, 2, v.Row, arg.Zone.Name, arg.Zone.Size)
	case ngxhttp.CacheRef:
		if name, constant := arg.Zone.Constant(); constant && name != "" {
			c.zone(call, 1, v.Row, name, 0)
			c.caches = append(c.caches, cacheUse{v.Row.Name, name, call.Word(1)})
		}
	case ngxstream.SessionCache:
		if arg.Shared.Name != "" {
			c.zone(call, 1, v.Row, arg.Shared.Name, arg.Shared.Size)
		}
	case ngxstream.SharedZone:
		if arg.Name != "" {
			c.zone(call, 1, v.Row, arg.Name, arg.Size)
		}
	case string:
		if strings.HasSuffix(v.Row.Name, "_password_file") {
			c.open(call, arg)
		}
	}
}

// httpLimitKey finds the key of a zone that a directive further above declares.
func (c *checker) httpLimitKey(l catalog.Level, r *catalog.Row, name string) (string, bool) {
	for _, v := range l.Values(r) {
		switch z := v.Arg.(type) {
		case ngxhttp.RateZone:
			if z.Zone.Name == name {
				return z.Key.Text, true
			}
		case ngxstream.LimitZone:
			if z.Zone.Name == name {
				return z.Key.Text, true
			}
		}
	}
	return "", false
}

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

type cacheUse struct {
	directive, zone string
	at              ast.Range
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
	for _, s := range a.Servers {
		if s == l {
			call.Report(diag.Emerg, catalog.RuleDuplicate, call.Word(1), "a duplicate listen "+e.String())
			return false
		}
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

// finishHTTP runs the checks at the end of the http block in the order of
// ngx_http_block: groups, settings of servers, locations, TLS, variables, names
// of servers.
func (c *checker) finishHTTP(http *Level) {
	end := http.node.EndPos()
	c.initGroupsOf(http, c.tree.httpGroups)
	servers := blocks(http, ngxhttp.Server.Row)
	whole := !c.tree.Fragment()
	if whole {
		c.mergeHTTPSSL(servers, end)
		c.mergeCaches(end)
	}
	for _, s := range servers {
		c.httpLocations(s, end)
	}
	if whole {
		c.initHTTPSSL(end)
	}
	c.initVariables(end)
	for _, a := range c.tree.HTTPListening {
		if len(a.Servers) > 1 || hasCaptures(a.Default, ngxhttp.ServerName) {
			c.nameConflicts(a.Endpoint, a.Servers, ngxhttp.ServerName, end)
		}
	}
}

// httpLocations finds locations that stand twice in a level, as
// ngx_http_init_locations and ngx_http_join_exact_locations do.
func (c *checker) httpLocations(l *Level, end ast.Pos) {
	type key struct {
		name  string
		class ngxhttp.LocationKind
	}
	seen := map[key]*Level{}
	for _, in := range l.children {
		a, ok := in.arg.(*ngxhttp.LocationArgs)
		if !ok {
			continue
		}
		c.httpLocations(in, end)
		k := key{a.Name, a.Kind}
		switch a.Kind {
		case ngxhttp.RegexLocation:
			continue
		case ngxhttp.FirmLocation:
			k.class = ngxhttp.PrefixLocation
		}
		first := seen[k]
		if first == nil {
			seen[k] = in
			continue
		}
		if a.Kind == ngxhttp.NamedLocation {
			continue // nginx keeps both and finds the first
		}
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleDuplicate, Subject: in.node.HeadRange(), Order: end,
			Message: fmt.Sprintf(`duplicate location "%s" in %s:%d`, a.Name, in.node.OpenPos().File.Name, in.node.OpenPos().Line()),
			Related: []diag.Related{{Range: first.node.HeadRange(), Message: "the first one is here"}}})
	}
}

// mergeHTTPSSL follows ngx_http_ssl_merge_srv_conf as far as settings go
// together.
func (c *checker) mergeHTTPSSL(servers []*Level, end ast.Pos) {
	for _, l := range servers {
		certs := ngxhttp.SSLCertificate.Uses(l)
		if len(certs) == 0 {
			continue
		}
		if keys := ngxhttp.SSLCertificateKey.Uses(l); len(keys) < len(certs) {
			last := certs[len(certs)-1]
			c.mergeFailure(last.Node.WordRange(1), end,
				fmt.Sprintf(`no "ssl_certificate_key" is defined for certificate "%s"`, last.Arg))
		}
	}
}

// mergeCaches reports caches that no directive declares, as
// ngx_http_proxy_merge_loc_conf and its kin do.
func (c *checker) mergeCaches(end ast.Pos) {
	for _, u := range c.caches {
		if z := c.tree.Zones[c.zones[u.zone]]; z.Size == 0 {
			c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleReference, Subject: u.at, At: end,
				Message: fmt.Sprintf(`"%s" zone "%s" is unknown`, u.directive, u.zone)})
		}
	}
}

// initHTTPSSL follows ngx_http_ssl_init: every address with ssl needs a
// certificate.
func (c *checker) initHTTPSSL(end ast.Pos) {
	for _, a := range c.tree.HTTPListening {
		if len(a.SSL) == 0 || ngxhttp.SSLCertificate.Set(a.Default) {
			continue
		}
		l := a.Default
		if ngxhttp.SSLRejectHandshake.Get(l) {
			l = nil
			for _, s := range a.Servers {
				if !ngxhttp.SSLCertificate.Set(s) && !ngxhttp.SSLRejectHandshake.Get(s) {
					l = s
					break
				}
			}
			if l == nil {
				continue
			}
		}
		form := "ssl"
		if a.QUIC {
			form = "quic"
		}
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "tls", Subject: a.SSL[0].HeadRange(), At: l.node.OpenPos(), Order: end,
			Message: fmt.Sprintf(`no "ssl_certificate" is defined for the "listen ... %s" directive`, form)})
	}
}

// httpSockets counts the sockets of http as sockets does those of stream.
func (c *checker) httpSockets() int {
	type port struct {
		number uint16
		quic   bool
		family int
	}
	portOf := func(a *HTTPListening) port {
		return port{a.Endpoint.Addr.Port(), a.QUIC, family(a.Endpoint.Addr.Addr())}
	}
	wildcards := map[port]bool{}
	for _, a := range c.tree.HTTPListening {
		if wildcard(a.Endpoint) {
			wildcards[portOf(a)] = true
		}
	}
	n := 0
	for _, a := range c.tree.HTTPListening {
		if wildcard(a.Endpoint) || a.options || a.Endpoint.Unix != "" || !wildcards[portOf(a)] {
			n++
		}
	}
	return n
}
