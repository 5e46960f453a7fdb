package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/resty/cjson"
	"tidegate/runtime/lua/resty/lrucache"
	"tidegate/runtime/lua/vm"
)

// What require finds without a file: the ngx.* modules, and lua-resty-core, which OpenResty loads at the start. Parts of it that only
// replace what is here already are tables with a version.

// restyCoreVersion is what the Go twins of lua-resty-core's modules say of themselves.
const restyCoreVersion = "0.1.33"

// installModules fills package.preload and package.loaded.
func (w *Worker) installModules(ngx *vm.Table) {
	w.vm.SetModule("ngx", ngx.Value())
	for name, open := range map[string]func(*Worker) vm.Value{
		"ngx.balancer": openBalancer, "ngx.semaphore": openSemaphore, "ngx.re": openRe, "ngx.base64": openBase64,
		"ngx.errlog": openErrlog, "ngx.process": openProcess, "ngx.ssl": openSSL, "ngx.ssl.clienthello": openClientHello,
		"ngx.proxyssl": openProxySSL, "ngx.ssl.proxysslcert": openModule("ngx.ssl.proxysslcert.", proxyCertFuncs),
		"ngx.ssl.proxysslverify": openModule("ngx.ssl.proxysslverify.", proxyVerifyFuncs),
	} {
		w.vm.Preload(name, func(c *vm.Call) int { return c.Return(open(w)) })
	}
	for _, name := range []string{"ngx.ocsp", "ngx.pipe", "ngx.req", "ngx.resp", "ngx.ssl.session"} {
		w.vm.Preload(name, func(c *vm.Call) int {
			c.ThrowLevel(0, "unsupported subsystem: stream")
			return 0
		})
	}
	cjson.Open(w.vm)
	lrucache.Open(w.vm, func() float64 { return float64(w.now().UnixMilli()) / 1000 })
	w.loadRestyCore()
}

// loadRestyCore puts the modules of lua-resty-core among the loaded ones.
func (w *Worker) loadRestyCore() {
	for _, name := range []string{
		"resty.core", "resty.core.uri", "resty.core.hash", "resty.core.base64", "resty.core.regex", "resty.core.exit", "resty.core.var",
		"resty.core.misc", "resty.core.shdict", "resty.core.worker", "resty.core.phase", "resty.core.socket", "resty.core.utils",
		"resty.core.request", "resty.core.response", "resty.core.coroutine", "resty.core.param",
	} {
		m := vm.NewTable(0, 1)
		m.SetString("version", vm.String(restyCoreVersion))
		w.vm.SetModule(name, m.Value())
	}
	// resty.core.base requires both, which puts them into the table library.
	library := w.vm.Globals().GetString("table").AsTable()
	vm.Register(library, map[string]vm.Func{"new": tableNew, "clear": tableClear})
	w.vm.SetModule("resty.core.time", openTime(w))
	w.vm.SetModule("resty.core.base", openBase(w))
	w.vm.SetModule("resty.core.ctx", openCtx(w))
}

// openTime makes resty.core.time.
func openTime(w *Worker) vm.Value {
	m := w.table("", []binding{
		{row: &ngxlua.MonotonicMsec, fn: func(c *vm.Call) int { return c.Return(vm.Number(requestOf(c).w.monotonicMillis())) }},
		{row: &ngxlua.MonotonicTime, fn: func(c *vm.Call) int { return c.Return(vm.Number(requestOf(c).w.monotonicMillis() / 1000)) }},
	})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

// openCtx makes resty.core.ctx.
func openCtx(w *Worker) vm.Value {
	m := w.table("", []binding{{row: &ngxlua.GetCtxTable, fn: func(c *vm.Call) int {
		rq := requestOf(c)
		if rq.state.ctx == nil {
			if t := c.OptTable(1); t != nil {
				rq.state.ctx = t
			}
		}
		return c.Return(contextOf(c).Value())
	}}})
	m.SetString("_VERSION", vm.String(restyCoreVersion))
	return m.Value()
}

// ffiResults are the numbers that functions in C answer with.
var ffiResults = map[string]int{
	"FFI_OK": 0, "FFI_ERROR": -1, "FFI_AGAIN": -2, "FFI_BUSY": -3, "FFI_DONE": -4, "FFI_DECLINED": -5, "FFI_ABORT": -6,
	"FFI_NO_REQ_CTX": -100, "FFI_BAD_CONTEXT": -101,
}

// tableNew is LuaJIT's table.new.
func tableNew(c *vm.Call) int { return c.Return(vm.NewTable(c.OptInt(1, 0), c.OptInt(2, 0)).Value()) }

// tableClear is LuaJIT's table.clear.
func tableClear(c *vm.Call) int {
	c.Table(1).Clear()
	return 0
}

// openBase makes resty.core.base: the parts that libraries call.
func openBase(w *Worker) vm.Value {
	m := vm.NewTable(0, 16)
	m.SetString("version", vm.String(restyCoreVersion))
	for name, value := range ffiResults {
		m.SetString(name, vm.Int(value))
	}
	vm.Register(m, map[string]vm.Func{
		"allows_subsystem": func(c *vm.Call) int {
			for i := 1; i <= c.NArg(); i++ {
				if c.String(i) == "stream" {
					return 0
				}
			}
			c.Throw("unsupported subsystem: stream")
			return 0
		},
		"new_tab": tableNew, "clear_tab": tableClear,
		"get_request": func(c *vm.Call) int {
			if requestOf(c).session == nil {
				return c.Return(vm.Nil)
			}
			return c.Return(vm.NewUserdata(requestOf(c), nil).Value())
		},
	})
	return m.Value()
}
