package rules

import (
	"strconv"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// hstsPolicy is a Strict-Transport-Security header.
type hstsPolicy struct {
	// age is the value of max-age in seconds, -1 if it is missing or wrong.
	age                 int64
	subdomains, preload bool
}

// hstsOf reads an add_header of Strict-Transport-Security with a constant value.
func hstsOf(u lint.Use) (hstsPolicy, bool) {
	a, ok := headerOf(u.Value)
	if !ok || !strings.EqualFold(a.name, "strict-transport-security") {
		return hstsPolicy{}, false
	}
	text, constant := a.value.Constant()
	if !constant || text == "" {
		return hstsPolicy{}, false
	}
	h := hstsPolicy{age: -1}
	for _, part := range strings.Split(text, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "max-age":
			if n, err := strconv.ParseInt(strings.Trim(strings.TrimSpace(value), `"`), 10, 64); err == nil && n >= 0 {
				h.age = n
			}
		case "includesubdomains":
			h.subdomains = true
		case "preload":
			h.preload = true
		}
	}
	return h, true
}

var addHeader = []*catalog.Row{ngxhttp.AddHeader.Row}

// HSTSInvalid flags policies that browsers or the preload list reject.
var HSTSInvalid = &lint.Rule{
	Name: "hsts-invalid", Severity: diag.Warn, Group: lint.Security,
	Summary: "A Strict-Transport-Security header does not say what it has to say to have an effect.",
	Why: `Without a max-age in seconds browsers ignore the header as a whole. "preload" asks for a place in the lists that browsers
carry along; these take only sites with includeSubDomains and a max-age of at least a year (31536000).`,
	Bad: []lint.Example{{In: "http.server", Text: "add_header Strict-Transport-Security includeSubDomains always;\n"},
		{In: "http.server", Text: "add_header Strict-Transport-Security \"max-age=86400; preload\" always;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "add_header Strict-Transport-Security \"max-age=63072000; includeSubDomains; preload\" always;\n"}},
	References: []string{"RFC 6797"},
	On:         addHeader,
	Use: func(p *lint.Pass, u lint.Use) {
		h, ok := hstsOf(u)
		switch at := u.Node.ArgRange(1); {
		case !ok:
		case h.age < 0:
			p.Report(at, `Strict-Transport-Security has no "max-age" in seconds and is ignored by browsers`)
		case h.preload && !h.subdomains:
			p.Report(at, `"preload" without "includeSubDomains" is not accepted by the preload list`)
		case h.preload && h.age < 31536000:
			p.Report(at, `"preload" with a max-age of less than a year (31536000) is not accepted by the preload list`)
		}
	},
}

// HSTSShort flags policies that browsers forget soon.
var HSTSShort = &lint.Rule{
	Name: "hsts-short", Severity: diag.Info, Group: lint.Security,
	Summary: "A Strict-Transport-Security header holds for a short time only.",
	Why: `The policy protects a visitor from his second visit on, until max-age has passed. When it is short, most visits are a first
one again. A short time is right while TLS is being introduced; then it should grow to months.`,
	Bad: []lint.Example{{In: "http.server", Text: "add_header Strict-Transport-Security max-age=3600 always;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "add_header Strict-Transport-Security max-age=31536000 always;\n"},
		{In: "http.server", Text: "add_header Strict-Transport-Security max-age=0 always;\n"}},
	References: []string{"RFC 6797"},
	Settings:   []lint.Setting{{Name: "days", Default: 30, Doc: "the number of days below which a time is short"}},
	On:         addHeader,
	Use: func(p *lint.Pass, u lint.Use) {
		if h, ok := hstsOf(u); ok && h.age > 0 && h.age < int64(p.Int("days"))*86400 {
			p.Report(u.Node.ArgRange(1), "browsers forget this policy after %d seconds", h.age)
		}
	},
}

// HSTSWithoutAlways flags policies that are left out of errors.
var HSTSWithoutAlways = &lint.Rule{
	Name: "hsts-without-always", Severity: diag.Info, Group: lint.Security,
	Summary: "Strict-Transport-Security is left out of error pages.",
	Why: `Without "always" add_header works for the codes 200, 201, 204, 206, 301, 302, 303, 304, 307 and 308 only. A visitor whose first
answer is an error (404, 403, 502) gets no policy, and his next request may go over plain HTTP.`,
	Bad:        []lint.Example{{In: "http.server", Text: "add_header Strict-Transport-Security max-age=31536000;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "add_header Strict-Transport-Security max-age=31536000 always;\n"}},
	References: []string{"add_header", "RFC 6797"},
	On:         addHeader,
	Use: func(p *lint.Pass, u lint.Use) {
		a, _ := headerOf(u.Value)
		if !strings.EqualFold(a.name, "strict-transport-security") || a.always {
			return
		}
		p.Report(u.Node.HeadRange(), `without "always" error pages do not carry Strict-Transport-Security`).
			Fixes = []diag.Fix{insertAfter(u.Node.ArgRange(1), " always", `add "always"`, true)}
	},
}

// HSTSPlainHTTP flags policies on servers that only send clients to https.
var HSTSPlainHTTP = &lint.Rule{
	Name: "hsts-plain-http", Severity: diag.Info, Group: lint.Security,
	Summary: "Strict-Transport-Security is sent over plain HTTP, where browsers ignore it.",
	Why: `Browsers take the policy from TLS connections only, because anyone on the way could put it into a plain answer. On a server that
does nothing but send clients to https it has no effect: put it into the server that they are sent to.`,
	Bad: []lint.Example{{In: "http.server", Text: "add_header Strict-Transport-Security max-age=31536000 always;\nreturn 301 https://$host$request_uri;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "return 301 https://$host$request_uri;\n"},
		{In: "http.server", Text: "add_header Strict-Transport-Security max-age=31536000 always;\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"RFC 6797"},
	On:         addHeader,
	Use: func(p *lint.Pass, u lint.Use) {
		a, _ := headerOf(u.Value)
		s := siteOf(p)
		if !strings.EqualFold(a.name, "strict-transport-security") || s == nil {
			return
		}
		v := s.ServerOf(u.Level)
		if v == nil {
			return
		}
		if secure, _ := v.TLS(); secure || !sendsToTLS(u.Level) && !sendsToTLS(v.Level) {
			return
		}
		p.Report(u.Node.HeadRange(), "browsers ignore Strict-Transport-Security on a plain connection, and all that this server does is send them to https")
	},
}

// sendsToTLS reports whether every request in a level is sent to https.
func sendsToTLS(l *conf.Level) bool {
	a, _, ok := site.Answer(site.Program(l))
	return ok && a.Code >= 301 && a.Code <= 308 && strings.HasPrefix(a.Text.Text, "https://")
}
