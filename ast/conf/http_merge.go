package conf

import (
	"fmt"
	"path/filepath"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/diag"
)

// httpMerge is what a module checks when it merges the settings of levels:
// those of http into a server (merge_srv_conf), and those of an outer level into
// a server or location (merge_loc_conf).
type httpMerge struct {
	module           *catalog.Module
	server, location func(m *merger, l *Level)
	// inherited is for a location in which no directive of the module stands.
	inherited func(m *merger, l *Level)
}

// httpMerges are the modules that check anything there, in nginx's order.
var httpMerges = []httpMerge{
	{module: ngxhttp.CoreModule, server: (*merger).core, location: (*merger).types},
	{module: ngxhttp.UpstreamModule}, // its groups are set up then
	{module: ngxhttp.RefererModule, location: (*merger).referers},
	{module: ngxhttp.SSLModule, server: (*merger).ssl},
	{ngxhttp.ProxyModule, nil, (*merger).proxy, proxyGateway.inherit},
	{ngxhttp.FastCGIModule, nil, fastcgiGateway.merge, fastcgiGateway.warnCache},
	{ngxhttp.UWSGIModule, nil, (*merger).uwsgi, uwsgiGateway.warnCache},
	{ngxhttp.SCGIModule, nil, scgiGateway.merge, scgiGateway.warnCache},
	{module: ngxhttp.GRPCModule, location: (*merger).grpc},
	{module: ngxhttp.SecureLinkModule, location: (*merger).secureLink},
	{module: ngxhttp.GzipModule, location: mediaTypes(ngxhttp.GzipTypes)},
	{module: ngxhttp.SSIModule, location: mediaTypes(ngxhttp.SSITypes)},
	{module: ngxhttp.CharsetModule, location: mediaTypes(ngxhttp.CharsetTypes)},
	{module: ngxhttp.SubModule, location: mediaTypes(ngxhttp.SubFilterTypes)},
	{module: ngxhttp.AdditionModule, location: mediaTypes(ngxhttp.AdditionTypes)},
	{module: ngxlua.HTTPModule, server: (*merger).luaServer, location: (*merger).lua},
}

// merger is one run of the checks of merging.
type merger struct {
	*checker
	end ast.Pos
	// said keeps a setting that many levels inherit from being reported more than
	// once.
	said map[saidKey]bool
	// contexts are what nginx has set up for a level and shares with those inside:
	// TLS settings for other servers, and hashes of headers.
	contexts map[contextKey]bool
}

type saidKey struct {
	message string
	subject ast.Range
}

type contextKey struct {
	what  string
	level *Level
}

// say reports what nginx says at the end of the block, with its position.
func (m *merger) say(subject ast.Range, format string, args ...any) {
	m.report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleConflict, Subject: subject, At: m.end,
		Message: fmt.Sprintf(format, args...)})
}

// sayPlain is say for messages without a position.
func (m *merger) sayPlain(subject ast.Range, format string, args ...any) {
	m.report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleConflict, Subject: subject, Order: m.end,
		Message: fmt.Sprintf(format, args...)})
}

// warn is say for warnings, which nginx repeats for each level.
func (m *merger) warn(subject ast.Range, message string) {
	m.Report(diag.Diagnostic{Severity: diag.Warn, Rule: catalog.RuleConflict, Subject: subject, At: m.end, Message: message})
}

func (m *merger) report(d diag.Diagnostic) {
	if k := (saidKey{d.Message, d.Subject}); !m.said[k] {
		m.said[k] = true
		m.Report(d)
	}
}

// scopeOf is a server or location with the modules whose directives stand in it.
type scopeOf struct {
	level   *Level
	modules map[*catalog.Module]bool
}

