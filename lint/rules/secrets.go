package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on secrets that many can read.
var (
	// SecretInConfiguration flags passwords and keys between the directives.
	SecretInConfiguration = &lint.Rule{
		Name: "secret-in-configuration", Severity: diag.Warn, Group: lint.Security,
		Summary: "A password, key or token is written into the configuration.",
		Why: `Configurations are kept in repositories, copied to many machines and sent around when somebody needs help; whoever reads one of
the copies has the secret. Keep it in a file of its own that only root may read and that the configuration includes, or let the service
manager put it into the environment.`,
		Bad: []lint.Example{
			{In: "http.location", Text: "proxy_set_header Authorization \"Basic YWRtaW46aHVudGVyMg==\";\nproxy_pass http://127.0.0.1:8080;\n"},
			{In: "main", Text: "env DB_PASSWORD=tr0ub4dor;\n"},
			{In: "http", Text: "map $http_x_api_key $known {\ndefault 0;\n7fa3c09e21b84d65 1;\n}\n"}},
		Good: []lint.Example{
			{In: "http.location", Text: "proxy_set_header Authorization $http_authorization;\nproxy_pass http://127.0.0.1:8080;\n"},
			{In: "main", Text: "env DB_PASSWORD;\n"}},
		References: []string{"CWE-798"},
		On: append(rowsOf(ngxcore.Env), ngxhttp.ProxySetHeader.Row, ngxhttp.GRPCSetHeader.Row, ngxhttp.FastCGIParam.Row, ngxhttp.UWSGIParam.Row,
			ngxhttp.SCGIParam.Row, ngxhttp.Set.Row, ngxstream.Set.Row, ngxhttp.Map.Row),
		Use: func(p *lint.Pass, u lint.Use) {
			switch u.Row {
			case ngxcore.Env.Row:
				if e, _ := u.Arg.(ngxcore.EnvArgs); e.Set && secretName(e.Name) && looksSecret(e.Name, e.Value) {
					p.Report(u.Node.WordRange(1), "whoever reads this file knows %s", e.Name)
				}
			case ngxhttp.Map.Row:
				secretKeys(p, u)
			default:
				name := strings.ReplaceAll(strings.TrimPrefix(u.Node.Arg(0), "$"), "-", "_")
				value := u.Node.Arg(1)
				if !strings.Contains(value, "$") && (knownSecret(value) != "" || secretName(name) && looksSecret(name, value)) {
					p.Report(u.Node.WordRange(2), "whoever reads this file knows the value of %s", u.Node.Arg(0))
				}
			}
		},
	}
	// SecretsInLog flags logs that hold what opens sessions.
	SecretsInLog = &lint.Rule{
		Name: "secrets-in-log", Severity: diag.Warn, Group: lint.Security,
		Summary: "Passwords, tokens or cookies of clients are written to the log.",
		Why: `Logs are read by more people than may act for the clients, are sent to other services and kept for long. An Authorization header
holds a password or a token, a cookie of a session opens it. Log that there was one ($remote_user, or a map that gives yes or no), or a part
of it.`,
		Bad:        []lint.Example{{In: "http", Text: "log_format full '$remote_addr \"$request\" $http_authorization';\naccess_log logs/a.log full;\n"}},
		Good:       []lint.Example{{In: "http", Text: "log_format full '$remote_addr \"$request\" $remote_user';\naccess_log logs/a.log full;\n"}},
		References: []string{"CWE-532"},
		On:         []*catalog.Row{ngxhttp.LogFormat.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			f, _ := u.Arg.(*ngxstream.Format)
			uses := p.Tree.LogFormatUses(catalog.HTTP)
			if f == nil || p.Complete() && !slices.ContainsFunc(uses, func(m conf.Mention) bool { return strings.EqualFold(m.Name, u.Node.Arg(0)) }) {
				return
			}
			for _, part := range f.Template.Parts {
				if name := strings.ToLower(part.Variable); opensSession(name) {
					p.Report(wordWith(u.Node, part.Variable), `"$%s" is written to the log`, name)
					return
				}
			}
		},
	}
)

// secretKeys looks at the keys of a map that compares what clients send to
// prove who they are.
func secretKeys(p *lint.Pass, u lint.Use) {
	m := u.Arg.(*ngxstream.MapTable)
	if len(m.Source.Parts) != 1 {
		return
	}
	name := strings.ToLower(m.Source.Parts[0].Variable)
	_, name, found := strings.Cut(name, "_")
	if !found || name != "authorization" && !secretName(name) {
		return
	}
	for d := range u.Node.Body().All() {
		if key := d.Name(); knownSecret(key) != "" || !slices.Contains([]string{"default", "hostnames", "volatile", "include"}, key) && looksSecret(name, key) {
			p.Report(d.WordRange(0), "whoever reads this file knows what to send as $%s", m.Source.Parts[0].Variable)
			return
		}
	}
}

// opensSession tells that whoever knows a variable's value can act for the
// client.
func opensSession(name string) bool {
	switch name {
	case "http_authorization", "http_proxy_authorization", "http_cookie", "sent_http_set_cookie", "upstream_http_set_cookie":
		return true
	}
	kind, rest, _ := strings.Cut(name, "_")
	switch kind {
	case "http", "arg":
		return secretName(rest) || rest == "token" || rest == "x_token"
	case "cookie":
		return secretName(rest) || slices.ContainsFunc([]string{"session", "sessid", "token", "jwt"}, func(w string) bool { return strings.Contains(rest, w) })
	}
	return false
}
