package ngxhttp

import "tidegate/ast/catalog"

// notBuilt declares a variable of a module that is left out by default.
func notBuilt(name, doc string) catalog.Variable {
	v := known(name, doc)
	v.Origin = catalog.NotBuilt
	return v
}

// known declares a variable.
func known(name, doc string) catalog.Variable {
	return catalog.Variable{Name: name, In: catalog.HTTP, Runs: unserved, Doc: doc}
}

// volatile is known for a variable that is evaluated at each use.
func volatile(name, doc string) catalog.Variable {
	v := known(name, doc)
	v.Volatile = true
	return v
}

// unhashed leaves the variable out of the hash of names.
func unhashed(v catalog.Variable) catalog.Variable {
	v.Unhashed = true
	return v
}

// prefix makes the name the beginning of many names.
func prefix(v catalog.Variable) catalog.Variable {
	v.Prefix = true
	return v
}

// changeable allows set, map and the like to define the variable again.
func changeable(v catalog.Variable) catalog.Variable {
	v.Changeable = true
	return v
}

func since(version string, v catalog.Variable) catalog.Variable {
	v.Since = version
	return v
}

// newer is for a variable of a later nginx than the one that Tidegate follows.
func newer(version string, v catalog.Variable) catalog.Variable {
	v.Origin = catalog.Newer
	return since(version, v)
}

// absentVariable declares a variable that open-source nginx does not have.
func absentVariable(origin catalog.Origin, name string) catalog.Variable {
	return catalog.Variable{Name: name, In: catalog.HTTP, Origin: origin, Runs: catalog.Refused("it " + origin.Explain()),
		Doc: "Not part of open-source nginx: it " + origin.Explain() + "."}
}

