package ngxhttp

import "tidegate/ast/catalog"

// absent declares a directive that open-source nginx does not have.
func absent(origin catalog.Origin, name string, in catalog.Context, args, since string) catalog.Directive[catalog.NoArg] {
	return catalog.Unavailable(catalog.Spec{Name: name, In: in, Args: args, Since: since, Origin: origin})
}

// absentMaker is absent for what makes the variable that it names first.
func absentMaker(name, args, since string) catalog.Directive[string] {
	return catalog.UnavailableVariable(catalog.Spec{Name: name, In: levels, Args: args, Since: since, Origin: catalog.External})
}

// absentBlock is absent for a block.
func absentBlock(origin catalog.Origin, name string, in catalog.Context, args, since string) catalog.Directive[catalog.NoArg] {
	return catalog.UnavailableBlock(catalog.Spec{Name: name, In: in, Args: args, Since: since, Origin: origin})
}

// Directives of ngx_http_core_module that open-source nginx does not have.
var (
	ErrorLogTag = absent(catalog.Commercial, "error_log_tag", levels, "[<value>]...", "1.29.8")
)

// Directives of ngx_http_upstream_module that open-source nginx does not have.
var (
	NTLM  = absent(catalog.Commercial, "ntlm", catalog.HTTPUpstream, "", "1.9.2")
	Queue = absent(catalog.Commercial, "queue", catalog.HTTPUpstream, "[<value>]...", "1.5.12")
	State = absent(catalog.Commercial, "state", catalog.HTTPUpstream, "<path>", "1.9.7")
)

// Directives of ngx_http_limit_conn_module that open-source nginx does not have.
var (
	LimitZone = absent(catalog.Removed, "limit_zone", catalog.HTTP, "[<value>]...", "")
)

// Directives of ngx_http_ssl_module that open-source nginx does not have.
var (
	SSL       = absent(catalog.Removed, "ssl", servers, "on|off", "")
	SSLKeyLog = absent(catalog.Commercial, "ssl_key_log", servers, "<path>", "1.27.2")
)

// Directives of ngx_http_proxy_module that open-source nginx does not have.
var (
	ProxyAllowUpstream  = absent(catalog.Commercial, "proxy_allow_upstream", levels, "[<value>]...", "1.29.3")
	ProxyBindDynamic    = absent(catalog.Commercial, "proxy_bind_dynamic", levels, "on|off", "1.29.3")
	ProxyCachePurge     = absent(catalog.Commercial, "proxy_cache_purge", levels, "[<value>]...", "1.5.7")
	ProxyRequestDynamic = absent(catalog.Commercial, "proxy_request_dynamic", levels, "on|off", "1.29.3")
	ProxySSLKeyLog      = absent(catalog.Commercial, "proxy_ssl_key_log", levels, "<path>", "1.27.2")
)

// Directives of ngx_http_tunnel_module that open-source nginx does not have.
var (
	TunnelAllowUpstream = absent(catalog.Commercial, "tunnel_allow_upstream", levels, "[<value>]...", "1.31.0")
	TunnelBindDynamic   = absent(catalog.Commercial, "tunnel_bind_dynamic", levels, "on|off", "1.31.0")
)

// Directives of ngx_http_fastcgi_module that open-source nginx does not have.
var (
	FastCGIAllowUpstream  = absent(catalog.Commercial, "fastcgi_allow_upstream", levels, "[<value>]...", "1.29.3")
	FastCGIBindDynamic    = absent(catalog.Commercial, "fastcgi_bind_dynamic", levels, "on|off", "1.29.3")
	FastCGICachePurge     = absent(catalog.Commercial, "fastcgi_cache_purge", levels, "[<value>]...", "1.5.7")
	FastCGIRequestDynamic = absent(catalog.Commercial, "fastcgi_request_dynamic", levels, "on|off", "1.29.3")
)

// Directives of ngx_http_uwsgi_module that open-source nginx does not have.
var (
	UWSGIAllowUpstream  = absent(catalog.Commercial, "uwsgi_allow_upstream", levels, "[<value>]...", "1.29.3")
	UWSGIBindDynamic    = absent(catalog.Commercial, "uwsgi_bind_dynamic", levels, "on|off", "1.29.3")
	UWSGICachePurge     = absent(catalog.Commercial, "uwsgi_cache_purge", levels, "[<value>]...", "1.5.7")
	UWSGIRequestDynamic = absent(catalog.Commercial, "uwsgi_request_dynamic", levels, "on|off", "1.29.3")
	UWSGISSLKeyLog      = absent(catalog.Commercial, "uwsgi_ssl_key_log", levels, "<path>", "1.27.2")
)

