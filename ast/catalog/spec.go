package catalog

import (
	"fmt"
	"strings"
	"sync"
)

// Spec declares one directive. The zero value of a field means "nothing
// special", so that a declaration says only what is particular to it.
type Spec struct {
	Name string
	// In is the set of places where the directive may stand.
	In Context
	// Args is the argument notation, see notation.go; "" means no arguments.
	Args string
	// Default is the value in effect when nothing is set, written as it would be
	// in a file, without the name. "" means none.
	Default string
	// DefaultNote tells in words what happens without the directive where no
	// literal value says it ("host of proxy_pass").
	DefaultNote string
	// Since is the nginx version that brought the directive; "" is "from the
	// beginning of its module".
	Since string
	Runs  Support
	// Inherit says how a value passes from an outer level to an inner one.
	Inherit Inheritance
	// Repeat says whether the directive may stand several times in one level.
	Repeat Repetition
	// Opens is the place that the directive's block forms, for blocks only.
	Opens Context
	// Origin says where the directive comes from when it is not part of
	// open-source nginx on Linux with its stream Lua module.
	Origin Origin
	// Deprecated says what to use instead; "" means not deprecated.
	Deprecated string
	// Doc is one sentence on what the directive does.
	Doc string
}

// Inheritance says how values pass from an outer level to an inner one.
type Inheritance uint8

const (
	// Override: a value in the inner level replaces the outer one, for repeated
	// directives the whole list (ngx_conf_merge_*_value).
	Override Inheritance = iota
	// Append: the inner level's list follows the outer one's.
	Append
	// FirstWins: the outermost value holds, inner ones have no effect.
	FirstWins
	// Local: the value does not pass to inner levels.
	Local
)

// Repetition says whether a directive may be repeated in one level.
type Repetition uint8

const (
	// Once: a second one is refused with `"X" directive is duplicate`.
	Once Repetition = iota
	// Many: each one adds a value.
	Many
	// LastWins: a later one silently replaces an earlier one.
	LastWins
	// AddsUp: a later one adds its words to those of the earlier ones; the last
	// value holds them all (ngx_conf_set_bitmask_slot).
	AddsUp
	// Own: the directive has a message of its own for a second one; its decoder or
	// the checker reports it.
	Own
)

// Support says what the runtime makes of a directive, variable or function.
type Support struct {
	// Level is one of full, partial, ignored and refused.
	Level SupportLevel
	// Why is the note of partial, the reason of ignored and refused.
	Why string
}

// SupportLevel orders the answers to "does it run".
type SupportLevel uint8

// Support levels. The zero value is SupportUnset, so that a forgotten Runs is
// found by the test of the rows.
const (
	SupportUnset SupportLevel = iota
	SupportFull
	SupportPartial
	SupportIgnored
	SupportRefused
)

// String gives the word that the reference manual uses.
func (l SupportLevel) String() string {
	return [...]string{"unset", "full", "partial", "ignored", "refused"}[l]
}

// Full means: works as in nginx.
var Full = Support{Level: SupportFull}

// Partial means: works, except for what note says.
func Partial(note string) Support { return Support{SupportPartial, note} }

// Ignored means: accepted without effect, which is safe because of why.
func Ignored(why string) Support { return Support{SupportIgnored, why} }

// Refused means: known and checked, but a configuration that uses it does not
// start.
func Refused(why string) Support { return Support{SupportRefused, why} }

// Origin says where a row comes from.
type Origin uint8

const (
	// Builtin rows are part of the nginx that Tidegate stands for.
	Builtin Origin = iota
	// Commercial rows exist in the commercial nginx only.
	Commercial
	// OtherPlatform rows exist in builds for other operating systems only.
	OtherPlatform
	// NotBuilt rows belong to an nginx module that is left out by default.
	NotBuilt
	// Newer rows appeared in an nginx after the one that Tidegate follows; they
	// are accepted.
	Newer
	// Removed rows existed in old versions.
	Removed
	// External rows belong to a module that is distributed apart from nginx.
	External
	// Bundled rows belong to such a module that OpenResty has built in.
	Bundled
	// Extra rows are declared by a project for itself.
	Extra
)

// Known reports whether the nginx that Tidegate follows has such rows; the
// others give "unknown directive".
func (o Origin) Known() bool { return o == Builtin || o == Newer || o == Bundled }

// Loadable reports whether load_module can bring in such rows.
func (o Origin) Loadable() bool { return o == External || o == NotBuilt }

