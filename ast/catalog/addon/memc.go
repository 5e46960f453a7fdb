package addon

import "tidegate/ast/catalog"

// MemcModule and its directives.
var (
	MemcModule = catalog.NewModule("ngx_http_memc_module", "The whole protocol of memcached.",
		MemcCmdsAllowed, MemcPass, MemcConnectTimeout, MemcSendTimeout, MemcReadTimeout, MemcBufferSize,
		MemcNextUpstream, MemcUpstreamMaxFails, MemcUpstreamFailTimeout, MemcFlagsToLastModified,
		MemcIgnoreClientAbort).WithVariables(variables(catalog.Bundled,
		"memc_flags_as_http_time")...)

	MemcCmdsAllowed = catalog.Words(catalog.Spec{Name: "memc_cmds_allowed", In: levelsAndIf, Args: "<command>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Limits the commands."})
	MemcPass = catalog.TemplateOf(catalog.Spec{Name: "memc_pass", In: location, Args: "<addr>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Passes requests to the memcached server."})
	MemcConnectTimeout = catalog.Time(catalog.Spec{Name: "memc_connect_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time for connecting to the memcached server."})
	MemcSendTimeout = catalog.Time(catalog.Spec{Name: "memc_send_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time between two writes to the memcached server."})
	MemcReadTimeout = catalog.Time(catalog.Spec{Name: "memc_read_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time between two reads from the memcached server."})
	MemcBufferSize = catalog.Size(catalog.Spec{Name: "memc_buffer_size", In: levels, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of the buffer for an answer."})
	MemcNextUpstream = catalog.SetOf(catalog.Spec{Name: "memc_next_upstream", In: levels, Args: "(error|timeout|invalid_response|not_found|off)...", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_response", "not_found", "off")
	MemcUpstreamMaxFails = catalog.Words(catalog.Spec{Name: "memc_upstream_max_fails", In: levels, Args: "<int>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Is refused: the server directive of a group says it."})
	MemcUpstreamFailTimeout = catalog.Words(catalog.Spec{Name: "memc_upstream_fail_timeout", In: levels, Args: "<time>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Is refused: the server directive of a group says it."})
	MemcFlagsToLastModified = catalog.Flag(catalog.Spec{Name: "memc_flags_to_last_modified", In: location, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Takes Last-Modified from the flags of an entry."})
	MemcIgnoreClientAbort = catalog.Flag(catalog.Spec{Name: "memc_ignore_client_abort", In: location, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Finishes the exchange after the client has gone."})
)
