package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// ngx.worker and ngx.config.

var workerFuncs = []binding{
	{row: &ngxlua.WorkerExiting, fn: func(c *vm.Call) int { return c.Return(vm.Bool(requestOf(c).w.prog.Exiting())) }},
	{row: &ngxlua.WorkerPid, fn: func(c *vm.Call) int { return c.Return(vm.Int(requestOf(c).w.prog.cfg.Pid)) }},
	{row: &ngxlua.WorkerPids, fn: workerPids, own: true},
	{row: &ngxlua.WorkerCount, fn: func(c *vm.Call) int { return c.Return(vm.Int(requestOf(c).w.prog.cfg.Workers)) }},
	{row: &ngxlua.WorkerID, fn: func(c *vm.Call) int { return c.Return(vm.Int(requestOf(c).w.id)) }},
}

// workerPids lists the workers' process ids. All workers live in one process here, so it is the same id for each.
func workerPids(c *vm.Call) int {
	rq := requestOf(c)
	if rq.script == phase.ScriptInit || rq.script == phase.ScriptInitWorker {
		return c.Fail(disabledHere)
	}
	t := vm.NewTable(rq.w.prog.cfg.Workers, 0)
	for i := range rq.w.prog.cfg.Workers {
		t.SetInt(i+1, vm.Int(rq.w.prog.cfg.Pid))
	}
	return c.Return(t.Value())
}

// luaVersion is ngx.config.ngx_lua_version of stream-lua-nginx-module 0.0.19.
const luaVersion = 19

func (w *Worker) configTable() *vm.Table {
	t := vm.NewTable(0, 8)
	cfg := &w.prog.cfg
	t.SetString("subsystem", vm.String("stream"))
	t.SetString("debug", vm.True)
	t.SetString("nginx_version", vm.Int(cfg.NginxVersion))
	t.SetString("ngx_lua_version", vm.Int(luaVersion))
	vm.Register(t, map[string]vm.Func{
		"prefix":          func(c *vm.Call) int { return c.Return(vm.String(cfg.Prefix)) },
		"nginx_configure": func(c *vm.Call) int { return c.Return(vm.String(cfg.Configure)) },
	})
	return t
}
