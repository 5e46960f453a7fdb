package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/codec"
	"tidegate/runtime/lua/resty/cjson"
	"tidegate/runtime/lua/resty/lrucache"
	"tidegate/runtime/lua/vm"
)

// restyCoreVersion is what the Go twins of lua-resty-core's modules say of themselves.
const restyCoreVersion = "0.1.33"

// isNull tells ngx.null, which is cjson.null too.
func isNull(v vm.Value) bool { return v == vm.Null }

// coreConstants are the numbers of ngx.OK and its kin.
var coreConstants = []struct {
	name  string
	value int
}{{"OK", 0}, {"ERROR", -1}, {"AGAIN", -2}, {"DONE", -4}, {"DECLINED", -5}}

// installAPI makes the ngx table and everything that comes with it.
func (w *Worker) installAPI() {
	g := w.vm.Globals()
	ngx := vm.NewTable(0, 80)
	for _, k := range coreConstants {
		ngx.SetString(k.name, vm.Int(k.value))
	}
	for _, l := range logLevels {
		ngx.SetString(l.name, vm.Int(int(l.level)))
	}
	ngx.SetString("null", vm.Null)
	for _, group := range [][]binding{outputFuncs, logFuncs, controlFuncs, encodeFuncs, timeFuncs} {
		w.install(ngx, group)
	}
	for name, group := range map[string][]binding{
		"re": reFuncs, "req": reqFuncs, "thread": threadFuncs, "timer": timerFuncs, "worker": workerFuncs, "socket": socketFuncs,
	} {
		ngx.SetString(name, w.table(group).Value())
	}
	ngx.SetString("var", w.installVar().Value())
	ngx.SetString("config", w.configTable().Value())
	ngx.SetString("shared", w.installShared(w.prog.cfg.Zones).Value())
	w.installIndex(ngx)
	w.tcpMeta, w.reqMeta = w.methods(tcpMethods), w.methods(reqMethods)
	w.udpMeta, w.reqUDPMeta = w.methods(udpMethods), w.methods(reqUDPMethods)

	g.SetString("ngx", ngx.Value())
	g.SetString("print", vm.NewFunction("print", guard(ngxlua.PrintGlobal, luaPrint)).Value())
	w.installCoroutines()
	w.installModules(ngx)
}

func (w *Worker) methods(bs []binding) *vm.Table {
	mt := vm.NewTable(0, 1)
	mt.SetString("__index", w.table(bs).Value())
	return mt
}

// installModules makes what require finds without a file. Parts of lua-resty-core that only replace what is here already are tables
// with a version.
func (w *Worker) installModules(ngx *vm.Table) {
	w.vm.SetModule("ngx", ngx.Value())
	cjson.Open(w.vm)
	lrucache.Open(w.vm, func() float64 { return float64(w.now().UnixMilli()) / 1000 })
	for name, open := range map[string]func(*Worker) vm.Value{
		"ngx.balancer": openBalancer, "ngx.semaphore": openSemaphore, "ngx.re": openRe, "ngx.base64": openBase64,
		"ngx.errlog": openErrlog, "ngx.process": openProcess, "ngx.ssl": openSSL, "ngx.ssl.clienthello": openClientHello,
		"resty.core.time": openTime, "resty.core.base": openBase, "resty.core.ctx": openCtx,
	} {
		w.vm.Preload(name, func(c *vm.Call) int { return c.Return(open(w)) })
	}
	for _, name := range []string{
		"resty.core", "resty.core.uri", "resty.core.hash", "resty.core.base64", "resty.core.regex", "resty.core.exit", "resty.core.var",
		"resty.core.misc", "resty.core.shdict", "resty.core.worker", "resty.core.phase", "resty.core.socket", "resty.core.utils",
		"resty.core.request", "resty.core.response", "resty.core.coroutine", "resty.core.param",
	} {
		w.vm.Preload(name, func(c *vm.Call) int {
			m := vm.NewTable(0, 1)
			m.SetString("version", vm.String(restyCoreVersion))
			return c.Return(m.Value())
		})
	}
	for _, name := range []string{"ngx.ocsp", "ngx.pipe", "ngx.req", "ngx.resp", "ngx.ssl.session"} {
		w.vm.Preload(name, func(c *vm.Call) int {
			c.ThrowLevel(0, "unsupported subsystem: stream")
			return 0
		})
	}
}

