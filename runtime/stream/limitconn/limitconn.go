// Package limitconn is ngx_stream_limit_conn_module's memory: how many connections there are with each key.
//
// A Zone is one limit_conn_zone. It counts in the memory that the directive declares, divided as nginx divides it, so that it is full
// when nginx's is: a key takes a chunk while a connection with it is open. A session takes a Place for each limit and gives it back when
// it closes. Zones outlive a configuration while the next one declares them again; the server sees to that.
//
// One lock per zone is held for a look-up, as in nginx. Keys and counts are on Go's heap, bounded by the chunks; the memory itself
// holds only the allocator's marks and is hardly touched.
//
// The package refuses to know what a key is made of, and logs.
package limitconn

import (
	"errors"
	"runtime"
	"sync"

	"tidegate/runtime/slab"
)

// MaxKey is the length in bytes up to which keys are counted.
const MaxKey = 255

// What nginx's structures take of a zone on 64-bit Linux.
const (
	shctx      = 64 // ngx_stream_limit_conn_shctx_t: tree and sentinel
	logContext = 23 // ` in limit_conn_zone ""` with its NUL
	nodeHeader = 36 // ngx_rbtree_node_t up to its color, and ngx_stream_limit_conn_node_t up to the key
)

// Zone counts connections by key. It is safe for concurrent use.
type Zone struct {
	name, key string
	size      int64

	mu    sync.Mutex
	pool  slab.Pool
	nodes map[string]*node
}

// node is a key with connections.
type node struct {
	key   string
	at    int // its chunk
	conns int
}

// New makes a zone of size bytes. key is the text that its keys are made of, as written.
func New(name, key string, size int64) (*Zone, error) {
	memory, err := slab.Map(slab.Area(int(size)))
	if err != nil {
		return nil, err
	}
	z := &Zone{name: name, key: key, size: size, nodes: map[string]*node{}}
	runtime.AddCleanup(z, slab.Unmap, memory)
	z.pool.Init(memory)
	if z.pool.Alloc(shctx) < 0 || z.pool.Alloc(logContext+len(name)) < 0 {
		return nil, errors.New(slab.NoMemory)
	}
	return z, nil
}

// Name is the zone's name.
func (z *Zone) Name() string { return z.name }

// Key is the text that the zone's keys are made of, as written.
func (z *Zone) Key() string { return z.key }

// Size is the declared size in bytes.
func (z *Zone) Size() int64 { return z.size }

// Full is what nginx logs when the zone has no room for another key.
func (z *Zone) Full() string { return slab.NoMemory + ` in limit_conn_zone "` + z.name + `"` }

// Outcome is what became of a request for a Place.
type Outcome uint8

// The outcomes of Take.
const (
	Taken    Outcome = iota
	Limited          // there are as many connections with the key as there may be
	NoMemory         // the zone has no room for another key
)

// Place is one connection's place among those with its key.
type Place struct {
	zone *Zone
	node *node
}

// Take takes a place if fewer than limit are taken (ngx_stream_limit_conn_handler). The place must be given back once.
func (z *Zone) Take(key string, limit int) (Place, Outcome) {
	z.mu.Lock()
	defer z.mu.Unlock()
	n := z.nodes[key]
	switch {
	case n == nil:
		at := z.pool.Alloc(nodeHeader + len(key))
		if at < 0 {
			return Place{}, NoMemory
		}
		n = &node{key: key, at: at}
		z.nodes[key] = n
	case n.conns >= limit:
		return Place{}, Limited
	}
	n.conns++
	return Place{z, n}, Taken
}

// Give gives the place back (ngx_stream_limit_conn_cleanup).
func (p Place) Give() {
	z := p.zone
	z.mu.Lock()
	defer z.mu.Unlock()
	if p.node.conns--; p.node.conns == 0 {
		delete(z.nodes, p.node.key)
		z.pool.Free(p.node.at)
	}
}
