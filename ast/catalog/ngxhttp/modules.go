package ngxhttp

import "tidegate/ast/catalog"

// The modules with their rows.
var (
	CoreModule = catalog.NewModule("ngx_http_core_module", "Servers, locations and the life of a request.",
		AbsoluteRedirect, AIO, AIOWrite, Alias, AuthDelay, ChunkedTransferEncoding, ClientBodyBufferSize,
		ClientBodyEarlyRead, ClientBodyInFileOnly, ClientBodyInSingleBuffer, ClientBodyTempPath, ClientBodyTimeout,
		ClientHeaderBufferSize, ClientHeaderTimeout, ClientMaxBodySize, ConnectionPoolSize, DefaultType, Directio,
		DirectioAlignment, DisableSymlinks, EarlyHints, ErrorLog, ErrorLogTag, ErrorPage, ETag, GzipDisable,
		GzipHTTPVersion, GzipProxied, GzipVary, IfModifiedSince, IgnoreInvalidHeaders, Internal, KeepaliveDisable,
		KeepaliveMinTimeout, KeepaliveRequests, KeepaliveTime, KeepaliveTimeout, LargeClientHeaderBuffers,
		LimitExcept, LimitRate, LimitRateAfter, LingeringClose, LingeringTime, LingeringTimeout, Listen, Location,
		LogNotFound, LogSubrequest, MaxHeaders, MaxRanges, MergeSlashes, MSIEPadding, MSIERefresh, OpenFileCache,
		OpenFileCacheErrors, OpenFileCacheEvents, OpenFileCacheMinUses, OpenFileCacheValid, PortInRedirect,
		PostAction, PostponeOutput, ReadAhead, RecursiveErrorPages, RequestPoolSize, ResetTimedoutConnection,
		Resolver, ResolverTimeout, Root, Satisfy, SendLowat, SendTimeout, Sendfile, SendfileMaxChunk, Server,
		ServerName, ServerNameInRedirect, ServerNamesHashBucketSize, ServerNamesHashMaxSize, ServerTokens,
		SubrequestOutputBufferSize, TCPNodelay, TCPNopush, Types, TypesHashBucketSize, TypesHashMaxSize,
		UnderscoresInHeaders, VariablesHashBucketSize, VariablesHashMaxSize).WithVariables(coreVariables...)
	LogModule = catalog.NewModule("ngx_http_log_module", "The access log.",
		AccessLog, LogFormat, OpenLogFileCache)
	UpstreamModule = catalog.NewModule("ngx_http_upstream_module", "Groups of servers.",
		NTLM, Queue, UpstreamResolver, UpstreamResolverTimeout, UpstreamServer, State, Upstream).WithVariables(upstreamVariables...)
	V2Module = catalog.NewModule("ngx_http_v2_module", "HTTP/2.",
		HTTP2, HTTP2BodyPrereadSize, HTTP2ChunkSize, HTTP2IdleTimeout, HTTP2MaxConcurrentPushes,
		HTTP2MaxConcurrentStreams, HTTP2MaxFieldSize, HTTP2MaxHeaderSize, HTTP2MaxRequests, HTTP2PoolSize, HTTP2Push,
		HTTP2PushPreload, HTTP2RecvBufferSize, HTTP2RecvTimeout, HTTP2StreamsIndexSize).WithVariables(v2Variables...)
	V3Module = catalog.NewModule("ngx_http_v3_module", "HTTP/3.",
		HTTP3, HTTP3HQ, HTTP3MaxConcurrentStreams, HTTP3StreamBufferSize, QuicActiveConnectionIDLimit, QuicGSO,
		QuicHostKey, QuicRetry).WithVariables(v3Variables...)
	TryFilesModule = catalog.NewModule("ngx_http_try_files_module", "The first file that exists.",
		TryFiles)
	GzipStaticModule = catalog.NewModule("ngx_http_gzip_static_module", "Files compressed beforehand.",
		GzipStatic)
	DAVModule = catalog.NewModule("ngx_http_dav_module", "WebDAV.",
		CreateFullPutPath, DAVAccess, DAVMethods, MinDeleteDepth)
	AutoindexModule = catalog.NewModule("ngx_http_autoindex_module", "Listings of directories.",
		Autoindex, AutoindexExactSize, AutoindexFormat, AutoindexLocaltime)
	IndexModule = catalog.NewModule("ngx_http_index_module", "Files that stand for directories.",
		Index)
	RandomIndexModule = catalog.NewModule("ngx_http_random_index_module", "A random file of a directory.",
		RandomIndex)
	MirrorModule = catalog.NewModule("ngx_http_mirror_module", "Copies of requests.",
		Mirror, MirrorRequestBody)
	AccessModule = catalog.NewModule("ngx_http_access_module", "Access by address.",
		Allow, Deny)
	AuthBasicModule = catalog.NewModule("ngx_http_auth_basic_module", "Names and passwords.",
		AuthBasic, AuthBasicUserFile)
	AuthRequestModule = catalog.NewModule("ngx_http_auth_request_module", "Access by a subrequest.",
		AuthRequest, AuthRequestSet)
	LimitConnModule = catalog.NewModule("ngx_http_limit_conn_module", "Bounds on connections by key.",
		LimitConn, LimitConnDryRun, LimitConnLogLevel, LimitConnStatus, LimitConnZone, LimitZone).WithVariables(limitConnVariables...)
	LimitReqModule = catalog.NewModule("ngx_http_limit_req_module", "Bounds on the rate of requests by key.",
		LimitReq, LimitReqDryRun, LimitReqLogLevel, LimitReqStatus, LimitReqZone).WithVariables(limitReqVariables...)
	RealipModule = catalog.NewModule("ngx_http_realip_module", "The client's address behind another proxy.",
		RealIPHeader, RealIPRecursive, SetRealIPFrom).WithVariables(realipVariables...)
	GeoModule = catalog.NewModule("ngx_http_geo_module", "Variables by address.",
		Geo)
	GeoIPModule = catalog.NewModule("ngx_http_geoip_module", "Variables from GeoIP databases.",
		GeoIPCity, GeoIPCountry, GeoIPOrg, GeoIPProxy, GeoIPProxyRecursive).WithVariables(geoipVariables...)
	MapModule = catalog.NewModule("ngx_http_map_module", "Variables from tables.",
		Map, MapHashBucketSize, MapHashMaxSize)
	SplitClientsModule = catalog.NewModule("ngx_http_split_clients_module", "Variables that divide clients.",
		SplitClients)
	RefererModule = catalog.NewModule("ngx_http_referer_module", "Access by Referer.",
		RefererHashBucketSize, RefererHashMaxSize, ValidReferers).WithVariables(refererVariables...)
	RewriteModule = catalog.NewModule("ngx_http_rewrite_module", "Changing addresses and variables.",
		Break, If, Return, Rewrite, RewriteLog, Set, UninitializedVariableWarn)
	SSLModule = catalog.NewModule("ngx_http_ssl_module", "TLS towards clients.",
		SSL, SSLBufferSize, SSLCertificate, SSLCertificateCache, SSLCertificateCompression, SSLCertificateKey,
		SSLCiphers, SSLClientCertificate, SSLConfCommand, SSLCRL, SSLDhparam, SSLEarlyData, SSLEcdhCurve, SSLECHFile,
		SSLKeyLog, SSLOCSP, SSLOCSPCache, SSLOCSPResponder, SSLPasswordFile, SSLPreferServerCiphers, SSLProtocols,
		SSLRejectHandshake, SSLSessionCache, SSLSessionTicketKey, SSLSessionTickets, SSLSessionTimeout, SSLStapling,
		SSLStaplingFile, SSLStaplingResponder, SSLStaplingVerify, SSLTrustedCertificate, SSLVerifyClient,
		SSLVerifyDepth).WithVariables(sslVariables...)
	ProxyModule = catalog.NewModule("ngx_http_proxy_module", "Passing requests to other servers.",
		ProxyAllowUpstream, ProxyBind, ProxyBindDynamic, ProxyBufferSize, ProxyBuffering, ProxyBuffers,
		ProxyBusyBuffersSize, ProxyCache, ProxyCacheBackgroundUpdate, ProxyCacheBypass, ProxyCacheConvertHead,
		ProxyCacheKey, ProxyCacheLock, ProxyCacheLockAge, ProxyCacheLockTimeout, ProxyCacheMaxRangeOffset,
		ProxyCacheMethods, ProxyCacheMinUses, ProxyCachePath, ProxyCachePurge, ProxyCacheRevalidate,
		ProxyCacheUseStale, ProxyCacheValid, ProxyConnectTimeout, ProxyCookieDomain, ProxyCookieFlags,
		ProxyCookiePath, ProxyForceRanges, ProxyHeadersHashBucketSize, ProxyHeadersHashMaxSize, ProxyHideHeader,
		ProxyHTTPVersion, ProxyIgnoreClientAbort, ProxyIgnoreHeaders, ProxyInterceptErrors, ProxyLimitRate,
		ProxyMaxTempFileSize, ProxyMethod, ProxyNextUpstream, ProxyNextUpstreamTimeout, ProxyNextUpstreamTries,
		ProxyNoCache, ProxyPass, ProxyPassHeader, ProxyPassRequestBody, ProxyPassRequestHeaders, ProxyPassTrailers,
		ProxyReadTimeout, ProxyRedirect, ProxyRequestBuffering, ProxyRequestDynamic, ProxySendLowat,
		ProxySendTimeout, ProxySetBody, ProxySetHeader, ProxySocketKeepalive, ProxySocketRcvbuf, ProxySocketSndbuf,
		ProxySSLCertificate, ProxySSLCertificateCache, ProxySSLCertificateKey, ProxySSLCiphers, ProxySSLConfCommand,
		ProxySSLCRL, ProxySSLKeyLog, ProxySSLName, ProxySSLPasswordFile, ProxySSLProtocols, ProxySSLServerName,
		ProxySSLSessionReuse, ProxySSLTrustedCertificate, ProxySSLVerify, ProxySSLVerifyDepth, ProxyStore,
		ProxyStoreAccess, ProxyTempFileWriteSize, ProxyTempPath).WithVariables(proxyVariables...)
	TunnelModule = catalog.NewModule("ngx_http_tunnel_module", "Tunnels by CONNECT.",
		TunnelAllowUpstream, TunnelBind, TunnelBindDynamic, TunnelBufferSize, TunnelConnectTimeout,
		TunnelNextUpstream, TunnelNextUpstreamTimeout, TunnelNextUpstreamTries, TunnelPass, TunnelReadTimeout,
		TunnelSendLowat, TunnelSendTimeout, TunnelSocketKeepalive, TunnelSocketRcvbuf, TunnelSocketSndbuf)
	FastCGIModule = catalog.NewModule("ngx_http_fastcgi_module", "Passing requests to FastCGI servers.",
		FastCGIAllowUpstream, FastCGIBind, FastCGIBindDynamic, FastCGIBufferSize, FastCGIBuffering, FastCGIBuffers,
		FastCGIBusyBuffersSize, FastCGICache, FastCGICacheBackgroundUpdate, FastCGICacheBypass, FastCGICacheKey,
		FastCGICacheLock, FastCGICacheLockAge, FastCGICacheLockTimeout, FastCGICacheMaxRangeOffset,
		FastCGICacheMethods, FastCGICacheMinUses, FastCGICachePath, FastCGICachePurge, FastCGICacheRevalidate,
		FastCGICacheUseStale, FastCGICacheValid, FastCGICatchStderr, FastCGIConnectTimeout, FastCGIForceRanges,
		FastCGIHideHeader, FastCGIIgnoreClientAbort, FastCGIIgnoreHeaders, FastCGIIndex, FastCGIInterceptErrors,
		FastCGIKeepConn, FastCGILimitRate, FastCGIMaxTempFileSize, FastCGINextUpstream, FastCGINextUpstreamTimeout,
		FastCGINextUpstreamTries, FastCGINoCache, FastCGIParam, FastCGIPass, FastCGIPassHeader,
		FastCGIPassRequestBody, FastCGIPassRequestHeaders, FastCGIReadTimeout, FastCGIRequestBuffering,
		FastCGIRequestDynamic, FastCGISendLowat, FastCGISendTimeout, FastCGISocketKeepalive, FastCGISocketRcvbuf,
		FastCGISocketSndbuf, FastCGISplitPathInfo, FastCGIStore, FastCGIStoreAccess, FastCGITempFileWriteSize,
		FastCGITempPath).WithVariables(fastcgiVariables...)
	UWSGIModule = catalog.NewModule("ngx_http_uwsgi_module", "Passing requests to uwsgi servers.",
		UWSGIAllowUpstream, UWSGIBind, UWSGIBindDynamic, UWSGIBufferSize, UWSGIBuffering, UWSGIBuffers,
		UWSGIBusyBuffersSize, UWSGICache, UWSGICacheBackgroundUpdate, UWSGICacheBypass, UWSGICacheKey,
		UWSGICacheLock, UWSGICacheLockAge, UWSGICacheLockTimeout, UWSGICacheMaxRangeOffset, UWSGICacheMethods,
		UWSGICacheMinUses, UWSGICachePath, UWSGICachePurge, UWSGICacheRevalidate, UWSGICacheUseStale,
		UWSGICacheValid, UWSGIConnectTimeout, UWSGIForceRanges, UWSGIHideHeader, UWSGIIgnoreClientAbort,
		UWSGIIgnoreHeaders, UWSGIInterceptErrors, UWSGILimitRate, UWSGIMaxTempFileSize, UWSGIModifier1,
		UWSGIModifier2, UWSGINextUpstream, UWSGINextUpstreamTimeout, UWSGINextUpstreamTries, UWSGINoCache,
		UWSGIParam, UWSGIPass, UWSGIPassHeader, UWSGIPassRequestBody, UWSGIPassRequestHeaders, UWSGIReadTimeout,
		UWSGIRequestBuffering, UWSGIRequestDynamic, UWSGISendTimeout, UWSGISocketKeepalive, UWSGISocketRcvbuf,
		UWSGISocketSndbuf, UWSGISSLCertificate, UWSGISSLCertificateCache, UWSGISSLCertificateKey, UWSGISSLCiphers,
		UWSGISSLConfCommand, UWSGISSLCRL, UWSGISSLKeyLog, UWSGISSLName, UWSGISSLPasswordFile, UWSGISSLProtocols,
		UWSGISSLServerName, UWSGISSLSessionReuse, UWSGISSLTrustedCertificate, UWSGISSLVerify, UWSGISSLVerifyDepth,
		UWSGIStore, UWSGIStoreAccess, UWSGIString, UWSGITempFileWriteSize, UWSGITempPath)
	SCGIModule = catalog.NewModule("ngx_http_scgi_module", "Passing requests to SCGI servers.",
		SCGIAllowUpstream, SCGIBind, SCGIBindDynamic, SCGIBufferSize, SCGIBuffering, SCGIBuffers,
		SCGIBusyBuffersSize, SCGICache, SCGICacheBackgroundUpdate, SCGICacheBypass, SCGICacheKey, SCGICacheLock,
		SCGICacheLockAge, SCGICacheLockTimeout, SCGICacheMaxRangeOffset, SCGICacheMethods, SCGICacheMinUses,
		SCGICachePath, SCGICachePurge, SCGICacheRevalidate, SCGICacheUseStale, SCGICacheValid, SCGIConnectTimeout,
		SCGIForceRanges, SCGIHideHeader, SCGIIgnoreClientAbort, SCGIIgnoreHeaders, SCGIInterceptErrors,
		SCGILimitRate, SCGIMaxTempFileSize, SCGINextUpstream, SCGINextUpstreamTimeout, SCGINextUpstreamTries,
		SCGINoCache, SCGIParam, SCGIPass, SCGIPassHeader, SCGIPassRequestBody, SCGIPassRequestHeaders,
		SCGIReadTimeout, SCGIRequestBuffering, SCGIRequestDynamic, SCGISendTimeout, SCGISocketKeepalive,
		SCGISocketRcvbuf, SCGISocketSndbuf, SCGIStore, SCGIStoreAccess, SCGITempFileWriteSize, SCGITempPath)
	GRPCModule = catalog.NewModule("ngx_http_grpc_module", "Passing requests to gRPC servers.",
		GRPCAllowUpstream, GRPCBind, GRPCBindDynamic, GRPCBufferSize, GRPCConnectTimeout, GRPCHideHeader,
		GRPCIgnoreHeaders, GRPCInterceptErrors, GRPCNextUpstream, GRPCNextUpstreamTimeout, GRPCNextUpstreamTries,
		GRPCPass, GRPCPassHeader, GRPCReadTimeout, GRPCRequestDynamic, GRPCSendTimeout, GRPCSetHeader,
		GRPCSocketKeepalive, GRPCSocketRcvbuf, GRPCSocketSndbuf, GRPCSSLCertificate, GRPCSSLCertificateCache,
		GRPCSSLCertificateKey, GRPCSSLCiphers, GRPCSSLConfCommand, GRPCSSLCRL, GRPCSSLKeyLog, GRPCSSLName,
		GRPCSSLPasswordFile, GRPCSSLProtocols, GRPCSSLServerName, GRPCSSLSessionReuse, GRPCSSLTrustedCertificate,
		GRPCSSLVerify, GRPCSSLVerifyDepth).WithVariables(grpcVariables...)
	PerlModule = catalog.NewModule("ngx_http_perl_module", "Handlers in Perl.",
		Perl, PerlModules, PerlRequire, PerlSet)
	MemcachedModule = catalog.NewModule("ngx_http_memcached_module", "Answers from memcached.",
		MemcachedAllowUpstream, MemcachedBind, MemcachedBindDynamic, MemcachedBufferSize, MemcachedConnectTimeout,
		MemcachedGzipFlag, MemcachedNextUpstream, MemcachedNextUpstreamTimeout, MemcachedNextUpstreamTries,
		MemcachedPass, MemcachedReadTimeout, MemcachedSendTimeout, MemcachedSocketKeepalive).WithVariables(memcachedVariables...)
	EmptyGifModule = catalog.NewModule("ngx_http_empty_gif_module", "A transparent pixel.",
		EmptyGif)
	BrowserModule = catalog.NewModule("ngx_http_browser_module", "Variables by browser.",
		AncientBrowser, AncientBrowserValue, ModernBrowser, ModernBrowserValue).WithVariables(browserVariables...)
	SecureLinkModule = catalog.NewModule("ngx_http_secure_link_module", "Signed links.",
		SecureLink, SecureLinkMD5, SecureLinkSecret).WithVariables(secureLinkVariables...)
	DegradationModule = catalog.NewModule("ngx_http_degradation_module", "Shedding of load.",
		Degradation, Degrade)
	FLVModule = catalog.NewModule("ngx_http_flv_module", "Flash video.",
		FLV)
	MP4Module = catalog.NewModule("ngx_http_mp4_module", "MP4 files.",
		MP4, MP4BufferSize, MP4LimitRate, MP4LimitRateAfter, MP4MaxBufferSize, MP4StartKeyFrame)
	UpstreamHashModule = catalog.NewModule("ngx_http_upstream_hash_module", "Choosing a server by a key.",
		Hash)
	UpstreamIPHashModule = catalog.NewModule("ngx_http_upstream_ip_hash_module", "Choosing a server by address.",
		IPHash)
	UpstreamLeastConnModule = catalog.NewModule("ngx_http_upstream_least_conn_module", "Choosing the server with the fewest connections.",
		LeastConn)
	UpstreamLeastTimeModule = catalog.NewModule("ngx_http_upstream_least_time_module", "Choosing the fastest server.",
		LeastTime)
	UpstreamRandomModule = catalog.NewModule("ngx_http_upstream_random_module", "Choosing a server at random.",
		Random)
	UpstreamKeepaliveModule = catalog.NewModule("ngx_http_upstream_keepalive_module", "Idle connections to servers.",
		Keepalive, UpstreamKeepaliveRequests, UpstreamKeepaliveTime, UpstreamKeepaliveTimeout)
	UpstreamStickyModule = catalog.NewModule("ngx_http_upstream_sticky_module", "Sessions bound to servers.",
		Sticky)
	UpstreamZoneModule = catalog.NewModule("ngx_http_upstream_zone_module", "Groups in shared memory.",
		Zone)
	StubStatusModule = catalog.NewModule("ngx_http_stub_status_module", "Counters of the process.",
		StubStatus).WithVariables(stubStatusVariables...)
	GzipModule = catalog.NewModule("ngx_http_gzip_filter_module", "Compression.",
		Gzip, GzipBuffers, GzipCompLevel, GzipHash, GzipMinLength, GzipNoBuffer, GzipTypes, GzipWindow,
		PostponeGzipping).WithVariables(gzipVariables...)
	XsltModule = catalog.NewModule("ngx_http_xslt_filter_module", "XML stylesheets.",
		XMLEntities, XMLExternalEntities, XsltLastModified, XsltParam, XsltStringParam, XsltStylesheet, XsltTypes)
	ImageModule = catalog.NewModule("ngx_http_image_filter_module", "Images.",
		ImageFilter, ImageFilterBuffer, ImageFilterInterlace, ImageFilterJPEGQuality, ImageFilterSharpen,
		ImageFilterTransparency, ImageFilterWebPQuality)
	CharsetModule = catalog.NewModule("ngx_http_charset_filter_module", "Character sets.",
		Charset, CharsetMap, CharsetTypes, OverrideCharset, SourceCharset)
	SSIModule = catalog.NewModule("ngx_http_ssi_filter_module", "Server-side includes.",
		SSI, SSIIgnoreRecycledBuffers, SSILastModified, SSIMinFileChunk, SSISilentErrors, SSITypes, SSIValueLength).WithVariables(ssiVariables...)
	AdditionModule = catalog.NewModule("ngx_http_addition_filter_module", "Text around answers.",
		AddAfterBody, AddBeforeBody, AdditionTypes)
	UseridModule = catalog.NewModule("ngx_http_userid_filter_module", "Cookies that mark clients.",
		Userid, UseridDomain, UseridExpires, UseridFlags, UseridMark, UseridName, UseridP3P, UseridPath,
		UseridService).WithVariables(useridVariables...)
	HeadersModule = catalog.NewModule("ngx_http_headers_filter_module", "Headers of answers.",
		AddHeader, AddHeaderInherit, AddTrailer, AddTrailerInherit, Expires)
	CopyModule = catalog.NewModule("ngx_http_copy_filter_module", "Buffers of files.",
		OutputBuffers)
	GunzipModule = catalog.NewModule("ngx_http_gunzip_filter_module", "Decompression.",
		Gunzip, GunzipBuffers)
	SubModule = catalog.NewModule("ngx_http_sub_filter_module", "Replacing text.",
		SubFilter, SubFilterLastModified, SubFilterOnce, SubFilterTypes)
	SliceModule = catalog.NewModule("ngx_http_slice_filter_module", "Answers in pieces.",
		Slice).WithVariables(sliceVariables...)
)

