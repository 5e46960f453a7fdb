package ngx

import (
	"errors"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/codec"
	"tidegate/runtime/lua/vm"
)

// ngx.re (resty/core/regex.lua); the work is done in package codec.

var reFuncs = []binding{
	{row: &ngxlua.ReMatch, fn: reMatch},
	{row: &ngxlua.ReFind, fn: reFind},
	{row: &ngxlua.ReGmatch, fn: reGmatch},
	{row: &ngxlua.ReSub, fn: func(c *vm.Call) int { return reSub(c, false) }},
	{row: &ngxlua.ReGsub, fn: func(c *vm.Call) int { return reSub(c, true) }},
}

// textArg is tostring of an argument, as resty.core applies it to subjects.
func textArg(c *vm.Call, i int) string {
	v := c.Value(i)
	if s, ok := v.AsString(); ok {
		return s
	}
	return c.ToString(v)
}

// letters is the options of argument i.
func letters(c *vm.Call, i int) string {
	v := c.Value(i)
	s, ok := v.AsString()
	if !ok && v.Truth() {
		c.Throw("attempt to get length of local 'opts' (a %s value)", v.TypeName())
	}
	return s
}

// patternArg is argument 2, which nobody makes a string.
func patternArg(c *vm.Call) string {
	v := c.Value(2)
	s, ok := v.AsString()
	switch {
	case ok:
	case v.Kind() == vm.KindTable:
		c.Throw("bad argument #1 to 'ngx_lua_ffi_compile_regex' (cannot convert 'table' to 'const unsigned char *')")
	default:
		c.Throw("attempt to get length of local 'regex' (a %s value)", v.TypeName())
	}
	return s
}

// optTable is a table that resty.core uses without a look at its type.
func optTable(c *vm.Call, i int, name string) *vm.Table {
	v := c.Value(i)
	t := v.AsTable()
	if t == nil && v.Truth() {
		c.Throw("attempt to index local '%s' (a %s value)", name, v.TypeName())
	}
	return t
}

// compile gives the regex of arguments 2 and 3. A bad flag is thrown; other errors are for the caller to return.
func compile(c *vm.Call) (*codec.Regex, error) {
	opts := letters(c, 3)
	re, err := requestOf(c).w.regex.Compile(patternArg(c), opts)
	var bad codec.FlagError
	if errors.As(err, &bad) {
		c.Throw("%s", bad.Error())
	}
	return re, err
}

// position reads ctx.pos of argument i, from 0.
func position(c *vm.Call, i int) (ctx *vm.Table, pos int) {
	ctx = optTable(c, i, "ctx")
	if ctx == nil {
		return nil, 0
	}
	if n := posOf(c, ctx); n > 0 {
		pos = int(n) - 1
	}
	return ctx, pos
}

// posOf is ctx.pos, which is compared with a number whatever it is.
func posOf(c *vm.Call, ctx *vm.Table) float64 {
	v := ctx.GetString("pos")
	n, ok := v.AsNumber()
	if !ok && v.Truth() {
		c.Throw("attempt to compare number with %s", v.TypeName())
	}
	return n
}

func reMatch(c *vm.Call) int {
	subject := textArg(c, 1)
	re, err := compile(c)
	if err != nil {
		return c.Fail(err.Error())
	}
	defer re.Done()
	ctx, pos := position(c, 4)
	m, err := re.Match(subject, pos)
	switch {
	case err != nil:
		return c.Fail(err.Error())
	case !m.Matched():
		return c.Return(vm.Nil)
	}
	if ctx != nil {
		_, to := m.Span(0)
		ctx.SetString("pos", vm.Int(to+1))
	}
	return c.Return(captures(m, optTable(c, 5, "res")).Value())
}

// captures makes the result table of a match, or fills the one given. Groups that took no part are false.
func captures(m codec.Result, t *vm.Table) *vm.Table {
	if t == nil {
		t = vm.NewTable(m.Len(), 0)
	}
	group := func(i int) vm.Value {
		if text, ok := m.Group(i); ok {
			return vm.String(text)
		}
		return vm.False
	}
	for i := range m.Len() {
		t.SetInt(i, group(i))
	}
	m.Named(func(name string, i int) {
		switch {
		case !m.DupNames():
			t.SetString(name, group(i))
		case group(i).Truth():
			list := t.GetString(name).AsTable()
			if list == nil {
				list = vm.NewTable(1, 0)
				t.SetString(name, list.Value())
			}
			list.SetInt(list.Len()+1, group(i))
		}
	})
	return t
}

