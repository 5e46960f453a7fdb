package rules

import (
	"regexp"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/regex"
	"tidegate/lint/site"
)

// corsOf returns the headers in force at a level that say who may read answers
// from other sites: whom, and whether with cookies.
func corsOf(l *conf.Level) (origin catalog.Use[ngxhttp.HeaderArgs], credentials, ok bool) {
	for _, u := range ngxhttp.AddHeader.Uses(l) {
		switch strings.ToLower(u.Arg.Name) {
		case "access-control-allow-origin":
			origin, ok = u, true
		case "access-control-allow-credentials":
			text, constant := u.Arg.Value.Constant()
			credentials = constant && strings.EqualFold(text, "true")
		}
	}
	return origin, credentials, ok
}

// CORSReflected flags answers that every site may read with the visitor's
// cookies.
var CORSReflected = &lint.Rule{
	Name: "cors-any-origin", Severity: diag.Error, Group: lint.Security,
	Summary: "Every site may read answers with the cookies of its visitors.",
	Why: `Access-Control-Allow-Origin with the Origin of the request lets in whoever asks; with Access-Control-Allow-Credentials the browser sends cookies along. Any page
that a visitor opens can then read what he sees here, and act in his name. Compare $http_origin with the sites that are meant, in a "map", and send what it
gives.`,
	Bad:        []lint.Example{{In: "http.location", Text: "add_header Access-Control-Allow-Origin $http_origin;\nadd_header Access-Control-Allow-Credentials true;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:       []lint.Example{{In: "http", Text: "map $http_origin $origin {\n    default \"\";\n    https://app.example.com $http_origin;\n}\nserver {\n    listen 80;\n    location / {\n        add_header Access-Control-Allow-Origin $origin;\n        add_header Access-Control-Allow-Credentials true;\n        proxy_pass http://127.0.0.1:8080;\n    }\n}\n"}},
	References: []string{"CWE-942"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			origin, credentials, ok := corsOf(l)
			if !ok || !credentials || len(l.Values(ngxhttp.AddHeader.Row)) == 0 || conditional(l) {
				return
			}
			for _, way := range flowOf(p).Expand(origin.Arg.Value, flow.After(l)) {
				for _, a := range way {
					if a.Client && !a.Checked && !a.Unknown && strings.HasPrefix(a.Name, "$http_") {
						p.Report(origin.Node.HeadRange(), "every site may read these answers with the cookies of its visitors: %q is sent back unchecked", a.Name)
						return
					}
				}
			}
		})
	}),
}

// conditional reports whether a level is that of a condition about more than the
// method, which may have looked at the origin.
func conditional(l *conf.Level) bool {
	for ; l != nil; l = l.Parent() {
		if c, ok := l.Arg().(*ngxhttp.Condition); ok && c != nil && !strings.EqualFold(c.Variable, "request_method") {
			return true
		}
	}
	return false
}

// CORSWildcard flags cookies together with any origin.
var CORSWildcard = &lint.Rule{
	Name: "cors-wildcard-credentials", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "Browsers refuse Access-Control-Allow-Credentials together with the origin \"*\".",
	Why:     `"*" is for answers that anybody may read without cookies. A request with cookies fails in the browser when it gets "*". Name the sites that may send cookies.`,
	Bad:     []lint.Example{{In: "http.server", Text: "add_header Access-Control-Allow-Origin *;\nadd_header Access-Control-Allow-Credentials true;\n"}},
	Good:    []lint.Example{{In: "http.server", Text: "add_header Access-Control-Allow-Origin *;\n"}},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			origin, credentials, ok := corsOf(l)
			if ok && credentials && origin.Arg.Value.Text == "*" && len(l.Values(ngxhttp.AddHeader.Row)) > 0 {
				p.Report(origin.Node.HeadRange(), `browsers refuse "*" for requests with cookies`)
			}
		})
	}),
}

// domainInside finds the name of a domain in a pattern: "example\.com".
var domainInside = regexp.MustCompile(`[A-Za-z0-9-]+\\?\.(?:[A-Za-z0-9-]+\\?\.)*[A-Za-z]{2,}`)

