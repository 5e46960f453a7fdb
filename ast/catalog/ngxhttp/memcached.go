package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_memcached_module.
var (
	MemcachedBind = catalog.Custom(catalog.Spec{Name: "memcached_bind", In: levels, Args: "<addr> [transparent] | off", Since: "0.8.22", Runs: unserved,
		Doc: "Sets the local address of connections to the memcached server."}, ngxstream.DecodeBind)
	MemcachedBufferSize = catalog.Size(catalog.Spec{Name: "memcached_buffer_size", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the size of the buffer for the first part of the answer of the memcached server."})
	MemcachedConnectTimeout = catalog.Time(catalog.Spec{Name: "memcached_connect_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time for connecting to the memcached server."})
	MemcachedGzipFlag = catalog.Int(catalog.Spec{Name: "memcached_gzip_flag", In: levels, Args: "<int>", Since: "1.3.6", Runs: unserved,
		Doc: "Asks for compressed values by this flag."})
	MemcachedNextUpstream = catalog.SetOf(catalog.Spec{Name: "memcached_next_upstream", In: levels, Args: "(error|timeout|invalid_response|not_found|off)...",
		Default: "error timeout", Runs: unserved,
		Doc: "Chooses the failures after which the next server is tried."}, "error", "timeout", "invalid_response", "not_found", "off")
	MemcachedNextUpstreamTimeout = catalog.Time(catalog.Spec{Name: "memcached_next_upstream_timeout", In: levels, Args: "<time>", Default: "0", Since: "1.7.5",
		Runs: unserved,
		Doc:  "Bounds the time in which further servers are tried; 0 is no bound."})
	MemcachedNextUpstreamTries = catalog.Int(catalog.Spec{Name: "memcached_next_upstream_tries", In: levels, Args: "<int>", Default: "0", Since: "1.7.5",
		Runs: unserved,
		Doc:  "Bounds the number of servers tried; 0 is no bound."})
	MemcachedPass = catalog.Custom(catalog.Spec{Name: "memcached_pass", In: catalog.HTTPLocation | catalog.HTTPLocationIf, Inherit: catalog.Local,
		Args: "<addr>", Runs: unserved,
		Doc: "Passes requests to the memcached server."}, DecodePass)
	MemcachedReadTimeout = catalog.Time(catalog.Spec{Name: "memcached_read_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two reads from the memcached server."})
	MemcachedSendTimeout = catalog.Time(catalog.Spec{Name: "memcached_send_timeout", In: levels, Args: "<time>", Default: "60s", Runs: unserved,
		Doc: "Bounds the time between two writes to the memcached server."})
	MemcachedSocketKeepalive = catalog.Flag(catalog.Spec{Name: "memcached_socket_keepalive", In: levels, Default: "off", Since: "1.15.6", Runs: unserved,
		Doc: "Turns TCP keepalive on for connections to the memcached server."})
)
