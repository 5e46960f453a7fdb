package rules

import (
	"slices"
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// RootMissing flags locations whose files are looked for in the folder of the
// installation.
var RootMissing = &lint.Rule{
	Name: "root-missing", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "A location serves files without a root, because only other locations have one.",
	Why: `root in one location does not hold for those beside it. Without a root nginx looks in the folder "html" of its installation, and finds nothing, or the page that came
with it. Write root once, in the server.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location / {\n    root /srv/www;\n}\nlocation /img/ {\n    expires 1d;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "root /srv/www;\nlocation / {\n    index index.html;\n}\nlocation /img/ {\n    expires 1d;\n}\n"}},
	References: []string{"root"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			var with *site.Location
			v.All(func(l *site.Location) {
				if len(l.Level.Values(ngxhttp.Root.Row)) > 0 && with == nil {
					with = l
				}
			})
			if with == nil || ngxhttp.Root.Set(v.Level) {
				continue
			}
			v.All(func(l *site.Location) {
				if l.Named() || l.Level.Synthetic() || ngxhttp.Root.Set(l.Level) || len(l.Level.Values(ngxhttp.Alias.Row)) > 0 || !site.Static(l.Level) ||
					len(l.Inner) > 0 || s.Guarded(l.Level) || aliasAround(l) || site.Lua(l.Level, "content_by_lua") || leadsAway(l.Level) {
					return
				}
				p.Report(l.Level.Node().HeadRange(), `files are looked for in the folder "html" of the installation: there is no root here`).
					Related = []diag.Related{{Range: with.Level.Values(ngxhttp.Root.Row)[0].Node.HeadRange(), Message: "this holds for its location only"}}
			})
		}
	}),
}

// leadsAway reports whether a location is there for its rewrite: where that does
// not match there is nothing to find, and nothing is meant to be.
func leadsAway(l *conf.Level) bool {
	return slices.ContainsFunc(site.Program(l), func(s site.Step) bool {
		a, ok := s.Rewrite()
		return ok && a.Flag != "break"
	})
}

func aliasAround(l *site.Location) bool {
	for o := l.Outer; o != nil; o = o.Outer {
		if len(o.Level.Values(ngxhttp.Alias.Row)) > 0 {
			return true
		}
	}
	return false
}

// IndexElsewhere flags exact locations of a directory whose index another
// location answers.
var IndexElsewhere = &lint.Rule{
	Name: "index-answered-elsewhere", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The index of this exact location is answered by another location.",
	Why: `For an address that ends in a slash nginx finds the index file and then starts again with its address: "location = /" becomes /index.html, which is not "= /" any
more. The location that is found for that answers, with its own root, its own checks and its own proxy. Serve the file itself with "try_files /index.html =404".`,
	Bad:        []lint.Example{{In: "http.server", Text: "location = / {\n    root /srv/start;\n    index index.html;\n}\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location = / {\n    root /srv/start;\n    try_files /index.html =404;\n}\nlocation / {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"index", "location"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			v.All(func(l *site.Location) {
				if l.Args.Kind != ngxhttp.ExactLocation || !strings.HasSuffix(l.Args.Name, "/") || !site.Static(l.Level) || len(l.Level.Values(ngxhttp.TryFiles.Row)) > 0 ||
					len(l.Level.Values(ngxhttp.Root.Row)) == 0 {
					return
				}
				index := "index.html"
				for _, list := range ngxhttp.Index.All(l.Level) {
					if len(list) > 0 {
						index = list[0].Text
						break
					}
				}
				if strings.ContainsAny(index, "$/") {
					return
				}
				to := v.Level
				if found := v.Find(l.Args.Name + index); found != nil {
					to = found.Level
				}
				if site.Static(to) && ngxhttp.Root.Get(to).Text == ngxhttp.Root.Get(l.Level).Text {
					return
				}
				by := to.Node()
				p.Report(l.Level.Node().HeadRange(), "%q is not answered here: it becomes %q", l.Args.Name, l.Args.Name+index).
					Related = []diag.Related{{Range: by.HeadRange(), Message: "it is answered here"}}
			})
		}
	}),
}

// RewriteForReturn flags redirects by a regular expression that matches
// everything.
var RewriteForReturn = &lint.Rule{
	Name: "rewrite-for-return", Severity: diag.Info, Group: lint.Reliability,
	Summary: "A redirect of every request is written as a rewrite.",
	Why: `A regular expression that matches every address is matched for nothing, and a rewrite adds the arguments of the request by itself, which is easily overlooked.
"return" says what is meant.`,
	Bad:        []lint.Example{{In: "http.server", Text: "rewrite ^ https://example.com$request_uri? permanent;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "return 301 https://example.com$request_uri;\n"}, {In: "http.server", Text: "rewrite ^/old/(.*)$ /new/$1 permanent;\n"}},
	References: []string{"return", "rewrite"},
	On:         []*catalog.Row{ngxhttp.Rewrite.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		a, _ := u.Arg.(ngxhttp.RewriteArgs)
		if !site.MatchesAll(a.Regex) || !site.Redirects(a) {
			return
		}
		for _, part := range a.Replacement.Parts {
			if part.Capture > 0 {
				return
			}
		}
		d := p.Report(u.Node.HeadRange(), `this redirects every request: "return" says so`)
		code := "302 "
		if a.Flag == "permanent" {
			code = "301 "
		}
		to, bare := strings.CutSuffix(a.Replacement.Text, "?")
		if strings.Contains(to, "?") || strings.Contains(to, "/$request_uri") || strings.Contains(to, "$uri") || u.Node.Word(2).Quote != 0 {
			return
		}
		if !bare {
			to += "$is_args$args"
		}
		d.Fixes = []diag.Fix{replace(u.Node.HeadRange(), "return "+code+to, `write "return"`)}
	},
}

// IfFileExists flags files that are looked for by a condition.
var IfFileExists = &lint.Rule{
	Name: "if-file-exists", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Files are looked for by a condition, where try_files does it.",
	Why: `"if (!-e $request_filename)" looks for the file, and nginx looks for it again when it serves it; and in a location an "if" brings its own surprises (see if-disables-try-files).
"try_files $uri $uri/ /index.php?$args" does the same in one step.`,
	Bad:        []lint.Example{{In: "http.location", Text: "root /srv;\nif (!-e $request_filename) {\n    rewrite ^ /index.php last;\n}\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "root /srv;\ntry_files $uri $uri/ /index.php?$args;\n"}},
	References: []string{"try_files", "if"},
	On:         []*catalog.Row{ngxhttp.If.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		c, _ := u.Arg.(*ngxhttp.Condition)
		if c == nil || c.Variable != "" || c.Value.Text != "$request_filename" || u.Body() == nil {
			return
		}
		steps := site.Program(u.Body())
		if len(steps) != 1 {
			return
		}
		if a, ok := steps[0].Rewrite(); ok && a.Flag != "redirect" && a.Flag != "permanent" && strings.HasPrefix(c.Operator, "!") {
			p.Report(u.Node.HeadRange(), `"try_files" looks for files and says where to go if there is none`)
		}
	},
}

// CacheControlContradiction flags life times that contradict each other.
var CacheControlContradiction = &lint.Rule{
	Name: "cache-control-contradiction", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "expires says that answers may be kept, and Cache-Control that they may not.",
	Why: `expires writes a Cache-Control header of its own. With another one from add_header the answer carries both, and caches take the stricter: what was to be kept for a month is
asked for each time; or it is the other way round and a secret page is kept. Say it once.`,
	Bad:        []lint.Example{{In: "http.location", Text: "expires 30d;\nadd_header Cache-Control no-store;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "expires 30d;\nadd_header Cache-Control public;\n"}},
	References: []string{"expires"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Levels(func(l *conf.Level) {
			expires, ok := ngxhttp.Expires.Lookup(l)
			if !ok || len(l.Values(ngxhttp.AddHeader.Row)) == 0 && len(l.Values(ngxhttp.Expires.Row)) == 0 {
				return
			}
			keeps, known := keepsFor(expires.Text)
			for _, u := range ngxhttp.AddHeader.Uses(l) {
				text, constant := u.Arg.Value.Constant()
				if !known || !constant || !strings.EqualFold(u.Arg.Name, "cache-control") {
					continue
				}
				text = strings.ToLower(text)
				forbids := strings.Contains(text, "no-store") || strings.Contains(text, "no-cache") || strings.Contains(text, "max-age=0")
				if keeps && forbids {
					p.Report(u.Node.HeadRange(), `"expires %s" says the opposite in a Cache-Control header of its own`, expires.Text)
				} else if !keeps && strings.Contains(text, "max-age=") && !forbids {
					p.Report(u.Node.HeadRange(), `"expires %s" says the opposite in a Cache-Control header of its own`, expires.Text)
				}
			}
		})
	}),
}

// keepsFor reports whether expires lets answers be kept.
func keepsFor(text string) (keeps, known bool) {
	switch text {
	case "max":
		return true, true
	case "epoch", "-1":
		return false, true
	case "off":
		return false, false
	}
	if strings.HasPrefix(text, "-") {
		return false, true
	}
	d, ok := catalog.ParseSeconds(strings.TrimPrefix(text, "+"))
	return d > time.Minute, ok && (d == 0 || d > time.Minute)
}
