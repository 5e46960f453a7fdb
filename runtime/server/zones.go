package server

import (
	"fmt"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/shdict"
	"tidegate/runtime/stream/limitconn"
	"tidegate/runtime/tlsconf"
)

// zones are the shared memory of a cycle. What the cycle before declares with the same name, use and size is taken over with its
// contents, as nginx does; the others live on for as long as sessions of their own cycle need them.
type zones struct {
	dicts  []*shdict.Zone
	limits []*limitconn.Zone
}

// newZones makes the zones that a stream block declares, or takes them from the cycle before.
func newZones(level catalog.Level, before zones) (zones, error) {
	var zs zones
	for _, d := range ngxlua.LuaSharedDict.All(level) {
		z := before.dict(d.Name)
		if z == nil || z.Size() != int(d.Size) {
			var err error
			if z, err = shdict.New(d.Name, int(d.Size), nil); err != nil {
				return zones{}, err
			}
		}
		zs.dicts = append(zs.dicts, z)
	}
	for _, l := range ngxstream.LimitConnZone.All(level) {
		z := before.limit(l.Zone.Name)
		switch {
		case z == nil || z.Size() != l.Zone.Size:
			var err error
			if z, err = limitconn.New(l.Zone.Name, l.Key.Text, l.Zone.Size); err != nil {
				return zones{}, err
			}
		case z.Key() != l.Key.Text:
			return zones{}, fmt.Errorf(`limit_conn_zone "%s" uses the "%s" key while previously it used the "%s" key`,
				z.Name(), l.Key.Text, z.Key())
		}
		zs.limits = append(zs.limits, z)
	}
	return zs, nil
}

func (zs *zones) dict(name string) *shdict.Zone {
	for _, z := range zs.dicts {
		if z.Name() == name {
			return z
		}
	}
	return nil
}

func (zs *zones) limit(name string) *limitconn.Zone {
	for _, z := range zs.limits {
		if z.Name() == name {
			return z
		}
	}
	return nil
}

// sessionCache gives the TLS session cache of "shared:NAME:SIZE"; it outlives the cycle that made it while the size stays.
func (s *Server) sessionCache(name string, size int64) *tlsconf.SessionCache {
	key := cacheKey{name, size}
	if s.caches[key] == nil {
		s.caches[key] = tlsconf.NewSessionCache(int(size / bytesPerSession))
	}
	return s.caches[key]
}

// bytesPerSession is what a session takes of a shared cache: nginx's manual speaks of 4000 sessions in a megabyte.
const bytesPerSession = 256

type cacheKey struct {
	name string
	size int64
}
