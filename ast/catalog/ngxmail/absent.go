package ngxmail

import "tidegate/ast/catalog"

// absent declares a directive that open-source nginx does not have, so that a
// message can say where it comes from.
func absent(origin catalog.Origin, name string, in catalog.Context, args, since string) catalog.Directive[catalog.NoArg] {
	return catalog.Unavailable(absentSpec(origin, name, in, args, since))
}

// absentBlock is absent for a block.
func absentBlock(origin catalog.Origin, name string, in catalog.Context, args, since string) catalog.Directive[catalog.NoArg] {
	return catalog.UnavailableBlock(absentSpec(origin, name, in, args, since))
}

func absentSpec(origin catalog.Origin, name string, in catalog.Context, args, since string) catalog.Spec {
	return catalog.Spec{Name: name, In: in, Args: args, Since: since, Origin: origin, Repeat: catalog.Many,
		Runs: catalog.Refused("it " + origin.Explain()), Doc: "Not part of open-source nginx: it " + origin.Explain() + "."}
}

// Directives of ngx_mail_ssl_module that open-source nginx does not have.
var (
	SSL = absent(catalog.Removed, "ssl", levels, "on|off", "")
)
