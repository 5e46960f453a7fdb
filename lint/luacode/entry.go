package luacode

import (
	"strings"
	"sync"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
)

// Entry is a name of the API: a table, a function, a constant, or an object
// with its methods.
type Entry struct {
	// Name is the full name, as the catalogue has it: "ngx.req.get_headers",
	// "tcpsock:connect". A module has the name by which it is required.
	Name string
	// Func is the catalogue's row; nil for tables, for what belongs to Lua
	// itself, and for modules that are no part of OpenResty's core.
	Func *catalog.LuaFunc
	// Closed tells that all fields are known, so that another one is a mistake.
	Closed bool

	fields map[string]*Entry
	// any is what every field is, where names are free: ngx.var.X.
	any *Entry
	// result is what a call returns first.
	result *Entry
}

// Field returns the entry of a field or method, nil if it is not known.
func (e *Entry) Field(name string) *Entry {
	if e == nil {
		return nil
	}
	if f := e.fields[name]; f != nil {
		return f
	}
	return e.any
}

// Free reports whether the fields of the entry are named freely, like those of
// ngx.var.
func (e *Entry) Free() bool { return e != nil && e.any != nil }

// Fields lists the names of the known fields, in no order.
func (e *Entry) Fields() []string {
	var out []string
	for name := range e.fields {
		out = append(out, name)
	}
	return out
}

// In reports whether a subsystem has the entry: a table is there if anything in
// it is.
func (e *Entry) In(subsystem catalog.Context) bool {
	if e.Func != nil {
		return subsystem&catalog.HTTP != 0 && e.Func.HTTP != 0 || subsystem&catalog.Stream != 0 && e.Func.Stream != 0
	}
	for _, f := range e.fields {
		if f.In(subsystem) {
			return true
		}
	}
	return e.any != nil && e.any.In(subsystem) || len(e.fields) == 0 && e.any == nil
}

// make returns the field with the name, which it makes if need be.
func (e *Entry) make(name string) *Entry {
	if f := e.fields[name]; f != nil {
		return f
	}
	if e.fields == nil {
		e.fields = map[string]*Entry{}
	}
	f := &Entry{Name: strings.TrimPrefix(e.Name+"."+name, ".")}
	e.fields[name] = f
	return f
}

// api is everything that is known by name.
type api struct {
	globals *Entry            // the global names
	modules map[string]*Entry // by the argument of require
}

// Global returns the entry of a global name, nil if there is none.
func Global(name string) *Entry { return root().globals.fields[name] }

// Globals lists the known global names.
func Globals() []string { return root().globals.Fields() }

var root = sync.OnceValue(buildAPI)

func buildAPI() *api {
	a := &api{globals: &Entry{}, modules: map[string]*Entry{}}
	objects := map[string]*Entry{}
	for _, f := range ngxlua.Functions() {
		if f.Name != "_G" {
			a.add(f, objects)
		}
	}
	a.globals.make("_G").any = &Entry{Name: "_G.NAME"}
	a.addLua()
	for _, name := range []string{"", ".req", ".resp", ".location", ".socket", ".thread", ".timer", ".worker", ".config", ".re"} {
		e := a.globals.fields["ngx"]
		if name != "" {
			e = e.fields[name[1:]]
		}
		e.Closed = true
	}
	a.globals.fields["ndk"].Closed = true
	socket := a.globals.fields["ngx"].fields["socket"]
	for _, name := range []string{"tcp", "stream", "connect"} {
		socket.fields[name].result = objects["tcpsock"]
	}
	socket.fields["udp"].result = objects["udpsock"]
	a.globals.fields["ngx"].fields["req"].fields["socket"].result = objects["reqsock"]
	a.addObjects()
	return a
}

// add puts a row of the catalogue into the tree.
func (a *api) add(f *catalog.LuaFunc, objects map[string]*Entry) {
	name, method, isMethod := strings.Cut(f.Name, ":")
	if m, field, ok := strings.Cut(strings.TrimPrefix(name, `require("`), `").`); ok {
		a.module(m).make(field).Func = f
		return
	}
	if isMethod {
		a.method(name, method, f, objects)
		return
	}
	if f.Kind == catalog.LuaModule {
		a.module(name).Func = f
		return
	}
	if f.Module != "" {
		e := a.module(f.Module).make(strings.TrimPrefix(strings.TrimPrefix(name, f.Module), "."))
		e.Name, e.Func = f.Name, f
		return
	}
	e := a.globals
	parts := strings.Split(name, ".")
	for i, part := range parts {
		if i > 0 && i == len(parts)-1 && part == strings.ToUpper(part) && f.Kind != catalog.LuaConstant {
			// The last part stands for any name: VARIABLE, HEADER, DICT.
			if e.any == nil {
				e.any = &Entry{Name: name}
			}
			e = e.any
			break
		}
		e = e.make(part)
	}
	e.Func = f
	if name == "ngx.ctx" {
		e.any = &Entry{Name: "ngx.ctx.NAME"}
	}
	if name == "ngx.arg" {
		e.any = &Entry{Name: "ngx.arg.NUMBER"}
	}
}

func (a *api) module(name string) *Entry {
	if a.modules[name] == nil {
		a.modules[name] = &Entry{Name: name}
	}
	return a.modules[name]
}

// method adds a method of an object: a socket, a shared dictionary, or what a
// module's constructor returns.
func (a *api) method(object, method string, f *catalog.LuaFunc, objects map[string]*Entry) {
	var e *Entry
	switch {
	case object == "ngx.shared.DICT":
		e = a.globals.make("ngx").make("shared").any
	case f.Module != "":
		constructor := "new"
		if f.Module == "ngx.pipe" {
			constructor = "spawn"
		}
		c := a.module(f.Module).make(constructor)
		if c.result == nil {
			c.result = &Entry{Name: object}
		}
		e = c.result
	default:
		if objects[object] == nil {
			objects[object] = &Entry{Name: object}
		}
		e = objects[object]
	}
	m := e.make(method)
	m.Name, m.Func = object+":"+method, f
}
