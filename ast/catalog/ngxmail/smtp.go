package ngxmail

import "tidegate/ast/catalog"

// Directives of ngx_mail_smtp_module.
var (
	SMTPAuth = catalog.SetOf(catalog.Spec{Name: "smtp_auth", In: levels, Args: "(plain|login|cram-md5|external|none)...", Default: "plain login",
		Runs: unserved,
		Doc:  "Chooses the ways of logging in to SMTP."}, "plain", "login", "cram-md5", "external", "none")
	SMTPCapabilities = catalog.Strings(catalog.Spec{Name: "smtp_capabilities", In: levels, Args: "<name>...", Repeat: catalog.Many, Runs: unserved,
		Doc: "Lists the SMTP extensions."})
	SMTPClientBuffer = catalog.Size(catalog.Spec{Name: "smtp_client_buffer", In: levels, Args: "<size>", DefaultNote: "4k|8k", Runs: unserved,
		Doc: "Sets the buffer for SMTP commands."})
	SMTPGreetingDelay = catalog.Time(catalog.Spec{Name: "smtp_greeting_delay", In: levels, Args: "<time>", Default: "0", Runs: unserved,
		Doc: "Delays the greeting, to find impatient clients."})
)
