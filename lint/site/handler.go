package site

import (
	"strings"
	"sync"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
)

// Pass is a directive that passes requests to other servers.
type Pass struct {
	catalog.Value
	Target *ngxhttp.PassTarget
	Level  *conf.Level
}

var passRows = []*catalog.Row{
	ngxhttp.ProxyPass.Row, ngxhttp.FastCGIPass.Row, ngxhttp.GRPCPass.Row, ngxhttp.UWSGIPass.Row, ngxhttp.SCGIPass.Row,
	ngxhttp.MemcachedPass.Row,
}

// PassRows lists the directives that pass requests to other servers.
func PassRows() []*catalog.Row { return passRows }

// OwnPass returns the directive that stands in the level itself.
func OwnPass(l *conf.Level) (Pass, bool) {
	for _, r := range passRows {
		for _, v := range l.Values(r) {
			t, _ := v.Arg.(*ngxhttp.PassTarget)
			return Pass{v, t, l}, true
		}
	}
	return Pass{}, false
}

// PassOf returns the directive by which requests in a level are passed on: its
// own, or for an if that of the location around it.
func PassOf(l *conf.Level) (Pass, bool) {
	for ; l != nil; l = l.Parent() {
		if p, ok := OwnPass(l); ok {
			return p, true
		}
		if l.In() != catalog.HTTPLocationIf && l.In() != catalog.HTTPLimitExcept {
			break
		}
	}
	return Pass{}, false
}

// Passes calls visit for every directive that passes requests on.
func (s *Site) Passes(visit func(Pass)) {
	s.Levels(func(l *conf.Level) {
		if p, ok := OwnPass(l); ok {
			visit(p)
		}
	})
}

// handlers are the other directives that answer requests.
var handlers = map[string]bool{
	"stub_status": true, "empty_gif": true, "mp4": true, "flv": true, "perl": true, "echo": true, "api": true, "hls": true,
	"f4f": true, "js_content": true, "push_stream_publisher": true, "tunnel_pass": true, "status": true, "upstream_conf": true,
}

// OwnHandler returns the directive in the level itself that answers requests,
// other than one that passes them on.
func OwnHandler(l *conf.Level) (catalog.Value, bool) {
	var found catalog.Value
	l.Each(func(v catalog.Value) bool {
		n := v.Row.Name
		if handlers[n] || strings.HasPrefix(n, "content_by_lua") || v.Row.Origin == catalog.Extra || strings.HasSuffix(n, "_pass") && !isPass(v.Row) {
			found = v
			return false
		}
		return true
	})
	return found, found.Row != nil
}

func isPass(r *catalog.Row) bool {
	for _, p := range passRows {
		if p == r {
			return true
		}
	}
	return false
}

// Static reports whether requests in a location or server come to files: nothing
// else answers them for certain.
func Static(l *conf.Level) bool {
	for l != nil && (l.In() == catalog.HTTPLocationIf || l.In() == catalog.HTTPLimitExcept) {
		l = l.Parent()
	}
	if _, ok := OwnPass(l); ok {
		return false
	}
	if _, ok := OwnHandler(l); ok {
		return false
	}
	if Ends(Program(l)) {
		return false
	}
	for l != nil && l.In() != catalog.HTTPServer {
		l = l.Parent() // the rules of the server have run before those of a location
	}
	return l == nil || !Ends(Program(l))
}

// rowsNamed lists the rows of http whose names fit. They are asked for level by
// level, because a level may hold ten thousand servers.
func rowsNamed(fits func(name string) bool) []*catalog.Row {
	var out []*catalog.Row
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			if r.In&(catalog.HTTP|catalog.HTTPServer|catalog.HTTPLocation) != 0 && fits(r.Name) {
				out = append(out, r)
			}
		}
	}
	return out
}

// luaRows holds the rows of the phases that decide about a request.
var luaRows = sync.OnceValue(func() map[string][]*catalog.Row {
	out := map[string][]*catalog.Row{}
	for _, phase := range []string{"access_by_lua", "rewrite_by_lua", "server_rewrite_by_lua", "content_by_lua"} {
		out[phase] = rowsNamed(func(name string) bool {
			return strings.HasPrefix(name, phase) && !strings.HasSuffix(name, "_no_postpone")
		})
	}
	return out
})

// Lua reports whether code of the phase with a name ("access_by_lua") is in
// force at a level, as a handler that inner levels inherit.
func Lua(l *conf.Level, phase string) bool { return anyOf(l, luaRows()[phase]) }

// anyOf reports whether one of the rows stands in a level or around it.
func anyOf(l *conf.Level, rows []*catalog.Row) bool {
	return l.NearestOf(rows...) != nil
}
