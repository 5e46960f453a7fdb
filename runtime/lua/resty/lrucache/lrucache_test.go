package lrucache

import (
	"bytes"
	"testing"

	"tidegate/runtime/lua/vm"
)

// run returns what a Lua text prints; the global at is the time.
func run(t *testing.T, src string) string {
	t.Helper()
	var out bytes.Buffer
	m := vm.New(vm.Options{Stdout: &out})
	defer m.Close()
	Open(m, func() float64 {
		f, _ := m.Globals().GetString("at").AsNumber()
		return f
	})
	code, err := vm.Compile("at = 100 "+src, "=test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.NewThread().Call(m.Load(code, nil)); err != nil {
		t.Fatalf("%v\n%s", err, err.Traceback)
	}
	return out.String()
}

// The expected output is what the library prints on OpenResty.
func TestCache(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"get and set", `local c = require "resty.lrucache".new(3)
			c:set("a", 1) c:set(5, "five") print(c:get("a")) print(c:get(5), c:get("5"), c:count(), c:capacity())`, "1\tnil\t0\nfive\tnil\t2\t3\n"},
		{"eviction", `local c = require "resty.lrucache".new(2)
			c:set("a", 1) c:set("b", 2) c:get("a") c:set("c", 3) print(c:get("a"), c:get("b"), c:get("c"), c:count())`, "1\tnil\t3\t2\n"},
		{"expiry", `local c = require "resty.lrucache".new(2)
			c:set("a", "v", 5, 7) at = 105 print(c:get("a")) at = 105.1 print(c:get("a")) c:set("a", "w") print(c:get("a"))`,
			"v\tnil\t7\nnil\tv\t7\nw\tnil\t0\n"},
		{"delete", `local c = require "resty.lrucache".new(2)
			c:set("a", 1) print(c:delete("a"), c:delete("a"), c:get("a"), c:count()) c:set("b", 1) c:set("c", 1) c:set("d", 1) print(c:count(), c:get("b"))`,
			"true\tfalse\tnil\t0\n2\tnil\n"},
		{"false and nil values", `local c = require "resty.lrucache".new(2)
			c:set("f", false) print(c:get("f")) c:set("f", nil) print(c:get("f"), c:count())`, "false\tnil\t0\nnil\t1\n"},
		{"keys", `local c = require "resty.lrucache".new(4)
			for i = 1, 5 do c:set(i, i) end print(table.concat(c:get_keys(), ",")) print(table.concat(c:get_keys(2), ","))
			local r = {9, 9, 9, 9, 9, 9} c:get_keys(1, r) print(r[1], r[2], r[3])`, "5,4,3,2\n5,4\n5\tnil\t9\n"},
		{"flush", `local c = require "resty.lrucache".new(2)
			c:set("a", 1) c:set("b", 2) c:flush_all() print(c:count(), c:get("a"), #c:get_keys()) c:set("x", 1) print(c:get("x"))`, "0\tnil\t0\n1\tnil\t0\n"},
		{"errors", `local l = require "resty.lrucache" print(l.new(0)) print(pcall(l.new)) print(pcall(l.set, l.new(1), nil, 1)) print(pcall(l.set, l.new(1), "x", 1, "s"))`,
			"nil\tsize too small\nfalse\tattempt to compare nil with number\nfalse\ttable index is nil\nfalse\tattempt to perform arithmetic on local 'ttl' (a string value)\n"},
		{"flags", `local c = require "resty.lrucache".new(2)
			c:set("x", 1, 0, 3.7) print(c:get("x")) c:set("x", 1, nil, -1) print(c:get("x")) c:set("x", 1, nil, 2^33 + 1) print(c:get("x"))`, "1\tnil\t3\n1\tnil\t0\n1\tnil\t1\n"},
		{"table keys", `local c, k = require "resty.lrucache.pureffi".new(2), {} c:set(k, "t") print(c:get(k), c:get({}), type(c))`, "t\tnil\ttable\n"},
		{"churn", `local c = require "resty.lrucache".new(100) for i = 1, 10000 do c:set("k" .. i % 250, i) c:delete("k" .. (i * 7) % 250) end
			local n = #c:get_keys() print(n == c:count(), n <= 100)`, "true\ttrue\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := run(t, tc.src); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func BenchmarkSetGet(b *testing.B) {
	m := vm.New(vm.Options{})
	Open(m, func() float64 { return 1 })
	code, err := vm.Compile(`local c = require "resty.lrucache".new(1000)
		return function(n) for i = 1, n do c:set(i % 2000, i) c:get(i % 500) end end`, "=bench")
	if err != nil {
		b.Fatal(err)
	}
	th := m.NewThread()
	r, lerr := th.Call(m.Load(code, nil))
	if lerr != nil {
		b.Fatal(lerr)
	}
	b.ReportAllocs()
	b.ResetTimer()
	if _, err := th.Call(r[0].AsFunction(), vm.Int(b.N)); err != nil {
		b.Fatal(err)
	}
}
