package conf

import (
	"fmt"
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/diag"
)

// path is a directory that nginx makes for itself (ngx_path_t).
type path struct {
	levels []int
	// cache is the directive of a cache, which no other may share its directory
	// with.
	cache *ast.Directive
	// node is nil for a default path.
	node *ast.Directive
}

// Directory is one that nginx makes at a start. At is the argument that names it,
// the zero Range for one that is there by default.
type Directory struct {
	Name string
	At   ast.Range
}

// newPath notes a path that is named for the first time.
func (c *checker) newPath(name string, p path) {
	c.paths[name] = p
	d := Directory{Name: name}
	if p.node != nil {
		d.At = p.node.ArgRange(0)
		if arg := p.node.Arg(0); strings.HasPrefix(arg, "/") {
			d.Name = arg // with a slash at its end if it has one
		}
	}
	c.tree.Directories = append(c.tree.Directories, d)
}

// tempPath is a default path for temporary files.
type tempPath struct {
	directive catalog.Directive[catalog.HashedDir]
	levels    []int
}

// tempPaths are the modules that have one.
var tempPaths = map[*catalog.Module]tempPath{
	ngxhttp.CoreModule:    {ngxhttp.ClientBodyTempPath, nil},
	ngxhttp.ProxyModule:   {ngxhttp.ProxyTempPath, []int{1, 2}},
	ngxhttp.FastCGIModule: {ngxhttp.FastCGITempPath, []int{1, 2}},
	ngxhttp.UWSGIModule:   {ngxhttp.UWSGITempPath, []int{1, 2}},
	ngxhttp.SCGIModule:    {ngxhttp.SCGITempPath, []int{1, 2}},
}

// addPath follows ngx_add_path for the directory of a directive.
func (c *checker) addPath(call *catalog.Call, name string, p path) {
	old, known := c.paths[name]
	if !known {
		c.newPath(name, p)
		return
	}
	message := ""
	switch {
	case old.cache != p.cache:
		message = `the same path name "%s" used in %s:%d and`
	case !slices.Equal(old.levels, p.levels):
		message = `the same path name "%s" in %s:%d has the different levels than`
	default:
		return
	}
	at := old.node.EndPos()
	call.ReportWhole(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleConflict, Subject: call.Word(1), At: call.At(),
		Message: fmt.Sprintf(message, name, at.File.Name, at.Line()),
		Related: []diag.Related{{Range: old.node.HeadRange(), Message: "the first one is here"}}})
}

// defaultPath follows ngx_conf_merge_path_value for a server that sets no
// directory of its own.
func (m *merger) defaultPath(module *catalog.Module, l *Level) {
	t, ok := tempPaths[module]
	if !ok || t.directive.Set(l) {
		return
	}
	name := m.FullName(t.directive.Fallback().Path, false)
	old, known := m.paths[name]
	if !known {
		m.newPath(name, path{levels: t.levels})
		return
	}
	if old.node == nil || old.cache == nil && slices.Equal(old.levels, t.levels) {
		return
	}
	at := old.node.EndPos()
	if old.cache != nil {
		m.say(old.node.WordRange(1), `the same path name "%s" used in %s:%d and`, name, at.File.Name, at.Line())
		return
	}
	m.sayPlain(old.node.WordRange(1), `the path name "%s" in %s:%d has the same name as default path, but the different levels, `+
		`you need to define default path in http section`, name, at.File.Name, at.Line())
}
