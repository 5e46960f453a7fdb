package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_v3_module.
var (
	HTTP3 = catalog.Flag(catalog.Spec{Name: "http3", In: servers, Default: "on", Since: "1.25.0", Runs: unserved,
		Doc: "Speaks HTTP/3."})
	HTTP3HQ = catalog.Flag(catalog.Spec{Name: "http3_hq", In: servers, Default: "off", Since: "1.25.0", Runs: unserved,
		Doc: "Speaks HTTP/0.9 over QUIC, for tests."})
	HTTP3MaxConcurrentStreams = catalog.Int(catalog.Spec{Name: "http3_max_concurrent_streams", In: servers, Args: "<int>", Default: "128", Since: "1.25.0",
		Runs: unserved,
		Doc:  "Bounds the streams of a connection."})
	HTTP3StreamBufferSize = catalog.Size(catalog.Spec{Name: "http3_stream_buffer_size", In: servers, Args: "<size>", Default: "64k", Since: "1.25.0",
		Runs: unserved,
		Doc:  "Sets the buffer of a stream."})
	QuicActiveConnectionIDLimit = catalog.Int(catalog.Spec{Name: "quic_active_connection_id_limit", In: servers, Args: "<int>", Default: "2", Since: "1.25.0",
		Runs: unserved,
		Doc:  "Bounds the connection identifiers kept."})
	QuicGSO = catalog.Flag(catalog.Spec{Name: "quic_gso", In: servers, Default: "off", Since: "1.25.0", Runs: unserved,
		Doc: "Sends batches by segmentation offload."})
	QuicHostKey = catalog.ConfPath(catalog.Spec{Name: "quic_host_key", In: servers, Args: "<path>", Since: "1.25.0", Runs: unserved,
		Doc: "Names the file with the key of tokens."}).Check(checkHostKey)
	QuicRetry = catalog.Flag(catalog.Spec{Name: "quic_retry", In: servers, Default: "off", Since: "1.25.0", Runs: unserved,
		Doc: "Validates the address of clients."})
)

// checkHostKey follows ngx_http_quic_host_key.
func checkHostKey(c *catalog.Call, name string) bool {
	if c.Level == nil {
		return true
	}
	if err := c.Env.File(name); err != nil {
		return c.FailFile(1, "open()", name, err)
	}
	if key, ok := c.Env.Contents(name); ok && len(key) == 0 {
		return c.Fail(1, "\"%s\" zero key size", name)
	}
	return true
}
