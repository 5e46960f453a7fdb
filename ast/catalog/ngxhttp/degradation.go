package ngxhttp

import (
	"strings"

	"tidegate/ast/catalog"
)

// Directives of ngx_http_degradation_module.
var (
	Degradation = catalog.Custom(catalog.Spec{Name: "degradation", Origin: catalog.NotBuilt, In: catalog.HTTP, Args: "sbrk=<size>", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Sets the use of memory from which on requests are shed."}, decodeDegradation)
	Degrade = catalog.OneOf(catalog.Spec{Name: "degrade", Origin: catalog.NotBuilt, In: levels, Args: "204|444", Runs: unserved,
		Doc: "Chooses the answer to requests that are shed."}, "204", "444")
)

// decodeDegradation follows ngx_http_degradation.
func decodeDegradation(c *catalog.Call) (int64, bool) {
	size, found := strings.CutPrefix(c.Text(1), "sbrk=")
	if !found {
		return 0, c.InvalidParameter(1)
	}
	n, ok := catalog.ParseSize(size)
	return n, ok || c.Fail(1, `invalid sbrk size "%s"`, c.Text(1))
}
