package addon

import "tidegate/ast/catalog"

// SubsFilterModule and its directives.
var (
	SubsFilterModule = catalog.NewModule("ngx_http_subs_filter_module", "Replacement of texts in answers.",
		SubsFilter, SubsFilterBypass, SubsFilterTypes, SubsLineBufferSize, SubsBuffers)

	SubsFilter = catalog.Custom(catalog.Spec{Name: "subs_filter", In: levels, Args: "<tmpl> <tmpl> [<flags>]...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Replaces a text."}, decodeTemplates)
	SubsFilterBypass = catalog.Custom(catalog.Spec{Name: "subs_filter_bypass", In: levels, Args: "<tmpl>...", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Replaces nothing if a value is neither empty nor \"0\"."}, decodeTemplates)
	SubsFilterTypes = catalog.MediaTypes(catalog.Spec{Name: "subs_filter_types", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Chooses the media types in which texts are replaced."}, "text/html")
	SubsLineBufferSize = catalog.Words(catalog.Spec{Name: "subs_line_buffer_size", In: levels, Args: "<size> <size>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Sets the size of buffers for lines."})
	SubsBuffers = catalog.Buffers(catalog.Spec{Name: "subs_buffers", In: levels, Origin: catalog.External, Runs: external,
		Doc: "Sets number and size of buffers."})
)