var coreVariables = []catalog.Variable{
	prefix(volatile("arg_", "An argument of the request.")),
	changeable(volatile("args", "The arguments of the request.")),
	known("binary_remote_addr", "The address of the client in binary."),
	known("body_bytes_sent", "The bytes of the answer without headers."),
	since("1.3.8", known("bytes_sent", "The bytes sent to the client.")),
	since("1.3.8", known("connection", "The number of the connection.")),
	since("1.3.8", known("connection_requests", "The number of requests of the connection.")),
	since("1.19.10", volatile("connection_time", "The age of the connection in seconds.")),
	known("content_length", "The length of the request body."),
	known("content_type", "The media type of the request body."),
	prefix(known("cookie_", "A cookie of the request.")),
	volatile("document_root", "The directory of files."),
	volatile("document_uri", "The address without arguments."),
	known("host", "The name of the host, from the request line, the header or the server."),
	known("hostname", "The name of the machine."),
	prefix(known("http_", "A header of the request.")),
	since("1.3.8", known("http_cookie", "The Cookie header of the request.")),
	known("http_host", "The Host header of the request."),
	known("http_referer", "The Referer header of the request."),
	since("1.3.8", known("http_user_agent", "The User-Agent header of the request.")),
	known("http_via", "The Via header of the request."),
	known("http_x_forwarded_for", "The X-Forwarded-For header of the request."),
	known("https", "\"on\" over TLS."),
	volatile("is_args", "\"?\" if there are arguments."),
	since("1.29.3", known("is_request_port", "\":\" if the request names a port.")),
	changeable(volatile("limit_rate", "The limit of speed, which can be set.")),
	since("1.3.9", volatile("msec", "The time in seconds with milliseconds.")),
	known("nginx_version", "The version of nginx."),
	known("pid", "The number of the worker process."),
	since("1.3.12", known("pipe", "\"p\" for pipelined requests.")),
	since("1.5.12", known("proxy_protocol_addr", "The address of the client from the PROXY protocol.")),
	since("1.11.0", known("proxy_protocol_port", "The port of the client from the PROXY protocol.")),
	since("1.17.6", known("proxy_protocol_server_addr", "The address of the server from the PROXY protocol.")),
	since("1.17.6", known("proxy_protocol_server_port", "The port of the server from the PROXY protocol.")),
	since("1.23.2", prefix(known("proxy_protocol_tlv_", "A value of the PROXY protocol header."))),
	volatile("query_string", "The arguments of the request."),
	volatile("realpath_root", "The directory of files without symbolic links."),
	known("remote_addr", "The address of the client."),
	known("remote_port", "The port of the client."),
	known("remote_user", "The name of the user."),
	known("request", "The request line."),
	known("request_body", "The request body."),
	known("request_body_file", "The name of the file with the request body."),
	known("request_completion", "\"OK\" if the request was completed."),
	volatile("request_filename", "The name of the file that is served."),
	since("1.11.0", known("request_id", "A random number for the request.")),
	since("1.3.12", volatile("request_length", "The length of the request.")),
	volatile("request_method", "The method of the request."),
	since("1.29.3", known("request_port", "The port that the request names.")),
	since("1.3.9", volatile("request_time", "The time that the request took, in seconds.")),
	known("request_uri", "The address as requested, with arguments."),
	known("scheme", "\"http\" or \"https\"."),
	prefix(known("sent_http_", "A header of the answer.")),
	known("sent_http_cache_control", "The Cache-Control header of the answer."),
	known("sent_http_connection", "The Connection header of the answer."),
	known("sent_http_content_length", "The Content-Length header of the answer."),
	known("sent_http_content_type", "The Content-Type header of the answer."),
	known("sent_http_keep_alive", "The Keep-Alive header of the answer."),
	known("sent_http_last_modified", "The Last-Modified header of the answer."),
	known("sent_http_link", "The Link header of the answer."),
	known("sent_http_location", "The Location header of the answer."),
	known("sent_http_transfer_encoding", "The Transfer-Encoding header of the answer."),
	since("1.13.2", prefix(known("sent_trailer_", "A trailer of the answer."))),
	known("server_addr", "The address that took the request."),
	known("server_name", "The name of the server."),
	known("server_port", "The port that took the request."),
	known("server_protocol", "The version of the protocol."),
	since("1.3.2", volatile("status", "The code of the answer.")),
	volatile("tcpinfo_rcv_space", "From the state of the TCP connection: rcv_space."),
	volatile("tcpinfo_rtt", "From the state of the TCP connection: rtt."),
	volatile("tcpinfo_rttvar", "From the state of the TCP connection: rttvar."),
	volatile("tcpinfo_snd_cwnd", "From the state of the TCP connection: snd_cwnd."),
	since("1.3.12", volatile("time_iso8601", "The local time in ISO 8601 form.")),
	absentVariable(catalog.Commercial, "time_iso8601_ms"),
	since("1.3.12", volatile("time_local", "The local time.")),
	volatile("uri", "The address without arguments."),
}

var acmeVariables = []catalog.Variable{
	absentVariable(catalog.External, "acme_certificate"),
	absentVariable(catalog.External, "acme_certificate_key"),
}

var authJwtVariables = []catalog.Variable{
	prefix(absentVariable(catalog.Commercial, "jwt_claim_")),
	prefix(absentVariable(catalog.Commercial, "jwt_header_")),
	absentVariable(catalog.Commercial, "jwt_payload"),
}

var browserVariables = []catalog.Variable{
	changeable(known("ancient_browser", "Set if the browser is ancient.")),
	changeable(known("modern_browser", "Set if the browser is modern.")),
	changeable(known("msie", "Set if the browser is an old one of Microsoft.")),
}

var fastcgiVariables = []catalog.Variable{
	unhashed(volatile("fastcgi_path_info", "What follows the name of the script.")),
	unhashed(volatile("fastcgi_script_name", "The name of the script.")),
}

var geoipVariables = []catalog.Variable{
	notBuilt("geoip_area_code", "From a GeoIP database: area code."),
	notBuilt("geoip_city", "From a GeoIP database: city."),
	notBuilt("geoip_city_continent_code", "From a GeoIP database: city continent code."),
	notBuilt("geoip_city_country_code", "From a GeoIP database: city country code."),
	notBuilt("geoip_city_country_code3", "From a GeoIP database: city country code3."),
	notBuilt("geoip_city_country_name", "From a GeoIP database: city country name."),
	notBuilt("geoip_country_code", "From a GeoIP database: country code."),
	notBuilt("geoip_country_code3", "From a GeoIP database: country code3."),
	notBuilt("geoip_country_name", "From a GeoIP database: country name."),
	notBuilt("geoip_dma_code", "From a GeoIP database: dma code."),
	notBuilt("geoip_latitude", "From a GeoIP database: latitude."),
	notBuilt("geoip_longitude", "From a GeoIP database: longitude."),
	notBuilt("geoip_org", "From a GeoIP database: org."),
	notBuilt("geoip_postal_code", "From a GeoIP database: postal code."),
	notBuilt("geoip_region", "From a GeoIP database: region."),
	notBuilt("geoip_region_name", "From a GeoIP database: region name."),
}

