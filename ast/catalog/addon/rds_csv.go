package addon

import "tidegate/ast/catalog"

// RDSCSVModule and its directives.
var (
	RDSCSVModule = catalog.NewModule("ngx_http_rds_csv_filter_module", "Results of databases as tables.",
		RDSCSV, RDSCSVRowTerminator, RDSCSVFieldSeparator, RDSCSVFieldNameHeader, RDSCSVContentType,
		RDSCSVBufferSize)

	RDSCSV = catalog.Flag(catalog.Spec{Name: "rds_csv", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Turns results into comma-separated values."})
	RDSCSVRowTerminator = catalog.Custom(catalog.Spec{Name: "rds_csv_row_terminator", In: levelsAndIf, Args: "<text>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets what ends a row."}, decodeRowTerminator)
	RDSCSVFieldSeparator = catalog.Custom(catalog.Spec{Name: "rds_csv_field_separator", In: levelsAndIf, Args: "<char>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets what stands between values."}, decodeFieldSeparator)
	RDSCSVFieldNameHeader = catalog.Flag(catalog.Spec{Name: "rds_csv_field_name_header", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Writes a row with the names."})
	RDSCSVContentType = catalog.String(catalog.Spec{Name: "rds_csv_content_type", In: levelsAndIf, Args: "<media_type>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the media type."})
	RDSCSVBufferSize = catalog.Size(catalog.Spec{Name: "rds_csv_buffer_size", In: levelsAndIf, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of buffers."})
)

// decodeRowTerminator follows ngx_http_rds_csv_row_terminator.
func decodeRowTerminator(c *catalog.Call) (string, bool) {
	switch s := c.Text(1); s {
	case "\n", "\r\n":
		return s, true
	case "":
		return s, c.FailDirective(1, "takes empty string value")
	}
	return "", c.FailDirective(1, `takes a value other than "\n" and "\r\n"`)
}

// decodeFieldSeparator follows ngx_http_rds_csv_field_separator.
func decodeFieldSeparator(c *catalog.Call) (string, bool) {
	switch s := c.Text(1); {
	case len(s) != 1:
		return s, c.FailDirective(1, "takes a string value not of length 1")
	case s == ",", s == ";", s == "\t":
		return s, true
	}
	return "", c.FailDirective(1, `takes a value other than ",", ";", and "\t"`)
}
