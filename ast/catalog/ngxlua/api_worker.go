package ngxlua

import "tidegate/ast/catalog"

// Workers, processes and the configuration.
var (
	WorkerExiting = catalog.LuaFunc{Name: "ngx.worker.exiting", Sig: "exiting = ngx.worker.exiting()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Tells whether the worker is shutting down."}
	WorkerPid = catalog.LuaFunc{Name: "ngx.worker.pid", Sig: "pid = ngx.worker.pid()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the number of the worker's process."}
	WorkerPids = catalog.LuaFunc{Name: "ngx.worker.pids", Sig: "pids = ngx.worker.pids()",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init &^ catalog.InitWorker, Stream: yieldable | catalog.Balancer | catalog.Log,
		Runs: catalog.Full, Doc: "Returns the numbers of all workers' processes."}
	WorkerCount = catalog.LuaFunc{Name: "ngx.worker.count", Sig: "count = ngx.worker.count()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the number of workers."}
	WorkerID = catalog.LuaFunc{Name: "ngx.worker.id", Sig: "id = ngx.worker.id()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the worker's number, from 0."}
	ConfigSubsystem = catalog.LuaFunc{Name: "ngx.config.subsystem", Kind: catalog.LuaField, Sig: "subsystem = ngx.config.subsystem",
		HTTP: catalog.Init | catalog.InitWorker | catalog.ExitWorker | catalog.Set | catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.PreContent | catalog.Content | catalog.HeaderFilter | catalog.BodyFilter | catalog.Log | catalog.Timer, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: `The subsystem: "stream" or "http".`}
	ConfigDebug = catalog.LuaFunc{Name: "ngx.config.debug", Kind: catalog.LuaField, Sig: "debug = ngx.config.debug",
		HTTP: catalog.Init | catalog.InitWorker | catalog.ExitWorker | catalog.Set | catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.PreContent | catalog.Content | catalog.HeaderFilter | catalog.BodyFilter | catalog.Log | catalog.Timer, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Tells whether nginx is a debug build."}
	ConfigPrefix = catalog.LuaFunc{Name: "ngx.config.prefix", Sig: "prefix = ngx.config.prefix()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the prefix directory."}
	ConfigNginxVersion = catalog.LuaFunc{Name: "ngx.config.nginx_version", Kind: catalog.LuaField, Sig: "ver = ngx.config.nginx_version",
		HTTP: catalog.Init | catalog.InitWorker | catalog.ExitWorker | catalog.Set | catalog.ServerRewrite | catalog.Rewrite | catalog.Access | catalog.PreContent | catalog.Content | catalog.HeaderFilter | catalog.BodyFilter | catalog.Log | catalog.Timer, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "The version of nginx as a number."}
	ConfigNginxConfigure = catalog.LuaFunc{Name: "ngx.config.nginx_configure", Sig: "str = ngx.config.nginx_configure()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the arguments that nginx was configured with."}
	ConfigNgxLuaVersion = catalog.LuaFunc{Name: "ngx.config.ngx_lua_version", Kind: catalog.LuaField, Sig: "ver = ngx.config.ngx_lua_version",
		HTTP: httpRequest | catalog.Init | catalog.Timer, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "The version of the Lua module as a number."}
	ProcessType = catalog.LuaFunc{Name: "ngx.process.type", Sig: "type_name = process_module.type()",
		Module: "ngx.process", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the kind of the process."}
	ProcessEnablePrivilegedAgent = catalog.LuaFunc{Name: "ngx.process.enable_privileged_agent", Sig: "ok, err = process_module.enable_privileged_agent(connections)",
		Module: "ngx.process", HTTP: catalog.Init, Stream: catalog.Init,
		Runs: catalog.Full, Doc: "Starts a process that keeps the master's rights."}
	ProcessSignalGracefulExit = catalog.LuaFunc{Name: "ngx.process.signal_graceful_exit", Sig: "process_module.signal_graceful_exit()",
		Module: "ngx.process", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Makes the worker shut down gracefully."}
	ProcessGetMasterPid = catalog.LuaFunc{Name: "ngx.process.get_master_pid", Sig: "pid = process_module.get_master_pid()",
		Module: "ngx.process", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the number of the master process."}
	Process = catalog.LuaFunc{Name: "ngx.process", Kind: catalog.LuaModule, Sig: `local m = require "ngx.process"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "The process."}
	PipeSpawn = catalog.LuaFunc{Name: "ngx.pipe.spawn", Sig: "proc, err = pipe_module.spawn(args, opts?)",
		Module: "ngx.pipe", HTTP: catalog.AnyHTTPPhase &^ catalog.Init, Runs: httpOnly, Doc: "Starts a program."}
	PipeSetTimeouts = catalog.LuaFunc{Name: "ngx.pipe:set_timeouts", Kind: catalog.LuaMethod, Sig: "proc:set_timeouts(write_timeout?, stdout_read_timeout?, stderr_read_timeout?, wait_timeout?)",
		Module: "ngx.pipe", HTTP: httpYieldable,
		Runs: httpOnly, Doc: "Sets the time limits of the program's streams, in milliseconds."}
	PipeWait = catalog.LuaFunc{Name: "ngx.pipe:wait", Kind: catalog.LuaMethod, Sig: "ok, reason, status = proc:wait()",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true, Runs: httpOnly, Doc: "Waits for the program to end."}
	PipePid = catalog.LuaFunc{Name: "ngx.pipe:pid", Kind: catalog.LuaMethod, Sig: "pid = proc:pid()", Module: "ngx.pipe", HTTP: httpYieldable,
		Runs: httpOnly, Doc: "Returns the number of the program's process."}
	PipeKill = catalog.LuaFunc{Name: "ngx.pipe:kill", Kind: catalog.LuaMethod, Sig: "ok, err = proc:kill(signum)",
		Module: "ngx.pipe", HTTP: httpYieldable, Runs: httpOnly, Doc: "Sends a signal to the program."}
	PipeShutdown = catalog.LuaFunc{Name: "ngx.pipe:shutdown", Kind: catalog.LuaMethod, Sig: "ok, err = proc:shutdown(direction)",
		Module: "ngx.pipe", HTTP: httpYieldable, Runs: httpOnly, Doc: "Closes one of the program's streams."}
	PipeWrite = catalog.LuaFunc{Name: "ngx.pipe:write", Kind: catalog.LuaMethod, Sig: "nbytes, err = proc:write(data)",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Writes to the program's standard input."}
	PipeStderrReadAll = catalog.LuaFunc{Name: "ngx.pipe:stderr_read_all", Kind: catalog.LuaMethod, Sig: "data, err, partial = proc:stderr_read_all()",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads everything from the program's standard error."}
	PipeStdoutReadAll = catalog.LuaFunc{Name: "ngx.pipe:stdout_read_all", Kind: catalog.LuaMethod, Sig: "data, err, partial = proc:stdout_read_all()",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads everything from the program's standard output."}
	PipeStderrReadLine = catalog.LuaFunc{Name: "ngx.pipe:stderr_read_line", Kind: catalog.LuaMethod, Sig: "data, err, partial = proc:stderr_read_line()",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads a line from the program's standard error."}
	PipeStdoutReadLine = catalog.LuaFunc{Name: "ngx.pipe:stdout_read_line", Kind: catalog.LuaMethod, Sig: "data, err, partial = proc:stdout_read_line()",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads a line from the program's standard output."}
	PipeStderrReadBytes = catalog.LuaFunc{Name: "ngx.pipe:stderr_read_bytes", Kind: catalog.LuaMethod, Sig: "data, err, partial = proc:stderr_read_bytes(len)",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads a number of bytes from the program's standard error."}
	PipeStdoutReadBytes = catalog.LuaFunc{Name: "ngx.pipe:stdout_read_bytes", Kind: catalog.LuaMethod, Sig: "data, err, partial = proc:stdout_read_bytes(len)",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads a number of bytes from the program's standard output."}
	PipeStderrReadAny = catalog.LuaFunc{Name: "ngx.pipe:stderr_read_any", Kind: catalog.LuaMethod, Sig: "data, err = proc:stderr_read_any(max)",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads what is there from the program's standard error."}
	PipeStdoutReadAny = catalog.LuaFunc{Name: "ngx.pipe:stdout_read_any", Kind: catalog.LuaMethod, Sig: "data, err = proc:stdout_read_any(max)",
		Module: "ngx.pipe", HTTP: httpYieldable, Yields: true,
		Runs: httpOnly, Doc: "Reads what is there from the program's standard output."}
	Pipe = catalog.LuaFunc{Name: "ngx.pipe", Kind: catalog.LuaModule, Sig: `local m = require "ngx.pipe"`, HTTP: catalog.AnyHTTPPhase,
		Runs: httpOnly, Doc: "Running programs."}
)
