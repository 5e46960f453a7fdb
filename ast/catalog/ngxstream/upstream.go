package ngxstream

import (
	"slices"
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/diag"
)

// Upstream opens a group of servers.
var Upstream = catalog.BlockOf(catalog.Spec{
	Name: "upstream", In: catalog.Stream, Args: "<name>", Opens: catalog.StreamUpstream, Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Declares a group of servers.",
}, func(c *catalog.Call) (*Group, bool) {
	return NewGroup(c.Text(1)), true
})

// UpstreamServer adds a server to a group.
var UpstreamServer = catalog.Custom(catalog.Spec{
	Name: "server", In: catalog.StreamUpstream,
	Args:   "<addr> [weight=<int>|max_conns=<int>|max_fails=<int>|fail_timeout=<time>|backup|down|resolve|service=<name>]...",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Adds a server to a group.",
}, DecodePeer)

// UpstreamResolver sets the name servers of a group.
var UpstreamResolver = catalog.Custom(catalog.Spec{
	Name: "resolver", In: catalog.StreamUpstream, Args: ngxcore.ResolverArgs, Since: "1.27.3",
	Runs: catalog.Full,
	Doc:  "Sets the name servers of a group.",
}, ngxcore.DecodeResolver)

// UpstreamResolverTimeout bounds the time for resolving a name of a group.
var UpstreamResolverTimeout = catalog.Time(catalog.Spec{
	Name: "resolver_timeout", In: catalog.StreamUpstream, Args: "<time>", Default: "30s", Since: "1.27.3",
	Runs: catalog.Full,
	Doc:  "Bounds the time for resolving a name of a group.",
})

// Zone keeps the state of a group in memory that all workers share.
var Zone = catalog.Custom(catalog.Spec{
	Name: "zone", In: catalog.StreamUpstream, Args: "<name> [<size>]", Repeat: catalog.LastWins, Runs: catalog.Full,
	Doc: "Keeps the state of a group in shared memory.",
}, DecodeZone)

// Hash balances by a key.
var Hash = catalog.Custom(catalog.Spec{
	Name: "hash", In: catalog.StreamUpstream, Args: "<tmpl> [consistent]", Repeat: catalog.Own, Runs: catalog.Full,
	Doc: "Chooses the server by a key; consistent moves few keys when the group changes.",
}, DecodeHash)

// LeastConn balances by the number of connections.
var LeastConn = catalog.Custom(catalog.Spec{
	Name: "least_conn", In: catalog.StreamUpstream, Repeat: catalog.Own, Runs: catalog.Full,
	Doc: "Chooses the server with the fewest connections.",
}, func(c *catalog.Call) (bool, bool) {
	GroupOf(c).Use(c, MethodLeastConn, AllParameters)
	return true, true
})

// Random balances at random.
var Random = catalog.Custom(catalog.Spec{
	Name: "random", In: catalog.StreamUpstream, Args: "[two [least_conn]]", Since: "1.15.1", Repeat: catalog.Own, Runs: catalog.Full,
	Doc: "Chooses a server at random, or the better of two.",
}, decodeRandom)

// LeastTime balances by response time.
var LeastTime = catalog.Custom(catalog.Spec{
	Name: "least_time", In: catalog.StreamUpstream, Args: "(connect|first_byte|last_byte) [inflight]", Since: "1.7.11",
	Repeat: catalog.Own, Runs: catalog.Full,
	Doc: "Chooses the server with the shortest times and the fewest connections.",
}, decodeLeastTime)

// Method is the way in which a group chooses a server.
type Method string

// Methods of groups.
const (
	MethodRoundRobin Method = ""
	MethodHash       Method = "hash"
	MethodLeastConn  Method = "least_conn"
	MethodLeastTime  Method = "least_time"
	MethodRandom     Method = "random"
	MethodLua        Method = "balancer_by_lua"
)

// Parameters is a set of server parameters that a method makes use of.
type Parameters uint8

