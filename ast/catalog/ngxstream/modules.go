package ngxstream

import "tidegate/ast/catalog"

// The modules with their rows, each in the order of nginx's command table.
var (
	CoreModule = catalog.NewModule("ngx_stream_core_module", "Servers, listeners and the phases of a session.",
		VariablesHashMaxSize, VariablesHashBucketSize, ServerNamesHashMaxSize, ServerNamesHashBucketSize, Server, Listen,
		ServerName, ErrorLog, Resolver, ResolverTimeout, ProxyProtocolTimeout, TCPNodelay, PrereadBufferSize,
		PrereadTimeout).WithVariables(coreVariables...)
	LogModule = catalog.NewModule("ngx_stream_log_module", "The access log.",
		LogFormat, AccessLog, OpenLogFileCache)
	ProxyModule = catalog.NewModule("ngx_stream_proxy_module", "Passing sessions to other servers.",
		ProxyPass, ProxyBind, ProxySocketKeepalive, ProxySocketRcvbuf, ProxySocketSndbuf, ProxyConnectTimeout,
		ProxyTimeout, ProxyBufferSize, ProxyDownstreamBuffer, ProxyUpstreamBuffer, ProxyUploadRate, ProxyDownloadRate,
		ProxyRequests, ProxyResponses, ProxyNextUpstream, ProxyNextUpstreamTries, ProxyNextUpstreamTimeout,
		ProxyProtocol, ProxyHalfClose, ProxySSL, ProxySSLSessionReuse, ProxySSLProtocols, ProxySSLCiphers,
		ProxySSLName, ProxySSLServerName, ProxySSLALPN, ProxySSLVerify, ProxySSLVerifyDepth,
		ProxySSLTrustedCertificate, ProxySSLCRL, ProxySSLCertificate, ProxySSLCertificateKey,
		ProxySSLCertificateCache, ProxySSLPasswordFile, ProxySSLConfCommand,
		ProxyBindDynamic, ProxySessionDrop, ProxySSLKeyLog)
	UpstreamModule = catalog.NewModule("ngx_stream_upstream_module", "Groups of servers.",
		Upstream, UpstreamServer, UpstreamResolver, UpstreamResolverTimeout, State).WithVariables(upstreamVariables...)
	SSLModule = catalog.NewModule("ngx_stream_ssl_module", "TLS towards clients.",
		SSLHandshakeTimeout, SSLCertificate, SSLCertificateKey, SSLCertificateCache, SSLPasswordFile,
		SSLCertificateCompression, SSLDhparam, SSLEcdhCurve, SSLECHFile, SSLProtocols, SSLCiphers, SSLVerifyClient,
		SSLVerifyDepth, SSLClientCertificate, SSLTrustedCertificate, SSLPreferServerCiphers, SSLSessionCache,
		SSLSessionTickets, SSLSessionTicketKey, SSLSessionTimeout, SSLCRL, SSLOCSP, SSLOCSPResponder, SSLOCSPCache,
		SSLStapling, SSLStaplingFile, SSLStaplingResponder, SSLStaplingVerify, SSLConfCommand, SSLRejectHandshake,
		SSLALPN, SSLKeyLog).WithVariables(sslVariables...)
	RealIPModule = catalog.NewModule("ngx_stream_realip_module", "The client's address behind another proxy.",
		SetRealIPFrom).WithVariables(realIPVariables...)
	LimitConnModule = catalog.NewModule("ngx_stream_limit_conn_module", "Bounds on connections by key.",
		LimitConnZone, LimitConn, LimitConnLogLevel, LimitConnDryRun).WithVariables(limitConnVariables...)
	AccessModule = catalog.NewModule("ngx_stream_access_module", "Access by address.", Allow, Deny)
	GeoModule    = catalog.NewModule("ngx_stream_geo_module", "Variables by address.", Geo)
	GeoIPModule  = catalog.NewModule("ngx_stream_geoip_module", "Variables from GeoIP databases.",
		GeoIPCountry, GeoIPOrg, GeoIPCity).WithVariables(geoipVariables...)
	MapModule = catalog.NewModule("ngx_stream_map_module", "Variables from tables.",
		Map, MapHashMaxSize, MapHashBucketSize)
	SplitClientsModule = catalog.NewModule("ngx_stream_split_clients_module", "Variables that divide clients.", SplitClients)
	ReturnModule       = catalog.NewModule("ngx_stream_return_module", "A fixed answer.", Return)
	PassModule         = catalog.NewModule("ngx_stream_pass_module", "Handing connections to other listeners.", Pass)
	SetModule          = catalog.NewModule("ngx_stream_set_module", "Assigning variables.", Set)
	HashModule         = catalog.NewModule("ngx_stream_upstream_hash_module", "Choosing a server by a key.", Hash)
	LeastConnModule    = catalog.NewModule("ngx_stream_upstream_least_conn_module", "Choosing the server with the fewest connections.", LeastConn)
	LeastTimeModule    = catalog.NewModule("ngx_stream_upstream_least_time_module", "Choosing the fastest server.", LeastTime)
	RandomModule       = catalog.NewModule("ngx_stream_upstream_random_module", "Choosing a server at random.", Random)
	ZoneModule         = catalog.NewModule("ngx_stream_upstream_zone_module", "Groups in shared memory.", Zone)
	SSLPrereadModule   = catalog.NewModule("ngx_stream_ssl_preread_module", "Reading the ClientHello.",
		SSLPreread).WithVariables(sslPrereadVariables...)
)

