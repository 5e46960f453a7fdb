package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// TryFilesLast flags last words of try_files that lead nowhere, and words before
// it that only the last one may be.
var TryFilesLast = &lint.Rule{
	Name: "try-files-fallback", Severity: diag.Error, Group: lint.Correctness,
	Summary: "The last word of try_files is not what it has to be: an address, a named location or a code.",
	Why: `All words of try_files but the last are looked for as files. The last one is where the request goes if there is none: an
address with a slash in front, a named location "@name", or a code "=404". It is not looked for: "$uri/" as the last word leads back to the same
location, and nginx ends the circle with 500. A code or a named location before the last word is looked for as a file of that name.`,
	Bad: []lint.Example{{In: "http.location", Text: "try_files $uri index.html;\n"}, {In: "http.location", Text: "try_files $uri $uri/;\n"},
		{In: "http.location", Text: "try_files $uri =404 /index.html;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "try_files $uri /index.html;\n"}, {In: "http.location", Text: "try_files $uri $uri/ =404;\n"}},
	References: []string{"try_files"},
	On:         []*catalog.Row{ngxhttp.TryFiles.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		last := u.Node.NumWords() - 2
		for i := 0; i < last; i++ {
			if w := u.Node.Arg(i); strings.HasPrefix(w, "=") || strings.HasPrefix(w, "@") {
				p.Report(u.Node.ArgRange(i), "%q is looked for as a file: only the last word can be a code or a named location", w)
			}
		}
		reportFallback(p, u, last)
	},
}

func reportFallback(p *lint.Pass, u lint.Use, i int) {
	w, at := u.Node.Arg(i), u.Node.ArgRange(i)
	switch {
	case w == "$uri" || w == "${uri}":
		p.Report(at, "the last word is not looked for: the request comes back here, again and again, until nginx answers 500").
			Fixes = []diag.Fix{insertAfter(at, " =404", `add "=404"`, true)}
	case w == "$uri/" || w == "${uri}/":
		if l := siteOf(p).LocationOf(u.Level); l == nil || l.Prefix() {
			p.Report(at, "the last word is not looked for: the request comes back here, again and again, until nginx answers 500").
				Fixes = []diag.Fix{insertAfter(at, " =404", `add "=404"`, true)}
		}
	case w == "" || strings.ContainsAny(w[:1], "/@=$"):
	case len(w) == 3 && w[0] >= '3' && w[0] <= '5' && strings.Trim(w, "0123456789") == "":
		p.Report(at, `%q is taken for an address: a code is written "=%s"`, w, w).Fixes = []diag.Fix{replace(at, "="+w, "write ="+w)}
	default:
		d := p.Report(at, "%q is an address without a slash, for which no location is found", w)
		if u.Node.Word(i+1).Quote == 0 {
			d.Fixes = []diag.Fix{replace(at, "/"+w, "put a slash in front")}
		}
	}
}

// TryFilesProxy flags try_files beside a directive that passes requests on.
var TryFilesProxy = &lint.Rule{
	Name: "try-files-proxied", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "try_files finds files in a location that passes every request on, the files too.",
	Why: `try_files only chooses the address; the request is then answered by the location it is in. With proxy_pass in the same location
a file that is found is not sent: its name goes to the proxied server. Let the files be answered in this location and pass the rest on in a
named one: "try_files $uri @app".`,
	Bad:        []lint.Example{{In: "http.server", Text: "root /srv;\nlocation / {\n    try_files $uri /index.html;\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "root /srv;\nlocation / {\n    try_files $uri @app;\n}\nlocation @app {\n    proxy_pass http://127.0.0.1:8080;\n}\n"}},
	References: []string{"try_files", "proxy_pass"},
	On:         []*catalog.Row{ngxhttp.TryFiles.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		pass, ok := site.OwnPass(u.Level)
		if !ok || pass.Row != ngxhttp.ProxyPass.Row && pass.Row != ngxhttp.GRPCPass.Row {
			return
		}
		if u.Node.NumWords() == 3 && strings.HasPrefix(u.Node.Arg(1), "@") && strings.HasPrefix(u.Node.Arg(0), "/") && !strings.Contains(u.Node.Arg(0), "$") {
			return // a switch: while the file is there, requests are answered here
		}
		p.Report(u.Node.HeadRange(), `files that are found are not sent but passed on by "%s"`, pass.Row.Name).
			Related = []diag.Related{{Range: pass.Node.HeadRange(), Message: "this answers every request of the location"}}
	},
}

// IfDisablesTryFiles flags conditions beside try_files.
var IfDisablesTryFiles = &lint.Rule{
	Name: "if-disables-try-files", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "When the condition of this \"if\" holds, the try_files beside it is not run.",
	Why: `An "if" that holds replaces the configuration of the location by its own, which inherits most directives but not try_files. So
requests that meet the condition are answered without it: files are not found, the application is not reached. A condition that ends the request
("return", "rewrite ... last") is no problem.

Set variables by "map", or do in the "if" what ends the request.`,
	Bad:        []lint.Example{{In: "http.location", Text: "if ($arg_debug) {\n    set $debug 1;\n}\ntry_files $uri /index.html;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "if ($request_method = TRACE) {\n    return 405;\n}\ntry_files $uri /index.html;\n"}},
	References: []string{"if", "try_files"},
	On:         []*catalog.Row{ngxhttp.TryFiles.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if u.Level.In() != catalog.HTTPLocation {
			return
		}
		for _, s := range site.Program(u.Level) {
			if _, ok := s.If(); !ok || mayTakeAway(s.Body) {
				continue
			}
			d := p.Report(s.Node.HeadRange(), `when this condition holds, "try_files" is not run`)
			d.Related = []diag.Related{{Range: u.Node.HeadRange(), Message: "this is not run"}}
		}
	},
}

// mayTakeAway reports whether a rule may take a request away.
func mayTakeAway(steps []site.Step) bool {
	found := false
	site.Each(steps, func(s *site.Step) {
		_, returns := s.Return()
		r, rewrites := s.Rewrite()
		found = found || returns || rewrites && r.Flag != "break"
	})
	return found
}

// IfOverridden flags conditions whose settings a later one takes away.
var IfOverridden = &lint.Rule{
	Name: "if-overrides-if", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "When both conditions hold, the settings in the first \"if\" are lost.",
	Why: `An "if" that holds replaces the configuration of the location by its own. When a later one holds as well, its configuration
replaces that of the first: the settings of the two are not put together. Only rewrite rules (set, rewrite, return, break) of both are run.

Choose the values by "map" and write the directives once, outside of the conditions.`,
	Bad: []lint.Example{{In: "http.location", Text: "if ($arg_a) {\n    add_header X-A 1;\n}\nif ($arg_b) {\n    add_header X-B 1;\n    expires 1h;\n}\n"}},
	Good: []lint.Example{{In: "http.location", Text: "if ($request_method = GET) {\n    expires 1h;\n}\nif ($request_method = HEAD) {\n    add_header X-B 1;\n}\n"},
		{In: "http.location", Text: "if ($arg_a) {\n    expires 1h;\n}\nif ($arg_b) {\n    return 403;\n}\n"}},
	References: []string{"if"},
	On:         []*catalog.Row{ngxhttp.Location.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if u.Body() == nil {
			return
		}
		var ifs []site.Step
		for _, s := range site.Program(u.Body()) {
			if _, ok := s.If(); ok {
				ifs = append(ifs, s)
			}
		}
		for j := range ifs {
			for i := range ifs[:j] {
				if lost := lostSetting(&ifs[i], &ifs[j]); lost != nil && !exclusive(&ifs[i], &ifs[j]) {
					d := p.Report(ifs[j].Node.HeadRange(), `when this condition holds too, the "%s" of the one above is lost`, lost.Name())
					d.Related = []diag.Related{{Range: lost.HeadRange(), Message: "this is lost"}}
					break
				}
			}
		}
	},
}

// lostSetting returns a directive in the first if, other than a rewrite rule,
// that the second replaces without a word of its own.
func lostSetting(first, second *site.Step) *ast.Directive {
	a, _ := first.Inner.(*conf.Level)
	b, _ := second.Inner.(*conf.Level)
	if a == nil || b == nil || site.Ends(first.Body) || mayTakeAway(first.Body) || mayTakeAway(second.Body) {
		return nil
	}
	var lost *ast.Directive
	a.Each(func(v catalog.Value) bool {
		switch v.Row {
		case ngxhttp.Set.Row, ngxhttp.Rewrite.Row, ngxhttp.Return.Row, ngxhttp.Break.Row, ngxhttp.RewriteLog.Row:
			return true
		}
		if !repeats(b, v) && !strings.HasPrefix(v.Row.Name, "set_by_lua") {
			lost = v.Node
		}
		return lost == nil
	})
	return lost
}

// repeats reports whether a level sets what a value sets.
func repeats(l *conf.Level, v catalog.Value) bool {
	h, ok := headerOf(v)
	for _, o := range l.Values(v.Row) {
		if other, _ := headerOf(o); !ok || strings.EqualFold(h.name, other.name) {
			return true
		}
	}
	return false
}

// exclusive reports whether two conditions cannot hold together.
func exclusive(a, b *site.Step) bool {
	x, _ := a.If()
	y, _ := b.If()
	if x == nil || y == nil || !strings.EqualFold(x.Variable, y.Variable) {
		return false
	}
	switch {
	case x.Operator == "=" && y.Operator == "=":
		return x.Value.Text != y.Value.Text
	case x.Operator == "!"+y.Operator || y.Operator == "!"+x.Operator:
		return x.Value.Text == y.Value.Text
	case x.Operator == "" && y.Operator == "=":
		return y.Value.Text == "" || y.Value.Text == "0"
	case y.Operator == "" && x.Operator == "=":
		return x.Value.Text == "" || x.Value.Text == "0"
	}
	return false
}
