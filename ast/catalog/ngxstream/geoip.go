package ngxstream

import (
	"net/netip"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// geoip declares a directive of the geoip module.
func geoip(name, doc string) catalog.Directive[GeoIPFile] {
	return catalog.Custom(catalog.Spec{
		Name: name, In: catalog.Stream, Args: "<path> [utf8]", Since: "1.11.3", Origin: catalog.NotBuilt,
		Runs: catalog.Refused("the databases that it reads are no longer published"), Doc: doc,
	}, DecodeGeoIP)
}

// Directives on GeoIP databases.
var (
	GeoIPCountry = geoip("geoip_country", "Names the database of countries.")
	GeoIPOrg     = geoip("geoip_org", "Names the database of organisations.")
	GeoIPCity    = geoip("geoip_city", "Names the database of cities.")
)

// GeoIPFile is a GeoIP database.
type GeoIPFile struct {
	Path string
	UTF8 bool
}

// DecodeGeoIP follows ngx_stream_geoip_country and its kin as far as they do not
// look into the database.
func DecodeGeoIP(c *catalog.Call) (g GeoIPFile, ok bool) {
	g.Path = c.Text(1)
	if err := c.Env.File(g.Path); err != nil {
		c.Report(diag.Emerg, catalog.RuleFile, c.Word(1), `GeoIP_open("`+g.Path+`") failed`)
		return g, false
	}
	if c.Len() > 2 {
		if c.Text(2) != "utf8" {
			return g, c.InvalidParameter(2)
		}
		g.UTF8 = true
	}
	return g, true
}

// DecodeNetwork follows ngx_http_geoip_proxy.
func DecodeNetwork(c *catalog.Call) (netip.Prefix, bool) { return geoNet(c, 1) }