// Modules that open-source nginx does not have.
var (
	AcmeModule = catalog.NewModule("ngx_http_acme_module", "Certificates by ACME.",
		AcceptTermsOfService, AccountKey, AcmeCertificate, AcmeIssuer, AcmeSharedZone, Challenge, CommonNameInCSR,
		Contact, ExternalAccountKey, PreferredChain, Profile, AcmeSSLTrustedCertificate, SSLVerify, StatePath, URI).WithVariables(acmeVariables...)
	APIModule = catalog.NewModule("ngx_http_api_module", "An interface for changes at run time.",
		API, StatusZone)
	AuthJWTModule = catalog.NewModule("ngx_http_auth_jwt_module", "Access by JSON Web Token.",
		AuthJWT, AuthJWTClaimSet, AuthJWTHeaderSet, AuthJWTKeyCache, AuthJWTKeyFile, AuthJWTKeyRequest,
		AuthJWTLeeway, AuthJWTRequire, AuthJWTType).WithVariables(authJwtVariables...)
	AuthRequireModule = catalog.NewModule("ngx_http_auth_require_module", "Access by variables.",
		AuthRequire)
	F4FModule = catalog.NewModule("ngx_http_f4f_module", "Adobe HTTP streaming.",
		F4F, F4FBufferSize)
	HLSModule = catalog.NewModule("ngx_http_hls_module", "HTTP live streaming.",
		HLS, HLSBuffers, HLSForwardArgs, HLSFragment, HLSMP4BufferSize, HLSMP4MaxBufferSize)
	InternalRedirectModule = catalog.NewModule("ngx_http_internal_redirect_module", "Internal redirects.",
		InternalRedirect)
	JSModule = catalog.NewModule("ngx_http_js_module", "Scripts in JavaScript.",
		JSAccess, JSBodyFilter, JSContent, JSContextReuse, JSEngine, JSFetchBufferSize, JSFetchCiphers,
		JSFetchKeepalive, JSFetchKeepaliveRequests, JSFetchKeepaliveTime, JSFetchKeepaliveTimeout,
		JSFetchMaxResponseBufferSize, JSFetchProtocols, JSFetchProxy, JSFetchTimeout, JSFetchTrustedCertificate,
		JSFetchVerify, JSFetchVerifyDepth, JSHeaderFilter, JSImport, JSInclude, JSLoadHTTPNativeModule, JSPath,
		JSPeriodic, JSPreloadObject, JSSet, JSSharedDictZone, JSVar)
	KeyvalModule = catalog.NewModule("ngx_http_keyval_module", "Variables from a changeable table.",
		Keyval, KeyvalZone)
	NumMapModule = catalog.NewModule("ngx_http_num_map_module", "Variables from numbers.",
		NumMap)
	OIDCModule = catalog.NewModule("ngx_http_oidc_module", "OpenID Connect.",
		AuthOIDC, ClientID, ClientSecret, ConfigURL, CookieName, ExtraAuthArgs, FrontchannelLogoutURI, Issuer,
		LogoutTokenHint, LogoutURI, OIDCProvider, PKCE, PostLogoutURI, RedirectURI, Scope, SessionStore,
		SessionTimeout, OIDCSSLCRL, OIDCSSLTrustedCertificate, Userinfo).WithVariables(oidcVariables...)
	SessionLogModule = catalog.NewModule("ngx_http_session_log_module", "Logs of sessions.",
		SessionLog, SessionLogFormat, SessionLogZone).WithVariables(sessionLogVariables...)
	StatusModule = catalog.NewModule("ngx_http_status_module", "Status, the old interface.",
		Status, StatusFormat, StatusStatusZone)
	UpstreamConfModule = catalog.NewModule("ngx_http_upstream_conf_module", "Changing groups, the old interface.",
		UpstreamConf)
	UpstreamHcModule = catalog.NewModule("ngx_http_upstream_hc_module", "Health checks.",
		HealthCheck, Match)
	OtelModule = catalog.NewModule("ngx_otel_module", "Traces by OpenTelemetry.",
		OtelExporter, OtelResourceAttr, OtelServiceName, OtelSpanAttr, OtelSpanName, OtelTrace, OtelTraceContext).WithVariables(otelVariables...)
	ProxyProtocolVendorModule = catalog.NewModule("ngx_http_proxy_protocol_vendor_module", "Values of cloud providers in the PROXY protocol.").
					WithVariables(proxyProtocolVendorVariables...)
)