// Explain completes the sentence "it ..." for people; "" for Builtin.
func (o Origin) Explain() string {
	switch o {
	case Commercial:
		return "is part of the commercial nginx subscription"
	case OtherPlatform:
		return "exists only in nginx builds for other operating systems"
	case NotBuilt:
		return "belongs to a module that nginx does not build by default"
	case Newer:
		return "is newer than nginx " + NginxVersion
	case Removed:
		return "was removed from nginx"
	case External:
		return "belongs to a module that is distributed separately"
	case Bundled:
		return "belongs to a module that comes with OpenResty"
	case Extra:
		return "is declared by the project"
	}
	return ""
}

// NginxVersion is the version whose behaviour the catalogue describes.
const NginxVersion = "1.31.1"

// Body says what follows the arguments of a directive.
type Body uint8

const (
	// NoBody: the directive ends with ";".
	NoBody Body = iota
	// Directives: a block of directives, looked up in Spec.Opens.
	Directives
	// Entries: a block of entries which the row decodes itself.
	Entries
	// LuaCode: a block of Lua source text.
	LuaCode
)

// Row is a declared directive: its Spec, how it is decoded and the module that
// it belongs to. Rows are compared by identity.
type Row struct {
	Spec
	// Kind names the value's form for the reference manual: "time", "flag", ...
	Kind string
	// Values are the words that an enum or bitmask accepts.
	Values []string
	// Body says whether a block follows.
	Body Body
	// Of is the directive that this one is an old name of, nil for all others.
	Of *Row

	module *Module
	decode func(*Call) (any, bool)

	shapeOnce   sync.Once
	shape       *Shape
	defaultOnce sync.Once
	defaultAny  any
}

// Module returns the nginx module that the row belongs to.
func (r *Row) Module() *Module { return r.module }

// Shape returns the parsed Args notation. It panics when the declaration is
// malformed; a test walks all rows.
func (r *Row) Shape() *Shape {
	r.shapeOnce.Do(func() { r.shape = mustShape(r.Name, r.Args) })
	return r.shape
}

// Decode turns the words of a directive into the row's typed value. On false
// the reasons have been reported through the call.
func (r *Row) Decode(c *Call) (any, bool) { return r.decode(c) }

// Syntax is the one-line form for manuals: name, arguments and body.
func (r *Row) Syntax() string {
	s := r.Name
	if r.Args != "" {
		s += " " + r.Args
	}
	switch r.Body {
	case NoBody:
		return s + ";"
	case LuaCode:
		return s + " { lua code }"
	}
	return s + " { ... }"
}

// defaultValue decodes Spec.Default once. Like Shape it panics on a malformed
// declaration.
func (r *Row) defaultValue() any {
	r.defaultOnce.Do(func() {
		if r.Default == "" {
			return
		}
		c := newDefaultCall(r, strings.Fields(r.Default))
		v, ok := r.decode(c)
		if !ok {
			panic(fmt.Sprintf("catalog: default %q of %s is refused by its own decoder", r.Default, r.Name))
		}
		r.defaultAny = v
	})
	return r.defaultAny
}

// Module is an nginx module with its rows, in the order of nginx's command
// table.
type Module struct {
	Name string
	// Doc is one sentence on what the module is for.
	Doc       string
	Rows      []*Row
	Variables []Variable

	file string
}

// LoadedFrom names the file of a dynamic module, without ".so", where that is
// not the module's own name.
func (m *Module) LoadedFrom(file string) *Module {
	m.file = file
	return m
}

// File returns the name of the dynamic module's file, without ".so".
func (m *Module) File() string {
	if m.file != "" {
		return m.file
	}
	return m.Name
}

// NewModule lists the rows of one nginx module.
func NewModule(name, doc string, handles ...Handle) *Module {
	m := &Module{Name: name, Doc: doc}
	for _, h := range handles {
		r := h.row()
		if r.module != nil {
			panic("catalog: row " + r.Name + " is listed twice")
		}
		r.module = m
		m.Rows = append(m.Rows, r)
	}
	return m
}

// WithVariables adds the module's built-in variables.
func (m *Module) WithVariables(vars ...Variable) *Module {
	for i := range vars {
		vars[i].Module = m.Name
	}
	m.Variables = vars
	return m
}

// CheckDefault decodes the declared default, to find a malformed declaration in
// a test.
func (r *Row) CheckDefault() { r.defaultValue() }
