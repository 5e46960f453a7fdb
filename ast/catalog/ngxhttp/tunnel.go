package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_tunnel_module.
var (
	TunnelBind = catalog.Custom(catalog.Spec{Name: "tunnel_bind", In: levels, Args: "<addr> [transparent] | off", Since: "1.31.0", Runs: unserved,
		Doc: "Sets the local address of connections to the tunnelled server."}, ngxstream.DecodeBind)
	TunnelBufferSize = catalog.Size(catalog.Spec{Name: "tunnel_buffer_size", In: levels, Args: "<size>", Default: "16k", Since: "1.31.0", Runs: unserved,
		Doc: "Sets the size of the buffer for the first part of the answer of the tunnelled server."})
	TunnelConnectTimeout = catalog.Time(catalog.Spec{Name: "tunnel_connect_timeout", In: levels, Args: "<time>", Default: "60s", Since: "1.31.0", Runs: unserved,
		Doc: "Bounds the time for connecting to the tunnelled server."})
	TunnelNextUpstream = catalog.SetOf(catalog.Spec{Name: "tunnel_next_upstream", In: levels, Args: "(error|timeout|off)...", Default: "error timeout",
		Since: "1.31.0", Runs: unserved,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "off")
	TunnelNextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "tunnel_next_upstream_timeout", In: levels, Args: "<time>", Default: "0", Since: "1.31.0",
		Runs: unserved,
		Doc:  "Bounds the time in which further servers are tried; 0 is no bound."})
	TunnelNextUpstreamTries = catalog.Int(catalog.Spec{Name: "tunnel_next_upstream_tries", In: levels, Args: "<int>", Default: "0", Since: "1.31.0",
		Runs: unserved,
		Doc:  "Bounds the number of servers tried; 0 is no bound."})
	TunnelPass = catalog.Custom(catalog.Spec{Name: "tunnel_pass", In: catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf,
		Inherit: catalog.Local, Args: "[<addr>]", Since: "1.31.0", Runs: unserved,
		Doc: "Passes requests to the tunnelled server."}, decodeTunnelPass)
	TunnelReadTimeout = catalog.Time(catalog.Spec{Name: "tunnel_read_timeout", In: levels, Args: "<time>", Default: "60s", Since: "1.31.0", Runs: unserved,
		Doc: "Bounds the time between two reads from the tunnelled server."})
	TunnelSendLowat = catalog.Custom(catalog.Spec{Name: "tunnel_send_lowat", In: levels, Args: "<size>", Default: "0", Since: "1.31.0", Runs: unserved,
		Doc: "Sets the low-water mark of sending on systems that have one."}, decodeLowat)
	TunnelSendTimeout = catalog.Time(catalog.Spec{Name: "tunnel_send_timeout", In: levels, Args: "<time>", Default: "60s", Since: "1.31.0", Runs: unserved,
		Doc: "Bounds the time between two writes to the tunnelled server."})
	TunnelSocketKeepalive = catalog.Flag(catalog.Spec{Name: "tunnel_socket_keepalive", In: levels, Default: "off", Since: "1.31.0", Runs: unserved,
		Doc: "Turns TCP keepalive on for connections to the tunnelled server."})
	TunnelSocketRcvbuf = catalog.Size(catalog.Spec{Name: "tunnel_socket_rcvbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the receive buffer of connections to the tunnelled server."})
	TunnelSocketSndbuf = catalog.Size(catalog.Spec{Name: "tunnel_socket_sndbuf", In: levels, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Sets the send buffer of connections to the tunnelled server."})
)

// decodeTunnelPass follows ngx_http_tunnel_pass.
func decodeTunnelPass(c *catalog.Call) (*PassTarget, bool) {
	if c.Len() == 1 {
		t, _ := catalog.ParseTemplate("$host:$request_port")
		for _, p := range t.Parts {
			if p.Variable != "" {
				c.Env.UseVariable(p.Variable, c.Word(0))
			}
		}
		return &PassTarget{ngxstream.PassTarget{Template: t}}, true
	}
	return DecodePass(c)
}
