package ngx

import (
	"tidegate/ast/catalog"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// binding ties a catalogue row to the Go function behind it.
type binding struct {
	row catalog.LuaFunc
	fn  vm.Func
}

// table makes a table of bindings, keyed by the last part of their names.
func (w *Worker) table(bs []binding) *vm.Table {
	t := vm.NewTable(0, len(bs))
	w.install(t, bs)
	return t
}

func (w *Worker) install(t *vm.Table, bs []binding) {
	for _, b := range bs {
		name := shortName(b.row.Name)
		t.SetString(name, vm.NewFunction(name, guard(b.row, b.fn)).Value())
	}
}

// shortName is the key under which an entry stands in its table: "say" of ngx.say, "get" of ngx.shared.DICT:get.
func shortName(full string) string {
	for i := len(full) - 1; i >= 0; i-- {
		if full[i] == '.' || full[i] == ':' {
			return full[i+1:]
		}
	}
	return full
}

// phaseBits maps a script context to the catalogue's bit.
var phaseBits = [phase.ScriptCount]catalog.Phases{
	phase.ScriptInit:           catalog.Init,
	phase.ScriptInitWorker:     catalog.InitWorker,
	phase.ScriptSSLClientHello: catalog.SSLClientHello,
	phase.ScriptSSLCert:        catalog.SSLCertificate,
	phase.ScriptPreread:        catalog.Preread,
	phase.ScriptContent:        catalog.Content,
	phase.ScriptProxySSLCert:   catalog.ProxySSLCertificate,
	phase.ScriptProxySSLVerify: catalog.ProxySSLVerify,
	phase.ScriptBalancer:       catalog.Balancer,
	phase.ScriptLog:            catalog.Log,
	phase.ScriptTimer:          catalog.Timer,
}

// guard wraps a function with its phase check. What is allowed everywhere is not wrapped at all. init_by_lua has no request: there
// OpenResty says so before it looks at the phase.
func guard(row catalog.LuaFunc, fn vm.Func) vm.Func {
	allowed := row.Stream
	if allowed&catalog.AnyStreamPhase == catalog.AnyStreamPhase {
		return fn
	}
	return func(c *vm.Call) int {
		rq := requestOf(c)
		if phaseBits[rq.script]&allowed == 0 {
			if rq.script == phase.ScriptInit {
				c.Throw("no request found")
			}
			c.Throw("API disabled in the context of %s", rq.script.Directive())
		}
		return fn(c)
	}
}
