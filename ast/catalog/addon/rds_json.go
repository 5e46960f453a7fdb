package addon

import (
	"strings"

	"tidegate/ast/catalog"
)

// RDSJSONModule and its directives.
var (
	RDSJSONModule = catalog.NewModule("ngx_http_rds_json_filter_module", "Results of databases as JSON.",
		RDSJSON, RDSJSONRoot, RDSJSONSuccessProperty, RDSJSONUserProperty, RDSJSONErrcodeKey,
		RDSJSONErrstrKey, RDSJSONFormat, RDSJSONContentType, RDSJSONRet, RDSJSONBufferSize)

	RDSJSON = catalog.Flag(catalog.Spec{Name: "rds_json", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Turns results into JSON."})
	RDSJSONRoot = catalog.Custom(catalog.Spec{Name: "rds_json_root", In: levelsAndIf, Args: "<name>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member with the rows."}, decodeMemberName)
	RDSJSONSuccessProperty = catalog.Custom(catalog.Spec{Name: "rds_json_success_property", In: levelsAndIf, Args: "<name>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member that tells success."}, decodeMemberName)
	RDSJSONUserProperty = catalog.Custom(catalog.Spec{Name: "rds_json_user_property", In: levelsAndIf, Args: "<name> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Adds a member."}, decodeUserProperty)
	RDSJSONErrcodeKey = catalog.Custom(catalog.Spec{Name: "rds_json_errcode_key", In: levelsAndIf, Args: "<name>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member with the code of an error."}, decodeMemberName)
	RDSJSONErrstrKey = catalog.Custom(catalog.Spec{Name: "rds_json_errstr_key", In: levelsAndIf, Args: "<name>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member with the text of an error."}, decodeMemberName)
	RDSJSONFormat = catalog.OneOf(catalog.Spec{Name: "rds_json_format", In: levelsAndIf, Args: "normal|compact", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the form of rows."}, "normal", "compact")
	RDSJSONContentType = catalog.String(catalog.Spec{Name: "rds_json_content_type", In: levelsAndIf, Args: "<media_type>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the media type."})
	RDSJSONRet = catalog.Custom(catalog.Spec{Name: "rds_json_ret", In: location, Args: "<code> <tmpl>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Answers with a code and a text."}, decodeRet)
	RDSJSONBufferSize = catalog.Size(catalog.Spec{Name: "rds_json_buffer_size", In: levelsAndIf, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of buffers."})
)

// decodeMemberName follows ngx_http_rds_json_root and its kin.
func decodeMemberName(c *catalog.Call) (string, bool) {
	if c.Text(1) == "" {
		return "", c.FailDirective(1, "takes an empty value")
	}
	return c.Text(1), true
}

// UserProperty is one rds_json_user_property directive.
type UserProperty struct {
	Name  string
	Value catalog.Template
}

// decodeUserProperty follows ngx_http_rds_json_user_property.
func decodeUserProperty(c *catalog.Call) (p UserProperty, ok bool) {
	switch {
	case c.Text(1) == "":
		return p, c.FailDirective(1, "takes an empty key")
	case c.Text(2) == "":
		return p, c.FailDirective(2, "takes an empty value")
	}
	p.Name = c.Text(1)
	p.Value, ok = c.Template(2)
	return p, ok
}

// Return is one rds_json_ret directive.
type Return struct {
	Code string
	Text catalog.Template
}

// decodeRet follows ngx_http_rds_json_ret.
func decodeRet(c *catalog.Call) (r Return, ok bool) {
	r.Code = c.Text(1)
	switch {
	case r.Code == "":
		return r, failUnplaced(c, 1, "rds_json: rds_json_ret: the errcode argument is empty")
	case strings.Trim(r.Code, "0123456789") != "":
		return r, failUnplaced(c, 1, `rds_json: rds_json_ret: invalid errcode argument: "`+r.Code+`"`)
	}
	r.Text, ok = c.Template(2)
	return r, ok
}