// mergeHTTP follows the loop of ngx_http_block over the modules: each sets up
// its own, then ngx_http_merge_servers merges server by server and location by
// location. A module whose directives do not stand in a location finds the same
// there as in the outer level.
func (c *checker) mergeHTTP(http *Level, servers []*Level, end ast.Pos) {
	m := &merger{checker: c, end: end, said: map[saidKey]bool{}, contexts: map[contextKey]bool{}}
	top := modulesIn(http)
	levels := make([][]scopeOf, len(servers))
	for i, s := range servers {
		levels[i] = m.locations(s, nil)
	}
	for i := range httpMerges {
		h := &httpMerges[i]
		if h.module == ngxhttp.UpstreamModule {
			c.initGroupsOf(http, c.tree.httpGroups)
			continue
		}
		for _, server := range levels {
			m.defaultPath(h.module, server[0].level)
			for i, s := range server {
				h.merge(m, s.level, i == 0, s.modules[h.module] || i == 0 && top[h.module])
			}
		}
	}
}

// merge runs the checks for one level; touched tells that directives of the
// module stand there.
func (h *httpMerge) merge(m *merger, l *Level, server, touched bool) {
	if !touched {
		if h.inherited != nil {
			h.inherited(m, l)
		}
		return
	}
	if server && h.server != nil {
		h.server(m, l)
	}
	if h.location != nil {
		h.location(m, l)
	}
}

// locations lists a server and the locations in it in the order in which
// ngx_http_merge_locations meets them.
func (m *merger) locations(l *Level, list []scopeOf) []scopeOf {
	list = append(list, scopeOf{l, modulesIn(l)})
	for _, in := range l.children {
		list = m.locations(in, list)
	}
	return list
}

// modulesIn finds the modules of the directives in a level.
func modulesIn(l *Level) map[*catalog.Module]bool {
	found := map[*catalog.Module]bool{}
	for i := range l.once {
		found[l.once[i].Row.Module()] = true
	}
	for i := range l.many {
		found[l.many[i].row.Module()] = true
	}
	return found
}

// core follows ngx_http_core_merge_srv_conf.
func (m *merger) core(l *Level) {
	pool := int64(512)
	if n, ok := ngxhttp.ConnectionPoolSize.Lookup(l); ok {
		pool = n
	}
	if ngxhttp.LargeClientHeaderBuffers.Get(l).Size < pool {
		m.say(placeOf(l, ngxhttp.LargeClientHeaderBuffers.Row, ngxhttp.ConnectionPoolSize.Row),
			`the "large_client_header_buffers" size must be equal to or greater than "connection_pool_size"`)
	}
}

// placeOf finds the directive in force at a level that a finding points to: the
// first of the rows that is set.
func placeOf(l *Level, rows ...*catalog.Row) ast.Range {
	for _, r := range rows {
		if in := l.nearest(r); in != nil {
			v := in.Values(r)
			return v[len(v)-1].Node.HeadRange()
		}
	}
	return l.node.HeadRange()
}

// hash reports what nginx says when it builds a hash. It returns false if that
// fails.
func (m *merger) hash(limits catalog.HashLimits, keys *catalog.HashKeys, subject ast.Range) bool {
	list, ok := limits.Diagnostics(keys, subject, m.end)
	for _, d := range list {
		if d.Fatal() {
			m.report(d)
		} else {
			m.Report(d) // nginx warns of each hash
		}
	}
	return ok
}

// types follows the part of ngx_http_core_merge_loc_conf that builds the hash
// of types.
func (m *merger) types(l *Level) {
	var keys catalog.HashKeys
	subject := placeOf(l, ngxhttp.TypesHashBucketSize.Row, ngxhttp.TypesHashMaxSize.Row)
	if uses := ngxhttp.Types.Uses(l); len(uses) > 0 {
		last := uses[len(uses)-1]
		for ext := range last.Arg {
			keys.Add(ext)
		}
		subject = last.Node.HeadRange()
	} else {
		for _, ext := range []string{"html", "gif", "jpg"} { // ngx_http_core_default_types
			keys.Add(ext)
		}
	}
	m.hash(catalog.HashLimits{Name: "types_hash", MaxSize: ngxhttp.TypesHashMaxSize.Get(l),
		BucketSize: ngxhttp.TypesHashBucketSize.Get(l)}.Aligned(), &keys, subject)
}

