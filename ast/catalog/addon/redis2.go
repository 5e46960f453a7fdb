package addon

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Redis2Module and its directives.
var (
	Redis2Module = catalog.NewModule("ngx_http_redis2_module", "The protocol of Redis.",
		Redis2Query, Redis2RawQuery, Redis2RawQueries, Redis2LiteralRawQuery, Redis2Pass, Redis2Bind,
		Redis2ConnectTimeout, Redis2SendTimeout, Redis2BufferSize, Redis2ReadTimeout, Redis2NextUpstream)

	Redis2Query = catalog.Custom(catalog.Spec{Name: "redis2_query", In: location, Args: "<command> [<tmpl>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Adds a command."}, decodeRedis2Query)
	Redis2RawQuery = catalog.TemplateOf(catalog.Spec{Name: "redis2_raw_query", In: location, Args: "<tmpl>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets a command in the form of the protocol."})
	Redis2RawQueries = catalog.Custom(catalog.Spec{Name: "redis2_raw_queries", In: location, Args: "<count> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets commands in the form of the protocol."}, decodeTemplates)
	Redis2LiteralRawQuery = catalog.String(catalog.Spec{Name: "redis2_literal_raw_query", In: location, Args: "<text>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets a command in the form of the protocol, without variables."})
	Redis2Pass = catalog.Custom(catalog.Spec{Name: "redis2_pass", In: location, Args: "<addr>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Passes requests to the Redis server."}, decodePass)
	Redis2Bind = catalog.Custom(catalog.Spec{Name: "redis2_bind", In: levels, Args: "<addr>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the local address of connections."}, decodeRedis2Bind)
	Redis2ConnectTimeout = catalog.Time(catalog.Spec{Name: "redis2_connect_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time for connecting to the Redis server."})
	Redis2SendTimeout = catalog.Time(catalog.Spec{Name: "redis2_send_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time between two writes to the Redis server."})
	Redis2BufferSize = catalog.Size(catalog.Spec{Name: "redis2_buffer_size", In: levels, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of the buffer for an answer."})
	Redis2ReadTimeout = catalog.Time(catalog.Spec{Name: "redis2_read_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time between two reads from the Redis server."})
	Redis2NextUpstream = catalog.SetOf(catalog.Spec{Name: "redis2_next_upstream", In: levels, Args: "(error|timeout|invalid_response|off)...", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_response", "off")
)

// decodeRedis2Bind refuses what the module refuses: it does not prepare the
// setting, so that nginx takes every redis2_bind for a second one.
func decodeRedis2Bind(c *catalog.Call) (ngxstream.BindTarget, bool) {
	return ngxstream.BindTarget{}, c.Duplicate()
}

// decodeRedis2Query follows ngx_http_redis2_query.
func decodeRedis2Query(c *catalog.Call) ([]catalog.Template, bool) {
	if c.Level != nil {
		if v := c.Level.Values(Redis2LiteralRawQuery.Row); len(v) > 0 && v[0].Arg != "" {
			return nil, c.FailDirective(0, "conflicts with redis2_literal_raw_query")
		}
		if len(c.Level.Values(Redis2RawQuery.Row))+len(c.Level.Values(Redis2RawQueries.Row)) > 0 {
			return nil, c.FailDirective(0, "conflicts with redis2_raw_query")
		}
	}
	return decodeTemplates(c)
}
