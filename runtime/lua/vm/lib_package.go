package vm

import (
	"errors"
	"os"
	"strings"
	"syscall"
)

// Where LuaJIT looks for modules unless told otherwise.
const (
	defaultPath  = "./?.lua;/usr/local/share/luajit-2.1/?.lua;/usr/local/share/lua/5.1/?.lua;/usr/local/share/lua/5.1/?/init.lua"
	defaultCPath = "./?.so;/usr/local/lib/lua/5.1/?.so;/usr/local/lib/lua/5.1/loadall.so"
)

func (vm *VM) openPackage() {
	t := vm.openLib("package", []libFunc{{"loadlib", 0, packageLoadlib}, {"searchpath", 0, packageSearchpath}, {"seeall", 0, packageSeeall}})
	vm.addLib(vm.globals, []libFunc{{"require", 0, baseRequire}, {"module", 0, baseModule}})
	path, cpath := vm.opts.Path, vm.opts.CPath
	if path == "" {
		path = defaultPath
	}
	if cpath == "" {
		cpath = defaultCPath
	}
	searchers := NewTable(4, 0)
	for _, s := range []libFunc{{"preload", 0, searchPreload}, {"lua", 0, searchLua}, {"c", 0, searchC}, {"croot", 0, searchCRoot}} {
		fn := NewFunction(s.name, s.fn)
		fn.env = vm.globals
		searchers.Append(fn.Value())
	}
	t.SetString("path", String(path))
	t.SetString("cpath", String(cpath))
	t.SetString("config", String("/\n;\n?\n!\n-\n"))
	t.SetString("loaded", vm.loaded.Value())
	t.SetString("preload", vm.preload.Value())
	t.SetString("loaders", searchers.Value())
	t.SetString("searchers", searchers.Value())
}

// errnoText returns the C library's words for an error of the operating system.
func errnoText(err error) string {
	var no syscall.Errno
	if errors.As(err, &no) {
		s := no.Error()
		return strings.ToUpper(s[:1]) + s[1:]
	}
	return err.Error()
}

func readFile(name string) (string, error) {
	b, err := os.ReadFile(name)
	return string(b), err
}

func (vm *VM) packageField(name string) Value {
	t := vm.loaded.GetString("package").AsTable()
	if t == nil {
		return Nil
	}
	return t.GetString(name)
}

// searchPath looks for name along path. Without success it returns the list of files tried.
func searchPath(name, path, sep, rep string) (file, tried string) {
	if sep != "" {
		name = strings.ReplaceAll(name, sep, rep)
	}
	for _, template := range strings.Split(path, ";") {
		if template == "" {
			continue
		}
		file := strings.ReplaceAll(template, "?", name)
		if f, err := os.Open(file); err == nil {
			f.Close()
			return file, ""
		}
		tried += "\n\tno file '" + file + "'"
	}
	return "", tried
}

func packageSearchpath(c *Call) int {
	file, tried := searchPath(c.String(1), c.String(2), c.OptString(3, "."), c.OptString(4, "/"))
	if file == "" {
		return c.Fail(tried)
	}
	return c.Return(String(file))
}

func packageLoadlib(c *Call) int {
	c.String(1)
	c.String(2)
	return c.Return(Nil, String("dynamic libraries not enabled; no C module can be loaded"), String("absent"))
}

func packageSeeall(c *Call) int {
	t := c.Table(1)
	if t.meta == nil {
		t.SetMetatable(NewTable(0, 1))
	}
	t.meta.SetString("__index", c.th.vm.globals.Value())
	return 0
}

func searchPreload(c *Call) int {
	name := c.String(1)
	pre := c.th.vm.packageField("preload").AsTable()
	if pre == nil {
		c.Throw("'package.preload' must be a table")
	}
	if v := pre.GetString(name); !v.IsNil() {
		return c.Return(v)
	}
	return c.Return(String("\n\tno field package.preload['" + name + "']"))
}

// pathOf returns the string package[field].
func (c *Call) pathOf(field string) string {
	s, ok := c.th.vm.packageField(field).ToString()
	if !ok {
		c.Throw("'package.%s' must be a string", field)
	}
	return s
}

