package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_mirror_module.
var (
	Mirror = catalog.Custom(catalog.Spec{Name: "mirror", In: levels, Args: "<uri>|off", Default: "off", Since: "1.13.4", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Copies requests to another address."}, decodeMirror)
	MirrorRequestBody = catalog.Flag(catalog.Spec{Name: "mirror_request_body", In: levels, Default: "on", Since: "1.13.4", Runs: unserved,
		Doc: "Copies request bodies too."})
)

// decodeMirror follows ngx_http_mirror; "" is off.
func decodeMirror(c *catalog.Call) (string, bool) {
	earlier := catalog.Others[string](c)
	off := len(earlier) > 0 && earlier[0] == ""
	if c.Text(1) == "off" {
		return "", len(earlier) == 0 || c.Duplicate()
	}
	return c.Text(1), !off || c.Duplicate()
}
