package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// changeable are variables that a client can give another value in each request
// without losing anything by it.
var changeable = []string{"$http_x_forwarded_for", "$http_x_real_ip", "$http_x_client_ip", "$http_client_ip", "$http_true_client_ip",
	"$http_cf_connecting_ip", "$proxy_add_x_forwarded_for", "$http_user_agent", "$http_referer", "$http_forwarded"}

// LimitEvadable flags limits whose key the client chooses.
var LimitEvadable = &lint.Rule{
	Name: "limit-key-evadable", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client escapes the limit by what it sends, or by not sending it.",
	Why: `Requests are counted by their key. A key from a header is what the client says: another X-Forwarded-For in each request is another client each time.
And a request whose key is empty is not counted at all: with "$http_x_api_key" those without a key are free.

Use $binary_remote_addr (with "set_real_ip_from" behind a proxy), or put a value in for those that are empty: map $http_x_api_key $key { "" $binary_remote_addr;
default $http_x_api_key; }`,
	Bad: []lint.Example{{In: "http", Text: "limit_req_zone $http_x_forwarded_for zone=a:1m rate=5r/s;\n"}, {In: "http", Text: "limit_conn_zone $cookie_session zone=a:1m;\n"}},
	Good: []lint.Example{{In: "http", Text: "limit_req_zone $binary_remote_addr zone=a:1m rate=5r/s;\n"},
		{In: "http", Text: "map $http_x_api_key $key {\n    \"\" $binary_remote_addr;\n    default $http_x_api_key;\n}\nlimit_req_zone $key zone=a:1m rate=5r/s;\n"}},
	References: []string{"limit_req_zone", "limit_conn_zone"},
	On:         []*catalog.Row{ngxhttp.LimitReqZone.Row, ngxhttp.LimitConnZone.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		var key catalog.Template
		switch a := u.Arg.(type) {
		case ngxhttp.RateZone:
			key = a.Key
		case ngxstream.LimitZone:
			key = a.Key
		}
		if siteOf(p) == nil || ngxhttp.SetRealIPFrom.Set(u.Level) && strings.Contains(key.Text, "remote_addr") {
			return
		}
		for _, way := range flowOf(p).Expand(key, flow.After(u.Level)) {
			absent := len(way) > 0
			for _, a := range way {
				if a.Client && slices.Contains(changeable, a.Name) {
					p.Report(u.Node.ArgRange(0), "a client that changes %q in each request is not limited", a.Name)
					return
				}
				absent = absent && a.Client && a.Absent && !a.Unknown
			}
			if absent {
				p.Report(u.Node.ArgRange(0), "requests without %q are not limited: their key is empty", way[0].Name)
				return
			}
		}
	},
}

