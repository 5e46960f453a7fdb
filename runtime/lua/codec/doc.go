// Package codec holds the functions behind ngx.* that only compute: escaping, base64, digests, SQL quoting, time texts,
// and the part of ngx.re.* between the pattern and the Lua table.
//
// Each function takes Go strings and gives what the OpenResty function of the same name gives, to the byte, including
// what OpenResty does with malformed input. Arguments that are not strings (nil, numbers, wrong types) and the errors
// thrown for them belong to the caller, as do Lua tables: captures, arguments and split pieces are handed over as Go
// values or to a callback.
//
// The flow of ngx.re: ParseFlags reads the option letters; a RegexCache compiles, and keeps patterns with the "o" flag;
// Regex.Match, Find, GMatch, Sub and Split run them; a Replacement is a compiled "$1" template.
//
// A RegexCache and what it hands out belong to one worker, under that worker's baton: there is no locking here. All
// other functions are pure.
//
// The package refuses to know: Lua values, the clock (times come as seconds), logging, configuration.
package codec
