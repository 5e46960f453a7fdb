package addon

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// ArrayVarModule and its directives.
var (
	ArrayVarModule = catalog.NewModule("ngx_http_array_var_module", "Variables that hold lists.",
		ArraySplit, ArrayMap, ArrayMapOp, ArrayJoin)

	ArraySplit = catalog.Custom(catalog.Spec{Name: "array_split", In: anywhere, Args: "<separator> <subject> [to=<var>]...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Divides a text into a list."}, decodeArraySplit)
	ArrayMap = catalog.Custom(catalog.Spec{Name: "array_map", In: anywhere, Args: "<tmpl> <array> [to=<var>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Changes each element of a list."}, decodeArrayMap)
	ArrayMapOp = catalog.Custom(catalog.Spec{Name: "array_map_op", In: anywhere, Args: "<directive> <array> [to=<var>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Applies a directive to each element of a list."}, decodeArrayJoin)
	ArrayJoin = catalog.Custom(catalog.Spec{Name: "array_join", In: anywhere, Args: "<separator> <array> [to=<var>]", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Joins a list to a text."}, decodeArrayJoin)
)

// to begins the argument that names the variable for the result.
const to = "to="

// decodeArraySplit follows ngx_http_array_split.
func decodeArraySplit(c *catalog.Call) (Computed, bool) {
	switch n := c.Len(); {
	case n == 3:
		return setVariable(c, 2, 0, 1, 3)
	case strings.HasPrefix(c.Text(3), to) && n > 4:
		return Computed{}, unexpected(c, 4)
	case strings.HasPrefix(c.Text(3), to):
		return setVariable(c, 3, len(to), 1, 3)
	case n > 5:
		return Computed{}, unexpected(c, 5)
	case n == 4:
		return setVariable(c, 2, 0, 1, 4)
	case !strings.HasPrefix(c.Text(4), to):
		c.Report(diag.Error, catalog.RuleValue, c.Word(4), c.Text(0)+`: expecting the "to" option at the 4th argument: "`+c.Text(4)+`"`)
		return Computed{}, false
	}
	return setVariable(c, 4, len(to), 1, 4)
}

// decodeArrayMap follows ngx_http_array_map.
func decodeArrayMap(c *catalog.Call) (v Computed, ok bool) {
	element, ok := c.Template(1)
	if !ok {
		return v, false
	}
	c.Env.DefineVariable(catalog.NewVariable{Name: "array_it", Changeable: true, At: c.Word(0)})
	switch {
	case c.Len() == 3:
		v, ok = setVariable(c, 2, 0, 2, 3)
	case !strings.HasPrefix(c.Text(3), to):
		return v, c.Fail(3, `%s: expecting the "to" option at the 3rd argument: "%s"`, c.Text(0), c.Text(3))
	default:
		v, ok = setVariable(c, 3, len(to), 2, 3)
	}
	v.Args = append([]catalog.Template{element}, v.Args...)
	return v, ok
}

// decodeArrayJoin follows ngx_http_array_join and ngx_http_array_map_op.
func decodeArrayJoin(c *catalog.Call) (Computed, bool) {
	switch {
	case c.Len() == 3:
		return setVariable(c, 2, 0, 1, 3)
	case !strings.HasPrefix(c.Text(3), to):
		return Computed{}, unexpected(c, 3)
	}
	return setVariable(c, 3, len(to), 1, 3)
}

func unexpected(c *catalog.Call, i int) bool {
	return c.Fail(i, `%s: unexpected argument "%s"`, c.Text(0), c.Text(i))
}
