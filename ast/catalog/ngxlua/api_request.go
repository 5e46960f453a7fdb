package ngxlua

import "tidegate/ast/catalog"

// Sessions, requests and their phases.
var (
	Arg = catalog.LuaFunc{Name: "ngx.arg", Kind: catalog.LuaField, Sig: "val = ngx.arg[index]", HTTP: catalog.Set | catalog.BodyFilter,
		Runs: httpOnly, Doc: "The input of a filter or of set_by_lua: data and an end flag, or the arguments."}
	Var = catalog.LuaFunc{Name: "ngx.var.VARIABLE", Kind: catalog.LuaField, Sig: "ngx.var.VAR_NAME",
		HTTP: httpRequest, Stream: catalog.AnyStreamPhase &^ catalog.Init &^ catalog.InitWorker &^ catalog.Timer,
		Runs: catalog.Full, Doc: "Reads and sets a variable of the session or request."}
	Ctx = catalog.LuaFunc{Name: "ngx.ctx", Kind: catalog.LuaField, Sig: "ngx.ctx.foo = v\nv = ngx.ctx.foo\nngx.ctx = { foo = 32 }",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init, Stream: catalog.AnyStreamPhase &^ catalog.Init,
		Runs: catalog.Full, Doc: "A table that lives as long as the session or request."}
	Status = catalog.LuaFunc{Name: "ngx.status", Kind: catalog.LuaField, Sig: "ngx.status = N (http only)\nN = ngx.status",
		HTTP: httpRequest, Stream: output | catalog.Balancer | catalog.Log,
		Runs: catalog.Full, Doc: "The status of the session or request; only http can set it."}
	Header = catalog.LuaFunc{Name: "ngx.header.HEADER", Kind: catalog.LuaField, Sig: "ngx.header.HEADER = VALUE\nvalue = ngx.header.HEADER",
		HTTP: httpRequest, Runs: httpOnly, Doc: "Reads, sets, adds to or removes a response header."}
	GetCtxTable = catalog.LuaFunc{Name: "resty.core.ctx.get_ctx_table", Sig: "ctx = resty.core.ctx.get_ctx_table(ctx?)",
		Module: "resty.core.ctx", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns ngx.ctx, or makes it from a given table."}
	ReqIsInternal = catalog.LuaFunc{Name: "ngx.req.is_internal", Sig: "is_internal = ngx.req.is_internal()", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Tells whether the request came from an internal redirect or subrequest."}
	ReqStartTime = catalog.LuaFunc{Name: "ngx.req.start_time", Sig: "secs = ngx.req.start_time()",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init, Stream: output | catalog.Balancer | catalog.Log,
		Runs: catalog.Full, Doc: "Returns when the session or request began, in seconds with milliseconds."}
	ReqHTTPVersion = catalog.LuaFunc{Name: "ngx.req.http_version", Sig: "num = ngx.req.http_version()", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Returns the HTTP version of the request as a number."}
	ReqRawHeader = catalog.LuaFunc{Name: "ngx.req.raw_header", Sig: "str = ngx.req.raw_header(no_request_line?)",
		HTTP: httpRequest, Runs: httpOnly, Doc: "Returns the header as the client sent it."}
	ReqGetMethod = catalog.LuaFunc{Name: "ngx.req.get_method", Sig: "method_name = ngx.req.get_method()", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Returns the name of the request's method."}
	ReqSetMethod = catalog.LuaFunc{Name: "ngx.req.set_method", Sig: "ngx.req.set_method(method_id)",
		HTTP: httpRequest,
		Runs: httpOnly, Doc: "Replaces the request's method by its number."}
	ReqSetURI = catalog.LuaFunc{Name: "ngx.req.set_uri", Sig: "ngx.req.set_uri(uri, jump?, binary?)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Rewrites the request's path, and jumps to the matching location if asked."}
	ReqSetURIArgs = catalog.LuaFunc{Name: "ngx.req.set_uri_args", Sig: "ngx.req.set_uri_args(args)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Rewrites the request's query."}
	ReqGetURIArgs = catalog.LuaFunc{Name: "ngx.req.get_uri_args", Sig: "args, err = ngx.req.get_uri_args(max_args?, tab?)",
		HTTP: httpRequest, Runs: httpOnly, Doc: "Returns a table of the query's arguments."}
	ReqGetPostArgs = catalog.LuaFunc{Name: "ngx.req.get_post_args", Sig: "args, err = ngx.req.get_post_args(max_args?)",
		HTTP: httpRequest, Runs: httpOnly, Doc: "Returns a table of the arguments in the body of a form."}
	ReqGetHeaders = catalog.LuaFunc{Name: "ngx.req.get_headers", Sig: "headers, err = ngx.req.get_headers(max_headers?, raw?)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Returns a table of the request's headers."}
	ReqSetHeader = catalog.LuaFunc{Name: "ngx.req.set_header", Sig: "ngx.req.set_header(header_name, header_value)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Sets a request header."}
	ReqClearHeader = catalog.LuaFunc{Name: "ngx.req.clear_header", Sig: "ngx.req.clear_header(header_name)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Removes a request header."}
	ReqReadBody = catalog.LuaFunc{Name: "ngx.req.read_body", Sig: "ngx.req.read_body()", HTTP: httpContent, Yields: true,
		Runs: httpOnly, Doc: "Reads the request's body."}
	ReqDiscardBody = catalog.LuaFunc{Name: "ngx.req.discard_body", Sig: "ngx.req.discard_body()", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Reads the request's body and throws it away."}
	ReqGetBodyData = catalog.LuaFunc{Name: "ngx.req.get_body_data", Sig: "data = ngx.req.get_body_data(max_bytes?)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Returns the body if it is in memory."}
	ReqGetBodyFile = catalog.LuaFunc{Name: "ngx.req.get_body_file", Sig: "file_name = ngx.req.get_body_file()", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Returns the name of the file with the body if it is in one."}
	ReqSetBodyData = catalog.LuaFunc{Name: "ngx.req.set_body_data", Sig: "ngx.req.set_body_data(data)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Replaces the body by a string."}
	ReqSetBodyFile = catalog.LuaFunc{Name: "ngx.req.set_body_file", Sig: "ngx.req.set_body_file(file_name, auto_clean?)",
		HTTP: httpRequest, Runs: httpOnly, Doc: "Replaces the body by a file."}
	ReqInitBody = catalog.LuaFunc{Name: "ngx.req.init_body", Sig: "ngx.req.init_body(buffer_size?)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Begins a new body that is put together piece by piece."}
	ReqAppendBody = catalog.LuaFunc{Name: "ngx.req.append_body", Sig: "ngx.req.append_body(data_chunk)", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Adds a piece to the new body."}
	ReqFinishBody = catalog.LuaFunc{Name: "ngx.req.finish_body", Sig: "ngx.req.finish_body()", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Ends the new body."}
	ReqSocket = catalog.LuaFunc{Name: "ngx.req.socket", Sig: "tcpsock, err = ngx.req.socket()\ntcpsock, err = ngx.req.socket(raw)",
		HTTP: httpContent, Stream: output, Runs: catalog.Full, Doc: "Returns the socket of the client."}
	ReqAddHeader = catalog.LuaFunc{Name: "require(\"ngx.req\").add_header", Sig: "ngx_req.add_header(header_name, header_value)",
		Module: "ngx.req", HTTP: httpRequest, Runs: httpOnly, Doc: "Adds a request header."}
	Req = catalog.LuaFunc{Name: "ngx.req", Kind: catalog.LuaModule, Sig: `local m = require "ngx.req"`, HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "Further functions on the request."}
	ReqGetOriginalAddr = catalog.LuaFunc{Name: "ngx.req.get_original_addr", Sig: "addr, err = ngx.req.get_original_addr()",
		Stream: output | catalog.Balancer | catalog.Log,
		Runs:   later, Doc: "Returns the destination of a connection that the system has redirected."}
	LocationCapture = catalog.LuaFunc{Name: "ngx.location.capture", Sig: "res = ngx.location.capture(uri, options?)", HTTP: catalog.Rewrite | catalog.Access | catalog.Content, Yields: true,
		Runs: httpOnly, Doc: "Makes a subrequest and waits for its answer."}
	LocationCaptureMulti = catalog.LuaFunc{Name: "ngx.location.capture_multi", Sig: "res1, res2, ... = ngx.location.capture_multi({ {uri, options?}, {uri, options?}, ... })",
		HTTP: catalog.Rewrite | catalog.Access | catalog.Content, Yields: true,
		Runs: httpOnly, Doc: "Makes several subrequests at once and waits for all answers."}
	Exec = catalog.LuaFunc{Name: "ngx.exec", Sig: "ngx.exec(uri, args?)", HTTP: httpContent, Yields: true,
		Runs: httpOnly, Doc: "Jumps to another location of the same server."}
	Redirect = catalog.LuaFunc{Name: "ngx.redirect", Sig: "ngx.redirect(uri, status?)", HTTP: httpContent, Yields: true,
		Runs: httpOnly, Doc: "Answers with a redirect."}
	Exit = catalog.LuaFunc{Name: "ngx.exit", Sig: "ngx.exit(status)",
		HTTP: httpExit, Stream: yieldable | catalog.Balancer, Yields: true,
		Runs: catalog.Full, Doc: "Ends the session or request with a status, or the current phase."}
	Sleep = catalog.LuaFunc{Name: "ngx.sleep", Sig: "ngx.sleep(seconds)", HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Waits without blocking the worker."}
	IsSubrequest = catalog.LuaFunc{Name: "ngx.is_subrequest", Kind: catalog.LuaField, Sig: "value = ngx.is_subrequest", HTTP: httpRequest,
		Runs: httpOnly, Doc: "Tells whether the request is a subrequest."}
	GetPhase = catalog.LuaFunc{Name: "ngx.get_phase", Sig: "str = ngx.get_phase()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the name of the current phase."}
	OnAbort = catalog.LuaFunc{Name: "ngx.on_abort", Sig: "ok, err = ngx.on_abort(callback)", HTTP: httpRequest, Stream: output,
		Runs: catalog.Full, Doc: "Sets a function that runs when the client closes the connection early."}
	RunWorkerThread = catalog.LuaFunc{Name: "ngx.run_worker_thread", Sig: "ok, res1, res2, ... = ngx.run_worker_thread(threadpool, module_name, func_name, arg1, arg2, ...)",
		HTTP: httpYieldable, Yields: true, Runs: httpOnly, Doc: "Runs a function of a module in a thread of its own."}
	GetRawPhase = catalog.LuaFunc{Name: "ngx.get_raw_phase", Sig: "mask = ngx.get_raw_phase(r)", HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "Returns the current phase as a number."}
	RespGetHeaders = catalog.LuaFunc{Name: "ngx.resp.get_headers", Sig: "headers, err = ngx.resp.get_headers(max_headers?, raw?)",
		HTTP: httpRequest, Runs: httpOnly, Doc: "Returns a table of the response headers."}
	RespAddHeader = catalog.LuaFunc{Name: "require(\"ngx.resp\").add_header", Sig: "ngx_resp.add_header(header_name, header_value)",
		Module: "ngx.resp", HTTP: httpRequest, Runs: httpOnly, Doc: "Adds a response header."}
	RespSetStatus = catalog.LuaFunc{Name: "require(\"ngx.resp\").set_status", Sig: "ngx_resp.set_status(status, reason?)",
		Module: "ngx.resp", HTTP: catalog.AnyHTTPPhase &^ catalog.Init, Runs: httpOnly, Doc: "Sets the status and its text."}
	RespBypassIfChecks = catalog.LuaFunc{Name: "require(\"ngx.resp\").bypass_if_checks", Sig: "ngx_resp.bypass_if_checks()",
		Module: "ngx.resp", HTTP: catalog.AnyHTTPPhase &^ catalog.Init, Runs: httpOnly, Doc: "Leaves out the conditional request checks."}
	Resp = catalog.LuaFunc{Name: "ngx.resp", Kind: catalog.LuaModule, Sig: `local m = require "ngx.resp"`, HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "Further functions on the response."}
	OSGetenv = catalog.LuaFunc{Name: "os.getenv", Kind: catalog.LuaOverride, Sig: "os.getenv",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Reads an environment variable; init code also sees those of env directives."}
	Require = catalog.LuaFunc{Name: "require", Kind: catalog.LuaOverride, Sig: "require",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Loads a module once per worker."}
	GlobalTable = catalog.LuaFunc{Name: "_G", Kind: catalog.LuaOverride, Sig: "_G", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "The global table; writing to it in a session is logged."}
)
