package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_geoip_module.
var (
	GeoIPCity = catalog.Words(catalog.Spec{Name: "geoip_city", In: catalog.HTTP, Args: "<path> [utf8]", Runs: unserved,
		Doc: "Names the database of cities."})
	GeoIPCountry = catalog.Words(catalog.Spec{Name: "geoip_country", In: catalog.HTTP, Args: "<path> [utf8]", Runs: unserved,
		Doc: "Names the database of countries."})
	GeoIPOrg = catalog.Words(catalog.Spec{Name: "geoip_org", In: catalog.HTTP, Args: "<path> [utf8]", Since: "1.0.3", Runs: unserved,
		Doc: "Names the database of organisations."})
	GeoIPProxy = catalog.Words(catalog.Spec{Name: "geoip_proxy", In: catalog.HTTP, Args: "<cidr>", Since: "1.3.0", Repeat: catalog.Many, Runs: unserved,
		Doc: "Trusts X-Forwarded-For of these proxies."})
	GeoIPProxyRecursive = catalog.Flag(catalog.Spec{Name: "geoip_proxy_recursive", In: catalog.HTTP, Default: "off", Since: "1.3.0", Runs: unserved,
		Doc: "Takes the last address that is not trusted."})
)
