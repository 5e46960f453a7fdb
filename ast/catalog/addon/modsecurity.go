package addon

import "tidegate/ast/catalog"

// ModSecurityModule and its directives.
var (
	ModSecurityModule = catalog.NewModule("ngx_http_modsecurity_module", "A firewall for requests.",
		ModSecurity, ModSecurityRules, ModSecurityRulesFile, ModSecurityRulesRemote,
		ModSecurityTransactionID)

	ModSecurity = catalog.Flag(catalog.Spec{Name: "modsecurity", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Turns the firewall on."})
	ModSecurityRules = catalog.String(catalog.Spec{Name: "modsecurity_rules", In: levels, Args: "<text>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets rules."})
	ModSecurityRulesFile = catalog.String(catalog.Spec{Name: "modsecurity_rules_file", In: levels, Args: "<path>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Names a file with rules."})
	ModSecurityRulesRemote = catalog.Words(catalog.Spec{Name: "modsecurity_rules_remote", In: levels, Args: "<key> <url>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Takes rules from another server."})
	ModSecurityTransactionID = catalog.Custom(catalog.Spec{Name: "modsecurity_transaction_id", In: levels, Args: "<tmpl>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the identifier of a request."}, decodeTemplates)
)
