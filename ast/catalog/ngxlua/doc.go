// Package ngxlua declares what the Lua modules add to the configuration
// language and to Lua: every directive of the stream Lua module, and one row
// per entry of the Lua API with the phases in which stream and http allow it.
//
// A phase's code may be given by a block, a file or a string. Each form is a
// directive of its own; a Phase joins them, so that consumers ask once:
//
//	script, ok := ngxlua.ContentPhase.At(level)
//
// The package refuses to know how Lua is run or parsed; the syntax of a block
// is checked through the Env of the call.
package ngxlua