// Modules lists the http modules in nginx's order, the absent ones last.
func Modules() []*catalog.Module {
	return []*catalog.Module{
		CoreModule, LogModule, UpstreamModule, V2Module, V3Module, TryFilesModule, GzipStaticModule, DAVModule,
		AutoindexModule, IndexModule, RandomIndexModule, MirrorModule, AccessModule, AuthBasicModule,
		AuthRequestModule, LimitConnModule, LimitReqModule, RealipModule, GeoModule, GeoIPModule, MapModule,
		SplitClientsModule, RefererModule, RewriteModule, SSLModule, ProxyModule, TunnelModule, FastCGIModule,
		UWSGIModule, SCGIModule, GRPCModule, PerlModule, MemcachedModule, EmptyGifModule, BrowserModule,
		SecureLinkModule, DegradationModule, FLVModule, MP4Module, UpstreamHashModule, UpstreamIPHashModule,
		UpstreamLeastConnModule, UpstreamLeastTimeModule, UpstreamRandomModule, UpstreamKeepaliveModule,
		UpstreamStickyModule, UpstreamZoneModule, StubStatusModule, GzipModule, XsltModule, ImageModule,
		CharsetModule, SSIModule, AdditionModule, UseridModule, HeadersModule, CopyModule, GunzipModule, SubModule,
		SliceModule, AcmeModule, APIModule, AuthJWTModule, AuthRequireModule, F4FModule, HLSModule,
		InternalRedirectModule, JSModule, KeyvalModule, NumMapModule, OIDCModule, SessionLogModule, StatusModule,
		UpstreamConfModule, UpstreamHcModule, OtelModule, ProxyProtocolVendorModule,
	}
}
