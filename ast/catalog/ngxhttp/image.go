package ngxhttp

import "tidegate/ast/catalog"

// Directives of ngx_http_image_filter_module.
var (
	ImageFilter = catalog.Custom(catalog.Spec{Name: "image_filter", Origin: catalog.NotBuilt, In: catalog.HTTPLocation,
		Args: "off | test | size | rotate <int> | (resize|crop) <int> <int>", Default: "off", Repeat: catalog.Many,
		Runs: unserved,
		Doc:  "Changes or checks images."}, decodeImageFilter)
	ImageFilterBuffer = catalog.Size(catalog.Spec{Name: "image_filter_buffer", Origin: catalog.NotBuilt, In: levels, Args: "<size>", Default: "1M", Runs: unserved,
		Doc: "Bounds the size of images."})
	ImageFilterInterlace = catalog.Flag(catalog.Spec{Name: "image_filter_interlace", Origin: catalog.NotBuilt, In: levels, Default: "off", Since: "1.3.15", Runs: unserved,
		Doc: "Makes images interlaced."})
	ImageFilterJPEGQuality = catalog.Custom(catalog.Spec{Name: "image_filter_jpeg_quality", Origin: catalog.NotBuilt, In: levels, Args: "<int>", Default: "75", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Sets the quality of JPEG images."}, decodeImageQuality)
	ImageFilterSharpen = catalog.Custom(catalog.Spec{Name: "image_filter_sharpen", Origin: catalog.NotBuilt, In: levels, Args: "<int>", Default: "0", Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Sharpens images."}, decodeImageSharpen)
	ImageFilterTransparency = catalog.Flag(catalog.Spec{Name: "image_filter_transparency", Origin: catalog.NotBuilt, In: levels, Default: "on", Runs: unserved,
		Doc: "Keeps transparency."})
	ImageFilterWebPQuality = catalog.Custom(catalog.Spec{Name: "image_filter_webp_quality", Origin: catalog.NotBuilt, In: levels, Args: "<int>", Default: "80", Since: "1.11.6",
		Repeat: catalog.LastWins, Runs: unserved,
		Doc: "Sets the quality of WebP images."}, decodeImageQuality)
)

// ImageFilterArgs is one image_filter directive.
type ImageFilterArgs struct {
	// Action is off, test, size, rotate, resize or crop.
	Action string
	// Angle is for rotate; Width and Height are for the others, "-" for whatever
	// fits.
	Angle, Width, Height catalog.Template
}

// imageNumber follows ngx_http_image_filter_value.
func imageNumber(s string) int {
	if s == "-" {
		return -1
	}
	n, _ := catalog.ParseInt(s)
	return n
}

// decodeImageFilter follows ngx_http_image_filter.
func decodeImageFilter(c *catalog.Call) (a ImageFilterArgs, ok bool) {
	a.Action = c.Text(1)
	switch {
	case c.Len() == 2 && (a.Action == "off" || a.Action == "test" || a.Action == "size"):
		return a, true
	case c.Len() == 3 && a.Action == "rotate":
		if a.Angle, ok = c.Template(2); !ok || a.Angle.HasVariables() {
			return a, ok
		}
		switch imageNumber(c.Text(2)) {
		case 90, 180, 270:
			return a, true
		}
		return a, c.InvalidParameter(2)
	case c.Len() == 4 && (a.Action == "resize" || a.Action == "crop"):
		for i, side := range []*catalog.Template{&a.Width, &a.Height} {
			if *side, ok = c.Template(2 + i); !ok {
				return a, false
			}
			if !side.HasVariables() && imageNumber(c.Text(2+i)) == 0 {
				return a, c.InvalidParameter(2 + i)
			}
		}
		return a, true
	}
	return a, c.InvalidParameter(1)
}

// decodeImageQuality follows ngx_http_image_filter_jpeg_quality.
func decodeImageQuality(c *catalog.Call) (catalog.Template, bool) {
	t, ok := c.Template(1)
	if ok && !t.HasVariables() && imageNumber(c.Text(1)) <= 0 {
		return t, c.Fail(1, `invalid value "%s"`, c.Text(1))
	}
	return t, ok
}

// decodeImageSharpen follows ngx_http_image_filter_sharpen.
func decodeImageSharpen(c *catalog.Call) (catalog.Template, bool) {
	t, ok := c.Template(1)
	if ok && !t.HasVariables() && imageNumber(c.Text(1)) < 0 {
		return t, c.Fail(1, `invalid value "%s"`, c.Text(1))
	}
	return t, ok
}
