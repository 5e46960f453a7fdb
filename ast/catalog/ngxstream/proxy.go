package ngxstream

import (
	"net/netip"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// both is where most stream directives may stand.
const both = catalog.Stream | catalog.StreamServer

// ProxyPass hands the sessions of a server to another server or a group.
var ProxyPass = catalog.Custom(catalog.Spec{
	Name: "proxy_pass", In: catalog.StreamServer, Args: "<addr>", Runs: catalog.Full,
	Doc: "Passes sessions to the given address, group of servers or unix-domain socket.",
}, decodeProxyPass)

// ProxyBind sets the local address of connections to the proxied server.
var ProxyBind = catalog.Custom(catalog.Spec{
	Name: "proxy_bind", In: both, Args: "<addr> [transparent] | off", Since: "1.9.2", Runs: catalog.Full,
	Doc: "Sets the local address of outgoing connections; transparent allows a foreign one.",
}, DecodeBind)

// ProxyConnectTimeout bounds the time to connect to the proxied server.
var ProxyConnectTimeout = catalog.Time(catalog.Spec{
	Name: "proxy_connect_timeout", In: both, Args: "<time>", Default: "60s", Runs: catalog.Full,
	Doc: "Bounds the time for connecting to the proxied server.",
})

// ProxyTimeout closes a session after this long without a byte in either
// direction.
var ProxyTimeout = catalog.Time(catalog.Spec{
	Name: "proxy_timeout", In: both, Args: "<time>", Default: "10m", Runs: catalog.Full,
	Doc: "Closes a session after this long without data in either direction.",
})

// ProxyBufferSize is the size of the buffer of each direction.
var ProxyBufferSize = catalog.Size(catalog.Spec{
	Name: "proxy_buffer_size", In: both, Args: "<size>", Default: "16k", Since: "1.9.4", Runs: catalog.Full,
	Doc: "Sets the size of the buffer for each direction.",
})

// ProxyDownstreamBuffer is the old name of proxy_buffer_size.
var ProxyDownstreamBuffer = catalog.Alias(catalog.Spec{
	Name: "proxy_downstream_buffer", In: both, Args: "<size>", Runs: catalog.Full,
	Doc: "Old name of proxy_buffer_size.",
}, ProxyBufferSize)

// ProxyUpstreamBuffer is the old name of proxy_buffer_size.
var ProxyUpstreamBuffer = catalog.Alias(catalog.Spec{
	Name: "proxy_upstream_buffer", In: both, Args: "<size>", Runs: catalog.Full,
	Doc: "Old name of proxy_buffer_size.",
}, ProxyBufferSize)

// ProxyUploadRate limits reading from the client, in bytes per second.
var ProxyUploadRate = catalog.SizeTemplateOf(catalog.Spec{
	Name: "proxy_upload_rate", In: both, Args: "<size>", Default: "0", Since: "1.9.3", Runs: catalog.Full,
	Doc: "Limits the speed of reading from the client, in bytes per second; 0 is no limit.",
})

// ProxyDownloadRate limits reading from the proxied server, in bytes per
// second.
var ProxyDownloadRate = catalog.SizeTemplateOf(catalog.Spec{
	Name: "proxy_download_rate", In: both, Args: "<size>", Default: "0", Since: "1.9.3", Runs: catalog.Full,
	Doc: "Limits the speed of reading from the proxied server, in bytes per second; 0 is no limit.",
})

// ProxyRequests is the number of client datagrams after which a UDP client is
// bound to a new session.
var ProxyRequests = catalog.Int(catalog.Spec{
	Name: "proxy_requests", In: both, Args: "<int>", Default: "0", Since: "1.15.7", Runs: catalog.Full,
	Doc: "Starts a new UDP session after this many datagrams of the client; 0 is never.",
})

// ProxyResponses is the number of datagrams expected in answer to one.
var ProxyResponses = catalog.Int(catalog.Spec{
	Name: "proxy_responses", In: both, Args: "<int>", Since: "1.9.13", Runs: catalog.Full,
	DefaultNote: "not limited",
	Doc:         "Sets how many datagrams the proxied server sends in answer to one of the client.",
})

// ProxyNextUpstream allows another server to be tried when connecting fails.
var ProxyNextUpstream = catalog.Flag(catalog.Spec{
	Name: "proxy_next_upstream", In: both, Default: "on", Runs: catalog.Full,
	Doc: "Tries the next server of the group when a connection cannot be made.",
})

// ProxyNextUpstreamTries bounds the number of servers tried.
var ProxyNextUpstreamTries = catalog.Int(catalog.Spec{
	Name: "proxy_next_upstream_tries", In: both, Args: "<int>", Default: "0", Runs: catalog.Full,
	Doc: "Bounds the number of servers tried; 0 is no bound.",
})

// ProxyNextUpstreamTimeout bounds the time spent on trying servers.
var ProxyNextUpstreamTimeout = catalog.Time(catalog.Spec{
	Name: "proxy_next_upstream_timeout", In: both, Args: "<time>", Default: "0", Runs: catalog.Full,
	Doc: "Bounds the time in which further servers are tried; 0 is no bound.",
})

// ProxyProtocolVersion is the version of the PROXY protocol header sent to the
// proxied server; 0 is none.
type ProxyProtocolVersion int

// ProxyProtocol sends a PROXY protocol header to the proxied server.
var ProxyProtocol = catalog.Enum(catalog.Spec{
	Name: "proxy_protocol", In: both, Args: "on|off|v2", Default: "off", Since: "1.9.2", Runs: catalog.Full,
	Doc: "Begins connections to the proxied server with a PROXY protocol header.",
},
	catalog.Choice[ProxyProtocolVersion]{Word: "off", Value: 0},
	catalog.Choice[ProxyProtocolVersion]{Word: "on", Value: 1},
	catalog.Choice[ProxyProtocolVersion]{Word: "v2", Value: 2},
)

// ProxySocketKeepalive turns SO_KEEPALIVE on for connections to the proxied
// server.
var ProxySocketKeepalive = catalog.Flag(catalog.Spec{
	Name: "proxy_socket_keepalive", In: both, Default: "off", Since: "1.15.6", Runs: catalog.Full,
	Doc: "Turns TCP keepalive on for connections to the proxied server.",
})

// ProxySocketRcvbuf sets the receive buffer of connections to the proxied
// server.
var ProxySocketRcvbuf = catalog.Size(catalog.Spec{
	Name: "proxy_socket_rcvbuf", In: both, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: catalog.Full,
	Doc: "Sets the receive buffer (SO_RCVBUF) of connections to the proxied server.",
})

// ProxySocketSndbuf sets the send buffer of connections to the proxied server.
var ProxySocketSndbuf = catalog.Size(catalog.Spec{
	Name: "proxy_socket_sndbuf", In: both, Args: "<size>", Since: "1.31.3", Origin: catalog.Newer, Runs: catalog.Full,
	Doc: "Sets the send buffer (SO_SNDBUF) of connections to the proxied server.",
})

// ProxyHalfClose keeps a session until both sides have closed.
var ProxyHalfClose = catalog.Flag(catalog.Spec{
	Name: "proxy_half_close", In: both, Default: "off", Since: "1.21.4", Runs: catalog.Full,
	Doc: "Closes each direction of a TCP session on its own.",
})

// PassTarget is the argument of proxy_pass: an address or the name of a group,
// or a template that gives one at run time.
type PassTarget struct {
	// Template is what was written.
	Template catalog.Template
	// Addr is the parsed address when the template has no variables. ast/conf
	// resolves a name at the end of the stream block, when it is known that no
	// group has it.
	Addr catalog.Address
	// Group is the level of the group that the target names, nil if it is an
	// address. ast/conf fills it in.
	Group catalog.Level
}

// HasVariables reports whether the target is known only at run time.
func (p PassTarget) HasVariables() bool { return p.Template.HasVariables() }

// decodeProxyPass follows ngx_stream_proxy_pass.
func decodeProxyPass(c *catalog.Call) (*PassTarget, bool) {
	t, ok := c.Template(1)
	p := &PassTarget{Template: t}
	if !ok || t.HasVariables() {
		return p, ok
	}
	addr, phrase := c.URL(1, 0, catalog.URLOptions{NoResolve: true})
	p.Addr = addr
	if phrase != "" {
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in upstream "`+addr.Text+`"`)
		return p, false
	}
	return p, true
}

// BindTarget is the argument of proxy_bind and its kin.
type BindTarget struct {
	// Off cancels an inherited address.
	Off bool
	// Template is the address as written.
	Template catalog.Template
	// Addr is the address when the template has no variables.
	Addr netip.AddrPort
	// Transparent allows an address that is not the host's own.
	Transparent bool
}

// DecodeBind follows ngx_stream_proxy_bind and ngx_http_upstream_bind_set_slot.
func DecodeBind(c *catalog.Call) (BindTarget, bool) {
	var b BindTarget
	if c.Len() == 2 && c.Text(1) == "off" {
		b.Off = true
		return b, true
	}
	var ok bool
	if b.Template, ok = c.Template(1); !ok {
		return b, false
	}
	if !b.Template.HasVariables() {
		if b.Addr, ok = catalog.ParseAddrPort(c.Text(1)); !ok {
			return b, c.Fail(1, `invalid address "%s"`, c.Text(1))
		}
	}
	if c.Len() > 2 {
		if c.Text(2) != "transparent" {
			return b, c.InvalidParameter(2)
		}
		b.Transparent = true
	}
	return b, true
}
