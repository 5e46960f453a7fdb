// Package addon declares the directives of widely used modules that are
// distributed apart from nginx, one file per module.
//
// Those that OpenResty has built in are known always (catalog.Bundled); the
// others are known once load_module brings them in (catalog.External). The
// runtime serves none of them: the rows are for the checker and the other tools.
//
// Places and numbers of arguments are those of the modules' own tables, which a
// test compares. Arguments of the bundled modules are read as the modules read them;
// those of the others as far as they hold variables. The flow is that of package catalog.
package addon

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
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
		NDKModule, EchoModule, CoolkitModule, SetMiscModule, FormInputModule, EncryptedSessionModule, ArrayVarModule,
		MemcModule, Redis2Module, RedisModule, XSSModule, SRCacheModule, HeadersMoreModule, RDSJSONModule,
		RDSCSVModule, IconvModule, DrizzleModule, PostgresModule, BrotliFilterModule, BrotliStaticModule,
		GeoIP2Module, StreamGeoIP2Module, VTSModule, CachePurgeModule, AuthPAMModule, AuthLDAPModule,
		AuthSPNEGOModule, FancyIndexModule, UploadModule, DAVExtModule, SubsFilterModule, ModSecurityModule,
		UpstreamCheckModule,
	}
}

// variables declares the variables of a module. Those of most bundled modules
// are made when the http block has been read (lateVariables).
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

// lateVariables declares the variables of a module that makes them at the end of
// the http block: until then set and its kin may take the names.
func lateVariables(names ...string) []catalog.Variable {
	out := variables(catalog.Bundled, names...)
	for i := range out {
		out[i].Changeable = true
	}
	return out
}

// unhashed is for variables that only some directive of the module makes.
func unhashed(variables []catalog.Variable) []catalog.Variable {
	for i := range variables {
		variables[i].Unhashed = true
	}
	return variables
}

// failUnplaced reports an [error] about word i that refuses the configuration
// and that the module logs without a position.
func failUnplaced(c *catalog.Call, i int, message string) bool {
	c.ReportWhole(diag.Diagnostic{Severity: diag.Error, Rule: catalog.RuleValue, Message: message, Subject: c.Word(i), Order: c.At()})
	return false
}

// decodeSwitch takes a directive that is on by being there.
func decodeSwitch(*catalog.Call) (bool, bool) { return true, true }

// decodeName takes the name of a block whose body is not looked at.
func decodeName(c *catalog.Call) (string, bool) { return c.Text(1), true }

// decodeTemplates takes words that may have variables.
func decodeTemplates(c *catalog.Call) ([]catalog.Template, bool) {
	return c.Templates(1, c.Len())
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
