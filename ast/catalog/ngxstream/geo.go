package ngxstream

import (
	"encoding/binary"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// Geo creates a variable by the client's address.
var Geo = catalog.EntryBlock(catalog.Spec{
	Name: "geo", In: catalog.Stream, Args: "[<var>] <var>", Opens: catalog.StreamGeo, Since: "1.11.3",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Creates a variable whose value depends on an address.",
}, DecodeGeo)

// GeoTable is one geo block.
type GeoTable struct {
	// Source is the variable with the address, "" for the client's.
	Source, Variable string
	Ranges, Volatile bool
	// Entries are what is written; Networks, or with Ranges Spans, are what is in force in the end, when all are read.
	Entries    []GeoEntry
	Networks   map[netip.Prefix]string
	Spans      []GeoEntry // in order, disjoint
	Default    string
	HasDefault bool
	// Proxies and ProxyRecursive are of the http module only: whose X-Forwarded-For is believed.
	Proxies        []netip.Prefix
	ProxyRecursive bool
}

// GeoEntry is one entry: a network, or with Ranges a range of addresses.
type GeoEntry struct {
	Net         netip.Prefix
	First, Last netip.Addr
	Delete      bool
	Value       string
}

// DecodeGeo follows ngx_stream_geo_block.
func DecodeGeo(c *catalog.Call) (*GeoTable, bool) { return decodeGeo(c, (*geoBuilder).entry) }

// DecodeHTTPGeo follows ngx_http_geo_block.
func DecodeHTTPGeo(c *catalog.Call) (*GeoTable, bool) { return decodeGeo(c, (*geoBuilder).httpEntry) }

func decodeGeo(c *catalog.Call, entry func(*geoBuilder, *catalog.Call)) (*GeoTable, bool) {
	g := &GeoTable{}
	ok := true
	target := 1
	if c.Len() == 3 {
		target = 2
		if g.Source, ok = c.VariableName(1); ok {
			c.Env.UseVariable(g.Source, c.Word(1))
		}
	}
	var good bool
	if g.Variable, good = c.VariableName(target); good {
		good = c.Define(target, catalog.NewVariable{Name: g.Variable, Changeable: true})
	}
	b := &geoBuilder{GeoTable: g}
	c.EntriesAndIncludes(func(e *catalog.Call) { entry(b, e) }, b.include)
	g.Spans = b.spans()
	return g, ok && good && !c.Failed()
}

// geoBuilder collects the body of a geo block.
type geoBuilder struct {
	*GeoTable
	// started tells that an entry has been read as a network.
	started bool
	// ranges are those of each 65536 addresses, sorted (ctx->high.low).
	ranges map[uint16][]geoRange
	// binary is the binary base that nginx uses, outside tells of entries that are
	// not in an included file (ctx->outside_entries).
	binary  string
	outside bool
}

// geoRange is a range of addresses among 65536, the last one included.
type geoRange struct {
	first, last uint16
	value       string
}

// httpEntry follows ngx_http_geo, which knows two entries more.
func (g *geoBuilder) httpEntry(e *catalog.Call) {
	switch {
	case e.Len() == 1 && e.Text(0) == "proxy_recursive":
		g.ProxyRecursive = true
	case e.Len() == 2 && e.Text(0) == "proxy":
		if net, ok := geoNet(e, 1); ok {
			g.Proxies = append(g.Proxies, net)
		}
	default:
		g.entry(e)
	}
}

// geoNet follows ngx_stream_geo_cidr_value.
func geoNet(e *catalog.Call, at int) (netip.Prefix, bool) {
	if e.Text(at) == "255.255.255.255" {
		return netip.PrefixFrom(netip.AddrFrom4([4]byte{255, 255, 255, 255}), 32), true
	}
	net, ok := cidr(e, at)
	if !ok {
		e.Fail(at, `invalid network "%s"`, e.Text(at))
	}
	return net, ok
}

// entry follows ngx_stream_geo.
func (g *geoBuilder) entry(e *catalog.Call) {
	switch {
	case e.Len() == 1 && e.Text(0) == "ranges":
		if g.started {
			e.Fail(0, `the "ranges" directive must be the first directive inside "geo" block`)
			return
		}
		g.Ranges = true
	case e.Len() == 1 && e.Text(0) == "volatile":
		g.Volatile = true
	case e.Len() != 2:
		e.Report(diag.Emerg, catalog.RuleArgs, e.Node.HeadRange(), "invalid number of the geo parameters")
	case g.Ranges:
		g.rangeEntry(e)
	default:
		g.networkEntry(e)
	}
}

// rangeEntry follows ngx_stream_geo_range.
func (g *geoBuilder) rangeEntry(e *catalog.Call) {
	if e.Text(0) == "default" {
		if g.HasDefault {
			e.Warn(0, `duplicate default geo range value: "%s", old value: "%s"`, e.Text(1), g.Default)
		}
		g.Default, g.HasDefault = e.Text(1), true
		return
	}
	if g.binary != "" {
		e.Fail(0, notWithEntries, g.binary)
		return
	}
	g.outside = true
	entry, at := geoEntry(e)
	from, to, found := strings.Cut(e.Text(at), "-")
	var ok1, ok2 bool
	entry.First, ok1 = catalog.ParseAddr(from)
	entry.Last, ok2 = catalog.ParseAddr(to)
	if !found || !ok1 || !ok2 || !entry.First.Is4() || !entry.Last.Is4() || entry.Last.Less(entry.First) {
		e.Fail(at, `invalid range "%s"`, e.Text(at))
		return
	}
	if entry.Delete {
		if !g.deleteRange(entry) {
			e.Warn(at, `no address range "%s" to delete`, e.Text(at))
		}
	} else if !g.addRange(e, at, entry) {
		return
	}
	g.Entries = append(g.Entries, entry)
}

// geoEntry begins an entry; at is the word with the addresses.
func geoEntry(e *catalog.Call) (entry GeoEntry, at int) {
	if e.Text(0) == "delete" {
		return GeoEntry{Delete: true}, 1
	}
	return GeoEntry{Value: e.Text(1)}, 0
}

// chunks calls visit for each 65536 addresses that a range has a part in, until
// it returns false.
func (entry *GeoEntry) chunks(visit func(high, first, last uint16) bool) bool {
	b, e := entry.First.As4(), entry.Last.As4()
	first, last := binary.BigEndian.Uint32(b[:]), binary.BigEndian.Uint32(e[:])
	for n := uint64(first); n <= uint64(last); n = (n + 0x10000) &^ 0xffff {
		if !visit(uint16(n>>16), uint16(n), uint16(min(n|0xffff, uint64(last)))) {
			return false
		}
	}
	return true
}

// addRange follows ngx_stream_geo_add_range: a range may lie inside another one
// and then divides it, but may not overlap it.
func (g *geoBuilder) addRange(e *catalog.Call, at int, entry GeoEntry) bool {
	if g.ranges == nil {
		g.ranges = map[uint16][]geoRange{}
	}
	return entry.chunks(func(high, first, last uint16) bool {
		list := g.ranges[high]
		i := len(list) - 1
		for i >= 0 && last < list[i].first {
			i--
		}
		added := geoRange{first, last, entry.Value}
		if i < 0 || first > list[i].last {
			g.ranges[high] = slices.Insert(list, i+1, added)
			return true
		}
		old := list[i]
		switch {
		case first == old.first && last == old.last:
			e.Warn(at, `duplicate range "%s", value: "%s", old value: "%s"`, e.Text(at), entry.Value, old.value)
			list[i] = added
			return true
		case first < old.first || last > old.last:
			e.Fail(at, `range "%s" overlaps "%s-%s"`, e.Text(at), quad(high, old.first), quad(high, old.last))
			return false
		}
		parts := []geoRange{added}
		if first > old.first {
			parts = append([]geoRange{{old.first, first - 1, old.value}}, parts...)
		}
		if last < old.last {
			parts = append(parts, geoRange{last + 1, old.last, old.value})
		}
		g.ranges[high] = slices.Replace(list, i, i+1, parts...)
		return true
	})
}

// spans are the ranges that are left in the end.
func (g *geoBuilder) spans() []GeoEntry {
	var out []GeoEntry
	for _, high := range slices.Sorted(maps.Keys(g.ranges)) {
		for _, r := range g.ranges[high] {
			out = append(out, GeoEntry{First: quad(high, r.first), Last: quad(high, r.last), Value: r.value})
		}
	}
	return out
}

func quad(high, low uint16) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(high >> 8), byte(high), byte(low >> 8), byte(low)})
}

