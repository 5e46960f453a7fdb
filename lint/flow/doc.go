// Package flow says what variables and captures can hold at a place of an http
// configuration, and whether whoever sends the request has a hand in it.
//
// The flow: New collects the tables and regular expressions that make variables.
// Expand takes a template at a Place apart into sequences of literal text and of
// values (Atom), one sequence for each way in which set, map, geo and captures
// can have filled its variables. For that it walks the rewrite rules of the
// server and of the location up to the place (state.go) and keeps what each
// assignment and each match can have left behind; conditions that test a
// variable are remembered as guards.
//
// The results are what may be. What Lua code or a module that is not described
// sets is Unknown, and so is what gets too large to follow. The package refuses
// to know which use of a value is dangerous.
package flow
