package conf

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// That a file of TLS settings can be opened is checked here, for all files at
// once and in the order in which nginx loads them; what is in it is the
// runtime's business.

// serverFiles looks at the files of a server in the order of
// ngx_stream_ssl_merge_srv_conf.
func (c *checker) serverFiles(l *Level, end ast.Pos) {
	keys := ngxstream.SSLCertificateKey.Uses(l)
	for i, u := range ngxstream.SSLCertificate.Uses(l) {
		c.tlsFile(`cannot load certificate "%s": BIO_new_file() failed`, u.Arg.Path, u.Node, end)
		c.tlsFile(`cannot load certificate key "%s": BIO_new_file() failed`, keys[i].Arg.Path, keys[i].Node, end)
	}
	if ngxstream.SSLVerifyClient.Get(l) != ngxstream.VerifyOff {
		c.tlsPath(ngxstream.SSLClientCertificate, l, `cannot load certificate "%s": BIO_new_file() failed`, end)
	}
	c.tlsPath(ngxstream.SSLTrustedCertificate, l, `cannot load certificate "%s": BIO_new_file() failed`, end)
	c.tlsPath(ngxstream.SSLCRL, l, `cannot load CRL "%s": BIO_new_file() failed`, end)
	c.tlsPath(ngxstream.SSLDhparam, l, `BIO_new_file("%s") failed`, end)
	for _, u := range ngxstream.SSLSessionTicketKey.Uses(l) {
		c.ticketKey(u, end)
	}
}

// proxyFiles looks at the files of proxy_ssl in the order of
// ngx_stream_proxy_set_ssl.
func (c *checker) proxyFiles(l *Level, end ast.Pos) {
	if u := ngxstream.ProxySSLCertificate.Uses(l); len(u) > 0 {
		c.tlsFile(`cannot load certificate "%s": BIO_new_file() failed`, u[0].Arg.Path, u[0].Node, end)
	}
	if u := ngxstream.ProxySSLCertificateKey.Uses(l); len(u) > 0 && ngxstream.ProxySSLCertificate.Set(l) {
		c.tlsFile(`cannot load certificate key "%s": BIO_new_file() failed`, u[0].Arg.Path, u[0].Node, end)
	}
	if ngxstream.ProxySSLVerify.Get(l) {
		c.tlsPath(ngxstream.ProxySSLTrustedCertificate, l, `cannot load certificate "%s": BIO_new_file() failed`, end)
		c.tlsPath(ngxstream.ProxySSLCRL, l, `cannot load CRL "%s": BIO_new_file() failed`, end)
	}
}

// luaFiles looks at the files of lua_ssl_* in the order of
// ngx_stream_lua_set_ssl.
func (c *checker) luaFiles(l *Level, end ast.Pos) {
	keys := ngxlua.LuaSSLCertificateKey.Uses(l)
	for i, u := range ngxlua.LuaSSLCertificate.Uses(l) {
		c.tlsFile(`cannot load certificate "%s": BIO_new_file() failed`, u.Arg, u.Node, end)
		c.tlsFile(`cannot load certificate key "%s": BIO_new_file() failed`, keys[i].Arg, keys[i].Node, end)
	}
	c.tlsPath(ngxlua.LuaSSLTrustedCertificate, l, `cannot load certificate "%s": BIO_new_file() failed`, end)
	c.tlsPath(ngxlua.LuaSSLCRL, l, `cannot load CRL "%s": BIO_new_file() failed`, end)
}

func (c *checker) tlsPath(d catalog.Directive[string], l *Level, format string, end ast.Pos) {
	if u := d.Uses(l); len(u) > 0 && u[0].Node.Arg(0) != "" {
		c.tlsFile(format, u[0].Arg, u[0].Node, end)
	}
}

// tlsFile checks one file and reports in nginx's words with the list of errors
// that OpenSSL 3 leaves behind. A name with variables has no path yet.
func (c *checker) tlsFile(format, path string, d *ast.Directive, end ast.Pos) {
	err := c.tryOpen(path)
	if err == nil {
		return
	}
	errno := errnoOf(err)
	second := "error:10080002:BIO routines::system lib"
	if errno == syscall.ENOENT || errno == syscall.ENXIO {
		second = "error:10000080:BIO routines::no such file"
	}
	message := fmt.Sprintf(format+" (SSL: error:%08X:system library::%s:calling fopen(%s, r) %s)",
		path, 0x80000000|uint32(errno), strerror(errno), path, second)
	c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleFile, Message: message,
		Subject: d.WordRange(1), Order: end})
}

// ticketKey follows the beginning of ngx_ssl_session_ticket_keys.
func (c *checker) ticketKey(u catalog.Use[string], end ast.Pos) {
	if err := c.tryOpen(u.Arg); err != nil {
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleFile, At: end, Subject: u.Node.WordRange(1),
			Message: `open() "` + u.Arg + `" failed` + errnoSuffix(err)})
	}
}

// tryOpen opens a file once: a setting that several servers inherit gives one
// finding.
func (c *checker) tryOpen(path string) error {
	if c.opt.Open == nil || path == "" || c.tried[path] {
		return nil
	}
	c.tried[path] = true
	return c.opt.Open(path)
}

// errnoOf finds the number of a system error, ENOENT if there is none.
func errnoOf(err error) syscall.Errno {
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		return errno
	case errors.Is(err, fs.ErrPermission):
		return syscall.EACCES
	}
	return syscall.ENOENT
}
