package catalog

import (
	"slices"
	"strings"
)

// Index joins the declarations of several modules and answers questions about
// names. It is immutable.
type Index struct {
	modules []*Module
	byName  map[string][]*Row
	names   []string
	lua     []*LuaFunc
	foreign map[string]string // directive name -> module, for names without a row
	files   map[string][]*Module
}

// NewIndex joins modules in the given order, which is the order in which nginx
// looks for a command. foreign names directives of modules whose rows are not
// declared, by nginx module; they are recognised as "not allowed here".
func NewIndex(modules []*Module, lua []*LuaFunc, foreign map[string][]string) *Index {
	s := &Index{modules: modules, lua: lua, byName: make(map[string][]*Row, 1024), foreign: map[string]string{}, files: map[string][]*Module{}}
	for _, m := range modules {
		s.files[m.File()] = append(s.files[m.File()], m)
		for _, r := range m.Rows {
			if s.byName[r.Name] == nil {
				s.names = append(s.names, r.Name)
			}
			s.byName[r.Name] = append(s.byName[r.Name], r)
		}
	}
	for module, names := range foreign {
		for _, n := range names {
			if s.foreign[n] == "" || module < s.foreign[n] {
				s.foreign[n] = module
			}
		}
	}
	return s
}

// Modules returns the modules in nginx's order.
func (s *Index) Modules() []*Module { return s.modules }

// ModulesOf returns the modules that the file named by a load_module directive
// holds, nil if it is not known.
func (s *Index) ModulesOf(file string) []*Module {
	return s.files[strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".so")]
}

// LuaFuncs returns the Lua API.
func (s *Index) LuaFuncs() []*LuaFunc { return s.lua }

// Rows returns every row with the name, in nginx's order.
func (s *Index) Rows(name string) []*Row { return s.byName[name] }

// Lookup returns the row for a directive that stands in the given place, nil if
// there is none.
func (s *Index) Lookup(name string, in Context) *Row {
	for _, r := range s.byName[name] {
		if r.In&in != 0 {
			return r
		}
	}
	return nil
}

// Foreign returns the nginx module of a directive that is only known by name.
func (s *Index) Foreign(name string) (module string, ok bool) {
	module, ok = s.foreign[name]
	return module, ok
}

// Suggest finds the directive name nearest to name among those that may stand
// in the given place.
func (s *Index) Suggest(name string, in Context) string {
	var candidates []string
	for _, n := range s.names {
		if r := s.Lookup(n, in); r != nil && r.Origin.Known() {
			candidates = append(candidates, n)
		}
	}
	return Suggest(name, candidates)
}

// Entry is one thing that a name stands for: exactly one field is set.
type Entry struct {
	Directive *Row
	Variable  *Variable
	Lua       *LuaFunc
	// Foreign is the nginx module of a directive that is only known by name.
	Foreign string
}

// Explain returns everything that name stands for: directives of that name in
// nginx's order, then variables (with or without "$"), then Lua names.
func (s *Index) Explain(name string) []Entry {
	var out []Entry
	for _, r := range s.byName[name] {
		out = append(out, Entry{Directive: r})
	}
	if m, ok := s.foreign[name]; ok {
		out = append(out, Entry{Foreign: m})
	}
	bare := strings.TrimPrefix(name, "$")
	for _, m := range s.modules {
		for i := range m.Variables {
			v := &m.Variables[i]
			if v.Name == bare || v.Prefix && strings.HasPrefix(bare, v.Name) {
				out = append(out, Entry{Variable: v})
			}
		}
	}
	for _, f := range s.lua {
		if f.Name == name {
			out = append(out, Entry{Lua: f})
		}
	}
	return out
}

// Names lists everything that Explain knows: directives, variables with and
// without "$", and Lua names.
func (s *Index) Names() []string {
	names := slices.Clone(s.names)
	for _, m := range s.modules {
		for _, v := range m.Variables {
			names = append(names, v.Name, "$"+v.Name)
		}
	}
	for _, f := range s.lua {
		names = append(names, f.Name)
	}
	return names
}
