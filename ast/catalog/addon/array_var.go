package addon

import "tidegate/ast/catalog"

// ArrayVarModule and its directives.
var (
	ArrayVarModule = catalog.NewModule("ngx_http_array_var_module", "Variables that hold lists.",
		ArraySplit, ArrayMap, ArrayMapOp, ArrayJoin)

	ArraySplit = catalog.Words(catalog.Spec{Name: "array_split", In: anywhere, Args: "<separator> <subject> [to=<var>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Divides a text into a list."})
	ArrayMap = catalog.Words(catalog.Spec{Name: "array_map", In: anywhere, Args: "<tmpl> <array> [to=<var>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Changes each element of a list."})
	ArrayMapOp = catalog.Words(catalog.Spec{Name: "array_map_op", In: anywhere, Args: "<directive> <array> [to=<var>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Applies a directive to each element of a list."})
	ArrayJoin = catalog.Words(catalog.Spec{Name: "array_join", In: anywhere, Args: "<separator> <array> [to=<var>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Joins a list to a text."})
)
