package conf_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/addon"
	"tidegate/ast/conf"
)

// The facts about nginx 1.31 in testdata/spec were taken from its C tables and
// those of the stream Lua module.

type directiveFact struct {
	Name, Module, Default, Since           string
	Contexts, Values                       []string
	Counts                                 []int
	Min                                    *int
	Flag, Block, Lua, Commercial, External bool
	Deprecated, Removed                    bool
}

type variableFact struct {
	Name, Module, Since                      string
	Prefix, Changeable, NoCacheable, Builtin bool
	Commercial                               bool
}

type luaFact struct {
	Name, Kind, Module string
	Subsystems         []string
	Phases             map[string][]string
	Yields             bool
	Value              *float64
}

func readFacts[T any](t *testing.T, name string) []T {
	t.Helper()
	data, err := os.ReadFile("../../testdata/spec/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out []T
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// rowFor finds the row of a fact: the name, the module and at least one place.
func rowFor(f directiveFact) *catalog.Row {
	var in catalog.Context
	for _, c := range f.Contexts {
		if c == "any" {
			in = catalog.AnyContext
			continue
		}
		bit, _ := catalog.ParseContext(c)
		in |= bit
	}
	for _, r := range conf.Catalog.Rows(f.Name) {
		if r.Module().Name == f.Module && r.In&in != 0 {
			return r
		}
	}
	return nil
}

// Defaults that the documentation states in words, or differently from what
// the merging code does; each with what holds here.
var otherDefaults = map[string]string{
	"lua_ssl_protocols":      "SSLv3 TLSv1 TLSv1.1 TLSv1.2", // what the stream module merges
	"lua_socket_buffer_size": "4k",                          // the page size
}

func TestDirectivesAgainstFacts(t *testing.T) {
	seen := map[*catalog.Row]bool{}
	for _, f := range append(readFacts[directiveFact](t, "directives.json"), readFacts[directiveFact](t, "addons.json")...) {
		r := rowFor(f)
		if r == nil {
			t.Errorf("%s (%s): no row", f.Name, f.Module)
			continue
		}
		seen[r] = true
		checkDirective(t, f, r)
	}
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			if !seen[r] {
				t.Errorf("%s (%s): a row without facts", r.Name, m.Name)
			}
		}
	}
}

func checkDirective(t *testing.T, f directiveFact, r *catalog.Row) {
	t.Helper()
	differ := func(what string, got, want any) {
		t.Errorf("%s (%s): %s %v, want %v", f.Name, f.Module, what, got, want)
	}
	in := r.In.Names()
	slices.Sort(in)
	want := slices.Clone(f.Contexts)
	slices.Sort(want)
	if !slices.Equal(in, want) {
		differ("contexts", in, want)
	}
	if f.Min != nil {
		checkCounts(t, f, r)
	}
	def := f.Default
	if other, ok := otherDefaults[f.Name]; ok && (f.Module == "ngx_stream_lua_module" || f.Name != "lua_ssl_protocols") {
		def = other
	}
	if def != r.Default && (r.Default != "" || r.DefaultNote == "" && def != "" && r.Origin.Known()) {
		differ("default", r.Default, def)
	}
	if f.Since != "" && r.Since != f.Since && !earlySince(f) {
		differ("since", r.Since, f.Since)
	}
	if f.Flag && r.Kind != "flag" && r.Args != "on|off" {
		differ("kind", r.Kind, "flag")
	}
	if f.Lua != (r.Body == catalog.LuaCode) || f.Block != (r.Body != catalog.NoBody) {
		differ("body", r.Body, f)
	}
	if len(f.Values) > 0 && !slices.Equal(r.Values, f.Values) {
		differ("values", r.Values, f.Values)
	}
	apart := r.Origin == catalog.External && !isAddon(f.Module)
	if f.Commercial != (r.Origin == catalog.Commercial) || f.External != apart ||
		f.Removed != (r.Origin == catalog.Removed) {
		differ("origin", r.Origin, f)
	}
	if f.Deprecated && r.Deprecated == "" && r.Of == nil && r.Origin.Known() {
		differ("deprecated", r.Deprecated, f.Deprecated)
	}
}

