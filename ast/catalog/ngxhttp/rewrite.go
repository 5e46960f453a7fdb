package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_rewrite_module.
var (
	Break = catalog.Custom(catalog.Spec{Name: "break",
		In:      catalog.HTTPServer | catalog.HTTPServerIf | catalog.HTTPLocation | catalog.HTTPLocationIf,
		Inherit: catalog.Local, Repeat: catalog.Many, Runs: unserved,
		Doc: "Ends the rewrite rules of the level."}, decodeSwitch)
	If = catalog.BlockOf(catalog.Spec{Name: "if", In: catalog.HTTPServer | catalog.HTTPLocation,
		Opens: catalog.HTTPServerIf | catalog.HTTPLocationIf, Args: "<condition>...", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Holds configuration for requests that meet a condition."}, decodeIf)
	Return = catalog.Custom(catalog.Spec{Name: "return",
		In:      catalog.HTTPServer | catalog.HTTPServerIf | catalog.HTTPLocation | catalog.HTTPLocationIf,
		Inherit: catalog.Local, Args: "<code> [<tmpl>] | <url>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Ends the request with a code or redirect."}, decodeReturn)
	Rewrite = catalog.Custom(catalog.Spec{Name: "rewrite",
		In:      catalog.HTTPServer | catalog.HTTPServerIf | catalog.HTTPLocation | catalog.HTTPLocationIf,
		Inherit: catalog.Local, Args: "<regex> <tmpl> [last|break|redirect|permanent]", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Changes the address by a regular expression."}, decodeRewrite)
	RewriteLog = catalog.Flag(catalog.Spec{Name: "rewrite_log",
		In:      catalog.HTTP | catalog.HTTPServer | catalog.HTTPServerIf | catalog.HTTPLocation | catalog.HTTPLocationIf,
		Default: "off", Runs: unserved,
		Doc: "Logs what rewrite rules do."})
	Set = catalog.Custom(catalog.Spec{Name: "set", In: catalog.HTTPServer | catalog.HTTPServerIf | catalog.HTTPLocation | catalog.HTTPLocationIf,
		Inherit: catalog.Local, Args: "<var> <tmpl>", Repeat: catalog.Many, Runs: unserved,
		Doc: "Assigns a value to a variable."}, decodeSet)
	UninitializedVariableWarn = catalog.Flag(catalog.Spec{Name: "uninitialized_variable_warn",
		In:      catalog.HTTP | catalog.HTTPServer | catalog.HTTPServerIf | catalog.HTTPLocation | catalog.HTTPLocationIf,
		Default: "on", Runs: unserved,
		Doc: "Logs the use of variables without a value."})
)
