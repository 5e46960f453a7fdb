package addon

import "tidegate/ast/catalog"

// CachePurgeModule and its directives.
var (
	CachePurgeModule = catalog.NewModule("ngx_http_cache_purge_module", "Removal of entries from caches.",
		FastCGICachePurge, ProxyCachePurge, SCGICachePurge, UWSGICachePurge, CachePurgeResponseType,
		CachePurgeBackgroundQueue, CachePurgeQueueSize, CachePurgeBatchSize, CachePurgeThrottleMS,
		CachePurgeLegacyStatus, CachePurgeVaryAware)

	FastCGICachePurge = catalog.Words(catalog.Spec{Name: "fastcgi_cache_purge", In: levels, Args: "<key> | <method> [purge_all] [from <addr>...]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Removes entries of the FastCGI cache."})
	ProxyCachePurge = catalog.Words(catalog.Spec{Name: "proxy_cache_purge", In: levels, Args: "<key> | <method> [purge_all] [from <addr>...]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Removes entries of the proxy cache."})
	SCGICachePurge = catalog.Words(catalog.Spec{Name: "scgi_cache_purge", In: levels, Args: "<key> | <method> [purge_all] [from <addr>...]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Removes entries of the SCGI cache."})
	UWSGICachePurge = catalog.Words(catalog.Spec{Name: "uwsgi_cache_purge", In: levels, Args: "<key> | <method> [purge_all] [from <addr>...]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Removes entries of the uwsgi cache."})
	CachePurgeResponseType = catalog.Words(catalog.Spec{Name: "cache_purge_response_type", In: levels, Args: "html|json|xml|text", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses the form of the answer."})
	CachePurgeBackgroundQueue = catalog.Words(catalog.Spec{Name: "cache_purge_background_queue", In: catalog.HTTP, Args: "on|off", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Removes entries in the background."})
	CachePurgeQueueSize = catalog.Int(catalog.Spec{Name: "cache_purge_queue_size", In: catalog.HTTP, Args: "<int>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the number of removals that wait."})
	CachePurgeBatchSize = catalog.Int(catalog.Spec{Name: "cache_purge_batch_size", In: catalog.HTTP, Args: "<int>", Origin: catalog.External, Runs: external,
		Doc: "Sets how many entries are removed at once."})
	CachePurgeThrottleMS = catalog.Time(catalog.Spec{Name: "cache_purge_throttle_ms", In: catalog.HTTP, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Sets the pause between removals."})
	CachePurgeLegacyStatus = catalog.Words(catalog.Spec{Name: "cache_purge_legacy_status", In: catalog.HTTP, Args: "on|off", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Answers with the code of older versions."})
	CachePurgeVaryAware = catalog.Words(catalog.Spec{Name: "cache_purge_vary_aware", In: catalog.HTTP, Args: "on|off", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Removes the variants of an entry too."})
)
