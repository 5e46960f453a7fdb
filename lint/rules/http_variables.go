package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/flow"
	"tidegate/lint/site"
)

// eachTemplate visits the templates in which captures are common.
func eachTemplate(s *site.Site, visit func(use)) {
	eachStep(s, func(st *site.Step) {
		at := flow.At(st)
		if a, ok := st.Rewrite(); ok {
			visit(use{st.Value, 2, a.Replacement, 0, at})
		} else if a, ok := st.Return(); ok {
			visit(use{st.Value, st.Node.NumWords() - 1, a.Text, 0, at})
		} else if a, ok := st.Set(); ok {
			visit(use{st.Value, 2, a.Value, 0, at})
		}
	})
	s.Levels(func(l *conf.Level) {
		for _, row := range []*catalog.Row{ngxhttp.AddHeader.Row, ngxhttp.ProxySetHeader.Row, ngxhttp.FastCGIParam.Row} {
			for _, v := range l.Values(row) {
				if h, ok := headerOf(v); ok {
					visit(use{v, 2, h.value, 0, flow.After(l)})
				}
			}
		}
		if pass, ok := site.OwnPass(l); ok && pass.Target != nil {
			visit(use{pass.Value, 1, pass.Target.Template, 0, flow.After(l)})
		}
		for _, v := range append(append([]catalog.Value(nil), l.Values(ngxhttp.Alias.Row)...), l.Values(ngxhttp.Root.Row)...) {
			if t, err := catalog.ParseTemplate(v.Node.Arg(0)); err == nil {
				visit(use{v, 1, t, 0, flow.After(l)})
			}
		}
	})
}