// mediaTypes follows ngx_http_merge_types.
func mediaTypes(d catalog.Directive[[]string]) func(m *merger, l *Level) {
	return func(m *merger, l *Level) {
		var keys catalog.HashKeys
		keys.Add("text/html")
		for _, list := range d.All(l) {
			for _, t := range list {
				if t == "*" {
					return
				}
				keys.Add(t)
			}
		}
		m.hash(catalog.HashLimits{Name: "test_types_hash", MaxSize: 2048, BucketSize: 64}, &keys, placeOf(l, d.Row))
	}
}

// secureLink follows ngx_http_secure_link_merge_conf.
func (m *merger) secureLink(l *Level) {
	own := func(r *catalog.Row) bool { return len(l.Values(r)) > 0 }
	if own(ngxhttp.SecureLinkSecret.Row) && (own(ngxhttp.SecureLink.Row) || own(ngxhttp.SecureLinkMD5.Row)) {
		m.say(placeOf(l, ngxhttp.SecureLinkSecret.Row),
			`"secure_link_secret" cannot be mixed with "secure_link" and "secure_link_md5"`)
	}
}

// referers follows ngx_http_referer_merge_conf.
func (m *merger) referers(l *Level) {
	uses := ngxhttp.ValidReferers.Uses(l)
	if len(l.Values(ngxhttp.ValidReferers.Row)) == 0 {
		return
	}
	var keys catalog.HashKeys
	empty, names := false, false
	for _, u := range uses {
		for _, word := range u.Arg {
			switch {
			case word == "none" || word == "blocked":
				empty = true
			case word == "server_names":
				names = true
			case strings.HasPrefix(word, "~"):
			default:
				keys.AddName(ngxhttp.RefererHost(word))
			}
		}
	}
	subject := placeOf(l, ngxhttp.ValidReferers.Row)
	if names && !m.refererNames(l, &keys, subject) {
		return
	}
	if empty && keys.Len() == 0 {
		m.sayPlain(subject, `the "none" or "blocked" referers are specified in the "valid_referers" directive without any valid referer`)
		return
	}
	m.hash(catalog.HashLimits{Name: "referer_hash", MaxSize: ngxhttp.RefererHashMaxSize.Get(l),
		BucketSize: ngxhttp.RefererHashBucketSize.Get(l)}.Aligned(), &keys, subject)
}

// refererNames adds the names of the server.
func (m *merger) refererNames(l *Level, keys *catalog.HashKeys, subject ast.Range) bool {
	server := l
	for server.block != ngxhttp.Server.Row {
		server = server.outer
	}
	for _, u := range serverNameUses(server, ngxhttp.ServerName) {
		switch keys.AddName(u.name.Text) {
		case catalog.HashBusy:
			m.say(subject, `conflicting parameter "%s"`, u.name.Text)
			return false
		case catalog.HashDeclined:
			m.say(subject, `invalid hostname or wildcard "%s"`, u.name.Text)
			return false
		}
	}
	return true
}

// ssl follows ngx_http_ssl_merge_srv_conf.
func (m *merger) ssl(l *Level) { m.mergeServerTLS(&httpTLS, l, m.end) }

// luaServer follows ngx_http_lua_merge_srv_conf.
func (m *merger) luaServer(l *Level) {
	if httpTLS.on(l) {
		return
	}
	for _, p := range []*ngxlua.Phase{ngxlua.HTTPSSLClientHelloPhase, ngxlua.HTTPSSLCertificatePhase} {
		if s := codeAt(p, l); s != nil {
			m.sayPlain(s.Directive.WordRange(0), "no ssl configured for the server")
			return
		}
	}
}

// codeAt finds the code of a phase at a level. Code of no bytes is none, as in
// ngx_http_lua_merge_srv_conf.
func codeAt(p *ngxlua.Phase, l *Level) *ngxlua.Script {
	for ; l != nil; l = l.outer {
		if s, ok := p.Own(l); ok && (s.Source != "" || s.File.Text != "") {
			return s
		}
	}
	return nil
}

