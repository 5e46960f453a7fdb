package conf

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
)

// gateway is what the modules that pass requests to other servers have in
// common (ngx_http_upstream_conf_t).
type gateway struct {
	prefix                                  string
	buffers                                 catalog.Directive[catalog.BufferList]
	bufferSize, busy, tempWrite, maxTemp    catalog.Directive[int64]
	cache                                   catalog.Directive[ngxhttp.CacheRef]
	cacheKey                                catalog.Directive[catalog.Template]
	hide, pass                              catalog.Directive[string]
	params                                  catalog.Directive[ngxhttp.Param]
	hiddenHeaders, setHeaders, cacheHeaders []string
}

var accelHeaders = []string{"X-Accel-Expires", "X-Accel-Redirect", "X-Accel-Limit-Rate", "X-Accel-Buffering", "X-Accel-Charset"}

// Headers that a request to another server gets or loses by itself.
var (
	proxyHeaders = []string{"Host", "Connection", "Proxy-Connection", "Content-Length", "Transfer-Encoding", "TE", "Keep-Alive",
		"Expect", "Upgrade"}
	conditionalHeaders = []string{"If-Modified-Since", "If-Unmodified-Since", "If-None-Match", "If-Match", "Range", "If-Range"}
	hostParam          = []string{"HTTP_HOST"}
	conditionalParams  = []string{"HTTP_HOST", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_NONE_MATCH",
		"HTTP_IF_MATCH", "HTTP_RANGE", "HTTP_IF_RANGE"}
)

var (
	proxyGateway = gateway{prefix: "proxy", buffers: ngxhttp.ProxyBuffers, bufferSize: ngxhttp.ProxyBufferSize,
		busy: ngxhttp.ProxyBusyBuffersSize, tempWrite: ngxhttp.ProxyTempFileWriteSize, maxTemp: ngxhttp.ProxyMaxTempFileSize,
		cache: ngxhttp.ProxyCache, hide: ngxhttp.ProxyHideHeader, pass: ngxhttp.ProxyPassHeader, params: ngxhttp.ProxySetHeader,
		hiddenHeaders: append([]string{"Date", "Server", "X-Pad"}, accelHeaders...), setHeaders: proxyHeaders,
		cacheHeaders: append(append([]string{}, proxyHeaders...), conditionalHeaders...)}
	fastcgiGateway = gateway{prefix: "fastcgi", buffers: ngxhttp.FastCGIBuffers, bufferSize: ngxhttp.FastCGIBufferSize,
		busy: ngxhttp.FastCGIBusyBuffersSize, tempWrite: ngxhttp.FastCGITempFileWriteSize, maxTemp: ngxhttp.FastCGIMaxTempFileSize,
		cache: ngxhttp.FastCGICache, cacheKey: ngxhttp.FastCGICacheKey, hide: ngxhttp.FastCGIHideHeader, pass: ngxhttp.FastCGIPassHeader,
		params: ngxhttp.FastCGIParam, hiddenHeaders: append([]string{"Status"}, accelHeaders...), setHeaders: hostParam,
		cacheHeaders: conditionalParams}
	uwsgiGateway = gateway{prefix: "uwsgi", buffers: ngxhttp.UWSGIBuffers, bufferSize: ngxhttp.UWSGIBufferSize,
		busy: ngxhttp.UWSGIBusyBuffersSize, tempWrite: ngxhttp.UWSGITempFileWriteSize, maxTemp: ngxhttp.UWSGIMaxTempFileSize,
		cache: ngxhttp.UWSGICache, cacheKey: ngxhttp.UWSGICacheKey, hide: ngxhttp.UWSGIHideHeader, pass: ngxhttp.UWSGIPassHeader,
		params: ngxhttp.UWSGIParam, hiddenHeaders: accelHeaders, setHeaders: hostParam,
		cacheHeaders: conditionalParams}
	scgiGateway = gateway{prefix: "scgi", buffers: ngxhttp.SCGIBuffers, bufferSize: ngxhttp.SCGIBufferSize,
		busy: ngxhttp.SCGIBusyBuffersSize, tempWrite: ngxhttp.SCGITempFileWriteSize, maxTemp: ngxhttp.SCGIMaxTempFileSize,
		cache: ngxhttp.SCGICache, cacheKey: ngxhttp.SCGICacheKey, hide: ngxhttp.SCGIHideHeader, pass: ngxhttp.SCGIPassHeader,
		params: ngxhttp.SCGIParam, hiddenHeaders: append([]string{"Status"}, accelHeaders...), setHeaders: hostParam,
		cacheHeaders: conditionalParams}
	grpcGateway = gateway{prefix: "grpc", hide: ngxhttp.GRPCHideHeader, pass: ngxhttp.GRPCPassHeader, params: ngxhttp.GRPCSetHeader,
		hiddenHeaders: append([]string{"Date", "Server"}, accelHeaders...), setHeaders: proxyHeaders}
)

