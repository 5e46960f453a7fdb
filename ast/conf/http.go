package conf

import (
	"fmt"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/addon"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxmail"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// The http block is checked as nginx checks it. The runtime refuses it as a
// whole.

// registerHTTP is register inside the http and mail blocks.
func (c *checker) registerHTTP(call *catalog.Call, v *catalog.Value, l *Level) {
	switch arg := v.Arg.(type) {
	case *ngxhttp.ListenArgs:
		c.httpListen(call, arg, l)
	case *ngxhttp.StickyArgs:
		c.stickyZone(call, v.Row, arg, l)
	case ngxhttp.AIOArgs:
		if name, constant := arg.Pool.Constant(); constant && name != "" {
			c.pools = append(c.pools, poolUse{name, call.Word(1), call.At()})
		}
	case *ngxmail.ListenArgs:
		c.mailListen(call, arg)
	case *ngxhttp.PassTarget:
		c.proxyPass(call, &arg.PassTarget)
	case *ngxstream.Group:
		c.upstream(call, arg)
	case *ngxstream.Format:
		c.mentionFormat(call, v)
	case *ngxstream.AccessLogArgs:
		c.mentionFormat(call, v)
		c.accessLog(call, arg)
	case ngxlua.SharedDict:
		c.zone(call, 1, v.Row, arg.Name, arg.Size)
	case ngxstream.LimitZone:
		c.zone(call, 2, v.Row, arg.Zone.Name, arg.Zone.Size)
	case ngxstream.ConnLimit:
		c.zone(call, 1, v.Row, arg.Zone, 0)
	case ngxhttp.RateZone:
		c.zone(call, 2, v.Row, arg.Zone.Name, arg.Zone.Size)
	case ngxhttp.RateLimit:
		c.zone(call, 1, v.Row, arg.Zone, 0)
	case catalog.HashedDir:
		c.addPath(call, arg.Path, path{levels: arg.Levels, node: call.Node})
	case ngxhttp.CacheDir:
		if c.addPath(call, arg.Path, path{levels: arg.Depths(), cache: call.Node, node: call.Node}); call.Failed() {
			return
		}
		c.zone(call, 2, v.Row, arg.Zone.Name, arg.Zone.Size)
	case ngxhttp.CacheRef:
		if name, constant := arg.Zone.Constant(); constant && name != "" {
			c.zone(call, 1, v.Row, name, 0)
		}
	case ngxstream.SessionCache:
		if arg.Shared.Name != "" {
			c.zone(call, 1, v.Row, arg.Shared.Name, arg.Shared.Size)
		}
	case ngxstream.SharedZone:
		if arg.Name != "" {
			c.zone(call, 1, v.Row, arg.Name, arg.Size)
		}
	case addon.GroupList:
		c.groupList(call, arg)
	case addon.HashedUpstream:
		if arg.List != "" && !c.lists[strings.ToLower(arg.List)] {
			call.ReportWhole(diag.Diagnostic{Severity: diag.Error, Rule: catalog.RuleReference, Subject: call.Word(2), Order: call.At(),
				Message: `set_hashed_upstream: upstream list "` + arg.List + `" not defined yet`})
			return
		}
		addon.SetHashedVariable(call, arg)
	case string:
		if strings.HasSuffix(v.Row.Name, "_password_file") {
			c.passphrases(call, arg)
		}
	}
}

// groupList follows ndk_upstream_list: a list is known from where it stands on,
// everywhere.
func (c *checker) groupList(call *catalog.Call, l addon.GroupList) {
	name := strings.ToLower(l.Name)
	if c.lists[name] {
		call.Fail(1, `duplicate upstream list name "%s"`, l.Name)
		return
	}
	if c.lists == nil {
		c.lists = map[string]bool{}
	}
	c.lists[name] = true
}

// stickyZone follows the end of ngx_http_upstream_sticky_learn: a zone belongs
// to one group.
func (c *checker) stickyZone(call *catalog.Call, r *catalog.Row, s *ngxhttp.StickyArgs, l *Level) {
	if s.Zone.Name == "" {
		return
	}
	if c.zone(call, 0, r, s.Zone.Name, s.Zone.Size); call.Failed() {
		return
	}
	group := l.arg.(*ngxstream.Group).Name
	if other, used := c.sticky[s.Zone.Name]; used {
		call.Fail(0, `sticky zone "%s" is already used in upstream "%s"`, s.Zone.Name, other)
		return
	}
	c.sticky[s.Zone.Name] = group
}

// httpLimitKey finds the key of a zone that a directive further above declares.
func (c *checker) httpLimitKey(l catalog.Level, r *catalog.Row, name string) (string, bool) {
	for _, v := range l.Values(r) {
		switch z := v.Arg.(type) {
		case ngxhttp.RateZone:
			if z.Zone.Name == name {
				return z.Key.Text, true
			}
		case ngxstream.LimitZone:
			if z.Zone.Name == name {
				return z.Key.Text, true
			}
		}
	}
	return "", false
}

// finishHTTP runs the checks at the end of the http block in the order of
// ngx_http_block: settings of servers and locations module by module, locations,
// the modules' last words, variables, names of servers.
func (c *checker) finishHTTP(http *Level) {
	end := http.node.EndPos()
	servers := blocks(http, ngxhttp.Server.Row)
	if c.tree.Fragment() {
		c.initGroupsOf(http, c.tree.httpGroups)
	} else {
		c.mergeHTTP(http, servers, end)
	}
	for _, s := range servers {
		c.httpLocations(s, end)
	}
	if !c.tree.Fragment() {
		c.initHTTPSSL(end)
		c.initCharsets(http, servers, end)
	}
	if c.initVariables(end) && !c.tree.Fragment() {
		c.hashVariables(variablesLimits(http, ngxhttp.VariablesHashMaxSize, ngxhttp.VariablesHashBucketSize), http)
	}
	c.initHTTPServerNames(end)
}

// httpLocations finds locations that stand twice in a level, as
// ngx_http_init_locations and ngx_http_join_exact_locations do.
func (c *checker) httpLocations(l *Level, end ast.Pos) {
	type key struct {
		name  string
		class ngxhttp.LocationKind
	}
	seen := map[key]*Level{}
	for _, in := range l.children {
		a, ok := in.arg.(*ngxhttp.LocationArgs)
		if !ok {
			continue
		}
		c.httpLocations(in, end)
		k := key{a.Name, a.Kind}
		switch a.Kind {
		case ngxhttp.RegexLocation:
			continue
		case ngxhttp.FirmLocation:
			k.class = ngxhttp.PrefixLocation
		}
		first := seen[k]
		if first == nil {
			seen[k] = in
			continue
		}
		if a.Kind == ngxhttp.NamedLocation {
			continue // nginx keeps both and finds the first
		}
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleDuplicate, Subject: in.node.HeadRange(), Order: end,
			Message: fmt.Sprintf(`duplicate location "%s" in %s:%d`, a.Name, in.node.OpenPos().File.Name, in.node.OpenPos().Line()),
			Related: []diag.Related{{Range: first.node.HeadRange(), Message: "the first one is here"}}})
	}
}

