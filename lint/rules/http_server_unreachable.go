package rules

import (
	"maps"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// ServerUnreachable flags http servers that no request gets to.
var ServerUnreachable = &lint.Rule{
	Name: "server-unreachable", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Other servers with the same listen address take the requests of this one.",
	Why: `Among the servers of an address nginx chooses by the name in the Host header or in the TLS handshake. Requests for other names go to the
one with default_server, else to the first in the file. A server that is not the default one gets nothing if earlier servers have all of
its names. Without any server_name it gets only requests without a Host header, which browsers and HTTP/1.1 do not send.`,
	Bad: []lint.Example{
		{In: "http", Text: "server { listen 80; server_name a.example; }\nserver { listen 80; server_name a.example; }\n"},
		{In: "http", Text: "server { listen 80; server_name a.example; }\nserver { listen 80; root /srv/b; }\n"}},
	Good: []lint.Example{
		{In: "http", Text: "server { listen 80; server_name a.example; }\nserver { listen 80; server_name a.example b.example; }\n"},
		{In: "http", Text: "server { listen 80; server_name a.example; }\nserver { listen 80 default_server; root /srv/b; }\n"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		on := map[*conf.Level][]*conf.HTTPListening{}
		chosen := map[*conf.Level]bool{}
		for _, a := range p.Tree.HTTPListening {
			for _, s := range a.Servers {
				on[s] = append(on[s], a)
			}
			maps.Copy(chosen, firstWithName(ngxhttp.ServerName, a.Servers))
			chosen[a.Default] = true
		}
		for _, server := range p.Tree.HTTPServers() {
			if len(on[server]) == 0 || chosen[server] {
				continue
			}
			message := "no request gets to this server: earlier servers of its address have all of its names"
			if !named(server) {
				message = "only requests without a Host header get to this server: it has no server_name, and another one is the default of its address"
			}
			p.Report(server.Node().WordRange(0), "%s", message).
				Related = []diag.Related{{Range: on[server][0].Default.Node().WordRange(0), Message: "the default server"}}
		}
	},
}

// firstWithName returns those servers of an address that have a name which none
// of those before them has. Regular expressions are taken to fit something that
// nothing else does.
func firstWithName(row catalog.Directive[[]ngxstream.NamePattern], servers []*conf.Level) map[*conf.Level]bool {
	first := map[*conf.Level]bool{}
	taken := map[string]bool{"": true}
	for _, s := range servers {
		for _, names := range row.All(s) {
			for _, n := range names {
				if n.Kind == ngxstream.RegexName || !taken[n.Text] {
					first[s] = true
				}
				taken[n.Text] = true
			}
		}
	}
	return first
}

// named tells that a server of http has a name.
func named(server *conf.Level) bool {
	for _, names := range ngxhttp.ServerName.All(server) {
		for _, n := range names {
			if n.Text != "" {
				return true
			}
		}
	}
	return false
}
