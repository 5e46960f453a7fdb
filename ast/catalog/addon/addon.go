// Package addon declares the directives of widely used modules that are
// distributed apart from nginx, one file per module.
//
// Those that OpenResty has built in are known always (catalog.Bundled); the
// others are known once load_module brings them in (catalog.External). The
// runtime serves none of them: the rows are for the checker and the other tools.
//
// Places and numbers of arguments are those of the modules' own tables, which a
// test compares. Arguments are read as far as they hold variables; what a module
// checks besides is left to it. The flow is that of package catalog.
package addon

import (
	"strings"

	"tidegate/ast/catalog"
)

// Support levels of all rows.
var (
	bundled  = catalog.Refused("it " + catalog.Bundled.Explain() + " and is not served")
	external = catalog.Refused("it " + catalog.External.Explain())
)

// Where most directives may stand.
const (
	servers     = catalog.HTTP | catalog.HTTPServer
	levels      = servers | catalog.HTTPLocation
	levelsAndIf = levels | catalog.HTTPLocationIf
	anywhere    = levelsAndIf | catalog.HTTPServerIf
	location    = catalog.HTTPLocation | catalog.HTTPLocationIf
	protected   = levels | catalog.HTTPLimitExcept
)

// Modules lists the modules.
func Modules() []*catalog.Module {
	return []*catalog.Module{
		EchoModule, CoolkitModule, SetMiscModule, FormInputModule, EncryptedSessionModule, ArrayVarModule,
		MemcModule, Redis2Module, RedisModule, XSSModule, SRCacheModule, HeadersMoreModule, RDSJSONModule,
		RDSCSVModule, IconvModule, DrizzleModule, PostgresModule, BrotliFilterModule, BrotliStaticModule,
		GeoIP2Module, StreamGeoIP2Module, VTSModule, CachePurgeModule, AuthPAMModule, AuthLDAPModule,
		AuthSPNEGOModule, FancyIndexModule, UploadModule, DAVExtModule, SubsFilterModule, ModSecurityModule,
		UpstreamCheckModule,
	}
}

// variables declares the variables of a module.
func variables(origin catalog.Origin, names ...string) []catalog.Variable {
	runs := external
	if origin == catalog.Bundled {
		runs = bundled
	}
	out := make([]catalog.Variable, len(names))
	for i, name := range names {
		out[i] = catalog.Variable{Name: name, In: catalog.HTTP, Origin: origin, Runs: runs, Doc: "Set by a module that is distributed apart."}
	}
	return out
}

// decodeSwitch takes a directive that is on by being there.
func decodeSwitch(*catalog.Call) (bool, bool) { return true, true }

// decodeName takes the name of a block whose body is not looked at.
func decodeName(c *catalog.Call) (string, bool) { return c.Text(1), true }

// decodeTemplates takes words that may have variables.
func decodeTemplates(c *catalog.Call) ([]catalog.Template, bool) {
	out := make([]catalog.Template, 0, c.Len()-1)
	for i := 1; i < c.Len(); i++ {
		t, ok := c.Template(i)
		if !ok {
			return out, false
		}
		out = append(out, t)
	}
	return out, true
}

// Computed is a directive that sets a variable to the value of a function.
type Computed struct {
	Variable string // without "$"
	Args     []catalog.Template
}

// decodeSetVariable follows ndk_set_var_value and its kin: the variable is made,
// and is the argument too if there is no other.
func decodeSetVariable(c *catalog.Call) (v Computed, ok bool) {
	if v.Variable, ok = c.VariableName(1); !ok {
		return v, false
	}
	if !c.Define(1, catalog.NewVariable{Name: v.Variable, Changeable: true, Weak: true}) {
		return v, false
	}
	for i := 2; i < c.Len(); i++ {
		t, ok := c.Template(i)
		if !ok {
			return v, false
		}
		v.Args = append(v.Args, t)
	}
	return v, true
}

// GeoDatabase is one geoip2 block.
type GeoDatabase struct {
	Path string
	// Variables are those that the block makes, without "$".
	Variables []string
}

// decodeGeoIP2 follows ngx_http_geoip2: an entry that begins with "$" makes a
// variable.
func decodeGeoIP2(c *catalog.Call) (*GeoDatabase, bool) {
	g := &GeoDatabase{Path: c.Text(1)}
	c.Entries(func(e *catalog.Call) {
		name, isVariable := strings.CutPrefix(e.Text(0), "$")
		if !isVariable {
			return
		}
		e.Define(0, catalog.NewVariable{Name: name, Changeable: true})
		g.Variables = append(g.Variables, name)
		for i := 1; i < e.Len(); i++ {
			if source, found := strings.CutPrefix(e.Text(i), "source=$"); found {
				e.Env.UseVariable(source, e.Word(i))
			}
		}
	})
	return g, !c.Failed()
}
