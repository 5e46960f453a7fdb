// Package cjson is lua-cjson 2.1 as OpenResty ships it: the Lua modules cjson and cjson.safe.
//
// Open makes require find them. A module table carries its own settings (encode_max_depth, decode_invalid_numbers, …), and new() returns
// another one with the defaults; only encode_escape_forward_slash is shared by all of a VM, as it is shared by a process there.
// encode.go writes, decode.go reads. Limits, refusals and the texts of errors follow lua_cjson.c. Fields of an object are written in the
// order of the table's traversal, which here is the order in which they were set.
//
// The package knows Lua values and nothing else of the runtime.
package cjson

import (
	"fmt"
	"math"

	"tidegate/runtime/lua/vm"
)

const version = "2.1.0.17"

// shared is what all module tables of a VM have in common.
type shared struct {
	escapeSlash  bool
	emptyArray   vm.Value // cjson.empty_array
	emptyArrayMT *vm.Table
	arrayMT      *vm.Table
}

// config is the settings of one module table.
type config struct {
	*shared
	sparseConvert   bool
	sparseRatio     int
	sparseSafe      int
	encodeMaxDepth  int
	decodeMaxDepth  int
	encodeInvalid   int // 0 refuse, 1 as in JavaScript, 2 null
	decodeInvalid   bool
	precision       int
	keepBuffer      bool
	emptyAsObject   bool
	decodeWithMT    bool
	allowComment    bool
	skipUnsupported bool
	indent          string
}

// Open makes the modules known to require.
func Open(m *vm.VM) {
	s := &shared{
		escapeSlash:  true,
		emptyArray:   vm.NewLightUserdata("cjson.empty_array").Value(),
		emptyArrayMT: vm.NewTable(0, 0),
		arrayMT:      vm.NewTable(0, 0),
	}
	m.Preload("cjson", func(c *vm.Call) int { return c.Return(s.module().Value()) })
	m.Preload("cjson.safe", func(c *vm.Call) int { return c.Return(s.safeModule().Value()) })
}

func newConfig(s *shared) *config {
	return &config{
		shared: s, sparseRatio: 2, sparseSafe: 10, encodeMaxDepth: 1000, decodeMaxDepth: 1000, decodeInvalid: true, precision: 14,
		keepBuffer: true, emptyAsObject: true,
	}
}

// module returns a new cjson table.
func (s *shared) module() *vm.Table {
	cfg := newConfig(s)
	t := vm.NewTable(0, 24)
	vm.Register(t, map[string]vm.Func{
		"encode":                              cfg.encode,
		"decode":                              cfg.decode,
		"encode_sparse_array":                 cfg.setSparse,
		"encode_max_depth":                    integer(&cfg.encodeMaxDepth, 1, math.MaxInt32),
		"decode_max_depth":                    integer(&cfg.decodeMaxDepth, 1, math.MaxInt32),
		"encode_number_precision":             integer(&cfg.precision, 1, 16),
		"encode_keep_buffer":                  boolean(&cfg.keepBuffer),
		"encode_empty_table_as_object":        boolean(&cfg.emptyAsObject),
		"decode_array_with_array_mt":          boolean(&cfg.decodeWithMT),
		"decode_allow_comment":                boolean(&cfg.allowComment),
		"decode_invalid_numbers":              boolean(&cfg.decodeInvalid),
		"encode_skip_unsupported_value_types": boolean(&cfg.skipUnsupported),
		"encode_escape_forward_slash":         boolean(&s.escapeSlash),
		"encode_invalid_numbers":              cfg.setEncodeInvalid,
		"encode_indent":                       cfg.setIndent,
		"new":                                 func(c *vm.Call) int { return c.Return(s.module().Value()) },
	})
	t.SetString("null", vm.Null)
	t.SetString("empty_array_mt", s.emptyArrayMT.Value())
	t.SetString("array_mt", s.arrayMT.Value())
	t.SetString("empty_array", s.emptyArray)
	t.SetString("_NAME", vm.String("cjson"))
	t.SetString("_VERSION", vm.String(version))
	return t
}

// safeModule returns a new cjson.safe table: encode and decode return nil and a message instead of raising an error.
func (s *shared) safeModule() *vm.Table {
	t := s.module()
	for _, name := range []string{"encode", "decode"} {
		plain := t.GetString(name)
		t.SetString(name, vm.NewFunction(name, func(c *vm.Call) int {
			oneArgument(c)
			r, err := c.PCall(plain, c.Value(1))
			if err != nil {
				return c.Return(vm.Nil, err.Value)
			}
			return c.Return(r...)
		}).Value())
	}
	t.SetString("new", vm.NewFunction("new", func(c *vm.Call) int { return c.Return(s.safeModule().Value()) }).Value())
	return t
}

func oneArgument(c *vm.Call) {
	if c.NArg() != 1 {
		c.ArgError(1, "expected 1 argument")
	}
}

// arguments checks that there are at most n.
func arguments(c *vm.Call, n int) {
	if c.NArg() > n {
		c.ArgError(n+1, "found too many arguments")
	}
}

func integerOption(c *vm.Call, i int, setting *int, lo, hi int) {
	if !c.IsNil(i) {
		n := c.Int(i)
		if n < lo || n > hi {
			c.ArgError(1, fmt.Sprintf("expected integer between %d and %d", lo, hi))
		}
		*setting = n
	}
	c.PushInt(*setting)
}

// choice returns which of the options argument i names.
func choice(c *vm.Call, i int, options ...string) int {
	s := c.String(i)
	for n, o := range options {
		if s == o {
			return n
		}
	}
	c.ArgError(i, "invalid option '"+s+"'")
	return 0
}

func booleanOption(c *vm.Call, i int, setting *bool) {
	if !c.IsNil(i) {
		if b, ok := c.Value(i).AsBool(); ok {
			*setting = b
		} else {
			*setting = choice(c, i, "off", "on") == 1
		}
	}
	c.PushBool(*setting)
}

func integer(setting *int, lo, hi int) vm.Func {
	return func(c *vm.Call) int {
		arguments(c, 1)
		integerOption(c, 1, setting, lo, hi)
		return 1
	}
}

func boolean(setting *bool) vm.Func {
	return func(c *vm.Call) int {
		arguments(c, 1)
		booleanOption(c, 1, setting)
		return 1
	}
}

func (cfg *config) setSparse(c *vm.Call) int {
	arguments(c, 3)
	booleanOption(c, 1, &cfg.sparseConvert)
	integerOption(c, 2, &cfg.sparseRatio, 0, math.MaxInt32)
	integerOption(c, 3, &cfg.sparseSafe, 0, math.MaxInt32)
	return 3
}

func (cfg *config) setEncodeInvalid(c *vm.Call) int {
	arguments(c, 1)
	if !c.IsNil(1) {
		if b, ok := c.Value(1).AsBool(); ok {
			cfg.encodeInvalid = 0
			if b {
				cfg.encodeInvalid = 1
			}
		} else {
			cfg.encodeInvalid = choice(c, 1, "off", "on", "null")
		}
	}
	if cfg.encodeInvalid == 2 {
		return c.Return(vm.String("null"))
	}
	return c.Return(vm.Bool(cfg.encodeInvalid == 1))
}

func (cfg *config) setIndent(c *vm.Call) int {
	arguments(c, 1)
	if !c.IsNil(1) {
		cfg.indent = c.String(1)
	}
	return c.Return(vm.String(cfg.indent))
}