// Parameters of server in upstream.
const (
	ParamWeight Parameters = 1 << iota
	ParamMaxConns
	ParamMaxFails
	ParamFailTimeout
	ParamBackup
	ParamDown
	// AllParameters is the set of all of them.
	AllParameters = ParamWeight | ParamMaxConns | ParamMaxFails | ParamFailTimeout | ParamBackup | ParamDown
)

// Group is the argument of upstream.
type Group struct {
	Name string
	// Method is the last method set in the group.
	Method  Method
	accepts Parameters
	chosen  bool
}

// NewGroup makes the argument of an upstream block, of http too.
func NewGroup(name string) *Group { return &Group{Name: name, accepts: AllParameters} }

// Accepts returns the parameters that servers further below may have.
func (g *Group) Accepts() Parameters { return g.accepts }

// GroupOf returns the group that a directive stands in.
func GroupOf(c *catalog.Call) *Group {
	if c.Level != nil {
		if g, ok := c.Level.Arg().(*Group); ok {
			return g
		}
	}
	return &Group{accepts: AllParameters}
}

// Use sets the method of the group on behalf of a directive. accepts is the set
// of parameters that servers further below may have. A second method gives
// nginx's warning.
func (g *Group) Use(c *catalog.Call, m Method, accepts Parameters) {
	if g.chosen {
		c.Report(diag.Warn, catalog.RuleConflict, c.Word(0), "load balancing method redefined")
	}
	g.Method, g.accepts, g.chosen = m, accepts, true
}

// Choose notes that a directive has chosen how to balance, so that a method
// further below is a second one.
func (g *Group) Choose() { g.chosen = true }

// Peer is one server of a group.
type Peer struct {
	// Addr holds all addresses of a name.
	Addr        catalog.Address
	Weight      int
	MaxConns    int // 0 is no limit
	MaxFails    int // 0 never marks the server as failed
	FailTimeout time.Duration
	Backup      bool
	Down        bool
	Resolve     bool
	Service     string
}

