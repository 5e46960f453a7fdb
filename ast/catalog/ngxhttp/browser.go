package ngxhttp

import (
	"strings"

	"tidegate/ast/catalog"
)

// Directives of ngx_http_browser_module.
var (
	AncientBrowser = catalog.Strings(catalog.Spec{Name: "ancient_browser", In: levels, Args: "<text>...", Repeat: catalog.Many, Runs: unserved,
		Doc: "Marks browsers as ancient by a part of their name."})
	AncientBrowserValue = catalog.String(catalog.Spec{Name: "ancient_browser_value", In: levels, Args: "<text>", Default: "1", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Sets the value of $ancient_browser."})
	ModernBrowser = catalog.Custom(catalog.Spec{Name: "modern_browser", In: levels, Args: "unlisted | (msie|gecko|opera|safari) <version>",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Marks browsers as modern from a version on."}, decodeModernBrowser)
	ModernBrowserValue = catalog.String(catalog.Spec{Name: "modern_browser_value", In: levels, Args: "<text>", Default: "1", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Sets the value of $modern_browser."})
)

// Browser is the argument of modern_browser.
type Browser struct {
	// Name is empty for all that are not listed.
	Name, Version string
}

// decodeModernBrowser follows ngx_http_modern_browser.
func decodeModernBrowser(c *catalog.Call) (b Browser, ok bool) {
	if c.Len() == 2 {
		return b, c.Text(1) == "unlisted" || c.FailUnsaid(1, `the version of the browser is missing`)
	}
	b = Browser{strings.ToLower(c.Text(1)), c.Text(2)}
	switch b.Name {
	case "msie", "gecko", "opera", "safari":
	default:
		return b, c.Fail(1, `unknown browser name "%s"`, c.Text(1))
	}
	if strings.Trim(b.Version, "0123456789.") != "" {
		return b, c.Fail(2, `invalid browser version "%s"`, b.Version)
	}
	return b, true
}
