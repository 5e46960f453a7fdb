package ngx

import (
	"errors"
	"strings"

	"tidegate/runtime/lua/vm"
	"tidegate/runtime/vars"
)

// ngx.var, ngx.ctx and ngx.status.

// installVar makes ngx.var, whose metatable does everything (resty/core/var.lua).
func (w *Worker) installVar() *vm.Table {
	t := vm.NewTable(0, 0)
	mt := vm.NewTable(0, 2)
	mt.SetString("__index", vm.NewFunction("__index", varGet).Value())
	mt.SetString("__newindex", vm.NewFunction("__newindex", varSet).Value())
	t.SetMetatable(mt)
	return t
}

// variableOf checks that there is a session and reads the name.
func variableOf(c *vm.Call) (*request, string) {
	rq := needRequest(c)
	name, ok := c.Value(2).AsString()
	if !ok {
		c.Throw("bad variable name")
	}
	if rq.session == nil {
		c.Throw(disabledHere)
	}
	return rq, name
}

func varGet(c *vm.Call) int {
	if c.Value(2).Kind() == vm.KindNumber { // captures of a regex in the configuration: the stream subsystem has none
		if needRequest(c).session == nil {
			c.Throw(disabledHere)
		}
		return c.Return(vm.Nil)
	}
	rq, name := variableOf(c)
	if v, ok := rq.session.Var(strings.ToLower(name)); ok {
		return c.Return(vm.String(v))
	}
	return c.Return(vm.Nil)
}

func varSet(c *vm.Call) int {
	rq, name := variableOf(c)
	v := c.Value(3)
	text := ""
	if !v.IsNil() {
		text = c.ToString(v)
	}
	name = strings.ToLower(name)
	switch err := rq.session.SetVar(name, text, !v.IsNil()); {
	case err == nil:
	case errors.Is(err, vars.ErrNotChangeable):
		c.Throw("variable \"%s\" not changeable", name)
	case errors.Is(err, vars.ErrNoHandler):
		c.Throw("variable \"%s\" cannot be assigned a value", name)
	default:
		c.Throw("variable \"%s\" not found for writing; maybe it is a built-in variable that is not changeable or you forgot to use "+
			"\"set $%s '';\" in the config file to define it first", name, name)
	}
	return 0
}

// installIndex gives the ngx table the fields that are computed: ctx and status.
func (w *Worker) installIndex(ngx *vm.Table) {
	mt := vm.NewTable(0, 2)
	mt.SetString("__index", vm.NewFunction("__index", ngxIndex).Value())
	mt.SetString("__newindex", vm.NewFunction("__newindex", ngxNewIndex).Value())
	ngx.SetMetatable(mt)
}

func ngxIndex(c *vm.Call) int {
	key, _ := c.Value(2).AsString()
	switch key {
	case "ctx":
		return c.Return(contextOf(c).Value())
	case "status":
		rq := needRequest(c)
		if rq.session == nil {
			return c.Return(vm.Int(0))
		}
		return c.Return(vm.Int(rq.session.Status()))
	}
	return c.Return(vm.Nil)
}

// ngxNewIndex: ctx replaces the session's table; everything else, ngx.status too, is a plain field of the ngx table, as in OpenResty's
// stream subsystem.
func ngxNewIndex(c *vm.Call) int {
	if key, _ := c.Value(2).AsString(); key == "ctx" {
		t := c.Value(3).AsTable()
		if t == nil {
			c.Throw("ctx should be a table while getting a %s", c.Value(3).TypeName())
		}
		contextOf(c) // there must be a request
		rq := requestOf(c)
		if rq.state.ctx == nil {
			rq.debugContext()
		}
		rq.state.ctx = t
		return 0
	}
	c.Table(1).Set(c.Value(2), c.Value(3))
	return 0
}

// contextOf gives the table of ngx.ctx, made when first asked for.
func contextOf(c *vm.Call) *vm.Table {
	rq := needRequest(c)
	if rq.state.ctx == nil {
		rq.state.ctx = vm.NewTable(0, 0)
		rq.debugContext()
	}
	return rq.state.ctx
}
