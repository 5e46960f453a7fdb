package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_sub_filter_module.
var (
	SubFilter = catalog.Custom(catalog.Spec{Name: "sub_filter", In: levels, Args: "<tmpl> <tmpl>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Replaces text in answers."}, decodeSubFilter)
	SubFilterLastModified = catalog.Flag(catalog.Spec{Name: "sub_filter_last_modified", In: levels, Default: "off", Since: "1.5.1", Runs: unserved,
		Doc: "Keeps Last-Modified."})
	SubFilterOnce = catalog.Flag(catalog.Spec{Name: "sub_filter_once", In: levels, Default: "on", Runs: unserved,
		Doc: "Replaces the first occurrence only."})
	SubFilterTypes = catalog.MediaTypes(catalog.Spec{Name: "sub_filter_types", In: levels, DefaultNote: "text/html", Runs: unserved,
		Doc: "Chooses the media types in which text is replaced."}, "text/html")
)
