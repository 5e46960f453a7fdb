package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_image_filter_module.
var (
	ImageFilter = catalog.Words(catalog.Spec{Name: "image_filter", In: catalog.HTTPLocation,
		Args: "off | test | size | rotate <int> | (resize|crop) <int> <int>", Default: "off", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Changes or checks images."})
	ImageFilterBuffer = catalog.Size(catalog.Spec{Name: "image_filter_buffer", In: levels, Args: "<size>", Default: "1M", Runs: unserved,
		Doc: "Bounds the size of images."})
	ImageFilterInterlace = catalog.Flag(catalog.Spec{Name: "image_filter_interlace", In: levels, Default: "off", Since: "1.3.15", Runs: unserved,
		Doc: "Makes images interlaced."})
	ImageFilterJPEGQuality = catalog.Words(catalog.Spec{Name: "image_filter_jpeg_quality", In: levels, Args: "<int>", Default: "75", Runs: unserved,
		Doc: "Sets the quality of JPEG images."})
	ImageFilterSharpen = catalog.Words(catalog.Spec{Name: "image_filter_sharpen", In: levels, Args: "<int>", Default: "0", Runs: unserved,
		Doc: "Sharpens images."})
	ImageFilterTransparency = catalog.Flag(catalog.Spec{Name: "image_filter_transparency", In: levels, Default: "on", Runs: unserved,
		Doc: "Keeps transparency."})
	ImageFilterWebPQuality = catalog.Words(catalog.Spec{Name: "image_filter_webp_quality", In: levels, Args: "<int>", Default: "80", Since: "1.11.6",
		Runs: unserved,
		Doc:  "Sets the quality of WebP images."})
)
