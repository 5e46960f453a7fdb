package ngxhttp

import (
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// decodeUpstream follows the beginning of ngx_http_upstream.
func decodeUpstream(c *catalog.Call) (*ngxstream.Group, bool) {
	return ngxstream.NewGroup(c.Text(1)), true
}

// Peer is one server of a group.
type Peer struct {
	ngxstream.Peer
	Route string
	Drain bool
}

const maxRoute = 32

// decodePeer follows ngx_http_upstream_server: the parameters first, then the
// address.
func decodePeer(c *catalog.Call) (*Peer, bool) {
	p := &Peer{Peer: ngxstream.Peer{Weight: 1, MaxFails: 1, FailTimeout: 10 * time.Second}}
	accepts := ngxstream.GroupOf(c).Accepts()
	for i := 2; i < c.Len(); i++ {
		word := c.Text(i)
		if word == "drain" {
			p.Drain = true
			continue
		}
		if route, found := strings.CutPrefix(word, "route="); found {
			switch p.Route = route; {
			case route == "":
				c.Fail(i, "route is empty")
			case len(route) > maxRoute:
				c.Fail(i, "route is longer than %d", maxRoute)
			}
			continue
		}
		param, ok := p.Parameter(word)
		switch {
		case param&^accepts != 0:
			c.Fail(i, `balancing method does not support parameter "%s"`, word)
		case word == "service=":
			c.Fail(i, "service is empty")
		case !ok:
			c.InvalidParameter(i)
		}
	}
	if p.Service != "" && !p.Resolve {
		c.Fail(1, `service upstream "%s" requires "resolve" parameter`, c.Text(1))
	}
	addr, phrase := c.URL(1, 0, catalog.URLOptions{NoResolve: p.Resolve, DefaultPort: 80})
	p.Addr = addr
	switch {
	case phrase != "":
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in upstream "`+addr.Text+`"`)
	case p.Service != "" && !addr.NoPort:
		c.Fail(1, `service upstream "%s" may not have port`, addr.Text)
	case p.Service != "" && !addr.IsName:
		c.Fail(1, `service upstream "%s" requires domain name`, addr.Text)
	}
	return p, !c.Failed()
}

// decodeIPHash follows ngx_http_upstream_ip_hash.
func decodeIPHash(c *catalog.Call) (bool, bool) {
	ngxstream.GroupOf(c).Use(c, "ip_hash", ngxstream.AllParameters&^ngxstream.ParamBackup)
	return true, true
}

// decodeLeastConn follows ngx_http_upstream_least_conn.
func decodeLeastConn(c *catalog.Call) (bool, bool) {
	ngxstream.GroupOf(c).Use(c, ngxstream.MethodLeastConn, ngxstream.AllParameters)
	return true, true
}

// decodeRandom follows ngx_http_upstream_random.
func decodeRandom(c *catalog.Call) (bool, bool) {
	ngxstream.GroupOf(c).Use(c, ngxstream.MethodRandom, ngxstream.AllParameters&^ngxstream.ParamBackup)
	switch {
	case c.Len() > 1 && c.Text(1) != "two":
		return false, c.InvalidParameter(1)
	case c.Len() > 2 && c.Text(2) != "least_conn" && !strings.HasPrefix(c.Text(2), "least_time="):
		return false, c.InvalidParameter(2)
	}
	return true, true
}

// decodeUpstreamKeepalive follows ngx_http_upstream_keepalive.
func decodeUpstreamKeepalive(c *catalog.Call) (int, bool) {
	n, ok := catalog.ParseInt(c.Text(1))
	switch {
	case !ok || n == 0 && c.Text(1) == "":
		return n, c.Fail(1, `invalid value "%s" in "%s" directive`, c.Text(1), c.Text(0))
	case c.Len() > 2 && c.Text(2) != "local":
		return n, c.InvalidParameter(2)
	}
	return n, true
}

// PassTarget is the argument of proxy_pass and its kin. As in stream, ast/conf
// resolves a name and finds the group that the target names.
type PassTarget struct{ ngxstream.PassTarget }

// decodeProxyPass follows ngx_http_proxy_pass.
func decodeProxyPass(c *catalog.Call) (*PassTarget, bool) {
	return passTarget(c, []scheme{{"http://", 80}, {"https://", 443}}, true)
}

// DecodePass follows ngx_http_fastcgi_pass, ngx_http_grpc_pass and their kin.
func DecodePass(c *catalog.Call) (*PassTarget, bool) {
	switch c.Text(0) {
	case "grpc_pass":
		return passTarget(c, []scheme{{"grpc://", 0}, {"grpcs://", 0}}, false)
	case "memcached_pass":
		c.Env.UseVariable("memcached_key", c.Word(0))
		return namedTarget(c, catalog.Literal(c.Text(1)), 0, 0, false)
	case "uwsgi_pass":
		return passTarget(c, []scheme{{"uwsgi://", 0}, {"suwsgi://", 0}}, false)
	}
	return passTarget(c, nil, false)
}

type scheme struct {
	prefix string
	port   int
}

func passTarget(c *catalog.Call, schemes []scheme, web bool) (*PassTarget, bool) {
	t, ok := c.Template(1)
	p := &PassTarget{ngxstream.PassTarget{Template: t}}
	if !ok || t.HasVariables() {
		return p, ok
	}
	from, port, found := 0, 0, false
	for _, s := range schemes {
		if n := len(s.prefix); len(t.Text) >= n && strings.EqualFold(t.Text[:n], s.prefix) {
			from, port, found = n, s.port, true
			break
		}
	}
	if web && !found {
		return p, c.Fail(1, "invalid URL prefix")
	}
	return namedTarget(c, t, from, port, web)
}

// namedTarget takes the address that begins at byte from.
func namedTarget(c *catalog.Call, t catalog.Template, from, port int, web bool) (*PassTarget, bool) {
	p := &PassTarget{ngxstream.PassTarget{Template: t}}
	addr, phrase := c.URL(1, from, catalog.URLOptions{NoResolve: true, DefaultPort: port, URI: web})
	p.Addr = addr
	switch {
	case phrase != "":
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in upstream "`+addr.Text+`"`)
		return p, false
	case web && addr.URI != "" && bodyless(c.Level):
		return p, c.Fail(1, `"proxy_pass" cannot have URI part in location given by regular expression, `+
			`or inside named location, or inside "if" statement, or inside "limit_except" block`)
	}
	return p, true
}
