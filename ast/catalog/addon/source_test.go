package addon_test

import (
	"slices"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/addon"
	"tidegate/ast/conf"
)

func TestModulesIn(t *testing.T) {
	for dir, want := range map[string][]string{
		"../nginx-module-vts-0.2.4":      {"ngx_http_vhost_traffic_status_module"},
		"/src/ngx_http_geoip2_module/":   {"ngx_http_geoip2_module", "ngx_stream_geoip2_module"},
		"/src/ModSecurity-nginx-v1.0.3":  {"ngx_http_modsecurity_module"},
		"/src/njs-0.8.4/nginx":           {"ngx_http_js_module", "ngx_stream_js_module"},
		"/src/our-own-module-1.0":        nil,
		"../drizzle-nginx-module-0.1.12": {"ngx_http_drizzle_module"},
	} {
		got := addon.ModulesIn(dir)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
	}
}

// TestSources shows that every module that is distributed apart is found by its
// source, and that what is found is in the catalogue.
func TestSources(t *testing.T) {
	known := map[string]bool{}
	for _, name := range addon.SourceModules() {
		known[name] = true
		if len(conf.Catalog.ModulesOf(name)) == 0 {
			t.Errorf("the catalogue has no %s", name)
		}
	}
	for _, m := range conf.Catalog.Modules() {
		if len(m.Rows) > 0 && m.Rows[0].Origin == catalog.External && !known[m.Name] {
			t.Errorf("nothing says in which directory the source of %s is", m.Name)
		}
	}
}