// foreignOrigin accepts addresses on a domain that nobody's pattern names,
// foreignReferer the same behind the scheme.
var (
	foreignOrigin  = automatonOf(`^https?://(?:[a-z0-9.-]*[.-])?attacker\.test(?:/[!-~]*)?\z`)
	foreignReferer = automatonOf(`^(?:[a-z0-9.-]*[.-])?attacker\.test(?:/[!-~]*)?\z`)
)

// OriginBypass flags patterns for sites that other sites fit too.
var OriginBypass = &lint.Rule{
	Name: "origin-check-bypass", Severity: diag.Warn, Group: lint.Security,
	Summary: "The pattern for trusted sites also fits sites of others.",
	Why: `A pattern that is not bound to the start and the end is looked for anywhere: "example\.com" is in https://example.com.attacker.test and in
https://attacker.test/?example.com. Write the whole origin: ^https://([a-z0-9-]+\.)?example\.com$ (for a Referer "(/|$)" at the end).`,
	Bad: []lint.Example{{In: "http.location", Text: "if ($http_origin !~ \"https://.*\\.example\\.com\") {\n    return 403;\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "if ($http_origin !~ \"^https://([a-z0-9-]+\\.)?example\\.com$\") {\n    return 403;\n}\n"},
		{In: "http.location", Text: "if ($http_referer ~ \"spam\\.example\") {\n    return 403;\n}\n"}},
	References: []string{"CWE-625"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		eachStep(s, func(st *site.Step) {
			c, ok := st.If()
			if !ok || !namesOrigin(c.Variable) || !strings.Contains(c.Operator, "~") || !trusts(st, c) {
				return
			}
			reportBypass(p, c.Value.Text, strings.HasSuffix(c.Operator, "*"), st.Node.WordRange(st.Node.NumWords()-1), foreignOrigin)
		})
		for _, u := range ngxhttp.Map.Uses(s.HTTP) {
			if u.Arg == nil || len(u.Arg.Source.Parts) != 1 || !namesOrigin(u.Arg.Source.Parts[0].Variable) {
				continue
			}
			for _, e := range u.Arg.Entries {
				if e.Kind == ngxstream.MapRegex && (strings.Contains(e.Value.Text, "$http_origin") || strings.HasPrefix(e.Value.Text, "http")) {
					reportBypass(p, e.Key, e.Caseless, entryRange(e), foreignOrigin)
				}
			}
		}
		s.Levels(func(l *conf.Level) {
			for _, v := range l.Values(ngxhttp.ValidReferers.Row) {
				texts, _ := v.Arg.([]string)
				for i, text := range texts {
					if strings.HasPrefix(text, "~") {
						reportBypass(p, text[1:], true, v.Node.ArgRange(i), foreignReferer)
					}
				}
			}
		})
	}),
}

func namesOrigin(name string) bool {
	return strings.EqualFold(name, "http_origin") || strings.EqualFold(name, "http_referer")
}

// trusts reports whether what fits a condition is trusted: the others are turned
// away, or those that fit are let in.
func trusts(st *site.Step, c *ngxhttp.Condition) bool {
	refuses, allows := false, false
	site.Each(st.Body, func(s *site.Step) {
		if a, ok := s.Return(); ok && a.Code >= 400 {
			refuses = true
		}
	})
	if in, ok := st.Inner.(*conf.Level); ok {
		for _, v := range in.Values(ngxhttp.AddHeader.Row) {
			h, _ := headerOf(v)
			allows = allows || strings.HasPrefix(strings.ToLower(h.name), "access-control-allow-")
		}
	}
	if strings.HasPrefix(c.Operator, "!") {
		return refuses
	}
	return allows && !refuses
}

func reportBypass(p *lint.Pass, text string, caseless bool, at ast.Range, foreign *regex.Automaton) {
	pattern, err := regex.Parse(text, caseless)
	if err != nil || !domainInside.MatchString(text) {
		return
	}
	example, answer := regex.Find(printable, []*regex.Automaton{pattern.AtMost(), foreign}, nil)
	if answer == regex.Found {
		p.Report(at, "%q fits this too", example).Detail = `bind the pattern with "^" and "$", and escape dots`
	}
}

