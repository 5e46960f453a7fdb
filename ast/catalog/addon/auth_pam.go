package addon

import "tidegate/ast/catalog"

// AuthPAMModule and its directives.
var (
	AuthPAMModule = catalog.NewModule("ngx_http_auth_pam_module", "Names and passwords by PAM.",
		AuthPAM, AuthPAMServiceName, AuthPAMSetPAMEnv)

	AuthPAM = catalog.String(catalog.Spec{Name: "auth_pam", In: protected, Args: "<text>", Origin: catalog.External, Runs: external,
		Doc: "Asks for a name and a password."})
	AuthPAMServiceName = catalog.String(catalog.Spec{Name: "auth_pam_service_name", In: protected, Args: "<name>", Origin: catalog.External, Runs: external,
		Doc: "Names the PAM service."})
	AuthPAMSetPAMEnv = catalog.Flag(catalog.Spec{Name: "auth_pam_set_pam_env", In: protected, Origin: catalog.External, Runs: external,
		Doc: "Tells PAM about the request."})
)
