package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_autoindex_module.
var (
	Autoindex = catalog.Flag(catalog.Spec{Name: "autoindex", In: levels, Default: "off", Runs: unserved,
		Doc: "Lists directories."})
	AutoindexExactSize = catalog.Flag(catalog.Spec{Name: "autoindex_exact_size", In: levels, Default: "on", Runs: unserved,
		Doc: "Gives sizes in bytes."})
	AutoindexFormat = catalog.OneOf(catalog.Spec{Name: "autoindex_format", In: levels, Args: "html|json|jsonp|xml", Default: "html", Since: "1.7.9",
		Runs: unserved,
		Doc:  "Chooses the form of listings."}, "html", "json", "jsonp", "xml")
	AutoindexLocaltime = catalog.Flag(catalog.Spec{Name: "autoindex_localtime", In: levels, Default: "off", Runs: unserved,
		Doc: "Gives times in the local zone."})
)
