package stream

import (
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/tlsconf"
)

// splitPasswords takes the lines of a password file that are not empty.
func splitPasswords(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSuffix(line, "\r"); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// fileName is a certificate's or key's name as tlsconf wants it.
func fileName(f ngxstream.FileTemplate) string {
	if f.Path != "" {
		return f.Path
	}
	return f.Template.Text
}

// certPath is the complete name of a certificate or key that variables named: a relative one begins at the configuration's directory.
func (st *Stream) certPath(name string) string {
	if name == "" || filepath.IsAbs(name) || strings.HasPrefix(name, "data:") || strings.HasPrefix(name, "store:") {
		return name
	}
	return st.deps.Conf + name
}

func (b *builder) fileCache(c ngxstream.FileCache) *tlsconf.FileCache {
	if c.Max == 0 {
		return nil
	}
	return tlsconf.NewFileCache(c.Max, c.Inactive, c.Valid, b.deps.Now)
}

// TLSCommands are the settings of ssl_conf_command and its kin.
func TLSCommands(pairs []catalog.Pair) []tlsconf.Command {
	out := make([]tlsconf.Command, len(pairs))
	for i, p := range pairs {
		out[i] = tlsconf.Command{Name: p.Name, Value: p.Value}
	}
	return out
}

// serverTLS builds the TLS side of a server that has certificates, or turns handshakes away (ngx_stream_ssl_merge_srv_conf).
func (b *builder) serverTLS(s *Server) {
	l := s.Level
	certs, keys := ngxstream.SSLCertificate.Uses(l), ngxstream.SSLCertificateKey.All(l)
	reject := ngxstream.SSLRejectHandshake.Get(l)
	if len(certs) == 0 && !reject {
		return
	}
	cfg := tlsconf.ServerConfig{
		Passwords: b.passwords(ngxstream.SSLPasswordFile.Get(l), ngxstream.SSLPasswordFile.Origin(l)),
		Protocols: tlsconf.Protocols(ngxstream.SSLProtocols.Get(l)), Ciphers: ngxstream.SSLCiphers.Get(l),
		PreferServer: ngxstream.SSLPreferServerCiphers.Get(l), Curves: ngxstream.SSLEcdhCurve.Get(l),
		Commands: TLSCommands(ngxstream.SSLConfCommand.All(l)),
		Verify:   tlsconf.VerifyMode(ngxstream.SSLVerifyClient.Get(l)), VerifyDepth: ngxstream.SSLVerifyDepth.Get(l),
		ClientCA: ngxstream.SSLClientCertificate.Get(l), TrustedCA: ngxstream.SSLTrustedCertificate.Get(l), CRL: ngxstream.SSLCRL.Get(l),
		ALPN: ngxstream.SSLALPN.Get(l), Tickets: ngxstream.SSLSessionTickets.Get(l), TicketKeys: ngxstream.SSLSessionTicketKey.All(l),
		Cache: b.sessionCache(l), Timeout: ngxstream.SSLSessionTimeout.Get(l), Reject: reject,
		Files: b.fileCache(ngxstream.SSLCertificateCache.Get(l)), Now: b.deps.Now,
	}
	if ngxstream.SSLStapling.Get(l) {
		cfg.Staple = ngxstream.SSLStaplingFile.Get(l)
	}
	var at ast.Range
	for i, c := range certs {
		if c.Node != nil {
			at = c.Node.ArgRange(0)
		}
		if i >= len(keys) {
			break // ast/conf has said that a key is missing
		}
		if c.Arg.Template.HasVariables() || keys[i].Template.HasVariables() {
			cfg.Dynamic = true
		}
		cfg.Certificates = append(cfg.Certificates, tlsconf.Pair{Cert: fileName(c.Arg), Key: fileName(keys[i])})
		s.certs = append(s.certs, certFiles{b.vars.Compile(c.Arg.Template), b.vars.Compile(keys[i].Template)})
	}
	made, err := tlsconf.NewServer(cfg)
	if err != nil {
		b.errs.Add("build", at, ast.Pos{}, "%s", err.Error()).Order = at.Pos()
		return
	}
	s.TLS = made
	for _, p := range cfg.Certificates {
		if leaf := firstCertificate(p.Cert); leaf != nil && !cfg.Dynamic {
			s.leaves = append(s.leaves, leaf)
		}
	}
}

// firstCertificate reads the certificate that a file begins with, which has been loaded without complaint before.
func firstCertificate(name string) *x509.Certificate {
	text, inline := strings.CutPrefix(name, "data:")
	if !inline {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil
		}
		text = string(b)
	}
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if strings.HasSuffix(block.Type, "CERTIFICATE") {
			if c, err := x509.ParseCertificate(block.Bytes); err == nil {
				return c
			}
		}
	}
	return nil
}

