package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_v2_module.
var (
	HTTP2 = catalog.Flag(catalog.Spec{Name: "http2", In: servers, Default: "off", Since: "1.25.1", Runs: unserved,
		Doc: "Speaks HTTP/2."})
	HTTP2BodyPrereadSize = catalog.Size(catalog.Spec{Name: "http2_body_preread_size", In: servers, Args: "<size>", Default: "64k", Since: "1.11.0",
		Runs: unserved,
		Doc:  "Sets the buffer for bodies before they are wanted."}).Check(checkHTTP2Preread)
	HTTP2ChunkSize = catalog.Size(catalog.Spec{Name: "http2_chunk_size", In: levels, Args: "<size>", Default: "8k", Since: "1.9.5", Runs: unserved,
		Doc: "Bounds the pieces of an answer."}).Check(checkHTTP2Chunk)
	HTTP2IdleTimeout = catalog.Obsolete(catalog.Spec{Name: "http2_idle_timeout", In: servers, Args: "<value>", DefaultNote: "3m", Since: "1.9.5", Runs: unserved,
		Doc: "Once closed idle connections."}, "keepalive_timeout")
	HTTP2MaxConcurrentPushes = catalog.Obsolete(catalog.Spec{Name: "http2_max_concurrent_pushes", In: servers, Args: "<value>", DefaultNote: "10", Since: "1.13.9",
		Runs: unserved,
		Doc:  "Once bounded server pushes."}, "")
	HTTP2MaxConcurrentStreams = catalog.Int(catalog.Spec{Name: "http2_max_concurrent_streams", In: servers, Args: "<int>", Default: "128", Since: "1.9.5",
		Runs: unserved,
		Doc:  "Bounds the streams of a connection."})
	HTTP2MaxFieldSize = catalog.Obsolete(catalog.Spec{Name: "http2_max_field_size", In: servers, Args: "<value>", DefaultNote: "4k", Since: "1.9.5",
		Runs: unserved,
		Doc:  "Once bounded the size of a header."}, "large_client_header_buffers")
	HTTP2MaxHeaderSize = catalog.Obsolete(catalog.Spec{Name: "http2_max_header_size", In: servers, Args: "<value>", DefaultNote: "16k", Since: "1.9.5",
		Runs: unserved,
		Doc:  "Once bounded the size of all headers."}, "large_client_header_buffers")
	HTTP2MaxRequests = catalog.Obsolete(catalog.Spec{Name: "http2_max_requests", In: servers, Args: "<value>", DefaultNote: "1000", Since: "1.11.6",
		Runs: unserved,
		Doc:  "Once bounded the requests of a connection."}, "keepalive_requests")
	HTTP2PoolSize = catalog.Size(catalog.Spec{Name: "http2_pool_size", In: servers, Args: "<size>", Runs: unserved,
		Doc: "Sets the memory that a connection begins with."}).Check(checkPool)
	HTTP2Push = catalog.Obsolete(catalog.Spec{Name: "http2_push", In: levels, Args: "<value>", DefaultNote: "off", Since: "1.13.9", Runs: unserved,
		Doc: "Once pushed an address."}, "")
	HTTP2PushPreload = catalog.Obsolete(catalog.Spec{Name: "http2_push_preload", In: levels, Args: "<value>", DefaultNote: "off", Since: "1.13.9",
		Runs: unserved,
		Doc:  "Once pushed what Link headers name."}, "")
	HTTP2RecvBufferSize = catalog.Size(catalog.Spec{Name: "http2_recv_buffer_size", In: catalog.HTTP, Args: "<size>", Default: "256k", Since: "1.9.5",
		Runs: unserved,
		Doc:  "Sets the input buffer of a worker."}).Check(checkHTTP2Input)
	HTTP2RecvTimeout = catalog.Obsolete(catalog.Spec{Name: "http2_recv_timeout", In: servers, Args: "<value>", DefaultNote: "30s", Since: "1.9.5",
		Runs: unserved,
		Doc:  "Once bounded the wait for data."}, "client_header_timeout")
	HTTP2StreamsIndexSize = catalog.Int(catalog.Spec{Name: "http2_streams_index_size", In: servers, Args: "<int>", Runs: unserved,
		Doc: "Sets the size of the index of streams."}).Check(checkHTTP2Index)
)

// checkHTTP2Input follows ngx_http_v2_recv_buffer_size.
func checkHTTP2Input(c *catalog.Call, size int64) bool {
	const state = 16
	return size > state || c.FailDirective(1, "value is too small")
}

// checkHTTP2Preread follows ngx_http_v2_preread_size.
func checkHTTP2Preread(c *catalog.Call, size int64) bool {
	const window = 1<<31 - 1
	return size <= window || c.Fail(1, "the maximum body preread buffer size is %d", window)
}

// checkHTTP2Index follows ngx_http_v2_streams_index_mask.
func checkHTTP2Index(c *catalog.Call, n int) bool {
	return n != 0 && n&(n-1) == 0 || c.FailDirective(1, "must be a power of two")
}

// checkHTTP2Chunk follows ngx_http_v2_chunk_size.
func checkHTTP2Chunk(c *catalog.Call, size int64) bool {
	return size != 0 || c.Fail(1, "the http2 chunk size cannot be zero")
}
