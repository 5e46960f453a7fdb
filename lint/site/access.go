package site

import (
	"sort"
	"strings"
	"sync"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
)

// Rule is one allow or deny directive.
type Rule struct {
	ngxstream.AccessRule
	Node *ast.Directive
}

// Rules returns the allow and deny directives in force at a level, in their
// order; from is the level that they stand in. A level with one of its own
// inherits none (ngx_http_access_merge_loc_conf).
func Rules(l *conf.Level) (rules []Rule, from *conf.Level) {
	for l = l.NearestOf(ngxhttp.Allow.Row, ngxhttp.Deny.Row); l != nil; l = l.Parent().NearestOf(ngxhttp.Allow.Row, ngxhttp.Deny.Row) {
		if own := OwnRules(l); len(own) > 0 {
			return own, l
		}
	}
	return nil, nil
}

// OwnRules returns the allow and deny directives of the level itself.
func OwnRules(l *conf.Level) []Rule {
	var out []Rule
	for _, r := range []*catalog.Row{ngxhttp.Allow.Row, ngxhttp.Deny.Row} {
		for _, v := range l.Values(r) {
			if a, ok := v.Arg.(ngxstream.AccessRule); ok {
				out = append(out, Rule{a, v.Node})
			}
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return ast.Before(out[i].At, out[j].At) })
	return out
}

// Closed reports whether the rules turn someone away whom they do not name: a
// "deny all" that no "allow all" comes before.
func Closed(rules []Rule) bool {
	for _, r := range rules {
		if r.All {
			return r.Deny
		}
	}
	return false
}

// BasicAuth reports whether names and passwords are asked for at a level. nginx
// asks only if both directives are set, and "off" as a constant realm turns it
// off.
func BasicAuth(l *conf.Level) bool {
	realm, ok := ngxhttp.AuthBasic.Lookup(l)
	return ok && realm.Text != "off" && ngxhttp.AuthBasicUserFile.Set(l)
}

// foreignChecks are directives of other modules that check who a client is.
var foreignChecks = sync.OnceValue(func() []*catalog.Row {
	own := map[string]bool{"auth_basic": true, "auth_basic_user_file": true, "auth_request": true, "auth_request_set": true, "auth_delay": true}
	return rowsNamed(func(name string) bool { return strings.HasPrefix(name, "auth_") && !own[name] || name == "js_access" })
})

// Authenticated reports whether something other than addresses is asked about a
// client at a level.
func (s *Site) Authenticated(l *conf.Level) bool {
	if BasicAuth(l) || ngxhttp.AuthRequest.Get(l) != "" || Lua(l, "access_by_lua") || Lua(l, "rewrite_by_lua") ||
		Lua(l, "server_rewrite_by_lua") {
		return true
	}
	if anyOf(l, foreignChecks()) {
		return true
	}
	return s.foreignAround(l) || ngxhttp.SSLVerifyClient.Get(l) == ngxstream.VerifyOn
}

// foreignAround reports whether a directive that a project has declared for a
// module of its own stands in a level or in one around it, up to the server.
func (s *Site) foreignAround(l *conf.Level) bool {
	if l == nil || l.In() == catalog.HTTP || l.In() == catalog.Main {
		return false
	}
	return remembered(s.foreign, l, func() bool {
		foreign := false
		l.Each(func(v catalog.Value) bool {
			foreign = v.Row.Origin == catalog.Extra
			return !foreign
		})
		return foreign || s.foreignAround(l.Parent())
	})
}

// remembered looks an answer about a level up, or finds it and keeps it. Levels
// may lie deep in each other, and what holds around one holds in it.
func remembered(known map[*conf.Level]bool, l *conf.Level, find func() bool) bool {
	answer, ok := known[l]
	if !ok {
		answer = find()
		known[l] = answer
	}
	return answer
}

// Guarded reports whether something keeps strangers from a level: rules about
// addresses, a check of who they are, "internal", a rewrite rule that turns some
// requests away, or addresses that only the machine itself reaches. It errs on
// the side of true.
func (s *Site) Guarded(l *conf.Level) bool {
	if v := s.ServerOf(l); v != nil && v.Local() {
		return true
	}
	rules, _ := Rules(l)
	if ngxhttp.Satisfy.Get(l) == "any" {
		// One way in is enough.
		for _, r := range rules {
			if r.All && !r.Deny {
				return false
			}
		}
		return Closed(rules) || s.Authenticated(l)
	}
	if Closed(rules) || s.Authenticated(l) {
		return true
	}
	if _, internal := ngxhttp.Internal.Own(l); internal {
		return true
	}
	return s.refusedAround(l) || ngxhttp.SecureLink.Set(l)
}

// refusedAround reports whether rewrite rules of a level or of one around it
// refuse requests.
func (s *Site) refusedAround(l *conf.Level) bool {
	if l == nil {
		return false
	}
	return remembered(s.refusing, l, func() bool { return refuses(Program(l)) || s.refusedAround(l.Parent()) })
}

// refuses reports whether a condition answers some requests with an error, or
// all are answered so.
func refuses(steps []Step) bool {
	found := false
	Each(steps, func(s *Step) {
		if a, ok := s.Return(); ok && a.Code >= 400 {
			found = true
		}
	})
	return found
}

// Guards says what stands in a level itself that keeps strangers away, in words
// for messages; "" if nothing does.
func Guards(l *conf.Level) string {
	var out []string
	if Closed(OwnRules(l)) {
		out = append(out, `"deny all"`)
	}
	if realm, ok := ngxhttp.AuthBasic.Own(l); ok && realm.Text != "off" {
		out = append(out, `"auth_basic"`)
	}
	if uri, ok := ngxhttp.AuthRequest.Own(l); ok && uri != "" {
		out = append(out, `"auth_request"`)
	}
	if _, ok := ngxhttp.Internal.Own(l); ok {
		out = append(out, `"internal"`)
	}
	return strings.Join(out, " and ")
}
