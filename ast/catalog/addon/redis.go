package addon

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
)

// RedisModule and its directives.
var (
	RedisModule = catalog.NewModule("ngx_http_redis_module", "Values from Redis.",
		RedisPass, RedisBind, RedisSocketKeepalive, RedisConnectTimeout, RedisSendTimeout, RedisBufferSize,
		RedisReadTimeout, RedisNextUpstream, RedisNextUpstreamTries, RedisNextUpstreamTimeout, RedisGzipFlag).
		WithVariables(lateVariables("redis_auth", "redis_db")...)

	RedisPass = catalog.Custom(catalog.Spec{Name: "redis_pass", In: location, Args: "<addr>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Passes requests to the Redis server."}, decodeRedisPass)
	RedisBind = catalog.Custom(catalog.Spec{Name: "redis_bind", In: levels, Args: "<addr>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the local address of connections."}, ngxstream.DecodeBind)
	RedisSocketKeepalive = catalog.Flag(catalog.Spec{Name: "redis_socket_keepalive", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Turns TCP keepalive on."})
	RedisConnectTimeout = catalog.Time(catalog.Spec{Name: "redis_connect_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time for connecting to the Redis server."})
	RedisSendTimeout = catalog.Time(catalog.Spec{Name: "redis_send_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time between two writes to the Redis server."})
	RedisBufferSize = catalog.Size(catalog.Spec{Name: "redis_buffer_size", In: levels, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of the buffer for an answer."})
	RedisReadTimeout = catalog.Time(catalog.Spec{Name: "redis_read_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time between two reads from the Redis server."})
	RedisNextUpstream = catalog.SetOf(catalog.Spec{Name: "redis_next_upstream", In: levels, Args: "(error|timeout|invalid_response|not_found|off)...", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_response", "not_found", "off")
	RedisNextUpstreamTries = catalog.Int(catalog.Spec{Name: "redis_next_upstream_tries", In: levels, Args: "<int>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the number of servers tried."})
	RedisNextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "redis_next_upstream_timeout", In: levels, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the time in which further servers are tried."})
	RedisGzipFlag = catalog.Int(catalog.Spec{Name: "redis_gzip_flag", In: levels, Args: "<int>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the flag of compressed values."})
)

// decodeRedisPass follows ngx_http_redis_pass, which wants $redis_key to be set
// somewhere.
func decodeRedisPass(c *catalog.Call) (*ngxhttp.PassTarget, bool) {
	if isSecondPass(c) {
		return nil, c.Duplicate()
	}
	c.Env.UseVariable("redis_key", c.Word(0))
	return ngxhttp.DecodePass(c)
}
