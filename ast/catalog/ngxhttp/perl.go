package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_perl_module.
var (
	Perl = catalog.Words(catalog.Spec{Name: "perl", In: catalog.HTTPLocation | catalog.HTTPLimitExcept, Args: "<handler>", Runs: unserved,
		Doc: "Answers with a Perl handler."})
	PerlModules = catalog.String(catalog.Spec{Name: "perl_modules", In: catalog.HTTP, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Names a directory of Perl modules."})
	PerlRequire = catalog.String(catalog.Spec{Name: "perl_require", In: catalog.HTTP, Args: "<path>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Loads a Perl module."})
	PerlSet = catalog.Custom(catalog.Spec{Name: "perl_set", In: catalog.HTTP, Args: "<var> <handler>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Creates a variable from a Perl function."}, decodePerlSet)
)
