package ngxmail

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/diag"
)

// ListenArgs is the argument of listen.
type ListenArgs struct {
	Addr catalog.Address
	// Words are the parameters as written.
	Words []string
}

// decodeListen follows the beginning of ngx_mail_core_listen.
func decodeListen(c *catalog.Call) (*ListenArgs, bool) {
	l := &ListenArgs{Words: c.Texts(2)}
	var phrase string
	if l.Addr, phrase = c.URL(1, 0, catalog.URLOptions{Listen: true}); phrase != "" {
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in "`+c.Text(1)+`" of the "listen" directive`)
		return l, false
	}
	for i := 2; i < c.Len(); i++ {
		key, _, valued := strings.Cut(c.Text(i), "=")
		switch {
		case !valued && (key == "bind" || key == "ssl" || key == "proxy_protocol" || key == "multipath"):
		case valued && (key == "backlog" || key == "rcvbuf" || key == "sndbuf" || key == "ipv6only" || key == "so_keepalive"):
		default:
			return l, c.Fail(i, `the invalid "%s" parameter`, c.Text(i))
		}
	}
	return l, true
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

// decodeStartTLS follows ngx_mail_ssl_starttls.
func decodeStartTLS(c *catalog.Call) (string, bool) {
	for _, w := range []string{"off", "on", "only"} {
		if strings.EqualFold(w, c.Text(1)) {
			return w, true
		}
	}
	return "", c.Fail(1, `invalid value "%s"`, c.Text(1))
}
