package ngxstream

import "tidegate/ast/catalog"

// full declares a variable that works as in nginx.
func full(name, doc string) catalog.Variable {
	return catalog.Variable{Name: name, In: catalog.Stream, Runs: catalog.Full, Doc: doc}
}

// volatile is full for a variable that is evaluated at each use.
func volatile(name, doc string) catalog.Variable {
	v := full(name, doc)
	v.Volatile = true
	return v
}

// tlsVariable is full for a variable of the ssl module, which other directives
// may redefine.
func tlsVariable(name, doc string) catalog.Variable {
	v := full(name, doc)
	v.Changeable = true
	return v
}

// absentVariable declares a variable of the commercial nginx.
func absentVariable(name string) catalog.Variable {
	why := "it " + catalog.Commercial.Explain()
	v := full(name, "Not part of open-source nginx: "+why+".")
	v.Origin, v.Runs = catalog.Commercial, catalog.Refused(why)
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

func refused(why string, v catalog.Variable) catalog.Variable {
	v.Runs = catalog.Refused(why)
	return v
}

var coreVariables = []catalog.Variable{
	full("binary_remote_addr", "The client's address in binary form: 4 bytes for IPv4, 16 for IPv6."),
	full("remote_addr", "The client's address."),
	full("remote_port", "The client's port."),
	since("1.11.4", full("proxy_protocol_addr", "The client's address from the PROXY protocol header.")),
	since("1.11.4", full("proxy_protocol_port", "The client's port from the PROXY protocol header.")),
	since("1.17.6", full("proxy_protocol_server_addr", "The server's address from the PROXY protocol header.")),
	since("1.17.6", full("proxy_protocol_server_port", "The server's port from the PROXY protocol header.")),
	{Name: "proxy_protocol_tlv_", Prefix: true, In: catalog.Stream, Since: "1.23.2", Runs: catalog.Full,
		Doc: "A field of the PROXY protocol header, by name or number; $proxy_protocol_tlv_ssl_... for those on TLS."},
	full("server_addr", "The address at which the session was accepted."),
	full("server_port", "The port at which the session was accepted."),
	since("1.25.5", full("server_name", "The name of the server that took the session.")),
	full("bytes_sent", "The number of bytes sent to the client."),
	since("1.11.4", full("bytes_received", "The number of bytes received from the client.")),
	since("1.11.4", volatile("session_time", "The duration of the session in seconds with milliseconds.")),
	since("1.11.4", volatile("status", "The status of the session: 200, 400, 403, 500, 502 or 503.")),
	full("connection", "The serial number of the connection."),
	full("nginx_version", "The version of nginx that is followed."),
	full("hostname", "The name of the machine."),
	full("pid", "The number of the process."),
	volatile("msec", "The current time in seconds with milliseconds."),
	volatile("time_iso8601", "The local time in ISO 8601 form."),
	volatile("time_local", "The local time in the form of access logs."),
	since("1.11.4", full("protocol", "TCP or UDP.")),
	absentVariable("time_iso8601_ms"),
	absentVariable("proxy_protocol_tlv_aws_vpce_id"),
	absentVariable("proxy_protocol_tlv_azure_pel_id"),
	absentVariable("proxy_protocol_tlv_gcp_conn_id"),
}

var upstreamVariables = []catalog.Variable{
	since("1.11.4", volatile("upstream_addr", "The addresses of the servers tried, in order.")),
	since("1.11.4", volatile("upstream_bytes_sent", "The numbers of bytes sent to each server tried.")),
	since("1.11.4", volatile("upstream_connect_time", "The times in seconds for connecting to each server tried.")),
	since("1.11.4", volatile("upstream_first_byte_time", "The times in seconds until the first byte of each server tried.")),
	since("1.11.4", volatile("upstream_session_time", "The durations in seconds of the sessions with each server tried.")),
	since("1.11.4", volatile("upstream_bytes_received", "The numbers of bytes received from each server tried.")),
	absentVariable("upstream_last_addr"),
}

const noECH = "encrypted ClientHello follows in a later version"

var sslVariables = []catalog.Variable{
	tlsVariable("ssl_protocol", "The protocol of the TLS connection."),
	tlsVariable("ssl_cipher", "The cipher of the TLS connection."),
	since("1.11.7", tlsVariable("ssl_ciphers", "The ciphers that the client offered.")),
	since("1.21.5", tlsVariable("ssl_curve", "The curve of the key exchange.")),
	since("1.11.7", tlsVariable("ssl_curves", "The curves that the client offered.")),
	since("1.29.3", tlsVariable("ssl_sigalg", "The signature algorithm of the server's certificate.")),
	newer("1.31.2", tlsVariable("ssl_sigalgs", "The signature algorithms that the client offered.")),
	tlsVariable("ssl_session_id", "The identifier of the TLS session."),
	tlsVariable("ssl_session_reused", `"r" if the TLS session was resumed, "." if not.`),
	tlsVariable("ssl_server_name", "The server name that the client asked for (SNI)."),
	since("1.29.4", refused(noECH, tlsVariable("ssl_ech_status", "The result of encrypted ClientHello."))),
	since("1.29.4", refused(noECH, tlsVariable("ssl_ech_outer_server_name", "The public server name of an encrypted ClientHello."))),
	since("1.21.4", tlsVariable("ssl_alpn_protocol", "The protocol chosen by ALPN.")),
	since("1.11.8", tlsVariable("ssl_client_cert", "The client's certificate in PEM form, each line but the first indented by a tab.")),
	since("1.11.8", tlsVariable("ssl_client_raw_cert", "The client's certificate in PEM form.")),
	tlsVariable("ssl_client_escaped_cert", "The client's certificate in PEM form, URL-encoded."),
	since("1.11.8", tlsVariable("ssl_client_s_dn", "The subject of the client's certificate.")),
	since("1.11.8", tlsVariable("ssl_client_i_dn", "The issuer of the client's certificate.")),
	since("1.11.8", tlsVariable("ssl_client_serial", "The serial number of the client's certificate.")),
	since("1.11.8", tlsVariable("ssl_client_fingerprint", "The SHA-1 fingerprint of the client's certificate.")),
	since("1.29.3", tlsVariable("ssl_client_sigalg", "The signature algorithm of the client's certificate.")),
	since("1.11.8", tlsVariable("ssl_client_verify", "SUCCESS, NONE, or FAILED with the reason.")),
	since("1.11.8", tlsVariable("ssl_client_v_start", "The first day of the client's certificate.")),
	since("1.11.8", tlsVariable("ssl_client_v_end", "The last day of the client's certificate.")),
	since("1.11.8", tlsVariable("ssl_client_v_remain", "The number of days for which the client's certificate is still valid.")),
}

var sslPrereadVariables = []catalog.Variable{
	since("1.15.2", full("ssl_preread_protocol", "The highest protocol version in the ClientHello.")),
	full("ssl_preread_server_name", "The server name in the ClientHello."),
	since("1.13.10", full("ssl_preread_alpn_protocols", "The protocols in the ClientHello's ALPN extension, with commas.")),
}

var realIPVariables = []catalog.Variable{
	full("realip_remote_addr", "The client's address before it was replaced."),
	full("realip_remote_port", "The client's port before it was replaced."),
}

var limitConnVariables = []catalog.Variable{
	since("1.17.6", volatile("limit_conn_status", "PASSED, REJECTED or REJECTED_DRY_RUN.")),
}

var mqttPrereadVariables = []catalog.Variable{
	absentVariable("mqtt_preread_clientid"),
	absentVariable("mqtt_preread_username"),
}

var geoipVariables = func() []catalog.Variable {
	var out []catalog.Variable
	for _, name := range []string{
		"country_code", "country_code3", "country_name", "org", "city_continent_code", "city_country_code",
		"city_country_code3", "city_country_name", "region", "region_name", "city", "postal_code", "latitude",
		"longitude", "dma_code", "area_code",
	} {
		v := refused("the databases that it needs are no longer published", full("geoip_"+name, "A field of a GeoIP database."))
		v.Origin = catalog.NotBuilt
		out = append(out, v)
	}
	return out
}()
