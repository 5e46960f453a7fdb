package luacode

import "tidegate/ast/lua"

// Mode tells when a function runs.
type Mode uint8

const (
	// Unknown is for functions that are kept, returned, or handed to others.
	Unknown Mode = iota
	// InPhase is for functions that run, if at all, while the chunk runs.
	InPhase
	// Protected is like InPhase, inside of pcall or xpcall.
	Protected
	// InThread is for functions that ngx.thread.spawn runs, and for coroutines.
	InThread
	// InTimer is for functions that ngx.timer.at or every runs.
	InTimer
)

// Runs tells when a function runs.
func (c *Code) Runs(fn *lua.Function) Mode {
	if c.runs == nil {
		c.runs = map[*lua.Function]Mode{c.Chunk.Main: InPhase}
	}
	if m, ok := c.runs[fn]; ok {
		return m
	}
	c.runs[fn] = InPhase // for calls of itself
	m := c.runsWhen(fn)
	c.runs[fn] = m
	return m
}

func (c *Code) runsWhen(fn *lua.Function) Mode {
	if call := c.given[fn]; call != nil {
		return c.handedTo(call, fn)
	}
	v := c.holders[fn]
	if v == nil || len(v.Writes) > 0 {
		return Unknown
	}
	mode := InPhase
	for _, use := range v.Reads {
		call := c.handled[use]
		if call == nil {
			return Unknown
		}
		if use.Func == fn && Strip(call.Fn) == lua.Expr(use) {
			continue // it calls itself
		}
		m := c.handedTo(call, use)
		if m == Unknown {
			return Unknown
		}
		mode = max(mode, m)
	}
	return mode
}

// handedTo tells when a function runs that is called by a call, or is among its
// arguments.
func (c *Code) handedTo(call *Call, fn lua.Expr) Mode {
	mode := Unknown
	switch {
	case Strip(call.Fn) == fn:
		mode = InPhase
	case call.Is("pcall", "xpcall"):
		mode = Protected
	case call.Is("table.sort", "string.gsub", "ngx.re.gsub", "ngx.re.sub"):
		mode = InPhase
	case call.Is("ngx.thread.spawn", "coroutine.create", "coroutine.wrap"):
		mode = InThread
	case call.Is("ngx.timer.at", "ngx.timer.every"):
		return InTimer
	default:
		return Unknown
	}
	outer := c.Runs(call.Func)
	if outer == Unknown {
		return Unknown
	}
	return max(mode, outer)
}

// FunctionOf returns the function that an expression stands for: a function, or
// a local variable that has one and is not assigned again; nil if not known.
func (c *Code) FunctionOf(e lua.Expr) *lua.Function {
	switch e := Strip(e).(type) {
	case *lua.Function:
		return e
	case *lua.Name:
		if e.Var != nil && len(e.Var.Writes) == 0 {
			if fn, ok := e.Var.Init.(*lua.Function); ok {
				return fn
			}
		}
	}
	return nil
}
