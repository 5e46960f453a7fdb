package ngxstream

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

const defaultBacklog = 511 // NGX_LISTEN_BACKLOG on Linux

// decodeListen follows ngx_stream_core_listen: the address first, then each
// parameter, then what does not go together.
func decodeListen(c *catalog.Call) (*ListenArgs, bool) {
	l := &ListenArgs{FastOpen: -1, Backlog: defaultBacklog, Rcvbuf: -1, Sndbuf: -1, IPv6Only: true}
	var phrase string
	if l.Addr, phrase = c.URL(1, 0, catalog.URLOptions{Listen: true}); phrase != "" {
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in "`+c.Text(1)+`" of the "listen" directive`)
	}
	backlog := false
	for i := 2; i < c.Len(); i++ {
		if l.word(c.Text(i)) {
			continue
		}
		key, value, valued := strings.Cut(c.Text(i), "=")
		if !valued || !l.option(c, i, key, value, &backlog) {
			c.InvalidParameter(i)
		}
	}
	if l.UDP {
		l.checkUDP(c, backlog)
	}
	return l, !c.Failed()
}

// word sets a parameter without a value.
func (l *ListenArgs) word(s string) bool {
	switch s {
	case "default_server":
		l.DefaultServer = true
		return true
	case "udp":
		l.UDP = true
		return true
	case "ssl":
		l.SSL = true
		return true
	case "proxy_protocol":
		l.ProxyProtocol = true
		return true
	case "bind":
		l.Bind = true
	case "deferred":
		l.Deferred = true
	case "reuseport":
		l.ReusePort = true
	case "multipath":
		l.Multipath = true
	default:
		return false
	}
	l.Options = true
	return true
}

// option sets a parameter with a value and reports a bad value. It returns
// false for a parameter that it does not know.
func (l *ListenArgs) option(c *catalog.Call, i int, key, value string, backlog *bool) bool {
	word := c.Text(i)
	ok := true
	switch key {
	case "fastopen":
		l.FastOpen, ok = catalog.ParseInt(value)
	case "backlog":
		l.Backlog, ok = catalog.ParseInt(value)
		ok = ok && l.Backlog > 0
		*backlog = true
	case "rcvbuf":
		l.Rcvbuf, ok = catalog.ParseSize(value)
	case "sndbuf":
		l.Sndbuf, ok = catalog.ParseSize(value)
	case "accept_filter":
		c.ReportPassing(i, `accept filters "`+word+`" are not supported on this platform, ignored`)
		return true
	case "ipv6only":
		if !strings.HasPrefix(value, "o") {
			return false
		}
		if l.IPv6Only = value == "on"; !l.IPv6Only && value != "off" {
			c.Fail(i, `invalid ipv6only flags "%s"`, value)
		}
	case "so_keepalive":
		if !l.KeepAlive.Parse(value) {
			c.Fail(i, `invalid so_keepalive value: "%s"`, value)
		}
	default:
		return false
	}
	if !ok {
		c.Fail(i, `invalid %s "%s"`, key, word)
	}
	l.Options = true
	return true
}

// Parse reads "on", "off" or "[idle]:[interval]:[count]".
func (k *KeepAlive) Parse(s string) bool {
	k.Set, k.On = true, s != "off"
	if s == "on" || s == "off" {
		return true
	}
	idle, rest, _ := strings.Cut(s, ":")
	interval, count, _ := strings.Cut(rest, ":")
	ok := true
	if idle != "" {
		if k.Idle, ok = catalog.ParseSeconds(idle); !ok {
			return false
		}
	}
	if interval != "" {
		if k.Interval, ok = catalog.ParseSeconds(interval); !ok {
			return false
		}
	}
	if count != "" {
		if k.Count, ok = catalog.ParseInt(count); !ok {
			return false
		}
	}
	return k.Idle != 0 || k.Interval != 0 || k.Count != 0
}

// checkUDP reports the first parameter that only TCP has.
func (l *ListenArgs) checkUDP(c *catalog.Call, backlog bool) {
	for _, p := range []struct {
		set  bool
		name string
	}{
		{l.FastOpen != -1, "fastopen"},
		{backlog, "backlog"},
		{l.Deferred, "deferred"},
		{l.Multipath, "multipath"},
		{l.SSL, "ssl"},
		{l.KeepAlive.Set, "so_keepalive"},
		{l.ProxyProtocol, "proxy_protocol"},
	} {
		if p.set {
			c.FailDirective(wordWith(c, p.name), `"`+p.name+`" parameter is incompatible with "udp"`)
			return
		}
	}
}

// wordWith finds the argument that is or begins with the parameter.
func wordWith(c *catalog.Call, name string) int {
	for i := 2; i < c.Len(); i++ {
		if w := c.Text(i); w == name || strings.HasPrefix(w, name+"=") {
			return i
		}
	}
	return 0
}

// DecodeServerNames follows ngx_stream_core_server_name.
func DecodeServerNames(c *catalog.Call) ([]NamePattern, bool) {
	out := make([]NamePattern, 0, c.Len()-1)
	for i := 1; i < c.Len(); i++ {
		s := c.Text(i)
		if strings.HasPrefix(s, "*") && (len(s) < 3 || s[1] != '.') || s == "." {
			c.Fail(i, `server name "%s" is invalid`, s)
			continue
		}
		if strings.IndexByte(s, '/') >= 0 {
			c.Warn(i, `server name "%s" has suspicious symbols`, s)
		}
		if strings.HasPrefix(s, "~") {
			if n, ok := decodeNameRegex(c, i); ok {
				out = append(out, n)
			}
			continue
		}
		n := NamePattern{Text: strings.ToLower(s)}
		switch {
		case n.Text == "$hostname":
			n.Hostname, n.Text = true, strings.ToLower(c.Env.Hostname())
		case strings.HasPrefix(s, "*."), strings.HasPrefix(s, "."):
			n.Kind = LeadingName
		case strings.HasSuffix(s, ".*"):
			n.Kind = TrailingName
		}
		out = append(out, n)
	}
	return out, !c.Failed()
}

func decodeNameRegex(c *catalog.Call, i int) (NamePattern, bool) {
	n := NamePattern{Kind: RegexName, Text: c.Text(i)[1:]}
	if n.Text == "" {
		return n, c.Fail(i, `empty regex in server name "%s"`, c.Text(i))
	}
	n.Caseless = strings.IndexFunc(n.Text, func(r rune) bool { return r >= 'A' && r <= 'Z' }) >= 0
	var ok bool
	n.Captures, n.Groups, ok = c.Regex(i, 1, len(c.Text(i)), n.Caseless)
	return n, ok
}
