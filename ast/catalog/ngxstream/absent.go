package ngxstream

import "tidegate/ast/catalog"

// absent declares a directive that open-source nginx does not have.
func absent(origin catalog.Origin, name string, in catalog.Context, args, def, since string) catalog.Directive[catalog.NoArg] {
	return catalog.Unavailable(catalog.Spec{Name: name, In: in, Args: args, DefaultNote: def, Since: since, Origin: origin})
}

// absentMaker is absent for what makes the variable that it names first.
func absentMaker(name, args, since string) catalog.Directive[string] {
	return catalog.UnavailableVariable(catalog.Spec{Name: name, In: both, Args: args, Since: since, Origin: catalog.External})
}

// absentBlock is absent for a block.
func absentBlock(origin catalog.Origin, name string, in catalog.Context, args, since string) catalog.Directive[catalog.NoArg] {
	return catalog.UnavailableBlock(catalog.Spec{Name: name, In: in, Args: args, Since: since, Origin: origin})
}

// Directives of ngx_stream_proxy_module in the commercial nginx.
var (
	ProxyBindDynamic = absent(catalog.Commercial, "proxy_bind_dynamic", both, "on|off", "off", "1.29.3")
	ProxySessionDrop = absent(catalog.Commercial, "proxy_session_drop", both, "on|off", "off", "1.15.8")
	ProxySSLKeyLog   = absent(catalog.Commercial, "proxy_ssl_key_log", both, "<path>", "", "1.27.2")
)

// Directives of ngx_stream_ssl_module in the commercial nginx.
var (
	SSLKeyLog = absent(catalog.Commercial, "ssl_key_log", both, "<path>", "", "1.27.2")
)

// Directives of ngx_stream_upstream_module in the commercial nginx.
var (
	State = absent(catalog.Commercial, "state", catalog.StreamUpstream, "<path>", "", "1.9.7")
)

// Directives of ngx_stream_upstream_hc_module.
var (
	HealthCheck        = absent(catalog.Commercial, "health_check", catalog.StreamServer, "[<param>]...", "", "1.9.0")
	HealthCheckTimeout = absent(catalog.Commercial, "health_check_timeout", both, "<timeout>", "5s", "1.9.0")
	Match              = absentBlock(catalog.Commercial, "match", catalog.Stream, "<name>", "1.9.0")
)

// Directives of ngx_stream_keyval_module.
var (
	Keyval     = absent(catalog.Commercial, "keyval", catalog.Stream, "<tmpl> <var> zone=<name>", "", "1.13.7")
	KeyvalZone = absent(catalog.Commercial, "keyval_zone", catalog.Stream, "zone=<name>:<size> [state=<path>] [timeout=<time>] [type=(string|ip|prefix)] [sync]", "", "1.13.7")
)

// Directives of ngx_stream_mqtt_filter_module.
var (
	MQTT                  = absent(catalog.Commercial, "mqtt", both, "on|off", "off", "1.23.4")
	MQTTBuffers           = absent(catalog.Commercial, "mqtt_buffers", both, "<int> <size>", "100 1k", "1.25.1")
	MQTTRewriteBufferSize = absent(catalog.Commercial, "mqtt_rewrite_buffer_size", catalog.StreamServer, "<size>", "4k|8k", "1.23.4")
	MQTTSetConnect        = absent(catalog.Commercial, "mqtt_set_connect", catalog.StreamServer, "<field> <tmpl>", "", "1.23.4")
)

// Directives of ngx_stream_mqtt_preread_module.
var (
	MQTTPreread = absent(catalog.Commercial, "mqtt_preread", both, "on|off", "off", "1.23.4")
)

// Directives of ngx_stream_num_map_module.
var (
	NumMap = absentBlock(catalog.Commercial, "num_map", catalog.Stream, "[<tmpl>] <var>", "1.29.3")
)

