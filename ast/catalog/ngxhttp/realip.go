package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_realip_module.
var (
	RealIPHeader = catalog.Custom(catalog.Spec{Name: "real_ip_header", In: levels, Args: "<name>|proxy_protocol", Default: "X-Real-IP", Runs: unserved,
		Doc: "Chooses where the client's address is taken from."}, decodeRealIPHeader)
	RealIPRecursive = catalog.Flag(catalog.Spec{Name: "real_ip_recursive", In: levels, Default: "off", Since: "1.3.0", Runs: unserved,
		Doc: "Takes the last address that is not trusted."})
	SetRealIPFrom = catalog.Custom(catalog.Spec{Name: "set_real_ip_from", In: levels, Args: "<cidr>|<host>|unix:", Repeat: catalog.Many, Runs: unserved,
		Doc: "Takes the client's address from what these senders say."}, ngxstream.DecodeRealIPFrom)
)
