package ngxstream

import (
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
)

// Server opens a virtual server.
var Server = catalog.PlainBlock(catalog.Spec{
	Name: "server", In: catalog.Stream, Opens: catalog.StreamServer, Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Holds the configuration of a server.",
})

// VariablesHashMaxSize bounds nginx's hash of variables.
var VariablesHashMaxSize = catalog.Int(catalog.Spec{
	Name: "variables_hash_max_size", In: catalog.Stream, Args: "<int>", Default: "1024", Since: "1.11.2",
	Runs: catalog.Ignored(ownHash), Doc: "Bounds the size of the hash of variables.",
})

// VariablesHashBucketSize is the bucket size of nginx's hash of variables.
var VariablesHashBucketSize = catalog.Int(catalog.Spec{
	Name: "variables_hash_bucket_size", In: catalog.Stream, Args: "<int>", Default: "64", Since: "1.11.2",
	Runs: catalog.Ignored(ownHash), Doc: "Sets the bucket size of the hash of variables.",
})

// ServerNamesHashMaxSize bounds nginx's hash of server names.
var ServerNamesHashMaxSize = catalog.Int(catalog.Spec{
	Name: "server_names_hash_max_size", In: catalog.Stream, Args: "<int>", Default: "512", Since: "1.25.5",
	Runs: catalog.Ignored(ownHash), Doc: "Bounds the size of the hash of server names.",
})

// ServerNamesHashBucketSize is the bucket size of nginx's hash of server names.
var ServerNamesHashBucketSize = catalog.Int(catalog.Spec{
	Name: "server_names_hash_bucket_size", In: catalog.Stream, Args: "<int>", Since: "1.25.5",
	DefaultNote: "the size of the processor's cache line",
	Runs:        catalog.Ignored(ownHash), Doc: "Sets the bucket size of the hash of server names.",
})

const ownHash = "Go's maps grow as needed"

// ErrorLog sets a destination of the error log for sessions.
var ErrorLog = catalog.Custom(catalog.Spec{
	Name: "error_log", In: both, Args: "(<path>|stderr|syslog:<params>|memory:<size>) [" + ngxcore.LogLevels + "]...",
	DefaultNote: "that of the file level", Since: "1.9.0", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Adds a destination of the error log with the least severe level that is written.",
}, ngxcore.DecodeErrorLog)

// Resolver sets the name servers.
var Resolver = catalog.Custom(catalog.Spec{
	Name: "resolver", In: both, Args: ngxcore.ResolverArgs, Since: "1.11.3", Runs: catalog.Full,
	Doc: "Sets the name servers for names that are only known at run time.",
}, ngxcore.DecodeResolver)

// ResolverTimeout bounds the time for resolving a name.
var ResolverTimeout = catalog.Time(catalog.Spec{
	Name: "resolver_timeout", In: both, Args: "<time>", Default: "30s", Since: "1.11.3", Runs: catalog.Full,
	Doc: "Bounds the time for resolving a name.",
})

// ProxyProtocolTimeout bounds the time for reading a PROXY protocol header.
var ProxyProtocolTimeout = catalog.Time(catalog.Spec{
	Name: "proxy_protocol_timeout", In: both, Args: "<time>", Default: "30s", Since: "1.11.4", Runs: catalog.Full,
	Doc: "Bounds the time for reading a PROXY protocol header from a client.",
})

// TCPNodelay turns TCP_NODELAY on for both sides of a session.
var TCPNodelay = catalog.Flag(catalog.Spec{
	Name: "tcp_nodelay", In: both, Default: "on", Since: "1.9.4", Runs: catalog.Full,
	Doc: "Sends small packets at once (TCP_NODELAY), to clients and to proxied servers.",
})

// PrereadBufferSize is the size of the buffer of the preread phase.
var PrereadBufferSize = catalog.Size(catalog.Spec{
	Name: "preread_buffer_size", In: both, Args: "<size>", Default: "16k", Since: "1.11.5", Runs: catalog.Full,
	Doc: "Sets the size of the buffer for data read before the content phase.",
})

// PrereadTimeout bounds the preread phase.
var PrereadTimeout = catalog.Time(catalog.Spec{
	Name: "preread_timeout", In: both, Args: "<time>", Default: "30s", Since: "1.11.5", Runs: catalog.Full,
	Doc: "Bounds the time of the preread phase.",
})

// ServerName sets the names of a server.
var ServerName = catalog.Custom(catalog.Spec{
	Name: "server_name", In: catalog.StreamServer, Args: "<name>...", DefaultNote: "one empty name", Since: "1.25.5",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Sets the names of a server: exact, with a wildcard at one end, or a regular expression.",
}, DecodeServerNames)

// Listen sets an address and port on which a server accepts connections.
var Listen = catalog.Custom(catalog.Spec{
	Name: "listen", In: catalog.StreamServer,
	Args: "<addr> [default_server|ssl|udp|proxy_protocol|bind|setfib=<int>|fastopen=<int>|backlog=<int>|rcvbuf=<size>|sndbuf=<size>" +
		"|accept_filter=<name>|deferred|ipv6only=(on|off)|reuseport|multipath|so_keepalive=(on|off|[<time>]:[<time>]:[<int>])]...",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Sets an address on which connections or datagrams are accepted.",
}, decodeListen)

// ServerNameKind tells the form of a server name.
type ServerNameKind uint8

// Forms of server names.
const (
	ExactName    ServerNameKind = iota
	LeadingName                 // *.example.org, or .example.org for both
	TrailingName                // mail.*
	RegexName
)

// NamePattern is one server name.
type NamePattern struct {
	Kind ServerNameKind
	// Text is the name in lower case as written, a regular expression without
	// the "~".
	Text string
	// Hostname tells that "$hostname" was written; Text is then the host's name.
	Hostname bool
	// Caseless tells that a regular expression has upper-case letters and so is
	// matched without regard to case.
	Caseless bool
	// Captures is the number of groups of a regular expression, Groups the names
	// of the named ones.
	Captures int
	Groups   []string
}

// KeepAlive is the so_keepalive parameter.
type KeepAlive struct {
	// Set tells that the parameter was given, On whether keepalive is on.
	Set, On bool
	// Idle and Interval in whole seconds and Count; 0 keeps the system's value.
	Idle, Interval time.Duration
	Count          int
}

// ListenArgs is one listen directive.
type ListenArgs struct {
	ListenOptions
	UDP bool
}

// Network returns "tcp", "udp" or "unix" in the sense of package net.
func (l *ListenArgs) Network() string {
	switch {
	case l.Addr.Unix != "" && l.UDP:
		return "unixgram"
	case l.Addr.Unix != "":
		return "unix"
	case l.UDP:
		return "udp"
	}
	return "tcp"
}
