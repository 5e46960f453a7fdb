package server

import (
	"fmt"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
)

// objects are what methods are looked for on, and how a script comes by one.
var objects = map[string]string{
	"tcpsock":         "ngx.socket.tcp()",
	"udpsock":         "ngx.socket.udp()",
	"reqsock":         "reqsock",
	"ngx.semaphore":   `require("ngx.semaphore").new(0)`,
	"ngx.shared.DICT": "ngx.shared.d",
}

// expression is the Lua expression for an entry, and the type that it must have; "" for an entry that is no value.
func expression(f *catalog.LuaFunc) (code, kind string) {
	switch f.Name {
	case "ngx.var.VARIABLE":
		return "ngx.var.remote_addr", "string"
	case "ngx.shared.DICT":
		return "ngx.shared.d", "table"
	case "udpreqsock:send", "udpreqsock:receive", "udpreqsock:settimeout":
		return "", "" // of a UDP session
	}
	switch f.Kind {
	case catalog.LuaModule:
		return fmt.Sprintf("select(2, pcall(require, %q)) and (package.loaded[%q] or %s)", f.Name, f.Name, f.Name), "table"
	case catalog.LuaMethod:
		object, method, _ := strings.Cut(f.Name, ":")
		return fmt.Sprintf("(%s)[%q]", objects[object], method), "function"
	case catalog.LuaFunction:
		if f.Module != "" {
			return fmt.Sprintf("require(%q)[%q]", f.Module, f.Name[strings.LastIndexByte(f.Name, '.')+1:]), "function"
		}
		return f.Name, "function"
	case catalog.LuaOverride:
		return f.Name, map[bool]string{true: "table", false: "function"}[f.Name == "_G"]
	case catalog.LuaConstant:
		if f.Name == "ngx.null" {
			return f.Name, "userdata"
		}
		return fmt.Sprintf("%s == %d", f.Name, f.Value), "true"
	}
	return f.Name, "" // a field: any value
}

// Every entry of the Lua API that the catalogue calls served is there, with the right type, or as the right number.
func TestLuaAPI(t *testing.T) {
	var code strings.Builder
	code.WriteString("local reqsock = ngx.req.socket()\nlocal function look(name, kind, f) local ok, v = pcall(f)\n" +
		"local got = v == true and 'true' or type(v)\n" +
		"if not ok or got ~= kind and (kind ~= '' or v == nil) then ngx.say(name, ': ', ok and got or tostring(v), ', want ', kind) end end\n")
	n := 0
	for _, f := range ngxlua.Functions() {
		if f.Runs.Level != catalog.SupportFull && f.Runs.Level != catalog.SupportPartial || f.Stream == 0 && f.Kind != catalog.LuaConstant {
			continue
		}
		expr, kind := expression(f)
		if expr == "" {
			continue
		}
		n++
		fmt.Fprintf(&code, "look(%q, %q, function() return %s end)\n", f.Name, kind, expr)
	}
	if n < 180 {
		t.Errorf("only %d entries", n)
	}
	r := serve(t, "stream { lua_shared_dict d 32k; server { listen unix:DIR/a; content_by_lua_block {\n"+code.String()+"} } }", nil)
	got, err := r.ask("a")
	if got != "" || err != nil || strings.Contains(r.read("error.log"), "[error]") {
		t.Errorf("%v\n%s%s", err, got, r.read("error.log"))
	}
}