// Directives of ngx_http_scgi_module that open-source nginx does not have.
var (
	SCGIAllowUpstream  = absent(catalog.Commercial, "scgi_allow_upstream", levels, "[<value>]...", "1.29.3")
	SCGIBindDynamic    = absent(catalog.Commercial, "scgi_bind_dynamic", levels, "on|off", "1.29.3")
	SCGICachePurge     = absent(catalog.Commercial, "scgi_cache_purge", levels, "[<value>]...", "1.5.7")
	SCGIRequestDynamic = absent(catalog.Commercial, "scgi_request_dynamic", levels, "on|off", "1.29.3")
)

// Directives of ngx_http_grpc_module that open-source nginx does not have.
var (
	GRPCAllowUpstream  = absent(catalog.Commercial, "grpc_allow_upstream", levels, "<addr>", "1.29.3")
	GRPCBindDynamic    = absent(catalog.Commercial, "grpc_bind_dynamic", levels, "on|off", "1.29.3")
	GRPCRequestDynamic = absent(catalog.Commercial, "grpc_request_dynamic", levels, "on|off", "1.29.3")
	GRPCSSLKeyLog      = absent(catalog.Commercial, "grpc_ssl_key_log", levels, "<path>", "1.27.2")
)

// Directives of ngx_http_memcached_module that open-source nginx does not have.
var (
	MemcachedAllowUpstream = absent(catalog.Commercial, "memcached_allow_upstream", levels, "[<value>]...", "1.29.3")
	MemcachedBindDynamic   = absent(catalog.Commercial, "memcached_bind_dynamic", levels, "on|off", "1.29.3")
)

// Directives of ngx_http_mp4_module that open-source nginx does not have.
var (
	MP4LimitRate      = absent(catalog.Commercial, "mp4_limit_rate", levels, "[<value>]...", "")
	MP4LimitRateAfter = absent(catalog.Commercial, "mp4_limit_rate_after", levels, "<time>", "")
)

// Directives of ngx_http_acme_module that open-source nginx does not have.
var (
	AcceptTermsOfService      = absent(catalog.External, "accept_terms_of_service", catalog.HTTPAcmeIssuer, "", "")
	AccountKey                = absent(catalog.External, "account_key", catalog.HTTPAcmeIssuer, "[<value>]...", "")
	AcmeCertificate           = absent(catalog.External, "acme_certificate", catalog.HTTPServer, "[<value>]...", "")
	AcmeIssuer                = absentBlock(catalog.External, "acme_issuer", catalog.HTTP, "<name>", "")
	AcmeSharedZone            = absent(catalog.External, "acme_shared_zone", catalog.HTTP, "[<value>]...", "")
	Challenge                 = absent(catalog.External, "challenge", catalog.HTTPAcmeIssuer, "<type>", "0.2.0")
	CommonNameInCSR           = absent(catalog.External, "common_name_in_csr", catalog.HTTPAcmeIssuer, "on|off", "0.4.0")
	Contact                   = absent(catalog.External, "contact", catalog.HTTPAcmeIssuer, "<url>", "")
	ExternalAccountKey        = absent(catalog.External, "external_account_key", catalog.HTTPAcmeIssuer, "[<value>]...", "0.2.0")
	PreferredChain            = absent(catalog.External, "preferred_chain", catalog.HTTPAcmeIssuer, "<name>", "0.3.0")
	Profile                   = absent(catalog.External, "profile", catalog.HTTPAcmeIssuer, "[<value>]...", "0.3.0")
	AcmeSSLTrustedCertificate = absent(catalog.External, "ssl_trusted_certificate", catalog.HTTPAcmeIssuer, "<path>", "")
	SSLVerify                 = absent(catalog.External, "ssl_verify", catalog.HTTPAcmeIssuer, "on|off", "")
	StatePath                 = absent(catalog.External, "state_path", catalog.HTTPAcmeIssuer, "[<value>]...", "")
	URI                       = absent(catalog.External, "uri", catalog.HTTPAcmeIssuer, "<uri>", "")
)

// Directives of ngx_http_api_module that open-source nginx does not have.
var (
	API        = absent(catalog.Commercial, "api", catalog.HTTPLocation, "[<value>]...", "1.13.3")
	StatusZone = absent(catalog.Commercial, "status_zone", catalog.HTTPServer|catalog.HTTPLocation|catalog.HTTPLocationIf, "<zone>", "1.13.12")
)