// lua follows ngx_http_lua_merge_loc_conf.
func (m *merger) lua(l *Level) {
	for _, p := range []*ngxlua.Phase{ngxlua.HTTPProxySSLCertificatePhase, ngxlua.HTTPProxySSLVerifyPhase} {
		if s := codeAt(p, l); s != nil && !m.contexts[contextKey{proxyTLS.prefix, owner(l, proxyTLS.own...)}] {
			m.sayPlain(s.Directive.WordRange(0), "%s* should be used with proxy_pass https url", p.Name)
			return
		}
	}
	certs, keys := ngxlua.HTTPLuaSSLCertificate.Uses(l), ngxlua.HTTPLuaSSLCertificateKey.Uses(l)
	if len(keys) < len(certs) {
		last := certs[len(certs)-1]
		m.sayPlain(last.Node.WordRange(1), `no "lua_ssl_certificate_key" is defined for certificate "%s"`, last.Node.Arg(0))
		return
	}
	if at := owner(l, httpLuaTLS.own...); m.first("lua", at) {
		m.tree.TLSClients = append(m.tree.TLSClients, TLSClient{at, "lua"})
		m.luaFiles(&httpLuaTLS, l, m.end)
		m.keyLog(l)
	}
}

// keyLog follows ngx_http_lua_ssl_key_log, which makes the file: its folder must
// be there.
func (m *merger) keyLog(l *Level) {
	name := ngxlua.HTTPLuaSSLKeyLog.Get(l)
	if name != "" && m.File(filepath.Dir(name)) != nil {
		m.sayPlain(subjectOf(ngxlua.HTTPLuaSSLKeyLog, l), `open()("%s") failed`, name)
	}
}

// initHTTPServerNames follows ngx_http_optimize_servers.
func (c *checker) initHTTPServerNames(end ast.Pos) {
	http := c.tree.HTTP()
	limits := catalog.HashLimits{Name: "server_names_hash", MaxSize: ngxhttp.ServerNamesHashMaxSize.Get(http), BucketSize: catalog.CacheLine}
	if n, ok := ngxhttp.ServerNamesHashBucketSize.Lookup(http); ok {
		limits.BucketSize = n
	}
	named := func(a *HTTPListening) bool { return len(a.Servers) > 1 || hasCaptures(a.Default, ngxhttp.ServerName) }
	for _, a := range inPortOrder(c.tree.HTTPListening, named) {
		c.nameConflicts(a.Endpoint, a.Servers, ngxhttp.ServerName, limits.Aligned(), end)
	}
}

// initCharsets follows ngx_http_charset_postconfiguration: between two character
// sets of a location there must be a table.
func (c *checker) initCharsets(http *Level, servers []*Level, end ast.Pos) {
	tables := map[[2]string]bool{}
	for _, t := range ngxhttp.CharsetMap.All(http) {
		from, to := strings.ToLower(t.From), strings.ToLower(t.To)
		tables[[2]string{from, to}], tables[[2]string{to, from}] = true, true
	}
	var walk func(l *Level) bool
	walk = func(l *Level) bool {
		to, from := ngxhttp.Charset.Get(l), ngxhttp.SourceCharset.Get(l)
		pair := [2]string{strings.ToLower(from.Text), strings.ToLower(to.Text)}
		if from.Text != "" && to.Text != "" && !from.HasVariables() && !to.HasVariables() && pair[0] != pair[1] && !tables[pair] {
			c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleReference, Order: end,
				Subject: placeOf(l, ngxhttp.SourceCharset.Row),
				Message: fmt.Sprintf(`no "charset_map" between the charsets "%s" and "%s"`, from.Text, to.Text)})
			return false
		}
		for _, in := range l.children {
			if !walk(in) {
				return false
			}
		}
		return true
	}
	for _, s := range servers {
		if !walk(s) {
			return
		}
	}
}
