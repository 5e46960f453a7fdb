// Package ngxstream declares the directives and variables of nginx's stream
// modules: one file per nginx module, one variable per directive, named after
// the directive in CamelCase.
//
// Where a directive has structured arguments, the file also holds the type of
// its value and the decoder, which follows the nginx function named beside it.
// A name that occurs in two places gets the place as a prefix:
// UpstreamServer is "server" inside upstream, Server is "server" inside stream.
//
// Modules lists everything in nginx's module order, which is the order in which
// a command is looked up.
//
// The package refuses to know about levels, inheritance and checks that need
// more than one directive; ast/conf does those.
package ngxstream
