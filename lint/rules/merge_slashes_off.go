package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// MergeSlashesOff flags checks of access that a second slash leads around.
var MergeSlashesOff = &lint.Rule{
	Name: "slashes-not-merged", Severity: diag.Warn, Group: lint.Security,
	Summary: "With merge_slashes off a second slash leads past a location that is protected.",
	Why: `nginx makes one slash of several before it looks for a location. With "merge_slashes off" the address //admin/ is not that of
"location /admin/": another location takes it, without its checks, and most file systems and applications find the same behind both.
Leave merge_slashes on, or protect the address in the application.`,
	Bad: []lint.Example{{In: "http.server", Text: "merge_slashes off;\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\nlocation /admin/ {\n    allow 10.0.0.0/8;\n    deny all;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "location / {\n    proxy_pass http://127.0.0.1:8080;\n}\nlocation /admin/ {\n    allow 10.0.0.0/8;\n    deny all;\n    proxy_pass http://127.0.0.1:8080;\n}\n"},
		{In: "http.server", Text: "merge_slashes off;\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"merge_slashes"},
	On:         []*catalog.Row{ngxhttp.MergeSlashes.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		on, ok := u.Arg.(bool)
		s := siteOf(p)
		if !ok || on || s == nil {
			return
		}
		for _, v := range s.Servers {
			if !liesIn(v.Level, u.Level) || v.Level != u.Level && len(v.Level.Values(u.Row)) > 0 {
				continue
			}
			if l, other := avoided(s, v); l != nil {
				d := p.Report(u.Node.HeadRange(), "%q leads past the %s of location %q", "/"+l.Args.Name, site.Guards(l.Level), locationName(l))
				d.Related = []diag.Related{{Range: l.Level.Node().HeadRange(), Message: "the checks stand here"}}
				if other != nil {
					d.Related = append(d.Related, diag.Related{Range: other.Level.Node().HeadRange(), Message: "this location takes the request"})
				}
				return
			}
		}
	},
}

// liesIn reports whether a level is another one or lies in it.
func liesIn(l, outer *conf.Level) bool {
	for ; l != nil; l = l.Parent() {
		if l == outer {
			return true
		}
	}
	return false
}

// avoided returns a location with checks of its own whose address with a second
// slash in front comes to something that nothing guards, and what that is.
func avoided(s *site.Site, v *site.Server) (l, other *site.Location) {
	for _, in := range v.Locations {
		if in.Level.Synthetic() || !in.Prefix() && in.Args.Kind != ngxhttp.ExactLocation || len(strings.Trim(in.Args.Name, "/")) == 0 || site.Guards(in.Level) == "" {
			continue
		}
		if _, internal := ngxhttp.Internal.Own(in.Level); internal {
			continue // what is behind it has another address
		}
		other := v.Find("/" + in.Args.Name)
		at := v.Level
		if other != nil {
			at = other.Level
		}
		if !s.Guarded(at) && !site.Ends(site.Program(at)) {
			return in, other
		}
	}
	return nil, nil
}
