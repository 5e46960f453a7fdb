package addon

import "tidegate/ast/catalog"

// AuthLDAPModule and its directives.
var (
	AuthLDAPModule = catalog.NewModule("ngx_http_auth_ldap_module", "Names and passwords by LDAP.",
		LDAPServer, AuthLDAPCacheEnabled, AuthLDAPCacheExpirationTime, AuthLDAPCacheSize,
		AuthLDAPServersSize, AuthLDAP, AuthLDAPServers)

	LDAPServer = catalog.EntryBlock(catalog.Spec{Name: "ldap_server", In: catalog.HTTP, Args: "<name>", Repeat: catalog.Many, Opens: catalog.Unserved, Origin: catalog.External, Runs: external,
		Doc: "Declares a server."}, decodeName)
	AuthLDAPCacheEnabled = catalog.Flag(catalog.Spec{Name: "auth_ldap_cache_enabled", In: catalog.HTTP, Origin: catalog.External, Runs: external,
		Doc: "Keeps answers."})
	AuthLDAPCacheExpirationTime = catalog.Time(catalog.Spec{Name: "auth_ldap_cache_expiration_time", In: catalog.HTTP, Args: "<time>", Origin: catalog.External, Runs: external,
		Doc: "Sets how long answers are kept."})
	AuthLDAPCacheSize = catalog.Size(catalog.Spec{Name: "auth_ldap_cache_size", In: catalog.HTTP, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the number of answers that are kept."})
	AuthLDAPServersSize = catalog.Int(catalog.Spec{Name: "auth_ldap_servers_size", In: catalog.HTTP, Args: "<int>", Origin: catalog.External, Runs: external,
		Doc: "Bounds the number of servers."})
	AuthLDAP = catalog.TemplateOf(catalog.Spec{Name: "auth_ldap", In: protected, Args: "<tmpl>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Asks for a name and a password."})
	AuthLDAPServers = catalog.Words(catalog.Spec{Name: "auth_ldap_servers", In: protected, Args: "[<name>]...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Chooses the servers."})
)
