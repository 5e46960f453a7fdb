package ngxhttp

import "tidegate/ast/catalog"

// Where most directives may stand.
const (
	servers     = catalog.HTTP | catalog.HTTPServer
	levels      = servers | catalog.HTTPLocation
	levelsAndIf = levels | catalog.HTTPLocationIf
)
