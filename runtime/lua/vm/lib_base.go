package vm

import (
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
)

func (vm *VM) openBase() {
	g := vm.globals
	vm.addLib(g, []libFunc{
		{"assert", 2, baseAssert}, {"type", 3, baseType}, {"next", builtinNext, baseNext}, {"pairs", 5, basePairs}, {"ipairs", 7, baseIpairs},
		{"getmetatable", 8, baseGetmetatable}, {"setmetatable", 9, baseSetmetatable}, {"getfenv", 10, baseGetfenv}, {"setfenv", 11, baseSetfenv},
		{"rawget", 12, baseRawget}, {"rawset", 13, baseRawset}, {"rawequal", 14, baseRawequal}, {"rawlen", 15, baseRawlen},
		{"unpack", 16, baseUnpack}, {"select", 17, baseSelect}, {"tonumber", 18, baseTonumber}, {"tostring", 19, baseTostring},
		{"error", 20, baseError}, {"pcall", 21, basePcall}, {"xpcall", 22, baseXpcall}, {"loadfile", 23, baseLoadfile}, {"load", 24, baseLoad},
		{"loadstring", 25, baseLoadstring}, {"dofile", 26, baseDofile}, {"gcinfo", 27, baseGcinfo}, {"collectgarbage", 28, baseCollectgarbage},
		{"newproxy", 29, baseNewproxy}, {"print", 30, basePrint},
	})
	g.SetString("_VERSION", String("Lua 5.1"))
	vm.globalNext = g.GetString("next")
	vm.ipairsAux = newBuiltin("ipairs_aux", builtinIpairsAux, ipairsAux).Value()
}

func baseAssert(c *Call) int {
	if c.Any(1).Truth() {
		for i := 1; i <= c.nargs; i++ {
			c.Push(c.Value(i))
		}
		return c.nargs
	}
	if c.nargs < 2 {
		c.Throw("assertion failed!")
	}
	if s, ok := c.Value(2).AsString(); ok { // LuaJIT adds the position to a message that is a string
		c.Throw("%s", s)
	}
	c.ThrowValue(c.Value(2))
	return 0
}

func baseType(c *Call) int { return c.Return(String(c.Any(1).TypeName())) }

func baseNext(c *Call) int {
	t := c.Table(1)
	k, v, more, ok := t.Next(c.Value(2))
	if !ok {
		c.Throw("invalid key to 'next'")
	}
	if !more {
		return c.Return(Nil)
	}
	return c.Return(k, v)
}

func basePairs(c *Call) int {
	v := c.Any(1)
	if m := c.th.metamethod(v, eventPairs); !m.IsNil() {
		return c.iterate(m, v)
	}
	c.Table(1)
	return c.Return(c.th.vm.globalNext, v, Nil)
}

// iterate returns the first three results of __pairs or __ipairs.
func (c *Call) iterate(m, v Value) int {
	r := c.Call(m, v)
	var three [3]Value
	copy(three[:], r)
	return c.Return(three[:]...)
}

func baseIpairs(c *Call) int {
	v := c.Any(1)
	if m := c.th.metamethod(v, eventIpairs); !m.IsNil() {
		return c.iterate(m, v)
	}
	c.Table(1)
	return c.Return(c.th.vm.ipairsAux, v, Int(0))
}

func ipairsAux(c *Call) int {
	t := c.Table(1)
	i := c.int32(2) + 1
	v := t.GetInt(i)
	if v.IsNil() {
		return 0
	}
	return c.Return(Int(i), v)
}

func baseGetmetatable(c *Call) int {
	mt := c.th.vm.metatable(c.Any(1))
	if mt == nil {
		return c.Return(Nil)
	}
	if p := mt.event(eventMetatable); !p.IsNil() {
		return c.Return(p)
	}
	return c.Return(mt.Value())
}

