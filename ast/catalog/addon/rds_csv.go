package addon

import "tidegate/ast/catalog"

// RDSCSVModule and its directives.
var (
	RDSCSVModule = catalog.NewModule("ngx_http_rds_csv_filter_module", "Results of databases as tables.",
		RDSCSV, RDSCSVRowTerminator, RDSCSVFieldSeparator, RDSCSVFieldNameHeader, RDSCSVContentType,
		RDSCSVBufferSize)

	RDSCSV = catalog.Flag(catalog.Spec{Name: "rds_csv", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Turns results into comma-separated values."})
	RDSCSVRowTerminator = catalog.String(catalog.Spec{Name: "rds_csv_row_terminator", In: levelsAndIf, Args: "<text>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets what ends a row."})
	RDSCSVFieldSeparator = catalog.String(catalog.Spec{Name: "rds_csv_field_separator", In: levelsAndIf, Args: "<char>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets what stands between values."})
	RDSCSVFieldNameHeader = catalog.Flag(catalog.Spec{Name: "rds_csv_field_name_header", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Writes a row with the names."})
	RDSCSVContentType = catalog.String(catalog.Spec{Name: "rds_csv_content_type", In: levelsAndIf, Args: "<media_type>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the media type."})
	RDSCSVBufferSize = catalog.Size(catalog.Spec{Name: "rds_csv_buffer_size", In: levelsAndIf, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of buffers."})
)
