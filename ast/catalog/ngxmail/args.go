package ngxmail

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// ListenArgs is the argument of listen.
type ListenArgs struct {
	Addr               catalog.Address
	SSL, ProxyProtocol bool
	// Bind tells that the address has a socket of its own.
	Bind, Multipath, IPv6Only bool
	KeepAlive                 ngxstream.KeepAlive
	Backlog                   int
	Rcvbuf, Sndbuf            int64
}

// decodeListen follows ngx_mail_core_listen.
func decodeListen(c *catalog.Call) (*ListenArgs, bool) {
	l := &ListenArgs{IPv6Only: true}
	var phrase string
	if l.Addr, phrase = c.URL(1, 0, catalog.URLOptions{Listen: true}); phrase != "" {
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in "`+c.Text(1)+`" of the "listen" directive`)
		return l, false
	}
	for i := 2; i < c.Len(); i++ {
		key, value, valued := strings.Cut(c.Text(i), "=")
		switch {
		case valued && !l.option(c, i, key, value), !valued && !l.flag(key):
			return l, c.InvalidParameter(i)
		case c.Failed():
			return l, false
		}
	}
	return l, true
}

// flag sets a parameter without a value. It returns false for one that it does
// not know.
func (l *ListenArgs) flag(word string) bool {
	switch word {
	case "bind":
		l.Bind = true
	case "multipath":
		l.Multipath, l.Bind = true, true
	case "ssl":
		l.SSL = true
	case "proxy_protocol":
		l.ProxyProtocol = true
	default:
		return false
	}
	return true
}

// option sets a parameter with a value and reports a bad value. It returns
// false for a parameter that it does not know.
func (l *ListenArgs) option(c *catalog.Call, i int, key, value string) bool {
	ok := true
	switch key {
	case "backlog":
		l.Backlog, ok = catalog.ParseInt(value)
		ok = ok && l.Backlog > 0
	case "rcvbuf":
		l.Rcvbuf, ok = catalog.ParseSize(value)
	case "sndbuf":
		l.Sndbuf, ok = catalog.ParseSize(value)
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
	l.Bind = true
	return true
}

// decodeResolver follows ngx_mail_core_resolver; nil is off.
func decodeResolver(c *catalog.Call) (*ngxcore.Nameservers, bool) {
	if c.Text(1) == "off" {
		return nil, true
	}
	return ngxcore.DecodeResolver(c)
}

// decodeProtocol follows ngx_mail_core_protocol.
func decodeProtocol(c *catalog.Call) (string, bool) {
	switch s := c.Text(1); s {
	case "imap", "pop3", "smtp":
		return s, true
	}
	return "", c.Fail(1, `unknown protocol "%s"`, c.Text(1))
}

// ProtocolOf returns the protocol that usually has a port, "" for none.
func ProtocolOf(port int) string {
	switch port {
	case 25, 465, 587:
		return "smtp"
	case 110, 995:
		return "pop3"
	case 143, 993:
		return "imap"
	}
	return ""
}

// AuthServer is the argument of auth_http.
type AuthServer struct {
	Addr catalog.Address
	URI  string
}

// decodeAuthHTTP follows ngx_mail_auth_http.
func decodeAuthHTTP(c *catalog.Call) (a AuthServer, ok bool) {
	from := 0
	if strings.HasPrefix(c.Text(1), "http://") {
		from = len("http://")
	}
	var phrase string
	if a.Addr, phrase = c.URL(1, from, catalog.URLOptions{DefaultPort: 80, URI: true}); phrase != "" {
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in auth_http "`+c.Text(1)[from:]+`"`)
		return a, false
	}
	if a.URI = a.Addr.URI; a.URI == "" {
		a.URI = "/"
	}
	return a, true
}

// decodeProxyProtocol follows ngx_conf_set_flag_slot; "v2" is newer.
func decodeProxyProtocol(c *catalog.Call) (string, bool) {
	if strings.EqualFold(c.Text(1), "v2") {
		return "v2", true
	}
	_, ok := c.OnOff(1)
	return strings.ToLower(c.Text(1)), ok
}