func baseSetmetatable(c *Call) int {
	t := c.Table(1)
	mt := c.Value(2)
	if mt.AsTable() == nil && (!mt.IsNil() || c.IsNone(2)) {
		c.ArgError(2, "nil or table expected")
	}
	if t.meta != nil && !t.meta.event(eventMetatable).IsNil() {
		c.Throw("cannot change a protected metatable")
	}
	t.SetMetatable(mt.AsTable())
	return c.Return(t.Value())
}

// levelFunction returns the function that argument i names: itself, or the level it runs at.
func (c *Call) levelFunction(i int) (fn *Function, level int) {
	if fn := c.Value(i).AsFunction(); fn != nil {
		return fn, -1
	}
	level = c.optInt32(i, 1)
	if level < 0 {
		c.ArgError(i, "invalid level")
	}
	if level == 0 {
		return nil, 0
	}
	fr := c.th.level(level)
	if fr == nil {
		c.ArgError(i, "invalid level")
	}
	return fr.fn, level
}

func baseGetfenv(c *Call) int {
	fn, _ := c.levelFunction(1)
	if fn == nil {
		return c.Return(c.th.env.Value())
	}
	return c.Return(c.th.envOf(fn).Value())
}

func (th *Thread) envOf(fn *Function) *Table {
	if fn.env == nil {
		return th.vm.globals
	}
	return fn.env
}

func baseSetfenv(c *Call) int {
	env := c.Table(2)
	fn, level := c.levelFunction(1)
	if fn == nil && level == 0 {
		c.th.env = env
		return c.Return(c.th.Value())
	}
	if !fn.IsLua() {
		c.Throw("'setfenv' cannot change environment of given object")
	}
	fn.env = env
	return c.Return(fn.Value())
}

func baseRawget(c *Call) int { return c.Return(c.Table(1).Get(c.Any(2))) }

func baseRawset(c *Call) int {
	t := c.Table(1)
	c.th.rawSet(t, c.Any(2), c.Any(3))
	return c.Return(t.Value())
}

func baseRawequal(c *Call) int { return c.Return(Bool(c.Any(1).RawEqual(c.Any(2)))) }

func baseRawlen(c *Call) int {
	if s, ok := c.Value(1).AsString(); ok {
		return c.Return(Int(len(s)))
	}
	return c.Return(Int(c.Table(1).Len()))
}

// maxUnpack is how many results unpack may push (LUAI_MAXCSTACK).
const maxUnpack = 8000

func baseUnpack(c *Call) int {
	t := c.Table(1)
	first := c.optInt32(2, 1)
	last := 0
	if c.IsNil(3) {
		last = t.Len()
	} else {
		last = c.int32(3)
	}
	if first > last {
		return 0
	}
	n := last - first + 1
	if n <= 0 || n >= maxUnpack {
		c.Throw("too many results to unpack")
	}
	for i := first; ; i++ {
		c.Push(t.GetInt(i))
		if i == last {
			return n
		}
	}
}

func baseSelect(c *Call) int {
	if s, ok := c.Value(1).AsString(); ok && s == "#" {
		return c.Return(Int(c.nargs - 1))
	}
	n := c.int32(1)
	if n < 0 {
		n = c.nargs + n
	} else if n > c.nargs {
		n = c.nargs
	}
	if n < 1 {
		c.ArgError(1, "index out of range")
	}
	for i := n + 1; i <= c.nargs; i++ {
		c.Push(c.Value(i))
	}
	return max(c.nargs-n, 0)
}

func baseTonumber(c *Call) int {
	if base := c.optInt32(2, 10); base != 10 {
		s := c.String(1)
		if base < 2 || base > 36 {
			c.ArgError(2, "base out of range")
		}
		return c.Return(parseBase(s, base))
	}
	v := c.Any(1)
	if f, ok := v.ToNumber(); ok {
		return c.Return(Number(f))
	}
	if cd := v.asCdata(); cd != nil && cd.kind != cdataComplex {
		return c.Return(Number(cd.float()))
	}
	return c.Return(Nil)
}

