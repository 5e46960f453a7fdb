package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_browser_module.
var (
	AncientBrowser = catalog.Words(catalog.Spec{Name: "ancient_browser", In: levels, Args: "<text>...", Repeat: catalog.Many, Runs: unserved,
		Doc: "Marks browsers as ancient by a part of their name."})
	AncientBrowserValue = catalog.String(catalog.Spec{Name: "ancient_browser_value", In: levels, Args: "<text>", Default: "1", Runs: unserved,
		Doc: "Sets the value of $ancient_browser."})
	ModernBrowser = catalog.Words(catalog.Spec{Name: "modern_browser", In: levels, Args: "<browser> [<version>]", Repeat: catalog.Many, Runs: unserved,
		Doc: "Marks browsers as modern from a version on."})
	ModernBrowserValue = catalog.String(catalog.Spec{Name: "modern_browser_value", In: levels, Args: "<text>", Default: "1", Runs: unserved,
		Doc: "Sets the value of $modern_browser."})
)
