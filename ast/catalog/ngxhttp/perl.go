package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_perl_module.
var (
	Perl = catalog.Custom(catalog.Spec{Name: "perl", Origin: catalog.NotBuilt, In: catalog.HTTPLocation | catalog.HTTPLimitExcept, Args: "<handler>", Repeat: catalog.Own, Runs: unserved,
		Doc: "Answers with a Perl handler."}, decodePerl)
	PerlModules = catalog.String(catalog.Spec{Name: "perl_modules", Origin: catalog.NotBuilt, In: catalog.HTTP, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Names a directory of Perl modules."})
	PerlRequire = catalog.String(catalog.Spec{Name: "perl_require", Origin: catalog.NotBuilt, In: catalog.HTTP, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Loads a Perl module."})
	PerlSet = catalog.Custom(catalog.Spec{Name: "perl_set", Origin: catalog.NotBuilt, In: catalog.HTTP, Args: "<var> <handler>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Creates a variable from a Perl function."}, decodePerlSet)
)

// decodePerl follows ngx_http_perl, which has a message of its own for a second
// handler.
func decodePerl(c *catalog.Call) (string, bool) {
	if len(catalog.Others[string](c)) > 0 {
		return "", c.Fail(1, `duplicate perl handler "%s"`, c.Text(1))
	}
	return c.Text(1), true
}
