package ngxhttp

import (
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// decodeSwitch takes a directive that is on by being there.
func decodeSwitch(*catalog.Call) (bool, bool) { return true, true }

// decodeTemplate takes one complex value.
func decodeTemplate(c *catalog.Call) (catalog.Template, bool) { return c.Template(1) }

// decodeURIOrOff takes an address or off, which is the empty one.
func decodeURIOrOff(c *catalog.Call) (string, bool) {
	if c.Text(1) == "off" {
		return "", true
	}
	return c.Text(1), true
}

// decodeLowat follows ngx_conf_set_size_slot with the check of systems that
// have no low-water mark.
func decodeLowat(c *catalog.Call) (int64, bool) {
	n, ok := catalog.ParseSize(c.Text(1))
	if !ok {
		return 0, c.FailDirective(1, "invalid value")
	}
	if c.Node != nil {
		c.Warn(0, `"%s" is not supported, ignored`, c.Text(0))
	}
	return n, true
}

// KeepaliveArgs is the argument of keepalive_timeout.
type KeepaliveArgs struct {
	Timeout time.Duration
	// Header is the time that clients are told, 0 for none.
	Header time.Duration
}

// decodeKeepalive follows ngx_http_core_keepalive.
func decodeKeepalive(c *catalog.Call) (k KeepaliveArgs, ok bool) {
	if k.Timeout, ok = catalog.ParseTime(c.Text(1)); !ok {
		return k, c.FailDirective(1, "invalid value")
	}
	if c.Len() > 2 {
		if k.Header, ok = catalog.ParseSeconds(c.Text(2)); !ok {
			return k, c.FailDirective(2, "invalid value")
		}
	}
	return k, true
}

// AIOArgs is the argument of aio; the zero value is off.
type AIOArgs struct {
	On, Threads bool
	Pool        catalog.Template
}

// decodeAIO follows ngx_http_core_set_aio.
func decodeAIO(c *catalog.Call) (AIOArgs, bool) {
	switch word := c.Text(1); {
	case word == "off":
		return AIOArgs{}, true
	case word == "on":
		return AIOArgs{On: true}, true
	case word == "threads":
		return AIOArgs{Threads: true}, true
	case strings.HasPrefix(word, "threads="):
		t, ok := c.TemplateFrom(1, len("threads="))
		return AIOArgs{Threads: true, Pool: t}, ok
	}
	return AIOArgs{}, c.FailDirective(1, "invalid value")
}

// decodeDirectIO follows ngx_http_core_directio; -1 is off.
func decodeDirectIO(c *catalog.Call) (int64, bool) {
	if c.Text(1) == "off" {
		return -1, true
	}
	n, ok := catalog.ParseOffset(c.Text(1))
	return n, ok || c.FailDirective(1, "invalid value")
}

// Symlinks is the argument of disable_symlinks.
type Symlinks struct {
	// Mode is off, on or if_not_owner.
	Mode string
	From catalog.Template
}

// decodeDisableSymlinks follows ngx_http_disable_symlinks.
func decodeDisableSymlinks(c *catalog.Call) (s Symlinks, ok bool) {
	for i := 1; i < c.Len(); i++ {
		switch word := c.Text(i); {
		case word == "off", word == "on", word == "if_not_owner":
			s.Mode = word
		case strings.HasPrefix(word, "from="):
			if s.From, ok = c.TemplateFrom(i, len("from=")); !ok {
				return s, false
			}
		default:
			return s, c.InvalidParameter(i)
		}
	}
	switch {
	case s.Mode == "":
		return s, c.Fail(0, `"disable_symlinks" must have "off", "on" or "if_not_owner" parameter`)
	case c.Len() == 2:
		return s, true
	case s.From.IsZero():
		return s, c.Fail(2, `duplicate parameters "%s %s"`, c.Text(1), c.Text(2))
	case s.Mode == "off":
		return s, c.Fail(2, `"from=" cannot be used with "off" parameter`)
	}
	return s, true
}

// decodeOpenFileCache follows ngx_http_core_open_file_cache.
func decodeOpenFileCache(c *catalog.Call) (ngxstream.FileCache, bool) {
	return ngxstream.FileCacheGrammar{
		Defaults: ngxstream.FileCache{Inactive: 60 * time.Second}, Lacks: []string{"min_uses", "valid"},
		Invalid: (*catalog.Call).InvalidParameterOf, Missing: `"%s" must have the "max" parameter`,
	}.Decode(c)
}

// decodeGzipDisable follows ngx_http_gzip_disable.
func decodeGzipDisable(c *catalog.Call) ([]string, bool) {
	for i := 1; i < c.Len(); i++ {
		if c.Text(i) == "msie6" {
			continue
		}
		if _, _, err := c.Env.Regex(c.Text(i), true); err != nil {
			c.Report(diag.Emerg, catalog.RuleRegex, c.Word(i), err.Error())
			return nil, false
		}
	}
	return c.Texts(1), true
}

// Param is one proxy_set_header, fastcgi_param or the like.
type Param struct {
	Name  string
	Value catalog.LateTemplate
	// IfNotEmpty tells that an empty value is not passed on.
	IfNotEmpty bool
}

// HeaderArgs is one add_header or the like.
type HeaderArgs struct {
	Name  string
	Value catalog.Template
	// Always tells that answers of all codes get the header.
	Always bool
}

// decodeAddHeader follows ngx_http_headers_add.
func decodeAddHeader(c *catalog.Call) (h HeaderArgs, ok bool) {
	h.Name = c.Text(1)
	if h.Value, ok = c.Template(2); !ok {
		return h, false
	}
	if c.Len() > 3 {
		if c.Text(3) != "always" {
			return h, c.InvalidParameter(3)
		}
		h.Always = true
	}
	return h, true
}

// decodeParam follows ngx_http_upstream_param_set_slot, and
// ngx_conf_set_keyval_slot for headers.
func decodeParam(c *catalog.Call) (Param, bool) {
	if c.Len() > 3 && c.Text(3) != "if_not_empty" {
		return Param{}, c.InvalidParameter(3)
	}
	return Param{c.Text(1), c.LateTemplate(2), c.Len() > 3}, true
}

// decodeExpires follows ngx_http_headers_expires.
func decodeExpires(c *catalog.Call) (catalog.Template, bool) {
	i, modified := 1, false
	if c.Len() == 3 {
		if c.Text(1) != "modified" {
			return catalog.Template{}, c.FailDirective(1, "invalid value")
		}
		i, modified = 2, true
	}
	t, ok := c.Template(i)
	if !ok || t.HasVariables() {
		return t, ok
	}
	s := t.Text
	if !modified && (s == "epoch" || s == "max" || s == "off") {
		return t, true
	}
	daily := strings.HasPrefix(s, "@")
	if daily && modified {
		return t, c.FailDirective(i, `daily time cannot be used with "modified" parameter`)
	}
	if s != "" && strings.ContainsAny(s[:1], "@+-") {
		s = s[1:]
	}
	switch d, ok := catalog.ParseSeconds(s); {
	case !ok:
		return t, c.FailDirective(i, "invalid value")
	case daily && d > 24*time.Hour:
		return t, c.FailDirective(i, "daily time value must be less than 24 hours")
	}
	return t, true
}

// RateZone is one limit_req_zone directive.
type RateZone struct {
	Key  catalog.Template
	Zone ngxstream.SharedZone
	// Rate is in thousandths of requests per second.
	Rate int
}

// decodeLimitReqZone follows ngx_http_limit_req_zone.
func decodeLimitReqZone(c *catalog.Call) (RateZone, bool) {
	z := RateZone{Rate: 1000}
	var ok bool
	if z.Key, ok = c.Template(1); !ok {
		return z, false
	}
	for i := 2; i < c.Len(); i++ {
		word := c.Text(i)
		if rest, found := strings.CutPrefix(word, "zone="); found {
			name, size, colon := strings.Cut(rest, ":")
			n, ok := catalog.ParseSize(size)
			switch {
			case !colon || !ok:
				return z, c.Fail(i, `invalid zone size "%s"`, word)
			case n < 8*ngxstream.PageSize:
				return z, c.Fail(i, `zone "%s" is too small`, word)
			}
			z.Zone = ngxstream.SharedZone{Name: name, Size: n}
			continue
		}
		rest, found := strings.CutPrefix(word, "rate=")
		if !found {
			return z, c.InvalidParameter(i)
		}
		scale := 1
		if s, found := strings.CutSuffix(rest, "r/s"); found {
			rest = s
		} else if s, found := strings.CutSuffix(rest, "r/m"); found {
			rest, scale = s, 60
		}
		n, ok := catalog.ParseInt(rest)
		if !ok || n <= 0 {
			return z, c.Fail(i, `invalid rate "%s"`, word)
		}
		z.Rate = n * 1000 / scale
	}
	if z.Zone.Name == "" {
		return z, c.Fail(0, `"%s" must have "zone" parameter`, c.Text(0))
	}
	return z, true
}

// RateLimit is one limit_req directive.
type RateLimit struct {
	Zone         string
	Burst, Delay int
	NoDelay      bool
}

// decodeLimitReq follows ngx_http_limit_req.
func decodeLimitReq(c *catalog.Call) (RateLimit, bool) {
	var l RateLimit
	given := false
	for i := 1; i < c.Len(); i++ {
		word := c.Text(i)
		key, value, _ := strings.Cut(word, "=")
		var ok bool
		switch {
		case strings.HasPrefix(word, "zone="):
			l.Zone, given = value, true
		case strings.HasPrefix(word, "burst="):
			if l.Burst, ok = catalog.ParseInt(value); !ok || l.Burst <= 0 {
				return l, c.Fail(i, `invalid %s value "%s"`, key, word)
			}
		case strings.HasPrefix(word, "delay="):
			if l.Delay, ok = catalog.ParseInt(value); !ok || l.Delay <= 0 {
				return l, c.Fail(i, `invalid %s value "%s"`, key, word)
			}
		case word == "nodelay":
			l.NoDelay = true
		default:
			return l, c.InvalidParameter(i)
		}
	}
	if !given {
		return l, c.Fail(0, `"%s" must have "zone" parameter`, c.Text(0))
	}
	for _, o := range catalog.Others[RateLimit](c) {
		if o.Zone == l.Zone {
			return l, c.Duplicate()
		}
	}
	return l, true
}

// decodeAccessLog follows ngx_http_log_set_log, which is that of stream with a
// format of its own, "combined".
func decodeAccessLog(c *catalog.Call) (*ngxstream.AccessLogArgs, bool) {
	return ngxstream.DecodeAccessLogWith(c, LogFormat.Row, "combined")
}

// decodeGeo follows ngx_http_geo_block.
func decodeGeo(c *catalog.Call) (*ngxstream.GeoTable, bool) { return ngxstream.DecodeHTTPGeo(c) }

// decodeUserIDExpires follows ngx_http_userid_expires.
func decodeUserIDExpires(c *catalog.Call) (time.Duration, bool) {
	switch c.Text(1) {
	case "max":
		return time.Duration(1<<63 - 1), true
	case "off":
		return 0, true
	}
	d, ok := catalog.ParseSeconds(c.Text(1))
	return d, ok || c.FailDirective(1, "invalid value")
}

// decodeUserIDMark follows ngx_http_userid_mark.
func decodeUserIDMark(c *catalog.Call) (string, bool) {
	s := c.Text(1)
	if s == "off" {
		return "", true
	}
	if len(s) != 1 || s != "=" && (!catalog.IsNameByte(s[0]) || s == "_") {
		return s, c.FailDirective(1, `value must be "off" or a single letter, digit or "="`)
	}
	return s, true
}

// decodeRealIPHeader takes the source of the client's address.
func decodeRealIPHeader(c *catalog.Call) (string, bool) { return c.Text(1), true }

// SubFilterArgs is one sub_filter directive.
type SubFilterArgs struct{ Match, Replacement catalog.Template }

// maxSubFilters is how many patterns one level may have: nginx counts them in a
// byte.
const maxSubFilters = 255

// decodeSubFilter follows ngx_http_sub_filter.
func decodeSubFilter(c *catalog.Call) (s SubFilterArgs, ok bool) {
	if c.Text(1) == "" {
		return s, c.Fail(1, "empty search pattern")
	}
	if c.Level != nil && len(c.Level.Values(c.Row)) == maxSubFilters {
		return s, c.Fail(1, "number of search patterns exceeds %d", maxSubFilters)
	}
	if s.Match, ok = c.Template(1); !ok {
		return s, false
	}
	s.Replacement, ok = c.Template(2)
	return s, ok
}

// checkPool follows ngx_http_core_pool_size.
func checkPool(c *catalog.Call, size int64) bool {
	const least, unit = 112, 16
	switch {
	case size < least:
		return c.Fail(1, "the pool size must be no less than %d", least)
	case size%unit != 0:
		return c.Fail(1, "the pool size must be a multiple of %d", unit)
	}
	return true
}
