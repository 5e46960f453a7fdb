package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_mp4_module.
var (
	MP4 = catalog.Custom(catalog.Spec{Name: "mp4", In: catalog.HTTPLocation, Inherit: catalog.Local, Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Serves MP4 files from a time on."}, decodeSwitch)
	MP4BufferSize = catalog.Size(catalog.Spec{Name: "mp4_buffer_size", In: levels, Args: "<size>", Default: "512K", Runs: unserved,
		Doc: "Sets the buffer for reading MP4 files."})
	MP4MaxBufferSize = catalog.Size(catalog.Spec{Name: "mp4_max_buffer_size", In: levels, Args: "<size>", Default: "10M", Runs: unserved,
		Doc: "Bounds the buffer for the metadata of MP4 files."})
	MP4StartKeyFrame = catalog.Flag(catalog.Spec{Name: "mp4_start_key_frame", In: levels, Default: "off", Since: "1.21.4", Runs: unserved,
		Doc: "Begins video at a key frame."})
)
