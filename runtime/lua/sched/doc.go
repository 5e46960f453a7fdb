// Package sched runs Lua code the way OpenResty schedules it: workers, light threads, timers and semaphores over goroutines.
//
// A Worker is one Lua VM and a baton. A light thread is a goroutine that holds its worker's baton while it runs Lua and gives it up
// around every wait, so that a worker's Lua code runs one light thread at a time, as in an nginx worker, and a wait is plain blocking
// Go. The flow of a handler:
//
//  1. Worker.Start makes a Run (what ends together: a handler's entry thread and the user threads it spawns)
//  2. Run.Main waits in line for the baton and calls the Lua function on the caller's goroutine
//  3. a binding that must block calls Thread.Wait: the baton goes to the next in line, and the thread gets into line again after it
//  4. Thread.Spawn runs a child at once, on a goroutine of its own; the parent goes on when the child first waits or ends
//  5. when the entry function returns, Main waits for the user threads; an error in it, or Exit in any thread, kills them instead
//  6. killing a thread cancels what it waits for; the thread unwinds when it next holds the baton, and no Lua code of it runs again
//  7. Main returns the Outcome when the last thread of the Run has ended
//
// The order is nginx's, so that what a script prints does not depend on the Go scheduler. A thread that is woken by something outside
// (a socket, an alarm, a semaphore) stands in its worker's line, first come first served. A thread that gave way by itself (Spawn,
// Yield) stands in its Run's own line, posted: it goes on before anybody else when another thread of the Run waits or ends, as
// ngx_stream_lua_run_posted_threads does it. A child that ends while its parent waits for it hands over directly.
//
// Locking rule: every field of Run, Thread and Semaphore is used only by whoever holds the worker's baton. The line, held and a
// thread's parked have Worker.mu, alarms have Clock.mu; Clock.mu comes before Worker.mu. A panic in a thread kills its Run, is told in
// the Outcome and never leaves the baton behind.
//
// The package knows the VM's threads and nothing of sessions, sockets or the ngx API; what belongs to a handler travels in Run.Owner.
package sched
