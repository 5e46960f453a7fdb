package rules

import (
	"regexp"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// datedParameter is a form of an argument that came later than its directive.
type datedParameter struct {
	form  *regexp.Regexp
	since string
	rows  []*catalog.Row
}

func dated(form, since string, rows ...*catalog.Row) datedParameter {
	return datedParameter{regexp.MustCompile(form), since, rows}
}

var (
	httpListen, streamListen, mailListen = ngxhttp.Listen.Row, ngxstream.Listen.Row, ngxmail.Listen.Row
	upstreamServers                      = []*catalog.Row{ngxstream.UpstreamServer.Row, ngxhttp.UpstreamServer.Row}
	nextUpstreams                        = []*catalog.Row{ngxhttp.ProxyNextUpstream.Row, ngxhttp.FastCGINextUpstream.Row, ngxhttp.UWSGINextUpstream.Row,
		ngxhttp.SCGINextUpstream.Row, ngxhttp.GRPCNextUpstream.Row}
	certificateFiles = []*catalog.Row{ngxstream.SSLCertificate.Row, ngxstream.SSLCertificateKey.Row, ngxhttp.SSLCertificate.Row,
		ngxhttp.SSLCertificateKey.Row}
)

var datedParameters = []datedParameter{
	dated(`^http2$`, "1.9.5", httpListen),
	dated(`^quic$`, "1.25.0", httpListen),
	dated(`^reuseport$`, "1.9.1", httpListen, streamListen),
	dated(`^multipath$`, "1.29.7", httpListen, streamListen, mailListen),
	dated(`^udp$`, "1.9.13", streamListen),
	dated(`^proxy_protocol$`, "1.11.4", streamListen),
	dated(`^(default_server|deferred|setfib=.*|accept_filter=.*)$`, "1.25.5", streamListen),
	dated(`^fastopen=`, "1.21.0", streamListen),
	dated(`^(rcvbuf|sndbuf)=`, "1.11.13", streamListen, mailListen),
	dated(`:[0-9]+-[0-9]+$|^[0-9]+-[0-9]+$`, "1.15.10", httpListen, streamListen, mailListen),
	dated(`^proxy_protocol$`, "1.19.8", mailListen),
	dated(`^ipv4=`, "1.23.1", ngxhttp.Resolver.Row, ngxstream.Resolver.Row, ngxmail.Resolver.Row),
	dated(`^max_conns=`, "1.11.5", upstreamServers...),
	dated(`^(resolve|service=.*)$`, "1.27.3", upstreamServers...),
	dated(`^local$`, "1.29.7", ngxhttp.Keepalive.Row),
	dated(`^escape=(json|default)$`, "1.11.8", ngxhttp.LogFormat.Row, ngxstream.LogFormat.Row),
	dated(`^escape=none$`, "1.13.10", ngxhttp.LogFormat.Row, ngxstream.LogFormat.Row),
	dated(`^delay=`, "1.15.7", ngxhttp.LimitReq.Row),
	dated(`^(?i:TLSv1\.3)$`, "1.13.0", append(eachTLS(func(t tlsRows) *catalog.Row { return t.protocols }),
		ngxstream.ProxySSLProtocols.Row, ngxhttp.ProxySSLProtocols.Row, ngxhttp.GRPCSSLProtocols.Row, ngxhttp.UWSGISSLProtocols.Row)...),
	dated(`^data:`, "1.15.10", certificateFiles...),
	dated(`^store:`, "1.29.0", certificateFiles...),
	dated(`^[^$]*\$`, "1.15.9", certificateFiles...),
	dated(`^2$`, "1.29.4", ngxhttp.ProxyHTTPVersion.Row),
	dated(`^http_429$`, "1.11.13", nextUpstreams...),
	dated(`^non_idempotent$`, "1.9.13", nextUpstreams...),
	dated(`^denied$`, "1.29.3", nextUpstreams...),
	dated(`^transparent$`, "1.11.0", ngxstream.ProxyBind.Row, ngxhttp.ProxyBind.Row, ngxhttp.FastCGIBind.Row, ngxhttp.UWSGIBind.Row, ngxhttp.SCGIBind.Row),
	dated(`\$`, "1.17.0", ngxhttp.LimitRate.Row, ngxhttp.LimitRateAfter.Row, ngxstream.ProxyUploadRate.Row, ngxstream.ProxyDownloadRate.Row),
	dated(`\$`, "1.27.0", ngxhttp.ProxyLimitRate.Row, ngxhttp.FastCGILimitRate.Row, ngxhttp.UWSGILimitRate.Row, ngxhttp.SCGILimitRate.Row),
	dated(`\$`, "1.11.3", ngxstream.ProxyPass.Row),
	dated(`^v2$`, "1.31.4", ngxstream.ProxyProtocol.Row, ngxmail.ProxyProtocol.Row),
	dated(`^auto$`, "1.9.10", ngxcore.WorkerCPUAffinity.Row),
}

// ParameterNewerThanTarget flags arguments that came later than their
// directive.
var ParameterNewerThanTarget = &lint.Rule{
	Name: "parameter-newer-than-target", Severity: diag.Error, Group: lint.Deprecated,
	Summary: "A parameter of a directive appeared in a later version than the target.",
	Why: `The target knows the directive and not the parameter, and refuses to start; or it takes the parameter for something else, such as a
variable for a part of a name.`,
	Bad:  []lint.Example{{In: "stream.upstream", Text: "zone a 64k;\nresolver 127.0.0.53;\nserver app.example.com:80 resolve;\n", Target: "nginx=1.26"}},
	Good: []lint.Example{{In: "stream.upstream", Text: "server app.example.com:80 max_conns=10;\n", Target: "nginx=1.26"}},
	On:   parameterRows(),
	Use: func(p *lint.Pass, u lint.Use) {
		if !p.Target.Known() || older(p, sinceOf(u.Row)) {
			return // the directive itself is reported
		}
		for _, d := range datedParameters {
			if !older(p, d.since) || !containsRow(d.rows, u.Row) {
				continue
			}
			for i := 1; i < u.Node.NumWords(); i++ {
				if d.form.MatchString(u.Node.Arg(i - 1)) {
					p.Report(u.Node.WordRange(i), `this form of "%s" appeared in nginx %s, the target is %s`, u.Row.Name, d.since, p.Target)
				}
			}
		}
	},
}

func parameterRows() []*catalog.Row {
	var out []*catalog.Row
	for _, d := range datedParameters {
		for _, r := range d.rows {
			if !containsRow(out, r) {
				out = append(out, r)
			}
		}
	}
	return out
}

func containsRow(list []*catalog.Row, r *catalog.Row) bool {
	for _, other := range list {
		if other == r {
			return true
		}
	}
	return false
}
