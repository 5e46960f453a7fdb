package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_limit_req_module.
var (
	LimitReq = catalog.Custom(catalog.Spec{Name: "limit_req", In: levels,
		Args: "zone=<name> [(burst=<int>|nodelay|delay=<int>) [burst=<int>|nodelay|delay=<int>]]", Since: "0.7.21",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Bounds the rate of requests with the same key."}, decodeLimitReq)
	LimitReqDryRun = catalog.Flag(catalog.Spec{Name: "limit_req_dry_run", In: levels, Default: "off", Since: "1.17.1", Runs: unserved,
		Doc: "Keeps the rate without refusing."})
	LimitReqLogLevel = catalog.OneOf(catalog.Spec{Name: "limit_req_log_level", In: levels, Args: "info|notice|warn|error", Default: "error", Since: "0.8.18",
		Runs: unserved,
		Doc:  "Sets the level at which refused requests are logged."}, "info", "notice", "warn", "error")
	LimitReqStatus = catalog.IntRange(catalog.Spec{Name: "limit_req_status", In: levels, Args: "<int>", Default: "503", Since: "1.3.15", Runs: unserved,
		Doc: "Sets the answer to refused requests."}, 400, 599)
	LimitReqZone = catalog.Custom(catalog.Spec{Name: "limit_req_zone", In: catalog.HTTP, Args: "<tmpl> zone=<name>:<size> rate=<rate>", Since: "0.7.21",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Declares the memory in which the rate of requests is kept by a key."}, decodeLimitReqZone)
)
