package ngx

import (
	"crypto/tls"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/clienthello"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/tlsconf"
)

// The module ngx.ssl.clienthello.

var clientHelloFuncs = []binding{
	{row: &ngxlua.ClientHelloServerName, fn: helloServerName, own: true},
	{row: &ngxlua.ClientHelloExt, fn: helloExt, own: true},
	{row: &ngxlua.ClientHelloSupportedVersions, fn: helloVersions, own: true},
	{row: &ngxlua.ClientHelloSetProtocols, fn: helloSetProtocols, own: true},
}

// openClientHello makes the module ngx.ssl.clienthello.
func openClientHello(w *Worker) vm.Value {
	m := w.table("ngx.ssl.clienthello.", clientHelloFuncs)
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

// parsedHello gives the ClientHello in parts, in its own phase.
func parsedHello(c *vm.Call) *clienthello.Hello {
	rq := needRequest(c)
	if rq.script != phase.ScriptSSLClientHello {
		c.Throw(disabledHere)
	}
	if rq.ssl.parsed == nil {
		h, err := clienthello.Parse(rq.ssl.hello.Raw())
		if err != nil {
			h = &clienthello.Hello{}
		}
		rq.ssl.parsed = h
	}
	return rq.ssl.parsed
}

func helloServerName(c *vm.Call) int {
	name, err := parsedHello(c).ServerName()
	if err != nil || name == "" {
		return c.Return(vm.Nil)
	}
	return c.Return(vm.String(name))
}

func helloExt(c *vm.Call) int {
	data, ok := parsedHello(c).Extension(uint16(c.Int(1)))
	if !ok {
		return c.Return(vm.Nil)
	}
	return c.Return(vm.Bytes(data))
}

// protocolBits are the words of set_protocols.
var protocolBits = []struct {
	id   uint16
	name string
	bit  tlsconf.Protocols
}{
	{0x002, "SSLv2", tlsconf.SSLv2}, {0x300, "SSLv3", tlsconf.SSLv3}, {tls.VersionTLS10, "TLSv1", tlsconf.TLSv1},
	{tls.VersionTLS11, "TLSv1.1", tlsconf.TLSv1_1}, {tls.VersionTLS12, "TLSv1.2", tlsconf.TLSv1_2},
	{tls.VersionTLS13, "TLSv1.3", tlsconf.TLSv1_3},
}

// helloVersions lists the versions that the client supports, the last named first, as the original does.
func helloVersions(c *vm.Call) int {
	versions, err := parsedHello(c).SupportedVersions()
	if err != nil || len(versions) == 0 {
		return c.Return(vm.Nil)
	}
	t := vm.NewTable(len(versions), 0)
	for i := len(versions) - 1; i >= 0; i-- {
		for _, p := range protocolBits {
			if p.id == versions[i] {
				t.SetInt(t.Len()+1, vm.String(p.name))
			}
		}
	}
	return c.Return(t.Value())
}

func helloSetProtocols(c *vm.Call) int {
	parsedHello(c)
	list := c.Table(1)
	var bits tlsconf.Protocols
next:
	for i := 1; i <= list.Len(); i++ {
		name, _ := list.GetInt(i).AsString()
		for _, p := range protocolBits {
			if p.name == name {
				bits |= p.bit
				continue next
			}
		}
		return c.Fail("invalid protocols failed")
	}
	requestOf(c).ssl.hello.SetProtocols(bits)
	return c.Return(vm.True)
}