// deleteRange follows ngx_stream_geo_delete_range.
func (g *geoBuilder) deleteRange(entry GeoEntry) (found bool) {
	found = true
	entry.chunks(func(high, first, last uint16) bool {
		i := slices.IndexFunc(g.ranges[high], func(r geoRange) bool { return r.first == first && r.last == last })
		if i < 0 {
			found = false
			return true
		}
		g.ranges[high] = slices.Delete(g.ranges[high], i, i+1)
		return true
	})
	return found
}

// networkEntry follows ngx_stream_geo_cidr.
func (g *geoBuilder) networkEntry(e *catalog.Call) {
	if g.started = true; g.Networks == nil {
		g.Networks = map[netip.Prefix]string{}
	}
	if e.Text(0) == "default" {
		g.addNetwork(e, 0, netip.PrefixFrom(netip.IPv4Unspecified(), 0), e.Text(1))
		g.addNetwork(e, 0, netip.PrefixFrom(netip.IPv6Unspecified(), 0), e.Text(1))
		g.Default, g.HasDefault = e.Text(1), true
		return
	}
	entry, at := geoEntry(e)
	var ok bool
	if entry.Net, ok = geoNet(e, at); !ok {
		return
	}
	if !entry.Delete {
		g.addNetwork(e, at, entry.Net, entry.Value)
	} else if _, known := g.Networks[entry.Net]; known {
		delete(g.Networks, entry.Net)
	} else {
		e.Warn(at, `no network "%s" to delete`, e.Text(at))
	}
	g.Entries = append(g.Entries, entry)
}

// addNetwork follows ngx_stream_geo_cidr_add. The old value in its warning is
// what the tree gives for the network's first address.
func (g *geoBuilder) addNetwork(e *catalog.Call, at int, net netip.Prefix, value string) {
	if _, known := g.Networks[net]; known {
		old := ""
		for bits := net.Addr().BitLen(); bits >= 0; bits-- {
			if v, ok := g.Networks[netip.PrefixFrom(net.Addr(), bits).Masked()]; ok {
				old = v
				break
			}
		}
		e.Warn(at, `duplicate network "%s", value: "%s", old value: "%s"`, e.Text(at), value, old)
	}
	g.Networks[net] = value
}