// proxy follows ngx_http_proxy_merge_loc_conf.
func (m *merger) proxy(l *Level) {
	g := &proxyGateway
	limits := catalog.HashLimits{Name: "proxy_headers_hash", MaxSize: ngxhttp.ProxyHeadersHashMaxSize.Get(l),
		BucketSize: ngxhttp.ProxyHeadersHashBucketSize.Get(l)}.Aligned()
	if !m.bufferSizes(g, l) || !m.cacheZone(g, l) || !m.upstreamTLS(proxyTLS, l) || !m.hiddenHeaders(g, l, limits) {
		return
	}
	if uses := ngxhttp.ProxySetBody.Uses(l); len(uses) > 0 && !m.compile(uses[0].Arg, uses[0].Node, m.end) {
		return
	}
	m.setHeaders(g, l, limits)
}

func (m *merger) uwsgi(l *Level) {
	g := &uwsgiGateway
	if m.bufferSizes(g, l) && m.cacheZone(g, l) && m.upstreamTLS(uwsgiTLS, l) && m.hiddenHeaders(g, l, hideLimits(g)) {
		m.params(g, l)
	}
}

// merge follows ngx_http_fastcgi_merge_loc_conf and its kin.
func (g *gateway) merge(m *merger, l *Level) {
	if m.bufferSizes(g, l) && m.cacheZone(g, l) && m.hiddenHeaders(g, l, hideLimits(g)) {
		m.params(g, l)
	}
}

// grpc follows ngx_http_grpc_merge_loc_conf.
func (m *merger) grpc(l *Level) {
	limits := catalog.HashLimits{Name: "grpc_headers_hash", MaxSize: 512, BucketSize: 64}
	if m.upstreamTLS(grpcTLS, l) && m.hiddenHeaders(&grpcGateway, l, limits) {
		m.setHeaders(&grpcGateway, l, limits)
	}
}

func hideLimits(g *gateway) catalog.HashLimits {
	return catalog.HashLimits{Name: g.prefix + "_hide_headers_hash", MaxSize: 512, BucketSize: 64}
}

// pageSize is what nginx takes for buffers when nothing is set.
const pageSize = 4096

// bufferSizes checks that the sizes of buffers go together.
func (m *merger) bufferSizes(g *gateway, l *Level) bool {
	bufs := catalog.BufferList{Count: 8, Size: pageSize}
	if b, ok := g.buffers.Lookup(l); ok {
		bufs = b
	}
	one := sizeOr(g.bufferSize, l, pageSize)
	size := max(one, bufs.Size)
	busy, write, most := sizeOr(g.busy, l, 2*size), sizeOr(g.tempWrite, l, 2*size), sizeOr(g.maxTemp, l, 1<<30)
	name := func(d *catalog.Row) string { return `"` + d.Name + `"` }
	largest := "the maximum of the value of " + name(g.bufferSize.Row) + " and one of the " + name(g.buffers.Row)
	fail := func(d *catalog.Row, text string) bool {
		m.say(placeOf(l, d, g.buffers.Row, g.bufferSize.Row), "%s", text)
		return false
	}
	switch {
	case bufs.Count < 2:
		return fail(g.buffers.Row, "there must be at least 2 "+name(g.buffers.Row))
	case busy < size:
		return fail(g.busy.Row, name(g.busy.Row)+" must be equal to or greater than "+largest)
	case busy > int64(bufs.Count-1)*bufs.Size:
		return fail(g.busy.Row, name(g.busy.Row)+" must be less than the size of all "+name(g.buffers.Row)+" minus one buffer")
	case write < size:
		return fail(g.tempWrite.Row, name(g.tempWrite.Row)+" must be equal to or greater than "+largest)
	case most != 0 && most < size:
		return fail(g.maxTemp.Row, name(g.maxTemp.Row)+" must be equal to zero to disable temporary files usage or "+
			"must be equal to or greater than "+largest)
	}
	return true
}

func sizeOr(d catalog.Directive[int64], l *Level, otherwise int64) int64 {
	if n, ok := d.Lookup(l); ok {
		return n
	}
	return otherwise
}

// cacheZone checks that a directive declares the zone of the cache in force.
func (m *merger) cacheZone(g *gateway, l *Level) bool {
	uses := g.cache.Uses(l)
	if len(uses) == 0 || uses[0].Arg.Zone.IsZero() {
		return true
	}
	name, constant := uses[0].Arg.Zone.Constant()
	if n, known := m.zones[name]; constant && name != "" && known && m.tree.Zones[n].Size == 0 {
		m.say(uses[0].Node.WordRange(1), `"%s_cache" zone "%s" is unknown`, g.prefix, name)
		return false
	}
	g.warnCache(m, l)
	return true
}

