// Package lua holds what is written in a piece of Lua: its syntax tree, in the
// dialect of OpenResty's LuaJIT (Lua 5.1 with goto, LuaJIT's escapes and
// numbers, empty statements).
//
// The order of things:
//
//	Scan      cuts one token out of the source
//	Parse     builds the Chunk: statements and expressions, with their spans
//	Var       is a local variable with its places: declared, read, assigned
//	Name      is one use of a name, and leads to its Var; without one it is global
//	Inspect   walks the tree in source order
//
// Parse accepts what LuaJIT's lj_lex.c and lj_parse.c accept, and words its
// errors as they do: it is the front of the virtual machine too. It ends at the first error; the chunk then holds what was
// read up to there, with the blocks that were open closed at that place.
//
// Spans are byte offsets into the source, end exclusive. The span of a node
// holds the spans of its children. The package knows neither files nor lines
// of a configuration, nor what a name means.
package lua
