package addon

import "tidegate/ast/catalog"

// BrotliFilterModule and its directives.
var (
	BrotliFilterModule = catalog.NewModule("ngx_http_brotli_filter_module", "Compression with Brotli.",
		Brotli, BrotliBuffers, BrotliTypes, BrotliCompLevel, BrotliWindow, BrotliMinLength).WithVariables(variables(catalog.External,
		"brotli_ratio")...)

	Brotli = catalog.Flag(catalog.Spec{Name: "brotli", In: levelsAndIf, Origin: catalog.External, Runs: external,
		Doc: "Compresses answers."})
	BrotliBuffers = catalog.Buffers(catalog.Spec{Name: "brotli_buffers", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Is kept for old configurations and has no effect."})
	BrotliTypes = catalog.MediaTypes(catalog.Spec{Name: "brotli_types", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Chooses the media types that are compressed."}, "text/html")
	BrotliCompLevel = catalog.Int(catalog.Spec{Name: "brotli_comp_level", In: levels, Args: "<int>", Origin: catalog.External, Runs: external,
		Doc: "Sets the compression level."})
	BrotliWindow = catalog.Size(catalog.Spec{Name: "brotli_window", In: levels, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Sets the size of the compression window."})
	BrotliMinLength = catalog.Size(catalog.Spec{Name: "brotli_min_length", In: levels, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Compresses answers from this length on."})
)

// BrotliStaticModule and its directives.
var (
	BrotliStaticModule = catalog.NewModule("ngx_http_brotli_static_module", "Files compressed with Brotli beforehand.",
		BrotliStatic)

	BrotliStatic = catalog.OneOf(catalog.Spec{Name: "brotli_static", In: levels, Args: "on|off|always", Origin: catalog.External, Runs: external,
		Doc: "Sends the compressed file beside a file."}, "on", "off", "always")
)
