package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_charset_filter_module.
var (
	Charset = catalog.Custom(catalog.Spec{Name: "charset", In: levelsAndIf, Args: "<charset>|off", Default: "off", Runs: unserved,
		Doc: "Adds a character set to Content-Type."}, decodeCharset)
	CharsetMap = catalog.EntryBlock(catalog.Spec{Name: "charset_map", In: catalog.HTTP, Opens: catalog.HTTPCharsetMap, Args: "<charset> <charset>",
		Repeat: catalog.Many, Runs: unserved,
		Doc: "Gives the table between two character sets."}, decodeCharsetMap)
	CharsetTypes = catalog.MediaTypes(catalog.Spec{Name: "charset_types", In: levels,
		DefaultNote: "text/html text/xml text/plain text/vnd.wap.wml application/javascript application/rss+xml",
		Since:       "0.7.9", Runs: unserved,
		Doc: "Chooses the media types that are recoded."}, "text/html")
	OverrideCharset = catalog.Flag(catalog.Spec{Name: "override_charset", In: levelsAndIf, Default: "off", Runs: unserved,
		Doc: "Recodes answers of other servers that name a character set."})
	SourceCharset = catalog.Custom(catalog.Spec{Name: "source_charset", In: levelsAndIf, Args: "<charset>", Runs: unserved,
		Doc: "Names the character set of the source."}, decodeCharset)
)
