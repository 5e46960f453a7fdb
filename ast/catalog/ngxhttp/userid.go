package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_userid_filter_module.
var (
	Userid = catalog.OneOf(catalog.Spec{Name: "userid", In: levels, Args: "off|log|v1|on", Default: "off", Runs: unserved,
		Doc: "Marks clients with a cookie."}, "off", "log", "v1", "on")
	UseridDomain = catalog.String(catalog.Spec{Name: "userid_domain", In: levels, Args: "<name>", DefaultNote: "none", Runs: unserved,
		Doc: "Sets the domain of the cookie."})
	UseridExpires = catalog.Custom(catalog.Spec{Name: "userid_expires", In: levels, Args: "<time>|max|off", Default: "off", Runs: unserved,
		Doc: "Sets the life time of the cookie."}, decodeUserIDExpires)
	UseridFlags = catalog.Bitmask(catalog.Spec{Name: "userid_flags", In: levels,
		Args:    "(off|secure|httponly|samesite=strict|samesite=lax|samesite=none) [(off|secure|httponly|samesite=strict|samesite=lax|samesite=none) [(off|secure|httponly|samesite=strict|samesite=lax|samesite=none)]]",
		Default: "off", Since: "1.19.3", Runs: unserved,
		Doc: "Sets flags of the cookie."}, useridChoices...)
	UseridMark = catalog.Custom(catalog.Spec{Name: "userid_mark", In: levels, Args: "<mark>|off", Default: "off", Runs: unserved,
		Doc: "Marks cookies to be sent again."}, decodeUserIDMark)
	UseridName = catalog.String(catalog.Spec{Name: "userid_name", In: levels, Args: "<name>", Default: "uid", Runs: unserved,
		Doc: "Names the cookie."})
	UseridP3P = catalog.String(catalog.Spec{Name: "userid_p3p", In: levels, Args: "<text>", DefaultNote: "none", Runs: unserved,
		Doc: "Sets the P3P header."})
	UseridPath = catalog.String(catalog.Spec{Name: "userid_path", In: levels, Args: "<path>", Default: "/", Runs: unserved,
		Doc: "Sets the path of the cookie."})
	UseridService = catalog.Int(catalog.Spec{Name: "userid_service", In: levels, Args: "<int>", DefaultNote: "IP address of the server", Runs: unserved,
		Doc: "Sets the number of the server in the cookie."})
)

// UseridFlag is a set of flags of the cookie.
type UseridFlag uint32

// Flags of the cookie. The three of SameSite exclude each other.
const (
	UseridOff UseridFlag = 1 << iota
	UseridSecure
	UseridHTTPOnly
	UseridSameSite
	UseridStrict
	UseridLax
	UseridNone
)

var useridChoices = []catalog.Choice[UseridFlag]{
	{Word: "off", Value: UseridOff}, {Word: "secure", Value: UseridSecure}, {Word: "httponly", Value: UseridHTTPOnly},
	{Word: "samesite=strict", Value: UseridSameSite | UseridStrict}, {Word: "samesite=lax", Value: UseridSameSite | UseridLax},
	{Word: "samesite=none", Value: UseridSameSite | UseridNone},
}
