package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// tlsPorts are the ports on which TLS begins at once, by the registry of ports.
var tlsPorts = []int{443, 465, 636, 853, 989, 990, 992, 993, 995, 5061, 5671, 6697, 8883}

// Rules on targets that expect TLS where none comes, or the reverse.
var (
	// PlainToTLSPort flags plain text for a server that waits for a handshake.
	PlainToTLSPort = &lint.Rule{
		Name: "plain-to-tls-port", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "Plain text goes to a port where servers expect TLS.",
		Why: `Where nginx ends TLS it sends plain text to the proxied server unless "proxy_ssl on" or "https://" says otherwise. A server on port
443 or another port of TLS answers with an error or closes; one that does take it gets what was encrypted on the way to nginx in the clear.`,
		Bad: []lint.Example{{In: "http.location", Text: "proxy_pass http://app.example.com:443;\n"},
			{In: "stream", Text: "server { listen 993 ssl; ssl_certificate a.pem; ssl_certificate_key a.key; proxy_pass 10.0.0.1:993; }\n"}},
		Good: []lint.Example{{In: "http.location", Text: "proxy_pass http://app.example.com:8080;\n"},
			{In: "stream", Text: "server { listen 993 ssl; ssl_certificate a.pem; ssl_certificate_key a.key; proxy_pass 10.0.0.1:143; }\nserver { listen 994; proxy_pass 10.0.0.1:993; }\n"}},
		On: []*catalog.Row{ngxstream.ProxyPass.Row, ngxhttp.ProxyPass.Row, ngxhttp.GRPCPass.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			target := strings.ToLower(u.Node.Arg(0))
			switch {
			case !p.Complete():
				return
			case u.Row == ngxstream.ProxyPass.Row && (!tlsOnly(u.Level) || ngxstream.ProxySSL.Get(u.Level)):
				return
			case u.Row == ngxhttp.ProxyPass.Row && !strings.HasPrefix(target, "http://"), strings.HasPrefix(target, "grpcs://"):
				return
			}
			for _, port := range portsOf(u) {
				if slices.Contains(tlsPorts, port) {
					p.Report(u.Node.WordRange(1), "plain text goes to port %d, where servers expect TLS", port)
					return
				}
			}
		},
	}
	// TLSToPlainPort flags handshakes with a server that speaks plain HTTP.
	TLSToPlainPort = &lint.Rule{
		Name: "tls-to-plain-port", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "https goes to port 80, where servers expect plain HTTP.",
		Why: `The server takes the handshake for a malformed request, and nginx answers with 502 and logs "wrong version number". In a group
without ports the port follows from the scheme; one that is written down does not.`,
		Bad:  []lint.Example{{In: "http.location", Text: "proxy_ssl_server_name on;\nproxy_pass https://127.0.0.1:80;\n"}},
		Good: []lint.Example{{In: "http.location", Text: "proxy_ssl_server_name on;\nproxy_pass https://127.0.0.1;\n"}},
		On:   []*catalog.Row{ngxhttp.ProxyPass.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if p.Complete() && strings.HasPrefix(strings.ToLower(u.Node.Arg(0)), "https://") && slices.Contains(portsOf(u), 80) {
				p.Report(u.Node.WordRange(1), "the server on port 80 does not expect TLS")
			}
		},
	}
	// StreamTLSTwice flags TLS inside of TLS.
	StreamTLSTwice = &lint.Rule{
		Name: "stream-tls-twice", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "The client's TLS is passed on and wrapped into TLS once more.",
		Why: `With ssl_preread and without "listen ... ssl" the encrypted bytes of the client go to the proxied server as they are. "proxy_ssl on"
encrypts them again, and the server finds a ClientHello where it expects its protocol. Either nginx ends TLS and begins a new one, or it
leaves it alone.`,
		Bad: []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to { default 10.0.0.1:443; a.example 10.0.0.2:443; }\n" +
			"server { listen 443; ssl_preread on; proxy_ssl on; proxy_ssl_verify on; proxy_ssl_trusted_certificate ca.pem; proxy_pass $to; }\n"}},
		Good: []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to { default 10.0.0.1:443; a.example 10.0.0.2:443; }\n" +
			"server { listen 443; ssl_preread on; proxy_pass $to; }\n"}},
		On: []*catalog.Row{ngxstream.ProxyPass.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			ends := slices.ContainsFunc(ngxstream.Listen.All(u.Level), func(l *ngxstream.ListenArgs) bool { return l.SSL })
			tcp, _ := transports(u.Level)
			on, again := inForce(ngxstream.ProxySSL, u.Level)
			if p.Complete() && tcp && !ends && ngxstream.SSLPreread.Get(u.Level) && again && on.Arg {
				p.Report(on.Node.HeadRange(), "the client's TLS is encrypted once more, and the server finds it where it expects its protocol")
			}
		},
	}
)

// portsOf lists the ports that a target without variables leads to.
func portsOf(u lint.Use) (ports []int) {
	var addr catalog.Address
	var group catalog.Level
	switch t := u.Arg.(type) {
	case *ngxstream.PassTarget:
		addr, group = t.Addr, t.Group
	case *ngxhttp.PassTarget:
		addr, group = t.Addr, t.Group
	}
	add := func(a catalog.Address) {
		if a.Unix == "" && !a.NoPort {
			ports = append(ports, a.Port)
		}
	}
	if l, ok := group.(*conf.Level); ok && !l.Synthetic() {
		for _, m := range membersOf(l) {
			add(m.Addr)
		}
		return ports
	}
	add(addr)
	return ports
}
