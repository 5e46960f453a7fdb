package rules

import (
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on what is declared and not used.
var (
	// UnusedUpstream flags groups that nothing passes anything to.
	UnusedUpstream = &lint.Rule{
		Name: "unused-upstream", Severity: diag.Warn, Group: lint.Unused,
		Summary: "No directive names an upstream group.",
		Why: `A group that nothing passes sessions or requests to has no effect. Often its name is misspelt where it should be used, and the
directive there names a host instead. Nothing is reported if some target holds variables, because these may name the group.`,
		Bad:  []lint.Example{{In: "stream", Text: "upstream old { server 10.0.0.1:80; }\nserver { listen 1; proxy_pass 10.0.0.2:80; }\n"}},
		Good: []lint.Example{{In: "stream", Text: "upstream app { server 10.0.0.1:80; }\nserver { listen 1; proxy_pass app; }\n"}},
		Whole: func(p *lint.Pass) {
			if !p.Complete() || foreignModules(p) {
				return
			}
			reportUnusedGroups(p, p.Tree.Stream(), p.Tree.Upstreams())
			reportUnusedGroups(p, p.Tree.HTTP(), p.Tree.HTTPUpstreams())
		},
	}
	// UnusedVariable flags variables that are made and not read.
	UnusedVariable = &lint.Rule{
		Name: "unused-variable", Severity: diag.Info, Group: lint.Unused,
		Summary: "A variable that map, geo, split_clients or set makes is read nowhere.",
		Why: `What nothing reads has no effect. Often the name is misspelt where it should be read, or the directive that read it is gone.
Nothing is reported if code that is not known, server-side includes or another module may read it.`,
		Bad:  []lint.Example{{In: "stream", Text: "map $remote_addr $area { default a; }\nserver { listen 1; return a; }\n"}},
		Good: []lint.Example{{In: "stream", Text: "map $remote_addr $area { default a; }\nserver { listen 1; return $area; }\n"}},
		Whole: func(p *lint.Pass) {
			if !p.Complete() {
				return
			}
			for _, subsystem := range []catalog.Context{catalog.Stream, catalog.HTTP} {
				if subsystem == catalog.Stream || !includesRun(p) {
					reportUnusedVariables(p, subsystem)
				}
			}
		},
	}
	// UnusedLogFormat flags formats that no log has.
	UnusedLogFormat = &lint.Rule{
		Name: "unused-log-format", Severity: diag.Info, Group: lint.Unused,
		Summary: "No access_log uses a log format.",
		Why: `A log_format does nothing by itself. In http an access_log without a name of a format uses "combined", so that a format that was
meant for it is easily left unused.`,
		Bad:  []lint.Example{{In: "http", Text: "log_format short '$remote_addr $status';\naccess_log logs/access.log;\n"}},
		Good: []lint.Example{{In: "http", Text: "log_format short '$remote_addr $status';\naccess_log logs/access.log short;\n"}},
		Whole: func(p *lint.Pass) {
			if !p.Complete() || foreignModules(p) {
				return
			}
			for _, subsystem := range []catalog.Context{catalog.Stream, catalog.HTTP} {
				for _, f := range p.Tree.LogFormats(subsystem) {
					if !slices.ContainsFunc(p.Tree.LogFormatUses(subsystem), func(m conf.Mention) bool { return strings.EqualFold(m.Name, f.Name) }) {
						p.Report(f.At, `no access_log uses the format "%s"`, f.Name)
					}
				}
			}
		},
	}
	// UnusedZone flags shared memory that nothing refers to.
	UnusedZone = &lint.Rule{
		Name: "unused-zone", Severity: diag.Warn, Group: lint.Unused,
		Summary: "No directive uses a zone of limits or of a cache.",
		Why: `limit_conn_zone, limit_req_zone and proxy_cache_path only set memory apart. Without limit_conn, limit_req or proxy_cache with
the name of the zone nobody is limited and nothing is cached.`,
		Bad:  []lint.Example{{In: "http", Text: "limit_req_zone $binary_remote_addr zone=each:10m rate=5r/s;\n"}},
		Good: []lint.Example{{In: "http", Text: "limit_req_zone $binary_remote_addr zone=each:10m rate=5r/s;\nlimit_req zone=each burst=10;\n"}},
		Whole: func(p *lint.Pass) {
			if !p.Complete() {
				return
			}
			dynamic := cacheNamesVary(p)
			for _, z := range p.Tree.Zones {
				used := slices.ContainsFunc(p.Tree.ZoneUses, func(m conf.Mention) bool { return m.Name == z.Name })
				if !used && slices.Contains(zoneRows, z.Row) && !(dynamic && strings.HasSuffix(z.Row.Name, "_cache_path")) {
					p.Report(z.At, `nothing uses the zone "%s"`, z.Name)
				}
			}
		},
	}
)

// zoneRows are the directives that declare a zone for others.
var zoneRows = []*catalog.Row{
	ngxstream.LimitConnZone.Row, ngxhttp.LimitConnZone.Row, ngxhttp.LimitReqZone.Row, ngxhttp.ProxyCachePath.Row,
	ngxhttp.FastCGICachePath.Row, ngxhttp.UWSGICachePath.Row, ngxhttp.SCGICachePath.Row,
}

// cacheNamesVary tells that the name of a cache is made of variables somewhere.
func cacheNamesVary(p *lint.Pass) bool {
	vary := false
	eachLevel(p.Tree.HTTP(), func(l *conf.Level) {
		for _, r := range []*catalog.Row{ngxhttp.ProxyCache.Row, ngxhttp.FastCGICache.Row, ngxhttp.UWSGICache.Row, ngxhttp.SCGICache.Row} {
			for _, v := range l.Values(r) {
				vary = vary || strings.Contains(v.Node.Arg(0), "$")
			}
		}
	})
	return vary
}

// reportUnusedGroups finds groups whose name stands in no word of the block but
// their own.
func reportUnusedGroups(p *lint.Pass, top *conf.Level, groups []*conf.Level) {
	if len(groups) == 0 {
		return
	}
	// There may be thousands of groups: most of their names stand for themselves between "/", ":" and "$", the others are searched.
	var words strings.Builder
	alone := map[string]bool{}
	vary := false
	ast.WalkIncluded(top.Node().Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		for i, w := range d.Words() {
			if i > 0 && !d.Is("upstream") {
				word := strings.ToLower(w.Text)
				words.WriteString(word + "\x00")
				for name := range strings.FieldsFuncSeq(word, func(c rune) bool { return strings.ContainsRune("/:$", c) }) {
					alone[name] = true
				}
				vary = vary || strings.HasSuffix(d.Name(), "_pass") && strings.Contains(w.Text, "$")
			}
		}
		return true
	})
	for _, g := range groups {
		name := strings.ToLower(g.Arg().(*ngxstream.Group).Name)
		if !vary && !alone[name] && !strings.Contains(words.String(), name) {
			p.Report(g.Node().WordRange(1), `nothing passes anything to the group "%s"`, g.Node().Arg(0))
		}
	}
}

