package ngxhttp

import (
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Directives of ngx_http_upstream_sticky_module.
var (
	Sticky = catalog.Custom(catalog.Spec{Name: "sticky", In: catalog.HTTPUpstream,
		Args: "cookie <name> [domain=<tmpl>|path=<text>|expires=<time>|httponly|secure|samesite=<tmpl>]... | route <var>... | " +
			"learn (zone=<name>:<size>|timeout=<time>|create=<var>|lookup=<var>|header)...",
		Since: "1.5.7", Runs: unserved,
		Doc: "Sends a client to the same server again."}, decodeSticky)
)

// StickyArgs is the argument of sticky.
type StickyArgs struct {
	// Method is cookie, route or learn.
	Method string
	Cookie StickyCookie
	// Lookup holds the variables whose values name a server or a session, Create
	// those that begin a session.
	Lookup, Create []string
	// Zone and Timeout are those of sessions, AfterHeaders tells that they begin
	// once there are headers.
	Zone         ngxstream.SharedZone
	Timeout      time.Duration
	AfterHeaders bool
}

// StickyCookie is the cookie that sticky sets.
type StickyCookie struct {
	Name, Path       string
	Domain, SameSite catalog.Template
	Expires          time.Duration
	HTTPOnly, Secure bool
}

// decodeSticky follows ngx_http_upstream_sticky.
func decodeSticky(c *catalog.Call) (*StickyArgs, bool) {
	s := &StickyArgs{Method: c.Text(1)}
	ngxstream.GroupOf(c).Choose()
	switch s.Method {
	case "cookie":
		return s, s.cookie(c)
	case "route":
		for i := 2; i < c.Len(); i++ {
			name, ok := c.VariableName(i)
			if !ok {
				return s, false
			}
			c.Env.UseVariable(name, c.Word(i))
			s.Lookup = append(s.Lookup, name)
		}
		return s, true
	case "learn":
		return s, s.learn(c)
	}
	return s, c.Fail(1, `unknown parameter "%s"`, c.Text(1))
}

// cookie follows ngx_http_upstream_sticky_cookie.
func (s *StickyArgs) cookie(c *catalog.Call) bool {
	if s.Cookie.Name = c.Text(2); s.Cookie.Name == "" {
		return c.FailDirective(2, "empty cookie name")
	}
	seen := map[string]bool{}
	for i := 3; i < c.Len(); i++ {
		key, value, valued := strings.Cut(c.Text(i), "=")
		switch key {
		case "domain", "path", "expires", "samesite":
			if !valued {
				return c.Fail(i, `unknown parameter "%s"`, c.Text(i))
			}
		case "httponly", "secure":
			if valued {
				return c.Fail(i, `unknown parameter "%s"`, c.Text(i))
			}
		default:
			return c.Fail(i, `unknown parameter "%s"`, c.Text(i))
		}
		if seen[key] {
			return c.FailDirective(i, `parameter "`+key+`" is duplicate`)
		}
		seen[key] = true
		if !s.Cookie.set(c, i, key, value) {
			return false
		}
	}
	s.Lookup = []string{"cookie_" + s.Cookie.Name}
	c.Env.UseVariable(s.Lookup[0], c.Word(2))
	return true
}

// set takes one parameter of the cookie.
func (k *StickyCookie) set(c *catalog.Call, i int, key, value string) (ok bool) {
	from := len(key) + 1
	switch key {
	case "domain":
		if value == "" {
			return c.FailDirective(i, `no value for "domain"`)
		}
		k.Domain, ok = c.TemplateFrom(i, from)
		return ok
	case "path":
		k.Path = value
		return value != "" || c.FailDirective(i, `no value for "path"`)
	case "expires":
		if value == "max" {
			k.Expires = 1<<63 - 1
			return true
		}
		k.Expires, ok = catalog.ParseSeconds(value)
		return ok || c.FailDirective(i, `invalid "expires" parameter value`)
	case "samesite":
		if k.SameSite, ok = c.TemplateFrom(i, from); !ok || k.SameSite.HasVariables() {
			return ok
		}
		switch strings.ToLower(value) {
		case "strict", "lax", "none":
			return true
		}
		return c.FailDirective(i, `invalid "samesite" parameter value`)
	case "httponly":
		k.HTTPOnly = true
	case "secure":
		k.Secure = true
	}
	return true
}

// learn follows ngx_http_upstream_sticky_learn.
func (s *StickyArgs) learn(c *catalog.Call) bool {
	for i := 2; i < c.Len(); i++ {
		if !s.session(c, i) {
			return false
		}
	}
	switch {
	case len(s.Lookup) == 0:
		return c.FailDirective(0, `"lookup" parameter is not specified`)
	case len(s.Create) == 0:
		return c.FailDirective(0, `"create" parameter is not specified`)
	case s.Zone.Size == 0:
		return c.FailDirective(0, `"zone" parameter is not specified`)
	}
	if s.Timeout == 0 {
		s.Timeout = 10 * time.Minute
	}
	return true
}

// session takes one parameter of learn.
func (s *StickyArgs) session(c *catalog.Call, i int) bool {
	key, value, valued := strings.Cut(c.Text(i), "=")
	switch {
	case key == "zone" && valued:
		return s.zone(c, i, value)
	case key == "timeout" && valued:
		if s.Timeout != 0 {
			return c.FailDirective(i, "duplicate timeout")
		}
		var ok bool
		s.Timeout, ok = catalog.ParseTime(value)
		return ok && s.Timeout != 0 || c.FailDirective(i, "invalid timeout")
	case (key == "create" || key == "lookup") && valued:
		if !strings.HasPrefix(value, "$") {
			return c.FailDirective(i, `missing variable in the "`+key+`" parameter`)
		}
		c.Env.UseVariable(value[1:], c.Part(i, len(key)+1, len(c.Text(i))))
		if key == "create" {
			s.Create = append(s.Create, value[1:])
		} else {
			s.Lookup = append(s.Lookup, value[1:])
		}
		return true
	case c.Text(i) == "header":
		s.AfterHeaders = true
		return true
	}
	return c.Fail(i, `unknown parameter "%s"`, c.Text(i))
}

func (s *StickyArgs) zone(c *catalog.Call, i int, value string) bool {
	name, size, sized := strings.Cut(value, ":")
	switch {
	case s.Zone.Size != 0:
		return c.FailDirective(i, "duplicate zone")
	case !sized:
		return c.FailDirective(i, "zone size is not specified")
	case name == "":
		return c.FailDirective(i, "zone name is not specified")
	}
	n, ok := catalog.ParseSize(size)
	switch {
	case !ok:
		return c.FailDirective(i, "invalid zone size")
	case n < 8*ngxstream.PageSize:
		return c.FailDirective(i, "zone is too small")
	}
	s.Zone = ngxstream.SharedZone{Name: name, Size: n}
	return true
}