// initHTTPSSL follows ngx_http_ssl_init: every address with ssl needs a
// certificate.
func (c *checker) initHTTPSSL(end ast.Pos) {
	encrypted := func(a *HTTPListening) bool { return len(a.SSL) > 0 }
	for _, a := range inPortOrder(c.tree.HTTPListening, encrypted) {
		if ngxhttp.SSLCertificate.Set(a.Default) {
			if a.QUIC && ngxhttp.SSLProtocols.Get(a.Default)&ngxstream.TLSv13 == 0 {
				c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "tls", Subject: a.SSL[0].HeadRange(), At: a.Default.node.OpenPos(), Order: end,
					Message: `"ssl_protocols" must enable TLSv1.3 for the "listen ... quic" directive`})
			}
			continue
		}
		l := a.Default
		if ngxhttp.SSLRejectHandshake.Get(l) {
			l = nil
			for _, s := range a.Servers {
				if !ngxhttp.SSLCertificate.Set(s) && !ngxhttp.SSLRejectHandshake.Get(s) {
					l = s
					break
				}
			}
			if l == nil {
				continue
			}
		}
		form := "ssl"
		if a.QUIC {
			form = "quic"
		}
		c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: "tls", Subject: a.SSL[0].HeadRange(), At: l.node.OpenPos(), Order: end,
			Message: fmt.Sprintf(`no "ssl_certificate" is defined for the "listen ... %s" directive`, form)})
	}
}
