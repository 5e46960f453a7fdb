package ngxstream

import (
	"slices"
	"strings"
	"time"

	"tidegate/ast/catalog"
)

// FileCache is the argument of the directives that keep opened files for later
// use; Max 0 is off.
type FileCache struct {
	// Max is the number of files.
	Max int
	// MinUses is how often a file must be used within Inactive to be kept.
	MinUses int
	// Inactive is how long a file is kept that nobody uses, Valid how long it is
	// taken to be the file of its name.
	Inactive, Valid time.Duration
}

// FileCacheGrammar is what one of these directives has of its own.
type FileCacheGrammar struct {
	// Defaults are the values of what is not written.
	Defaults FileCache
	// Lacks holds the parameters that are none here.
	Lacks []string
	// ZeroMax takes "max=0", which is then missing.
	ZeroMax bool
	// Invalid reports word i, and Missing that there is no "max".
	Invalid func(c *catalog.Call, i int) bool
	Missing string
}

// Decode reads "off" or the parameters, in any order. What "off" stands beside
// is read and forgotten, as in nginx.
func (g FileCacheGrammar) Decode(c *catalog.Call) (FileCache, bool) {
	v, off := g.Defaults, false
	for i := 1; i < c.Len(); i++ {
		key, value, _ := strings.Cut(c.Text(i), "=")
		ok := !slices.Contains(g.Lacks, key)
		switch {
		case c.Text(i) == "off":
			off = true
		case ok && strings.Contains(c.Text(i), "="):
			ok = v.set(key, value) && (g.ZeroMax || key != "max" || v.Max > 0)
		default:
			ok = false
		}
		if !ok {
			g.Invalid(c, i)
		}
	}
	switch {
	case c.Failed():
		return v, false
	case off:
		return FileCache{}, true
	case v.Max == 0:
		return v, c.Fail(0, g.Missing, c.Text(0))
	}
	return v, true
}

// set sets a parameter; false for a bad value, or one that it does not know.
func (f *FileCache) set(key, value string) (ok bool) {
	switch key {
	case "max":
		f.Max, ok = catalog.ParseInt(value)
	case "min_uses":
		f.MinUses, ok = catalog.ParseInt(value)
	case "inactive":
		f.Inactive, ok = catalog.ParseSeconds(value)
	case "valid":
		f.Valid, ok = catalog.ParseSeconds(value)
	}
	return ok
}

// DecodeLogFileCache follows ngx_stream_log_open_file_cache.
func DecodeLogFileCache(c *catalog.Call) (FileCache, bool) {
	return FileCacheGrammar{
		Defaults: FileCache{Inactive: 10 * time.Second, Valid: 60 * time.Second, MinUses: 1},
		ZeroMax:  true, Invalid: (*catalog.Call).InvalidParameterOf, Missing: `"%s" must have "max" parameter`,
	}.Decode(c)
}

// DecodeCertCache follows ngx_stream_ssl_certificate_cache.
func DecodeCertCache(c *catalog.Call) (FileCache, bool) {
	return FileCacheGrammar{
		Defaults: FileCache{Inactive: 10 * time.Second, Valid: 60 * time.Second}, Lacks: []string{"min_uses"},
		Invalid: (*catalog.Call).InvalidParameter, Missing: `"%s" must have the "max" parameter`,
	}.Decode(c)
}
