package addon

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
)

// MemcModule and its directives.
var (
	MemcModule = catalog.NewModule("ngx_http_memc_module", "The whole protocol of memcached.",
		MemcCmdsAllowed, MemcPass, MemcConnectTimeout, MemcSendTimeout, MemcReadTimeout, MemcBufferSize,
		MemcNextUpstream, MemcUpstreamMaxFails, MemcUpstreamFailTimeout, MemcFlagsToLastModified,
		MemcIgnoreClientAbort).WithVariables(unhashed(lateVariables(
		"memc_key", "memc_cmd", "memc_flags", "memc_exptime", "memc_value", "memc_flags_as_http_time"))...)

	MemcCmdsAllowed = catalog.Custom(catalog.Spec{Name: "memc_cmds_allowed", In: levelsAndIf, Args: "<command>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Limits the commands."}, decodeCommands)
	MemcPass = catalog.Custom(catalog.Spec{Name: "memc_pass", In: location, Args: "<addr>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Passes requests to the memcached server."}, decodePass)
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
	MemcUpstreamMaxFails = catalog.Custom(catalog.Spec{Name: "memc_upstream_max_fails", In: levels, Args: "<int>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Is refused: the server directive of a group says it."}, decodeMoved)
	MemcUpstreamFailTimeout = catalog.Custom(catalog.Spec{Name: "memc_upstream_fail_timeout", In: levels, Args: "<time>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Is refused: the server directive of a group says it."}, decodeMoved)
	MemcFlagsToLastModified = catalog.Flag(catalog.Spec{Name: "memc_flags_to_last_modified", In: location, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Takes Last-Modified from the flags of an entry."})
	MemcIgnoreClientAbort = catalog.Flag(catalog.Spec{Name: "memc_ignore_client_abort", In: location, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Finishes the exchange after the client has gone."})
)

// commands are those of memcached that memc_cmds_allowed knows.
var commands = []string{"set", "add", "get", "incr", "decr", "stats", "append", "delete", "replace", "prepend", "version", "flush_all"}

// decodeCommands follows ngx_http_memc_cmds_allowed.
func decodeCommands(c *catalog.Call) ([]string, bool) {
	for i := 1; i < c.Len(); i++ {
		if !slices.Contains(commands, c.Text(i)) {
			return nil, c.Fail(i, `Unknown memcached command "%s" used in "memc_cmds_allowed"`, c.Text(i))
		}
	}
	return c.Texts(1), true
}

// decodeMoved follows ngx_http_memc_upstream_max_fails_unsupported and its twin.
func decodeMoved(c *catalog.Call) (string, bool) {
	return "", c.Fail(0, `"%s" is not supported, use the "%s" parameter of the "server" directive inside the "upstream" block`,
		c.Text(0), strings.TrimPrefix(c.Text(0), "memc_upstream_"))
}

// decodePass follows ngx_http_memc_pass and ngx_http_redis2_pass.
func decodePass(c *catalog.Call) (*ngxhttp.PassTarget, bool) {
	if isSecondPass(c) {
		return nil, c.Duplicate()
	}
	return ngxhttp.DecodePass(c)
}

// isSecondPass reports whether an address stands further above. One with
// variables does not count.
func isSecondPass(c *catalog.Call) bool {
	before, ok := catalog.Earlier[*ngxhttp.PassTarget](c)
	return ok && !before.Template.HasVariables()
}
