package lint

import (
	"io/fs"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/lint/luacode"
)

// searchPath is where a subsystem looks for modules.
type searchPath struct {
	// templates are the names of files with "?" for the module.
	templates []string
	// known tells that there are no other places: neither those that are built
	// into LuaJIT, nor relative ones, nor libraries in C.
	known bool
}

// searchPath reads lua_package_path as ngx_http_lua_set_path does.
func (c *collector) searchPath(subsystem catalog.Context) searchPath {
	if p, ok := c.paths[subsystem]; ok {
		return p
	}
	var value, cvalue string
	var set, cset bool
	if l := c.tree.HTTP(); l != nil && subsystem == catalog.HTTP {
		value, set = ngxlua.HTTPLuaPackagePath.Lookup(l)
		cvalue, cset = ngxlua.HTTPLuaPackageCpath.Lookup(l)
	}
	if l := c.tree.Stream(); l != nil && subsystem == catalog.Stream {
		value, set = ngxlua.LuaPackagePath.Lookup(l)
		cvalue, cset = ngxlua.LuaPackageCpath.Lookup(l)
	}
	p := searchPath{known: set && cset && !strings.Contains(cvalue, "?")}
	if set {
		p.known = p.known && !strings.Contains(value, ";;") && c.setsNoPath(subsystem)
	}
	for _, t := range strings.Split(value, ";") {
		t = strings.NewReplacer("$prefix", strings.TrimSuffix(c.opt.Prefix, "/"), "${prefix}", strings.TrimSuffix(c.opt.Prefix, "/")).Replace(t)
		switch {
		case t == "":
		case strings.HasPrefix(t, "/"):
			p.templates = append(p.templates, t)
		default:
			// Relative to where nginx is started, mostly its prefix.
			p.templates = append(p.templates, c.opt.Prefix+strings.TrimPrefix(t, "./"))
			p.known = false
		}
	}
	c.paths[subsystem] = p
	return p
}

// setsNoPath reports whether no code of a subsystem touches package.path, its
// kin, or the loaders.
func (c *collector) setsNoPath(subsystem catalog.Context) bool {
	for _, s := range c.lua.Scripts {
		if s.Subsystem != subsystem {
			continue
		}
		for _, n := range s.Code.Chunk.Globals {
			if n.Text == "package" {
				return false
			}
		}
	}
	return true
}

// require looks for a module that a script names.
func (c *collector) require(s *Script, r *luacode.Require) {
	path := c.searchPath(s.Subsystem)
	bundled := luacode.Bundled(r.Name)
	var tried []string
	for _, t := range path.templates {
		if bundled {
			break // it is OpenResty's own unless somebody has copied it, which changes nothing here
		}
		name := strings.ReplaceAll(t, "?", strings.ReplaceAll(r.Name, ".", "/"))
		m, err := c.file(name, s.Subsystem)
		if m != nil {
			m.Module = r.Name
			m.Foreign = m.Foreign || len(m.Uses) == 0 && c.foreign(name, r.Name)
			c.needs[s] = append(c.needs[s], m)
			return
		}
		tried = append(tried, name)
		if err != nil && !isMissing(err) {
			path.known = false
		}
	}
	if !bundled {
		c.lua.Missing = append(c.lua.Missing, Missing{Script: s, Require: r, Known: path.known && c.opt.ReadFile != nil, Tried: tried})
	}
}

func isMissing(err error) bool {
	pe, ok := err.(*fs.PathError)
	return ok && pe.Err == fs.ErrNotExist || err == fs.ErrNotExist
}

// foreign reports whether a module is a library: it does not lie beside the
// configuration, or has the name of one.
func (c *collector) foreign(file, module string) bool {
	if strings.HasPrefix(module, "resty.") {
		return true
	}
	main := c.tree.Config.Main.Name
	for _, dir := range []string{c.opt.Prefix, c.opt.ConfPrefix, main[:strings.LastIndexByte(main, '/')+1]} {
		if dir != "" && dir != "/" && strings.HasPrefix(file, dir) {
			return false
		}
	}
	return strings.HasPrefix(file, "/")
}
