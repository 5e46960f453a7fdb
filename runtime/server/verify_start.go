package server

import (
	"errors"
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
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
)

// VerifyStart tells what of a checked configuration a start would fail to make or open on this machine, in the order of ngx_init_cycle: the
// pid file, directories, logs, sockets. nginx -t makes files and directories if need be; here none is made, and the sockets are closed
// again. errorLog is what the process logs to without an error_log of its own, "stderr" for no file.
func VerifyStart(tree *conf.Tree, prefix, errorLog string) diag.List {
	var list diag.List
	fail := func(at ast.Range, text string, err error) {
		list = append(list, diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleFile, Stage: diag.Init, Subject: at,
			Message: text + catalog.ErrnoSuffix(err)})
	}
	files := func(f fileList) {
		for _, use := range f {
			if err := creatable(use.name); err != nil {
				fail(use.at, `open() "`+use.name+`" failed`, err)
			}
		}
	}
	files(pidFiles(tree, prefix))
	made := map[string]bool{}
	for _, d := range tree.Directories {
		if call, err := makeable(d.Name, made); err != nil {
			fail(d.At, call+` "`+d.Name+`" failed`, err)
		}
	}
	files(logFiles(tree, prefix, errorLog))
	for _, s := range tree.Sockets {
		var op *relay.OpError
		if err := relay.TryBind(stream.EndpointAddr(s.Endpoint, s.Datagram)); errors.As(err, &op) {
			fail(ast.Range{}, op.Text(), op)
		}
	}
	return list
}

func pidFiles(tree *conf.Tree, prefix string) (f fileList) {
	if uses := ngxcore.Pid.Uses(tree.Main); len(uses) > 0 {
		f.add(uses[0].Arg, uses[0].Node)
	} else {
		f.add(prefix+ngxcore.Pid.Fallback(), nil)
	}
	return f
}

// logFiles are the files of logs in the order in which nginx opens them.
func logFiles(tree *conf.Tree, prefix, errorLog string) (f fileList) {
	f.level(tree.Main)
	slices.SortStableFunc(f, func(a, b fileUse) int {
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
	return f
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
	return addable(name)
}

// makeable tells whether a directory is there or could be made, as ngx_create_paths does, and else the call that would fail. nginx makes one
// level and takes any file of the name for it; as root it looks at its owner next. made holds what would have been made before.
func makeable(name string, made map[string]bool) (call string, _ error) {
	name = filepath.Clean(name)
	if _, err := os.Lstat(name); err == nil {
		if os.Geteuid() != 0 {
			return "", nil
		}
		_, err := os.Stat(name)
		return "stat()", err
	} else if !os.IsNotExist(err) {
		return "mkdir()", err
	}
	if !made[filepath.Dir(name)] {
		if err := addable(name); err != nil {
			return "mkdir()", err
		}
	}
	made[name] = true
	return "", nil
}

// addable tells whether a name could be added to its directory.
func addable(name string) error {
	dir := filepath.Dir(name)
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return &fs.PathError{Op: "open", Path: name, Err: unix.ENOTDIR}
	}
	return unix.Access(dir, unix.W_OK|unix.X_OK)
}
