package server

import (
	"sync"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/shdict"
	"tidegate/runtime/tlsconf"
)

// zones are the shared dictionaries of the process by name, counted by the cycles that use them. One that the next cycle declares
// with the same size is taken over with its contents, as nginx does with shared memory.
type zones struct {
	mu   sync.Mutex
	open map[string]*zone
}

type zone struct {
	dict *shdict.Zone
	refs int
}

// acquire gives the dictionaries that a stream block declares.
func (zs *zones) acquire(level catalog.Level) ([]*zone, error) {
	zs.mu.Lock()
	defer zs.mu.Unlock()
	var out []*zone
	for _, d := range ngxlua.LuaSharedDict.All(level) {
		z := zs.open[d.Name]
		if z == nil || z.dict.Size() != int(d.Size) {
			dict, err := shdict.New(d.Name, int(d.Size), nil)
			if err != nil {
				zs.drop(out)
				return nil, err
			}
			z = &zone{dict: dict}
			zs.open[d.Name] = z
		}
		z.refs++
		out = append(out, z)
	}
	return out, nil
}

// release gives dictionaries back; the last user of one frees it.
func (zs *zones) release(list []*zone) {
	zs.mu.Lock()
	defer zs.mu.Unlock()
	zs.drop(list)
}

// drop is called under the lock.
func (zs *zones) drop(list []*zone) {
	for _, z := range list {
		if z.refs--; z.refs == 0 && zs.open[z.dict.Name()] == z {
			delete(zs.open, z.dict.Name())
		}
	}
}

func dicts(list []*zone) []*shdict.Zone {
	out := make([]*shdict.Zone, len(list))
	for i, z := range list {
		out[i] = z.dict
	}
	return out
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
