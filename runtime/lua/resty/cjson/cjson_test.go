package cjson

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"strings"
	"testing"

	"tidegate/runtime/lua/vm"
)

var record = flag.Bool("record", false, "record what the real lua-cjson prints (luajit named by LUAJIT, cjson.so found by LUA_CPATH)")

const driver = "../../vm/testdata/driver.lua"

func newVM(t *testing.T, out *bytes.Buffer) *vm.VM {
	m := vm.New(vm.Options{Stdout: out})
	Open(m)
	t.Cleanup(m.Close)
	return m
}

// TestProbes compares with what the real module printed.
func TestProbes(t *testing.T) {
	src, err := os.ReadFile(driver)
	if err != nil {
		t.Fatal(err)
	}
	code, err := vm.Compile(string(src), "@"+driver)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	m := newVM(t, &out)
	if _, err := m.NewThread().Call(m.Load(code, nil), vm.String("testdata/cjson.lua")); err != nil {
		t.Fatal(err)
	}
	if *record {
		live, err := exec.Command(os.Getenv("LUAJIT"), driver, "testdata/cjson.lua").Output()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/cjson.out", live, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/cjson.out")
	if err != nil {
		t.Fatal(err)
	}
	got, exp := strings.Split(out.String(), "\n---- "), strings.Split(string(want), "\n---- ")
	if len(got) != len(exp) {
		t.Errorf("%d probes instead of %d", len(got), len(exp))
	}
	for i := range min(len(got), len(exp)) {
		if got[i] != exp[i] {
			t.Errorf("got:\n%s\nwant:\n%s", got[i], exp[i])
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{`{"a":[1,-2.5e3,"x\u00e9",true,null]}`, "[[[", `"\ud800\udc00"`, "0x1p4", "-inf", "/*"} {
		f.Add(s, true)
	}
	m := vm.New(vm.Options{})
	Open(m)
	th := m.NewThread()
	code, err := vm.Compile(`
		local cjson = require("cjson.safe").new()
		local text, loose = ...
		cjson.decode_allow_comment(loose)
		cjson.decode_invalid_numbers(loose)
		cjson.encode_invalid_numbers(true)
		cjson.encode_sparse_array(true)
		cjson.encode_number_precision(16)
		local v, err = cjson.decode(text)
		if v == nil then return end
		local out = assert(cjson.encode(v))
		if not loose then assert(cjson.decode(out), out) end`, "=fuzz")
	if err != nil {
		f.Fatal(err)
	}
	fn := m.Load(code, nil)
	f.Fuzz(func(t *testing.T, text string, loose bool) {
		if _, err := th.Call(fn, vm.String(text), vm.Bool(loose)); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkEncode(b *testing.B) { benchmark(b, "return function() return cjson.encode(value) end") }
func BenchmarkDecode(b *testing.B) { benchmark(b, "return function() return cjson.decode(text) end") }

func benchmark(b *testing.B, body string) {
	m := vm.New(vm.Options{})
	Open(m)
	code, err := vm.Compile(`cjson = require "cjson"
		text = '{"id":12345,"name":"some name","tags":["a","b","c"],"nested":{"x":1.5,"y":null,"list":[1,2,3,4,5]}}'
		value = cjson.decode(text) `+body, "=bench")
	if err != nil {
		b.Fatal(err)
	}
	th := m.NewThread()
	r, lerr := th.Call(m.Load(code, nil))
	if lerr != nil {
		b.Fatal(lerr)
	}
	fn := r[0].AsFunction()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := th.Call(fn); err != nil {
			b.Fatal(err)
		}
	}
}
