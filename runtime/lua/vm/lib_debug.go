package vm

import (
	"fmt"
	"strings"
)

func (vm *VM) openDebug() {
	vm.openLib("debug", []libFunc{
		{"getregistry", 135, debugGetregistry}, {"getmetatable", 136, debugGetmetatable}, {"setmetatable", 137, debugSetmetatable},
		{"getfenv", 138, debugGetfenv}, {"setfenv", 139, debugSetfenv}, {"getinfo", 140, debugGetinfo}, {"getlocal", 141, debugGetlocal},
		{"setlocal", 142, debugSetlocal}, {"getupvalue", 143, debugGetupvalue}, {"setupvalue", 144, debugSetupvalue},
		{"upvalueid", 145, debugUpvalueid}, {"upvaluejoin", 146, debugUpvaluejoin}, {"getuservalue", 147, debugGetfenv},
		{"setuservalue", 148, debugSetuservalue}, {"sethook", 149, debugSethook}, {"gethook", 150, debugGethook},
		{"debug", 151, debugDebug}, {"traceback", 152, debugTraceback},
	})
}

func debugGetregistry(c *Call) int { return c.Return(c.th.vm.registry.Value()) }

func debugGetmetatable(c *Call) int {
	if mt := c.th.vm.metatable(c.Any(1)); mt != nil {
		return c.Return(mt.Value())
	}
	return c.Return(Nil)
}

func debugSetmetatable(c *Call) int {
	v, mt := c.Any(1), c.Value(2).AsTable()
	if mt == nil && !c.IsNil(2) {
		c.ArgError(2, "nil or table expected")
	}
	switch v.Kind() {
	case KindTable:
		v.AsTable().SetMetatable(mt)
	case KindUserdata:
		v.AsUserdata().meta = mt
	default:
		c.th.vm.kindMeta[v.Kind()] = mt
	}
	return c.Return(v)
}

func debugGetfenv(c *Call) int {
	v := c.Any(1)
	var env *Table
	switch v.Kind() {
	case KindFunction:
		env = c.th.envOf(v.AsFunction())
	case KindThread:
		env = v.AsThread().env
	case KindUserdata:
		env = v.AsUserdata().env
	}
	if env == nil {
		return c.Return(Nil)
	}
	return c.Return(env.Value())
}

func debugSetfenv(c *Call) int {
	v, env := c.Any(1), c.Table(2)
	switch v.Kind() {
	case KindFunction:
		v.AsFunction().env = env
	case KindThread:
		v.AsThread().env = env
	case KindUserdata:
		v.AsUserdata().env = env
	default:
		c.Throw("'setfenv' cannot change environment of given object")
	}
	return c.Return(v)
}

func debugSetuservalue(c *Call) int {
	c.Userdata(1).env = c.OptTable(2)
	return c.Return(c.Value(1))
}

// threadArg returns the thread that a debug function is about, and how many arguments naming it takes.
func (c *Call) threadArg() (*Thread, int) {
	if th := c.Value(1).AsThread(); th != nil {
		return th, 1
	}
	return c.th, 0
}

func debugGetinfo(c *Call) int {
	th, skip := c.threadArg()
	opts := c.OptString(skip+2, "flnSu")
	var fn *Function
	level := -1
	if v := c.Value(skip + 1); v.isNumber() || v.isString() {
		level = c.int32(skip + 1)
		fr := th.level(level)
		if fr == nil {
			return c.Return(Nil)
		}
		fn = fr.fn
	} else if fn = v.AsFunction(); fn == nil {
		c.ArgError(skip+1, "function or level expected")
	}
	t := NewTable(0, 12)
	for i := range len(opts) {
		if !fillInfo(t, opts[i], th, fn, level) {
			c.ArgError(skip+2, "invalid option")
		}
	}
	return c.Return(t.Value())
}

// fillInfo sets the fields that one letter of getinfo's options asks for.
func fillInfo(t *Table, opt byte, th *Thread, fn *Function, level int) bool {
	p := fn.proto
	set := func(k string, v Value) { t.SetString(k, v) }
	switch opt {
	case 'S':
		src, what, first, last := &source{name: "=[C]", short: "[C]"}, "C", -1, -1
		if p != nil {
			src, what, first, last = p.src, "Lua", p.lineDefined, p.lastLine
			if first == 0 {
				what = "main"
			}
		}
		set("source", String(src.name))
		set("short_src", String(src.short))
		set("linedefined", Int(first))
		set("lastlinedefined", Int(last))
		set("what", String(what))
	case 'l':
		line := -1
		if fr := th.level(level); fr != nil && p != nil && (level > 0 || !th.unwound) {
			line = p.line(fr.pc)
		}
		set("currentline", Int(line))
	case 'u':
		n, params, vararg := len(fn.upvals), 0, true
		if p != nil {
			params, vararg = p.nparams, p.vararg
		}
		set("nups", Int(n))
		set("nparams", Int(params))
		set("isvararg", Bool(vararg))
	case 'n':
		what, name := "", ""
		if level >= 0 {
			what, name = th.frameName(level)
		}
		set("namewhat", String(what))
		if what != "" {
			set("name", String(name))
		}
	case 'f':
		set("func", fn.Value())
	case 'L':
		if p != nil {
			lines := NewTable(0, 0)
			for _, l := range p.lines {
				lines.SetInt(int(l), True)
			}
			set("activelines", lines.Value())
		}
	default:
		return false
	}
	return true
}

