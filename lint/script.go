package lint

import (
	"sort"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/conf"
	"tidegate/ast/lua"
	"tidegate/lint/luacode"
)

// Script is a piece of Lua that a configuration reaches: the code of a
// *_by_lua directive, a file that such directives name, or a module that other
// code requires.
type Script struct {
	// Uses are the directives that hold or name the code; none for a module.
	Uses []Use
	// Module is the name by which other code requires it, "" if none does.
	Module string
	// Subsystem is catalog.Stream or catalog.HTTP. A file that both use is two
	// scripts.
	Subsystem catalog.Context
	// Phases are the phases in which the code runs: those of its directives, and
	// of what requires it. A function of a module may outlive them.
	Phases catalog.Phases
	// Text is the code, Code what is known of it.
	Text string
	Code *luacode.Code
	// File is where the code stands: a file of the configuration, or its own.
	File *ast.File
	// Foreign marks a library from elsewhere: it counts for what it uses, but its
	// mistakes are not those of the configuration.
	Foreign bool

	// The code begins at offset base of File, or is the value of word.
	base int
	word *ast.Word
	// opaque code is too deep to look into.
	opaque bool
}

// InFile reports that the code is a file of its own.
func (s *Script) InFile() bool { return len(s.Uses) == 0 || s.Uses[0].Node.File != s.File }

// Broken reports that the code cannot be compiled, or is beyond all measure, so
// that not all of it is known.
func (s *Script) Broken() bool { return s.Code.Chunk.Err != nil || s.opaque }

// Range returns a span of the code as a range of its file.
func (s *Script) Range(at lua.Span) ast.Range {
	return ast.Range{File: s.File, Start: s.offset(at.Start), End: s.offset(at.End)}
}

func (s *Script) offset(i int32) int {
	if s.word != nil {
		return s.word.SourceOffset(s.File.Src, int(i))
	}
	return s.base + int(i)
}

// RunsOnlyIn reports whether the code runs in these phases and in no other.
func (s *Script) RunsOnlyIn(phases catalog.Phases) bool {
	return s.Phases != 0 && s.Phases&^phases == 0
}

// set makes the code of a script known.
func (s *Script) set(text string, parser *lua.Parser) {
	s.Text = text
	chunk := parser.Parse(text)
	if s.opaque = chunk.Deep; s.opaque {
		chunk = parser.Parse("")
	}
	s.Code = luacode.New(chunk)
}

// Lua is all the Lua that a configuration reaches.
type Lua struct {
	Scripts []*Script
	// Unread are the uses of files that could not be read.
	Unread []Unread
	// Missing are the requires of modules that were not found.
	Missing []Missing

	complete map[catalog.Context]bool
}

// Unread is a directive that names a file that could not be read.
type Unread struct {
	Use  Use
	Name string
	Err  error
}

// Missing is a require whose module was not found.
type Missing struct {
	Script  *Script
	Require *luacode.Require
	// Known tells that every place is known where the module may be.
	Known bool
	// Tried are the files that were looked for.
	Tried []string
}

// collector finds the Lua of a configuration.
type collector struct {
	opt     Options
	tree    *conf.Tree
	lua     *Lua
	parser  lua.Parser
	files   map[fileKey]*Script // files by name and subsystem; nil for one that cannot be read
	paths   map[catalog.Context]searchPath
	waiting []*Script
	needs   map[*Script][]*Script // modules by what requires them
}

type fileKey struct {
	name      string
	subsystem catalog.Context
}

// collectLua finds the Lua of a configuration: first that of the directives,
// then the modules that it requires, and theirs. complete tells whether the
// whole configuration is known.
func collectLua(tree *conf.Tree, o Options, complete bool) *Lua {
	c := &collector{opt: o, tree: tree, lua: &Lua{complete: map[catalog.Context]bool{}}, files: map[fileKey]*Script{},
		paths: map[catalog.Context]searchPath{}, needs: map[*Script][]*Script{}}
	c.level(tree.Main)
	for len(c.waiting) > 0 {
		s := c.waiting[0]
		c.waiting = c.waiting[1:]
		for _, r := range s.Code.Requires {
			c.require(s, r)
		}
	}
	c.spread()
	sort.SliceStable(c.lua.Scripts, func(i, j int) bool { return before(c.lua.Scripts[i], c.lua.Scripts[j]) })
	c.judge(complete)
	return c.lua
}

// before orders scripts by their directives, modules last.
func before(a, b *Script) bool {
	if len(a.Uses) > 0 && len(b.Uses) > 0 {
		return ast.Before(a.Uses[0].At, b.Uses[0].At)
	}
	return len(a.Uses) > 0 && len(b.Uses) == 0
}

