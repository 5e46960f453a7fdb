// Package ngxhttp declares the directives and variables of nginx's http
// modules, one file per module.
//
// The runtime does not serve http (see ngxcore.HTTP), so every row is refused
// there; the rows are for the checker and the other tools. A row whose
// arguments have a structure has a decoder that follows nginx's handler and its
// messages; decoders that the stream modules have too are theirs. Directives
// made with catalog.Words are counted and not looked at any further.
//
// The flow is that of package catalog. The package refuses to know what blocks
// mean together: that two locations are the same, which group a name stands for
// and which variables exist is the business of ast/conf.
package ngxhttp

import "tidegate/ast/catalog"

// unserved is the support level of all rows.
var unserved = catalog.Refused("http is checked and not served")