// Directives of ngx_http_auth_jwt_module that open-source nginx does not have.
var (
	AuthJWT           = absent(catalog.Commercial, "auth_jwt", catalog.HTTP|catalog.HTTPServer|catalog.HTTPLocation|catalog.HTTPLimitExcept, "[<value>]...", "1.11.3")
	AuthJWTClaimSet   = absent(catalog.Commercial, "auth_jwt_claim_set", catalog.HTTP, "[<value>]...", "1.11.10")
	AuthJWTHeaderSet  = absent(catalog.Commercial, "auth_jwt_header_set", catalog.HTTP, "[<value>]...", "1.11.10")
	AuthJWTKeyCache   = absent(catalog.Commercial, "auth_jwt_key_cache", levels, "<time>", "1.21.4")
	AuthJWTKeyFile    = absent(catalog.Commercial, "auth_jwt_key_file", catalog.HTTP|catalog.HTTPServer|catalog.HTTPLocation|catalog.HTTPLimitExcept, "<path>", "1.11.3")
	AuthJWTKeyRequest = absent(catalog.Commercial, "auth_jwt_key_request", catalog.HTTP|catalog.HTTPServer|catalog.HTTPLocation|catalog.HTTPLimitExcept, "<uri>", "1.15.6")
	AuthJWTLeeway     = absent(catalog.Commercial, "auth_jwt_leeway", levels, "<time>", "1.13.10")
	AuthJWTRequire    = absent(catalog.Commercial, "auth_jwt_require", catalog.HTTP|catalog.HTTPServer|catalog.HTTPLocation|catalog.HTTPLimitExcept, "[<value>]...", "1.21.2")
	AuthJWTType       = absent(catalog.Commercial, "auth_jwt_type", catalog.HTTP|catalog.HTTPServer|catalog.HTTPLocation|catalog.HTTPLimitExcept, "[<value>]...", "1.19.7")
)

// Directives of ngx_http_auth_require_module that open-source nginx does not have.
var (
	AuthRequire = absent(catalog.Commercial, "auth_require", catalog.HTTP|catalog.HTTPServer|catalog.HTTPLocation|catalog.HTTPLimitExcept, "[<value>]...", "1.29.0")
)

// Directives of ngx_http_f4f_module that open-source nginx does not have.
var (
	F4F           = absent(catalog.Commercial, "f4f", catalog.HTTPLocation, "", "")
	F4FBufferSize = absent(catalog.Commercial, "f4f_buffer_size", levels, "<size>", "")
)

// Directives of ngx_http_hls_module that open-source nginx does not have.
var (
	HLS                 = absent(catalog.Commercial, "hls", catalog.HTTPLocation, "", "")
	HLSBuffers          = absent(catalog.Commercial, "hls_buffers", levels, "[<value>]...", "")
	HLSForwardArgs      = absent(catalog.Commercial, "hls_forward_args", levels, "on|off", "1.5.12")
	HLSFragment         = absent(catalog.Commercial, "hls_fragment", levels, "<time>", "")
	HLSMP4BufferSize    = absent(catalog.Commercial, "hls_mp4_buffer_size", levels, "<size>", "")
	HLSMP4MaxBufferSize = absent(catalog.Commercial, "hls_mp4_max_buffer_size", levels, "<size>", "")
)

// Directives of ngx_http_internal_redirect_module that open-source nginx does not have.
var (
	InternalRedirect = absent(catalog.Commercial, "internal_redirect", catalog.HTTPServer|catalog.HTTPLocation, "<uri>", "1.23.4")
)

