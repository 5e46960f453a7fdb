package rules

import (
	"path/filepath"
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

// DefaultServerByFileName flags default servers that nobody has chosen.
var DefaultServerByFileName = &lint.Rule{
	Name: "default-server-by-file-name", Severity: diag.Info, Group: lint.Reliability,
	Summary: "Which server answers for unknown names depends on the names of files.",
	Why: `Without default_server the first server of an address takes what no name fits: requests to the bare address, scanners, names that
point here by mistake. Where the servers come from files that a mask finds, the alphabet decides which is the first, and a new file or
another name of one changes it. Say default_server in the one that is meant, best in one that turns such requests away.`,
	Bad: []lint.Example{{In: "http", Text: "include sites/*.conf;\n", Files: map[string]string{
		"sites/a.conf": "server { listen 80; server_name a.example; }\n", "sites/b.conf": "server { listen 80; server_name b.example; }\n"}}},
	Good: []lint.Example{{In: "http", Text: "include sites/*.conf;\nserver { listen 80 default_server; return 404; }\n", Files: map[string]string{
		"sites/a.conf": "server { listen 80; server_name a.example; }\n", "sites/b.conf": "server { listen 80; server_name b.example; }\n"}}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		found := filesByMask(p)
		said := map[*conf.Level]map[catalog.Endpoint]bool{}
		for _, l := range listeners(p) {
			if hasWord(l.node, "default_server") || hasWord(l.node, "default") {
				if said[l.block] == nil {
					said[l.block] = map[catalog.Endpoint]bool{}
				}
				said[l.block][l.endpoint] = true
			}
		}
		reported := map[*conf.Level]bool{}
		report := func(e catalog.Endpoint, chosen *conf.Level, servers []*conf.Level) {
			file := chosen.Node().File
			if reported[chosen] || said[chosen.Parent()][e] || found[file] == nil || meantAsDefault(chosen) {
				return
			}
			for _, s := range servers {
				if other := s.Node().File; other != file && found[other] == found[file] {
					reported[chosen] = true
					p.Report(chosen.Node().WordRange(0), "this server answers for unknown names at %s because its file comes first: none has default_server", e).
						Related = []diag.Related{{Range: s.Node().WordRange(0), Message: "another server of the address"}}
					return
				}
			}
		}
		for _, a := range p.Tree.Listening {
			if choosesByName(a) {
				report(a.Endpoint, a.Default, a.Servers)
			}
		}
		for _, a := range p.Tree.HTTPListening {
			report(a.Endpoint, a.Default, a.Servers)
		}
	},
}

// filesByMask tells which include with a mask brought a file.
func filesByMask(p *lint.Pass) map[*ast.File]*ast.Directive {
	out := map[*ast.File]*ast.Directive{}
	ast.WalkIncluded(p.Tree.Config.Main.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		if strings.ContainsAny(d.Arg(0), "*?[") {
			for _, f := range d.Included() {
				out[f] = d
			}
		}
		return true
	})
	return out
}

// meantAsDefault tells that a server has no name, or one that stands for none,
// or that its file has a name that is meant to come first.
func meantAsDefault(s *conf.Level) bool {
	names := slices.Concat(ngxhttp.ServerName.All(s), ngxstream.ServerName.All(s))
	for _, n := range slices.Concat(names...) {
		if n.Text == "_" || n.Text == "" || n.Text == "localhost" {
			return true
		}
	}
	base := strings.ToLower(filepath.Base(s.Node().File.Name))
	return len(names) == 0 || strings.Contains(base, "default") || base[0] >= '0' && base[0] <= '9' || base[0] == '_'
}
