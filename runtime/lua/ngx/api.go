package ngx

import (
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// isNull tells ngx.null, which is cjson.null too.
func isNull(v vm.Value) bool { return v == vm.Null }

// coreConstants are the numbers of ngx.OK and its kin.
var coreConstants = []struct {
	name  string
	value int
}{{"OK", 0}, {"ERROR", -1}, {"AGAIN", -2}, {"DONE", -4}, {"DECLINED", -5}}

// contextBits are the numbers that OpenResty has for contexts (NGX_STREAM_LUA_CONTEXT_CONTENT and its kin); init_by_lua has none.
var contextBits = map[phase.Script]int{
	phase.ScriptContent: 0x1, phase.ScriptLog: 0x2, phase.ScriptTimer: 0x4, phase.ScriptInitWorker: 0x8, phase.ScriptBalancer: 0x10,
	phase.ScriptPreread: 0x20, phase.ScriptSSLCert: 0x40, phase.ScriptSSLClientHello: 0x80, phase.ScriptProxySSLVerify: 0x100,
	phase.ScriptProxySSLCert: 0x200,
}

// phaseContext is ngx._phase_ctx, which the coroutine library of OpenResty uses (ngx_stream_lua_get_raw_phase_context).
func phaseContext(c *vm.Call) int {
	bit, ok := contextBits[requestOf(c).script]
	if !ok {
		return 0
	}
	return c.Return(vm.Int(bit))
}

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
	ngx.SetString("_phase_ctx", vm.NewFunction("_phase_ctx", phaseContext).Value())
	for _, group := range [][]binding{outputFuncs, logFuncs, controlFuncs, encodeFuncs, timeFuncs} {
		w.install(ngx, "ngx.", group)
	}
	for name, group := range map[string][]binding{
		"re": reFuncs, "req": reqFuncs, "thread": threadFuncs, "timer": timerFuncs, "worker": workerFuncs, "socket": socketFuncs,
	} {
		ngx.SetString(name, w.table("ngx."+name+".", group).Value())
	}
	socket := ngx.GetString("socket").AsTable()
	socket.SetString("connect", w.vm.Load(connectCode(), nil).Value())
	socket.SetString("stream", socket.GetString("tcp")) // one function by two names
	ngx.SetString("var", w.installVar().Value())
	ngx.SetString("config", w.configTable().Value())
	ngx.SetString("shared", w.installShared(w.prog.cfg.Zones).Value())
	w.installIndex(ngx)
	w.gmatchMeta = gmatchMeta()
	w.tcpMeta, w.reqMeta = w.methods("tcpsock:", tcpMethods), w.methods("reqsock:", reqMethods)
	w.udpMeta, w.reqUDPMeta = w.methods("udpsock:", udpMethods), w.methods("udpreqsock:", reqUDPMethods)

	g.SetString("ngx", ngx.Value())
	g.SetString("print", vm.NewFunction("print", luaPrint).Value())
	w.installCoroutines()
	w.installModules(ngx)
}

// methods makes a metatable that is its own __index.
func (w *Worker) methods(prefix string, bs []binding) *vm.Table {
	mt := w.table(prefix, bs)
	mt.SetString("__index", mt.Value())
	return mt
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
				"\n"+c.Traceback("", 1))
		}
		c.Table(1).Set(c.Value(2), c.Value(3))
		return 0
	}).Value())
	w.vm.Globals().SetMetatable(mt)
}
