package ngxmail

import "tidegate/ast/catalog"

// Directives of ngx_mail_imap_module.
var (
	IMAPAuth = catalog.SetOf(catalog.Spec{Name: "imap_auth", In: levels, Args: "(plain|login|cram-md5|external)...", Default: "plain", Runs: unserved,
		Doc: "Chooses the ways of logging in to IMAP."}, "plain", "login", "cram-md5", "external")
	IMAPCapabilities = catalog.Strings(catalog.Spec{Name: "imap_capabilities", In: levels, Args: "<name>...", DefaultNote: "IMAP4 IMAP4rev1 UIDPLUS",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Lists the IMAP extensions."})
	IMAPClientBuffer = catalog.Size(catalog.Spec{Name: "imap_client_buffer", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the buffer for IMAP commands."})
)