// isAddon tells that a module is one of package addon, whose facts are in a file
// of their own.
func isAddon(module string) bool {
	return slices.ContainsFunc(addon.Modules(), func(m *catalog.Module) bool { return m.Name == module })
}

// earlySince tells that the fact says only since when the module exists, or
// since when http has the directive.
func earlySince(f directiveFact) bool {
	return f.Since == "1.9.0" || f.Module != "ngx_stream_lua_module" && strings.HasPrefix(f.Since, "1.9.")
}

// checkCounts compares the accepted numbers of arguments. nginx accepts any
// number from seven on only where it accepts any number at all.
func checkCounts(t *testing.T, f directiveFact, r *catalog.Row) {
	t.Helper()
	for n := range 9 {
		want := slices.Contains(f.Counts, n)
		if f.Counts == nil {
			want = n >= *f.Min
		}
		if got := r.Shape().Accepts(n); got != want {
			t.Errorf("%s (%s): %q accepts %d arguments: %v, want %v", f.Name, f.Module, r.Args, n, got, want)
		}
	}
}

func TestRowsAreComplete(t *testing.T) {
	for _, m := range conf.Catalog.Modules() {
		if m.Doc == "" {
			t.Errorf("%s has no Doc", m.Name)
		}
		for _, r := range m.Rows {
			r.Shape() // panics if Args is malformed
			switch {
			case r.Runs.Level == catalog.SupportUnset:
				t.Errorf("%s: Runs is not set", r.Name)
			case r.Runs.Level != catalog.SupportFull && r.Runs.Why == "":
				t.Errorf("%s: %s without a reason", r.Name, r.Runs.Level)
			case r.Doc == "":
				t.Errorf("%s has no Doc", r.Name)
			case r.Body == catalog.Directives && r.Opens == 0:
				t.Errorf("%s opens no place", r.Name)
			case !r.Origin.Known() && r.Runs.Level != catalog.SupportRefused:
				t.Errorf("%s is unknown to nginx and not refused", r.Name)
			}
			r.CheckDefault() // panics if the decoder refuses it
		}
		for _, v := range m.Variables {
			if v.Runs.Level == catalog.SupportUnset || v.Doc == "" {
				t.Errorf("$%s: Runs or Doc is missing", v.Name)
			}
		}
	}
	for _, f := range conf.Catalog.LuaFuncs() {
		if f.Runs.Level == catalog.SupportUnset || f.Doc == "" || f.Sig == "" {
			t.Errorf("%s: Runs, Doc or Sig is missing", f.Name)
		}
	}
}

// subsystemOf tells the variables of stream and http apart, which have names in
// common.
func subsystemOf(module string) string {
	if strings.Contains(module, "_stream_") {
		return "stream "
	}
	return "http "
}

func TestVariablesAgainstFacts(t *testing.T) {
	rows := map[string]catalog.Variable{}
	for _, m := range conf.Catalog.Modules() {
		if isAddon(m.Name) {
			continue
		}
		for _, v := range m.Variables {
			rows[subsystemOf(m.Name)+v.Name] = v
		}
	}
	facts := readFacts[variableFact](t, "variables.json")
	for _, f := range facts {
		v, ok := rows[subsystemOf(f.Module)+f.Name]
		if !ok {
			t.Errorf("$%s: no row", f.Name)
			continue
		}
		if v.Prefix != f.Prefix || v.Changeable != f.Changeable || v.Volatile != f.NoCacheable {
			t.Errorf("$%s: %+v, want %+v", f.Name, v, f)
		}
		if f.Builtin == (v.Origin == catalog.Commercial || v.Origin == catalog.External) {
			t.Errorf("$%s: origin %v, want builtin %v", f.Name, v.Origin, f.Builtin)
		}
		if f.Since != "" && v.Since != f.Since {
			t.Errorf("$%s: since %q, want %q", f.Name, v.Since, f.Since)
		}
	}
	if len(rows) != len(facts) {
		t.Errorf("%d rows for %d facts", len(rows), len(facts))
	}
}