// Modules that open-source nginx does not have.
var (
	HealthCheckModule = catalog.NewModule("ngx_stream_upstream_hc_module", "Health checks.",
		HealthCheck, HealthCheckTimeout, Match)
	KeyvalModule     = catalog.NewModule("ngx_stream_keyval_module", "Variables from a changeable table.", Keyval, KeyvalZone)
	MQTTFilterModule = catalog.NewModule("ngx_stream_mqtt_filter_module", "Changing MQTT messages.",
		MQTT, MQTTBuffers, MQTTRewriteBufferSize, MQTTSetConnect)
	MQTTPrereadModule = catalog.NewModule("ngx_stream_mqtt_preread_module", "Reading MQTT messages.",
		MQTTPreread).WithVariables(mqttPrereadVariables...)
	NumMapModule   = catalog.NewModule("ngx_stream_num_map_module", "Variables from numbers.", NumMap)
	ZoneSyncModule = catalog.NewModule("ngx_stream_zone_sync_module", "Sharing zones between machines.",
		ZoneSync, ZoneSyncBuffers, ZoneSyncConnectRetryInterval, ZoneSyncConnectTimeout, ZoneSyncInterval,
		ZoneSyncRecvBufferSize, ZoneSyncServer, ZoneSyncSSL, ZoneSyncSSLCertificate, ZoneSyncSSLCertificateKey,
		ZoneSyncSSLCiphers, ZoneSyncSSLConfCommand, ZoneSyncSSLCRL, ZoneSyncSSLName, ZoneSyncSSLPasswordFile,
		ZoneSyncSSLProtocols, ZoneSyncSSLServerName, ZoneSyncSSLTrustedCertificate, ZoneSyncSSLVerify,
		ZoneSyncSSLVerifyDepth, ZoneSyncTimeout)
	JSModule = catalog.NewModule("ngx_stream_js_module", "Scripts in JavaScript.",
		JSAccess, JSContextReuse, JSEngine, JSFetchBufferSize, JSFetchCiphers, JSFetchKeepalive,
		JSFetchKeepaliveRequests, JSFetchKeepaliveTime, JSFetchKeepaliveTimeout, JSFetchMaxResponseBufferSize,
		JSFetchProtocols, JSFetchProxy, JSFetchTimeout, JSFetchTrustedCertificate, JSFetchVerify, JSFetchVerifyDepth,
		JSFilter, JSImport, JSInclude, JSLoadStreamNativeModule, JSPath, JSPeriodic, JSPreloadObject, JSPreread, JSSet,
		JSSharedDictZone, JSVar)
)

// Modules lists the stream modules in nginx's order, the absent ones last.
func Modules() []*catalog.Module {
	return []*catalog.Module{
		CoreModule, LogModule, ProxyModule, UpstreamModule, SSLModule, RealIPModule, LimitConnModule, AccessModule,
		GeoModule, GeoIPModule, MapModule, SplitClientsModule, ReturnModule, PassModule, SetModule, HashModule,
		LeastConnModule, LeastTimeModule, RandomModule, ZoneModule, SSLPrereadModule,
		HealthCheckModule, KeyvalModule, MQTTFilterModule, MQTTPrereadModule, NumMapModule, ZoneSyncModule, JSModule,
	}
}
