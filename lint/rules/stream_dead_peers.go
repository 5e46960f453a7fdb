package rules

import (
	"slices"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// longIdle is when the system's own keepalive begins to ask
// (net.ipv4.tcp_keepalive_time); shorter timeouts end sessions sooner than it.
const longIdle = 2 * time.Hour

// StreamDeadPeers flags long timeouts without TCP keepalive.
var StreamDeadPeers = &lint.Rule{
	Name: "stream-dead-peers", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Sessions may be idle for hours, and nothing notices peers that have gone away.",
	Why: `A peer that loses power or its network says nothing. With a proxy_timeout of hours its session holds two sockets for that
long. TCP keepalive finds out: "so_keepalive" of listen for clients, "proxy_socket_keepalive on" for proxied servers. It also
keeps entries of firewalls and NAT alive, which would otherwise drop an idle session long before proxy_timeout.`,
	Bad: []lint.Example{{In: "stream", Text: "server { listen 5432; proxy_timeout 24h; proxy_pass 10.0.0.1:5432; }\n"}},
	Good: []lint.Example{
		{In: "stream", Text: "server { listen 5432 so_keepalive=10m::3; proxy_timeout 24h; proxy_pass 10.0.0.1:5432; }\n"},
		{In: "stream", Text: "server { listen 5432; proxy_timeout 10m; proxy_pass 10.0.0.1:5432; }\n"}},
	On: []*catalog.Row{ngxstream.ProxyPass.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		t, ok := inForce(ngxstream.ProxyTimeout, u.Level)
		tcp, _ := transports(u.Level)
		if !ok || t.Arg < longIdle || !tcp || !p.Complete() || ngxstream.ProxySocketKeepalive.Get(u.Level) {
			return
		}
		if slices.ContainsFunc(ngxstream.Listen.All(u.Level), func(l *ngxstream.ListenArgs) bool { return l.KeepAlive.On }) {
			return
		}
		p.Report(argument(t.Node), `idle sessions last %s and nothing notices dead peers: set "so_keepalive" or "proxy_socket_keepalive"`, t.Node.Arg(0))
	},
}
