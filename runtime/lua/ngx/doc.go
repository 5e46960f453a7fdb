// Package ngx is OpenResty's Lua API for the stream subsystem: the ngx table, the modules that come with it, and the handlers that
// *_by_lua directives make.
//
// The flow, in order:
//
//  1. Build compiles every Lua block and file of a stream configuration into a Program; it runs nothing and may fail.
//  2. Program.Start makes the workers, each a VM with the API installed, and runs init_by_lua in each, then init_worker_by_lua.
//  3. A handler (Handler, SSLHandler, Balancer) is what the stream subsystem calls for a session. It runs its function as a light
//     thread of one worker; all scripts of a session run in the same worker.
//  4. Bindings are Go functions behind catalogue rows (catalog.LuaFunc). One wrapper (guard in bind.go) checks the phase for all of
//     them, with OpenResty's own error texts; the functions themselves hold no phase checks.
//  5. Program.Close runs the pending timers with premature set and closes what the workers keep.
//
// The package declares what it needs of a session (Session); it never sees the stream package. It refuses to know configuration
// directives beyond Lua's own and everything about listening.
package ngx
