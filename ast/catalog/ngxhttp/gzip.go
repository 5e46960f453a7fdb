package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_gzip_filter_module.
var (
	Gzip = catalog.Flag(catalog.Spec{Name: "gzip", In: levelsAndIf, Default: "off", Runs: unserved,
		Doc: "Compresses answers."})
	GzipBuffers = catalog.Buffers(catalog.Spec{Name: "gzip_buffers", In: levels, DefaultNote: "32 4k|16 8k", Runs: unserved,
		Doc: "Sets number and size of buffers for compression."})
	GzipCompLevel = catalog.IntRange(catalog.Spec{Name: "gzip_comp_level", In: levels, Args: "<int>", Default: "1", Runs: unserved,
		Doc: "Sets the compression level."}, 1, 9)
	GzipHash = catalog.Size(catalog.Spec{Name: "gzip_hash", In: levels, Args: "<size>", Runs: unserved,
		Doc: "Sets the memory for compression state."}).Check(checkGzipHash)
	GzipMinLength = catalog.Size(catalog.Spec{Name: "gzip_min_length", In: levels, Args: "<size>", Default: "20", Runs: unserved,
		Doc: "Compresses answers from this length on."})
	GzipNoBuffer = catalog.Flag(catalog.Spec{Name: "gzip_no_buffer", In: levels, Runs: unserved,
		Doc: "Passes compressed data on at once."})
	GzipTypes = catalog.MediaTypes(catalog.Spec{Name: "gzip_types", In: levels, DefaultNote: "text/html", Runs: unserved,
		Doc: "Chooses the media types that are compressed."}, "text/html")
	GzipWindow = catalog.Size(catalog.Spec{Name: "gzip_window", In: levels, Args: "<size>", Runs: unserved,
		Doc: "Sets the size of the compression window."}).Check(checkGzipWindow)
	PostponeGzipping = catalog.Size(catalog.Spec{Name: "postpone_gzipping", In: levels, Args: "<size>", Runs: unserved,
		Doc: "Compresses once there is this much data."})
)

// checkGzipWindow follows ngx_http_gzip_window.
func checkGzipWindow(c *catalog.Call, size int64) bool {
	return powerOfTwo(size, 512, 32<<10) || c.FailDirective(1, "must be 512, 1k, 2k, 4k, 8k, 16k, or 32k")
}

// checkGzipHash follows ngx_http_gzip_hash.
func checkGzipHash(c *catalog.Call, size int64) bool {
	return powerOfTwo(size, 512, 128<<10) || c.FailDirective(1, "must be 512, 1k, 2k, 4k, 8k, 16k, 32k, 64k, or 128k")
}

func powerOfTwo(n, least, most int64) bool { return n >= least && n <= most && n&(n-1) == 0 }
