package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// ClientCertificateUnchecked flags certificates that are asked for and not
// looked at.
var ClientCertificateUnchecked = &lint.Rule{
	Name: "ssl-client-certificate-unchecked", Severity: diag.Error, Group: lint.Security,
	Summary: "Client certificates are optional, and nothing looks at whether one was shown.",
	Why: `With "ssl_verify_client optional" a client without a certificate is served like one with it, and "optional_no_ca" takes any
certificate that somebody made for himself. The outcome is in $ssl_client_verify; some directive, or the application, has to look at it.
"ssl_verify_client on" turns others away by itself.`,
	Bad: []lint.Example{{In: "http.server", Text: "ssl_verify_client optional_no_ca;\n"}},
	Good: []lint.Example{
		{In: "http.server", Text: "ssl_verify_client optional_no_ca;\nif ($ssl_client_verify != SUCCESS) { return 403; }\n"},
		{In: "http.server", Text: "ssl_client_certificate ca.pem;\nssl_verify_client on;\n"}},
	On: []*catalog.Row{streamTLS.verifyClient, httpTLS.verifyClient},
	Use: func(p *lint.Pass, u lint.Use) {
		const prefix = "ssl_client_"
		word := strings.ToLower(u.Node.Arg(0))
		if word != "optional" && word != "optional_no_ca" || !p.Complete() {
			return
		}
		subsystem := catalog.HTTP
		if u.Level.In()&(catalog.Stream|catalog.StreamServer) != 0 {
			subsystem = catalog.Stream
		}
		r := readersIn(p, subsystem)
		if r.anyWord(prefix) || r.inLua(prefix) || r.inLua("verify_client") {
			return
		}
		p.Report(u.Node.HeadRange(), "clients without a valid certificate are served like others: nothing looks at $ssl_client_verify")
	},
}