var luaPhases = map[string]catalog.Phases{
	"init_by_lua*": catalog.Init, "init_worker_by_lua*": catalog.InitWorker, "exit_worker_by_lua*": catalog.ExitWorker,
	"ssl_client_hello_by_lua*": catalog.SSLClientHello, "ssl_certificate_by_lua*": catalog.SSLCertificate,
	"ssl_session_fetch_by_lua*": catalog.SSLSessionFetch, "ssl_session_store_by_lua*": catalog.SSLSessionStore,
	"set_by_lua*": catalog.Set, "server_rewrite_by_lua*": catalog.ServerRewrite, "rewrite_by_lua*": catalog.Rewrite,
	"access_by_lua*": catalog.Access, "preread_by_lua*": catalog.Preread, "precontent_by_lua*": catalog.PreContent,
	"content_by_lua*": catalog.Content, "balancer_by_lua*": catalog.Balancer,
	"proxy_ssl_certificate_by_lua*": catalog.ProxySSLCertificate, "proxy_ssl_verify_by_lua*": catalog.ProxySSLVerify,
	"header_filter_by_lua*": catalog.HeaderFilter, "body_filter_by_lua*": catalog.BodyFilter,
	"log_by_lua*": catalog.Log, "*log_by_lua*": catalog.Log, "ngx.timer.*": catalog.Timer,
}

// phasesOf adds up the phases of a fact; all is what "any" stands for.
func phasesOf(names []string, all catalog.Phases) catalog.Phases {
	var out catalog.Phases
	for _, n := range names {
		n, _, _ = strings.Cut(n, " (")
		if n == "any" {
			return all
		}
		out |= luaPhases[n]
	}
	return out
}

// readDisabled reads in which phases of http each function fails.
func readDisabled(t *testing.T) map[string]catalog.Phases {
	data, err := os.ReadFile("../../testdata/spec/lua_http_disabled.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]catalog.Phases{}
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		name, phases, _ := strings.Cut(line, "\t")
		out[name] = 0
		if phases != "-" {
			out[name] = phasesOf(strings.Fields(phases), catalog.AnyHTTPPhase)
		}
	}
	return out
}

// The stream phases come from the C masks and must agree exactly, except for
// what has no phase check (constants, fields and modules). Those of http were
// measured for most functions; the others come from documentation that can be
// too narrow, and the rows may have more.
func TestLuaAgainstFacts(t *testing.T) {
	rows := map[string]*catalog.LuaFunc{}
	for _, f := range conf.Catalog.LuaFuncs() {
		if rows[f.Name] != nil && f.Kind == rows[f.Name].Kind {
			t.Errorf("%s has two rows", f.Name)
		}
		rows[f.Name] = f
	}
	measured := readDisabled(t)
	facts := readFacts[luaFact](t, "lua_api.json")
	for _, f := range facts {
		r := rows[f.Name]
		if r == nil {
			t.Errorf("%s: no row", f.Name)
			continue
		}
		if (r.Stream != 0) != slices.Contains(f.Subsystems, "stream") || (r.HTTP != 0) != slices.Contains(f.Subsystems, "http") {
			t.Errorf("%s: subsystems of %+v, want %v", f.Name, r, f.Subsystems)
		}
		stream := phasesOf(f.Phases["stream"], catalog.AnyStreamPhase)
		checked := r.Kind == catalog.LuaFunction || r.Kind == catalog.LuaMethod
		if checked && stream != 0 && stream != r.Stream {
			t.Errorf("%s: stream phases %v, want %v", f.Name, r.Stream.Names(), stream.Names())
		}
		if disabled, ok := measured[f.Name]; ok {
			if want := catalog.AnyHTTPPhase &^ disabled; r.HTTP != want {
				t.Errorf("%s: http phases %v, measured %v", f.Name, r.HTTP.Names(), want.Names())
			}
		} else if http := phasesOf(f.Phases["http"], catalog.AnyHTTPPhase); http&^r.HTTP != 0 {
			t.Errorf("%s: http phases lack %v", f.Name, (http &^ r.HTTP).Names())
		}
		if r.Yields != f.Yields {
			t.Errorf("%s: yields %v", f.Name, r.Yields)
		}
		if f.Value != nil && float64(r.Value) != *f.Value {
			t.Errorf("%s: value %d, want %v", f.Name, r.Value, *f.Value)
		}
	}
	if n := len(conf.Catalog.LuaFuncs()); n != len(facts) {
		t.Errorf("%d rows for %d facts", n, len(facts))
	}
}
