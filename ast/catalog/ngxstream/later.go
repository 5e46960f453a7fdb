package ngxstream

import (
	"net/netip"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// The modules in this file are declared and checked; the runtime does not have
// them yet.
const later = "it follows in a later version"

// LimitConnZone declares the memory that counts connections by key.
var LimitConnZone = catalog.Custom(catalog.Spec{
	Name: "limit_conn_zone", In: catalog.Stream, Args: "<tmpl> zone=<name>:<size>", Repeat: catalog.Many, Runs: catalog.Refused(later),
	Doc: "Declares the memory in which connections are counted by a key.",
}, DecodeLimitConnZone)

// LimitConn bounds the connections with the same key.
var LimitConn = catalog.Custom(catalog.Spec{
	Name: "limit_conn", In: both, Args: "<zone> <int>", Repeat: catalog.Many, Runs: catalog.Refused(later),
	Doc: "Bounds the number of connections with the same key.",
}, DecodeLimitConn)

// LimitConnLogLevel is the level at which refused connections are logged.
var LimitConnLogLevel = catalog.Enum(catalog.Spec{
	Name: "limit_conn_log_level", In: both, Args: "info|notice|warn|error", Default: "error", Since: "1.9.3", Runs: catalog.Refused(later),
	Doc: "Sets the level at which refused connections are logged.",
},
	catalog.Choice[diag.Severity]{Word: "info", Value: diag.Info},
	catalog.Choice[diag.Severity]{Word: "notice", Value: diag.Notice},
	catalog.Choice[diag.Severity]{Word: "warn", Value: diag.Warn},
	catalog.Choice[diag.Severity]{Word: "error", Value: diag.Error},
)

// LimitConnDryRun counts without refusing.
var LimitConnDryRun = catalog.Flag(catalog.Spec{
	Name: "limit_conn_dry_run", In: both, Default: "off", Since: "1.17.6", Runs: catalog.Refused(later),
	Doc: "Counts connections without refusing any.",
})

// LimitZone is one limit_conn_zone directive.
type LimitZone struct {
	Key  catalog.Template
	Zone SharedZone
}

// DecodeLimitConnZone follows ngx_stream_limit_conn_zone.
func DecodeLimitConnZone(c *catalog.Call) (LimitZone, bool) {
	var z LimitZone
	var ok bool
	if z.Key, ok = c.Template(1); !ok {
		return z, false
	}
	for i := 2; i < c.Len(); i++ {
		word := c.Text(i)
		if !strings.HasPrefix(word, "zone=") {
			return z, c.InvalidParameter(i)
		}
		name, size, found := strings.Cut(word[5:], ":")
		n, good := catalog.ParseSize(size)
		switch {
		case !found || !good:
			return z, c.Fail(i, `invalid zone size "%s"`, word)
		case n < 8*PageSize:
			return z, c.Fail(i, `zone "%s" is too small`, word)
		}
		z.Zone = SharedZone{Name: name, Size: n}
	}
	if z.Zone.Name == "" {
		return z, c.Fail(0, `"%s" must have "zone" parameter`, c.Text(0))
	}
	return z, true
}

// ConnLimit is one limit_conn directive.
type ConnLimit struct {
	Zone string
	Max  int
}

// DecodeLimitConn follows ngx_stream_limit_conn.
func DecodeLimitConn(c *catalog.Call) (ConnLimit, bool) {
	l := ConnLimit{Zone: c.Text(1)}
	for _, o := range catalog.Others[ConnLimit](c) {
		if o.Zone == l.Zone {
			return l, c.Duplicate()
		}
	}
	var ok bool
	switch l.Max, ok = catalog.ParseInt(c.Text(2)); {
	case !ok || l.Max == 0:
		return l, c.Fail(2, `invalid number of connections "%s"`, c.Text(2))
	case l.Max > 65535:
		return l, c.Fail(2, "connection limit must be less 65536")
	}
	return l, true
}

// SplitClients creates a variable that divides clients by chance.
var SplitClients = catalog.EntryBlock(catalog.Spec{
	Name: "split_clients", In: catalog.Stream, Args: "<tmpl> <var>", Opens: catalog.StreamSplitClients, Since: "1.11.3",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Creates a variable that divides clients into groups of given sizes.",
}, DecodeSplitClients)

// Split is one split_clients block.
type Split struct {
	Source   catalog.Template
	Variable string
	Parts    []SplitPart
}

// SplitPart is one entry of split_clients.
type SplitPart struct {
	Percent int // in hundredths; 0 is the rest
	Value   string
}

// DecodeSplitClients follows ngx_conf_split_clients_block.
func DecodeSplitClients(c *catalog.Call) (*Split, bool) {
	s := &Split{}
	var ok, good bool
	s.Source, ok = c.Template(1)
	if s.Variable, good = c.VariableName(2); good {
		good = c.Define(2, catalog.NewVariable{Name: s.Variable, Changeable: true})
	}
	sum := 0
	c.Entries(func(e *catalog.Call) {
		p := SplitPart{Value: e.Text(1)}
		if word := e.Text(0); word != "*" {
			var valid bool
			p.Percent, valid = catalog.ParseFixed(strings.TrimSuffix(word, "%"), 2)
			if !valid || p.Percent == 0 || !strings.HasSuffix(word, "%") {
				e.Fail(0, `invalid percent value "%s"`, word)
				return
			}
			sum += p.Percent
		} else {
			sum = 10000
		}
		splitWords(e)
		s.Parts = append(s.Parts, p)
		if sum > 10000 && sum-max(p.Percent, 1) <= 10000 {
			c.Env.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleValue, Message: "percent total is greater than 100%",
				Subject: e.Word(0), At: c.Node.EndPos()})
			ok = false
		}
	})
	return s, ok && good && !c.Failed()
}

