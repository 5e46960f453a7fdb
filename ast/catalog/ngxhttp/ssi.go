package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_ssi_filter_module.
var (
	SSI = catalog.Flag(catalog.Spec{Name: "ssi", In: levelsAndIf, Default: "off", Runs: unserved,
		Doc: "Runs server-side includes."})
	SSIIgnoreRecycledBuffers = catalog.Flag(catalog.Spec{Name: "ssi_ignore_recycled_buffers", In: levels, Runs: unserved,
		Doc: "Passes on data that cannot be kept."})
	SSILastModified = catalog.Flag(catalog.Spec{Name: "ssi_last_modified", In: levels, Default: "off", Since: "1.5.1", Runs: unserved,
		Doc: "Keeps Last-Modified."})
	SSIMinFileChunk = catalog.Size(catalog.Spec{Name: "ssi_min_file_chunk", In: levels, Args: "<size>", Default: "1k", Runs: unserved,
		Doc: "Sends parts from this size on from the file."})
	SSISilentErrors = catalog.Flag(catalog.Spec{Name: "ssi_silent_errors", In: levels, Default: "off", Runs: unserved,
		Doc: "Hides errors of includes."})
	SSITypes = catalog.MediaTypes(catalog.Spec{Name: "ssi_types", In: levels, DefaultNote: "text/html", Runs: unserved,
		Doc: "Chooses the media types with includes."}, "text/html")
	SSIValueLength = catalog.Size(catalog.Spec{Name: "ssi_value_length", In: levels, Args: "<size>", Default: "256", Runs: unserved,
		Doc: "Bounds the length of parameters."})
)
