package ngxlua

import (
	"bytes"
	"path/filepath"
	"strconv"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// Script is the Lua code of one phase: source text or the name of a file.
type Script struct {
	// Source is the Lua text; unset for a file.
	Source string
	// File is the name of the file. Without variables it is absolute.
	File catalog.Template
	// Chunk is the chunk name for source text, with the leading "=" of Lua:
	// "=content_by_lua(nginx.conf:58)".
	Chunk string
	// Directive is the directive that gives the code.
	Directive *ast.Directive
	// Runs is the phase in which it runs.
	Runs catalog.Phases
}

// IsFile reports whether the code is in a file.
func (s *Script) IsFile() bool { return !s.File.IsZero() }

// Phase joins the directives that give the code of one phase.
type Phase struct {
	// Name is the stem of the directives: "content_by_lua".
	Name string
	// Runs is the phase in which the code runs.
	Runs catalog.Phases
	// empty is nginx's message for code of no length, "" if there is none.
	empty string
	// positioned tells that the chunk name carries file and line.
	positioned bool
	// variables tells that the name of a file may have variables.
	variables bool

	rows []*catalog.Row
}

// Rows returns the directives of the phase.
func (p *Phase) Rows() []*catalog.Row { return p.rows }

// At returns the code in force at a level: its own, else the inherited one.
func (p *Phase) At(l catalog.Level) (*Script, bool) {
	for ; l != nil; l = l.Outer() {
		if s, ok := p.Own(l); ok {
			return s, true
		}
	}
	return nil, false
}

// Own returns the code given in the level itself.
func (p *Phase) Own(l catalog.Level) (*Script, bool) {
	if l == nil {
		return nil, false
	}
	for _, r := range p.rows {
		if vs := l.Values(r); len(vs) > 0 {
			s, ok := vs[0].Arg.(*Script)
			return s, ok
		}
	}
	return nil, false
}

const (
	emptyServer   = "invalid server config: no runnable Lua code"
	emptyLocation = "invalid location config: no runnable Lua code"
)

// The phases, in the order of a session's life.
var (
	InitPhase                = &Phase{Name: "init_by_lua", Runs: catalog.Init, empty: emptyLocation}
	InitWorkerPhase          = &Phase{Name: "init_worker_by_lua", Runs: catalog.InitWorker}
	SSLClientHelloPhase      = &Phase{Name: "ssl_client_hello_by_lua", Runs: catalog.SSLClientHello}
	SSLCertificatePhase      = &Phase{Name: "ssl_certificate_by_lua", Runs: catalog.SSLCertificate}
	PrereadPhase             = &Phase{Name: "preread_by_lua", Runs: catalog.Preread, empty: emptyServer, positioned: true, variables: true}
	ContentPhase             = &Phase{Name: "content_by_lua", Runs: catalog.Content, empty: emptyLocation, positioned: true, variables: true}
	BalancerPhase            = &Phase{Name: "balancer_by_lua", Runs: catalog.Balancer}
	ProxySSLCertificatePhase = &Phase{Name: "proxy_ssl_certificate_by_lua", Runs: catalog.ProxySSLCertificate}
	ProxySSLVerifyPhase      = &Phase{Name: "proxy_ssl_verify_by_lua", Runs: catalog.ProxySSLVerify}
	LogPhase                 = &Phase{Name: "log_by_lua", Runs: catalog.Log, empty: emptyLocation, positioned: true, variables: true}
)

// block declares the form with a block of Lua.
func (p *Phase) block(s catalog.Spec) catalog.Directive[*Script] {
	s.Name, s.Repeat = p.Name+"_block", catalog.Own
	d := catalog.LuaBlock(s, func(c *catalog.Call) (*Script, bool) {
		return p.source(c, c.Node.Lua().Text, c.Word(0))
	})
	p.rows = append(p.rows, d.Row)
	return d
}

// quoted declares the old form with a string.
func (p *Phase) quoted(s catalog.Spec) catalog.Directive[*Script] {
	s.Name, s.Args, s.Repeat, s.Deprecated = p.Name, "<lua>", catalog.Own, p.Name+"_block"
	d := catalog.Custom(s, func(c *catalog.Call) (*Script, bool) { return p.source(c, c.Text(1), c.Word(1)) })
	p.rows = append(p.rows, d.Row)
	return d
}

// file declares the form with the name of a file.
func (p *Phase) file(s catalog.Spec) catalog.Directive[*Script] {
	s.Name, s.Args, s.Repeat = p.Name+"_file", "<path>", catalog.Own
	d := catalog.Custom(s, p.decodeFile)
	p.rows = append(p.rows, d.Row)
	return d
}

// duplicate reports a second directive for the phase in one level. The block
// form's message lacks the name, because its handler runs inside
// ngx_stream_lua_conf_lua_block_parse.
func (p *Phase) duplicate(c *catalog.Call) bool {
	if c.Level == nil {
		return false
	}
	for _, r := range p.rows {
		if len(c.Level.Values(r)) == 0 {
			continue
		}
		message := `"` + c.Text(0) + `" directive is duplicate`
		if c.Node.Kind == ast.Lua {
			message = "is duplicate"
		}
		c.Report(diag.Emerg, catalog.RuleDuplicate, c.Word(0), message)
		return true
	}
	return false
}

// source takes Lua text, as ngx_stream_lua_content_by_lua and its kin do.
func (p *Phase) source(c *catalog.Call, text string, subject ast.Range) (*Script, bool) {
	s := &Script{Source: text, Chunk: p.chunk(c), Directive: c.Node, Runs: p.Runs}
	if p.duplicate(c) {
		return s, false
	}
	if text == "" && p.empty != "" {
		c.Report(diag.Error, "empty-lua", subject, p.empty)
		return s, false
	}
	p.useBalancer(c)
	p.checkSyntax(c, s)
	return s, true
}

// chunk names the source as ngx_stream_lua_gen_chunk_name does: by the base
// name of the file and the line where the directive ends.
func (p *Phase) chunk(c *catalog.Call) string {
	if !p.positioned {
		return "=" + p.Name
	}
	at := c.Node.EndPos()
	return "=" + p.Name + "(" + filepath.Base(at.File.Name) + ":" + strconv.Itoa(at.Line()) + ")"
}

// checkSyntax reports a syntax error in a block, which nginx would find at the
// first session only.
func (p *Phase) checkSyntax(c *catalog.Call, s *Script) {
	line, err := c.Env.Lua(s.Source, s.Chunk)
	if err == nil {
		return
	}
	c.Env.Report(diag.Diagnostic{
		Severity: diag.Error, Rule: "lua-syntax", Stage: diag.Advice,
		Message: "failed to load inlined Lua code: " + strings.TrimPrefix(err.Error(), "="),
		Subject: luaLine(c, line), At: c.At(),
		Detail: "nginx accepts the configuration and finds the error when the code is to run for the first time",
	})
}

// luaLine returns the range of a line of a block, where line 1 is that of the
// opening brace, or the directive's name when the place is not known.
func luaLine(c *catalog.Call, line int) ast.Range {
	lua := c.Node.Lua()
	if lua == nil || line < 1 {
		return c.Word(0)
	}
	start := int(lua.Start)
	for ; line > 1; line-- {
		next := bytes.IndexByte(c.Node.File.Src[start:lua.End], '\n')
		if next < 0 {
			return c.Word(0)
		}
		start += next + 1
	}
	end := int(lua.End)
	if n := bytes.IndexByte(c.Node.File.Src[start:end], '\n'); n >= 0 {
		end = start + n
	}
	for start < end && (c.Node.File.Src[start] == ' ' || c.Node.File.Src[start] == '\t') {
		start++
	}
	return ast.Range{File: c.Node.File, Start: start, End: end}
}

// decodeFile takes the name of a file.
func (p *Phase) decodeFile(c *catalog.Call) (*Script, bool) {
	s := &Script{Directive: c.Node, Runs: p.Runs}
	if p.duplicate(c) {
		return s, false
	}
	if c.Text(1) == "" && p.empty != "" {
		c.Report(diag.Error, "empty-lua", c.Word(1), p.empty)
		return s, false
	}
	p.useBalancer(c)
	if p.variables && strings.IndexByte(c.Text(1), '$') >= 0 {
		t, ok := c.Template(1)
		s.File = t
		return s, ok
	}
	s.File = catalog.Literal(c.Env.FullName(c.Text(1), false))
	return s, true
}

// useBalancer makes the phase the method of the group it stands in, as
// ngx_stream_lua_balancer_by_lua does.
func (p *Phase) useBalancer(c *catalog.Call) {
	if p.Runs == catalog.Balancer {
		ngxstream.GroupOf(c).Use(c, ngxstream.MethodLua,
			ngxstream.ParamWeight|ngxstream.ParamMaxFails|ngxstream.ParamFailTimeout|ngxstream.ParamDown)
	}
}