// Directives of ngx_http_js_module that open-source nginx does not have.
var (
	JSAccess                     = absent(catalog.External, "js_access", catalog.HTTPLocation|catalog.HTTPLocationIf|catalog.HTTPLimitExcept, "[<value>]...", "0.9.9")
	JSBodyFilter                 = absent(catalog.External, "js_body_filter", catalog.HTTPLocation|catalog.HTTPLocationIf|catalog.HTTPLimitExcept, "[<value>]...", "0.5.2")
	JSContent                    = absent(catalog.External, "js_content", catalog.HTTPLocation|catalog.HTTPLocationIf|catalog.HTTPLimitExcept, "[<value>]...", "")
	JSContextReuse               = absent(catalog.External, "js_context_reuse", levels, "<int>", "0.8.6")
	JSEngine                     = absent(catalog.External, "js_engine", levels, "[<value>]...", "0.8.6")
	JSFetchBufferSize            = absent(catalog.External, "js_fetch_buffer_size", levels, "<size>", "0.7.4")
	JSFetchCiphers               = absent(catalog.External, "js_fetch_ciphers", levels, "<ciphers>", "0.7.0")
	JSFetchKeepalive             = absent(catalog.External, "js_fetch_keepalive", levels, "<int>", "0.9.2")
	JSFetchKeepaliveRequests     = absent(catalog.External, "js_fetch_keepalive_requests", levels, "<int>", "0.9.2")
	JSFetchKeepaliveTime         = absent(catalog.External, "js_fetch_keepalive_time", levels, "<time>", "0.9.2")
	JSFetchKeepaliveTimeout      = absent(catalog.External, "js_fetch_keepalive_timeout", levels, "<time>", "0.9.2")
	JSFetchMaxResponseBufferSize = absent(catalog.External, "js_fetch_max_response_buffer_size", levels, "<size>", "0.7.4")
	JSFetchProtocols             = absent(catalog.External, "js_fetch_protocols", levels, "[<value>]...", "0.7.0")
	JSFetchProxy                 = absent(catalog.External, "js_fetch_proxy", levels, "<url>", "0.9.4")
	JSFetchTimeout               = absent(catalog.External, "js_fetch_timeout", levels, "<time>", "0.7.4")
	JSFetchTrustedCertificate    = absent(catalog.External, "js_fetch_trusted_certificate", levels, "<path>", "0.7.0")
	JSFetchVerify                = absent(catalog.External, "js_fetch_verify", levels, "on|off", "0.7.4")
	JSFetchVerifyDepth           = absent(catalog.External, "js_fetch_verify_depth", levels, "<int>", "0.7.0")
	JSHeaderFilter               = absent(catalog.External, "js_header_filter", catalog.HTTPLocation|catalog.HTTPLocationIf|catalog.HTTPLimitExcept, "[<value>]...", "0.5.1")
	JSImport                     = absent(catalog.External, "js_import", levels, "[<value>]...", "0.4.0")
	JSInclude                    = absent(catalog.Removed, "js_include", catalog.HTTP, "<path>", "")
	JSLoadHTTPNativeModule       = absent(catalog.External, "js_load_http_native_module", catalog.Main, "[<value>]...", "0.9.5")
	JSPath                       = absent(catalog.External, "js_path", levels, "<path>", "0.3.0")
	JSPeriodic                   = absent(catalog.External, "js_periodic", catalog.HTTPLocation, "[<value>]...", "0.8.1")
	JSPreloadObject              = absent(catalog.External, "js_preload_object", levels, "[<value>]...", "0.7.8")
	JSSet                        = absentMaker("js_set", "<var> <function> [nocache]", "")
	JSSharedDictZone             = absent(catalog.External, "js_shared_dict_zone", catalog.HTTP, "[<value>]...", "0.8.0")
	JSVar                        = absentMaker("js_var", "<var> [<value>]", "0.5.3")
)

// Directives of ngx_http_keyval_module that open-source nginx does not have.
var (
	Keyval     = absent(catalog.Commercial, "keyval", catalog.HTTP, "[<value>]...", "1.13.3")
	KeyvalZone = absent(catalog.Commercial, "keyval_zone", catalog.HTTP, "[<value>]...", "1.13.3")
)

// Directives of ngx_http_num_map_module that open-source nginx does not have.
var (
	NumMap = absentBlock(catalog.Commercial, "num_map", catalog.HTTP, "[<value>]...", "1.29.3")
)

