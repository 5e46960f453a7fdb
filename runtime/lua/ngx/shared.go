package ngx

import (
	"errors"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/shdict"
)

// ngx.shared: the zones of lua_shared_dict. Argument rules and texts are those of resty.core.shdict and, for lists, flush_expired and
// get_keys, of the C functions behind them.

var sharedMethods = []binding{
	{row: &ngxlua.SharedDictGet, fn: dictGet},
	{row: &ngxlua.SharedDictGetStale, fn: dictGetStale},
	{row: &ngxlua.SharedDictSet, fn: dictStore((*shdict.Zone).Set)},
	{row: &ngxlua.SharedDictSafeSet, fn: dictStore(safe((*shdict.Zone).SafeSet))},
	{row: &ngxlua.SharedDictAdd, fn: dictStore((*shdict.Zone).Add)},
	{row: &ngxlua.SharedDictSafeAdd, fn: dictStore(safe((*shdict.Zone).SafeAdd))},
	{row: &ngxlua.SharedDictReplace, fn: dictStore((*shdict.Zone).Replace)},
	{row: &ngxlua.SharedDictDelete, fn: dictDelete},
	{row: &ngxlua.SharedDictIncr, fn: dictIncr},
	{row: &ngxlua.SharedDictLpush, fn: dictPush((*shdict.Zone).LPush)},
	{row: &ngxlua.SharedDictRpush, fn: dictPush((*shdict.Zone).RPush)},
	{row: &ngxlua.SharedDictLpop, fn: dictPop((*shdict.Zone).LPop)},
	{row: &ngxlua.SharedDictRpop, fn: dictPop((*shdict.Zone).RPop)},
	{row: &ngxlua.SharedDictLlen, fn: dictLen},
	{row: &ngxlua.SharedDictTtl, fn: dictTTL},
	{row: &ngxlua.SharedDictExpire, fn: dictExpire},
	{row: &ngxlua.SharedDictFlushAll, fn: dictFlushAll},
	{row: &ngxlua.SharedDictFlushExpired, fn: dictFlushExpired},
	{row: &ngxlua.SharedDictGetKeys, fn: dictGetKeys},
	{row: &ngxlua.SharedDictCapacity, fn: dictCapacity},
	{row: &ngxlua.SharedDictFreeSpace, fn: dictFreeSpace},
}

// installShared makes ngx.shared: per zone a table whose first item is the zone, with the methods in its metatable, so that code
// which looks inside finds what it finds in OpenResty.
func (w *Worker) installShared(zones []*shdict.Zone) *vm.Table {
	mt := w.methods("ngx.shared.DICT:", sharedMethods)
	shared := vm.NewTable(0, len(zones))
	for _, z := range zones {
		t := vm.NewTable(1, 0)
		t.SetInt(1, vm.NewUserdata(z, nil).Value())
		t.SetMetatable(mt)
		shared.SetString(z.Name(), t.Value())
	}
	return shared
}

// zoneOf reads the receiver of a method.
func zoneOf(c *vm.Call) *shdict.Zone {
	if t := c.Value(1).AsTable(); t != nil {
		if ud := t.GetInt(1).AsUserdata(); ud != nil {
			if z, ok := ud.Data.(*shdict.Zone); ok {
				return z
			}
		}
	}
	c.Throw("bad \"zone\" argument")
	return nil
}

// keyOf reads the key: anything but nil, as its tostring. fail is the number of results when the key is no good, else 0.
func keyOf(c *vm.Call) (key string, fail int) {
	v := c.Value(2)
	if v.IsNil() {
		return "", c.Fail("nil key")
	}
	key, ok := v.AsString()
	if !ok {
		key = c.ToString(v)
	}
	if err := shdict.CheckKey(key); err != nil {
		return "", c.Fail(err.Error())
	}
	return key, 0
}

// listKey is keyOf of the functions for lists, which are written in C.
func listKey(c *vm.Call) (key string, fail int) {
	if !c.IsNil(2) {
		c.String(2)
	}
	return keyOf(c)
}

// toDict converts a Lua value for storing.
func toDict(v vm.Value) (shdict.Value, bool) {
	if s, ok := v.AsString(); ok {
		return shdict.Value{Kind: shdict.String, Str: s}, true
	}
	if n, ok := v.AsNumber(); ok {
		return shdict.Value{Kind: shdict.Number, Num: n}, true
	}
	if b, ok := v.AsBool(); ok {
		return shdict.Value{Kind: shdict.Boolean, Bool: b}, true
	}
	return shdict.Value{}, v.IsNil()
}

