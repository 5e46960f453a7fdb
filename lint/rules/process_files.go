package rules

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// poolUsed tells that an aio directive may use a thread pool.
func poolUsed(p *lint.Pass, name string) bool {
	used := false
	eachLevel(p.Tree.HTTP(), func(l *conf.Level) {
		for _, v := range l.Values(ngxhttp.AIO.Row) {
			pool, named := strings.CutPrefix(v.Node.Arg(0), "threads=")
			used = used || pool == name && named || strings.Contains(pool, "$") || v.Node.Arg(0) == "threads" && name == "default"
		}
	})
	return used
}

var errorLogRows = []*catalog.Row{ngxcore.ErrorLog.Row, ngxstream.ErrorLog.Row, ngxhttp.ErrorLog.Row, ngxmail.ErrorLog.Row}

// Rules on the error log.
var (
	// ErrorLogOff flags a file with the name "off".
	ErrorLogOff = &lint.Rule{
		Name: "error-log-off", Severity: diag.Warn, Group: lint.Correctness,
		Summary: `"error_log off" does not switch the log off but writes to a file with that name.`,
		Why: `access_log knows "off", error_log does not: it takes the word for the name of a file, which grows in the prefix folder. To
write less, name a level: "error_log /var/log/nginx/error.log crit".`,
		Bad:  []lint.Example{{In: "http", Text: "error_log off;\n"}},
		Good: []lint.Example{{In: "http", Text: "error_log logs/error.log crit;\naccess_log off;\n"}},
		On:   errorLogRows,
		Use: func(p *lint.Pass, u lint.Use) {
			if u.Node.Arg(0) == "off" {
				p.Report(u.Node.WordRange(1), `messages go to a file named "off"`)
			}
		},
	}
	// ErrorLogDiscarded flags messages that nobody can read.
	ErrorLogDiscarded = &lint.Rule{
		Name: "error-log-discarded", Severity: diag.Warn, Group: lint.Reliability,
		Summary: "Error messages are thrown away.",
		Why: `When something fails nginx says why in the error log, and nowhere else; attacks are seen there too. What is too much can be cut
by the level, which keeps the messages that matter.`,
		Bad:  []lint.Example{{In: "http", Text: "error_log /dev/null;\n"}},
		Good: []lint.Example{{In: "http", Text: "error_log logs/error.log crit;\n"}},
		On:   errorLogRows,
		Use: func(p *lint.Pass, u lint.Use) {
			if u.Node.Arg(0) == "/dev/null" {
				p.Report(u.Node.WordRange(1), "nobody will know why something failed")
			}
		},
	}
	// ErrorLogDebug flags the debug level.
	ErrorLogDebug = &lint.Rule{
		Name: "error-log-debug", Severity: diag.Warn, Group: lint.Security,
		Summary: "The error log is at the debug level.",
		Why: `With a debug build nginx then writes hundreds of lines for each request, among them headers with cookies and passwords. With
other builds the level changes nothing. For single clients there is debug_connection.`,
		Bad:  []lint.Example{{In: "main", Text: "error_log logs/error.log debug;"}},
		Good: []lint.Example{{In: "main", Text: "error_log logs/error.log info;"}},
		On:   errorLogRows,
		Use: func(p *lint.Pass, u lint.Use) {
			for i := 2; i < u.Node.NumWords(); i++ {
				if strings.HasPrefix(u.Node.Arg(i-1), "debug") {
					p.Report(u.Node.WordRange(i), "debug messages hold what clients send, and there are very many of them")
					return
				}
			}
		},
	}
	// FileIncludedTwice flags files whose directives stand in a level twice.
	FileIncludedTwice = &lint.Rule{
		Name: "file-included-twice", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A file is included twice into the same block.",
		Why: `Its directives then stand there twice. Where nginx allows that, the second copy adds to the first: headers are sent twice, logs
written twice, rules appended. Often a mask fits a file that another include names.`,
		Bad:  []lint.Example{{In: "http.server", Text: "include a.conf;\ninclude a.*;\n", Files: map[string]string{"a.conf": "add_header X-A a;\n"}}},
		Good: []lint.Example{{In: "http.server", Text: "include a.conf;\nlocation /x/ { include a.conf; }\n", Files: map[string]string{"a.conf": "add_header X-A a;\n"}}},
		Whole: func(p *lint.Pass) {
			bodies := []ast.Body{p.Tree.Config.Main.Body()}
			ast.WalkIncluded(bodies[0], func(d *ast.Directive, _ []*ast.Directive) bool {
				if d.HasBlock() && !d.Body().Empty() {
					bodies = append(bodies, d.Body())
				}
				return true
			})
			for _, b := range bodies {
				repeatedIncludes(p, b, map[string]*ast.Directive{})
			}
		},
	}
)

// repeatedIncludes looks at the includes of one block, and at those of the
// files that they bring in.
func repeatedIncludes(p *lint.Pass, body ast.Body, seen map[string]*ast.Directive) {
	for d := range body.All() {
		for _, f := range d.Included() {
			if f.Body().Empty() {
				continue
			}
			if first := seen[f.Name]; first != nil {
				p.Report(d.HeadRange(), "%s is included into this block already", f.Name).
					Related = []diag.Related{{Range: first.HeadRange(), Message: "here"}}
				continue
			}
			seen[f.Name] = d
			repeatedIncludes(p, f.Body(), seen)
		}
	}
}
