package rules

import (
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamServerUnreachable flags servers that no session can get to.
var StreamServerUnreachable = &lint.Rule{
	Name: "stream-server-unreachable", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Another server with the same listen address takes every session of this one.",
	Why: `When several stream servers listen on one address, the one with default_server takes the sessions, else the first in the
file. Others are chosen by server_name, which nginx compares with the name that the client asks for in TLS. That name is known
only with "listen ... ssl" or with ssl_preread in the default server; without either all sessions stay with the default server.
A server is not reached either if it has no name, or if earlier servers have all of its names.`,
	Bad: []lint.Example{
		{In: "stream", Text: "server { listen 1234; proxy_pass 10.0.0.1:1; }\nserver { listen 1234; server_name b.example.com; proxy_pass 10.0.0.2:1; }\n"},
		{In: "stream", Text: "server { listen 1234; ssl_preread on; proxy_pass 10.0.0.1:1; }\nserver { listen 1234; proxy_pass 10.0.0.2:1; }\n"}},
	Good: []lint.Example{{In: "stream", Text: "server { listen 1234; ssl_preread on; server_name a.example.com; proxy_pass 10.0.0.1:1; }\n" +
		"server { listen 1234; server_name b.example.com; proxy_pass 10.0.0.2:1; }\n"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		on := listensOn(p.Tree)
		first := map[*conf.Listening]map[*conf.Level]bool{}
		for _, a := range p.Tree.Listening {
			first[a] = firstWithName(ngxstream.ServerName, a.Servers)
		}
		for _, server := range p.Tree.Servers() {
			addresses := on[server]
			reached, named := false, true
			for _, a := range addresses {
				reached = reached || a.Default == server || choosesByName(a) && first[a][server]
				named = named && choosesByName(a)
			}
			if reached || len(addresses) == 0 {
				continue
			}
			message := "no session gets to this server: its address chooses no server by name, so the default server takes all"
			if named {
				message = "no session gets to this server: it has no server_name that an earlier server does not have"
			}
			p.Report(server.Node().WordRange(0), "%s", message).
				Related = []diag.Related{{Range: addresses[0].Default.Node().WordRange(0), Message: "this server takes the sessions"}}
		}
	},
}
