package rules

import (
	"slices"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamServerNameWithoutTLS flags server_name where no name is ever known.
var StreamServerNameWithoutTLS = &lint.Rule{
	Name: "stream-server-name-without-tls", Severity: diag.Warn, Group: lint.Unused,
	Summary: "A stream server has a server_name, but its sessions carry no name.",
	Why: `A TCP or UDP session has no host name. nginx learns one from TLS only: with "listen ... ssl", or with ssl_preread. Without
either, server_name chooses nothing: every session to the address is taken, whatever name the client used to find it.`,
	Bad: []lint.Example{{In: "stream", Text: "server { listen 1234; server_name db.example.com; proxy_pass 10.0.0.1:1; }\n"}},
	Good: []lint.Example{
		{In: "stream", Text: "server { listen 1234; proxy_pass 10.0.0.1:1; }\n"},
		{In: "stream", Text: "server { listen 1234; ssl_preread on; server_name db.example.com; proxy_pass 10.0.0.1:1; }\n"}},
	Whole: func(p *lint.Pass) {
		used := slices.ContainsFunc(p.Tree.UsedVariables(catalog.Stream), func(m conf.Mention) bool { return m.Name == "server_name" })
		if !p.Complete() || used || readersIn(p, catalog.Stream).inLua("server_name") {
			return
		}
		on := listensOn(p.Tree)
		for _, server := range p.Tree.Servers() {
			addresses := on[server]
			// With several servers stream-server-unreachable has something to say.
			if slices.ContainsFunc(addresses, func(a *conf.Listening) bool { return choosesByName(a) || len(a.Servers) > 1 }) {
				continue
			}
			for _, u := range ngxstream.ServerName.Uses(server) {
				p.Report(u.Node.WordRange(0), `"server_name" chooses nothing here: no name is known without "listen ... ssl" or "ssl_preread on"`)
			}
		}
	},
}
