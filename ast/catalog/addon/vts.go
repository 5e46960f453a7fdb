package addon

import "tidegate/ast/catalog"

// VTSModule and its directives.
var (
	VTSModule = catalog.NewModule("ngx_http_vhost_traffic_status_module", "Numbers of requests by server.",
		VHostTrafficStatus, VHostTrafficStatusFilter, VHostTrafficStatusFilterByHost,
		VHostTrafficStatusFilterCheckDuplicate, VHostTrafficStatusFilterBySetKey,
		VHostTrafficStatusFilterMaxNode, VHostTrafficStatusLimit, VHostTrafficStatusLimitCheckDuplicate,
		VHostTrafficStatusLimitTraffic, VHostTrafficStatusLimitTrafficBySetKey, VHostTrafficStatusZone,
		VHostTrafficStatusMeasureStatusCodes, VHostTrafficStatusDump, VHostTrafficStatusDisplay,
		VHostTrafficStatusDisplayFormat, VHostTrafficStatusDisplayJSONP, VHostTrafficStatusDisplaySumKey,
		VHostTrafficStatusSetByFilter, VHostTrafficStatusAverageMethod, VHostTrafficStatusHistogramBuckets,
		VHostTrafficStatusBypassLimit, VHostTrafficStatusBypassStats, VHostTrafficStatusStatsByUpstream,
		VHostTrafficStatusIgnoreStatus).WithVariables(variables(catalog.External,
		"vts_request_counter", "vts_in_bytes", "vts_out_bytes", "vts_1xx_counter", "vts_2xx_counter", "vts_3xx_counter", "vts_4xx_counter", "vts_5xx_counter", "vts_request_time_counter", "vts_request_time", "vts_cache_miss_counter", "vts_cache_bypass_counter", "vts_cache_expired_counter", "vts_cache_stale_counter", "vts_cache_updating_counter", "vts_cache_revalidated_counter", "vts_cache_hit_counter", "vts_cache_scarce_counter")...)

	VHostTrafficStatus = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Counts requests."})
	VHostTrafficStatusFilter = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_filter", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Counts requests by keys of one's own."})
	VHostTrafficStatusFilterByHost = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_filter_by_host", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Counts requests by Host."})
	VHostTrafficStatusFilterCheckDuplicate = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_filter_check_duplicate", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Drops keys that stand twice."})
	VHostTrafficStatusFilterBySetKey = catalog.Custom(catalog.Spec{Name: "vhost_traffic_status_filter_by_set_key", In: levels, Args: "<tmpl> [<tmpl>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Adds a key."}, decodeTemplates)
	VHostTrafficStatusFilterMaxNode = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_filter_max_node", In: catalog.HTTP, Args: "<int> [<text>]...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Bounds the number of keys."})
	VHostTrafficStatusLimit = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_limit", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Limits traffic."})
	VHostTrafficStatusLimitCheckDuplicate = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_limit_check_duplicate", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Drops limits that stand twice."})
	VHostTrafficStatusLimitTraffic = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_limit_traffic", In: levels, Args: "<member>:<size> [<code>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Limits the traffic of a server."})
	VHostTrafficStatusLimitTrafficBySetKey = catalog.Custom(catalog.Spec{Name: "vhost_traffic_status_limit_traffic_by_set_key", In: levels, Args: "<tmpl> <member>:<size> [<code>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Limits the traffic of a key."}, decodeTemplates)
	VHostTrafficStatusZone = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_zone", In: catalog.HTTP, Args: "[shared:<name>:<size>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Declares the memory for the numbers."})
	VHostTrafficStatusMeasureStatusCodes = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_measure_status_codes", In: catalog.HTTP, Args: "(all|<code>)...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses the codes that are counted apart."})
	VHostTrafficStatusDump = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_dump", In: catalog.HTTP, Args: "<path> [<time>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Keeps the numbers in a file."})
	VHostTrafficStatusDisplay = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_display", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "[<handler>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Answers with the numbers."})
	VHostTrafficStatusDisplayFormat = catalog.OneOf(catalog.Spec{Name: "vhost_traffic_status_display_format", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "json|html|jsonp|prometheus", Origin: catalog.External, Runs: external,
		Doc: "Chooses the form of the answer."}, "json", "html", "jsonp", "prometheus")
	VHostTrafficStatusDisplayJSONP = catalog.String(catalog.Spec{Name: "vhost_traffic_status_display_jsonp", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "<name>", Origin: catalog.External, Runs: external,
		Doc: "Names the function of JSONP."})
	VHostTrafficStatusDisplaySumKey = catalog.String(catalog.Spec{Name: "vhost_traffic_status_display_sum_key", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "<name>", Origin: catalog.External, Runs: external,
		Doc: "Names the sum of all servers."})
	VHostTrafficStatusSetByFilter = catalog.Custom(catalog.Spec{Name: "vhost_traffic_status_set_by_filter", In: levelsAndIf, Args: "<var> <member>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Gives a number as a variable."}, decodeSetVariable)
	VHostTrafficStatusAverageMethod = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_average_method", In: levels, Args: "AMM|WMA [<time>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses how averages are taken."})
	VHostTrafficStatusHistogramBuckets = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_histogram_buckets", In: levels, Args: "<seconds>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the classes of times."})
	VHostTrafficStatusBypassLimit = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_bypass_limit", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Limits nothing here."})
	VHostTrafficStatusBypassStats = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_bypass_stats", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Counts nothing here."})
	VHostTrafficStatusStatsByUpstream = catalog.Flag(catalog.Spec{Name: "vhost_traffic_status_stats_by_upstream", In: catalog.HTTP, Origin: catalog.External, Runs: external,
		Doc: "Counts by upstream server."})
	VHostTrafficStatusIgnoreStatus = catalog.Words(catalog.Spec{Name: "vhost_traffic_status_ignore_status", In: levels, Args: "<code>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses the codes that are not counted."})
)