// sessionCache is the cache of ssl_session_cache, nil for none. One name is one cache, which a new configuration goes on with.
func (b *builder) sessionCache(l Level) *tlsconf.SessionCache {
	c := ngxstream.SSLSessionCache.Get(l)
	switch {
	case c.Shared.Name != "":
		if b.deps.SessionCache != nil {
			return b.deps.SessionCache(c.Shared.Name, c.Shared.Size)
		}
		if b.caches[c.Shared.Name] == nil {
			b.caches[c.Shared.Name] = tlsconf.NewSessionCache(tlsconf.SharedSessions(c.Shared.Size))
		}
		return b.caches[c.Shared.Name]
	case c.Builtin:
		size := c.BuiltinSize
		if size <= 0 {
			size = tlsconf.BuiltinSessions
		}
		return tlsconf.NewSessionCache(size)
	}
	return nil
}

// proxyTLS builds the TLS side of connections to upstreams (ngx_stream_proxy_set_ssl).
func (b *builder) proxyTLS(l Level) *ProxyTLS {
	p := &ProxyTLS{ServerName: ngxstream.ProxySSLServerName.Get(l), Reuse: ngxstream.ProxySSLSessionReuse.Get(l)}
	cfg := tlsconf.ClientConfig{
		Protocols: tlsconf.Protocols(ngxstream.ProxySSLProtocols.Get(l)), Ciphers: ngxstream.ProxySSLCiphers.Get(l),
		Commands:  TLSCommands(ngxstream.ProxySSLConfCommand.All(l)),
		Passwords: b.passwords(ngxstream.ProxySSLPasswordFile.Get(l), ngxstream.ProxySSLPasswordFile.Origin(l)),
		Verify:    ngxstream.ProxySSLVerify.Get(l), VerifyDepth: ngxstream.ProxySSLVerifyDepth.Get(l),
		Files: b.fileCache(ngxstream.ProxySSLCertificateCache.Get(l)), Now: b.deps.Now,
	}
	if cfg.Verify { // the files are not even read without
		cfg.TrustedCA, cfg.CRL = ngxstream.ProxySSLTrustedCertificate.Get(l), ngxstream.ProxySSLCRL.Get(l)
	}
	cert, key := ngxstream.ProxySSLCertificate.Get(l), ngxstream.ProxySSLCertificateKey.Get(l)
	if !cert.Template.IsZero() && cert.Template.Text != "" {
		cfg.Certificate = tlsconf.Pair{Cert: fileName(cert), Key: fileName(key)}
		if cert.Template.HasVariables() || key.Template.HasVariables() {
			cfg.Dynamic = true
			p.cert, p.key = b.vars.Compile(cert.Template), b.vars.Compile(key.Template)
		}
	}
	if t, ok := ngxstream.ProxySSLName.Lookup(l); ok {
		p.name = b.vars.Compile(t)
	}
	for _, t := range ngxstream.ProxySSLALPN.Get(l) {
		p.alpn = append(p.alpn, b.vars.Compile(t))
	}
	made, err := tlsconf.NewClient(cfg)
	if err != nil {
		b.errs.Add("build", ast.Range{}, ast.Pos{}, "%s", err.Error())
		return nil
	}
	p.Client = made
	if scripts := b.deps.Scripts; scripts != nil {
		p.certScript = scripts.ProxyCertificate(l)
		p.verifyScript, p.scriptAlone = scripts.ProxyVerify(l)
	}
	return p
}
