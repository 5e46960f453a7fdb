package addon

import "tidegate/ast/catalog"

// GeoIP2Module and its directives.
var (
	GeoIP2Module = catalog.NewModule("ngx_http_geoip2_module", "Variables from MaxMind databases.",
		GeoIP2, GeoIP2Proxy, GeoIP2ProxyRecursive)

	GeoIP2 = catalog.EntryBlock(catalog.Spec{Name: "geoip2", In: catalog.HTTP, Args: "<path>", Repeat: catalog.Many, Opens: catalog.Unserved, Origin: catalog.External, Runs: external,
		Doc: "Names a database and the variables from it."}, decodeGeoIP2)
	GeoIP2Proxy = catalog.Words(catalog.Spec{Name: "geoip2_proxy", In: catalog.HTTP, Args: "<cidr>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Trusts X-Forwarded-For of these proxies."})
	GeoIP2ProxyRecursive = catalog.Flag(catalog.Spec{Name: "geoip2_proxy_recursive", In: catalog.HTTP, Origin: catalog.External, Runs: external,
		Doc: "Takes the last address that is not trusted."})
)

// StreamGeoIP2Module and its directives.
var (
	StreamGeoIP2Module = catalog.NewModule("ngx_stream_geoip2_module", "Variables from MaxMind databases in stream.",
		StreamGeoIP2)

	StreamGeoIP2 = catalog.EntryBlock(catalog.Spec{Name: "geoip2", In: catalog.Stream, Args: "<path>", Repeat: catalog.Many, Opens: catalog.Unserved, Origin: catalog.External, Runs: external,
		Doc: "Names a database and the variables from it."}, decodeGeoIP2)
)
