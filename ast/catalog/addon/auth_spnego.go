package addon

import "tidegate/ast/catalog"

// AuthSPNEGOModule and its directives.
var (
	AuthSPNEGOModule = catalog.NewModule("ngx_http_auth_spnego_module", "Kerberos tickets.",
		AuthGSS, AuthGSSZoneName, AuthGSSRealm, AuthGSSKeytab, AuthGSSServiceCcache, AuthGSSServiceName,
		AuthGSSFormatFull, AuthGSSForceRealm, AuthGSSAllowBasicFallback, AuthGSSAuthorizedPrincipal,
		AuthGSSAuthorizedPrincipalRegex, AuthGSSMapToLocal, AuthGSSDelegateCredentials,
		AuthGSSConstrainedDelegation)

	AuthGSS = catalog.Flag(catalog.Spec{Name: "auth_gss", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Asks for a ticket."})
	AuthGSSZoneName = catalog.String(catalog.Spec{Name: "auth_gss_zone_name", In: catalog.HTTP, Args: "<name>", Origin: catalog.External, Runs: external,
		Doc: "Names the memory for credentials."})
	AuthGSSRealm = catalog.String(catalog.Spec{Name: "auth_gss_realm", In: protected, Args: "<name>", Origin: catalog.External, Runs: external,
		Doc: "Sets the realm."})
	AuthGSSKeytab = catalog.String(catalog.Spec{Name: "auth_gss_keytab", In: protected, Args: "<path>", Origin: catalog.External, Runs: external,
		Doc: "Names the file with keys."})
	AuthGSSServiceCcache = catalog.String(catalog.Spec{Name: "auth_gss_service_ccache", In: protected, Args: "<path>", Origin: catalog.External, Runs: external,
		Doc: "Names the file with credentials of the service."})
	AuthGSSServiceName = catalog.String(catalog.Spec{Name: "auth_gss_service_name", In: protected, Args: "<name>", Origin: catalog.External, Runs: external,
		Doc: "Names the service."})
	AuthGSSFormatFull = catalog.Flag(catalog.Spec{Name: "auth_gss_format_full", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Gives names with their realm."})
	AuthGSSForceRealm = catalog.Flag(catalog.Spec{Name: "auth_gss_force_realm", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Takes the configured realm always."})
	AuthGSSAllowBasicFallback = catalog.Flag(catalog.Spec{Name: "auth_gss_allow_basic_fallback", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Takes a password if there is no ticket."})
	AuthGSSAuthorizedPrincipal = catalog.Words(catalog.Spec{Name: "auth_gss_authorized_principal", In: protected, Args: "<name>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Lists who may come in."})
	AuthGSSAuthorizedPrincipalRegex = catalog.Words(catalog.Spec{Name: "auth_gss_authorized_principal_regex", In: protected, Args: "<regex>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Lists who may come in, by regular expressions."})
	AuthGSSMapToLocal = catalog.Flag(catalog.Spec{Name: "auth_gss_map_to_local", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Gives names of local accounts."})
	AuthGSSDelegateCredentials = catalog.Flag(catalog.Spec{Name: "auth_gss_delegate_credentials", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Takes delegated credentials."})
	AuthGSSConstrainedDelegation = catalog.Flag(catalog.Spec{Name: "auth_gss_constrained_delegation", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Asks for credentials on behalf of the client."})
)
