package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/regex"
	"tidegate/lint/site"
)

// AllowWithoutDeny flags allow directives that turn nobody away.
var AllowWithoutDeny = &lint.Rule{
	Name: "allow-without-deny", Severity: diag.Warn, Group: lint.Security,
	Summary: "There are allow directives and no deny directive, so everybody is admitted.",
	Why: `A client whom no rule names is admitted. "allow" alone changes nothing: without "deny all" behind it the block is as open as
without any rule. With "satisfy any" and another check it does have a meaning, and is not flagged.`,
	Bad: []lint.Example{{In: "http.location", Text: "allow 10.0.0.0/8;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "allow 10.0.0.0/8;\ndeny all;\nproxy_pass http://127.0.0.1:8080;\n"},
		{In: "http.location", Text: "satisfy any;\nallow 10.0.0.0/8;\nauth_basic staff;\nauth_basic_user_file users;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"allow", "deny", "satisfy"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			rules := site.OwnRules(l)
			if len(rules) == 0 || l.Synthetic() || ngxhttp.Satisfy.Get(l) == "any" && s.Authenticated(l) {
				return
			}
			for _, r := range rules {
				if r.Deny || r.All {
					return
				}
			}
			last := rules[len(rules)-1].Node
			d := p.Report(rules[0].Node.HeadRange(), `"allow" without a "deny" admits everybody`)
			d.Fixes = []diag.Fix{insertAfter(last.Range(), "\n"+indentOf(last)+"deny all;", `add "deny all"`, false)}
		})
	}),
}

// AccessRuleUnreached flags rules behind one that decides for them.
var AccessRuleUnreached = &lint.Rule{
	Name: "access-rule-unreached", Severity: diag.Warn, Group: lint.Security,
	Summary: "An allow or deny directive stands behind one that has already decided.",
	Why: `Rules are read in their order and the first one that fits decides. What stands behind "deny all" or "allow all", or behind a
network that holds its own, is never asked: an address that is to be shut out gets in, or one that is to be let in does not.`,
	Bad:        []lint.Example{{In: "http.location", Text: "allow 10.0.0.0/8;\ndeny 10.9.9.9;\ndeny all;\n"}, {In: "http.location", Text: "deny all;\nallow 10.0.0.0/8;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "deny 10.9.9.9;\nallow 10.0.0.0/8;\ndeny all;\n"}},
	References: []string{"allow", "deny"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			rules := site.OwnRules(l)
			for i, r := range rules {
				for _, o := range rules[:i] {
					if o.Deny == r.Deny || !ruleCovers(o, r) {
						continue
					}
					d := p.Report(r.Node.HeadRange(), `"%s" is never reached: "%s" above decides first`, headText(r.Node), headText(o.Node))
					d.Related = []diag.Related{{Range: o.Node.HeadRange(), Message: "this fits first"}}
					break
				}
			}
		})
	}),
}

func headText(d *ast.Directive) string { return string(d.HeadRange().Text()) }

// ruleCovers reports whether every client that b names is named by a.
func ruleCovers(a, b site.Rule) bool {
	switch {
	case a.All:
		return true
	case a.Unix || b.Unix || b.All:
		return a.Unix && b.Unix
	}
	return a.Net.Bits() <= b.Net.Bits() && a.Net.Addr().BitLen() == b.Net.Addr().BitLen() && a.Net.Contains(b.Net.Addr())
}

