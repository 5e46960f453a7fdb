// Package luacode tells what a piece of Lua does with the API of OpenResty:
// what it calls, which variables and dictionaries it touches, what it requires,
// and in which order.
//
// The order of things:
//
//	Root        is the API as a tree of entries: the catalogue's rows, the
//	            libraries of LuaJIT, and the objects of well-known modules
//	New         walks a chunk once and ties its expressions to entries
//	Code        holds what was found: calls, fields, requires, globals
//	Place       is where something stands, and leads outwards to what is around it
//	Code.Runs   tells whether a function runs in the phase of its chunk
//	Flow        follows values from where they come from to where they go
//
// A name is followed through locals that are assigned once: after
// "local say = ngx.say", say is ngx.say. Beyond that nothing is concluded;
// what cannot be known has no entry.
//
// The package knows nothing of configurations, phases in force, or rules.
package luacode