var grpcVariables = []catalog.Variable{
	unhashed(volatile("grpc_internal_trailers", "The value of the TE header towards a gRPC server.")),
}

var gzipVariables = []catalog.Variable{
	unhashed(known("gzip_ratio", "The ratio of compression.")),
}

var limitConnVariables = []catalog.Variable{
	since("1.17.6", volatile("limit_conn_status", "What the limit of connections decided.")),
}

var limitReqVariables = []catalog.Variable{
	since("1.17.6", volatile("limit_req_status", "What the limit of requests decided.")),
}

var memcachedVariables = []catalog.Variable{}

var oidcVariables = []catalog.Variable{
	absentVariable(catalog.Commercial, "oidc_access_token"),
	prefix(absentVariable(catalog.Commercial, "oidc_claim_")),
	absentVariable(catalog.Commercial, "oidc_id_token"),
	absentVariable(catalog.Commercial, "oidc_userinfo"),
}

var proxyVariables = []catalog.Variable{
	unhashed(known("proxy_add_via", "The Via header with this server added.")),
	known("proxy_add_x_forwarded_for", "X-Forwarded-For with the client added."),
	changeable(volatile("proxy_host", "The host of proxy_pass.")),
	unhashed(volatile("proxy_internal_body_length", "The length of the body that is passed on.")),
	unhashed(volatile("proxy_internal_chunked", "Whether the body is passed on in chunks.")),
	changeable(volatile("proxy_port", "The port of proxy_pass.")),
}

var proxyProtocolVendorVariables = []catalog.Variable{
	absentVariable(catalog.Commercial, "proxy_protocol_tlv_aws_vpce_id"),
	absentVariable(catalog.Commercial, "proxy_protocol_tlv_azure_pel_id"),
	absentVariable(catalog.Commercial, "proxy_protocol_tlv_gcp_conn_id"),
}

var realipVariables = []catalog.Variable{
	since("1.9.7", known("realip_remote_addr", "The address of the sender.")),
	since("1.11.0", known("realip_remote_port", "The port of the sender.")),
}

var refererVariables = []catalog.Variable{
	known("invalid_referer", "Empty for a valid Referer, else \"1\"."),
}

var secureLinkVariables = []catalog.Variable{
	known("secure_link", "The outcome of the check of a link."),
	known("secure_link_expires", "The end of life of a link."),
}

var sessionLogVariables = []catalog.Variable{
	absentVariable(catalog.Commercial, "session_log_binary_id"),
	absentVariable(catalog.Commercial, "session_log_id"),
}

var sliceVariables = []catalog.Variable{
	known("slice_range", "The range of the piece that is fetched."),
}

var ssiVariables = []catalog.Variable{
	volatile("date_gmt", "The time in GMT."),
	volatile("date_local", "The local time."),
}

