package ngxhttp

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// Directives of ngx_http_referer_module.
var (
	RefererHashBucketSize = catalog.Int(catalog.Spec{Name: "referer_hash_bucket_size", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "<int>",
		Default: "64", Since: "1.0.5", Runs: unserved,
		Doc: "Sets the bucket size of the hash of referers."})
	RefererHashMaxSize = catalog.Int(catalog.Spec{Name: "referer_hash_max_size", In: catalog.HTTPServer | catalog.HTTPLocation, Args: "<int>",
		Default: "2048", Since: "1.0.5", Runs: unserved,
		Doc: "Bounds the size of the hash of referers."})
	ValidReferers = catalog.Custom(catalog.Spec{Name: "valid_referers", In: catalog.HTTPServer | catalog.HTTPLocation,
		Args: "(none|blocked|server_names|<text>)...", Repeat: catalog.Many, Runs: unserved,
		Doc: "Sets which Referer values are valid."}, decodeReferers)
)

// RefererHost cuts the path off an entry of valid_referers.
func RefererHost(word string) string {
	host, _, _ := strings.Cut(word, "/")
	return host
}

// decodeReferers follows ngx_http_valid_referers.
func decodeReferers(c *catalog.Call) ([]string, bool) {
	var keys catalog.HashKeys
	for _, earlier := range catalog.Others[[]string](c) {
		for _, word := range earlier {
			keys.AddName(RefererHost(word))
		}
	}
	for i := 1; i < c.Len(); i++ {
		switch s := c.Text(i); {
		case s == "":
			return nil, c.Fail(i, `invalid referer ""`)
		case s == "none", s == "blocked", s == "server_names":
		case s == "~":
			return nil, c.Fail(i, `empty regex in "~"`)
		case strings.HasPrefix(s, "~"):
			if _, _, err := c.Env.Regex(s[1:], true); err != nil {
				c.Report(diag.Emerg, catalog.RuleRegex, c.Word(i), err.Error())
				return nil, false
			}
		default:
			host := RefererHost(s)
			switch keys.AddName(host) {
			case catalog.HashDeclined:
				return nil, c.Fail(i, `invalid hostname or wildcard "%s"`, host)
			case catalog.HashBusy:
				return nil, c.Fail(i, `conflicting parameter "%s"`, host)
			}
		}
	}
	return c.Texts(1), true
}