func searchLua(c *Call) int {
	name := c.String(1)
	file, tried := searchPath(name, c.pathOf("path"), ".", "/")
	if file == "" {
		return c.Return(String(tried))
	}
	src, err := readFile(file)
	if err == nil {
		var code *Code
		if code, err = CompileFile(src, file); err == nil {
			return c.Return(c.th.vm.Load(code, nil).Value())
		}
	} else {
		err = errors.New("cannot open " + file + ": " + errnoText(err))
	}
	c.Throw("error loading module '%s' from file '%s':\n\t%s", name, file, err)
	return 0
}

// CompileFile makes Code of what stands in a file: source, or what string.dump gave.
func CompileFile(src, file string) (*Code, error) {
	if strings.HasPrefix(src, "\x1b") {
		return undump(src)
	}
	return Compile(src, "@"+file)
}

// searchC looks along package.cpath only to say where it looked: a file that is there cannot be loaded.
func searchC(c *Call) int { return c.searchC(c.String(1), c.String(1)) }

func searchCRoot(c *Call) int {
	name := c.String(1)
	root, _, dotted := strings.Cut(name, ".")
	if !dotted {
		return 0
	}
	return c.searchC(name, root)
}

func (c *Call) searchC(name, base string) int {
	file, tried := searchPath(base, c.pathOf("cpath"), ".", "/")
	if file == "" {
		return c.Return(String(tried))
	}
	c.Throw("error loading module '%s' from file '%s':\n\tC modules cannot be loaded", name, file)
	return 0
}

// loading marks a module whose loader runs.
var loading = NewLightUserdata("0x00006c6f6164").Value()

func baseRequire(c *Call) int {
	name := c.String(1)
	loaded := c.th.vm.loaded
	if v := loaded.GetString(name); v.Truth() {
		if v == loading {
			c.Throw("loop or previous error loading module '%s'", name)
		}
		return c.Return(v)
	}
	loader := c.findLoader(name)
	loaded.SetString(name, loading)
	r := c.th.call1(loader, String(name))
	if !r.IsNil() {
		loaded.SetString(name, r)
	} else if loaded.GetString(name) == loading {
		loaded.SetString(name, True)
	}
	return c.Return(loaded.GetString(name))
}

func (c *Call) findLoader(name string) Value {
	list := c.th.vm.packageField("loaders").AsTable()
	if list == nil {
		c.Throw("'package.loaders' must be a table")
	}
	tried := ""
	for i := 1; ; i++ {
		s := list.GetInt(i)
		if s.IsNil() {
			c.Throw("module '%s' not found:%s", name, tried)
		}
		r := c.th.call1(s, String(name))
		if r.AsFunction() != nil {
			return r
		}
		if msg, ok := r.ToString(); ok {
			tried += msg
		}
	}
}

// baseModule is Lua 5.1's module(name, …).
func baseModule(c *Call) int {
	name := c.String(1)
	loaded := c.th.vm.loaded
	mod := loaded.GetString(name).AsTable()
	if mod == nil {
		if mod = c.findTable(name); mod == nil {
			c.Throw("name conflict for module '%s'", name)
		}
		loaded.SetString(name, mod.Value())
	}
	if mod.GetString("_NAME").IsNil() {
		mod.SetString("_M", mod.Value())
		mod.SetString("_NAME", String(name))
		mod.SetString("_PACKAGE", String(name[:strings.LastIndexByte(name, '.')+1]))
	}
	fr := c.th.level(1)
	if fr == nil || fr.fn.proto == nil {
		c.Throw("'module' not called from a Lua function")
	}
	fr.fn.env = mod
	for i := 2; i <= c.nargs; i++ {
		if c.Value(i).AsFunction() != nil {
			c.th.call1(c.Value(i), mod.Value())
		}
	}
	return 0
}

// findTable returns the table that a dotted name means in the globals, made as needed, or nil when something else is in its place.
func (c *Call) findTable(name string) *Table {
	t := c.th.vm.globals
	for _, part := range strings.Split(name, ".") {
		v := t.GetString(part)
		if v.IsNil() {
			v = NewTable(0, 1).Value()
			t.SetString(part, v)
		}
		if t = v.AsTable(); t == nil {
			return nil
		}
	}
	return t
}
