package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_dav_module.
var (
	CreateFullPutPath = catalog.Flag(catalog.Spec{Name: "create_full_put_path", In: levels, Default: "off", Runs: unserved,
		Doc: "Creates missing directories."})
	DAVAccess = catalog.Permissions(catalog.Spec{Name: "dav_access", In: levels, Default: "user:rw", Runs: unserved,
		Doc: "Sets the permissions of new files and directories."})
	DAVMethods = catalog.SetOf(catalog.Spec{Name: "dav_methods", In: levels, Args: "(off|put|delete|mkcol|copy|move)...", Default: "off",
		Runs: unserved,
		Doc:  "Allows WebDAV methods."}, "off", "put", "delete", "mkcol", "copy", "move")
	MinDeleteDepth = catalog.Int(catalog.Spec{Name: "min_delete_depth", In: levels, Args: "<int>", Default: "0", Runs: unserved,
		Doc: "Deletes only what is this deep in the path."})
)
