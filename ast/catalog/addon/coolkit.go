package addon

import "tidegate/ast/catalog"

// CoolkitModule and its directives.
var (
	CoolkitModule = catalog.NewModule("ngx_coolkit_module", "Small additions to locations.",
		OverrideMethod).WithVariables(variables(catalog.Bundled,
		"remote_passwd", "location")...)

	OverrideMethod = catalog.Words(catalog.Spec{Name: "override_method", In: levels, Args: "off | [<method>...] <tmpl>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Changes the request method."})
)