// AccessReopened flags inner rules that lose the outer "deny all".
var AccessReopened = &lint.Rule{
	Name: "access-reopened", Severity: diag.Warn, Group: lint.Security,
	Summary: "Rules of an inner block replace outer ones that end with \"deny all\", and admit everybody else.",
	Why: `A block with an allow or deny directive of its own inherits none from outside. Whoever its rules do not name is admitted, although
the outer block turns him away. Write all rules that are to hold in the inner block, or "allow all" if it is to be open.`,
	Bad: []lint.Example{{In: "http.server", Text: "allow 10.0.0.0/8;\ndeny all;\nlocation /a/ {\n    deny 10.1.1.1;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "allow 10.0.0.0/8;\ndeny all;\nlocation /a/ {\n    deny 10.1.1.1;\n    allow 10.0.0.0/8;\n    deny all;\n    proxy_pass http://127.0.0.1:8080;\n}\n"},
		{In: "http.server", Text: "allow 10.0.0.0/8;\ndeny all;\nlocation /a/ {\n    allow all;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"allow", "deny"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			own := site.OwnRules(l)
			if len(own) == 0 || l.Parent() == nil || s.Authenticated(l) {
				return
			}
			outer, _ := site.Rules(l.Parent())
			if !site.Closed(outer) {
				return
			}
			denies := false
			for _, r := range own {
				if r.All {
					return
				}
				denies = denies || r.Deny
			}
			if !denies {
				return // allow-without-deny says it
			}
			d := p.Report(own[0].Node.HeadRange(), `these rules replace the outer ones, and with them "deny all"`)
			d.Related = []diag.Related{{Range: outer[len(outer)-1].Node.HeadRange(), Message: "the outer rules"}}
		})
	}),
}

// SatisfyAnyOpen flags "allow all" where one way in is enough.
var SatisfyAnyOpen = &lint.Rule{
	Name: "satisfy-any-open", Severity: diag.Error, Group: lint.Security,
	Summary: "With \"satisfy any\", \"allow all\" admits everybody and nobody is asked for a password.",
	Why: `"satisfy any" admits a client as soon as one of the checks agrees. "allow all" always agrees, so the others (auth_basic,
auth_request) are never asked.`,
	Bad:        []lint.Example{{In: "http.location", Text: "satisfy any;\nallow all;\nauth_basic staff;\nauth_basic_user_file users;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "satisfy any;\nallow 10.0.0.0/8;\ndeny all;\nauth_basic staff;\nauth_basic_user_file users;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"satisfy"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			if ngxhttp.Satisfy.Get(l) != "any" || !site.BasicAuth(l) && ngxhttp.AuthRequest.Get(l) == "" {
				return
			}
			rules, _ := site.Rules(l)
			for _, r := range rules {
				if r.All {
					if !r.Deny {
						p.Report(r.Node.HeadRange(), `with "satisfy any" this admits everybody without a password`)
					}
					return
				}
			}
		})
	}),
}

// AuthBasicWithoutFile flags auth_basic that asks nobody.
var AuthBasicWithoutFile = &lint.Rule{
	Name: "auth-basic-without-file", Severity: diag.Error, Group: lint.Security,
	Summary: "auth_basic is set and auth_basic_user_file is not, so nobody is asked for a password.",
	Why: `nginx asks for a password only if both directives are set; with one missing it admits everybody and says nothing about
it (ngx_http_auth_basic_handler).`,
	Bad:        []lint.Example{{In: "http.location", Text: "auth_basic staff;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "auth_basic staff;\nauth_basic_user_file users;\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"auth_basic", "auth_basic_user_file"},
	On:         []*catalog.Row{ngxhttp.AuthBasic.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		realm, _ := u.Arg.(catalog.Template)
		if realm.Text == "off" || ngxhttp.AuthBasicUserFile.Set(u.Level) || setWithin(p, u.Level, ngxhttp.AuthBasicUserFile.Row) ||
			!p.Complete() {
			return
		}
		p.Report(u.Node.HeadRange(), `without "auth_basic_user_file" nobody is asked for a password`)
	},
}

// setWithin reports whether a row stands in a level or within.
func setWithin(p *lint.Pass, l *conf.Level, row *catalog.Row) bool {
	holders := lint.Shared(p, "levels around "+row.Name, func() map[*conf.Level]bool {
		out := map[*conf.Level]bool{}
		eachLevel(p.Tree.HTTP(), func(l *conf.Level) {
			if len(l.Values(row)) > 0 {
				for at := l; at != nil && !out[at]; at = at.Parent() {
					out[at] = true
				}
			}
		})
		return out
	})
	return holders[l]
}

// ReturnBeforeAccess flags checks of access that a return comes before.
var ReturnBeforeAccess = &lint.Rule{
	Name: "return-before-access", Severity: diag.Warn, Group: lint.Security,
	Summary: "A return answers every request of the block before its checks of access are looked at.",
	Why: `The rules of the rewrite module run before allow, deny, auth_basic, auth_request and limits. A block whose "return" answers every
request never comes to them: the answer goes to everybody. Use a file, a proxied server or a script for an answer that not everybody may
have, or put the check into a condition ("if") in front of the return.`,
	Bad: []lint.Example{{In: "http.location", Text: "allow 10.0.0.0/8;\ndeny all;\nreturn 200 internals;\n"}},
	Good: []lint.Example{{In: "http.location", Text: "deny all;\nreturn 404;\n"},
		{In: "http.location", Text: "allow 10.0.0.0/8;\ndeny all;\nalias /srv/status.txt;\n"}},
	References: []string{"return", "allow", "auth_basic"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			a, step, ok := site.Answer(site.Program(l))
			if !ok || a.Code >= 400 {
				return
			}
			guard := ownGuard(l)
			if guard == nil {
				return
			}
			d := p.Report(guard.HeadRange(), `"%s" has no effect: the return answers before it is looked at`, guard.Name())
			d.Related = []diag.Related{{Range: step.Node.HeadRange(), Message: "every request is answered here"}}
		})
	}),
}

