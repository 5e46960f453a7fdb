package ngxmail

import "tidegate/ast/catalog"

// Directives of ngx_mail_pop3_module.
var (
	POP3Auth = catalog.SetOf(catalog.Spec{Name: "pop3_auth", In: levels, Args: "(plain|apop|cram-md5|external)...", Default: "plain", Runs: unserved,
		Doc: "Chooses the ways of logging in to POP3."}, "plain", "apop", "cram-md5", "external")
	POP3Capabilities = catalog.Strings(catalog.Spec{Name: "pop3_capabilities", In: levels, Args: "<name>...", DefaultNote: "TOP USER UIDL",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Lists the POP3 extensions."})
)