func (c *collector) level(l *conf.Level) {
	l.Each(func(v catalog.Value) bool {
		if s, ok := v.Arg.(*ngxlua.Script); ok && v.Node != nil {
			c.directive(Use{v, l}, s)
		}
		return true
	})
	for _, in := range l.Children() {
		c.level(in)
	}
}

// directive takes the code of a directive.
func (c *collector) directive(u Use, code *ngxlua.Script) {
	subsystem := catalog.HTTP
	if u.Row.In&(catalog.Stream|catalog.StreamServer|catalog.StreamUpstream) != 0 {
		subsystem = catalog.Stream
	}
	if code.IsFile() {
		name, constant := code.File.Constant()
		if !constant {
			c.lua.complete[subsystem] = false
			return
		}
		s, err := c.file(name, subsystem)
		if err != nil {
			c.lua.Unread = append(c.lua.Unread, Unread{u, name, err})
		}
		if s != nil {
			s.Uses = append(s.Uses, u)
			s.Phases |= code.Runs
		}
		return
	}
	s := &Script{Uses: []Use{u}, Subsystem: subsystem, Phases: code.Runs, File: u.Node.File}
	if block := u.Node.Lua(); block != nil {
		s.base = int(block.Start)
	} else {
		s.word = c.codeWord(u.Node, code.Source)
	}
	s.set(code.Source, &c.parser)
	c.add(s)
}

// codeWord finds the argument that holds the code: the last but for the
// arguments of set_by_lua.
func (c *collector) codeWord(d *ast.Directive, source string) *ast.Word {
	for i := 1; i < d.NumWords(); i++ {
		if w := d.Word(i); w.Text == source {
			return &w
		}
	}
	w := d.Word(0)
	return &w
}

func (c *collector) add(s *Script) {
	c.lua.Scripts = append(c.lua.Scripts, s)
	c.waiting = append(c.waiting, s)
}

// file reads a file of Lua once for each subsystem. The error is there at the
// first try only.
func (c *collector) file(name string, subsystem catalog.Context) (*Script, error) {
	key := fileKey{name, subsystem}
	if s, ok := c.files[key]; ok {
		return s, nil
	}
	c.files[key] = nil
	if c.opt.ReadFile == nil {
		return nil, nil
	}
	src, err := c.opt.ReadFile(name)
	if err != nil {
		return nil, err
	}
	s := &Script{Subsystem: subsystem, File: &ast.File{Name: name, Src: src}}
	s.set(string(src), &c.parser)
	c.files[key] = s
	c.add(s)
	return s, nil
}

// spread gives modules the phases of what requires them, until nothing changes.
func (c *collector) spread() {
	work := append([]*Script(nil), c.lua.Scripts...)
	for len(work) > 0 {
		s := work[len(work)-1]
		work = work[:len(work)-1]
		for _, m := range c.needs[s] {
			if s.Phases&^m.Phases != 0 {
				m.Phases |= s.Phases
				work = append(work, m)
			}
		}
	}
}

// judge decides for each subsystem whether all its Lua is known.
func (c *collector) judge(complete bool) {
	for _, subsystem := range []catalog.Context{catalog.HTTP, catalog.Stream} {
		_, doubt := c.lua.complete[subsystem]
		c.lua.complete[subsystem] = !doubt && complete
	}
	for key, s := range c.files {
		if s == nil {
			c.lua.complete[key.subsystem] = false
		}
	}
	for _, m := range c.lua.Missing {
		c.lua.complete[m.Script.Subsystem] = false
	}
	for _, s := range c.lua.Scripts {
		if s.Broken() || loadsCode(s.Code) {
			c.lua.complete[s.Subsystem] = false
		}
	}
}

// loadsCode reports whether a chunk runs code that is not known.
func loadsCode(code *luacode.Code) bool {
	requires := 0
	for _, call := range code.Calls {
		switch {
		case call.Is("dofile", "loadfile", "loadstring", "load", "package.loadlib"):
			return true
		case call.Is("require"):
			requires++
		}
	}
	for _, r := range code.Requires {
		if !r.Protected {
			requires--
		}
	}
	return requires > 0
}

// Complete reports whether all Lua of a subsystem is known: every file could be
// read and compiled, every module is there, and no code is made while running.
func (l *Lua) Complete(subsystem catalog.Context) bool { return l.complete[subsystem] }

// Lua returns all the Lua that the configuration reaches.
func (p *Pass) Lua() *Lua { return p.runner.lua }

// Scripts returns every piece of Lua that the configuration reaches, in reading
// order, and then the modules.
func (p *Pass) Scripts() []*Script { return p.runner.lua.Scripts }

// Module returns the script of a module that some code of a subsystem requires,
// nil if it was not found.
func (l *Lua) Module(name string, subsystem catalog.Context) *Script {
	for _, s := range l.Scripts {
		if s.Module == name && s.Subsystem == subsystem {
			return s
		}
	}
	return nil
}
