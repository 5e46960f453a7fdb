package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_stub_status_module.
var (
	StubStatus = catalog.Custom(catalog.Spec{Name: "stub_status", In: catalog.HTTPServer | catalog.HTTPLocation, Inherit: catalog.Local,
		Args: "[<text>]", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Answers with counters of the process."}, decodeSwitch)
)
