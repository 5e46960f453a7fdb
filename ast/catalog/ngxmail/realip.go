package ngxmail

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_mail_realip_module.
var (
	SetRealIPFrom = catalog.Custom(catalog.Spec{Name: "set_real_ip_from", In: levels, Args: "<cidr>|<host>|unix:", Repeat: catalog.Many, Runs: unserved,
		Doc: "Takes the client's address from what these senders say."}, ngxstream.DecodeRealIPFrom)
)
