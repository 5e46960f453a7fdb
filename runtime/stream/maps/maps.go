// Package maps is the map directive: a variable whose value is looked up by another text (ngx_stream_map_module).
//
// The source is compared without regard to case with the plain keys, and with the wildcards too when the map says hostnames; then
// with the regular expressions in the order of the file; what nothing matches has the default. A value may refer to variables and to
// the groups of the expression that matched. Building reads the file's order from an Entry list; Map is immutable and safe for
// concurrent use afterwards.
//
// The package is generic over the session and knows directives only as the plain values it is given.
package maps

import (
	"errors"
	"fmt"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/conf/pcre"
	"tidegate/runtime/stream/wildcard"
	"tidegate/runtime/vars"
)

// Kind is the form of an entry's key.
type Kind uint8

// The kinds of keys. Wildcards are for maps with hostnames.
const (
	Exact    Kind = iota // compared without regard to case
	Regex                // "~"
	Caseless             // "~*"
	Domain               // ".example.org": the name and all below it
	Leading              // "*.example.org"
	Trailing             // "www.*"
	Default              // "default"
)

// Entry is one line of a map.
type Entry struct {
	Kind  Kind
	Key   string // without what tells its kind
	Value catalog.Template
}

// Config is one map block.
type Config struct {
	Source    catalog.Template
	Name      string // of the variable, without "$"
	Hostnames bool
	Volatile  bool
	Entries   []Entry
}

type expression[S vars.Session] struct {
	re    *vars.Regex[S]
	value *vars.Complex[S]
}

// Map is a compiled map.
type Map[S vars.Session] struct {
	source    *vars.Complex[S]
	hostnames bool
	names     wildcard.Table[*vars.Complex[S]]
	regexes   []expression[S]
	fallback  *vars.Complex[S]
	failed    func(s S, err error)
}

// Add compiles a map and defines its variable in r. failed is told of an expression that cannot be run on a value; the text is
// nginx's message, the level alert.
func Add[S vars.Session](r *vars.Registry[S], cfg Config, failed func(s S, err error)) error {
	m := &Map[S]{source: r.Compile(cfg.Source), hostnames: cfg.Hostnames, failed: failed}
	flags := vars.Changeable
	if cfg.Volatile {
		flags |= vars.NoCacheable
	}
	v, err := r.Define(cfg.Name, flags)
	if err != nil {
		return err
	}
	v.Flags |= flags
	v.Get = m.get
	var errs []error
	for _, e := range cfg.Entries {
		if err := m.add(r, e); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (m *Map[S]) add(r *vars.Registry[S], e Entry) error {
	value := r.Compile(e.Value)
	var err error
	switch e.Kind {
	case Default:
		if m.fallback != nil {
			return errors.New("duplicate default map parameter")
		}
		m.fallback = value
		return nil
	case Regex, Caseless:
		re, cerr := pcre.Compile(e.Key, pcre.Options{Caseless: e.Kind == Caseless})
		if cerr != nil {
			return cerr
		}
		x, err := r.Regex(re)
		if err != nil {
			return err
		}
		m.regexes = append(m.regexes, expression[S]{x, value})
		return nil
	case Domain:
		err = m.names.Add("."+e.Key, value)
	case Leading:
		err = m.names.Add("*."+e.Key, value)
	case Trailing:
		err = m.names.Add(e.Key+".*", value)
	default:
		err = m.names.AddExact(e.Key, value)
	}
	if err != nil {
		return fmt.Errorf("%w \"%s\"", err, e.Key)
	}
	return nil
}

// get is the variable's getter (ngx_stream_map_variable).
func (m *Map[S]) get(s S, _ string) (string, vars.Status) {
	text := m.source.String(s)
	if m.hostnames {
		text = strings.TrimSuffix(text, ".")
	}
	if v, ok := m.names.Find(catalog.Lower(text)); ok {
		return v.String(s), vars.Found
	}
	if text != "" {
		for i := range m.regexes {
			ok, err := m.regexes[i].re.Exec(s, text)
			if err != nil {
				m.failed(s, err)
				break
			}
			if ok {
				return m.regexes[i].value.String(s), vars.Found
			}
		}
	}
	return m.fallback.String(s), vars.Found
}