// DecodePeer follows ngx_stream_upstream_server: the parameters first, then
// the address.
func DecodePeer(c *catalog.Call) (*Peer, bool) {
	p := &Peer{Weight: 1, MaxFails: 1, FailTimeout: 10 * time.Second}
	g := GroupOf(c)
	for i := 2; i < c.Len(); i++ {
		param, ok := p.Parameter(c.Text(i))
		switch {
		case param&^g.accepts != 0:
			c.Fail(i, `balancing method does not support parameter "%s"`, c.Text(i))
		case c.Text(i) == "service=":
			c.Fail(i, "service is empty")
		case !ok:
			c.InvalidParameter(i)
		}
	}
	if p.Service != "" && !p.Resolve {
		c.Fail(1, `service upstream "%s" requires "resolve" parameter`, c.Text(1))
	}
	addr, phrase := c.URL(1, 0, catalog.URLOptions{NoResolve: p.Resolve})
	p.Addr = addr
	switch {
	case phrase != "":
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in upstream "`+addr.Text+`"`)
	case addr.NoPort && p.Service == "":
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), `no port in upstream "`+addr.Text+`"`)
	case p.Service != "" && !addr.NoPort:
		c.Fail(1, `service upstream "%s" may not have port`, addr.Text)
	case p.Service != "" && !addr.IsName:
		c.Fail(1, `service upstream "%s" requires domain name`, addr.Text)
	}
	return p, !c.Failed()
}

// Parameter sets one parameter. It returns which one it is, as far as methods
// care, and whether its value is right.
func (p *Peer) Parameter(word string) (param Parameters, ok bool) {
	switch word {
	case "backup":
		p.Backup = true
		return ParamBackup, true
	case "down":
		p.Down = true
		return ParamDown, true
	case "resolve":
		p.Resolve = true
		return 0, true
	}
	key, value, valued := strings.Cut(word, "=")
	if !valued {
		return 0, false
	}
	switch key {
	case "weight":
		p.Weight, ok = catalog.ParseInt(value)
		return ParamWeight, ok && p.Weight > 0
	case "max_conns":
		p.MaxConns, ok = catalog.ParseInt(value)
		return ParamMaxConns, ok
	case "max_fails":
		p.MaxFails, ok = catalog.ParseInt(value)
		return ParamMaxFails, ok
	case "fail_timeout":
		p.FailTimeout, ok = catalog.ParseSeconds(value)
		return ParamFailTimeout, ok
	case "service":
		p.Service = value
		return 0, true
	}
	return 0, false
}

// SharedZone is the name and size of a piece of shared memory; size 0 refers to
// one that is declared elsewhere.
type SharedZone struct {
	Name string
	Size int64
}

// PageSize is the unit of nginx's checks of shared memory sizes.
const PageSize = 4096

// DecodeZone follows ngx_stream_upstream_zone.
func DecodeZone(c *catalog.Call) (SharedZone, bool) {
	z := SharedZone{Name: c.Text(1)}
	if z.Name == "" {
		return z, c.Fail(1, `invalid zone name "%s"`, z.Name)
	}
	if c.Len() == 3 {
		var ok bool
		if z.Size, ok = catalog.ParseSize(c.Text(2)); !ok {
			return z, c.Fail(2, `invalid zone size "%s"`, c.Text(2))
		}
		if z.Size < 8*PageSize {
			return z, c.Fail(2, `zone "%s" is too small`, c.Text(1))
		}
	}
	return z, true
}

// HashArgs is the argument of hash.
type HashArgs struct {
	Key        catalog.Template
	Consistent bool
}

// DecodeHash follows ngx_stream_upstream_hash.
func DecodeHash(c *catalog.Call) (HashArgs, bool) {
	var h HashArgs
	var ok bool
	if h.Key, ok = c.Template(1); !ok {
		return h, false
	}
	GroupOf(c).Use(c, MethodHash, AllParameters&^ParamBackup)
	if c.Len() > 2 {
		if c.Text(2) != "consistent" {
			return h, c.InvalidParameter(2)
		}
		h.Consistent = true
	}
	return h, true
}

// RandomArgs is the argument of random.
type RandomArgs struct {
	// Two takes the better of two servers chosen at random.
	Two bool
}

// decodeRandom follows ngx_stream_upstream_random.
func decodeRandom(c *catalog.Call) (RandomArgs, bool) {
	var r RandomArgs
	GroupOf(c).Use(c, MethodRandom, AllParameters&^ParamBackup)
	if c.Len() == 1 {
		return r, true
	}
	if c.Text(1) != "two" {
		return r, c.InvalidParameter(1)
	}
	r.Two = true
	if c.Len() > 2 && c.Text(2) != "least_conn" {
		return r, c.InvalidParameter(2)
	}
	return r, true
}

// LeastTimeArgs is the argument of least_time.
type LeastTimeArgs struct {
	Of       string // connect, first_byte or last_byte; in http header or last_byte
	InFlight bool
}

// decodeLeastTime follows ngx_stream_upstream_least_time.
func decodeLeastTime(c *catalog.Call) (LeastTimeArgs, bool) {
	return DecodeLeastTimeOf(c, "connect", "first_byte", "last_byte")
}

// DecodeLeastTimeOf decodes least_time with the times that a subsystem has.
func DecodeLeastTimeOf(c *catalog.Call, times ...string) (LeastTimeArgs, bool) {
	l := LeastTimeArgs{Of: strings.ToLower(c.Text(1))}
	_, set := catalog.Earlier[LeastTimeArgs](c)
	GroupOf(c).Use(c, MethodLeastTime, AllParameters)
	if c.Len() > 2 {
		if c.Text(2) != "inflight" {
			return l, c.InvalidParameter(2)
		}
		l.InFlight = true
	}
	if set {
		return l, c.Duplicate()
	}
	return l, slices.Contains(times, l.Of) || c.Fail(1, `invalid value "%s"`, c.Text(1))
}
