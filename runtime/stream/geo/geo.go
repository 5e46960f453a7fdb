// Package geo is the geo directive: a variable whose value depends on an address (ngx_stream_geo_module).
//
// A table holds networks, of which the smallest that an address lies in decides, or ranges of IPv4 addresses. Building flattens either
// into one sorted list of borders: the value of an address is that of the last border that is not above it. So a look-up is a binary
// search, and a large table is a few slices. IPv4 and IPv6 share the list, for netip orders one before the other.
//
// An address that is none, or a unix-domain client's, is looked up as 255.255.255.255, as nginx does; an IPv6 address that maps an
// IPv4 one is looked up as that. A Table is immutable and safe for concurrent use. The package is generic over the session and knows
// directives only as the plain values it is given; what is deleted or replaced in a table is gone before.
package geo

import (
	"cmp"
	"net/netip"
	"slices"

	"tidegate/ast/catalog"
	"tidegate/runtime/vars"
)

// Range is a range of IPv4 addresses, the last one included.
type Range struct {
	First, Last netip.Addr
	Value       string
}

// Config is one geo block. With Ranges not nil, Spans counts, else Networks.
type Config[S vars.Session] struct {
	Name     string // of the variable, without "$"
	Volatile bool
	// Source is the text with the address; nil: Client.
	Source *catalog.Template
	// Client is the client's address, invalid for one that has none.
	Client func(S) netip.Addr

	Networks map[netip.Prefix]string // the default among them, as network of length 0
	Ranges   bool
	Spans    []Range // disjoint
	Default  string  // of ranges
}

// Table is a compiled geo block.
type Table struct {
	from   []netip.Addr // borders, in order
	value  []int32      // by border, what it is in values from there on; -1: the default
	values []string

	ranges   bool
	fallback string
}

// Add compiles a block and defines its variable in r.
func Add[S vars.Session](r *vars.Registry[S], cfg Config[S]) error {
	flags := vars.Changeable
	if cfg.Volatile {
		flags |= vars.NoCacheable
	}
	v, err := r.Define(cfg.Name, flags)
	if err != nil {
		return err
	}
	v.Flags |= flags
	t := compile(&cfg)
	client := cfg.Client
	if cfg.Source != nil {
		source := r.Compile(*cfg.Source)
		client = func(s S) netip.Addr {
			ip, _ := catalog.ParseAddr(source.String(s))
			return ip
		}
	}
	v.Get = func(s S, _ string) (string, vars.Status) { return t.Find(client(s)), vars.Found }
	return nil
}

func compile[S vars.Session](cfg *Config[S]) *Table {
	t := &Table{ranges: cfg.Ranges}
	b := builder{Table: t, index: map[string]int32{}}
	spans := cfg.Spans
	if cfg.Ranges {
		t.fallback = cfg.Default
	} else {
		spans = make([]Range, 0, len(cfg.Networks))
		for net, value := range cfg.Networks {
			spans = append(spans, Range{net.Addr(), last(net), value})
		}
	}
	// A network comes before those that lie in it.
	slices.SortFunc(spans, func(a, b Range) int {
		return cmp.Or(a.First.Compare(b.First), b.Last.Compare(a.Last))
	})
	for _, r := range spans {
		b.close(r.First)
		b.border(r.First, b.number(r.Value))
		b.open = append(b.open, r)
	}
	b.close(netip.Addr{})
	return t
}

// last is the last address of a network.
func last(net netip.Prefix) netip.Addr {
	b := net.Addr().AsSlice()
	for i := net.Bits(); i < len(b)*8; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	ip, _ := netip.AddrFromSlice(b)
	return ip
}

// builder flattens spans that nest.
type builder struct {
	*Table
	open  []Range // each within the one before
	index map[string]int32
}

func (b *builder) number(value string) int32 {
	n, ok := b.index[value]
	if !ok {
		n = int32(len(b.values))
		b.values = append(b.values, value)
		b.index[value] = n
	}
	return n
}

// close ends the open spans that end before next, all of them if it is not valid.
func (b *builder) close(next netip.Addr) {
	for len(b.open) > 0 {
		r := b.open[len(b.open)-1]
		if next.IsValid() && !r.Last.Less(next) {
			return
		}
		b.open = b.open[:len(b.open)-1]
		around := int32(-1)
		if n := len(b.open); n > 0 {
			around = b.number(b.open[n-1].Value)
		}
		behind := r.Last.Next()
		if !behind.IsValid() {
			// Behind the last IPv4 address come the IPv6 ones.
			if behind = netip.IPv6Unspecified(); !r.Last.Is4() {
				continue
			}
		}
		b.border(behind, around)
	}
}

// border says what addresses have from there on, and takes back what was said of the same one before.
func (b *builder) border(from netip.Addr, value int32) {
	if n := len(b.from); n > 0 && b.from[n-1] == from {
		b.value[n-1] = value
		return
	}
	b.from = append(b.from, from)
	b.value = append(b.value, value)
}

// nowhere is what nginx looks up for an address that is none (INADDR_NONE).
var nowhere = netip.AddrFrom4([4]byte{255, 255, 255, 255})

// Find is the value of an address, which need not be valid (ngx_stream_geo_cidr_variable, ngx_stream_geo_range_variable).
func (t *Table) Find(ip netip.Addr) string {
	ip = ip.Unmap()
	if !ip.IsValid() || t.ranges && !ip.Is4() {
		ip = nowhere
	}
	i, found := slices.BinarySearchFunc(t.from, ip, netip.Addr.Compare)
	if !found {
		i--
	}
	if i < 0 || t.value[i] < 0 {
		return t.fallback
	}
	return t.values[t.value[i]]
}
