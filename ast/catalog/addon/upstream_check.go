package addon

import "tidegate/ast/catalog"

// UpstreamCheckModule and its directives.
var (
	UpstreamCheckModule = catalog.NewModule("ngx_http_upstream_check_module", "Checks of upstream servers.",
		Check, CheckKeepaliveRequests, CheckHTTPSend, CheckHTTPExpectAlive, CheckFastCGIParam, CheckSHMSize,
		CheckStatus)

	Check = catalog.Words(catalog.Spec{Name: "check", In: catalog.HTTPUpstream, Args: "<name>=<value>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Checks the servers of a group."})
	CheckKeepaliveRequests = catalog.Int(catalog.Spec{Name: "check_keepalive_requests", In: catalog.HTTPUpstream, Args: "<int>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the checks over one connection."})
	CheckHTTPSend = catalog.String(catalog.Spec{Name: "check_http_send", In: catalog.HTTPUpstream, Args: "<text>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the request of a check."})
	CheckHTTPExpectAlive = catalog.Words(catalog.Spec{Name: "check_http_expect_alive", In: catalog.HTTPUpstream, Args: "(http_2xx|http_3xx|http_4xx|http_5xx)...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses the codes of a server that lives."})
	CheckFastCGIParam = catalog.Words(catalog.Spec{Name: "check_fastcgi_param", In: catalog.HTTPUpstream, Args: "<name> <text>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets a parameter of a check by FastCGI."})
	CheckSHMSize = catalog.Size(catalog.Spec{Name: "check_shm_size", In: catalog.HTTP, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Sets the size of the memory for states."})
	CheckStatus = catalog.Words(catalog.Spec{Name: "check_status", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "[html|csv|json]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Answers with the states."})
)
