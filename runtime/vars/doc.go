// Package vars is nginx's variables: a registry of names built with the configuration, and the values that a session has for them.
//
// The flow, in order:
//
//  1. While a configuration is built, modules Add their variables, directives Define the ones they make ("set", "map", a named
//     group of a regular expression), and every mention of a variable takes an index (Index, Compile).
//  2. Resolve gives each index its variable, built-in, defined, or by prefix ("proxy_protocol_tlv_"), or says `unknown "x" variable`.
//     After it the registry is immutable and safe for concurrent use.
//  3. A session carries a Values. A Complex (a text with variables) is evaluated against it with Append or String. A value is
//     computed once a session and kept, as nginx does, unless its variable is NoCacheable: that one is computed anew for each text.
//  4. A script reads and writes by name: Get and Set, with the outcomes that OpenResty tells apart.
//
// Only mentioned variables have a slot in a session; the others are computed at each Get. This is visible, as in nginx: $bytes_sent
// in an access log format shows what it was when a script first read it.
//
// Values are strings because they outlive the evaluation (they are kept in slots, handed to scripts, written to logs). Texts are
// built with append, so that a log line or a hash key costs no allocation of its own.
//
// The package is generic over the session and refuses to know what a session is: it needs a place for the Values and somewhere to
// complain about a cycle. It knows neither directives nor logs.
package vars
