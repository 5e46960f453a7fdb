package addon

import (
	"path"
	"regexp"
	"strings"
)

// sources names the modules in the directories that those who build nginx give
// to --add-module: the names of their repositories, in lower case.
var sources = map[string][]string{
	"drizzle-nginx-module":                 {"ngx_http_drizzle_module"},
	"iconv-nginx-module":                   {"ngx_http_iconv_module"},
	"modsecurity-nginx":                    {"ngx_http_modsecurity_module"},
	"nginx-acme":                           {"ngx_http_acme_module"},
	"nginx-otel":                           {"ngx_otel_module"},
	"nginx-auth-ldap":                      {"ngx_http_auth_ldap_module"},
	"nginx-dav-ext-module":                 {"ngx_http_dav_ext_module"},
	"nginx-module-vts":                     {"ngx_http_vhost_traffic_status_module"},
	"nginx-upload-module":                  {"ngx_http_upload_module"},
	"nginx_upstream_check_module":          {"ngx_http_upstream_check_module"},
	"ngx-fancyindex":                       {"ngx_http_fancyindex_module"},
	"ngx_brotli":                           {"ngx_http_brotli_filter_module", "ngx_http_brotli_static_module"},
	"ngx_cache_purge":                      {"ngx_http_cache_purge_module"},
	"ngx_http_auth_pam_module":             {"ngx_http_auth_pam_module"},
	"ngx_http_geoip2_module":               {"ngx_http_geoip2_module", "ngx_stream_geoip2_module"},
	"ngx_http_substitutions_filter_module": {"ngx_http_subs_filter_module"},
	"ngx_postgres":                         {"ngx_postgres_module"},
	"njs":                                  {"ngx_http_js_module", "ngx_stream_js_module"},
	"spnego-http-auth-nginx-module":        {"ngx_http_auth_spnego_module"},
}

var version = regexp.MustCompile(`[-_]v?\d+(\.\d+)*(rc\d+)?$`)

// ModulesIn names the modules whose source is in a directory, as --add-module
// has it, with or without a version behind the name; nil for an unknown one.
func ModulesIn(dir string) []string {
	dir = strings.TrimSuffix(strings.TrimRight(dir, "/"), "/nginx") // njs has its module in a folder of that name
	return sources[version.ReplaceAllString(strings.ToLower(path.Base(dir)), "")]
}