// guardGlobals warns of new global variables from now on: they are shared by all sessions of a worker.
func (w *Worker) guardGlobals() {
	mt := w.vm.Globals().Metatable()
	if mt == nil {
		mt = vm.NewTable(0, 1)
	}
	mt.SetString("__newindex", vm.NewFunction("__newindex", func(c *vm.Call) int {
		if rq := requestOf(c); rq != nil && rq.log.Enabled(errlog.Warn) {
			rq.log.Log(errlog.Warn, "stream [lua] _G write guard:12: __newindex(): writing a global Lua variable ('"+c.ToString(c.Value(2))+
				"') which may lead to race conditions between concurrent requests, so prefer the use of 'local' variables"+
				c.Traceback("", 1))
		}
		c.Table(1).Set(c.Value(2), c.Value(3))
		return 0
	}).Value())
	w.vm.Globals().SetMetatable(mt)
}

// openRe makes the module ngx.re: split and opt.
func openRe(w *Worker) vm.Value {
	m := w.table([]binding{{ngxlua.ReSplit, reSplit}, {ngxlua.ReOpt, reOpt}})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

func reSplit(c *vm.Call) int {
	subject := c.String(1)
	ctx, _ := position(c, 4)
	pos := 1
	if ctx != nil {
		if n, ok := ctx.GetString("pos").ToNumber(); ok && n > 1 {
			pos = int(n)
		}
	}
	res := c.OptTable(6)
	if res == nil {
		res = vm.NewTable(4, 0)
	}
	if codec.SplitNothing(subject, pos) {
		res.SetInt(1, vm.Nil)
		return c.Return(res.Value())
	}
	re, err := compile(c)
	if err != nil {
		return c.Fail(err.Error())
	}
	defer re.Done()
	pieces, next, err := re.Split(subject, pos, c.OptInt(5, 0))
	if ctx != nil {
		ctx.SetString("pos", vm.Int(next))
	}
	if err != nil {
		return c.Fail(err.Error())
	}
	for i, p := range pieces {
		res.SetInt(i+1, vm.String(p))
	}
	res.SetInt(len(pieces)+1, vm.Nil)
	return c.Return(res.Value())
}

// reOpt takes jit_stack_size, which has no meaning here, under the original's conditions.
func reOpt(c *vm.Call) int {
	if name := c.String(1); name != "jit_stack_size" {
		c.ThrowLevel(2, "unrecognized option name")
	}
	if requestOf(c).w.regex.Used() {
		c.ThrowLevel(2, "changing jit stack size is not allowed when some regexs have already been compiled and cached")
	}
	c.Number(2)
	return 0
}

// openBase64 makes the module ngx.base64.
func openBase64(w *Worker) vm.Value {
	m := w.table([]binding{{ngxlua.EncodeBase64URL, func(c *vm.Call) int {
		s, ok := c.Value(1).AsString()
		if !ok {
			return c.Fail("must provide a string")
		}
		return c.Return(vm.String(codec.EncodeBase64URL(s)))
	}}, {ngxlua.DecodeBase64URL, func(c *vm.Call) int {
		s, ok := c.Value(1).AsString()
		if !ok {
			return c.Fail("must provide a string")
		}
		out, err := codec.DecodeBase64URL(s)
		if err != nil {
			return c.Fail(err.Error())
		}
		return c.Return(vm.String(out))
	}}})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

// openTime makes resty.core.time.
func openTime(w *Worker) vm.Value {
	m := w.table([]binding{
		{ngxlua.MonotonicMsec, func(c *vm.Call) int { return c.Return(vm.Number(requestOf(c).w.monotonicMillis())) }},
		{ngxlua.MonotonicTime, func(c *vm.Call) int { return c.Return(vm.Number(requestOf(c).w.monotonicMillis() / 1000)) }},
	})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

// openCtx makes resty.core.ctx.
func openCtx(w *Worker) vm.Value {
	m := w.table([]binding{{ngxlua.GetCtxTable, func(c *vm.Call) int {
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

// openBase makes resty.core.base: the parts that libraries call.
func openBase(w *Worker) vm.Value {
	m := vm.NewTable(0, 8)
	m.SetString("version", vm.String(restyCoreVersion))
	vm.Register(m, map[string]vm.Func{
		"allows_subsystem": func(c *vm.Call) int {
			for i := 1; i <= c.NArg(); i++ {
				if c.String(i) == "stream" {
					return 0
				}
			}
			c.ThrowLevel(2, "unsupported subsystem: stream")
			return 0
		},
		"new_tab": func(c *vm.Call) int { return c.Return(vm.NewTable(c.OptInt(1, 0), c.OptInt(2, 0)).Value()) },
		"get_request": func(c *vm.Call) int {
			if requestOf(c).session == nil {
				return c.Return(vm.Nil)
			}
			return c.Return(vm.NewUserdata(requestOf(c), nil).Value())
		},
	})
	return m.Value()
}
