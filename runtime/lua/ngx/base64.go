package ngx

import (
	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/codec"
	"tidegate/runtime/lua/vm"
)

// The module ngx.base64.

// openBase64 makes the module.
func openBase64(w *Worker) vm.Value {
	m := w.table("", []binding{{row: &ngxlua.EncodeBase64URL, fn: encodeBase64URL}, {row: &ngxlua.DecodeBase64URL, fn: decodeBase64URL}})
	m.SetString("version", vm.String(restyCoreVersion))
	return m.Value()
}

func encodeBase64URL(c *vm.Call) int {
	s, ok := c.Value(1).AsString()
	if !ok {
		return c.Fail("must provide a string")
	}
	return c.Return(vm.String(codec.EncodeBase64URL(s)))
}

func decodeBase64URL(c *vm.Call) int {
	s, ok := c.Value(1).AsString()
	if !ok {
		return c.Fail("must provide a string")
	}
	out, err := codec.DecodeBase64URL(s)
	if err != nil {
		return c.Fail(err.Error())
	}
	return c.Return(vm.String(out))
}
