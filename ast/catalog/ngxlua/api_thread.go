package ngxlua

import "tidegate/ast/catalog"

// Light threads, coroutines, semaphores and timers.
var (
	ThreadSpawn = catalog.LuaFunc{Name: "ngx.thread.spawn", Sig: "co = ngx.thread.spawn(func, arg1, arg2, ...)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true, Runs: catalog.Full, Doc: "Starts a light thread."}
	ThreadWait = catalog.LuaFunc{Name: "ngx.thread.wait", Sig: "ok, res1, res2, ... = ngx.thread.wait(thread1, thread2, ...)",
		HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Waits for the first of some light threads to end."}
	ThreadKill = catalog.LuaFunc{Name: "ngx.thread.kill", Sig: "ok, err = ngx.thread.kill(thread)", HTTP: httpYieldable, Stream: yieldable,
		Runs: catalog.Full, Doc: "Ends a light thread."}
	CoroutineCreate = catalog.LuaFunc{Name: "coroutine.create", Sig: "co = coroutine.create(f)",
		HTTP: httpCoroutine, Stream: yieldable,
		Runs: catalog.Full, Doc: "Makes a coroutine."}
	CoroutineResume = catalog.LuaFunc{Name: "coroutine.resume", Sig: "ok, ... = coroutine.resume(co, ...)",
		HTTP: httpCoroutine, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Runs a coroutine until it yields."}
	CoroutineYield = catalog.LuaFunc{Name: "coroutine.yield", Sig: "... = coroutine.yield(...)",
		HTTP: httpCoroutine, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Gives up control to the resumer, or to other light threads."}
	CoroutineWrap = catalog.LuaFunc{Name: "coroutine.wrap", Sig: "co = coroutine.wrap(f)",
		HTTP: httpCoroutine, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Makes a function that resumes a coroutine."}
	CoroutineRunning = catalog.LuaFunc{Name: "coroutine.running", Sig: "co = coroutine.running()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the running coroutine."}
	CoroutineStatus = catalog.LuaFunc{Name: "coroutine.status", Sig: "status = coroutine.status(co)",
		HTTP: catalog.AnyHTTPPhase, Stream: yieldable,
		Runs: catalog.Full, Doc: "Returns the state of a coroutine."}
	Semaphore = catalog.LuaFunc{Name: "ngx.semaphore", Kind: catalog.LuaModule, Sig: `local semaphore = require "ngx.semaphore"`,
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Semaphores for light threads."}
	SemaphoreNew = catalog.LuaFunc{Name: "ngx.semaphore.new", Sig: "sema, err = semaphore_module.new(n?)",
		Module: "ngx.semaphore", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Makes a semaphore."}
	SemaphorePost = catalog.LuaFunc{Name: "ngx.semaphore:post", Kind: catalog.LuaMethod, Sig: "sema:post(n?)",
		Module: "ngx.semaphore", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Gives out resources and wakes waiting threads."}
	SemaphoreWait = catalog.LuaFunc{Name: "ngx.semaphore:wait", Kind: catalog.LuaMethod, Sig: "ok, err = sema:wait(timeout)",
		Module: "ngx.semaphore", HTTP: httpYieldable, Stream: yieldable, Yields: true,
		Runs: catalog.Full, Doc: "Waits for a resource."}
	SemaphoreCount = catalog.LuaFunc{Name: "ngx.semaphore:count", Kind: catalog.LuaMethod, Sig: "count = sema:count()",
		Module: "ngx.semaphore", HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the free resources, or minus the waiting threads."}
	TimerAt = catalog.LuaFunc{Name: "ngx.timer.at", Sig: "hdl, err = ngx.timer.at(delay, callback, user_arg1, user_arg2, ...)",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init &^ catalog.ExitWorker, Stream: catalog.AnyStreamPhase &^ catalog.Init,
		Runs: catalog.Full, Doc: "Runs a function once, later, on its own."}
	TimerEvery = catalog.LuaFunc{Name: "ngx.timer.every", Sig: "hdl, err = ngx.timer.every(delay, callback, user_arg1, user_arg2, ...)",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init &^ catalog.ExitWorker, Stream: catalog.AnyStreamPhase &^ catalog.Init,
		Runs: catalog.Full, Doc: "Runs a function again and again."}
	TimerRunningCount = catalog.LuaFunc{Name: "ngx.timer.running_count", Sig: "count = ngx.timer.running_count()",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init, Stream: catalog.AnyStreamPhase &^ catalog.Init,
		Runs: catalog.Full, Doc: "Returns the number of timers that run."}
	TimerPendingCount = catalog.LuaFunc{Name: "ngx.timer.pending_count", Sig: "count = ngx.timer.pending_count()",
		HTTP: catalog.AnyHTTPPhase &^ catalog.Init, Stream: catalog.AnyStreamPhase &^ catalog.Init,
		Runs: catalog.Full, Doc: "Returns the number of timers that wait."}
)
