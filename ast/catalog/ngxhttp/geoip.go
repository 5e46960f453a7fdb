package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_geoip_module.
var (
	GeoIPCity = catalog.Custom(catalog.Spec{Name: "geoip_city", In: catalog.HTTP, Args: "<path> [utf8]", Origin: catalog.NotBuilt, Runs: unserved,
		Doc: "Names the database of cities."}, ngxstream.DecodeGeoIP)
	GeoIPCountry = catalog.Custom(catalog.Spec{Name: "geoip_country", In: catalog.HTTP, Args: "<path> [utf8]", Origin: catalog.NotBuilt, Runs: unserved,
		Doc: "Names the database of countries."}, ngxstream.DecodeGeoIP)
	GeoIPOrg = catalog.Custom(catalog.Spec{Name: "geoip_org", In: catalog.HTTP, Args: "<path> [utf8]", Since: "1.0.3", Origin: catalog.NotBuilt,
		Runs: unserved, Doc: "Names the database of organisations."}, ngxstream.DecodeGeoIP)
	GeoIPProxy = catalog.Custom(catalog.Spec{Name: "geoip_proxy", In: catalog.HTTP, Args: "<cidr>", Since: "1.3.0", Repeat: catalog.Many,
		Origin: catalog.NotBuilt, Runs: unserved, Doc: "Trusts X-Forwarded-For of these proxies."}, ngxstream.DecodeNetwork)
	GeoIPProxyRecursive = catalog.Flag(catalog.Spec{Name: "geoip_proxy_recursive", In: catalog.HTTP, Default: "off", Since: "1.3.0",
		Origin: catalog.NotBuilt, Runs: unserved, Doc: "Takes the last address that is not trusted."})
)
