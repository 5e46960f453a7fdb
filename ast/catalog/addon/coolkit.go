package addon

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
)

// CoolkitModule and its directives.
var (
	CoolkitModule = catalog.NewModule("ngx_coolkit_module", "Small additions to locations.",
		OverrideMethod).WithVariables(variables(catalog.Bundled,
		"remote_passwd", "location")...)

	OverrideMethod = catalog.Custom(catalog.Spec{Name: "override_method", In: levels, Args: "off | [<method>...] <tmpl>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Changes the request method."}, decodeOverrideMethod)
)

// Override is one override_method directive; the zero value is off.
type Override struct {
	// Methods are those that are replaced; none for all.
	Methods []string
	Source  catalog.Template
}

// overridden are the methods that override_method knows, in any case.
var overridden = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "MKCOL", "COPY", "MOVE", "OPTIONS", "PROPFIND", "PROPPATCH", "LOCK", "UNLOCK", "PATCH"}

// decodeOverrideMethod follows ngx_coolkit_conf_override_method.
func decodeOverrideMethod(c *catalog.Call) (o Override, ok bool) {
	last := c.Len() - 1
	switch {
	case c.Text(1) == "off":
		return o, true
	case c.Text(last) == "":
		return o, c.Fail(last, `coolkit: empty source in "%s" directive`, c.Text(0))
	}
	for i := 1; i < last; i++ {
		if !slices.ContainsFunc(overridden, func(m string) bool { return strings.EqualFold(m, c.Text(i)) }) {
			return o, c.Fail(i, `coolkit: invalid method "%s" in "%s" directive`, c.Text(i), c.Text(0))
		}
		o.Methods = append(o.Methods, c.Text(i))
	}
	o.Source, ok = c.Template(last)
	return o, ok
}
