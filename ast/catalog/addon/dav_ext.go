package addon

import "tidegate/ast/catalog"

// DAVExtModule and its directives.
var (
	DAVExtModule = catalog.NewModule("ngx_http_dav_ext_module", "Further methods of WebDAV.",
		DAVExtMethods, DAVExtLockZone, DAVExtLock)

	DAVExtMethods = catalog.SetOf(catalog.Spec{Name: "dav_ext_methods", In: levels, Args: "(off|PROPFIND|OPTIONS|LOCK|UNLOCK)...", Origin: catalog.External, Runs: external,
		Doc: "Chooses the methods."}, "off", "PROPFIND", "OPTIONS", "LOCK", "UNLOCK")
	DAVExtLockZone = catalog.Words(catalog.Spec{Name: "dav_ext_lock_zone", In: catalog.HTTP, Args: "zone=<name>:<size> [timeout=<time>]", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Declares the memory for locks."})
	DAVExtLock = catalog.Words(catalog.Spec{Name: "dav_ext_lock", In: levels, Args: "zone=<name>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Turns locks on."})
)
