package stream

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/phase"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream/access"
	"tidegate/runtime/vars"
)

// virtualServers builds the server blocks.
func (b *builder) virtualServers() {
	for _, u := range ngxstream.Server.In(b.level) {
		b.servers = append(b.servers, b.server(u.Level))
	}
}

func (b *builder) server(l Level) *Server {
	s := &Server{
		Level: l, ErrorLog: b.deps.Log,
		ProxyProtocolTimeout: ngxstream.ProxyProtocolTimeout.Get(l),
		PrereadTimeout:       ngxstream.PrereadTimeout.Get(l),
		PrereadBufferSize:    int(ngxstream.PrereadBufferSize.Get(l)),
		TCPNoDelay:           ngxstream.TCPNodelay.Get(l),
		SSLPreread:           ngxstream.SSLPreread.Get(l),
		HandshakeTimeout:     ngxstream.SSLHandshakeTimeout.Get(l),
		accessLogs:           b.accessLogs(l),
	}
	if b.deps.ErrorLog != nil {
		s.ErrorLog = b.deps.ErrorLog(l)
	}
	if b.deps.Debugs != nil {
		s.debugLog = s.ErrorLog.Debugging()
	}
	if names := serverNames(l); len(names) > 0 {
		s.Name = firstName(names[0])
	}
	for _, r := range ngxstream.SetRealIPFrom.All(l) {
		s.RealIPUnix = s.RealIPUnix || r.Unix
		s.RealIPFrom = append(s.RealIPFrom, r.Nets...)
	}
	s.limits = b.limits(l)
	if rules := ngxstream.AccessRules(l); len(rules) > 0 {
		s.access = accessRules(rules)
	}
	b.assignments(s)
	b.serverTLS(s)
	b.scripts(s)
	b.content(s)
	return s
}

func serverNames(l Level) []ngxstream.NamePattern {
	var out []ngxstream.NamePattern
	for _, names := range ngxstream.ServerName.All(l) {
		out = append(out, names...)
	}
	return out
}

// firstName is $server_name (ngx_stream_core_merge_srv_conf).
func firstName(n ngxstream.NamePattern) string {
	switch {
	case n.Kind == ngxstream.RegexName:
		return "~" + n.Text
	case n.Text != "" && n.Text[0] == '.':
		return n.Text[1:]
	}
	return n.Text
}

func accessRules(rules []ngxstream.AccessRule) *access.Rules {
	list := make([]access.Rule, len(rules))
	for i, r := range rules {
		list[i] = access.Rule{Deny: r.Deny, All: r.All, Unix: r.Unix, Prefix: r.Net}
	}
	return access.New(list)
}

// assignments compiles the "set" directives.
func (b *builder) assignments(s *Server) {
	for _, u := range ngxstream.Set.Uses(s.Level) {
		v, err := b.vars.Define(u.Arg.Variable, vars.Changeable|vars.Weak)
		if err != nil {
			b.fail(u.At, err)
			continue
		}
		if v.Get == nil {
			v.Get = func(*Session, string) (string, vars.Status) { return found("") }
		}
		s.sets = append(s.sets, assignment{v, b.vars.Index(u.Arg.Variable), b.vars.Compile(u.Arg.Value)})
	}
}

func (b *builder) scripts(s *Server) {
	scripts := b.deps.Scripts
	if scripts == nil {
		return
	}
	s.prereadScript, s.logScript = scripts.Preread(s.Level), scripts.Log(s.Level)
	if s.TLS == nil {
		return
	}
	s.helloScript, s.certScript = scripts.ClientHello(s.Level), scripts.Certificate(s.Level)
	b.recordHello = b.recordHello || s.helloScript != nil || s.certScript != nil
}

// content finds the content handler: the last directive of the server that sets one wins, as each assigns the same field in nginx.
func (b *builder) content(s *Server) {
	var last ast.Pos
	take := func(at ast.Pos, h Handler, scripted bool) {
		if s.content == nil || ast.Before(last, at) {
			s.content, s.scripted, last = h, scripted, at
		}
	}
	if uses := ngxstream.Return.Uses(s.Level); len(uses) > 0 {
		u := uses[len(uses)-1]
		s.returns = b.vars.Compile(u.Arg)
		take(u.At, (*Session).returnText, false)
	}
	if uses := ngxstream.ProxyPass.Uses(s.Level); len(uses) > 0 {
		u := uses[len(uses)-1]
		s.Proxy = b.proxy(s, u.Arg, u.At)
		take(u.At, (*Session).proxy, false)
	}
	if uses := ngxstream.Pass.Uses(s.Level); len(uses) > 0 {
		u := uses[len(uses)-1]
		if u.Arg.HasVariables() {
			s.pass.text = b.vars.Compile(u.Arg.Template)
		} else {
			s.pass.addr = passedTo(&u.Arg.Addr)
		}
		take(u.At, (*Session).pass, false)
	}
	if b.deps.Scripts != nil {
		if h, at := b.deps.Scripts.Content(s.Level); h != nil {
			take(at, scriptContent(h), true)
		}
	}
}

