package ngxstream

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// ListenOptions are the parameters of listen that stream, http and mail read
// alike.
type ListenOptions struct {
	// Addr holds the resolved addresses: several for a name or a port range.
	Addr catalog.Address

	DefaultServer, SSL, ProxyProtocol    bool
	Bind, Deferred, ReusePort, Multipath bool

	// FastOpen is the queue length of TCP Fast Open, -1 if it is off.
	FastOpen int
	// Backlog is the length of the accept queue, 0 if not set.
	Backlog int
	// Rcvbuf and Sndbuf are -1 if not set.
	Rcvbuf, Sndbuf int64
	// IPv6Only is true unless ipv6only=off was given.
	IPv6Only  bool
	KeepAlive KeepAlive

	// Options tells that a socket option was set (lsopt.set); it may be done for
	// an address once only.
	Options bool
}

// ListenGrammar is what listen has of its own in one kind of servers.
type ListenGrammar struct {
	// DefaultPort is that of an address without one; 0 demands one.
	DefaultPort int
	// Lacks holds the shared parameters that are none here.
	Lacks []string
	// Flag sets a parameter without a value that only this kind of servers has,
	// and returns false for one that it does not know; it may be nil.
	Flag func(c *catalog.Call, i int) bool
	// Datagram is the parameter that makes the socket one for datagrams, and TCP
	// what may not stand beside it, in the order in which nginx looks.
	Datagram string
	TCP      []string
}

// Decode reads a listen directive: the address first, then each parameter, then
// what does not go together (ngx_stream_core_listen and its kin).
func (l *ListenOptions) Decode(c *catalog.Call, g ListenGrammar) bool {
	l.FastOpen, l.Rcvbuf, l.Sndbuf, l.IPv6Only = -1, -1, -1, true
	var phrase string
	if l.Addr, phrase = c.URL(1, 0, catalog.URLOptions{Listen: true, DefaultPort: g.DefaultPort}); phrase != "" {
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in "`+c.Text(1)+`" of the "listen" directive`)
	}
	for i := 2; i < c.Len(); i++ {
		key, value, valued := strings.Cut(c.Text(i), "=")
		known := !slices.Contains(g.Lacks, key)
		switch {
		case known && valued:
			known = l.option(c, i, key, value)
		case known:
			known = g.Flag != nil && g.Flag(c, i) || l.flag(key)
		}
		if !known {
			c.InvalidParameter(i)
		}
	}
	if g.Datagram != "" && wordWith(c, g.Datagram) > 0 {
		g.checkDatagram(c)
	}
	return !c.Failed()
}

// flag sets a parameter without a value. It returns false for one that it does
// not know.
func (l *ListenOptions) flag(s string) bool {
	switch s {
	case "default_server":
		l.DefaultServer = true
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
func (l *ListenOptions) option(c *catalog.Call, i int, key, value string) bool {
	ok := true
	switch key {
	case "fastopen":
		l.FastOpen, ok = catalog.ParseInt(value)
	case "backlog":
		l.Backlog, ok = catalog.ParseInt(value)
		ok = ok && l.Backlog > 0
	case "rcvbuf":
		l.Rcvbuf, ok = catalog.ParseSize(value)
	case "sndbuf":
		l.Sndbuf, ok = catalog.ParseSize(value)
	case "accept_filter":
		c.ReportPassing(i, `accept filters "`+c.Text(i)+`" are not supported on this platform, ignored`)
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
		c.Fail(i, `invalid %s "%s"`, key, c.Text(i))
	}
	l.Options = true
	return true
}

// checkDatagram reports the first parameter that only TCP has.
func (g *ListenGrammar) checkDatagram(c *catalog.Call) {
	for _, name := range g.TCP {
		if i := wordWith(c, name); i > 0 {
			c.FailDirective(i, `"`+name+`" parameter is incompatible with "`+g.Datagram+`"`)
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

// decodeListen follows ngx_stream_core_listen.
func decodeListen(c *catalog.Call) (*ListenArgs, bool) {
	l := &ListenArgs{}
	ok := l.Decode(c, ListenGrammar{
		Flag: func(c *catalog.Call, i int) bool {
			l.UDP = l.UDP || c.Text(i) == "udp"
			return c.Text(i) == "udp"
		},
		Datagram: "udp",
		TCP:      []string{"fastopen", "backlog", "deferred", "multipath", "ssl", "so_keepalive", "proxy_protocol"},
	})
	return l, ok
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
