package server

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/sys/unix"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
)

// VerifyFiles tells which files of a checked configuration could not be opened at a start, in the order in which ngx_init_cycle opens them:
// the pid file, then the logs. nginx -t makes them if need be; nothing is made here. errorLog is what the process logs to without an
// error_log of its own, "stderr" for no file.
func VerifyFiles(tree *conf.Tree, prefix, errorLog string) diag.List {
	var f fileList
	if uses := ngxcore.Pid.Uses(tree.Main); len(uses) > 0 {
		f.add(uses[0].Arg, uses[0].Node)
	} else {
		f.add(prefix+ngxcore.Pid.Fallback(), nil)
	}
	pid := len(f)
	f.level(tree.Main)
	slices.SortStableFunc(f[pid:], func(a, b fileUse) int {
		if ast.Before(a.at.Pos(), b.at.Pos()) {
			return -1
		}
		return 1
	})
	if len(ngxcore.ErrorLog.Uses(tree.Main)) == 0 && errorLog != "stderr" {
		f.add(errorLog, nil)
	}
	if slices.ContainsFunc(tree.HTTPServers(), func(l *conf.Level) bool { return !ngxhttp.AccessLog.Set(l) }) {
		f.add(prefix+"logs/access.log", nil)
	}
	var list diag.List
	for _, use := range f {
		if err := creatable(use.name); err != nil {
			list = append(list, diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleFile, Stage: diag.Init, Subject: use.at,
				Message: `open() "` + use.name + `" failed` + catalog.ErrnoSuffix(err)})
		}
	}
	return list
}

// fileUse is a file and the argument that names it.
type fileUse struct {
	name string
	at   ast.Range
}

type fileList []fileUse

func (f *fileList) add(name string, node *ast.Directive) {
	if slices.ContainsFunc(*f, func(u fileUse) bool { return u.name == name }) {
		return
	}
	use := fileUse{name: name}
	if node != nil {
		use.at = node.ArgRange(0)
	}
	*f = append(*f, use)
}

// level collects the logs of a level and of those inside.
func (f *fileList) level(l *conf.Level) {
	for _, d := range []catalog.Directive[ngxcore.ErrorLogArgs]{ngxcore.ErrorLog, ngxstream.ErrorLog, ngxhttp.ErrorLog, ngxmail.ErrorLog} {
		for _, v := range l.Values(d.Row) {
			if log, ok := v.Arg.(ngxcore.ErrorLogArgs); ok && log.File != "" {
				f.add(log.File, v.Node)
			}
		}
	}
	for _, d := range []catalog.Directive[*ngxstream.AccessLogArgs]{ngxstream.AccessLog, ngxhttp.AccessLog} {
		for _, v := range l.Values(d.Row) {
			if log, ok := v.Arg.(*ngxstream.AccessLogArgs); ok && !log.Off && log.Syslog == nil && !log.File.HasVariables() {
				f.add(log.File.Text, v.Node)
			}
		}
	}
	for _, inner := range l.Children() {
		f.level(inner)
	}
}

// creatable tells whether a file could be opened for writing, and made if it is not there.
func creatable(name string) error {
	info, err := os.Stat(name)
	if err == nil {
		if info.IsDir() {
			return &fs.PathError{Op: "open", Path: name, Err: unix.EISDIR}
		}
		return unix.Access(name, unix.W_OK)
	}
	if !os.IsNotExist(err) {
		return err
	}
	dir := filepath.Dir(name)
	if info, err = os.Stat(dir); err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "open", Path: name, Err: unix.ENOTDIR}
	}
	return unix.Access(dir, unix.W_OK|unix.X_OK)
}
