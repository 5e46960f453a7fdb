package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on targets of proxy_pass that are known only at run time, and on what
// ngx_stream_proxy_handler needs then.
var (
	// StreamTargetWithoutResolver flags names that nothing resolves.
	StreamTargetWithoutResolver = &lint.Rule{
		Name: "stream-target-without-resolver", Severity: diag.Error, Group: lint.Correctness,
		Summary: "proxy_pass with variables leads to a host name, and there is no resolver.",
		Why: `A name in proxy_pass is resolved once, when nginx starts. If the target holds variables, nginx resolves the name for each
session and needs "resolver" for that; without it the session ends with "no resolver defined to resolve ...". Addresses and names
of upstream blocks need none.`,
		Bad: []lint.Example{
			{In: "stream.server", Text: "ssl_preread on;\nproxy_pass $ssl_preread_server_name:443;\n"},
			{In: "stream", Text: "map $server_port $to { default app.example.com:80; }\nserver { listen 1; proxy_pass $to; }\n"}},
		Good: []lint.Example{
			{In: "stream.server", Text: "resolver 127.0.0.53;\nssl_preread on;\nproxy_pass $ssl_preread_server_name:443;\n"},
			{In: "stream", Text: "upstream app { server 10.0.0.1:80; }\nmap $server_port $to { default app; 2 10.0.0.2:80; }\nserver { listen 1; proxy_pass $to; }\n"}},
		On: []*catalog.Row{ngxstream.ProxyPass.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if p.Complete() && !ngxstream.Resolver.Set(u.Level) {
				if name := targetsOf(p, u).unresolved(); name != "" {
					p.Report(u.Node.ArgRange(0), `"%s" is a name to be resolved for each session, and there is no "resolver"`, name)
				}
			}
		},
	}
	// StreamTargetWithoutPort flags targets that lack a port.
	StreamTargetWithoutPort = &lint.Rule{
		Name: "stream-target-without-port", Severity: diag.Error, Group: lint.Correctness,
		Summary: "proxy_pass with variables leads to a host without a port that is no upstream block.",
		Why: `There is no default port in stream. A target without one must be the name of an upstream block; otherwise the session ends
with "no port in upstream".`,
		Bad: []lint.Example{
			{In: "stream", Text: "map $ssl_preread_server_name $to { default 10.0.0.1; }\nserver { listen 1; ssl_preread on; proxy_pass $to; }\n"}},
		Good: []lint.Example{
			{In: "stream", Text: "map $ssl_preread_server_name $to { default 10.0.0.1:443; }\nserver { listen 1; ssl_preread on; proxy_pass $to; }\n"}},
		On: []*catalog.Row{ngxstream.ProxyPass.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if !p.Complete() {
				return
			}
			if target := targetsOf(p, u).portless(); target != "" {
				p.Report(u.Node.ArgRange(0), `"%s" is no upstream block and has no port`, target)
			}
		},
	}
)

// clientNames are the variables whose value is a host name that the client
// chooses.
var clientNames = map[string]bool{"ssl_preread_server_name": true, "ssl_server_name": true}

// targets is what a proxy_pass with variables may lead to.
type targets struct {
	addresses []catalog.Address
	// named is a target that surely is a host name with a port.
	named string
}

func targetsOf(p *lint.Pass, u lint.Use) targets {
	var out targets
	pass := u.Arg.(*ngxstream.PassTarget)
	if !pass.HasVariables() {
		return out
	}
	parts := pass.Template.Parts
	if len(parts) == 2 && clientNames[strings.ToLower(parts[0].Variable)] && strings.HasPrefix(parts[1].Literal, ":") {
		out.named = pass.Template.Text
	}
	known := knownTargets(p)
	for _, v := range tablesOf(p).values(pass.Template) {
		a, phrase := catalog.ParseURL(v, catalog.URLOptions{NoResolve: true}, nil)
		if phrase == "" && a.Unix == "" && !known[strings.ToLower(v)] {
			out.addresses = append(out.addresses, a)
		}
	}
	return out
}

// knownTargets holds the names of groups and the targets that nginx has
// resolved when it starts, because another server names them.
func knownTargets(p *lint.Pass) map[string]bool {
	known := map[string]bool{}
	for _, g := range p.Tree.Upstreams() {
		known[strings.ToLower(g.Arg().(*ngxstream.Group).Name)] = true
	}
	for _, s := range p.Tree.Servers() {
		if pass, ok := proxies(s); ok && !pass.Arg.HasVariables() {
			known[strings.ToLower(pass.Arg.Template.Text)] = true
		}
	}
	return known
}

func (t targets) unresolved() string {
	for _, a := range t.addresses {
		if a.IsName && !a.NoPort {
			return a.Text
		}
	}
	return t.named
}

func (t targets) portless() string {
	for _, a := range t.addresses {
		if a.NoPort {
			return a.Text
		}
	}
	return ""
}
