// Package catalog says what may be written in an nginx.conf: every directive,
// built-in variable and Lua function is declared exactly once, as a row.
//
// The flow, in order:
//
//  1. A sub-package (ngxcore, ngxstream, ngxlua) declares a row as a package
//     variable: `var ProxyTimeout = Time(Spec{...})`. The constructor picks the
//     decoder and so the Go type T of the value; what comes back is a handle,
//     Directive[T] or Block[T].
//  2. The sub-package lists its rows by nginx module, in nginx's module order
//     (Module). NewIndex joins such lists into an Index, which answers "which rows
//     have this name" (Lookup), "what is that" (Explain) and "what did you mean"
//     (Suggest).
//  3. ast/conf finds the row of each directive by name and Context, checks the
//     argument count that the row's Args notation implies, and calls Row.Decode
//     with a Call. The decoder turns words into a typed value once; nobody
//     parses a word again after that. Messages are nginx's own sentences.
//  4. Consumers read the value back through the handle:
//     ProxyTimeout.Get(level) is what is set in the level, else what is
//     inherited, else the declared default.
//
// Identity of a directive is (context, name): "server" names one row in stream
// and another in upstream, and both are different variables.
//
// Args is nginx's own notation made precise; notation.go holds its grammar.
// From it come the argument count, completion and the reference manual.
//
// The package refuses to know where text comes from (no files, no sockets: a
// decoder that needs an address or a file asks its Env), how levels nest (Level
// is an interface that conf.Level implements) and what the runtime does with a
// value (Support is a statement, tied to the runtime by tests there).
package catalog
