package server

import (
	"cmp"
	"os"

	"tidegate/ast"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/runtime/errlog"
	"tidegate/runtime/stream"
	"tidegate/runtime/tlsconf"
)

// Verify builds what a start would build of a checked configuration, certificates and keys included, and tells what is wrong. It opens
// no sockets and no logs, and runs no script: it is the last part of nginx's -t.
func Verify(tree *conf.Tree, prefix, confDir string) diag.List {
	level := streamLevel(tree.Main)
	host, _ := os.Hostname()
	_, list := stream.Build(level, stream.Deps{
		Connections: &stream.Connections{}, Log: errlog.New(nil), Prefix: prefix, Conf: confDir, Hostname: host, Pid: os.Getpid(),
	})
	for _, l := range tree.Servers() {
		if _, err := tlsconf.NewClient(luaTLS(l)); err != nil {
			at := cmp.Or(subject(ngxlua.LuaSSLCertificate, l), subject(ngxlua.LuaSSLCiphers, l), subject(ngxlua.LuaSSLTrustedCertificate, l),
				subject(ngxlua.LuaSSLCRL, l), subject(ngxlua.LuaSSLConfCommand, l))
			list.Add("lua-ssl", at, ast.Pos{}, "%s", err.Error()).Order = at.Pos()
			break
		}
	}
	return list
}