var sslVariables = []catalog.Variable{
	since("1.21.4", changeable(known("ssl_alpn_protocol", "The protocol chosen by ALPN."))),
	changeable(known("ssl_cipher", "The cipher in use.")),
	since("1.11.7", changeable(known("ssl_ciphers", "The ciphers of the client."))),
	changeable(known("ssl_client_cert", "The client certificate, indented.")),
	since("1.13.5", changeable(known("ssl_client_escaped_cert", "The client certificate, escaped."))),
	since("1.7.1", changeable(known("ssl_client_fingerprint", "The SHA-1 digest of the client certificate."))),
	since("1.11.6", changeable(known("ssl_client_i_dn", "The issuer of the client certificate."))),
	changeable(known("ssl_client_i_dn_legacy", "The issuer of the client certificate, old form.")),
	changeable(known("ssl_client_raw_cert", "The client certificate.")),
	since("1.11.6", changeable(known("ssl_client_s_dn", "The subject of the client certificate."))),
	changeable(known("ssl_client_s_dn_legacy", "The subject of the client certificate, old form.")),
	changeable(known("ssl_client_serial", "The serial number of the client certificate.")),
	since("1.29.3", changeable(known("ssl_client_sigalg", "The signature algorithm of the client."))),
	since("1.11.7", changeable(known("ssl_client_v_end", "The end of validity of the client certificate."))),
	since("1.11.7", changeable(known("ssl_client_v_remain", "The days until then."))),
	since("1.11.7", changeable(known("ssl_client_v_start", "The beginning of validity of the client certificate."))),
	changeable(known("ssl_client_verify", "The outcome of verifying the client.")),
	since("1.21.5", changeable(known("ssl_curve", "The curve in use."))),
	since("1.11.7", changeable(known("ssl_curves", "The curves of the client."))),
	since("1.15.3", changeable(volatile("ssl_early_data", "\"1\" while early data are in use."))),
	since("1.29.4", changeable(known("ssl_ech_outer_server_name", "The outer server name of Encrypted ClientHello."))),
	since("1.29.4", changeable(known("ssl_ech_status", "The outcome of Encrypted ClientHello."))),
	changeable(known("ssl_protocol", "The version of TLS.")),
	since("1.7.0", changeable(known("ssl_server_name", "The server name asked for (SNI)."))),
	changeable(known("ssl_session_id", "The number of the TLS session.")),
	since("1.5.11", changeable(known("ssl_session_reused", "\"r\" for a resumed session."))),
	since("1.29.3", changeable(known("ssl_sigalg", "The signature algorithm of the server."))),
	newer("1.31.2", changeable(known("ssl_sigalgs", "The signature algorithms of the client."))),
}

var stubStatusVariables = []catalog.Variable{
	volatile("connections_active", "The number of connections."),
	volatile("connections_reading", "The number of connections that read."),
	volatile("connections_waiting", "The number of idle connections."),
	volatile("connections_writing", "The number of connections that write."),
}

var upstreamVariables = []catalog.Variable{
	volatile("upstream_addr", "The addresses of the servers tried."),
	since("1.11.4", volatile("upstream_bytes_received", "The bytes received from servers.")),
	since("1.15.8", volatile("upstream_bytes_sent", "The bytes sent to servers.")),
	unhashed(volatile("upstream_cache_etag", "The ETag of the cache entry.")),
	unhashed(volatile("upstream_cache_last_modified", "The time of the cache entry.")),
	since("0.8.3", volatile("upstream_cache_status", "What the cache did.")),
	since("1.9.1", volatile("upstream_connect_time", "The times of connecting.")),
	since("1.7.1", prefix(volatile("upstream_cookie_", "A cookie set by the server."))),
	since("1.7.10", volatile("upstream_header_time", "The times until the headers.")),
	prefix(volatile("upstream_http_", "A header of the answer of the server.")),
	absentVariable(catalog.Commercial, "upstream_last_addr"),
	absentVariable(catalog.Commercial, "upstream_last_server_name"),
	absentVariable(catalog.Commercial, "upstream_queue_time"),
	since("0.7.27", volatile("upstream_response_length", "The lengths of the answers.")),
	volatile("upstream_response_time", "The times of the answers."),
	volatile("upstream_status", "The codes of the answers."),
	since("1.13.10", prefix(volatile("upstream_trailer_", "A trailer of the answer of the server."))),
}

var useridVariables = []catalog.Variable{
	known("uid_got", "The cookie of the client."),
	known("uid_reset", "Marks that the cookie is to be renewed."),
	known("uid_set", "The cookie that is sent."),
}

var v2Variables = []catalog.Variable{
	known("http2", "The form of HTTP/2 in use."),
}

var v3Variables = []catalog.Variable{
	known("http3", "The form of HTTP/3 in use."),
}

var otelVariables = []catalog.Variable{
	absentVariable(catalog.External, "otel_parent_id"),
	absentVariable(catalog.External, "otel_parent_sampled"),
	absentVariable(catalog.External, "otel_span_id"),
	absentVariable(catalog.External, "otel_trace_id"),
}
