package ngxmail

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// ListenArgs is the argument of listen. DefaultServer, Deferred, ReusePort and
// FastOpen are no parameters of mail.
type ListenArgs struct{ ngxstream.ListenOptions }

// decodeListen follows ngx_mail_core_listen.
func decodeListen(c *catalog.Call) (*ListenArgs, bool) {
	l := &ListenArgs{}
	ok := l.Decode(c, ngxstream.ListenGrammar{Lacks: []string{"default_server", "deferred", "reuseport", "fastopen", "accept_filter"}})
	return l, ok
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
