package ngxhttp

import (
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// Directives of ngx_http_xslt_filter_module.
var (
	XMLEntities = catalog.String(catalog.Spec{Name: "xml_entities", Origin: catalog.NotBuilt, In: levels, Args: "<path>", Runs: unserved,
		Doc: "Names a file with declared entities."})
	XMLExternalEntities = catalog.Flag(catalog.Spec{Name: "xml_external_entities", Origin: catalog.NotBuilt, In: levels, Default: "off", Since: "1.31.3", Runs: unserved,
		Doc: "Loads external entities."})
	XsltLastModified = catalog.Flag(catalog.Spec{Name: "xslt_last_modified", Origin: catalog.NotBuilt, In: levels, Default: "off", Since: "1.5.1", Runs: unserved,
		Doc: "Keeps Last-Modified."})
	XsltParam = catalog.Custom(catalog.Spec{Name: "xslt_param", Origin: catalog.NotBuilt, In: levels, Args: "<name> <tmpl>", Since: "1.1.18", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Sets a parameter to an expression."}, decodeXsltParam)
	XsltStringParam = catalog.Custom(catalog.Spec{Name: "xslt_string_param", Origin: catalog.NotBuilt, In: levels, Args: "<name> <tmpl>", Since: "1.1.18", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Sets a parameter to a text."}, decodeXsltParam)
	XsltStylesheet = catalog.Custom(catalog.Spec{Name: "xslt_stylesheet", Origin: catalog.NotBuilt, In: catalog.HTTPLocation, Args: "<path> [<name>=<tmpl>]...", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Transforms answers by a stylesheet."}, decodeStylesheet)
	XsltTypes = catalog.MediaTypes(catalog.Spec{Name: "xslt_types", Origin: catalog.NotBuilt, In: levels, DefaultNote: "text/xml", Runs: unserved,
		Doc: "Chooses the media types that are transformed."}, "text/xml")
)

// StylesheetParam sets a parameter of stylesheets.
type StylesheetParam struct {
	Name  string
	Value catalog.Template
}

// decodeXsltParam follows ngx_http_xslt_param.
func decodeXsltParam(c *catalog.Call) (StylesheetParam, bool) {
	t, ok := c.Template(2)
	return StylesheetParam{c.Text(1), t}, ok
}

// Stylesheet is one xslt_stylesheet directive.
type Stylesheet struct {
	File string
	// Params are "name=value", several separated by colons.
	Params []catalog.Template
}

// decodeStylesheet follows ngx_http_xslt_stylesheet as far as it does not look
// into the file.
func decodeStylesheet(c *catalog.Call) (s Stylesheet, ok bool) {
	s.File = c.Env.FullName(c.Text(1), false)
	if c.Env.File(s.File) != nil {
		c.Report(diag.Error, catalog.RuleFile, c.Word(1), `xsltParseStylesheetFile("`+s.File+`") failed`)
		return s, false
	}
	s.Params, ok = c.Templates(2, c.Len())
	return s, ok
}