// scriptContent runs a content script. On the loop it begins at once, in the hope that it will not wait: many do not, and need no
// goroutine then. One that waits calls Leave before.
func scriptContent(h Handler) Handler {
	return func(s *Session) phase.Result {
		if s.waits {
			return h(s)
		}
		if s.turn != nil {
			r := h(s)
			if r != phase.Taken { // else the session is somebody else's by now
				s.turn = nil
			}
			return r
		}
		s.waits = true
		go s.guard(func() {
			if r := h(s); r != phase.Taken {
				s.Finalize(contentStatus(r))
			}
		})
		return phase.Taken
	}
}

// proxy resolves the proxy_* directives.
func (b *builder) proxy(s *Server, target *ngxstream.PassTarget, at ast.Pos) *ProxySettings {
	l := s.Level
	p := &ProxySettings{
		ConnectTimeout: ngxstream.ProxyConnectTimeout.Get(l), Timeout: ngxstream.ProxyTimeout.Get(l),
		BufferSize: b.bufferSize(l),
		Upload:     b.rate(ngxstream.ProxyUploadRate.Get(l)), Download: b.rate(ngxstream.ProxyDownloadRate.Get(l)),
		Requests: ngxstream.ProxyRequests.Get(l), Responses: -1,
		NextUpstream: ngxstream.ProxyNextUpstream.Get(l), NextTries: ngxstream.ProxyNextUpstreamTries.Get(l),
		NextTimeout:     ngxstream.ProxyNextUpstreamTimeout.Get(l),
		ProtocolVersion: int(ngxstream.ProxyProtocol.Get(l)),
		KeepAlive:       ngxstream.ProxySocketKeepalive.Get(l),
		RecvBuffer:      int(ngxstream.ProxySocketRcvbuf.Get(l)), SendBuffer: int(ngxstream.ProxySocketSndbuf.Get(l)),
		HalfClose:       ngxstream.ProxyHalfClose.Get(l),
		ResolverTimeout: ngxstream.ResolverTimeout.Get(l),
		Bind:            b.bind(l),
	}
	if n, ok := ngxstream.ProxyResponses.Lookup(l); ok {
		p.Responses = n
	}
	if b.deps.Resolver != nil {
		p.Resolver = b.deps.Resolver(l)
	}
	if target.HasVariables() {
		p.target = b.vars.Compile(target.Template)
	} else {
		p.group = b.passGroup(target, at)
	}
	if ngxstream.ProxySSL.Get(l) {
		p.TLS = b.proxyTLS(l)
	}
	return p
}

// bufferSize reads proxy_buffer_size or one of its old names, which set the same field in nginx.
func (b *builder) bufferSize(l Level) int {
	for ; l != nil; l = l.Outer() {
		for _, d := range []catalog.Directive[int64]{ngxstream.ProxyBufferSize, ngxstream.ProxyDownstreamBuffer, ngxstream.ProxyUpstreamBuffer} {
			if n, ok := d.Own(l); ok {
				return int(n)
			}
		}
	}
	return int(ngxstream.ProxyBufferSize.Fallback())
}

func (b *builder) rate(t catalog.SizeTemplate) Rate {
	if t.HasVariables() {
		return Rate{text: b.vars.Compile(t.Template)}
	}
	return Rate{Constant: t.Size}
}

func (b *builder) bind(l Level) *Bind {
	t, ok := ngxstream.ProxyBind.Lookup(l)
	if !ok || t.Off {
		return nil
	}
	bind := &Bind{Transparent: t.Transparent}
	if t.Template.HasVariables() {
		bind.text = b.vars.Compile(t.Template)
	} else {
		bind.Addr = relay.TCPAddr(t.Addr)
	}
	return bind
}
