package ngxhttp

import (
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// CacheRef is the argument of proxy_cache and its kin; the zero value is off.
type CacheRef struct {
	// Zone is the name of a zone, possibly with variables.
	Zone catalog.Template
}

// gatewayOf cuts the name of a directive after the kind of server: "proxy".
func gatewayOf(name string) string {
	kind, _, _ := strings.Cut(name, "_")
	return kind
}

// standsBeside reports whether a directive of the same module stands further
// above in the level with something other than off.
func standsBeside(c *catalog.Call, name string) bool {
	if c.Level == nil {
		return false
	}
	for _, r := range c.Row.Module().Rows {
		if r.Name != name {
			continue
		}
		for _, v := range c.Level.Values(r) {
			if v.Node != nil && v.Node.Arg(0) != "off" {
				return true
			}
		}
	}
	return false
}

// decodeCache follows ngx_http_proxy_cache and its kin.
func decodeCache(c *catalog.Call) (r CacheRef, ok bool) {
	if c.Text(1) == "off" {
		return r, true
	}
	if store := gatewayOf(c.Text(0)) + "_store"; standsBeside(c, store) {
		return r, c.FailDirective(0, `is incompatible with "`+store+`"`)
	}
	r.Zone, ok = c.Template(1)
	return r, ok
}

// StoreArgs is the argument of proxy_store and its kin; the zero value is off.
type StoreArgs struct {
	On   bool
	File catalog.Template
}

// decodeStore follows ngx_http_proxy_store and its kin.
func decodeStore(c *catalog.Call) (s StoreArgs, ok bool) {
	if c.Text(1) == "off" {
		return s, true
	}
	if c.Text(1) == "" {
		return s, c.Fail(1, "empty path")
	}
	if cache := gatewayOf(c.Text(0)) + "_cache"; standsBeside(c, cache) {
		return s, c.FailDirective(0, `is incompatible with "`+cache+`"`)
	}
	if s.On = true; c.Text(1) == "on" {
		return s, true
	}
	s.File, ok = c.Template(1)
	return s, ok
}

// CacheDir is one proxy_cache_path directive or its kin.
type CacheDir struct {
	Path     string
	Levels   string
	Zone     ngxstream.SharedZone
	Inactive time.Duration
	MaxSize  int64
}

// IsCachePath reports whether a row declares a cache.
func IsCachePath(r *catalog.Row) bool {
	switch r {
	case ProxyCachePath.Row, FastCGICachePath.Row, UWSGICachePath.Row, SCGICachePath.Row:
		return true
	}
	return false
}

// Depths returns the lengths of the names of directories at each level.
func (d *CacheDir) Depths() []int {
	var out []int
	for i := 0; i < len(d.Levels); i += 2 {
		out = append(out, int(d.Levels[i]-'0'))
	}
	return out
}

// decodeCachePath follows ngx_http_file_cache_set_slot.
func decodeCachePath(c *catalog.Call) (CacheDir, bool) {
	d := CacheDir{Path: c.Env.FullName(strings.TrimSuffix(c.Text(1), "/"), false), Inactive: 10 * time.Minute}
	for i := 2; i < c.Len(); i++ {
		word := c.Text(i)
		key, value, valued := strings.Cut(word, "=")
		if !valued || !d.option(c, i, key, value) {
			return d, c.Failed() || c.InvalidParameter(i)
		}
		if c.Failed() {
			return d, false
		}
	}
	if d.Zone.Name == "" || d.Zone.Size == 0 {
		return d, c.Fail(0, `"%s" must have "keys_zone" parameter`, c.Text(0))
	}
	return d, true
}

// option sets one parameter and reports a bad value. It returns false for a
// parameter that it does not know.
func (d *CacheDir) option(c *catalog.Call, i int, key, value string) bool {
	ok := true
	switch key {
	case "levels":
		if d.Levels = value; !validLevels(value) {
			c.Fail(i, `invalid "levels" "%s"`, c.Text(i))
		}
		return true
	case "use_temp_path":
		if value != "on" && value != "off" {
			c.Fail(i, `invalid use_temp_path value "%s", it must be "on" or "off"`, c.Text(i))
		}
		return true
	case "keys_zone":
		name, size, colon := strings.Cut(value, ":")
		n, good := catalog.ParseSize(size)
		switch {
		case !colon || !good:
			c.Fail(i, `invalid keys zone size "%s"`, c.Text(i))
		case n < 2*ngxstream.PageSize:
			c.Fail(i, `keys zone "%s" is too small`, c.Text(i))
		}
		d.Zone = ngxstream.SharedZone{Name: name, Size: n}
		return true
	case "inactive":
		d.Inactive, ok = catalog.ParseSeconds(value)
	case "max_size":
		d.MaxSize, ok = catalog.ParseOffset(value)
	case "min_free":
		_, ok = catalog.ParseOffset(value)
	case "loader_files", "manager_files":
		_, ok = catalog.ParseInt(value)
	case "loader_sleep", "loader_threshold", "manager_sleep", "manager_threshold":
		_, ok = catalog.ParseTime(value)
	default:
		return false
	}
	if !ok {
		c.Fail(i, `invalid %s value "%s"`, key, c.Text(i))
	}
	return true
}

// validLevels accepts one to three digits 1 or 2 with colons between.
func validLevels(s string) bool {
	for n := 0; n < 3 && s != ""; n++ {
		if s[0] != '1' && s[0] != '2' {
			return false
		}
		if s = s[1:]; s == "" {
			return true
		}
		if s[0] != ':' || n == 2 || len(s) == 1 {
			return false
		}
		s = s[1:]
	}
	return s == ""
}

// CacheTime is one proxy_cache_valid directive or its kin; code 0 is any.
type CacheTime struct {
	Codes []int
	Valid time.Duration
}

// decodeCacheValid follows ngx_http_file_cache_valid_set_slot.
func decodeCacheValid(c *catalog.Call) (t CacheTime, ok bool) {
	last := c.Len() - 1
	if t.Valid, ok = catalog.ParseSeconds(c.Text(last)); !ok {
		return t, c.Fail(last, `invalid time value "%s"`, c.Text(last))
	}
	if last == 1 {
		t.Codes = []int{200, 301, 302}
		return t, true
	}
	for i := 1; i < last; i++ {
		n := 0
		if c.Text(i) != "any" {
			if n, ok = catalog.ParseInt(c.Text(i)); !ok || n < 100 || n > 599 {
				return t, c.Fail(i, `invalid status "%s"`, c.Text(i))
			}
		}
		t.Codes = append(t.Codes, n)
	}
	return t, true
}

// RedirectArgs is one proxy_redirect directive.
type RedirectArgs struct {
	Off, Default bool
	// From is an address, or with Regex a regular expression.
	From, To catalog.Template
	Regex    bool
}

// offAlone reports an "off" that stands beside other uses of the directive.
func offAlone(c *catalog.Call) bool {
	earlier := catalog.Others[RedirectArgs](c)
	if len(earlier) > 0 && (earlier[0].Off || c.Len() == 2 && c.Text(1) == "off") {
		return c.Duplicate()
	}
	return true
}

// decodeProxyRedirect follows ngx_http_proxy_redirect.
func decodeProxyRedirect(c *catalog.Call) (RedirectArgs, bool) {
	var r RedirectArgs
	if !offAlone(c) {
		return r, false
	}
	if c.Len() == 2 {
		switch c.Text(1) {
		case "off":
			r.Off = true
		case "default":
			r.Default = true
			return r, decodeDefaultRedirect(c)
		default:
			return r, c.InvalidParameter(1)
		}
		return r, true
	}
	return rewriteArgs(c)
}

// decodeDefaultRedirect checks where "proxy_redirect default" may stand.
func decodeDefaultRedirect(c *catalog.Call) bool {
	if c.Level == nil {
		return true
	}
	use := c.Level.Values(ProxyPass.Row)
	if len(use) == 0 {
		return c.Env.Open(c.Level) || c.Fail(1, `"proxy_redirect default" should be placed after the "proxy_pass" directive`)
	}
	if p, _ := use[0].Arg.(*PassTarget); p != nil && p.Template.HasVariables() {
		return c.Fail(1, `"proxy_redirect default" cannot be used with "proxy_pass" directive with variables`)
	}
	return true
}

// rewriteArgs reads a pattern, a regular expression if it begins with "~", and
// a replacement.
func rewriteArgs(c *catalog.Call) (r RedirectArgs, ok bool) {
	if s := c.Text(1); strings.HasPrefix(s, "~") {
		from := 1
		if strings.HasPrefix(s, "~*") {
			from = 2
		}
		r.Regex, r.From = true, catalog.Literal(s[from:])
		if _, _, ok = c.Regex(1, from, len(s), from == 2); !ok {
			return r, false
		}
	} else if r.From, ok = c.Template(1); !ok {
		return r, false
	}
	r.To, ok = c.Template(2)
	return r, ok
}

// decodeCookieRewrite follows ngx_http_proxy_cookie_domain and
// ngx_http_proxy_cookie_path.
func decodeCookieRewrite(c *catalog.Call) (RedirectArgs, bool) {
	if !offAlone(c) {
		return RedirectArgs{}, false
	}
	if c.Len() == 2 {
		if c.Text(1) != "off" {
			return RedirectArgs{}, c.InvalidParameter(1)
		}
		return RedirectArgs{Off: true}, true
	}
	return rewriteArgs(c)
}

// decodeSplitPathInfo follows ngx_http_fastcgi_split_path_info.
func decodeSplitPathInfo(c *catalog.Call) (string, bool) {
	captures, _, ok := c.Regex(1, 0, len(c.Text(1)), false)
	if !ok {
		return "", false
	}
	if captures != 2 {
		return "", c.Fail(1, `pattern "%s" must have 2 captures`, c.Text(1))
	}
	return c.Text(1), true
}

// CookieFlags is one proxy_cookie_flags directive; without a cookie it is off.
type CookieFlags struct {
	// Cookie is a name, or with Regex a regular expression.
	Cookie catalog.Template
	Regex  bool
	Flags  []catalog.Template
}

// decodeCookieFlags follows ngx_http_proxy_cookie_flags.
func decodeCookieFlags(c *catalog.Call) (f CookieFlags, ok bool) {
	earlier := catalog.Others[CookieFlags](c)
	switch {
	case len(earlier) > 0 && earlier[0].Flags == nil:
		return f, c.Duplicate()
	case c.Len() == 2 && c.Text(1) != "off":
		return f, c.InvalidParameter(1)
	case c.Len() == 2:
		return f, len(earlier) == 0 || c.Duplicate()
	}
	if s := c.Text(1); strings.HasPrefix(s, "~") {
		f.Regex, f.Cookie = true, catalog.Literal(s[1:])
		if _, _, ok = c.Regex(1, 1, len(s), true); !ok {
			return f, false
		}
	} else if f.Cookie, ok = c.Template(1); !ok {
		return f, false
	}
	f.Flags, ok = c.Templates(2, c.Len())
	return f, ok
}
