package rules

import (
	"slices"
	"strings"
	"time"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// cacheSettings are the directives of one kind of cache.
type cacheSettings struct {
	pass      *catalog.Row
	cache     catalog.Directive[ngxhttp.CacheRef]
	key       catalog.Directive[catalog.Template]
	ignore    catalog.Directive[[]string]
	hide      catalog.Directive[string]
	noStore   catalog.Directive[[]catalog.Template]
	bypass    catalog.Directive[[]catalog.Template]
	methods   catalog.Directive[[]string]
	buffering catalog.Directive[bool]
}

var cacheKinds = []cacheSettings{
	{ngxhttp.ProxyPass.Row, ngxhttp.ProxyCache, ngxhttp.ProxyCacheKey, ngxhttp.ProxyIgnoreHeaders, ngxhttp.ProxyHideHeader, ngxhttp.ProxyNoCache,
		ngxhttp.ProxyCacheBypass, ngxhttp.ProxyCacheMethods, ngxhttp.ProxyBuffering},
	{ngxhttp.FastCGIPass.Row, ngxhttp.FastCGICache, ngxhttp.FastCGICacheKey, ngxhttp.FastCGIIgnoreHeaders, ngxhttp.FastCGIHideHeader, ngxhttp.FastCGINoCache,
		ngxhttp.FastCGICacheBypass, ngxhttp.FastCGICacheMethods, ngxhttp.FastCGIBuffering},
	{ngxhttp.UWSGIPass.Row, ngxhttp.UWSGICache, ngxhttp.UWSGICacheKey, ngxhttp.UWSGIIgnoreHeaders, ngxhttp.UWSGIHideHeader, ngxhttp.UWSGINoCache,
		ngxhttp.UWSGICacheBypass, ngxhttp.UWSGICacheMethods, ngxhttp.UWSGIBuffering},
}

// eachCached visits what is passed on with a cache in front.
func eachCached(s *site.Site, visit func(site.Pass, cacheSettings)) {
	s.Passes(func(pass site.Pass) {
		for _, c := range cacheKinds {
			if c.pass == pass.Row && !c.cache.Get(pass.Level).Zone.IsZero() {
				visit(pass, c)
			}
		}
	})
}

// CachedCookies flags caches that hand out the cookies of others.
var CachedCookies = &lint.Rule{
	Name: "cache-stores-cookies", Severity: diag.Warn, Group: lint.Security,
	Summary: "Answers that set a cookie are cached and handed to everybody with it.",
	Why: `nginx does not cache an answer with Set-Cookie. Told to ignore that header it does, header included: the session cookie that one visitor got is sent to all
others, who then share his session. Hide the header ("proxy_hide_header Set-Cookie") where answers are cached, or leave such answers out with "proxy_no_cache
$upstream_http_set_cookie".`,
	Bad:        []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n        proxy_cache c;\n        proxy_ignore_headers Set-Cookie;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n        proxy_cache c;\n        proxy_ignore_headers Set-Cookie;\n        proxy_hide_header Set-Cookie;\n    }\n}\n"}},
	References: []string{"proxy_ignore_headers", "proxy_hide_header", "proxy_no_cache"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		eachCached(s, func(pass site.Pass, c cacheSettings) {
			if !slices.ContainsFunc(c.ignore.Get(pass.Level), func(h string) bool { return strings.EqualFold(h, "set-cookie") }) ||
				slices.ContainsFunc(c.hide.All(pass.Level), func(h string) bool { return strings.EqualFold(h, "set-cookie") }) ||
				keyed(p, c, pass) {
				return
			}
			for _, conditions := range c.noStore.All(pass.Level) {
				for _, t := range conditions {
					if flowOf(p).Depends(t, flow.After(pass.Level), func(n string) bool { return n == "upstream_http_set_cookie" || n == "sent_http_set_cookie" }) {
						return
					}
				}
			}
			at := c.ignore.Uses(pass.Level)
			p.Report(at[len(at)-1].Node.HeadRange(), "an answer that sets a cookie is cached, and its cookie goes to everybody").
				Related = []diag.Related{{Range: pass.Node.HeadRange(), Message: "answers of this are cached"}}
		})
	}),
}