func fromDict(v shdict.Value) vm.Value {
	switch v.Kind {
	case shdict.String:
		return vm.String(v.Str)
	case shdict.Number:
		return vm.Number(v.Num)
	case shdict.Boolean:
		return vm.Bool(v.Bool)
	}
	return vm.Nil
}

func dictGet(c *vm.Call) int {
	z := zoneOf(c)
	key, fail := keyOf(c)
	if fail != 0 {
		return fail
	}
	v, flags, err := z.Get(key)
	if err != nil {
		return c.Fail(err.Error())
	}
	if flags != 0 {
		return c.Return(fromDict(v), vm.Number(float64(flags)))
	}
	return c.Return(fromDict(v))
}

func dictGetStale(c *vm.Call) int {
	z := zoneOf(c)
	key, fail := keyOf(c)
	if fail != 0 {
		return fail
	}
	v, flags, stale, err := z.GetStale(key)
	if err != nil {
		return c.Fail(err.Error())
	}
	if v.Kind == shdict.Nil {
		return c.Return(vm.Nil)
	}
	f := vm.Nil
	if flags != 0 {
		f = vm.Number(float64(flags))
	}
	return c.Return(fromDict(v), f, vm.Bool(stale))
}

type storeFunc func(z *shdict.Zone, key string, v shdict.Value, exptime float64, flags int32) (bool, error)

func safe(f func(*shdict.Zone, string, shdict.Value, float64, int32) error) storeFunc {
	return func(z *shdict.Zone, key string, v shdict.Value, exptime float64, flags int32) (bool, error) {
		return false, f(z, key, v, exptime, flags)
	}
}

// dictStore is set, add, replace and their safe forms: ok, err, forcible, always three results.
func dictStore(store storeFunc) vm.Func {
	return func(c *vm.Call) int {
		z := zoneOf(c)
		exptime := 0.0
		if v := c.Value(4); v.Truth() {
			n, ok := v.AsNumber()
			if !ok {
				c.Throw("attempt to compare %s with number", v.TypeName())
			}
			if exptime = n; n < 0 {
				c.Throw("bad \"exptime\" argument")
			}
		}
		key, fail := keyOf(c)
		if fail != 0 {
			return fail
		}
		v, ok := toDict(c.Value(3))
		if !ok {
			return c.Fail("bad value type")
		}
		flags := int32(0)
		if c.Value(5).Truth() {
			flags = int32(cInt(c, 5, "ngx_lua_ffi_shdict_store", 10))
		}
		return stored(c, store, z, key, v, exptime, flags)
	}
}

func stored(c *vm.Call, store storeFunc, z *shdict.Zone, key string, v shdict.Value, exptime float64, flags int32) int {
	forcible, err := store(z, key, v, exptime, flags)
	if err != nil {
		return c.Return(vm.False, vm.String(err.Error()), vm.Bool(forcible))
	}
	return c.Return(vm.True, vm.Nil, vm.Bool(forcible))
}

func dictDelete(c *vm.Call) int {
	z := zoneOf(c)
	key, fail := keyOf(c)
	if fail != 0 {
		return fail
	}
	return stored(c, (*shdict.Zone).Set, z, key, shdict.Value{}, 0, 0)
}

func dictIncr(c *vm.Call) int {
	z := zoneOf(c)
	key, fail := keyOf(c)
	if fail != 0 {
		return fail
	}
	delta, ok := c.Value(3).ToNumber()
	if !ok {
		c.Throw("cannot convert 'nil' to 'double'") // what tonumber made of it
	}
	var init *shdict.Init
	if v := c.Value(4); v.Truth() {
		n, ok := v.ToNumber()
		if !ok {
			c.Throw("bad init arg: number expected, got %s", v.TypeName())
		}
		init = &shdict.Init{Value: n}
	}
	if v := c.Value(5); !v.IsNil() {
		ttl, ok := v.ToNumber()
		switch {
		case !ok:
			c.Throw("bad init_ttl arg: number expected, got %s", v.TypeName())
		case ttl < 0:
			c.Throw("bad \"init_ttl\" argument")
		case init == nil:
			c.Throw("must provide \"init\" when providing \"init_ttl\"")
		}
		init.TTL = ttl
	}
	sum, forcible, err := z.Incr(key, delta, init)
	if err != nil {
		return c.Fail(err.Error())
	}
	if init == nil {
		return c.Return(vm.Number(sum))
	}
	return c.Return(vm.Number(sum), vm.Nil, vm.Bool(forcible))
}

