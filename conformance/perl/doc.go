// Package perl evaluates the part of Perl that Test::Nginx files are written in: their heads and the sections that say eval.
//
// The flow:
//
//	New(Config)          an interpreter: environment, functions and commands of the host
//	(*Interp).Run(file)  a head: use and BEGIN at once, the other statements afterwards
//	(*Interp).Eval(text) the expression of a section, in list context
//	(*Interp).Call(sub)  a sub that a section holds, such as a filter
//
// It knows scalars, arrays, hashes, references, subs and closures, the quote operators and here-documents with interpolation, regular
// expressions (by PCRE2, whose dialect is Perl's), the usual operators, loops and conditions, and the built-in functions of functions.go and files.go.
// Strings are bytes. A construct that it does not know is an *Error that names it: the package never guesses what Perl would do.
//
// It refuses to know what the functions of Test::Nginx mean: the host gives them.
package perl
