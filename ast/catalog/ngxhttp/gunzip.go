package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_gunzip_filter_module.
var (
	Gunzip = catalog.Flag(catalog.Spec{Name: "gunzip", In: levels, Default: "off", Runs: unserved,
		Doc: "Decompresses for clients that cannot."})
	GunzipBuffers = catalog.Buffers(catalog.Spec{Name: "gunzip_buffers", In: levels, DefaultNote: "32 4k|16 8k", Runs: unserved,
		Doc: "Sets number and size of buffers for decompression."})
)
