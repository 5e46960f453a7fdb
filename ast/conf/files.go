package conf

import (
	"fmt"
	"strings"
	"syscall"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// That a file of TLS settings can be opened is checked here, for all files at
// once and in the order in which nginx loads them; what is in it is the
// runtime's business.

const (
	cannotLoad    = `cannot load certificate "%s": BIO_new_file() failed`
	cannotLoadKey = `cannot load certificate key "%s": BIO_new_file() failed`
	cannotLoadCRL = `cannot load CRL "%s": BIO_new_file() failed`
)

// certificateFiles looks at the certificates and keys of a server. If any name
// has variables, they are loaded later.
func (c *checker) certificateFiles(t *serverTLS, l *Level, end ast.Pos) bool {
	certs, keys := t.certificate.Uses(l), t.key.Uses(l)
	later := false
	for i, u := range certs {
		if t.lazy {
			break // mail knows no variables
		}
		later = later || strings.Contains(u.Arg.Template.Text, "$") || strings.Contains(keys[i].Arg.Template.Text, "$")
	}
	for i, u := range certs {
		if later && !(c.compileFile(u, end) && c.compileFile(keys[i], end)) {
			return false
		}
	}
	for i, u := range certs {
		if later {
			break
		}
		c.tlsFile(cannotLoad, u.Arg.Path, u.Node, end)
		c.tlsFile(cannotLoadKey, keys[i].Arg.Path, keys[i].Node, end)
	}
	return true
}

// verifyFiles looks at what clients' certificates are verified with.
func (c *checker) verifyFiles(t *serverTLS, l *Level, end ast.Pos) {
	verify := t.verify.Get(l)
	if verify != ngxstream.VerifyOff {
		if verify != ngxstream.VerifyOptionalNoCA && !t.client.Set(l) && !t.trusted.Set(l) {
			c.mergeFailure(subjectOf(t.verify, l), end, "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client")
		}
		c.tlsPath(t.client, l, cannotLoad, end)
	}
	if !t.lazy || verify != ngxstream.VerifyOff {
		c.tlsPath(t.trusted, l, cannotLoad, end)
		c.tlsPath(t.crl, l, cannotLoadCRL, end)
	}
}

// sessionFiles looks at the files for the exchange and the resumption of keys.
func (c *checker) sessionFiles(t *serverTLS, l *Level, end ast.Pos) {
	c.tlsPath(t.dhparam, l, `BIO_new_file("%s") failed`, end)
	if t.ech.Row != nil && t.ech.Set(l) {
		c.Report(diag.Diagnostic{Severity: diag.Warn, Rule: "tls", Subject: subjectOf(t.ech, l), Order: end,
			Message: `"ssl_ech_file" is not supported on this platform, ignored`})
	}
	for _, u := range t.tickets.Uses(l) {
		c.ticketKey(u, end)
	}
}

// compileFile compiles a name with variables.
func (c *checker) compileFile(u catalog.Use[ngxstream.FileTemplate], end ast.Pos) bool {
	return c.compile(catalog.LateTemplate{Template: u.Arg.Template, Word: 1, Err: u.Arg.Late}, u.Node, end)
}

// compile follows ngx_http_script_compile for a value that is compiled at the
// end of the block.
func (c *checker) compile(t catalog.LateTemplate, d *ast.Directive, end ast.Pos) bool {
	for _, p := range t.Parts {
		if p.Variable == "" {
			continue
		}
		if name := catalog.Lower(p.Variable); c.vars.see(name, indexed) {
			c.vars.refs = append(c.vars.refs, reference{name, d.TextRange(t.Word, p.From, p.To)})
		}
	}
	if t.Err != nil {
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleValue, Message: t.Err.Message,
			Subject: d.TextRange(t.Word, t.Err.From, t.Err.To), At: end})
		return false
	}
	return true
}

// upstreamFiles looks at the files for another server in the order of
// ngx_stream_proxy_set_ssl.
func (c *checker) upstreamFiles(t *upstreamTLS, l *Level, end ast.Pos) bool {
	before := len(c.diags)
	certs, keys := t.certificate.Uses(l), t.key.Uses(l)
	if len(certs) > 0 && len(keys) > 0 && !certs[0].Arg.Template.HasVariables() && !keys[0].Arg.Template.HasVariables() {
		c.tlsFile(cannotLoad, certs[0].Arg.Path, certs[0].Node, end)
		c.tlsFile(cannotLoadKey, keys[0].Arg.Path, keys[0].Node, end)
	}
	if t.verify.Get(l) {
		c.tlsPath(t.trusted, l, cannotLoad, end)
		c.tlsPath(t.crl, l, cannotLoadCRL, end)
	}
	return len(c.diags) == before
}

// luaFiles looks at the files of lua_ssl_* in the order of
// ngx_stream_lua_set_ssl.
func (c *checker) luaFiles(t *luaTLS, l *Level, end ast.Pos) {
	keys := t.key.Uses(l)
	for i, u := range t.certificate.Uses(l) {
		c.tlsFile(cannotLoad, u.Arg, u.Node, end)
		c.tlsFile(cannotLoadKey, keys[i].Arg, keys[i].Node, end)
	}
	c.tlsPath(t.trusted, l, cannotLoad, end)
	c.tlsPath(t.crl, l, cannotLoadCRL, end)
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
	errno := catalog.Errno(err)
	second := "error:10080002:BIO routines::system lib"
	if errno == syscall.ENOENT || errno == syscall.ENXIO {
		second = "error:10000080:BIO routines::no such file"
	}
	message := fmt.Sprintf(format+" (SSL: error:%08X:system library::%s:calling fopen(%s, r) %s)",
		path, 0x80000000|uint32(errno), catalog.Strerror(errno), path, second)
	c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleFile, Message: message,
		Subject: d.WordRange(1), Order: end})
}

// ticketKey follows ngx_ssl_session_ticket_keys.
func (c *checker) ticketKey(u catalog.Use[string], end ast.Pos) {
	if c.tried[u.Arg] {
		return
	}
	if err := c.tryOpen(u.Arg); err != nil {
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleFile, At: end, Subject: u.Node.WordRange(1),
			Message: `open() "` + u.Arg + `" failed` + catalog.ErrnoSuffix(err)})
		return
	}
	if key, ok := c.Contents(u.Arg); ok && len(key) != 48 && len(key) != 80 {
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleFile, At: end, Subject: u.Node.WordRange(1),
			Message: `"` + u.Arg + `" must be 48 or 80 bytes`})
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