func dictPush(push func(*shdict.Zone, string, shdict.Value) (int, error)) vm.Func {
	return func(c *vm.Call) int {
		if c.NArg() != 3 {
			c.Throw("expecting 3 arguments, but only seen %d", c.NArg())
		}
		z := zoneOf(c)
		key, fail := listKey(c)
		if fail != 0 {
			return fail
		}
		v, ok := toDict(c.Value(3))
		if !ok || v.Kind != shdict.String && v.Kind != shdict.Number {
			return c.Fail("bad value type")
		}
		n, err := push(z, key, v)
		if errors.Is(err, shdict.ErrNoMemory) {
			return c.Return(vm.False, vm.String(err.Error()))
		}
		if err != nil {
			return c.Fail(err.Error())
		}
		return c.Return(vm.Int(n))
	}
}

func dictPop(pop func(*shdict.Zone, string) (shdict.Value, error)) vm.Func {
	return func(c *vm.Call) int {
		if c.NArg() != 2 {
			c.Throw("expecting 2 arguments, but only seen %d", c.NArg())
		}
		z := zoneOf(c)
		key, fail := listKey(c)
		if fail != 0 {
			return fail
		}
		v, err := pop(z, key)
		if err != nil {
			return c.Fail(err.Error())
		}
		return c.Return(fromDict(v))
	}
}

func dictLen(c *vm.Call) int {
	if c.NArg() != 2 {
		c.Throw("expecting 2 arguments, but only seen %d", c.NArg())
	}
	z := zoneOf(c)
	key, fail := listKey(c)
	if fail != 0 {
		return fail
	}
	n, err := z.LLen(key)
	if err != nil {
		return c.Fail(err.Error())
	}
	return c.Return(vm.Int(n))
}

func dictTTL(c *vm.Call) int {
	z := zoneOf(c)
	key, fail := keyOf(c)
	if fail != 0 {
		return fail
	}
	ttl, err := z.TTL(key)
	if err != nil {
		return c.Fail(err.Error())
	}
	return c.Return(vm.Number(ttl))
}

func dictExpire(c *vm.Call) int {
	z := zoneOf(c)
	if !c.Value(3).Truth() {
		c.Throw("bad \"exptime\" argument")
	}
	key, fail := keyOf(c)
	if fail != 0 {
		return fail
	}
	exptime, ok := c.Value(3).ToNumber()
	if !ok {
		c.Throw("attempt to perform arithmetic on local 'exptime' (a %s value)", c.Value(3).TypeName())
	}
	if err := z.Expire(key, exptime); err != nil {
		return c.Fail(err.Error())
	}
	return c.Return(vm.True)
}

func dictFlushAll(c *vm.Call) int {
	zoneOf(c).FlushAll()
	return 0
}

func dictFlushExpired(c *vm.Call) int {
	z, limit := limitedZone(c, 0)
	return c.Return(vm.Int(z.FlushExpired(limit)))
}

// limitedZone reads a dictionary and how many of its entries are meant: all of them, if that is no positive number.
func limitedZone(c *vm.Call, otherwise int) (*shdict.Zone, int) {
	if n := c.NArg(); n != 1 && n != 2 {
		c.Throw("expecting 1 or 2 argument(s), but saw %d", n)
	}
	c.Table(1)
	limit := otherwise
	if c.NArg() == 2 {
		limit = max(c.Int(2), 0)
	}
	return zoneOf(c), limit
}

func dictGetKeys(c *vm.Call) int {
	z, limit := limitedZone(c, 1024)
	keys := z.Keys(limit)
	t := vm.NewTable(len(keys), 0)
	for i, k := range keys {
		t.SetInt(i+1, vm.String(k))
	}
	return c.Return(t.Value())
}

func dictCapacity(c *vm.Call) int { return c.Return(vm.Int(zoneOf(c).Capacity())) }

func dictFreeSpace(c *vm.Call) int { return c.Return(vm.Int(zoneOf(c).FreeSpace())) }