// makers are the directives that make a variable.
var makers = []*catalog.Row{
	ngxstream.Map.Row, ngxstream.Geo.Row, ngxstream.SplitClients.Row, ngxstream.Set.Row,
	ngxhttp.Map.Row, ngxhttp.Geo.Row, ngxhttp.SplitClients.Row, ngxhttp.Set.Row,
}

// madeAt is the word in which a directive names the variable that it makes; a
// regular expression in a map makes others.
func madeAt(m conf.Mention) ast.Range {
	if m.Row == ngxstream.Set.Row || m.Row == ngxhttp.Set.Row {
		return m.Node.WordRange(1)
	}
	return m.Node.WordRange(m.Node.NumWords() - 1)
}

func reportUnusedVariables(p *lint.Pass, subsystem catalog.Context) {
	made := map[string][]conf.Mention{}
	var order []string
	for _, m := range p.Tree.DefinedVariables(subsystem) {
		if slices.Contains(makers, m.Row) && m.At == madeAt(m) {
			if made[m.Name] == nil {
				order = append(order, m.Name)
			}
			made[m.Name] = append(made[m.Name], m)
		}
	}
	if len(order) == 0 {
		return
	}
	r := readersIn(p, subsystem)
	for _, name := range order {
		if r.words[name] > len(made[name]) || r.inLua(name) || builtinVariable(name, subsystem) != nil {
			continue
		}
		p.Report(made[name][0].At, `nothing reads "$%s"`, name)
	}
}

// includesRun tells that server-side includes, which may print any variable,
// are on somewhere.
func includesRun(p *lint.Pass) bool {
	on := false
	eachLevel(p.Tree.HTTP(), func(l *conf.Level) {
		for _, v := range l.Values(ngxhttp.SSI.Row) {
			on = on || isOn(v)
		}
	})
	return on
}