// CacheKeyIncomplete flags keys under which different answers meet.
var CacheKeyIncomplete = &lint.Rule{
	Name: "cache-key-incomplete", Severity: diag.Warn, Group: lint.Security,
	Summary: "Requests with different answers have the same key in the cache.",
	Why: `Who asks second gets what the cache holds under his key. A key without the host mixes sites that share the cache: a visitor of one gets the page of another, and
an attacker can choose what that is. A key without the address is one entry for everything. Cached POST needs what was posted.`,
	Bad:        []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nproxy_cache c;\nproxy_cache_key $request_uri;\nserver {\n    listen 80;\n    server_name a.example;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\nserver {\n    listen 80;\n    server_name b.example;\n    location / {\n        proxy_pass http://127.0.0.1:8081;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nproxy_cache c;\nproxy_cache_key $host$request_uri;\nserver {\n    listen 80;\n    server_name a.example;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\nserver {\n    listen 80;\n    server_name b.example;\n    location / {\n        proxy_pass http://127.0.0.1:8081;\n    }\n}\n"}},
	References: []string{"proxy_cache_key"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		users := map[string]map[*site.Server]bool{}
		eachCached(s, func(pass site.Pass, c cacheSettings) {
			zone := c.cache.Get(pass.Level).Zone.Text
			if users[zone] == nil {
				users[zone] = map[*site.Server]bool{}
			}
			users[zone][s.ServerOf(pass.Level)] = true
		})
		eachCached(s, func(pass site.Pass, c cacheSettings) {
			uses := c.key.Uses(pass.Level)
			if len(uses) == 0 {
				return
			}
			key := uses[len(uses)-1]
			if missing := keyLacks(p, s, pass, c, key.Arg, len(users[c.cache.Get(pass.Level).Zone.Text]) > 1); missing != "" {
				p.Report(headArgs(key.Node), "%s", missing).Related = []diag.Related{{Range: pass.Node.HeadRange(), Message: "for the answers of this"}}
			}
		})
	}),
}

// keyLacks says what a key lacks; "" if nothing is known to be missing.
func keyLacks(p *lint.Pass, s *site.Site, pass site.Pass, c cacheSettings, key catalog.Template, shared bool) string {
	has := func(names ...string) bool {
		return flowOf(p).Depends(key, flow.After(pass.Level), func(n string) bool { return slices.Contains(names, n) })
	}
	for _, part := range key.Parts {
		if part.Capture > 0 || part.Variable != "" && builtinVariable(strings.ToLower(part.Variable), catalog.HTTP) == nil {
			return "" // it may hold what is missing
		}
	}
	exact := false
	if l := s.LocationOf(pass.Level); l != nil {
		exact = l.Args.Kind == ngxhttp.ExactLocation
	}
	switch {
	case !exact && !has("request_uri", "uri", "document_uri", "request_filename", "request", "fastcgi_script_name"):
		return "the key does not hold the address: all requests have one entry"
	case !has("host", "http_host", "server_name", "proxy_host", "ssl_server_name") && shared:
		return "the key does not hold the host: sites that share the cache get each other's answers"
	case slices.Contains(c.methods.Get(pass.Level), "POST") && !has("request_method", "request_body"):
		return "POST is cached, and the key does not hold the method: it shares the entry with GET"
	}
	return ""
}

// BypassStored flags answers that go past the cache and then into it.
var BypassStored = &lint.Rule{
	Name: "cache-bypass-stored", Severity: diag.Warn, Group: lint.Security,
	Summary: "Answers for logged-in visitors are not taken from the cache, and are put into it.",
	Why: `"proxy_cache_bypass" says only when an answer is not taken from the cache. What the server sends is stored all the same, and the next visitor without a cookie
gets the page of the one with it. Give "proxy_no_cache" the same conditions.`,
	Bad:        []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n        proxy_cache c;\n        proxy_cache_bypass $cookie_session;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n        proxy_cache c;\n        proxy_cache_bypass $cookie_session;\n        proxy_no_cache $cookie_session;\n    }\n}\n"}},
	References: []string{"proxy_cache_bypass", "proxy_no_cache"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		eachCached(s, func(pass site.Pass, c cacheSettings) {
			if c.noStore.Set(pass.Level) {
				return
			}
			for _, u := range c.bypass.Uses(pass.Level) {
				for _, t := range u.Arg {
					if flowOf(p).Depends(t, flow.After(pass.Level), personalVariable) && !keyed(p, c, pass) {
						p.Report(u.Node.HeadRange(), `what is not taken from the cache is still stored in it: there is no "%s"`, c.noStore.Name).
							Related = []diag.Related{{Range: pass.Node.HeadRange(), Message: "answers of this are cached"}}
						return
					}
				}
			}
		})
	}),
}

