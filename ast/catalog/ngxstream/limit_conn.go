package ngxstream

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// LimitConnZone declares the memory that counts connections by key.
var LimitConnZone = catalog.Custom(catalog.Spec{
	Name: "limit_conn_zone", In: catalog.Stream, Args: "<tmpl> zone=<name>:<size>", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Declares the memory in which connections are counted by a key.",
}, DecodeLimitConnZone)

// LimitConn bounds the connections with the same key.
var LimitConn = catalog.Custom(catalog.Spec{
	Name: "limit_conn", In: both, Args: "<zone> <int>", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Bounds the number of connections with the same key.",
}, DecodeLimitConn)

// LimitConnLogLevel is the level at which refused connections are logged.
var LimitConnLogLevel = catalog.Enum(catalog.Spec{
	Name: "limit_conn_log_level", In: both, Args: "info|notice|warn|error", Default: "error", Since: "1.9.3", Runs: catalog.Full,
	Doc: "Sets the level at which refused connections are logged.",
},
	catalog.Choice[diag.Severity]{Word: "info", Value: diag.Info},
	catalog.Choice[diag.Severity]{Word: "notice", Value: diag.Notice},
	catalog.Choice[diag.Severity]{Word: "warn", Value: diag.Warn},
	catalog.Choice[diag.Severity]{Word: "error", Value: diag.Error},
)

// LimitConnDryRun counts without refusing.
var LimitConnDryRun = catalog.Flag(catalog.Spec{
	Name: "limit_conn_dry_run", In: both, Default: "off", Since: "1.17.6", Runs: catalog.Full,
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
