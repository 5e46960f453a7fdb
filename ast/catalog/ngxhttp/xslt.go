package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_xslt_filter_module.
var (
	XMLEntities = catalog.Words(catalog.Spec{Name: "xml_entities", In: levels, Args: "<path>", Runs: unserved,
		Doc: "Names a file with declared entities."})
	XMLExternalEntities = catalog.Flag(catalog.Spec{Name: "xml_external_entities", In: levels, Default: "off", Since: "1.31.3", Origin: catalog.Newer, Runs: unserved,
		Doc: "Loads external entities."})
	XsltLastModified = catalog.Flag(catalog.Spec{Name: "xslt_last_modified", In: levels, Default: "off", Since: "1.5.1", Runs: unserved,
		Doc: "Keeps Last-Modified."})
	XsltParam = catalog.Words(catalog.Spec{Name: "xslt_param", In: levels, Args: "<name> <tmpl>", Since: "1.1.18", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Sets a parameter to an expression."})
	XsltStringParam = catalog.Words(catalog.Spec{Name: "xslt_string_param", In: levels, Args: "<name> <tmpl>", Since: "1.1.18", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Sets a parameter to a text."})
	XsltStylesheet = catalog.Words(catalog.Spec{Name: "xslt_stylesheet", In: catalog.HTTPLocation, Args: "<path> [<name>=<tmpl>]...", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Transforms answers by a stylesheet."})
	XsltTypes = catalog.MediaTypes(catalog.Spec{Name: "xslt_types", In: levels, DefaultNote: "text/xml", Runs: unserved,
		Doc: "Chooses the media types that are transformed."}, "text/xml")
)