// personalVariable reports whether a variable differs from visitor to visitor.
func personalVariable(name string) bool {
	return strings.HasPrefix(name, "cookie_") || name == "http_cookie" || name == "http_authorization" || name == "remote_user"
}

// keyed reports whether the key of a cache tells the visitors apart.
func keyed(p *lint.Pass, c cacheSettings, pass site.Pass) bool {
	key, ok := c.key.Lookup(pass.Level)
	return ok && flowOf(p).Depends(key, flow.After(pass.Level), personalVariable)
}

// CacheUnbuffered flags caches that nothing gets into.
var CacheUnbuffered = &lint.Rule{
	Name: "cache-without-buffering", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Nothing is cached, because answers are not buffered.",
	Why: `An answer gets into the cache on its way through nginx's buffers. With "proxy_buffering off" it is passed on piece by piece and never stored; the cache stays
empty.`,
	Bad:        []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n        proxy_cache c;\n        proxy_buffering off;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "proxy_cache_path /tmp/c keys_zone=c:1m;\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://127.0.0.1:8080;\n        proxy_cache c;\n    }\n}\n"}},
	References: []string{"proxy_cache", "proxy_buffering"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		eachCached(s, func(pass site.Pass, c cacheSettings) {
			if uses := c.buffering.Uses(pass.Level); len(uses) > 0 && !uses[len(uses)-1].Arg {
				p.Report(uses[len(uses)-1].Node.HeadRange(), `without buffers nothing gets into the cache`).
					Related = []diag.Related{{Range: cacheNode(c, pass.Level).HeadRange(), Message: "answers are to be cached here"}}
			}
		})
	}),
}

func cacheNode(c cacheSettings, l *conf.Level) *ast.Directive {
	uses := c.cache.Uses(l)
	return uses[len(uses)-1].Node
}

// ErrorsCachedLong flags errors that outlive their cause.
var ErrorsCachedLong = &lint.Rule{
	Name: "errors-cached-long", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Errors of the server are cached and shown long after they are repaired.",
	Why: `"any" stands for every code, 500, 502 and 403 among them. One failure of the server, or one that an attacker provokes, is then what all visitors see until the time
is over. Name the codes that are worth keeping, and keep errors for seconds.`,
	Bad:        []lint.Example{{In: "http.location", Text: "proxy_cache_valid any 10m;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "proxy_cache_valid 200 10m;\nproxy_cache_valid any 5s;\n"}},
	References: []string{"proxy_cache_valid"},
	Settings:   []lint.Setting{{Name: "seconds", Default: 60, Doc: "the number of seconds for which an error may be cached"}},
	On:         []*catalog.Row{ngxhttp.ProxyCacheValid.Row, ngxhttp.FastCGICacheValid.Row, ngxhttp.UWSGICacheValid.Row, ngxhttp.SCGICacheValid.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		a, _ := u.Arg.(ngxhttp.CacheTime)
		if a.Valid <= time.Duration(p.Int("seconds"))*time.Second {
			return
		}
		for _, code := range a.Codes {
			if code == 0 || code >= 500 {
				p.Report(u.Node.HeadRange(), "errors of the server are shown for %s", u.Node.Arg(u.Node.NumWords()-2))
				return
			}
		}
	},
}