// Directives of ngx_http_oidc_module that open-source nginx does not have.
var (
	AuthOIDC                  = absent(catalog.Commercial, "auth_oidc", levels, "[<value>]...", "1.27.4")
	ClientID                  = absent(catalog.Commercial, "client_id", catalog.HTTPOidcProvider, "<text>", "1.27.4")
	ClientSecret              = absent(catalog.Commercial, "client_secret", catalog.HTTPOidcProvider, "<text>", "1.27.4")
	ConfigURL                 = absent(catalog.Commercial, "config_url", catalog.HTTPOidcProvider, "<url>", "1.27.4")
	CookieName                = absent(catalog.Commercial, "cookie_name", catalog.HTTPOidcProvider, "<name>", "1.27.4")
	ExtraAuthArgs             = absent(catalog.Commercial, "extra_auth_args", catalog.HTTPOidcProvider, "<text>", "1.27.4")
	FrontchannelLogoutURI     = absent(catalog.Commercial, "frontchannel_logout_uri", catalog.HTTPOidcProvider, "<uri>", "1.29.3")
	Issuer                    = absent(catalog.Commercial, "issuer", catalog.HTTPOidcProvider, "<url>", "1.27.4")
	LogoutTokenHint           = absent(catalog.Commercial, "logout_token_hint", catalog.HTTPOidcProvider, "on|off", "1.29.0")
	LogoutURI                 = absent(catalog.Commercial, "logout_uri", catalog.HTTPOidcProvider, "<uri>", "1.29.0")
	OIDCProvider              = absentBlock(catalog.Commercial, "oidc_provider", catalog.HTTP, "<name>", "1.27.4")
	PKCE                      = absent(catalog.Commercial, "pkce", catalog.HTTPOidcProvider, "on|off", "1.29.3")
	PostLogoutURI             = absent(catalog.Commercial, "post_logout_uri", catalog.HTTPOidcProvider, "<uri>", "1.29.0")
	RedirectURI               = absent(catalog.Commercial, "redirect_uri", catalog.HTTPOidcProvider, "<uri>", "1.27.4")
	Scope                     = absent(catalog.Commercial, "scope", catalog.HTTPOidcProvider, "[<value>]...", "1.27.4")
	SessionStore              = absent(catalog.Commercial, "session_store", catalog.HTTPOidcProvider, "<name>", "1.27.4")
	SessionTimeout            = absent(catalog.Commercial, "session_timeout", catalog.HTTPOidcProvider, "<time>", "1.27.4")
	OIDCSSLCRL                = absent(catalog.Commercial, "ssl_crl", catalog.HTTPOidcProvider, "<path>", "1.27.4")
	OIDCSSLTrustedCertificate = absent(catalog.Commercial, "ssl_trusted_certificate", catalog.HTTPOidcProvider, "<path>", "1.27.4")
	Userinfo                  = absent(catalog.Commercial, "userinfo", catalog.HTTPOidcProvider, "on|off", "1.29.0")
)

// Directives of ngx_http_session_log_module that open-source nginx does not have.
var (
	SessionLog       = absent(catalog.Commercial, "session_log", levels, "[<value>]...", "")
	SessionLogFormat = absent(catalog.Commercial, "session_log_format", catalog.HTTP, "[<value>]...", "")
	SessionLogZone   = absent(catalog.Commercial, "session_log_zone", catalog.HTTP, "[<value>]...", "")
)

// Directives of ngx_http_status_module that open-source nginx does not have.
var (
	Status           = absent(catalog.Commercial, "status", catalog.HTTPLocation, "", "")
	StatusFormat     = absent(catalog.Commercial, "status_format", levels, "[<value>]...", "")
	StatusStatusZone = absent(catalog.Commercial, "status_zone", catalog.HTTPServer, "<zone>", "")
)

// Directives of ngx_http_upstream_conf_module that open-source nginx does not have.
var (
	UpstreamConf = absent(catalog.Commercial, "upstream_conf", catalog.HTTPLocation, "", "")
)

// Directives of ngx_http_upstream_hc_module that open-source nginx does not have.
var (
	HealthCheck = absent(catalog.Commercial, "health_check", catalog.HTTPLocation, "[<value>]...", "")
	Match       = absentBlock(catalog.Commercial, "match", catalog.HTTP, "<name>", "")
)

// Directives of ngx_otel_module that open-source nginx does not have.
var (
	OtelExporter     = absentBlock(catalog.External, "otel_exporter", catalog.HTTP, "", "")
	OtelResourceAttr = absent(catalog.External, "otel_resource_attr", catalog.HTTP, "[<value>]...", "0.1.2")
	OtelServiceName  = absent(catalog.External, "otel_service_name", catalog.HTTP, "<name>", "")
	OtelSpanAttr     = absent(catalog.External, "otel_span_attr", levels, "[<value>]...", "")
	OtelSpanName     = absent(catalog.External, "otel_span_name", levels, "<name>", "")
	OtelTrace        = absent(catalog.External, "otel_trace", levels, "[<value>]...", "")
	OtelTraceContext = absent(catalog.External, "otel_trace_context", levels, "[<value>]...", "")
)
