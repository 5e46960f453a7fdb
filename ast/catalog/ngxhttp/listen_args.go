package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// ListenArgs is the argument of listen.
type ListenArgs struct {
	ngxstream.ListenOptions
	HTTP2, QUIC bool
}

// decodeListen follows ngx_http_core_listen.
func decodeListen(c *catalog.Call) (*ListenArgs, bool) {
	l := &ListenArgs{}
	ok := l.Decode(c, ngxstream.ListenGrammar{
		DefaultPort: 80,
		Flag:        l.flag,
		Datagram:    "quic",
		TCP:         []string{"fastopen", "backlog", "deferred", "multipath", "ssl", "http2", "so_keepalive", "proxy_protocol"},
	})
	return l, ok
}

// flag sets a parameter that only http has.
func (l *ListenArgs) flag(c *catalog.Call, i int) bool {
	switch c.Text(i) {
	case "default":
		l.DefaultServer = true
	case "http2":
		c.Warn(i, `the "listen ... http2" directive is deprecated, use the "http2" directive instead`)
		l.HTTP2 = true
	case "quic":
		l.QUIC = true
	default:
		return false
	}
	return true
}
