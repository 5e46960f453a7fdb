package ngxlua

import "tidegate/ast/catalog"

// Output to the client and to the error log.
var (
	SendHeaders = catalog.LuaFunc{Name: "ngx.send_headers", Sig: "ok, err = ngx.send_headers()", HTTP: httpContent,
		Runs: httpOnly, Doc: "Sends the response headers."}
	HeadersSent = catalog.LuaFunc{Name: "ngx.headers_sent", Kind: catalog.LuaField, Sig: "value = ngx.headers_sent", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Tells whether the response headers have been sent."}
	Print = catalog.LuaFunc{Name: "ngx.print", Sig: "ok, err = ngx.print(...)", HTTP: httpContent, Stream: output,
		Runs: catalog.Full, Doc: "Sends its arguments to the client."}
	Say = catalog.LuaFunc{Name: "ngx.say", Sig: "ok, err = ngx.say(...)", HTTP: httpContent, Stream: output,
		Runs: catalog.Full, Doc: "Sends its arguments and a line feed to the client."}
	Flush = catalog.LuaFunc{Name: "ngx.flush", Sig: "ok, err = ngx.flush(wait?)", HTTP: httpContent, Stream: output, Yields: true,
		Runs: catalog.Full, Doc: "Sends what is buffered to the client, and waits for it if asked."}
	Eof = catalog.LuaFunc{Name: "ngx.eof", Sig: "ok, err = ngx.eof()", HTTP: httpContent | catalog.BodyFilter | catalog.Log, Stream: output,
		Runs: catalog.Full, Doc: "Ends the output to the client."}
	PrintGlobal = catalog.LuaFunc{Name: "print", Sig: "print(...)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Writes its arguments to the error log at level notice."}
	Log = catalog.LuaFunc{Name: "ngx.log", Sig: "ngx.log(log_level, ...)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Writes its arguments to the error log at a level."}
	ErrlogSetFilterLevel = catalog.LuaFunc{Name: "ngx.errlog.set_filter_level", Sig: "status, err = log_module.set_filter_level(log_level)",
		Module: "ngx.errlog", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Sets from which level on log lines are captured."}
	ErrlogGetLogs = catalog.LuaFunc{Name: "ngx.errlog.get_logs", Sig: "res, err = log_module.get_logs(max?, res?)",
		Module: "ngx.errlog", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Takes captured log lines."}
	ErrlogGetSysFilterLevel = catalog.LuaFunc{Name: "ngx.errlog.get_sys_filter_level", Sig: "log_level = log_module.get_sys_filter_level()",
		Module: "ngx.errlog", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the level of the error log."}
	ErrlogRawLog = catalog.LuaFunc{Name: "ngx.errlog.raw_log", Sig: "log_module.raw_log(log_level, msg)",
		Module: "ngx.errlog", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Writes a message to the error log as it is."}
	Errlog = catalog.LuaFunc{Name: "ngx.errlog", Kind: catalog.LuaModule, Sig: `local m = require "ngx.errlog"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "The error log as Lua code sees it."}
)
