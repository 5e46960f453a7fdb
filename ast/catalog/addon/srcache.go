package addon

import (
	"slices"

	"tidegate/ast/catalog"
)

// SRCacheModule and its directives.
var (
	SRCacheModule = catalog.NewModule("ngx_http_srcache_filter_module", "A cache behind subrequests.",
		SRCacheBuffer, SRCacheFetch, SRCacheStore, SRCacheStoreMaxSize, SRCacheFetchSkip, SRCacheStoreSkip,
		SRCacheStoreStatuses, SRCacheMethods, SRCacheRequestCacheControl, SRCacheStorePrivate,
		SRCacheStoreNoStore, SRCacheStoreNoCache, SRCacheResponseCacheControl, SRCacheStoreHideHeader,
		SRCacheStorePassHeader, SRCacheStoreRanges, SRCacheIgnoreContentEncoding, SRCacheHeaderBufferSize,
		SRCacheMaxExpire, SRCacheDefaultExpire).WithVariables(lateVariables(
		"srcache_expire", "srcache_fetch_status", "srcache_store_status")...)

	SRCacheBuffer = catalog.Size(catalog.Spec{Name: "srcache_buffer", In: levelsAndIf, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of the buffer for an answer."})
	SRCacheFetch = catalog.Custom(catalog.Spec{Name: "srcache_fetch", In: levelsAndIf, Args: "<method> <uri> [<args>]", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the subrequest that fetches an answer."}, decodeSubrequest)
	SRCacheStore = catalog.Custom(catalog.Spec{Name: "srcache_store", In: levelsAndIf, Args: "<method> <uri> [<args>]", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names the subrequest that stores an answer."}, decodeSubrequest)
	SRCacheStoreMaxSize = catalog.Size(catalog.Spec{Name: "srcache_store_max_size", In: levelsAndIf, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the size of answers that are stored."})
	SRCacheFetchSkip = catalog.TemplateOf(catalog.Spec{Name: "srcache_fetch_skip", In: levelsAndIf, Args: "<tmpl>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Fetches nothing if a value is neither empty nor \"0\"."})
	SRCacheStoreSkip = catalog.TemplateOf(catalog.Spec{Name: "srcache_store_skip", In: levelsAndIf, Args: "<tmpl>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Stores nothing if a value is neither empty nor \"0\"."})
	SRCacheStoreStatuses = catalog.Custom(catalog.Spec{Name: "srcache_store_statuses", In: levelsAndIf, Args: "<code>...", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the codes of answers that are stored."}, decodeStatuses)
	SRCacheMethods = catalog.SetOf(catalog.Spec{Name: "srcache_methods", In: levels, Args: "(GET|HEAD|POST|PUT|DELETE)...", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Chooses the methods whose answers are cached."}, "GET", "HEAD", "POST", "PUT", "DELETE")
	SRCacheRequestCacheControl = catalog.Flag(catalog.Spec{Name: "srcache_request_cache_control", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Obeys Cache-Control of requests."})
	SRCacheStorePrivate = catalog.Flag(catalog.Spec{Name: "srcache_store_private", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Stores answers that are private."})
	SRCacheStoreNoStore = catalog.Flag(catalog.Spec{Name: "srcache_store_no_store", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Stores answers that are not to be stored."})
	SRCacheStoreNoCache = catalog.Flag(catalog.Spec{Name: "srcache_store_no_cache", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Stores answers that are not to be cached."})
	SRCacheResponseCacheControl = catalog.Flag(catalog.Spec{Name: "srcache_response_cache_control", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Obeys Cache-Control of answers."})
	SRCacheStoreHideHeader = catalog.Words(catalog.Spec{Name: "srcache_store_hide_header", In: levels, Args: "<name>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Leaves a header out."})
	SRCacheStorePassHeader = catalog.Words(catalog.Spec{Name: "srcache_store_pass_header", In: levels, Args: "<name>", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Keeps a header that is left out otherwise."})
	SRCacheStoreRanges = catalog.Flag(catalog.Spec{Name: "srcache_store_ranges", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Stores parts of answers."})
	SRCacheIgnoreContentEncoding = catalog.Flag(catalog.Spec{Name: "srcache_ignore_content_encoding", In: levels, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Stores compressed answers."})
	SRCacheHeaderBufferSize = catalog.Size(catalog.Spec{Name: "srcache_header_buffer_size", In: levelsAndIf, Args: "<size>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the size of the buffer for headers."})
	SRCacheMaxExpire = catalog.Seconds(catalog.Spec{Name: "srcache_max_expire", In: levelsAndIf, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Bounds the life time of an answer."})
	SRCacheDefaultExpire = catalog.Seconds(catalog.Spec{Name: "srcache_default_expire", In: levelsAndIf, Args: "<time>", Origin: catalog.Bundled, Runs: bundled,
		Doc: "Sets the life time of an answer that has none."})
)

// Subrequest is the argument of srcache_fetch and srcache_store.
type Subrequest struct {
	Method    string
	URI, Args catalog.Template
}

// cacheMethods are the methods that ngx_http_srcache_parse_method_name knows.
var cacheMethods = []string{"GET", "PUT", "POST", "HEAD", "COPY", "MOVE", "LOCK", "MKCOL", "TRACE", "DELETE", "UNLOCK", "OPTIONS",
	"PROPFIND", "PROPPATCH"}

// decodeSubrequest follows ngx_http_srcache_conf_set_request.
func decodeSubrequest(c *catalog.Call) (s Subrequest, ok bool) {
	s.Method = c.Text(1)
	if !slices.Contains(cacheMethods, s.Method) {
		return s, c.Fail(1, "%s specifies bad HTTP method %s", c.Text(0), s.Method)
	}
	if s.URI, ok = c.Template(2); !ok || c.Len() == 3 {
		return s, ok
	}
	s.Args, ok = c.Template(3)
	return s, ok
}

// decodeStatuses follows ngx_http_srcache_store_statuses.
func decodeStatuses(c *catalog.Call) ([]int, bool) {
	var codes []int
	for i := 1; i < c.Len(); i++ {
		code, ok := catalog.ParseInt(c.Text(i))
		if !ok {
			return nil, c.Fail(i, `status code "%s" is an invalid number`, c.Text(i))
		}
		codes = append(codes, code)
	}
	return codes, true
}
