package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_access_module.
var (
	Allow = catalog.Custom(catalog.Spec{Name: "allow", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLimitExcept,
		Args: "<cidr>|unix:|all", Repeat: catalog.Many, Runs: unserved,
		Doc: "Admits clients by address; the first rule that fits decides."}, ngxstream.DecodeAccess)
	Deny = catalog.Custom(catalog.Spec{Name: "deny", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLimitExcept,
		Args: "<cidr>|unix:|all", Repeat: catalog.Many, Runs: unserved,
		Doc: "Turns clients away by address; the first rule that fits decides."}, ngxstream.DecodeAccess)
)
