package ngxlua

import "tidegate/ast/catalog"

// Regular expressions.
var (
	ReMatch = catalog.LuaFunc{Name: "ngx.re.match", Sig: "captures, err = ngx.re.match(subject, regex, options?, ctx?, res_table?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Matches a regular expression and returns the captures."}
	ReFind = catalog.LuaFunc{Name: "ngx.re.find", Sig: "from, to, err = ngx.re.find(subject, regex, options?, ctx?, nth?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Finds where a regular expression matches."}
	ReGmatch = catalog.LuaFunc{Name: "ngx.re.gmatch", Sig: "iterator, err = ngx.re.gmatch(subject, regex, options?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns an iterator over all matches."}
	ReSub = catalog.LuaFunc{Name: "ngx.re.sub", Sig: "newstr, n, err = ngx.re.sub(subject, regex, replace, options?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Replaces the first match."}
	ReGsub = catalog.LuaFunc{Name: "ngx.re.gsub", Sig: "newstr, n, err = ngx.re.gsub(subject, regex, replace, options?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Replaces all matches."}
	ReSplit = catalog.LuaFunc{Name: "ngx.re.split", Sig: "res, err = ngx_re.split(subject, regex, options?, ctx?, max?, res?)",
		Module: "ngx.re", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Splits a string at the matches of a regular expression."}
	ReOpt = catalog.LuaFunc{Name: "ngx.re.opt", Sig: "ngx_re.opt(option, value)",
		Module: "ngx.re", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Sets an option of the regular expression engine."}
	Re = catalog.LuaFunc{Name: "ngx.re", Kind: catalog.LuaModule, Sig: `local m = require "ngx.re"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Further functions on regular expressions."}
)
