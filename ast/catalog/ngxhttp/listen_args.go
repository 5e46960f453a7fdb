package ngxhttp

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// ListenArgs is the argument of listen.
type ListenArgs struct {
	// Addr holds the resolved addresses: several for a name or a port range.
	Addr catalog.Address

	DefaultServer, SSL, HTTP2, QUIC, ProxyProtocol bool
	Bind, Deferred, ReusePort, Multipath           bool

	// FastOpen is the queue length of TCP Fast Open, -1 if it is off.
	FastOpen int
	Backlog  int // 0 if not set
	// Rcvbuf and Sndbuf are -1 if not set.
	Rcvbuf, Sndbuf int64
	// IPv6Only is true unless ipv6only=off was given.
	IPv6Only  bool
	KeepAlive ngxstream.KeepAlive

	// Options tells that a socket option was set (lsopt.set).
	Options bool
}

// decodeListen follows ngx_http_core_listen.
func decodeListen(c *catalog.Call) (*ListenArgs, bool) {
	l := &ListenArgs{FastOpen: -1, Rcvbuf: -1, Sndbuf: -1, IPv6Only: true}
	var phrase string
	if l.Addr, phrase = c.URL(1, 0, catalog.URLOptions{Listen: true, DefaultPort: 80}); phrase != "" {
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in "`+c.Text(1)+`" of the "listen" directive`)
		return l, false
	}
	for i := 2; i < c.Len(); i++ {
		if l.word(c, i) {
			continue
		}
		key, value, valued := strings.Cut(c.Text(i), "=")
		if !valued || !l.option(c, i, key, value) {
			c.InvalidParameter(i)
		}
	}
	if l.QUIC {
		l.checkQUIC(c)
	}
	return l, !c.Failed()
}

// word sets a parameter without a value.
func (l *ListenArgs) word(c *catalog.Call, i int) bool {
	switch c.Text(i) {
	case "default_server", "default":
		l.DefaultServer = true
		return true
	case "ssl":
		l.SSL = true
		return true
	case "http2":
		c.Warn(i, `the "listen ... http2" directive is deprecated, use the "http2" directive instead`)
		l.HTTP2 = true
		return true
	case "quic":
		l.QUIC = true
		return true
	case "proxy_protocol":
		l.ProxyProtocol = true
		return true
	case "bind":
		l.Bind = true
	case "deferred":
		l.Deferred = true
	case "reuseport":
		l.ReusePort = true
	case "multipath":
		l.Multipath = true
	default:
		return false
	}
	l.Options = true
	return true
}

// option sets a parameter with a value and reports a bad value. It returns
// false for a parameter that it does not know.
func (l *ListenArgs) option(c *catalog.Call, i int, key, value string) bool {
	ok := true
	switch key {
	case "fastopen":
		l.FastOpen, ok = catalog.ParseInt(value)
	case "backlog":
		l.Backlog, ok = catalog.ParseInt(value)
		ok = ok && l.Backlog > 0
	case "rcvbuf":
		l.Rcvbuf, ok = catalog.ParseSize(value)
	case "sndbuf":
		l.Sndbuf, ok = catalog.ParseSize(value)
	case "accept_filter":
		c.ReportPassing(i, `accept filters "`+c.Text(i)+`" are not supported on this platform, ignored`)
		return true
	case "ipv6only":
		if !strings.HasPrefix(value, "o") {
			return false
		}
		if l.IPv6Only = value == "on"; !l.IPv6Only && value != "off" {
			c.Fail(i, `invalid ipv6only flags "%s"`, value)
		}
	case "so_keepalive":
		if !l.KeepAlive.Parse(value) {
			c.Fail(i, `invalid so_keepalive value: "%s"`, value)
		}
	default:
		return false
	}
	if !ok {
		c.Fail(i, `invalid %s "%s"`, key, c.Text(i))
	}
	l.Options = true
	return true
}

// checkQUIC reports the first parameter that only TCP has.
func (l *ListenArgs) checkQUIC(c *catalog.Call) {
	for _, p := range []struct {
		set  bool
		name string
	}{
		{l.FastOpen != -1, "fastopen"},
		{l.Backlog != 0, "backlog"},
		{l.Deferred, "deferred"},
		{l.Multipath, "multipath"},
		{l.SSL, "ssl"},
		{l.HTTP2, "http2"},
		{l.KeepAlive.Set, "so_keepalive"},
		{l.ProxyProtocol, "proxy_protocol"},
	} {
		if p.set {
			c.FailDirective(0, `"`+p.name+`" parameter is incompatible with "quic"`)
			return
		}
	}
}
