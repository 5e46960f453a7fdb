// Package lrucache is lua-resty-lrucache: the Lua modules resty.lrucache and resty.lrucache.pureffi, which there keep their queue in FFI
// memory.
//
// A cache holds at most the number of items it was made for; a new key pushes out the one that was not used for longest. An item may
// expire, and stays readable as stale until it is pushed out. A cache is a Lua value of one VM and has no lock.
package lrucache

import (
	"fmt"

	"tidegate/runtime/lua/vm"
)

// cache is a list of nodes in the order of their last use, and a table that finds the node of a key.
type cache struct {
	size  int
	now   func() float64
	find  *vm.Table // key → position in nodes
	nodes []node    // nodes[0] is the head of the list
	free  []int
}

type node struct {
	key, value vm.Value
	expire     float64 // seconds; below zero for never
	flags      float64
	prev, next int
}

// Open makes the modules known to require. now tells the time in seconds, as ngx.now does.
func Open(m *vm.VM, now func() float64) {
	for name, version := range map[string]string{"resty.lrucache": "0.14", "resty.lrucache.pureffi": "0.13"} {
		m.Preload(name, func(c *vm.Call) int {
			mod, mt := vm.NewTable(0, 10), vm.NewTable(0, 1)
			mt.SetString("__index", mod.Value())
			vm.Register(mod, map[string]vm.Func{
				"new":       func(c *vm.Call) int { return create(c, mt, now) },
				"get":       method(get),
				"set":       method(set),
				"delete":    method(remove),
				"count":     method(func(c *vm.Call, l *cache) int { return c.Return(vm.Int(l.count())) }),
				"capacity":  method(func(c *vm.Call, l *cache) int { return c.Return(vm.Int(l.size)) }),
				"get_keys":  method(keys),
				"flush_all": method(func(c *vm.Call, l *cache) int { l.flush(); return 0 }),
			})
			mod.SetString("_VERSION", vm.String(version))
			return c.Return(mod.Value())
		})
	}
}

// create is new(size). A cache is a table, as there, because code looks at its type.
func create(c *vm.Call, mt *vm.Table, now func() float64) int {
	size, ok := c.Value(1).AsNumber()
	if !ok {
		c.Throw("attempt to compare %s with number", c.Value(1).TypeName())
	}
	if size < 1 {
		return c.Fail("size too small")
	}
	l := &cache{size: int(size), now: now, find: vm.NewTable(0, 0), nodes: make([]node, 1, 16)}
	self := vm.NewTable(0, 1)
	self.SetString("_lru", vm.NewUserdata(l, nil).Value())
	self.SetMetatable(mt)
	return c.Return(self.Value())
}

func method(f func(c *vm.Call, l *cache) int) vm.Func {
	return func(c *vm.Call) int {
		if ud := c.Table(1).GetString("_lru").AsUserdata(); ud != nil {
			if l, ok := ud.Data.(*cache); ok {
				return f(c, l)
			}
		}
		c.ArgError(1, "lrucache expected")
		return 0
	}
}

func (l *cache) count() int { return len(l.nodes) - 1 - len(l.free) }

func (l *cache) lookup(key vm.Value) int {
	f, ok := l.find.Get(key).AsNumber()
	if !ok {
		return 0
	}
	return int(f)
}

func (l *cache) unlink(i int) {
	n := &l.nodes[i]
	l.nodes[n.prev].next, l.nodes[n.next].prev = n.next, n.prev
}

func (l *cache) toFront(i int) {
	first := l.nodes[0].next
	l.nodes[i].prev, l.nodes[i].next = 0, first
	l.nodes[first].prev, l.nodes[0].next = i, i
}

// get returns the value; for an expired one nil and the stale value. The flags come third.
func get(c *vm.Call, l *cache) int {
	i := l.lookup(c.Value(2))
	if i == 0 || l.nodes[i].value.IsNil() {
		return c.Return(vm.Nil)
	}
	l.unlink(i)
	l.toFront(i)
	n := &l.nodes[i]
	if n.expire >= 0 && n.expire < l.now() {
		return c.Return(vm.Nil, n.value, vm.Number(n.flags))
	}
	return c.Return(n.value, vm.Nil, vm.Number(n.flags))
}

// set is set(key, value, ttl?, flags?).
func set(c *vm.Call, l *cache) int {
	key, expire := c.Value(2), -1.0
	if c.Value(4).Truth() {
		ttl, ok := c.Value(4).ToNumber()
		if !ok {
			c.Throw("attempt to perform arithmetic on local 'ttl' (a %s value)", c.Value(4).TypeName())
		}
		expire = l.now() + ttl
	}
	i := l.lookup(key)
	if i != 0 {
		l.unlink(i)
	} else {
		if key.IsNil() || !key.RawEqual(key) {
			c.Throw("table index is %s", map[bool]string{true: "nil", false: "NaN"}[key.IsNil()])
		}
		i = l.take()
		l.find.Set(key, vm.Int(i))
	}
	n := &l.nodes[i]
	n.key, n.value, n.expire, n.flags = key, c.Value(3), expire, 0
	if f, ok := c.Value(5).AsNumber(); ok && f >= 0 {
		n.flags = float64(uint32(int64(f)))
	}
	l.toFront(i)
	return 0
}

// take returns an unlinked node: a free one, a new one, or the one that was not used for longest.
func (l *cache) take() int {
	if k := len(l.free); k > 0 {
		i := l.free[k-1]
		l.free = l.free[:k-1]
		return i
	}
	if len(l.nodes) <= l.size {
		l.nodes = append(l.nodes, node{})
		return len(l.nodes) - 1
	}
	i := l.nodes[0].prev
	l.unlink(i)
	l.find.Set(l.nodes[i].key, vm.Nil)
	return i
}

func remove(c *vm.Call, l *cache) int {
	key := c.Value(2)
	i := l.lookup(key)
	if i == 0 {
		return c.Return(vm.False)
	}
	l.unlink(i)
	l.find.Set(key, vm.Nil)
	l.nodes[i] = node{}
	l.free = append(l.free, i)
	return c.Return(vm.True)
}

// keys is get_keys(max?, res?): the keys from the most to the least recently used, with a nil after the last when res is reused.
func keys(c *vm.Call, l *cache) int {
	limit := l.count()
	if c.Value(2).Truth() {
		if n, ok := c.Value(2).ToNumber(); !ok {
			c.Throw("%s", fmt.Sprintf("attempt to compare %s with number", c.Value(2).TypeName()))
		} else if n != 0 {
			limit = int(n)
		}
	}
	res := c.Value(3).AsTable()
	if res == nil {
		res = vm.NewTable(max(min(limit, l.count())+1, 0), 0)
	}
	n := 0
	for i := l.nodes[0].next; i != 0 && n < limit; i = l.nodes[i].next {
		n++
		res.SetInt(n, l.nodes[i].key)
	}
	res.SetInt(n+1, vm.Nil)
	return c.Return(res.Value())
}

func (l *cache) flush() {
	l.find = vm.NewTable(0, 0)
	clear(l.nodes)
	l.nodes = l.nodes[:1]
	l.free = nil
}
