package ngx

import (
	"math"
	"time"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/lua/codec"
	"tidegate/runtime/lua/vm"
)

// Encoding, hashing and time.

var encodeFuncs = []binding{
	{row: &ngxlua.EscapeURI, fn: escapeURI},
	{row: &ngxlua.UnescapeURI, fn: func(c *vm.Call) int { return c.Return(vm.String(codec.UnescapeURI(scalarArg(c, 1)))) }},
	{row: &ngxlua.EncodeArgs, fn: encodeArgs},
	{row: &ngxlua.DecodeArgs, fn: decodeArgs},
	{row: &ngxlua.EncodeBase64, fn: encodeBase64},
	{row: &ngxlua.DecodeBase64, fn: decodeBase64(codec.DecodeBase64)},
	{row: &ngxlua.DecodeBase64MIME, fn: decodeBase64(codec.DecodeBase64MIME)},
	{row: &ngxlua.Crc32Short, fn: func(c *vm.Call) int { return c.Return(vm.Number(float64(codec.CRC32(scalarArg(c, 1))))) }},
	{row: &ngxlua.Crc32Long, fn: func(c *vm.Call) int { return c.Return(vm.Number(float64(codec.CRC32(scalarArg(c, 1))))) }},
	{row: &ngxlua.HMACSHA1, fn: hmacSHA1},
	{row: &ngxlua.MD5, fn: func(c *vm.Call) int { return c.Return(vm.String(codec.MD5(scalarArg(c, 1)))) }},
	{row: &ngxlua.MD5Bin, fn: func(c *vm.Call) int { return c.Return(vm.String(codec.MD5Bin(scalarArg(c, 1)))) }},
	{row: &ngxlua.SHA1Bin, fn: func(c *vm.Call) int { return c.Return(vm.String(codec.SHA1Bin(scalarArg(c, 1)))) }},
	{row: &ngxlua.QuoteSQLStr, fn: quoteSQL},
}

var timeFuncs = []binding{
	{row: &ngxlua.Now, fn: func(c *vm.Call) int {
		return c.Return(vm.Number(float64(requestOf(c).w.now().UnixMilli()) / 1000))
	}},
	{row: &ngxlua.Time, fn: func(c *vm.Call) int { return c.Return(vm.Number(float64(requestOf(c).w.now().Unix()))) }},
	{row: &ngxlua.UpdateTime, fn: func(c *vm.Call) int { return 0 }}, // the clock is read at every call
	{row: &ngxlua.Today, fn: localTime(codec.Today)},
	{row: &ngxlua.Localtime, fn: localTime(codec.LocalTime)},
	{row: &ngxlua.Utctime, fn: func(c *vm.Call) int { return c.Return(vm.String(codec.UTCTime(requestOf(c).w.now().Unix()))) }},
}

// scalarArg is an argument as resty.core turns it into text: nil and false are "", anything else its tostring.
func scalarArg(c *vm.Call, i int) string {
	if !c.Value(i).Truth() {
		return ""
	}
	return textArg(c, i)
}

func escapeURI(c *vm.Call) int {
	kind := codec.EscapeComponent
	if !c.IsNil(2) {
		n, ok := c.Value(2).AsNumber()
		if !ok {
			c.ThrowLevel(2, "\"type\" is not a number")
		}
		if err := codec.CheckEscapeType(n); err != nil {
			c.ThrowLevel(2, "%s", err)
		}
		kind = codec.EscapeType(n)
	}
	return c.Return(vm.String(codec.EscapeURI(scalarArg(c, 1), kind)))
}

// encodeArgs makes a query string of a table: keys with strings, numbers, booleans, or lists of these.
func encodeArgs(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("expecting 1 argument but seen %d", n)
	}
	t := c.Table(1)
	var e codec.ArgsEncoder
	for k, v, more, _ := t.Next(vm.Nil); more; k, v, more, _ = t.Next(k) {
		key, ok := k.AsString()
		if !ok {
			c.Throw("attempt to use a non-string key in the \"args\" option table")
		}
		e.Key(key)
		list := v.AsTable()
		if list == nil {
			addArg(c, &e, v)
			continue
		}
		for k, item, more, _ := list.Next(vm.Nil); more; k, item, more, _ = list.Next(k) {
			addArg(c, &e, item)
		}
	}
	s, err := e.String()
	if err != nil {
		c.Throw("%s", err)
	}
	return c.Return(vm.String(s))
}

func addArg(c *vm.Call, e *codec.ArgsEncoder, v vm.Value) {
	if s, ok := v.ToString(); ok {
		e.Value(s)
		return
	}
	b, ok := v.AsBool()
	if !ok {
		c.Throw("attempt to use %s as query arg value", v.TypeName())
	}
	if b {
		e.Flag()
	}
}

// decodeArgs reads a query string into a table; repeated keys make lists. The second result says when there were too many.
func decodeArgs(c *vm.Call) int {
	n := c.NArg()
	if n != 1 && n != 2 {
		c.Throw("expecting 1 or 2 arguments but seen %d", n)
	}
	limit := codec.DefaultMaxArgs
	if n == 2 {
		limit = c.Int(2)
	}
	t := vm.NewTable(0, 4)
	truncated := codec.DecodeArgs(c.String(1), limit, func(key, value string, isFlag bool) {
		v := vm.String(value)
		if isFlag {
			v = vm.True
		}
		old := t.GetString(key)
		list := old.AsTable()
		switch {
		case old.IsNil():
			t.SetString(key, v)
		case list != nil:
			list.SetInt(list.Len()+1, v)
		default:
			list = vm.NewTable(4, 0)
			list.SetInt(1, old)
			list.SetInt(2, v)
			t.SetString(key, list.Value())
		}
	})
	if truncated {
		return c.Return(t.Value(), vm.String("truncated"))
	}
	return c.Return(t.Value())
}

func encodeBase64(c *vm.Call) int {
	noPadding := c.Value(2)
	if _, ok := noPadding.AsBool(); !ok && noPadding.Truth() {
		c.Throw("bad no_padding: boolean expected, got %s", noPadding.TypeName())
	}
	return c.Return(vm.String(codec.EncodeBase64(scalarArg(c, 1), noPadding.Truth())))
}

func decodeBase64(decode func(string) (string, bool)) vm.Func {
	return func(c *vm.Call) int {
		s, ok := c.Value(1).AsString()
		if !ok {
			c.Throw("string argument only")
		}
		out, ok := decode(s)
		if !ok {
			return c.Return(vm.Nil)
		}
		return c.Return(vm.String(out))
	}
}

func hmacSHA1(c *vm.Call) int {
	if n := c.NArg(); n != 2 {
		c.Throw("expecting 2 arguments, but got %d", n)
	}
	return c.Return(vm.String(codec.HMACSHA1(c.String(1), c.String(2))))
}

func quoteSQL(c *vm.Call) int {
	if n := c.NArg(); n != 1 {
		c.Throw("expecting 1 argument, but got %d", n)
	}
	return c.Return(vm.String(codec.QuoteSQL(c.String(1))))
}

func localTime(format func(sec int64, gmtoff int) string) vm.Func {
	return func(c *vm.Call) int {
		now := requestOf(c).w.now()
		_, off := now.Local().Zone()
		return c.Return(vm.String(format(now.Unix(), off/60)))
	}
}

// monotonicMillis is resty.core.time's monotonic_msec.
func (w *Worker) monotonicMillis() float64 {
	return math.Floor(float64(w.now().Sub(w.prog.started)) / float64(time.Millisecond))
}
