package rules

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// setHeader returns the proxy_set_header in force at a level for a header.
func setHeader(l *conf.Level, name string) (catalog.Use[ngxhttp.Param], bool) {
	for _, u := range ngxhttp.ProxySetHeader.Uses(l) {
		if strings.EqualFold(u.Arg.Name, name) {
			return u, true
		}
	}
	return catalog.Use[ngxhttp.Param]{}, false
}

// eachProxyPass visits the proxy_pass directives.
func eachProxyPass(s *site.Site, visit func(site.Pass)) {
	s.Passes(func(pass site.Pass) {
		if pass.Row == ngxhttp.ProxyPass.Row && pass.Target != nil {
			visit(pass)
		}
	})
}

// HostHeaderLost flags proxied servers that are told the name of a group.
var HostHeaderLost = &lint.Rule{
	Name: "proxy-host-is-group-name", Severity: diag.Info, Group: lint.Correctness,
	Summary: "The proxied servers get the name of the upstream block as their host.",
	Why: `Without "proxy_set_header Host" nginx sends what stands in proxy_pass. For an upstream block that is its name, which the application does
not know: it answers for the wrong site, builds links with it, or refuses the request (a name with "_" is no valid host for many).`,
	Bad:        []lint.Example{{In: "http", Text: "upstream app { server 127.0.0.1:8080; }\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "upstream app { server 127.0.0.1:8080; }\nserver {\n    listen 80;\n    location / {\n        proxy_set_header Host $host;\n        proxy_pass http://app;\n    }\n}\n"}},
	References: []string{"proxy_set_header"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		eachProxyPass(s, func(pass site.Pass) {
			if pass.Target.HasVariables() || pass.Target.Group == nil || strings.Contains(pass.Target.Addr.Host, ".") {
				return
			}
			if _, ok := setHeader(pass.Level, "Host"); !ok {
				p.Report(pass.Node.ArgRange(0), `the servers see "Host: %s", the name of the upstream block`, pass.Target.Addr.Host)
			}
		})
	}),
}

// HostSpoofing flags the client's Host header where the name of the request is
// meant.
var HostSpoofing = &lint.Rule{
	Name: "host-spoofing", Severity: diag.Warn, Group: lint.Security,
	Summary: "The proxied server is told a host that is not the one by which nginx chose the server.",
	Why: `nginx takes the name of a request from its first line if that holds one ("GET http://example.com/ HTTP/1.1") and looks at the Host
header only otherwise. $http_host is always the header. So a client can choose a server here by one name and have another one told to the
application, past whatever the server block checks.

$host is the name that nginx uses, without the port. From nginx 1.29.5 on "$host$is_request_port$request_port" is the name with the port that the
client used; before, write "$host:$server_port" where the port matters.`,
	Bad:        []lint.Example{{In: "http.location", Text: "proxy_set_header Host $http_host;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "proxy_set_header Host $host;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"proxy_set_header"},
	On:         []*catalog.Row{ngxhttp.ProxySetHeader.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		h, _ := headerOf(u.Value)
		if strings.EqualFold(h.name, "host") && len(h.value.Parts) == 1 && strings.EqualFold(h.value.Parts[0].Variable, "http_host") {
			p.Report(u.Node.ArgRange(1), `$http_host is not checked: it may differ from the name by which this server was chosen`).
				Fixes = []diag.Fix{change(u.Node.ArgRange(1), "$host", "write $host")}
		}
	},
}

// claims are headers by which proxies tell the address of a client.
var claims = []string{"x-real-ip", "x-forwarded-for", "x-client-ip", "client-ip", "true-client-ip", "x-cluster-client-ip", "remote_addr", "forwarded"}

// ClientAddressUnchecked flags addresses of clients that are taken from the
// client.
var ClientAddressUnchecked = &lint.Rule{
	Name: "client-address-unchecked", Severity: diag.Warn, Group: lint.Security,
	Summary: "The application is told the client's address as the client itself says it.",
	Why: `Whatever a client writes into X-Real-IP or X-Forwarded-For goes on to the application, which takes it for an address that nginx vouches for:
limits, logs and access rules there work with a made-up address. Send $remote_addr. Where another proxy stands in front, let nginx take the address
from it with "set_real_ip_from" and "real_ip_header": then $remote_addr is the client's.`,
	Bad:        []lint.Example{{In: "http.location", Text: "proxy_set_header X-Real-IP $http_x_forwarded_for;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "proxy_set_header X-Real-IP $remote_addr;\nproxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"set_real_ip_from", "real_ip_header"},
	On:         []*catalog.Row{ngxhttp.ProxySetHeader.Row, ngxhttp.GRPCSetHeader.Row, ngxhttp.FastCGIParam.Row, ngxhttp.UWSGIParam.Row, ngxhttp.SCGIParam.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		h, _ := headerOf(u.Value)
		if !slices.Contains(claims, strings.ToLower(h.name)) || len(h.value.Parts) != 1 || !p.Complete() || ngxhttp.SetRealIPFrom.Set(u.Level) {
			return
		}
		name := strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(h.value.Parts[0].Variable), "http_"), "_", "-")
		if strings.HasPrefix(strings.ToLower(h.value.Parts[0].Variable), "http_") && slices.Contains(claims, name) {
			p.Report(u.Node.ArgRange(1), "%q is what the client says its address is", h.value.Text).Detail = "$remote_addr is the address that it has"
		}
	},
}

// keepaliveDefault is the release from which on proxied connections are kept
// without further words.
var keepaliveDefault = lint.Version{Major: 1, Minor: 29, Patch: 7}

// needsWords reports whether the target may be a release in which proxy_pass
// keeps connections only with proxy_http_version and an empty Connection.
func needsWords(p *lint.Pass) bool {
	return !p.Target.Known() || p.Target.Nginx.Before(keepaliveDefault)
}

// ProxyKeepaliveUnused flags groups whose connections cannot be kept.
var ProxyKeepaliveUnused = &lint.Rule{
	Name: "proxy-keepalive-unused", Severity: diag.Warn, Group: lint.Reliability,
	Summary: "The upstream block keeps connections, and requests are passed on so that none can be kept.",
	Why: `"keepalive" in an upstream block keeps connections for the next request. Before nginx 1.29.7 proxy_pass speaks HTTP/1.0 and sends "Connection:
close", so that there is nothing to keep: it takes "proxy_http_version 1.1" and an empty Connection header. fastcgi_pass needs "fastcgi_keep_conn on".
Each request then costs a new connection, and under load ports run out.`,
	Bad: []lint.Example{{In: "http", Text: "upstream app {\n    server 127.0.0.1:8080;\n    keepalive 16;\n}\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n        proxy_http_version 1.0;\n    }\n}\n"}},
	Good: []lint.Example{{In: "http", Text: "upstream app {\n    server 127.0.0.1:8080;\n    keepalive 16;\n}\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n        proxy_http_version 1.1;\n        proxy_set_header Connection \"\";\n    }\n}\n"},
		{In: "http", Target: "nginx=1.30", Text: "upstream app {\n    server 127.0.0.1:8080;\n    keepalive 16;\n}\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://app;\n    }\n}\n"}},
	References: []string{"keepalive", "proxy_http_version", "fastcgi_keep_conn"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Passes(func(pass site.Pass) {
			g := groupOf(s, pass)
			if g == nil {
				return
			}
			keep, ok := ngxhttp.Keepalive.Own(g)
			if !ok || keep == 0 {
				return
			}
			if why := connectionEnds(p, pass); why != "" {
				d := p.Report(pass.Node.HeadRange(), "the connections that the upstream block is to keep are closed: %s", why)
				d.Related = []diag.Related{{Range: g.Values(ngxhttp.Keepalive.Row)[0].Node.HeadRange(), Message: "this has no effect here"}}
			}
		})
	}),
}

// groupOf is the upstream block of a target without variables.
func groupOf(s *site.Site, pass site.Pass) *conf.Level {
	if pass.Target == nil || pass.Target.HasVariables() {
		return nil
	}
	g, _ := pass.Target.Group.(*conf.Level)
	return g
}

// connectionEnds says why connections of a pass are closed after each request;
// "" if they are kept.
func connectionEnds(p *lint.Pass, pass site.Pass) string {
	if pass.Row == ngxhttp.FastCGIPass.Row {
		if !ngxhttp.FastCGIKeepConn.Get(pass.Level) {
			return `"fastcgi_keep_conn" is off`
		}
		return ""
	}
	if pass.Row != ngxhttp.ProxyPass.Row {
		return ""
	}
	version, versionSet := ngxhttp.ProxyHTTPVersion.Lookup(pass.Level)
	header, headerSet := setHeader(pass.Level, "Connection")
	switch {
	case versionSet && version == "1.0":
		return `"proxy_http_version" is 1.0`
	case headerSet && sendsClose(p, pass, header.Arg.Value.Template):
		return `the header "Connection: close" is sent`
	case !p.Complete():
		return ""
	case !versionSet && needsWords(p) && !headerSet:
		return `before nginx 1.29.7 it takes "proxy_http_version 1.1" and "proxy_set_header Connection """`
	case !versionSet && needsWords(p):
		return `before nginx 1.29.7 it takes "proxy_http_version 1.1"`
	case !headerSet && needsWords(p):
		return `before nginx 1.29.7 it takes "proxy_set_header Connection """`
	}
	return ""
}

// sendsClose reports whether a value can be "close".
func sendsClose(p *lint.Pass, pass site.Pass, t catalog.Template) bool {
	for _, way := range flowOf(p).Expand(t, flow.After(pass.Level)) {
		if len(way) == 1 && strings.EqualFold(way[0].Literal, "close") {
			return true
		}
	}
	return false
}

// UpgradeIncomplete flags upgrades of connections that cannot succeed.
var UpgradeIncomplete = &lint.Rule{
	Name: "upgrade-incomplete", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Connections cannot be upgraded (WebSocket), because a part of what it takes is missing.",
	Why: `An upgrade takes three things: "proxy_set_header Upgrade $http_upgrade", a Connection header that says "upgrade", and HTTP/1.1 towards the
server, which before nginx 1.29.7 has to be asked for with "proxy_http_version 1.1". With one of them missing the server sees a plain request and
the browser reports a failed WebSocket.`,
	Bad:        []lint.Example{{In: "http.location", Text: "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"proxy_set_header", "proxy_http_version"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		eachProxyPass(s, func(pass site.Pass) {
			upgrade, upgradeSet := setHeader(pass.Level, "Upgrade")
			connection, connectionSet := setHeader(pass.Level, "Connection")
			text, constant := connection.Arg.Value.Constant()
			version, versionSet := ngxhttp.ProxyHTTPVersion.Lookup(pass.Level)
			wants := upgradeSet && !upgrade.Arg.Value.IsZero() && upgrade.Arg.Value.Text != ""
			report := func(d *ast.Directive, message string) {
				p.Report(d.HeadRange(), "%s", message).Related = []diag.Related{{Range: pass.Node.HeadRange(), Message: "for these requests"}}
			}
			switch {
			case wants && versionSet && version != "1.1":
				report(upgrade.Node, `connections are upgraded with "proxy_http_version 1.1" only`)
			case !p.Complete():
			case !wants && connectionSet && constant && strings.EqualFold(text, "upgrade"):
				report(connection.Node, `without "proxy_set_header Upgrade $http_upgrade" connections are not upgraded`)
			case wants && (!connectionSet || constant && !strings.EqualFold(text, "upgrade")):
				report(upgrade.Node, `without "Connection: upgrade" the server does not see that the connection is to be upgraded`)
			case wants && !versionSet && needsWords(p):
				report(upgrade.Node, `before nginx 1.29.7 connections are upgraded with "proxy_http_version 1.1" only`)
			}
		})
	}),
}

