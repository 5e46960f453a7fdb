// Package conf says what a configuration means: it checks a syntax tree
// against the catalogue and gives a Tree of Levels with typed values.
//
// The flow, in nginx's order:
//
//  1. check.go walks the directives as ngx_conf_handler meets them: find the row
//     by name and place, compare terminator and number of arguments, refuse
//     duplicates, let the row decode its words, keep the value in the Level.
//  2. register.go follows the handlers that know about more than one directive:
//     listening addresses, groups, shared memory, log files.
//  3. At the end of the stream block finish.go runs nginx's later checks module by
//     module: merging, TLS, groups, variables, server names.
//  4. After the last file come the checks that nginx makes once it has said that
//     the syntax is ok.
//
// Nothing stops at the first error: what is wrong is reported and left out of the
// tree. diag.List.Sort puts the findings, together with the parser's, into the
// order in which nginx would have met them; its first fatal one is what nginx
// reports.
//
// A configuration can be right for nginx and still ask for something that the
// runtime does not have: Tree.Refused holds those findings apart.
//
// A fragment (Options.Context) is a file that is included inside a block. It is
// checked inside levels that are made up, and what only the whole configuration
// can tell is left out (fragment.go).
//
// Besides the values the tree keeps who declares and who names variables, zones
// and log formats (mentions.go).
//
// Consumers read values through the handles of the catalogue:
// ngxstream.ProxyTimeout.Get(level). Nobody parses a word after this package.
//
// The package refuses to know how files are read, names resolved, certificates
// loaded and Lua parsed: Options has hooks for each. It imports neither the
// parser nor the runtime.
package conf