func parseBase(s string, base int) Value {
	s = trimSpace(s)
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if base == 16 && len(s) > 2 && s[0] == '0' && s[1]|0x20 == 'x' {
		s = s[2:]
	}
	if s == "" {
		return Nil
	}
	var u uint64
	for i := 0; i < len(s); i++ {
		d := 99
		switch ch := s[i]; {
		case isDigit(ch):
			d = int(ch - '0')
		case (ch|0x20)-'a' < 26:
			d = int((ch|0x20)-'a') + 10
		}
		if d >= base {
			return Nil
		}
		u = u*uint64(base) + uint64(d)
	}
	f := float64(u)
	if neg {
		f = -f
	}
	return Number(f)
}

func baseTostring(c *Call) int {
	v := c.Any(1)
	if mt := c.th.vm.metatable(v); mt != nil {
		if m := mt.event(eventTostring); !m.IsNil() {
			return c.Return(c.th.call1(m, v))
		}
	}
	return c.Return(String(v.String()))
}

func baseError(c *Call) int {
	v := c.Value(1)
	level := c.optInt32(2, 1)
	if s, ok := v.ToString(); ok && level > 0 {
		v = String(c.th.where(level) + s)
	}
	c.ThrowValue(v)
	return 0
}

func basePcall(c *Call) int {
	c.Any(1)
	th, f := c.th, c.base
	if err, failed := th.try(f, c.nargs-1, Nil); failed {
		return c.Return(False, err)
	}
	return c.prepend(True, f)
}

func baseXpcall(c *Call) int {
	c.Any(1)
	th, f := c.th, c.base
	handler := c.Func(2).Value()
	th.stack[f], th.stack[f+1] = handler, th.stack[f]
	if err, failed := th.try(f+1, c.nargs-2, handler); failed {
		return c.Return(False, err)
	}
	return c.prepend(True, f+1)
}

// prepend puts v in front of the values between slot f and the top and returns their number.
func (c *Call) prepend(v Value, f int) int {
	n := c.th.top - f
	c.Push(Nil)
	copy(c.th.stack[f+1:f+1+n], c.th.stack[f:f+n])
	c.th.stack[f] = v
	return n + 1
}

// try calls the function in slot f; its results stay there up to the top. An error is passed to the handler, if there is one, while the
// frames of the failed call still stand.
func (th *Thread) try(f, nargs int, handler Value) (err Value, failed bool) {
	s := th.save()
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *thrown:
			err, failed = r.value, true
			if !handler.IsNil() {
				err = th.handle(handler, r.value)
			}
			th.restore(s)
			th.top = max(s.top, f)
		default:
			th.restore(s)
			panic(r)
		}
	}()
	th.call(f, nargs, all)
	return Nil, false
}

// handle calls a message handler. An error inside it becomes "error in error handling".
func (th *Thread) handle(handler, v Value) (r Value) {
	s := th.save()
	defer func() {
		switch p := recover().(type) {
		case nil:
		case *thrown:
			r = String("error in error handling")
			th.restore(s)
		default:
			panic(p)
		}
	}()
	return th.call1(handler, v)
}

func baseLoad(c *Call) int {
	src := c.Value(1)
	if s, ok := src.ToString(); ok {
		return c.load(s, c.OptString(2, s), c.OptString(3, "bt"), 4)
	}
	fn := c.Func(1)
	var b strings.Builder
	for {
		r, err := c.PCall(fn.Value())
		if err != nil {
			return c.Return(Nil, err.Value)
		}
		if len(r) == 0 || r[0].IsNil() {
			break
		}
		s, ok := r[0].ToString()
		if !ok {
			return c.Fail(c.Where(1) + "reader function must return a string")
		}
		if s == "" {
			break
		}
		b.WriteString(s)
	}
	return c.load(b.String(), c.OptString(2, "=(load)"), c.OptString(3, "bt"), 4)
}

