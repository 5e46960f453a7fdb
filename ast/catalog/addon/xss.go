package addon

import "tidegate/ast/catalog"

// XSSModule and its directives.
var (
	XSSModule = catalog.NewModule("ngx_http_xss_filter_module", "Answers for scripts of other sites.",
		XSSGet, XSSCallbackArg, XSSInputTypes, XSSCheckStatus, XSSOverrideStatus, XSSOutputType)

	XSSGet = catalog.Flag(catalog.Spec{Name: "xss_get", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Wraps answers in a call."})
	XSSCallbackArg = catalog.String(catalog.Spec{Name: "xss_callback_arg", In: levelsAndIf, Args: "<name>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the argument with the function's name."})
	XSSInputTypes = catalog.MediaTypes(catalog.Spec{Name: "xss_input_types", In: levelsAndIf, Args: "<media_type>...", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the media types that are wrapped."}, "application/json")
	XSSCheckStatus = catalog.Flag(catalog.Spec{Name: "xss_check_status", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Wraps answers of the code 200 only."})
	XSSOverrideStatus = catalog.Flag(catalog.Spec{Name: "xss_override_status", In: levelsAndIf, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sends the code 200 always."})
	XSSOutputType = catalog.Words(catalog.Spec{Name: "xss_output_type", In: levelsAndIf, Args: "<media_type>...", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the media type of wrapped answers."})
)
