package server

import (
	"os"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/runtime/errlog"
	"tidegate/runtime/stream"
)

// Verify builds what a start would build of a checked configuration, certificates and keys included, and tells what is wrong. It opens
// no sockets and no logs, and runs no script: it is the last part of nginx's -t.
func Verify(tree *conf.Tree, prefix, confDir string) diag.List {
	level := streamLevel(tree.Main)
	host, _ := os.Hostname()
	_, list := stream.Build(level, stream.Deps{
		Connections: &stream.Connections{}, Log: errlog.New(nil), Prefix: prefix, Conf: confDir, Hostname: host, Pid: os.Getpid(),
	})
	levels := []catalog.Level{level}
	for _, srv := range tree.Servers() {
		levels = append(levels, srv)
	}
	for _, l := range levels {
		if _, err := luaTLS(l, nil); err != nil {
			return append(list, diag.Diagnostic{Severity: diag.Emerg, Rule: "lua-ssl", Message: err.Error()})
		}
	}
	return list
}
