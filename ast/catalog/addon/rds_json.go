package addon

import "tidegate/ast/catalog"

// RDSJSONModule and its directives.
var (
	RDSJSONModule = catalog.NewModule("ngx_http_rds_json_filter_module", "Results of databases as JSON.",
		RDSJSON, RDSJSONRoot, RDSJSONSuccessProperty, RDSJSONUserProperty, RDSJSONErrcodeKey,
		RDSJSONErrstrKey, RDSJSONFormat, RDSJSONContentType, RDSJSONRet, RDSJSONBufferSize)

	RDSJSON = catalog.Flag(catalog.Spec{Name: "rds_json", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Turns results into JSON."})
	RDSJSONRoot = catalog.String(catalog.Spec{Name: "rds_json_root", In: levelsAndIf, Args: "<name>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member with the rows."})
	RDSJSONSuccessProperty = catalog.String(catalog.Spec{Name: "rds_json_success_property", In: levelsAndIf, Args: "<name>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member that tells success."})
	RDSJSONUserProperty = catalog.Custom(catalog.Spec{Name: "rds_json_user_property", In: levelsAndIf, Args: "<name> <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Adds a member."}, decodeTemplates)
	RDSJSONErrcodeKey = catalog.String(catalog.Spec{Name: "rds_json_errcode_key", In: levelsAndIf, Args: "<name>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member with the code of an error."})
	RDSJSONErrstrKey = catalog.String(catalog.Spec{Name: "rds_json_errstr_key", In: levelsAndIf, Args: "<name>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the member with the text of an error."})
	RDSJSONFormat = catalog.OneOf(catalog.Spec{Name: "rds_json_format", In: levelsAndIf, Args: "normal|compact", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the form of rows."}, "normal", "compact")
	RDSJSONContentType = catalog.String(catalog.Spec{Name: "rds_json_content_type", In: levelsAndIf, Args: "<media_type>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the media type."})
	RDSJSONRet = catalog.Custom(catalog.Spec{Name: "rds_json_ret", In: location, Args: "<code> <tmpl>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Answers with a code and a text."}, decodeTemplates)
	RDSJSONBufferSize = catalog.Size(catalog.Spec{Name: "rds_json_buffer_size", In: levelsAndIf, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of buffers."})
)
