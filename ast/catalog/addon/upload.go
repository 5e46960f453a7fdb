package addon

import "tidegate/ast/catalog"

// UploadModule and its directives.
var (
	UploadModule = catalog.NewModule("ngx_http_upload_module", "Files from forms, stored by nginx.",
		UploadPass, UploadStore, UploadStateStore, UploadStoreAccess, UploadBufferSize,
		UploadMergeBufferSize, UploadRangeHeaderBufferSize, UploadMaxPartHeaderLen, UploadMaxFileSize,
		UploadMaxOutputBodyLen, UploadSetFormField, UploadAggregateFormField, UploadPassFormField,
		UploadCleanup, UploadPassArgs, UploadLimitRate, UploadTameArrays, UploadResumable,
		UploadEmptyFielsNames, UploadAddHeader).WithVariables(variables(catalog.External,
		"upload_field_name", "upload_content_type", "upload_file_name", "upload_file_number", "upload_tmp_path", "upload_content_range", "upload_file_md5", "upload_file_md5_uc", "upload_file_sha1", "upload_file_sha1_uc", "upload_file_sha256", "upload_file_sha256_uc", "upload_file_sha512", "upload_file_sha512_uc", "upload_file_crc32", "upload_file_size")...)

	UploadPass = catalog.Words(catalog.Spec{Name: "upload_pass", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<uri>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Names the location that is told about the files."})
	UploadStore = catalog.Words(catalog.Spec{Name: "upload_store", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<path> [<int> [<int> [<int>]]]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Names the directory for the files."})
	UploadStateStore = catalog.Words(catalog.Spec{Name: "upload_state_store", In: levels, Args: "<path> [<int> [<int> [<int>]]]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Names the directory for uploads that go on later."})
	UploadStoreAccess = catalog.Words(catalog.Spec{Name: "upload_store_access", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<access> [<access> [<access>]]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the permissions of stored files."})
	UploadBufferSize = catalog.Size(catalog.Spec{Name: "upload_buffer_size", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Sets the size of the buffer."})
	UploadMergeBufferSize = catalog.Size(catalog.Spec{Name: "upload_merge_buffer_size", In: levels, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Sets the size of the buffer for joining parts."})
	UploadRangeHeaderBufferSize = catalog.Size(catalog.Spec{Name: "upload_range_header_buffer_size", In: levels, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Sets the size of the buffer for ranges."})
	UploadMaxPartHeaderLen = catalog.Size(catalog.Spec{Name: "upload_max_part_header_len", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the headers of a part."})
	UploadMaxFileSize = catalog.Offset(catalog.Spec{Name: "upload_max_file_size", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the size of a file."})
	UploadMaxOutputBodyLen = catalog.Size(catalog.Spec{Name: "upload_max_output_body_len", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the body that is passed on."})
	UploadSetFormField = catalog.Custom(catalog.Spec{Name: "upload_set_form_field", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<tmpl> <tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Adds a field about each file."}, decodeTemplates)
	UploadAggregateFormField = catalog.Custom(catalog.Spec{Name: "upload_aggregate_form_field", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<tmpl> <tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Adds a field that needs the whole file."}, decodeTemplates)
	UploadPassFormField = catalog.Words(catalog.Spec{Name: "upload_pass_form_field", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<regex>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Passes fields on."})
	UploadCleanup = catalog.Words(catalog.Spec{Name: "upload_cleanup", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<code>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Removes files after answers with these codes."})
	UploadPassArgs = catalog.Flag(catalog.Spec{Name: "upload_pass_args", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Origin: catalog.External, Runs: external,
		Doc: "Passes the arguments on."})
	UploadLimitRate = catalog.Size(catalog.Spec{Name: "upload_limit_rate", In: levelsAndIf, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Limits the speed, in bytes per second."})
	UploadTameArrays = catalog.Flag(catalog.Spec{Name: "upload_tame_arrays", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Origin: catalog.External, Runs: external,
		Doc: "Drops brackets from the names of fields."})
	UploadResumable = catalog.Flag(catalog.Spec{Name: "upload_resumable", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Origin: catalog.External, Runs: external,
		Doc: "Allows uploads that go on later."})
	UploadEmptyFielsNames = catalog.Flag(catalog.Spec{Name: "upload_empty_fiels_names", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Origin: catalog.External, Runs: external,
		Doc: "Accepts fields without a name."})
	UploadAddHeader = catalog.Custom(catalog.Spec{Name: "upload_add_header", In: catalog.HTTP | catalog.HTTPServer | catalog.HTTPLocation | catalog.HTTPLocationIf | catalog.HTTPLimitExcept, Args: "<name> <tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Adds a header to the answer."}, decodeTemplates)
)
