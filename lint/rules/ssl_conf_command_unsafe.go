package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// ConfCommandUnsafe flags commands that switch protections of the TLS library
// off.
var ConfCommandUnsafe = &lint.Rule{
	Name: "ssl-conf-command-unsafe", Severity: diag.Warn, Group: lint.Security,
	Summary: "A command to the TLS library allows old protocols or unsafe renegotiation.",
	Why: `"MinProtocol" below TLSv1.2 brings back versions that RFC 8996 gave up. "UnsafeLegacyRenegotiation" lets an attacker put text
of his own in front of what a client sends (CVE-2009-3555); "UnsafeLegacyServerConnect" accepts servers for which that works.`,
	Bad: []lint.Example{{In: "http", Text: "ssl_conf_command MinProtocol TLSv1;\n"},
		{In: "stream", Text: "proxy_ssl_conf_command Options UnsafeLegacyServerConnect;\n"}},
	Good: []lint.Example{{In: "http", Text: "ssl_conf_command MinProtocol TLSv1.2;\nssl_conf_command Options PrioritizeChaCha;\n"}},
	On: rowsOf(ngxstream.SSLConfCommand, ngxstream.ProxySSLConfCommand, ngxhttp.SSLConfCommand, ngxhttp.ProxySSLConfCommand,
		ngxhttp.GRPCSSLConfCommand, ngxhttp.UWSGISSLConfCommand, ngxmail.SSLConfCommand, ngxlua.LuaSSLConfCommand,
		ngxlua.HTTPLuaSSLConfCommand),
	Use: func(p *lint.Pass, u lint.Use) {
		command, _ := u.Arg.(catalog.Pair)
		switch strings.ToLower(command.Name) {
		case "minprotocol":
			old := append(slices.Clone(oldProtocols), "None")
			if slices.ContainsFunc(old, func(w string) bool { return strings.EqualFold(w, command.Value) }) {
				p.Report(u.Node.WordRange(2), "versions from %s on are allowed", command.Value)
			}
		case "options":
			for _, option := range strings.Split(command.Value, ",") {
				name := strings.ToLower(strings.TrimPrefix(strings.TrimSpace(option), "+"))
				if name == "unsafelegacyrenegotiation" || name == "unsafelegacyserverconnect" {
					p.Report(u.Node.WordRange(2), "%s switches a protection against CVE-2009-3555 off", option)
				}
			}
		}
	},
}