// AuthRequestBody flags subrequests that announce a body which does not come.
var AuthRequestBody = &lint.Rule{
	Name: "auth-request-body", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The subrequest of auth_request announces the body of the request, and does not send it.",
	Why: `The subrequest has the headers of the client's request, Content-Length too, but never its body. A server that reads the body before it
answers waits for it until the time is over, and the client gets 500. "proxy_pass_request_body off" alone does not take the header away: write
"proxy_set_header Content-Length """ as well.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location / {\n    auth_request /check;\n    proxy_pass http://127.0.0.1:8080;\n}\nlocation = /check {\n    internal;\n    proxy_pass http://127.0.0.1:8081;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location / {\n    auth_request /check;\n    proxy_pass http://127.0.0.1:8080;\n}\nlocation = /check {\n    internal;\n    proxy_pass http://127.0.0.1:8081;\n    proxy_pass_request_body off;\n    proxy_set_header Content-Length \"\";\n}\n"}},
	References: []string{"auth_request", "proxy_pass_request_body"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			for _, v := range l.Values(ngxhttp.AuthRequest.Row) {
				uri, _ := v.Arg.(string)
				server := s.ServerOf(l)
				if uri == "" || server == nil {
					continue
				}
				path, _, _ := strings.Cut(uri, "?")
				to := server.Find(path)
				if to == nil {
					continue
				}
				pass, ok := site.OwnPass(to.Level)
				if !ok || pass.Row != ngxhttp.ProxyPass.Row {
					continue
				}
				if h, ok := setHeader(to.Level, "Content-Length"); ok && h.Arg.Value.Text == "" {
					continue
				}
				p.Report(pass.Node.HeadRange(), `the server is told of a body that does not come: "proxy_set_header Content-Length """ is missing`).
					Related = []diag.Related{{Range: v.Node.HeadRange(), Message: "a subrequest of this comes here"}}
			}
		})
	}),
}

// SubFilterCompressed flags replacements in answers that may be compressed.
var SubFilterCompressed = &lint.Rule{
	Name: "sub-filter-compressed", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Text is to be replaced in answers that the proxied server may send compressed.",
	Why: `sub_filter finds its text in plain answers only. Browsers ask for compressed ones, nginx passes that on, and a server that compresses
sends nothing that could be replaced. Write "proxy_set_header Accept-Encoding """.`,
	Bad:        []lint.Example{{In: "http.location", Text: "sub_filter http: https:;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "sub_filter http: https:;\nproxy_set_header Accept-Encoding \"\";\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"sub_filter"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		eachProxyPass(s, func(pass site.Pass) {
			filters := ngxhttp.SubFilter.Uses(pass.Level)
			if _, ok := setHeader(pass.Level, "Accept-Encoding"); len(filters) == 0 || ok {
				return
			}
			p.Report(filters[0].Node.HeadRange(), `nothing is replaced in a compressed answer: "proxy_set_header Accept-Encoding """ is missing`).
				Related = []diag.Related{{Range: pass.Node.HeadRange(), Message: "the answers come from here"}}
		})
	}),
}

// BufferingOff flags servers that pass every answer on piece by piece.
var BufferingOff = &lint.Rule{
	Name: "proxy-buffering-off", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Buffering of answers is off for everything, not just where answers come bit by bit.",
	Why: `Without buffers a connection to the proxied server is busy until the slowest client has read the answer, nothing is cached, and
limit_rate has no effect. It is right for streams of events; set it in their location, or let the application send "X-Accel-Buffering: no".`,
	Bad:        []lint.Example{{In: "http.server", Text: "proxy_buffering off;\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "proxy_buffering off;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"proxy_buffering"},
	On:         []*catalog.Row{ngxhttp.ProxyBuffering.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		on, _ := u.Arg.(bool)
		if !on && u.Level.In() != catalog.HTTPLocation && !u.Level.Synthetic() {
			p.Report(u.Node.HeadRange(), "no answer is buffered: slow clients keep the proxied servers busy")
		}
	},
}
