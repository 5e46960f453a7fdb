package addon

import "tidegate/ast/catalog"

// FormInputModule and its directives.
var (
	FormInputModule = catalog.NewModule("ngx_http_form_input_module", "Variables from forms.",
		SetFormInput, SetFormInputMulti)

	SetFormInput = catalog.Custom(catalog.Spec{Name: "set_form_input", In: levels, Args: "<var> [<name>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives a field of the request's form."}, decodeFormInput)
	SetFormInputMulti = catalog.Custom(catalog.Spec{Name: "set_form_input_multi", In: levels, Args: "<var> [<name>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Gives all values of a field of the request's form."}, decodeFormInput)
)
