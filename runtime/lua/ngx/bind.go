package ngx

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
)

// binding ties a catalogue row to the Go function behind it.
type binding struct {
	row *catalog.LuaFunc
	fn  vm.Func
	// first is what the original does before it looks at the phase, such as counting its arguments.
	first vm.Func
	// own tells that fn answers by itself where the phase does not allow it, as functions do that return their errors.
	own bool
}

// table makes a table of bindings, keyed by the last part of their names, and of what the catalogue knows under the same prefix and the
// runtime does not serve.
func (w *Worker) table(prefix string, bs []binding) *vm.Table {
	t := vm.NewTable(0, len(bs))
	w.install(t, prefix, bs)
	return t
}

func (w *Worker) install(t *vm.Table, prefix string, bs []binding) {
	for _, b := range bs {
		name := shortName(b.row.Name)
		t.SetString(name, vm.NewFunction(name, guard(b)).Value())
	}
	for _, row := range w.prog.refused[prefix] {
		name := shortName(row.Name)
		if t.GetString(name).IsNil() {
			t.SetString(name, vm.NewFunction(name, refuse(row)).Value())
		}
	}
}

// refusedFunctions are the functions of the stream subsystem that are known and not served, by the prefix of their names.
func refusedFunctions() map[string][]*catalog.LuaFunc {
	all := map[string][]*catalog.LuaFunc{}
	for _, row := range ngxlua.Functions() {
		if row.Stream != 0 && row.Runs.Level == catalog.SupportRefused && (row.Kind == catalog.LuaFunction || row.Kind == catalog.LuaMethod) {
			prefix := row.Name[:len(row.Name)-len(shortName(row.Name))]
			all[prefix] = append(all[prefix], row)
		}
	}
	return all
}

// refuse is the function behind a row that is not served: calling it is an error that says why.
func refuse(row *catalog.LuaFunc) vm.Func {
	return func(c *vm.Call) int {
		c.Throw("%s is not available: %s", row.Name, row.Runs.Why)
		return 0
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
func guard(b binding) vm.Func {
	if b.own || b.first == nil && b.row.Stream&catalog.AnyStreamPhase == catalog.AnyStreamPhase {
		return b.fn
	}
	row, fn, first := b.row, b.fn, b.first
	return func(c *vm.Call) int {
		if first != nil {
			first(c)
		}
		allow(c, requestOf(c), row)
		return fn(c)
	}
}

// allow throws where the phase does not allow a function.
func allow(c *vm.Call, rq *request, row *catalog.LuaFunc) {
	if phaseBits[rq.script]&row.Stream != 0 {
		return
	}
	rq.need(c, "no request found")
	c.Throw("%s", disabled(rq))
}

// disabled is OpenResty's word for a function that the phase does not allow.
func disabled(rq *request) string { return "API disabled in the context of " + rq.script.Directive() }

// disabledHere is the same of functions that look at more than the phase.
const disabledHere = "API disabled in the current context"

// need throws where there is no request: in init_by_lua.
func (rq *request) need(c *vm.Call, text string) {
	if rq.script == phase.ScriptInit {
		c.Throw("%s", text)
	}
}

// needRequest is need for a call.
func needRequest(c *vm.Call) *request {
	rq := requestOf(c)
	rq.need(c, "no request found")
	return rq
}

// arity makes a check of the number of arguments. format has one verb for the number that was seen.
func arity(least, most int, format string) vm.Func {
	return func(c *vm.Call) int {
		if n := c.NArg(); n < least || n > most {
			c.Throw(format, n)
		}
		return 0
	}
}