// ownGuard returns a directive of the level itself that checks access.
func ownGuard(l *conf.Level) *ast.Directive {
	for _, r := range site.OwnRules(l) {
		if r.Deny {
			return r.Node
		}
	}
	for _, row := range []*catalog.Row{ngxhttp.AuthBasic.Row, ngxhttp.AuthRequest.Row, ngxhttp.LimitReq.Row, ngxhttp.LimitConn.Row} {
		for _, v := range l.Values(row) {
			if v.Node.Arg(0) != "off" {
				return v.Node
			}
		}
	}
	var found *ast.Directive
	l.Each(func(v catalog.Value) bool {
		if strings.HasPrefix(v.Row.Name, "access_by_lua") && !strings.HasSuffix(v.Row.Name, "postpone") {
			found = v.Node
		}
		return found == nil
	})
	return found
}

// LimitExceptOpen flags limit_except without a check.
var LimitExceptOpen = &lint.Rule{
	Name: "limit-except-open", Severity: diag.Warn, Group: lint.Security,
	Summary: "A limit_except block turns nobody away.",
	Why: `limit_except says to which methods the rules in it apply: all but those that it names. It refuses nothing by itself; without
"deny" or a password in it every method stays open.`,
	Bad:        []lint.Example{{In: "http.location", Text: "limit_except GET {\n    allow 10.0.0.0/8;\n}\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "limit_except GET {\n    allow 10.0.0.0/8;\n    deny all;\n}\nproxy_pass http://127.0.0.1:8080;\n"}},
	References: []string{"limit_except"},
	On:         []*catalog.Row{ngxhttp.LimitExcept.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		body := u.Body()
		if body == nil || !p.Complete() || setWithin(p, body, ngxhttp.AuthBasic.Row) || setWithin(p, body, ngxhttp.ProxyPass.Row) ||
			setWithin(p, body, ngxhttp.Deny.Row) || site.Lua(body, "access_by_lua") {
			return
		}
		p.Report(u.Node.HeadRange(), `nothing in this block turns anybody away`)
	},
}

// LocationEscapesProtection flags protected prefixes from which a regular
// expression takes addresses away.
var LocationEscapesProtection = &lint.Rule{
	Name: "location-escapes-protection", Severity: diag.Warn, Group: lint.Security,
	Summary: "A regular expression takes addresses out of a protected location, and leaves the protection behind.",
	Why: `A location by prefix is only a candidate: nginx then tries the regular expressions, and the first that matches is taken
instead, with its own checks of access. So a password on /admin/ does not hold for /admin/login.php when there is a location for "\.php$".

Write the prefix with "^~", so that no regular expression is tried, and repeat inside of it what its files need.`,
	Bad:        []lint.Example{{In: "http.server", Text: "root /srv;\nlocation /admin/ {\n    auth_basic staff;\n    auth_basic_user_file users;\n}\nlocation ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "root /srv;\nlocation ^~ /admin/ {\n    auth_basic staff;\n    auth_basic_user_file users;\n}\nlocation ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	References: []string{"location"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			v.All(func(l *site.Location) {
				if l.Args.Kind == ngxhttp.PrefixLocation && !l.Level.Synthetic() {
					reportEscape(p, s, l)
				}
			})
		}
	}),
}

// printable is what an address in a message is made of.
var printable = regex.Span('!', '~')

// dotSegments accepts addresses that nginx never sees: it resolves dots and
// double slashes first.
var dotSegments = automatonOf(`//|/\.\.?(?:/|\z)`)

// hiddenFiles accepts addresses of files whose names begin with a dot.
var hiddenFiles = automatonOf(`/\.`)

func automatonOf(pattern string) *regex.Automaton {
	p, err := regex.Parse(pattern, false)
	if err != nil {
		panic(err)
	}
	return p.AtLeast()
}

func reportEscape(p *lint.Pass, s *site.Site, l *site.Location) {
	guards := site.Guards(l.Level)
	if guards == "" || len(site.OwnRules(l.Level)) == 0 && !s.Authenticated(l.Level) {
		return
	}
	for _, in := range l.Inner {
		if in.Regex() {
			return // they are tried first
		}
	}
	for _, r := range l.Siblings() {
		if !r.Regex() || r.Pattern == nil || s.Guarded(r.Level) {
			continue
		}
		example, ok := sharedAddress(l, r)
		if !ok || l.Server.Find(example) != r {
			continue
		}
		d := p.Report(l.Level.Node().HeadRange(), `%s does not hold for addresses like %q: the location "%s" takes them`,
			guards, example, locationName(r))
		d.Related = []diag.Related{{Range: r.Level.Node().HeadRange(), Message: "this location takes them"}}
		d.Detail = `with "^~" in front of the prefix no regular expression is tried`
		if l.Level.Node().NumWords() == 2 {
			at := l.Level.Node().ArgRange(0)
			d.Fixes = []diag.Fix{change(at, "^~ "+string(at.Text()), `write "^~"`)}
		}
		return
	}
}

// sharedAddress finds an address that begins with the prefix of one location and
// goes to another, a regular expression beside it.
func sharedAddress(prefix, r *site.Location) (string, bool) {
	name := prefix.Args.Name
	if !strings.HasSuffix(name, "/") {
		name += "/" // what is surely meant to be protected
	}
	in := []*regex.Automaton{regex.Prefix(name), r.Pattern.AtMost()}
	out := []*regex.Automaton{dotSegments}
	for _, o := range prefix.Siblings() {
		switch {
		case o == prefix || o == r || o.Named():
		case o.Regex():
			if o.Level.Node().Pos().Offset < r.Level.Node().Pos().Offset && o.Pattern != nil {
				out = append(out, o.Pattern.AtLeast())
			}
		case o.Args.Kind == ngxhttp.ExactLocation:
			out = append(out, regex.Text(o.Args.Name))
		case len(o.Args.Name) > len(prefix.Args.Name) && strings.HasPrefix(o.Args.Name, prefix.Args.Name):
			out = append(out, regex.Prefix(o.Args.Name))
		}
	}
	// An example that is no hidden file is easier to believe.
	text, answer := regex.Find(printable, in, append(out[:len(out):len(out)], hiddenFiles))
	if answer != regex.Found {
		text, answer = regex.Find(printable, in, out)
	}
	return text, answer == regex.Found
}