// ReferersUnchecked flags valid_referers whose result nobody looks at.
var ReferersUnchecked = &lint.Rule{
	Name: "referers-unchecked", Severity: diag.Error, Group: lint.Correctness,
	Summary:    "valid_referers refuses nothing: its result is not looked at.",
	Why:        `valid_referers sets $invalid_referer, and that is all. Requests are refused only by a rule that looks at it: if ($invalid_referer) { return 403; }`,
	Bad:        []lint.Example{{In: "http.location", Text: "valid_referers none server_names;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "valid_referers none server_names;\nif ($invalid_referer) {\n    return 403;\n}\n"}},
	References: []string{"valid_referers"},
	On:         []*catalog.Row{ngxhttp.ValidReferers.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if !mentioned(p, "invalid_referer") {
			p.Report(u.Node.HeadRange(), "nothing looks at $invalid_referer: no request is refused")
		}
	},
}

// mentioned reports whether something in http may read a variable.
func mentioned(p *lint.Pass, name string) bool {
	if !p.Complete() {
		return true
	}
	for _, m := range p.Tree.UsedVariables(catalog.HTTP) {
		if m.Name == name {
			return true
		}
	}
	return luaMentions(p)(name)
}

// SecureLinkUnchecked flags secure_link whose result nobody looks at.
var SecureLinkUnchecked = &lint.Rule{
	Name: "secure-link-unchecked", Severity: diag.Error, Group: lint.Security,
	Summary: "Links are not checked: the result of secure_link is not looked at.",
	Why: `secure_link sets $secure_link: empty for a wrong link, "0" for one whose time is over, "1" for a right one. Nothing is refused by that; a rule has to look at
it: if ($secure_link != 1) { return 403; }`,
	Bad:        []lint.Example{{In: "http.location", Text: "secure_link $arg_md5,$arg_expires;\nsecure_link_md5 \"$secure_link_expires$uri secret\";\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "secure_link $arg_md5,$arg_expires;\nsecure_link_md5 \"$secure_link_expires$uri secret\";\nif ($secure_link != 1) {\n    return 403;\n}\n"}},
	References: []string{"secure_link"},
	On:         []*catalog.Row{ngxhttp.SecureLink.Row, ngxhttp.SecureLinkSecret.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if !mentioned(p, "secure_link") {
			p.Report(u.Node.HeadRange(), "nothing looks at $secure_link: every link is accepted")
		}
	},
}

// SecureLinkUnbound flags signatures that anybody can make, or that fit any
// address.
var SecureLinkUnbound = &lint.Rule{
	Name: "secure-link-unbound", Severity: diag.Warn, Group: lint.Security,
	Summary:    "The signature of links holds no secret, or does not hold the address.",
	Why:        `Without a secret among what is signed anybody can compute the signature. Without the address in it a signature for one file opens all others.`,
	Bad:        []lint.Example{{In: "http.location", Text: "secure_link $arg_md5,$arg_expires;\nsecure_link_md5 \"$secure_link_expires secret\";\nif ($secure_link != 1) {\n    return 403;\n}\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "secure_link $arg_md5,$arg_expires;\nsecure_link_md5 \"$secure_link_expires$uri secret\";\nif ($secure_link != 1) {\n    return 403;\n}\n"}},
	References: []string{"secure_link_md5"},
	On:         []*catalog.Row{ngxhttp.SecureLinkMD5.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		t, _ := u.Arg.(catalog.Template)
		secret, address := false, false
		for _, part := range t.Parts {
			name := strings.ToLower(part.Variable)
			switch {
			case strings.Trim(part.Literal, " \t:,;|-_/") != "":
				secret = true
			case part.Capture > 0, name == "uri", name == "request_uri", name == "args", name == "query_string", name == "document_uri", name == "request_filename", strings.HasPrefix(name, "arg_"):
				address = true
			case name != "" && builtinVariable(name, catalog.HTTP) == nil:
				secret, address = true, true // it may hold either
			}
		}
		switch {
		case !secret:
			p.Report(u.Node.ArgRange(0), "there is no secret in what is signed: anybody can make a signature")
		case !address:
			p.Report(u.Node.ArgRange(0), "the address is not in what is signed: a signature fits every file")
		}
	},
}
