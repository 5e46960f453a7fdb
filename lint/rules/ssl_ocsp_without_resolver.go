package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// OCSPWithoutResolver flags checks of client certificates that cannot be made.
var OCSPWithoutResolver = &lint.Rule{
	Name: "ssl-ocsp-without-resolver", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Client certificates are to be checked by OCSP, and there is no resolver to find the responder with.",
	Why: `The address of the responder stands in the client's certificate as a host name. nginx looks it up with "resolver" while the client
waits. Without one it logs "no resolver defined to resolve ..." and the certificate counts as not verified, so that every client is
refused.`,
	Bad: []lint.Example{{In: "stream.server", Text: "ssl_client_certificate ca.pem;\nssl_verify_client on;\nssl_ocsp on;\nreturn a;\n"}},
	Good: []lint.Example{
		{In: "stream.server", Text: "ssl_client_certificate ca.pem;\nssl_verify_client on;\nssl_ocsp on;\nresolver 127.0.0.53;\nreturn a;\n"},
		{In: "stream.server", Text: "ssl_client_certificate ca.pem;\nssl_verify_client on;\nssl_ocsp on;\nssl_ocsp_responder http://10.0.0.1/;\nreturn a;\n"}},
	On: []*catalog.Row{ngxstream.SSLOCSP.Row, ngxhttp.SSLOCSP.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if u.Node.Arg(0) == "off" || !p.Complete() {
			return
		}
		t := tlsFor(u.Level.In())
		responder := ngxhttp.SSLOCSPResponder.Row
		if u.Row == ngxstream.SSLOCSP.Row {
			responder = ngxstream.SSLOCSPResponder.Row
		}
		for _, s := range serversUnder(u.Level, t.server, u.Row) {
			_, resolver := valueAt(t.resolver, s)
			_, known := valueAt(responder, s)
			if !resolver && !known {
				p.Report(u.Node.HeadRange(), `the OCSP responder cannot be looked up: there is no "resolver"`)
				return
			}
		}
	},
}
