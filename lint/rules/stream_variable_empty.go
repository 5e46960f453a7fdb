package rules

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamVariableEmpty flags variables that have no value where they are used.
var StreamVariableEmpty = &lint.Rule{
	Name: "stream-variable-empty", Severity: diag.Error, Group: lint.Correctness,
	Summary: "A variable is used in a stream server in which it is always empty.",
	Why: `$ssl_preread_... is known with "ssl_preread on" only, $ssl_... with "listen ... ssl", $proxy_protocol_... with "listen ...
proxy_protocol". $upstream_... is known when a server has been connected to, which is later than proxy_pass, set and return look at
it. nginx accepts all of them everywhere, and they are empty.`,
	Bad: []lint.Example{
		{In: "stream", Text: "map $ssl_preread_server_name $to { default 10.0.0.1:443; a.example.com 10.0.0.2:443; }\nserver { listen 443; proxy_pass $to; }\n"},
		{In: "stream.server", Text: "return $upstream_addr;\n"}},
	Good: []lint.Example{{In: "stream", Text: "map $ssl_preread_server_name $to { default 10.0.0.1:443; a.example.com 10.0.0.2:443; }\n" +
		"server { listen 443; ssl_preread on; proxy_pass $to; }\n"}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		tables, on := tablesOf(p), listensOn(p.Tree)
		own := map[string]bool{}
		for _, m := range p.Tree.DefinedVariables(catalog.Stream) {
			own[m.Name] = true
		}
		for _, s := range p.Tree.Servers() {
			for _, t := range earlyTemplates(s) {
				for _, name := range tables.variables(t.template) {
					if why := emptyIn(name, s, on[s]); why != "" && !own[name] {
						p.Report(t.at, `"$%s" is always empty here: %s`, name, why)
						break
					}
				}
			}
		}
	},
}

// placedTemplate is a template and the word that holds it.
type placedTemplate struct {
	template catalog.Template
	at       ast.Range
}

// earlyTemplates lists what a server evaluates before it is connected to
// another one.
func earlyTemplates(server *conf.Level) []placedTemplate {
	var out []placedTemplate
	if u, ok := proxies(server); ok {
		out = append(out, placedTemplate{u.Arg.Template, u.Node.WordRange(1)})
		if g, ok := u.Arg.Group.(*conf.Level); ok {
			for _, h := range ngxstream.Hash.Uses(g) {
				out = append(out, placedTemplate{h.Arg.Key, h.Node.WordRange(1)})
			}
		}
	}
	for _, u := range ngxstream.Return.Uses(server) {
		out = append(out, placedTemplate{u.Arg, u.Node.WordRange(1)})
	}
	for _, u := range ngxstream.Pass.Uses(server) {
		out = append(out, placedTemplate{u.Arg.Template, u.Node.WordRange(1)})
	}
	for _, u := range ngxstream.Set.Uses(server) {
		out = append(out, placedTemplate{u.Arg.Value, u.Node.WordRange(2)})
	}
	return out
}

// emptyIn says why a built-in variable has no value in a server, "" if it may
// have one. Which server's ssl_preread has been in force depends on the
// address, see choosesByName.
func emptyIn(name string, server *conf.Level, addresses []*conf.Listening) string {
	any := func(f func(*conf.Listening) bool) bool { return slices.ContainsFunc(addresses, f) }
	switch {
	case strings.HasPrefix(name, "ssl_preread_"):
		if !any(func(a *conf.Listening) bool {
			return !a.UDP && (ngxstream.SSLPreread.Get(a.Default) || ngxstream.SSLPreread.Get(server))
		}) {
			return `there is no "ssl_preread on"`
		}
	case strings.HasPrefix(name, "ssl_"):
		if !any(func(a *conf.Listening) bool { return a.SSL }) {
			return `there is no "listen ... ssl"`
		}
	case strings.HasPrefix(name, "proxy_protocol_"):
		if !any(func(a *conf.Listening) bool { return a.ProxyProtocol }) {
			return `there is no "listen ... proxy_protocol"`
		}
	case strings.HasPrefix(name, "upstream_"):
		return "it is known after a server has been connected to"
	}
	return ""
}