// Directives of ngx_stream_zone_sync_module.
var (
	ZoneSync                      = absent(catalog.Commercial, "zone_sync", catalog.StreamServer, "", "", "1.13.8")
	ZoneSyncBuffers               = absent(catalog.Commercial, "zone_sync_buffers", both, "<int> <size>", "8 4k|8k", "1.13.8")
	ZoneSyncConnectRetryInterval  = absent(catalog.Commercial, "zone_sync_connect_retry_interval", both, "<time>", "1s", "1.13.8")
	ZoneSyncConnectTimeout        = absent(catalog.Commercial, "zone_sync_connect_timeout", both, "<time>", "5s", "1.13.8")
	ZoneSyncInterval              = absent(catalog.Commercial, "zone_sync_interval", both, "<time>", "1s", "1.13.8")
	ZoneSyncRecvBufferSize        = absent(catalog.Commercial, "zone_sync_recv_buffer_size", both, "<size>", "4k|8k", "1.13.8")
	ZoneSyncServer                = absent(catalog.Commercial, "zone_sync_server", catalog.StreamServer, "<addr> [resolve]", "", "1.13.8")
	ZoneSyncSSL                   = absent(catalog.Commercial, "zone_sync_ssl", both, "on|off", "off", "1.13.8")
	ZoneSyncSSLCertificate        = absent(catalog.Commercial, "zone_sync_ssl_certificate", both, "<path>", "", "1.13.8")
	ZoneSyncSSLCertificateKey     = absent(catalog.Commercial, "zone_sync_ssl_certificate_key", both, "<path>", "", "1.13.8")
	ZoneSyncSSLCiphers            = absent(catalog.Commercial, "zone_sync_ssl_ciphers", both, "<ciphers>", "DEFAULT", "1.13.8")
	ZoneSyncSSLConfCommand        = absent(catalog.Commercial, "zone_sync_ssl_conf_command", both, "<name> <value>", "", "1.19.4")
	ZoneSyncSSLCRL                = absent(catalog.Commercial, "zone_sync_ssl_crl", both, "<path>", "", "1.13.8")
	ZoneSyncSSLName               = absent(catalog.Commercial, "zone_sync_ssl_name", both, "<name>", "host from zone_sync_server", "1.15.7")
	ZoneSyncSSLPasswordFile       = absent(catalog.Commercial, "zone_sync_ssl_password_file", both, "<path>", "", "1.13.8")
	ZoneSyncSSLProtocols          = absent(catalog.Commercial, "zone_sync_ssl_protocols", both, "(SSLv2|SSLv3|TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...", "TLSv1.2 TLSv1.3", "1.13.8")
	ZoneSyncSSLServerName         = absent(catalog.Commercial, "zone_sync_ssl_server_name", both, "on|off", "off", "1.15.7")
	ZoneSyncSSLTrustedCertificate = absent(catalog.Commercial, "zone_sync_ssl_trusted_certificate", both, "<path>", "", "1.13.8")
	ZoneSyncSSLVerify             = absent(catalog.Commercial, "zone_sync_ssl_verify", both, "on|off", "off", "1.13.8")
	ZoneSyncSSLVerifyDepth        = absent(catalog.Commercial, "zone_sync_ssl_verify_depth", both, "<int>", "1", "1.13.8")
	ZoneSyncTimeout               = absent(catalog.Commercial, "zone_sync_timeout", both, "<timeout>", "5s", "1.13.8")
)

// Directives of ngx_stream_js_module.
var (
	JSAccess                     = absent(catalog.External, "js_access", both, "<function>", "", "")
	JSContextReuse               = absent(catalog.External, "js_context_reuse", both, "<int>", "128", "0.8.6")
	JSEngine                     = absent(catalog.External, "js_engine", both, "njs|qjs", "njs", "0.8.6")
	JSFetchBufferSize            = absent(catalog.External, "js_fetch_buffer_size", both, "<size>", "16k", "0.7.4")
	JSFetchCiphers               = absent(catalog.External, "js_fetch_ciphers", both, "<ciphers>", "HIGH:!aNULL:!MD5", "0.7.0")
	JSFetchKeepalive             = absent(catalog.External, "js_fetch_keepalive", both, "<int>", "0", "0.9.2")
	JSFetchKeepaliveRequests     = absent(catalog.External, "js_fetch_keepalive_requests", both, "<int>", "1000", "0.9.2")
	JSFetchKeepaliveTime         = absent(catalog.External, "js_fetch_keepalive_time", both, "<time>", "1h", "0.9.2")
	JSFetchKeepaliveTimeout      = absent(catalog.External, "js_fetch_keepalive_timeout", both, "<time>", "60s", "0.9.2")
	JSFetchMaxResponseBufferSize = absent(catalog.External, "js_fetch_max_response_buffer_size", both, "<size>", "1m", "0.7.4")
	JSFetchProtocols             = absent(catalog.External, "js_fetch_protocols", both, "(TLSv1|TLSv1.1|TLSv1.2|TLSv1.3)...", "TLSv1 TLSv1.1 TLSv1.2", "0.7.0")
	JSFetchProxy                 = absent(catalog.External, "js_fetch_proxy", both, "<url>", "", "0.9.4")
	JSFetchTimeout               = absent(catalog.External, "js_fetch_timeout", both, "<time>", "60s", "0.7.4")
	JSFetchTrustedCertificate    = absent(catalog.External, "js_fetch_trusted_certificate", both, "<path>", "", "0.7.0")
	JSFetchVerify                = absent(catalog.External, "js_fetch_verify", both, "on|off", "on", "0.7.4")
	JSFetchVerifyDepth           = absent(catalog.External, "js_fetch_verify_depth", both, "<int>", "100", "0.7.0")
	JSFilter                     = absent(catalog.External, "js_filter", both, "<function>", "", "")
	JSImport                     = absent(catalog.External, "js_import", both, "<module> [from <path>]", "", "0.4.0")
	JSInclude                    = absent(catalog.External, "js_include", catalog.Stream, "<path>", "", "")
	JSLoadStreamNativeModule     = absent(catalog.External, "js_load_stream_native_module", catalog.Main, "<path> [as <name>]", "", "0.9.5")
	JSPath                       = absent(catalog.External, "js_path", both, "<path>", "", "0.3.0")
	JSPeriodic                   = absent(catalog.External, "js_periodic", catalog.StreamServer, "<function> [interval=<time>] [jitter=<int>] [worker_affinity=<mask>]", "", "0.8.1")
	JSPreloadObject              = absent(catalog.External, "js_preload_object", both, "<name> [from <path>]", "", "0.7.8")
	JSPreread                    = absent(catalog.External, "js_preread", both, "<function>", "", "")
	JSSet                        = absentMaker("js_set", "<var> <function> [nocache]", "")
	JSSharedDictZone             = absent(catalog.External, "js_shared_dict_zone", catalog.Stream, "zone=<name>:<size> [timeout=<time>] [type=(string|number)] [evict] [state=<path>]", "", "0.8.0")
	JSVar                        = absentMaker("js_var", "<var> [<value>]", "0.5.3")
)
