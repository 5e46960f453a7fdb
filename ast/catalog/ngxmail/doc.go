// Package ngxmail declares the directives of nginx's mail modules, one file per
// module.
//
// The runtime does not serve mail (see ngxcore.Mail), so every row is refused
// there; the rows are for the checker and the other tools. The flow is that of
// package catalog, the conventions are those of package ngxhttp.
package ngxmail

import "tidegate/ast/catalog"

// unserved is the support level of all rows.
var unserved = catalog.Refused("mail is checked and not served")

const levels = catalog.Mail | catalog.MailServer
