package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_log_module.
var (
	AccessLog = catalog.Custom(catalog.Spec{Name: "access_log",
		In:          catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept,
		Args:        "off | (<path>|syslog:<params>) [<format> [buffer=<size>|flush=<time>|gzip[=<int>]|if=<tmpl>]...]",
		DefaultNote: "logs/access.log combined", Repeat: catalog.Many, Runs: unserved,
		Doc: "Adds an access log."}, decodeAccessLog)
	LogFormat = catalog.Custom(catalog.Spec{Name: "log_format", In: catalog.HTTP, Args: "<name> [escape=(default|json|none)] <tmpl>...",
		DefaultNote: "combined \"...\"", Repeat: catalog.Many, Runs: unserved,
		Doc: "Declares a format of the access log."}, ngxstream.DecodeLogFormat)
	OpenLogFileCache = catalog.Custom(catalog.Spec{Name: "open_log_file_cache", In: levels,
		Args:    "(off|max=<int>|inactive=<time>|min_uses=<int>|valid=<time>) [max=<int>|inactive=<time>|min_uses=<int>|valid=<time> [max=<int>|inactive=<time>|min_uses=<int>|valid=<time> [max=<int>|inactive=<time>|min_uses=<int>|valid=<time>]]]",
		Default: "off", Runs: unserved,
		Doc: "Keeps log files open whose names have variables."}, ngxstream.DecodeLogFileCache)
)
