package addon

import "tidegate/ast/catalog"

// IconvModule and its directives.
var (
	IconvModule = catalog.NewModule("ngx_http_iconv_module", "Recoding of texts.",
		SetIconv, IconvBufferSize, IconvFilter)

	SetIconv = catalog.Custom(catalog.Spec{Name: "set_iconv", In: catalog.HTTPLocation, Args: "<var> <tmpl> from=<charset> to=<charset>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Recodes a text."}, decodeSetVariable)
	IconvBufferSize = catalog.Size(catalog.Spec{Name: "iconv_buffer_size", In: catalog.HTTPLocation, Args: "<size>", Origin: catalog.External, Runs: external,
		Doc: "Sets the size of buffers."})
	IconvFilter = catalog.Words(catalog.Spec{Name: "iconv_filter", In: catalog.HTTPLocation, Args: "from=<charset> to=<charset>", Repeat: catalog.Many, Origin: catalog.External, Runs: external,
		Doc: "Recodes answers."})
)
