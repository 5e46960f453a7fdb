package addon

import "tidegate/ast/catalog"

// Computed is a directive that sets a variable to the value of a function.
type Computed struct {
	Variable string // without "$"
	Args     []catalog.Template
}

// decodeSetVariable follows ndk_set_var_value and ndk_set_var_multi_value: the
// variable is the argument too if there is no other.
func decodeSetVariable(c *catalog.Call) (Computed, bool) {
	if c.Len() == 2 {
		return setVariable(c, 1, 0, 1, 2)
	}
	return setVariable(c, 1, 0, 2, c.Len())
}

// decodeSetItself follows ngx_http_set_if_empty and ngx_http_set_rotate, for
// which the variable is the first argument.
func decodeSetItself(c *catalog.Call) (Computed, bool) { return setVariable(c, 1, 0, 1, c.Len()) }

// decodeFormInput follows ngx_http_set_form_input_conf_handler: without another
// argument the name of the variable, without "$", is that of the field.
func decodeFormInput(c *catalog.Call) (Computed, bool) { return setVariable(c, 1, 0, 2, c.Len()) }

// setVariable follows ndk_set_var_name and ndk_http_rewrite_value: word target
// names the variable from byte skip on, and the arguments are the words from
// from to to.
func setVariable(c *catalog.Call, target, skip, from, to int) (v Computed, ok bool) {
	name := c.Text(target)[skip:]
	if name == "" || name[0] != '$' {
		return v, c.FailPart(target, skip, len(c.Text(target)), `invalid variable name "%s"`, name)
	}
	v.Variable = name[1:]
	if !c.Define(target, catalog.NewVariable{Name: v.Variable, Changeable: true, Weak: true}) {
		return v, false
	}
	v.Args, ok = c.Templates(from, to)
	return v, ok
}