// MapReplacesCaptures flags captures beside a variable whose making replaces
// them.
var MapReplacesCaptures = &lint.Rule{
	Name: "map-replaces-captures", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Looking up the map replaces the captures that stand beside its variable.",
	Why: `The value of a map is looked up when it is needed, and its regular expressions are matched then: $1 and the like are those of the map from there on. In
"proxy_pass http://$backend/$1" the path is a piece of what the map was asked for, or empty. nginx measures before it writes, so that the two may even differ in length.

Use named groups ("(?<path>.*)"), which become variables of their own.`,
	Bad:        []lint.Example{{In: "http", Text: "map $host $backend {\n    default 127.0.0.1:8080;\n    ~^(.+)\\.example$ 127.0.0.1:8081;\n}\nserver {\n    listen 80;\n    location ~ ^/api/(.*)$ {\n        proxy_pass http://$backend/$1;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "map $host $backend {\n    default 127.0.0.1:8080;\n    ~^(.+)\\.example$ 127.0.0.1:8081;\n}\nserver {\n    listen 80;\n    location ~ ^/api/(?<path>.*)$ {\n        proxy_pass http://$backend/$path;\n    }\n}\n"}},
	References: []string{"map"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		early := lookedUpEarly(s)
		eachTemplate(s, func(u use) {
			capture, table := -1, ""
			for i, part := range u.template.Parts {
				if part.Capture > 0 && capture < 0 {
					capture = i
				}
				if m := flowOf(p).RegexMap(part.Variable); m != nil && part.Variable != "" && (m.Volatile || !early[s.ServerOf(u.at.Level)][m.Variable]) {
					table = m.Variable
				}
			}
			if capture >= 0 && table != "" {
				p.Report(partRange(u.Node, u.word, u.template, capture, u.from), "%q is replaced when \"$%s\" is looked up: its map has regular expressions", u.partText(capture), table)
			}
		})
	}),
}

// lookedUpEarly lists the variables that rules of a server use before a location
// is chosen: their values are kept from then on.
func lookedUpEarly(s *site.Site) map[*site.Server]map[string]bool {
	out := map[*site.Server]map[string]bool{}
	for _, v := range s.Servers {
		names := map[string]bool{}
		site.Each(site.Program(v.Level), func(st *site.Step) {
			for i, w := range st.Node.Words() {
				if i == 1 && st.Row == ngxhttp.Set.Row {
					continue
				}
				for _, m := range variableInWord.FindAllStringSubmatch(w.Text, -1) {
					names[strings.ToLower(m[1])] = true
				}
			}
		})
		out[v] = names
	}
	return out
}

// TargetMayBeEmpty flags targets that a map without default leaves empty.
var TargetMayBeEmpty = &lint.Rule{
	Name: "proxy-target-may-be-empty", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The proxied server comes from a table that has no value for other requests.",
	Why: `A map without "default" is empty for what it does not hold. proxy_pass is then "http://" without a host, and the request is answered by 500. Give the map a default: a
server, or one that answers 404.`,
	Bad:        []lint.Example{{In: "http", Text: "map $host $backend {\n    a.example 127.0.0.1:8081;\n}\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://$backend;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "map $host $backend {\n    default 127.0.0.1:8080;\n    a.example 127.0.0.1:8081;\n}\nserver {\n    listen 80;\n    location / {\n        proxy_pass http://$backend;\n    }\n}\n"}},
	References: []string{"map", "proxy_pass"},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		s.Passes(func(pass site.Pass) {
			if pass.Target == nil || !pass.Target.HasVariables() {
				return
			}
			ways := flowOf(p).Expand(pass.Target.Template, flow.After(pass.Level))
			if slices.ContainsFunc(ways, byCode) {
				return // the empty value may be there only until code sets another
			}
			for _, way := range ways {
				if emptyHost(way) {
					p.Report(pass.Node.ArgRange(0), "there is no server for some requests: the host may be empty")
					return
				}
			}
		})
	}),
}

// byCode reports whether code that is not followed makes a part of an address.
func byCode(way flow.Seq) bool {
	return slices.ContainsFunc(way, func(a flow.Atom) bool { return a.Unknown })
}

// emptyHost reports whether an address has no host.
func emptyHost(way flow.Seq) bool {
	text := ""
	for _, a := range way {
		if a.Literal == "" {
			if a.Name == "$scheme" {
				continue
			}
			return strings.HasSuffix(text, "://") && onlyOf(a, "/?") && a.Client
		}
		text += a.Literal
	}
	_, rest, ok := strings.Cut(text, "://")
	return !ok && text == "" || ok && (rest == "" || strings.HasPrefix(rest, "/"))
}

// VariableElsewhere flags variables that only other servers set.
var VariableElsewhere = &lint.Rule{
	Name: "variable-set-elsewhere", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "The variable is set by rules of other servers only, and is always empty here.",
	Why: `A variable that "set" creates is known everywhere, so nginx does not complain; but it has a value only in requests for which the "set" was run. In another server it is
empty (and the log warns of an uninitialised variable).`,
	Bad:        []lint.Example{{In: "http", Text: "server {\n    listen 80;\n    server_name a.example;\n    set $app one;\n    location / {\n        add_header X-App $app;\n    }\n}\nserver {\n    listen 80;\n    server_name b.example;\n    location / {\n        add_header X-App $app;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "http", Text: "server {\n    listen 80;\n    server_name a.example;\n    set $app one;\n    location / {\n        add_header X-App $app;\n    }\n}\nserver {\n    listen 80;\n    server_name b.example;\n    set $app two;\n    location / {\n        add_header X-App $app;\n    }\n}\n"}},
	References: []string{"set"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		f := flowOf(p)
		for _, v := range s.Servers {
			reported := map[string]bool{}
			eachLevel(v.Level, func(l *conf.Level) {
				l.Each(func(value catalog.Value) bool {
					if value.Node == nil || value.Row == ngxhttp.Location.Row || value.Row.Body == catalog.LuaCode {
						return true
					}
					for i, w := range value.Node.Words() {
						if i == 0 || i == 1 && value.Row == ngxhttp.Set.Row || strings.IndexByte(w.Text, '$') < 0 {
							continue
						}
						for _, m := range variableInWord.FindAllStringSubmatchIndex(w.Text, -1) {
							name := strings.ToLower(w.Text[m[2]:m[3]])
							if !reported[name] && f.SetOnlyElsewhere(name, l) {
								reported[name] = true
								p.Report(value.Node.TextRange(i, m[0], m[3]), "\"$%s\" is always empty here: only rules of other servers set it", name)
							}
						}
					}
					return true
				})
			})
		}
	}),
}

// VariableCase flags one variable under two spellings.
var VariableCase = &lint.Rule{
	Name: "variable-spelling", Severity: diag.Info, Group: lint.Correctness,
	Summary: "The same variable is written with capitals in one place and without in another.",
	Why:     `nginx takes names of variables without regard to case: $JWT_Token and $jwt_token are one. Two spellings look like two variables, and somebody will take them for such.`,
	Bad:     []lint.Example{{In: "http.location", Text: "set $token \"\";\nif ($http_authorization ~ \"^Bearer (.+)$\") {\n    set $Token $1;\n}\nproxy_set_header X-Token $token;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Good:    []lint.Example{{In: "http.location", Text: "set $token \"\";\nif ($http_authorization ~ \"^Bearer (.+)$\") {\n    set $token $1;\n}\nproxy_set_header X-Token $token;\nproxy_pass http://127.0.0.1:8080;\n"}},
	Whole: wholeSite(func(p *lint.Pass, s *site.Site) {
		first := map[string]string{}
		s.Levels(func(l *conf.Level) {
			l.Each(func(value catalog.Value) bool {
				if value.Node == nil || value.Row.Body == catalog.LuaCode {
					return true
				}
				for i, w := range value.Node.Words() {
					if i == 0 || strings.IndexByte(w.Text, '$') < 0 {
						continue
					}
					for _, m := range variableInWord.FindAllStringSubmatchIndex(w.Text, -1) {
						spelt := w.Text[m[2]:m[3]]
						name := strings.ToLower(spelt)
						known := first[name]
						if known == "" {
							if known = spelt; builtinVariable(name, catalog.HTTP) != nil {
								known = name
							}
							first[name] = known
						}
						if spelt != known && value.Row != ngxhttp.Location.Row && value.Row != ngxhttp.ServerName.Row {
							p.Report(value.Node.TextRange(i, m[0], m[3]), "\"$%s\" is the variable \"$%s\"", spelt, known).
								Fixes = []diag.Fix{change(value.Node.TextRange(i, m[2], m[3]), known, "write $"+known)}
						}
					}
				}
				return true
			})
		})
	}),
}