// load compiles src and pushes the function, with the environment in argument envArg if there is one, or nil and the error.
func (c *Call) load(src, name, mode string, envArg int) int {
	var code *Code
	var err error
	if strings.HasPrefix(src, "\x1b") {
		if !strings.Contains(mode, "b") {
			return c.Fail("attempt to load chunk with wrong mode")
		}
		code, err = undump(src)
	} else {
		if !strings.Contains(mode, "t") {
			return c.Fail("attempt to load chunk with wrong mode")
		}
		code, err = Compile(src, name)
	}
	if err != nil {
		return c.Fail(err.Error())
	}
	fn := c.th.vm.Load(code, c.th.env)
	if envArg <= c.nargs {
		if env := c.Value(envArg).AsTable(); env != nil {
			fn.env = env
		}
	}
	return c.Return(fn.Value())
}

func baseLoadstring(c *Call) int { return baseLoad(c) }

func (c *Call) readSource(i int) (src, name string, err error) {
	if c.IsNil(i) {
		b, err := io.ReadAll(c.th.vm.opts.Stdin)
		return string(b), "=stdin", err
	}
	file := c.String(i)
	src, err = readFile(file)
	return src, "@" + file, err
}

func baseLoadfile(c *Call) int {
	src, name, err := c.readSource(1)
	if err != nil {
		return c.Fail("cannot open " + name[1:] + ": " + errnoText(err))
	}
	return c.load(src, name, c.OptString(2, "bt"), 3)
}

func baseDofile(c *Call) int {
	src, name, err := c.readSource(1)
	if err != nil {
		c.ThrowValue(String("cannot open " + name[1:] + ": " + errnoText(err)))
	}
	if c.load(src, name, "bt", c.nargs+1) == 2 {
		c.ThrowValue(c.th.stack[c.th.top-1])
	}
	f := c.th.top - 1
	c.th.call(f, 0, all)
	return c.th.top - f
}

// heapSize returns the bytes in use by all of the process, of which a VM's share cannot be told.
func heapSize() float64 {
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return float64(s[0].Value.Uint64())
}

func baseGcinfo(c *Call) int { return c.Return(Int(int(heapSize() / 1024))) }

func baseCollectgarbage(c *Call) int {
	opt := c.OptString(1, "collect")
	switch opt {
	case "collect":
		c.collect()
		return c.Return(Int(0))
	case "count":
		return c.Return(Number(heapSize() / 1024))
	case "step":
		c.collect()
		return c.Return(True)
	case "setpause", "setstepmul":
		return c.Return(Int(200))
	case "stop", "restart":
		return c.Return(Int(0))
	case "isrunning":
		return c.Return(True)
	}
	c.ArgError(1, "invalid option '"+opt+"'")
	return 0
}

// collect makes the collector run. What stands above the arguments of the running function are registers that have ended, such as the
// variables of a block that is left: LuaJIT's collector does not look there.
func (c *Call) collect() {
	clear(c.th.stack[c.base+c.nargs:])
	runtime.GC()
	c.th.vm.sweep()
}

func baseNewproxy(c *Call) int {
	ud := NewUserdata(nil, nil)
	switch v := c.Value(1); {
	case !v.Truth():
	case v.isBool():
		ud.meta = NewTable(0, 0)
	default:
		if v.AsUserdata() == nil || v.AsUserdata().meta == nil {
			c.ArgError(1, "boolean or proxy expected")
		}
		ud.meta = v.AsUserdata().meta
	}
	return c.Return(ud.Value())
}

func basePrint(c *Call) int {
	var b strings.Builder
	ts := c.th.vm.globals.GetString("tostring")
	for i := 1; i <= c.nargs; i++ {
		if i > 1 {
			b.WriteByte('\t')
		}
		v := c.Value(i)
		if s, ok := v.ToString(); ok {
			b.WriteString(s)
			continue
		}
		s, ok := c.th.call1(ts, v).ToString()
		if !ok {
			c.Throw("'tostring' must return a string to 'print'")
		}
		b.WriteString(s)
	}
	b.WriteByte('\n')
	io.WriteString(c.th.vm.opts.Stdout, b.String())
	return 0
}