// localAt returns the name and the stack slot of variable n of the frame at level; negative numbers count the extra arguments.
func (th *Thread) localAt(level, n int) (name string, slot int) {
	fr := th.level(level)
	if fr == nil {
		return "", 0
	}
	p := fr.fn.proto
	base, nvar, pc := int(fr.base), int(fr.nvar), int(fr.pc)
	if n < 0 {
		if p == nil || -n > nvar {
			return "", 0
		}
		return "(*vararg)", base - nvar - n - 1
	}
	if n == 0 {
		return "", 0
	}
	top := th.top
	if p != nil {
		top = base + p.nregs
		left := n
		for i := range p.locals {
			l := &p.locals[i]
			if l.start < pc && pc <= l.end {
				if left--; left == 0 {
					return l.name, base + l.reg
				}
			}
		}
	}
	if slot := base + n - 1; slot < top && level == 0 {
		return "(*temporary)", slot
	}
	return "", 0
}

func debugGetlocal(c *Call) int {
	th, skip := c.threadArg()
	if fn := c.Value(skip + 1).AsFunction(); fn != nil {
		n := c.int32(skip + 2)
		if fn.proto == nil || n < 1 || n > fn.proto.nparams {
			return c.Return(Nil)
		}
		return c.Return(String(fn.proto.locals[n-1].name))
	}
	level := c.int32(skip + 1)
	if th.level(level) == nil {
		c.ArgError(skip+1, "level out of range")
	}
	name, slot := th.localAt(level, c.int32(skip+2))
	if name == "" {
		return c.Return(Nil)
	}
	return c.Return(String(name), th.stack[slot])
}

func debugSetlocal(c *Call) int {
	th, skip := c.threadArg()
	level := c.int32(skip + 1)
	if th.level(level) == nil {
		c.ArgError(skip+1, "level out of range")
	}
	name, slot := th.localAt(level, c.int32(skip+2))
	if name == "" {
		return c.Return(Nil)
	}
	th.stack[slot] = c.Any(skip + 3)
	return c.Return(String(name))
}

func debugGetupvalue(c *Call) int {
	fn, n := c.Func(1), c.int32(2)
	if n < 1 || n > len(fn.upvals) {
		return 0
	}
	return c.Return(String(fn.proto.upvals[n-1].name), *fn.upvals[n-1].p)
}

func debugSetupvalue(c *Call) int {
	fn, n, v := c.Func(1), c.int32(2), c.Any(3)
	if n < 1 || n > len(fn.upvals) {
		return 0
	}
	*fn.upvals[n-1].p = v
	return c.Return(String(fn.proto.upvals[n-1].name))
}

func (c *Call) upvalueArg(i int) (*Function, int) {
	fn, n := c.Func(i), c.int32(i+1)
	if n < 1 || n > len(fn.upvals) {
		c.ArgError(i+1, "index out of range")
	}
	return fn, n - 1
}

func debugUpvalueid(c *Call) int {
	fn, n := c.upvalueArg(1)
	u := fn.upvals[n]
	if u.id == nil {
		u.id = NewLightUserdata(fmt.Sprintf("%p", u))
	}
	return c.Return(u.id.Value())
}

func debugUpvaluejoin(c *Call) int {
	f, n := c.upvalueArg(1)
	g, m := c.upvalueArg(3)
	if f.proto == nil || g.proto == nil {
		c.ArgError(1, "Lua function expected")
	}
	f.upvals[n] = g.upvals[m]
	return 0
}

// debugSethook only takes the call that removes a hook: the interpreter has none.
func debugSethook(c *Call) int {
	_, skip := c.threadArg()
	if !c.IsNil(skip + 1) {
		c.Throw("debug hooks are not available")
	}
	return 0
}

func debugGethook(c *Call) int { return c.Return(Nil, String(""), Int(0)) }

func debugDebug(c *Call) int {
	c.Throw("debug.debug is not available: there is no terminal to talk to")
	return 0
}

func debugTraceback(c *Call) int {
	th, skip := c.threadArg()
	msg := c.Value(skip + 1)
	if s, ok := msg.ToString(); ok || c.IsNone(skip+1) {
		level := 0
		if th == c.th {
			level = 1
		}
		var b strings.Builder
		if ok {
			b.WriteString(s + "\n")
		}
		b.WriteString("stack traceback:")
		th.writeTraceback(&b, c.optInt32(skip+2, level))
		return c.Return(String(b.String()))
	}
	return c.Return(msg)
}
