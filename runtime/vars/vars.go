package vars

import (
	"errors"
	"fmt"
	"strings"
)

// Status is the outcome of a Getter.
type Status uint8

// The outcomes of a Getter.
const (
	Found   Status = iota // the text is the value
	Missing               // nginx's not_found: "" in a text, "-" in a log, nil in a script
	Failed                // NGX_ERROR: as Missing, but not kept by a variable that has no slot
)

// Flags say how a variable may be used (NGX_STREAM_VAR_*).
type Flags uint8

// The flags of a variable.
const (
	Changeable  Flags = 1 << iota // scripts, "set" and "map" may give it a value
	NoCacheable                   // computed anew for each text
	NoHash                        // not reachable by name from a script
	Weak                          // defined by "set": a prefix variable of the same name wins
	Prefix                        // Name is a prefix; the getter receives the whole name
)

// Session is what the package needs of a session or request.
type Session interface {
	Vars() *Values
	// VarCycle logs `cycle while evaluating variable "name"`.
	VarCycle(name string)
}

// Variable is one variable of a registry. Get must be set by the time of Resolve.
type Variable[S Session] struct {
	Name string // in lower case
	Get  func(s S, name string) (string, Status)
	// Set, when not nil, receives what is assigned; ok is false when a script assigns nil.
	Set func(s S, value string, ok bool)
	// Append, when not nil, is Get without the string, for a NoCacheable variable that is never Missing.
	Append func(s S, dst []byte) []byte
	// Plain promises that the value needs no escaping in any log format.
	Plain bool
	Flags Flags

	index int // of its slot, -1 without one
}

// The outcomes of Set other than success; a script's message is made from them.
var (
	ErrUnknown       = errors.New("not found for writing")
	ErrNotChangeable = errors.New("not changeable")
	ErrNoHandler     = errors.New("cannot be assigned a value")
)

// maxDepth is how deep variables may refer to each other (ngx_stream_variable_depth).
const maxDepth = 100

// Value is what a slot holds.
type Value struct {
	text  string
	state uint8
	fresh bool // of a NoCacheable variable
}

const (
	unset uint8 = iota
	valid
	missing
)

// Values are the variables of one session: a slot for each index, and what the last regular expression captured. The zero Values is
// ready; slots are made at the first use.
type Values struct {
	slots   []Value
	caps    []int32 // pairs of offsets into subject, -1 for a group that did not take part
	subject string
	depth   int
}

// Reset forgets everything and keeps the memory for the next session.
func (v *Values) Reset() {
	clear(v.slots)
	*v = Values{slots: v.slots, caps: v.caps[:0]}
}

// Drop gives up the memory. The values are computed anew when asked for: only for a session that has computed none worth keeping.
func (v *Values) Drop() { *v = Values{} }

// capture is the text of group n, empty when it did not take part in the match.
func (v *Values) capture(n int) string {
	if 2*n+1 >= len(v.caps) || v.caps[2*n] < 0 {
		return ""
	}
	return v.subject[v.caps[2*n]:v.caps[2*n+1]]
}

// Registry holds the variables of one subsystem of one configuration.
type Registry[S Session] struct {
	names    map[string]*Variable[S]
	prefixes []*Variable[S]
	indexes  map[string]int
	indexed  []*Variable[S] // by index; filled by Resolve
	order    []string       // names by index
}

// NewRegistry makes an empty registry.
func NewRegistry[S Session]() *Registry[S] {
	return &Registry[S]{names: map[string]*Variable[S]{}, indexes: map[string]int{}}
}

// Add adds a module's variable. The error is nginx's: `the duplicate "x" variable`.
func (r *Registry[S]) Add(v Variable[S]) error {
	if v.Flags&Prefix != 0 {
		for _, p := range r.prefixes {
			if p.Name == v.Name {
				return fmt.Errorf("the duplicate %q variable", v.Name)
			}
		}
		v.index = -1
		r.prefixes = append(r.prefixes, &v)
		return nil
	}
	d, err := r.Define(v.Name, v.Flags)
	if err != nil {
		return err
	}
	d.Get, d.Set, d.Append, d.Plain = v.Get, v.Set, v.Append, v.Plain
	return nil
}

// Define makes the variable of a directive, or returns the one that exists when it is Changeable (ngx_stream_add_variable).
func (r *Registry[S]) Define(name string, flags Flags) (*Variable[S], error) {
	if name == "" {
		return nil, errors.New(`invalid variable name "$"`)
	}
	name = strings.ToLower(name)
	if v := r.names[name]; v != nil {
		if v.Flags&Changeable == 0 {
			return nil, fmt.Errorf("the duplicate %q variable", name)
		}
		if flags&Weak == 0 {
			v.Flags &^= Weak
		}
		return v, nil
	}
	v := &Variable[S]{Name: name, Flags: flags, index: -1}
	r.names[name] = v
	return v, nil
}

