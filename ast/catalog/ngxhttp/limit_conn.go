package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_limit_conn_module.
var (
	LimitConn = catalog.Custom(catalog.Spec{Name: "limit_conn", In: levels, Args: "<zone> <int>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Bounds the number of connections with the same key."}, ngxstream.DecodeLimitConn)
	LimitConnDryRun = catalog.Flag(catalog.Spec{Name: "limit_conn_dry_run", In: levels, Default: "off", Since: "1.17.6", Runs: unserved,
		Doc: "Counts without refusing."})
	LimitConnLogLevel = catalog.OneOf(catalog.Spec{Name: "limit_conn_log_level", In: levels, Args: "info|notice|warn|error", Default: "error", Since: "0.8.18",
		Runs: unserved,
		Doc:  "Sets the level at which refused connections are logged."}, "info", "notice", "warn", "error")
	LimitConnStatus = catalog.IntRange(catalog.Spec{Name: "limit_conn_status", In: levels, Args: "<int>", Default: "503", Since: "1.3.15", Runs: unserved,
		Doc: "Sets the answer to refused requests."}, 400, 599)
	LimitConnZone = catalog.Custom(catalog.Spec{Name: "limit_conn_zone", In: catalog.HTTP, Args: "<tmpl> zone=<name>:<size>", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Declares the memory in which connections are counted by a key."}, ngxstream.DecodeLimitConnZone)
)