func reFind(c *vm.Call) int {
	subject := textArg(c, 1)
	re, err := compile(c)
	if err != nil {
		return c.Return(vm.Nil, vm.Nil, vm.String(err.Error()))
	}
	defer re.Done()
	ctx, pos := position(c, 4)
	from, to, next, found, err := re.Find(subject, pos, c.OptInt(5, 0))
	if ctx != nil && next >= 0 {
		ctx.SetString("pos", vm.Int(next+1))
	}
	switch {
	case err != nil:
		return c.Return(vm.Nil, vm.Nil, vm.String(err.Error()))
	case !found && next >= 0: // the group took no part
		return c.Return(vm.Nil, vm.Nil)
	case !found:
		return c.Return(vm.Nil)
	}
	return c.Return(vm.Int(from+1), vm.Int(to))
}

func reGmatch(c *vm.Call) int {
	subject := textArg(c, 1)
	re, err := compile(c)
	if err != nil {
		return c.Fail(err.Error())
	}
	w := requestOf(c).w
	return c.Return(w.object(re.GMatch(subject), w.gmatchMeta).Value())
}

// gmatchMeta makes the tables that gmatch gives callable.
func gmatchMeta() *vm.Table {
	meta := vm.NewTable(0, 1)
	meta.SetString("__call", vm.NewFunction("iterator", gmatchNext).Value())
	return meta
}

func gmatchNext(c *vm.Call) int {
	walk, ok := objectOf[*codec.GMatch](c)
	if !ok {
		return c.Return(vm.Nil)
	}
	m, err := walk.Next()
	switch {
	case err != nil:
		walk.Done()
		return c.Fail(err.Error())
	case !m.Matched():
		walk.Done()
		return c.Return(vm.Nil)
	}
	return c.Return(captures(m, nil).Value())
}

// reSub is sub and gsub: subject, pattern, replacement, options. The replacement is a template, or a function that gets the captures.
func reSub(c *vm.Call, global bool) int {
	subject, letters := textArg(c, 1), letters(c, 4)
	pattern := patternArg(c)
	replace := c.Value(3)
	cache := requestOf(c).w.regex
	var re *codec.Regex
	var err error
	if replace.AsFunction() != nil {
		re, err = cache.CompileSubFunc(pattern, letters)
	} else {
		re, err = cache.CompileSub(pattern, letters, textArg(c, 3))
	}
	var bad codec.FlagError
	if errors.As(err, &bad) {
		c.Throw("%s", bad.Error())
	}
	if err != nil {
		return subFailed(c, err)
	}
	defer re.Done()
	var out string
	var count int
	if replace.AsFunction() != nil {
		out, count, err = subByFunction(c, re, subject, replace, global)
	} else {
		out, count, err = re.ReplaceAll(subject, global)
	}
	if err != nil {
		return subFailed(c, err)
	}
	return c.Return(vm.String(out), vm.Int(count))
}

func subByFunction(c *vm.Call, re *codec.Regex, subject string, fn vm.Value, global bool) (string, int, error) {
	sub := re.Sub(subject, global)
	for m, ok := sub.Next(); ok; m, ok = sub.Next() {
		res := c.Call(fn, captures(m, nil).Value())
		if len(res) == 0 {
			c.Throw("bad argument #1 to 'tostring' (value expected)")
		}
		sub.Replace(c.ToString(res[0]))
	}
	return sub.Result()
}

func subFailed(c *vm.Call, err error) int {
	var bad *codec.ReplacementError
	if errors.As(err, &bad) { // with the log of the cycle, not with the session's
		requestOf(c).w.prog.cfg.Log.Write(errlog.Err, 0, bad.Log)
	}
	return c.Return(vm.Nil, vm.Nil, vm.String(err.Error()))
}