// warnCache warns of a cache in force without a key.
func (g *gateway) warnCache(m *merger, l *Level) {
	if g.cacheKey.Row == nil {
		return
	}
	if uses := g.cache.Uses(l); len(uses) > 0 && !uses[0].Arg.Zone.IsZero() && !g.cacheKey.Set(l) {
		m.warn(uses[0].Node.HeadRange(), `no "`+g.prefix+`_cache_key" for "`+g.prefix+`_cache"`)
	}
}

// inherit notes that a level without directives of the module has had its hashes
// of headers built, which have room for the default ones.
func (g *gateway) inherit(m *merger, l *Level) {
	m.first(g.prefix+hidden, owner(l, g.hide.Row, g.pass.Row))
	m.first(g.prefix+headers, owner(l, g.params.Row))
}

// What a gateway has hashes of, see merger.contexts.
const (
	hidden           = " hidden"
	headers          = " headers"
	headersWithCache = " headers with cache"
	params           = " params"
	paramsWithCache  = " params with cache"
)

// hiddenHeaders follows ngx_http_upstream_hide_headers_hash.
func (m *merger) hiddenHeaders(g *gateway, l *Level, limits catalog.HashLimits) bool {
	hide := g.hide.All(l)
	if !m.first(g.prefix+hidden, owner(l, g.hide.Row, g.pass.Row)) {
		return true
	}
	passed := map[string]bool{}
	for _, h := range g.pass.All(l) {
		passed[catalog.Lower(h)] = true
	}
	var keys catalog.HashKeys
	for _, list := range [][]string{g.hiddenHeaders, hide} {
		for _, h := range list {
			if !passed[catalog.Lower(h)] {
				keys.Add(h)
			}
		}
	}
	return m.hash(limits, &keys, placeOf(l, g.hide.Row, ngxhttp.ProxyHeadersHashMaxSize.Row, ngxhttp.ProxyHeadersHashBucketSize.Row))
}

// owner finds the level that has one of the rows itself, the outermost one if
// none has.
func owner(l *Level, rows ...*catalog.Row) *Level {
	if at := l.NearestOf(rows...); at != nil {
		return at
	}
	return l.whole.main
}

// first tells whether a hash of a level is built for the first time: the levels
// inside share it.
func (m *merger) first(what string, l *Level) bool {
	k := contextKey{what, l}
	was := m.contexts[k]
	m.contexts[k] = true
	return !was
}

// setHeaders follows ngx_http_proxy_init_headers: the values are compiled, and
// the names go into a hash.
func (m *merger) setHeaders(g *gateway, l *Level, limits catalog.HashLimits) {
	if !m.namedHeaders(g, l, limits, g.setHeaders, headers) || g.cache.Row == nil {
		return
	}
	if c, ok := g.cache.Lookup(l); ok && !c.Zone.IsZero() {
		m.namedHeaders(g, l, limits, g.cacheHeaders, headersWithCache)
	}
}

func (m *merger) namedHeaders(g *gateway, l *Level, limits catalog.HashLimits, always []string, what string) bool {
	uses := g.params.Uses(l)
	if !m.first(g.prefix+what, owner(l, g.params.Row)) {
		return true
	}
	var keys catalog.HashKeys
	for _, u := range uses {
		keys.Push(u.Arg.Name)
		if !m.compile(u.Arg.Value, u.Node, m.end) {
			return false
		}
	}
	for _, h := range always {
		keys.Add(h)
	}
	return m.hash(limits, &keys, placeOf(l, g.params.Row, ngxhttp.ProxyHeadersHashMaxSize.Row, ngxhttp.ProxyHeadersHashBucketSize.Row))
}

// params follows ngx_http_fastcgi_merge_loc_conf and its kin: there is a set of
// parameters, and with a cache a second one.
func (m *merger) params(g *gateway, l *Level) {
	if !m.namedParams(g, l, g.setHeaders, params) {
		return
	}
	if c, ok := g.cache.Lookup(l); ok && !c.Zone.IsZero() {
		m.namedParams(g, l, g.cacheHeaders, paramsWithCache)
	}
}

// namedParams follows ngx_http_fastcgi_init_params and its kin: the parameters
// that replace headers go into a hash.
func (m *merger) namedParams(g *gateway, l *Level, always []string, what string) bool {
	if !m.first(g.prefix+what, owner(l, g.params.Row)) {
		return true
	}
	var keys catalog.HashKeys
	given := map[string]bool{}
	push := func(param string) {
		if name, ok := strings.CutPrefix(param, "HTTP_"); ok && name != "" {
			keys.Push(name)
		}
	}
	for _, u := range g.params.Uses(l) {
		given[catalog.Lower(u.Arg.Name)] = true
		push(u.Arg.Name)
		if u.Arg.Value.Text != "" && !m.compile(u.Arg.Value, u.Node, m.end) {
			return false
		}
	}
	for _, param := range always {
		if !given[catalog.Lower(param)] {
			push(param)
		}
	}
	return m.hash(catalog.HashLimits{Name: g.prefix + "_params_hash", MaxSize: 512, BucketSize: 64}, &keys, placeOf(l, g.params.Row))
}
