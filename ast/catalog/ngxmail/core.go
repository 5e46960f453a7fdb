package ngxmail

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
)

// Directives of ngx_mail_core_module.
var (
	ErrorLog = catalog.Custom(catalog.Spec{Name: "error_log", In: levels, Args: "(<path>|stderr|syslog:<params>|memory:<size>) [<level>]...",
		DefaultNote: "logs/error.log error", Repeat: catalog.Many, Runs: unserved,
		Doc: "Adds an error log."}, ngxcore.DecodeErrorLog)
	Listen = catalog.Custom(catalog.Spec{Name: "listen", In: catalog.MailServer, Inherit: catalog.Local,
		Args:   "<addr> [ssl|proxy_protocol|bind|multipath|backlog=<int>|rcvbuf=<size>|sndbuf=<size>|ipv6only=on|off|so_keepalive=<keepalive>]...",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets an address to listen on."}, decodeListen)
	MaxErrors = catalog.Int(catalog.Spec{Name: "max_errors", In: levels, Args: "<int>", Default: "5", Since: "1.21.0", Runs: unserved,
		Doc: "Closes a connection after this many errors."})
	Protocol = catalog.Custom(catalog.Spec{Name: "protocol", In: catalog.MailServer, Args: "imap|pop3|smtp", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Sets the protocol of a server."}, decodeProtocol)
	Resolver = catalog.Custom(catalog.Spec{Name: "resolver", In: levels, Args: "off | " + ngxcore.ResolverArgs,
		Default: "off", Runs: unserved,
		Doc: "Sets the name servers."}, decodeResolver)
	ResolverTimeout = catalog.Time(catalog.Spec{Name: "resolver_timeout", In: levels, Args: "<time>", Default: "30s", Runs: unserved,
		Doc: "Bounds the time for resolving a name."})
	Server = catalog.PlainBlock(catalog.Spec{Name: "server", In: catalog.Mail, Opens: catalog.MailServer, Repeat: catalog.Many, Runs: unserved,
		Doc: "Holds the configuration of one server."})
	ServerName = catalog.String(catalog.Spec{Name: "server_name", In: levels, Args: "<name>", DefaultNote: "hostname", Runs: unserved,
		Doc: "Sets the names of a server."})
	Timeout = catalog.Time(catalog.Spec{Name: "timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time without data before proxying starts."})
)
