// Package vm runs Lua as OpenResty's LuaJIT 2.1 does, with its Lua 5.2 compatibility on. It is the only package that knows gopher-lua.
//
// The flow from text to result:
//
//	Compile   ast/lua's tree → gopher-lua's syntax tree (lower.go) → gopher-lua's compiler → instructions with resolved operands,
//	          immutable and shared by all VMs
//	New       one universe: globals, libraries, package.loaded
//	Load      Code + universe → Function
//	Call      Thread.Call runs a Function to its end; errors come back as *Error with message and traceback
//
// gopher-lua supplies the syntax tree, the compiler and the instruction set. Its run time is not used: it has no weak tables, never frees the
// keys of a table, cannot yield across pcall, and words its errors, prints its numbers and compares its values in its own way, none of which
// can be mended from outside. exec.go runs the instructions on values, tables, calls and coroutines of this package's own.
//
// For bindings. A Go function is a Func: it reads arguments with the methods of Call (String, Int, Table, OptNumber, …), which raise LuaJIT's
// "bad argument" errors, pushes results and returns their number:
//
//	func incr(c *vm.Call) int {
//		n := c.Number(1)
//		c.PushNumber(n + c.OptNumber(2, 1))
//		return 1
//	}
//	mod.SetString("incr", vm.NewFunction("incr", incr).Value())
//
// c.Throw raises an error with the caller's position, c.Fail returns nil and a message, c.Owner is the slot of the light thread that the
// owner of the VM set, c.Abort ends the light thread past all pcalls. Values are passed by value, two words wide; String and Bytes make
// strings, Null is ngx.null.
//
// Locking: a VM has no locks. Whoever owns it lets one goroutine at a time run its threads and touch its values; only Kill, Stop and the
// collector's clean-ups may come from elsewhere. A blocking binding may let others use the VM while it waits, because nothing of the
// interpreter's state is kept outside the Thread.
//
// The package knows nothing of nginx: no phases, no sockets, no scheduling. Light threads are package sched's.
package vm
