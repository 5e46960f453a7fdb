package catalog

import "strings"

// Context is a set of places in which a directive may stand. The bits mirror
// nginx's NGX_*_CONF command type bits, except that they are disjoint between
// module types, so that (context, name) identifies a row.
type Context uint32

// Places whose content is looked up in the catalogue.
const (
	Main Context = 1 << iota
	Events
	Stream
	StreamServer
	StreamUpstream
	HTTP
	HTTPServer
	HTTPUpstream
	HTTPLocation
	HTTPServerIf
	HTTPLocationIf
	HTTPLimitExcept
	Mail
	MailServer
	// Mgmt is the commercial mgmt block; it exists so that its directives can be
	// named in messages.
	Mgmt
	// HTTPAcmeIssuer and HTTPOidcProvider are blocks of modules that open-source
	// nginx does not have.
	HTTPAcmeIssuer
	HTTPOidcProvider
)

// Opaque block bodies: their entries are not directives, the first word of an
// entry is data. The row that opens one decodes its body itself.
const (
	StreamMap Context = 1 << (iota + 20)
	StreamGeo
	StreamSplitClients
	HTTPMap
	HTTPGeo
	HTTPSplitClients
	HTTPTypes
	HTTPCharsetMap
	// Unserved is the body of a block that is known but not read any further.
	Unserved
)

// AnyContext is the set of all places that hold directives; nginx calls it
// NGX_ANY_CONF.
const AnyContext = Main | Events | Stream | StreamServer | StreamUpstream |
	HTTP | HTTPServer | HTTPUpstream | HTTPLocation | HTTPServerIf |
	HTTPLocationIf | HTTPLimitExcept | Mail | MailServer

var contextNames = []struct {
	bit  Context
	name string
}{
	{Main, "main"},
	{Events, "events"},
	{Stream, "stream"},
	{StreamServer, "stream.server"},
	{StreamUpstream, "stream.upstream"},
	{HTTP, "http"},
	{HTTPServer, "http.server"},
	{HTTPUpstream, "http.upstream"},
	{HTTPLocation, "http.location"},
	{HTTPServerIf, "http.server.if"},
	{HTTPLocationIf, "http.location.if"},
	{HTTPLimitExcept, "http.location.limit_except"},
	{Mail, "mail"},
	{MailServer, "mail.server"},
	{Mgmt, "mgmt"},
	{HTTPAcmeIssuer, "http.acme_issuer"},
	{HTTPOidcProvider, "http.oidc_provider"},
	{StreamMap, "stream.map"},
	{StreamGeo, "stream.geo"},
	{StreamSplitClients, "stream.split_clients"},
	{HTTPMap, "http.map"},
	{HTTPGeo, "http.geo"},
	{HTTPSplitClients, "http.split_clients"},
	{HTTPTypes, "http.types"},
	{HTTPCharsetMap, "http.charset_map"},
	{Unserved, "unserved"},
}

// Names lists the places of the set in catalogue order, in the dotted form
// that the reference manual uses ("stream.server"). AnyContext is "any".
func (c Context) Names() []string {
	if c == AnyContext {
		return []string{"any"}
	}
	var out []string
	for _, n := range contextNames {
		if c&n.bit != 0 {
			out = append(out, n.name)
		}
	}
	return out
}

// String joins Names with commas.
func (c Context) String() string { return strings.Join(c.Names(), ", ") }

const opaque = StreamMap | StreamGeo | StreamSplitClients | HTTPMap | HTTPGeo | HTTPSplitClients | HTTPTypes |
	HTTPCharsetMap | Unserved

// Opaque reports whether the body's entries are data rather than directives.
func (c Context) Opaque() bool {
	return c&opaque != 0
}

// ParseContext finds the place with the given dotted name ("stream.server").
func ParseContext(name string) (Context, bool) {
	for _, n := range contextNames {
		if n.name == name {
			return n.bit, true
		}
	}
	return 0, false
}