// Index is the slot of a mentioned variable, whether it exists is found out by Resolve (ngx_stream_get_variable_index).
func (r *Registry[S]) Index(name string) int {
	name = strings.ToLower(name)
	i, ok := r.indexes[name]
	if !ok {
		i = len(r.order)
		r.indexes[name] = i
		r.order = append(r.order, name)
	}
	return i
}

// Mentioned tells whether the configuration refers to a variable by that name in lower case.
func (r *Registry[S]) Mentioned(name string) bool {
	_, ok := r.indexes[name]
	return ok
}

// Lookup is the variable of that name in lower case, nil when there is none; prefix variables are not looked at.
func (r *Registry[S]) Lookup(name string) *Variable[S] { return r.names[name] }

// Resolve connects every mentioned name with its variable (ngx_stream_variables_init_vars). The errors are nginx's, one for each
// name that nothing defines: `unknown "x" variable`.
func (r *Registry[S]) Resolve() []error {
	var errs []error
	r.indexed = make([]*Variable[S], len(r.order))
	for i, name := range r.order {
		v := r.names[name]
		if v != nil {
			v.index = i
		}
		if v == nil || v.Get == nil || v.Flags&Weak != 0 {
			if p := r.prefix(name); p != nil {
				v = &Variable[S]{Name: name, Get: p.Get, Flags: p.Flags, index: i}
			}
		}
		if v == nil || v.Get == nil {
			errs = append(errs, fmt.Errorf("unknown %q variable", name))
			continue
		}
		r.indexed[i] = v
	}
	return errs
}

// prefix is the longest prefix variable that name begins with.
func (r *Registry[S]) prefix(name string) *Variable[S] {
	var best *Variable[S]
	for _, p := range r.prefixes {
		if strings.HasPrefix(name, p.Name) && (best == nil || len(p.Name) > len(best.Name)) {
			best = p
		}
	}
	return best
}

// slots are the session's, made now when it has none.
func (r *Registry[S]) slots(v *Values) []Value {
	if len(v.slots) != len(r.indexed) {
		if cap(v.slots) < len(r.indexed) {
			v.slots = make([]Value, len(r.indexed))
		}
		v.slots = v.slots[:len(r.indexed)]
	}
	return v.slots
}

// At is the value at an index as it stands, computed when it is not known (ngx_stream_get_indexed_variable).
func (r *Registry[S]) At(s S, index int) (string, bool) {
	vs := s.Vars()
	slot := &r.slots(vs)[index]
	if slot.state == unset {
		v := r.indexed[index]
		text, st := r.compute(s, vs, v, v.Name)
		if st == Found {
			*slot = Value{text: text, state: valid, fresh: v.Flags&NoCacheable != 0}
		} else {
			*slot = Value{state: missing, fresh: st == Missing && v.Flags&NoCacheable != 0}
		}
	}
	return slot.text, slot.state == valid
}

// flush forgets the value at an index when its variable is not to be kept.
func (r *Registry[S]) flush(vs *Values, index int) {
	if slot := &r.slots(vs)[index]; slot.fresh {
		*slot = Value{}
	}
}

func (r *Registry[S]) compute(s S, vs *Values, v *Variable[S], name string) (string, Status) {
	if vs.depth >= maxDepth {
		s.VarCycle(name)
		return "", Failed
	}
	vs.depth++
	text, st := v.Get(s, name)
	vs.depth--
	return text, st
}

// Get is the value of a variable by its name in lower case, as a script asks for it (ngx_stream_get_variable).
func (r *Registry[S]) Get(s S, name string) (string, bool) {
	vs := s.Vars()
	if v := r.names[name]; v != nil && v.Flags&NoHash == 0 {
		if v.index >= 0 {
			r.flush(vs, v.index)
			return r.At(s, v.index)
		}
		if v.Get == nil {
			return "", false
		}
		text, st := r.compute(s, vs, v, name)
		return text, st == Found
	}
	if p := r.prefix(name); p != nil {
		text, st := p.Get(s, name)
		return text, st == Found
	}
	return "", false
}

// Set assigns by name in lower case, as a script does; ok is false for nil. The errors are ErrUnknown, ErrNotChangeable and
// ErrNoHandler (ngx_stream_lua_ffi_var_set).
func (r *Registry[S]) Set(s S, name, value string, ok bool) error {
	v := r.names[name]
	switch {
	case v == nil || v.Flags&NoHash != 0:
		return ErrUnknown
	case v.Flags&Changeable == 0:
		return ErrNotChangeable
	case v.Set != nil:
		v.Set(s, value, ok)
		return nil
	case v.index < 0:
		return ErrNoHandler
	}
	r.Store(s, v.index, value, ok)
	return nil
}

// Store puts a value into the slot at an index, whatever its variable says: "set" and named groups do it. ok is false for "no value".
func (r *Registry[S]) Store(s S, index int, value string, ok bool) {
	st := missing
	if ok {
		st = valid
	}
	r.slots(s.Vars())[index] = Value{text: value, state: st}
}