// RealIPWithoutTrust flags real_ip_header that nothing uses.
var RealIPWithoutTrust = &lint.Rule{
	Name: "real-ip-without-trust", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "real_ip_header has no effect: no sender is trusted.",
	Why: `The header is looked at only if the connection comes from an address in "set_real_ip_from". Without one the client's address stays that of the
proxy in front: limits and access rules count all visitors as one.`,
	Bad:        []lint.Example{{In: "http.server", Text: "real_ip_header X-Forwarded-For;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "set_real_ip_from 10.0.0.0/8;\nreal_ip_header X-Forwarded-For;\n"}},
	References: []string{"real_ip_header", "set_real_ip_from"},
	On:         []*catalog.Row{ngxhttp.RealIPHeader.Row, ngxhttp.RealIPRecursive.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if !p.Complete() || ngxhttp.SetRealIPFrom.Set(u.Level) || setWithin(p, u.Level, ngxhttp.SetRealIPFrom.Row) {
			return
		}
		p.Report(u.Node.HeadRange(), `no sender is trusted: there is no "set_real_ip_from"`)
	},
}

// BodySizeUnlimited flags request bodies without a bound.
var BodySizeUnlimited = &lint.Rule{
	Name: "body-size-unlimited", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Request bodies may be of any size.",
	Why: `"client_max_body_size 0" takes the bound away. Bodies are written to disk before they are passed on: one client fills it. Set the size that uploads
may have, in the location that takes them.`,
	Bad:        []lint.Example{{In: "http.location", Text: "client_max_body_size 0;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "client_max_body_size 2g;\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}, {In: "http.location", Text: "client_max_body_size 0;\nproxy_request_buffering off;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"client_max_body_size"},
	On:         []*catalog.Row{ngxhttp.ClientMaxBodySize.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if n, ok := u.Arg.(int64); ok && n == 0 && storesBodies(u.Level) {
			p.Report(u.Node.HeadRange(), "a request body may be of any size, and is written to disk")
		}
	},
}

// storesBodies reports whether request bodies are written to disk somewhere in a
// level: they are passed on, and not as they come.
func storesBodies(l *conf.Level) bool {
	found := false
	eachLevel(l, func(in *conf.Level) {
		pass, ok := site.OwnPass(in)
		if in != l && len(in.Values(ngxhttp.ClientMaxBodySize.Row)) > 0 || !ok {
			return
		}
		switch pass.Row {
		case ngxhttp.ProxyPass.Row:
			found = found || ngxhttp.ProxyRequestBuffering.Get(in)
		case ngxhttp.FastCGIPass.Row:
			found = found || ngxhttp.FastCGIRequestBuffering.Get(in)
		case ngxhttp.UWSGIPass.Row:
			found = found || ngxhttp.UWSGIRequestBuffering.Get(in)
		}
	})
	return found
}

// HeaderBuffersLarge flags memory that each connection may take for headers.
var HeaderBuffersLarge = &lint.Rule{
	Name: "header-buffers-large", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Each connection may take much memory for the headers of requests.",
	Why: `A client gets these buffers by sending long headers, for as long as the timeout allows. A thousand connections take a thousand times as much.
client_header_buffer_size is taken for every connection as soon as it says anything.`,
	Bad:        []lint.Example{{In: "http.server", Text: "large_client_header_buffers 16 128k;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "large_client_header_buffers 4 32k;\n"}},
	References: []string{"large_client_header_buffers", "client_header_buffer_size"},
	Settings:   []lint.Setting{{Name: "kilobytes", Default: 512, Doc: "the kilobytes a connection may take"}},
	On:         []*catalog.Row{ngxhttp.LargeClientHeaderBuffers.Row, ngxhttp.ClientHeaderBufferSize.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		var size int64
		switch a := u.Arg.(type) {
		case catalog.BufferList:
			size = int64(a.Count) * a.Size
		case int64:
			size = a * 8 // every connection takes it
		}
		if size > int64(p.Int("kilobytes"))<<10 {
			p.Report(headArgs(u.Node), "a connection may take %dk for the headers of a request", size>>10)
		}
	},
}

// KeepaliveOff flags connections that end after each request.
var KeepaliveOff = &lint.Rule{
	Name: "keepalive-off", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Connections of clients end after one request or after few.",
	Why: `A page takes dozens of requests. When each needs a connection of its own, and a TLS handshake, pages are slow and the server is busy with
handshakes; HTTP/2 and HTTP/3 clients see their connection end in the middle of loading.`,
	Bad:        []lint.Example{{In: "http.server", Text: "keepalive_timeout 0;\n"}, {In: "http.server", Text: "keepalive_requests 10;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "keepalive_timeout 30s;\nkeepalive_requests 1000;\n"}},
	References: []string{"keepalive_timeout", "keepalive_requests"},
	Settings:   []lint.Setting{{Name: "requests", Default: 100, Doc: "the number of requests below which a connection ends early"}},
	On:         []*catalog.Row{ngxhttp.KeepaliveTimeout.Row, ngxhttp.KeepaliveRequests.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		s := siteOf(p)
		if v := s.ServerOf(u.Level); u.Level.In() == catalog.HTTPLocation || v != nil && v.Local() {
			return // for some requests it may be what is wanted
		}
		switch a := u.Arg.(type) {
		case ngxhttp.KeepaliveArgs:
			if a.Timeout == 0 {
				p.Report(u.Node.HeadRange(), "every request takes a connection of its own")
			}
		case int:
			if a > 0 && a < p.Int("requests") {
				p.Report(u.Node.HeadRange(), "connections end after %d requests", a)
			}
		}
	},
}

// GzipTypesMissing flags compression of one type only.
var GzipTypesMissing = &lint.Rule{
	Name: "gzip-types-missing", Severity: diag.Info, Group: lint.Correctness,
	Summary:    "Compression is on, and nothing but HTML is compressed.",
	Why:        `Without "gzip_types" nginx compresses text/html only. Styles, scripts, JSON and SVG, which are most of what can be made smaller, go out as they are.`,
	Bad:        []lint.Example{{In: "http.server", Text: "gzip on;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "gzip on;\ngzip_types text/css application/javascript;\n"}},
	References: []string{"gzip_types"},
	On:         []*catalog.Row{ngxhttp.Gzip.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if on, _ := u.Arg.(bool); on && p.Complete() && !ngxhttp.GzipTypes.Set(u.Level) && !setWithin(p, u.Level, ngxhttp.GzipTypes.Row) {
			p.Report(u.Node.HeadRange(), `only text/html is compressed: there is no "gzip_types"`)
		}
	},
}

// UnderscoreHeaders flags header names with underscores where names with dashes
// are trusted.
var UnderscoreHeaders = &lint.Rule{
	Name: "underscore-headers", Severity: diag.Warn, Group: lint.Security,
	Summary: "A client can send a second version of a header that the application trusts.",
	Why: `With "underscores_in_headers on" or "ignore_invalid_headers off" a header X_Real_IP passes. For applications that see headers as variables (FastCGI, uWSGI, WSGI, Rack, PHP) it is the same
variable as X-Real-IP, and the one that nginx sets does not replace it. As nginx is by itself, it drops such headers.`,
	Bad: []lint.Example{{In: "http.server", Text: "ignore_invalid_headers off;\nlocation / {\n    proxy_set_header X-Real-IP $remote_addr;\n    proxy_pass http://127.0.0.1:8080;\n}\n"},
		{In: "http.server", Text: "underscores_in_headers on;\nlocation / {\n    proxy_set_header X-Real-IP $remote_addr;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "underscores_in_headers on;\nlocation / {\n    proxy_set_header Host $host;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"underscores_in_headers", "ignore_invalid_headers"},
	On:         []*catalog.Row{ngxhttp.UnderscoresInHeaders.Row, ngxhttp.IgnoreInvalidHeaders.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if on, ok := u.Arg.(bool); !ok || on != (u.Row == ngxhttp.UnderscoresInHeaders.Row) {
			return // a name with an underscore is invalid, unless the one allows it or the other lets it through
		}
		var set catalog.Value
		eachLevel(u.Level, func(l *conf.Level) {
			for _, v := range l.Values(ngxhttp.ProxySetHeader.Row) {
				h, _ := headerOf(v)
				if set.Row == nil && strings.Contains(h.name, "-") && h.value.HasVariables() && !strings.EqualFold(h.name, "accept-encoding") {
					set = v
				}
			}
		})
		if set.Row != nil {
			h, _ := headerOf(set)
			p.Report(u.Node.HeadRange(), "a client can send %q beside the %q that is set for the application", strings.ReplaceAll(h.name, "-", "_"), h.name).
				Related = []diag.Related{{Range: set.Node.HeadRange(), Message: "set here"}}
		}
	},
}

// TypesReplaced flags small tables of media types in place of the whole one.
var TypesReplaced = &lint.Rule{
	Name: "types-replaced", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A \"types\" block replaces all the types of the outer level by a few.",
	Why: `A "types" block is not added to the one outside: it replaces it. With "types { application/wasm wasm; }" in a server, styles, scripts and images there are
of the default type, and browsers do not use them. Write the additional type at the level where mime.types is included, or in a location for such files alone.`,
	Bad:        []lint.Example{{In: "http", Text: "types {\n    text/html html htm;\n    text/css css;\n    image/png png;\n    image/gif gif;\n    application/javascript js;\n}\nserver {\n    listen 80;\n    types {\n        application/wasm wasm;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "types {\n    text/html html htm;\n    text/css css;\n    image/png png;\n    image/gif gif;\n    application/javascript js;\n}\nserver {\n    listen 80;\n    location ~ \\.wasm$ {\n        types {\n            application/wasm wasm;\n        }\n    }\n}\n"}},
	References: []string{"types"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			own, ok := ngxhttp.Types.Own(l)
			if !ok || len(own) == 0 || l.Parent() == nil || partly(l) || l.In()&(catalog.HTTPServer|catalog.HTTPLocation) == 0 {
				return
			}
			if loc := s.LocationOf(l); loc != nil && !(loc.Prefix() && loc.Level == l) {
				return
			}
			outer, _ := ngxhttp.Types.Lookup(l.Parent())
			lost := 0
			for ext := range outer {
				if _, kept := own[ext]; !kept {
					lost++
				}
			}
			if lost >= 5 && lost > len(own) {
				p.Report(l.Values(ngxhttp.Types.Row)[0].Node.HeadRange(), "this replaces the types of the outer level: %d file endings lose theirs", lost)
			}
		})
	}),
}