// splitWords checks the number of words of an entry, which nginx does not do:
// it takes what lies behind a single word in memory, and ignores further words.
func splitWords(e *catalog.Call) {
	const message = "invalid number of the split_clients parameters"
	switch {
	case e.Len() < 2:
		e.Report(diag.Emerg, catalog.RuleArgs, e.Node.HeadRange(), message)
	case e.Len() > 2:
		e.ReportWhole(diag.Diagnostic{Severity: diag.Warn, Rule: catalog.RuleArgs, Stage: diag.Advice, Message: message,
			Subject: e.Node.HeadRange(), At: e.At(), Detail: "nginx ignores all words after the second one"})
	}
}

// geoip declares a directive of the geoip module.
func geoip(name, doc string) catalog.Directive[GeoIPFile] {
	return catalog.Custom(catalog.Spec{
		Name: name, In: catalog.Stream, Args: "<path> [utf8]", Since: "1.11.3", Origin: catalog.NotBuilt,
		Runs: catalog.Refused("the databases that it reads are no longer published"), Doc: doc,
	}, DecodeGeoIP)
}

// Directives on GeoIP databases.
var (
	GeoIPCountry = geoip("geoip_country", "Names the database of countries.")
	GeoIPOrg     = geoip("geoip_org", "Names the database of organisations.")
	GeoIPCity    = geoip("geoip_city", "Names the database of cities.")
)

// GeoIPFile is a GeoIP database.
type GeoIPFile struct {
	Path string
	UTF8 bool
}

// DecodeGeoIP follows ngx_stream_geoip_country and its kin as far as they do not
// look into the database.
func DecodeGeoIP(c *catalog.Call) (g GeoIPFile, ok bool) {
	g.Path = c.Text(1)
	if err := c.Env.File(g.Path); err != nil {
		c.Report(diag.Emerg, catalog.RuleFile, c.Word(1), `GeoIP_open("`+g.Path+`") failed`)
		return g, false
	}
	if c.Len() > 2 {
		if c.Text(2) != "utf8" {
			return g, c.InvalidParameter(2)
		}
		g.UTF8 = true
	}
	return g, true
}

// DecodeNetwork follows ngx_http_geoip_proxy.
func DecodeNetwork(c *catalog.Call) (netip.Prefix, bool) { return geoNet(c, 1) }
