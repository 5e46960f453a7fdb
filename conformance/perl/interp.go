package perl

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Config is what the host gives an interpreter.
type Config struct {
	Dir     string                                  // the current directory
	Env     map[string]string                       // %ENV
	Funcs   map[string]Func                         // subs, by name ("main" is the package of all of them)
	Use     func(module string, args []Value) error // loads a module that is no file below Dir; an error names what is not known
	Command func(command string) (out string, status int)
}

// Interp runs Perl. It is not safe for concurrent use.
type Interp struct {
	conf    Config
	globals map[string]any // by name with sigil and package: *Scalar, *Array, *Hash
	subs    map[string]*Code
	funcs   functions
	pkg     string
	env     *Hash
	scope   *scope
	file    string
	// matched is the subject of the last match that succeeded, and where its groups were.
	matched string
	groups  []int32
	used    map[string]bool
	inc     []string // where modules are looked for
	depth   int
}

// scope is a block's lexical variables.
type scope struct {
	vars   map[string]any
	parent *scope
	exits  []func() // gives what local took away back
}

func (s *scope) onExit(f func()) { s.exits = append(s.exits, f) }

func (s *scope) leave() {
	for i := len(s.exits) - 1; i >= 0; i-- {
		s.exits[i]()
	}
}

// Error is a failure of the program or of the interpreter.
type Error struct {
	File   string
	Line   int
	Reason string
	Died   bool // by die, so that eval catches it
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Reason
	}
	return fmt.Sprintf("%s line %d: %s", filepath.Base(e.File), e.Line, e.Reason)
}

// New makes an interpreter.
func New(conf Config) *Interp {
	in := &Interp{conf: conf, globals: map[string]any{}, subs: map[string]*Code{}, funcs: newFunctions(), pkg: "main", env: NewHash(),
		scope: &scope{vars: map[string]any{}}, used: map[string]bool{}, inc: []string{"", "lib", "inc"}}
	for k, v := range conf.Env {
		in.env.At(k).V = v
	}
	in.globals["%main::ENV"] = in.env
	for name, f := range conf.Funcs {
		in.subs["main::"+name] = &Code{Name: name, host: f}
	}
	in.SetScalar("main::^O", "linux")
	in.SetScalar("main::@", "")
	in.SetScalar("main::/", "\n")
	in.SetScalar("main::0", "")
	in.SetScalar("main::$", float64(os.Getpid()))
	return in
}

// Getenv is a variable of %ENV.
func (in *Interp) Getenv(name string) (string, bool) {
	v := in.env.Get(name)
	return String(v), v != nil
}

// Setenv sets a variable of %ENV.
func (in *Interp) Setenv(name, value string) { in.env.At(name).V = value }

// SetScalar sets a global variable; the name has its package, as in "main::x".
func (in *Interp) SetScalar(name string, v Value) { in.global("$"+name, true).(*Scalar).V = v }

// Run runs a file's text.
func (in *Interp) Run(file, text string) (err error) {
	defer in.recovered(&err)
	if file != "" {
		in.file = file
		in.SetScalar("main::0", file)
	}
	in.run(source(text), 1)
	return nil
}

// source is a file's text as Perl reads it: with LF for CRLF.
func source(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// Eval evaluates a text, as the function eval does, and gives what its last statement did. Line is where the text begins.
func (in *Interp) Eval(text string, line int) (out []Value, err error) {
	defer in.recovered(&err)
	saved, pkg := in.scope, in.pkg
	in.scope = &scope{vars: map[string]any{}, parent: saved}
	defer func() { in.scope, in.pkg = saved, pkg }()
	return in.run(text, line), nil
}

// Call calls a sub.
func (in *Interp) Call(c *Code, args ...Value) (out []Value, err error) {
	defer in.recovered(&err)
	return in.call(c, args, true), nil
}

func (in *Interp) recovered(err *error) {
	switch e := recover().(type) {
	case nil:
	case *Error:
		*err = e
	case control:
		*err = &Error{File: in.file, Reason: e.kind + " outside of a sub or loop"}
	default:
		panic(e)
	}
}

// run parses a text, and runs it: use, BEGIN and subs while reading, the rest in order.
func (in *Interp) run(text string, line int) []Value {
	p := &parser{in: in, src: text, line: line, file: in.file, jumps: map[int]int{}}
	b := p.statements(true)
	return in.runBlock(b, true)
}

// load runs a file of the suite, for use.
func (in *Interp) load(path, module string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	pkg, file, sc := in.pkg, in.file, in.scope
	in.pkg, in.file, in.scope = module, path, &scope{vars: map[string]any{}}
	defer func() { in.pkg, in.file, in.scope = pkg, file, sc }()
	in.run(withSelf(source(string(text))), 1)
	return nil
}

var (
	spiffy     = regexp.MustCompile(`(?m)^\s*use [\w:]+ +-[Bb]ase\b`)
	plainSub   = regexp.MustCompile(`(?m)^(sub\s+\w+\s+\{)(.*\n)`)
	functional = regexp.MustCompile(`(?m)^(sub\s+\w+)\s*\(\s*\)(\s+\{.*\n)`)
)

// withSelf does to a module that is built on Test::Base what Spiffy's filter does to its text: a sub takes its object from its arguments
// first, except where it has parentheses.
func withSelf(text string) string {
	if !spiffy.MatchString(text) {
		return text
	}
	text = plainSub.ReplaceAllString(text, "${1}my $$self = shift;${2}")
	return functional.ReplaceAllString(text, "${1}${2}")
}

// export makes the names that a module exports known in the package that uses it: those that are asked for, else its @EXPORT.
func (in *Interp) export(module string, args []Value) {
	var names []string
	for _, a := range args {
		if s := String(a); !strings.HasPrefix(s, "-") && !strings.HasPrefix(s, ":") {
			names = append(names, s)
		}
	}
	if list, ok := in.globals["@"+module+"::EXPORT"].(*Array); ok && len(names) == 0 {
		for _, v := range list.Values() {
			names = append(names, String(v))
		}
	}
	for _, name := range names {
		switch name[0] {
		case '$', '@', '%':
			in.globals[name[:1]+in.pkg+"::"+name[1:]] = in.global(name[:1]+module+"::"+name[1:], true)
		default:
			name = strings.TrimPrefix(name, "&")
			if c := in.subs[module+"::"+name]; c != nil {
				in.subs[in.pkg+"::"+name] = c
			}
		}
	}
}

// use is the statement of that name: a module of the suite, else one that the host knows.
func (in *Interp) use(module string, args []Value) error {
	rel := strings.ReplaceAll(module, "::", "/") + ".pm"
	if module == "lib" {
		for _, a := range args {
			in.inc = append([]string{String(a)}, in.inc...)
		}
	}
	for _, dir := range in.inc {
		path := in.path(filepath.Join(dir, rel))
		if _, err := os.Stat(path); err == nil && !strings.HasPrefix(module, "Test::Nginx") {
			if !in.used[path] {
				in.used[path] = true
				if err := in.load(path, module); err != nil {
					return err
				}
			}
			in.export(module, args)
			return nil
		}
	}
	if in.conf.Use == nil {
		return fmt.Errorf("use %s: the module is not known", module)
	}
	return in.conf.Use(module, args)
}

// qualified is a variable's or sub's name with its package.
func (in *Interp) qualified(name string) string {
	if strings.HasPrefix(name, "::") {
		return "main" + name
	}
	if strings.Contains(name, "::") {
		return name
	}
	// The punctuation variables, digits and these names belong to main from everywhere.
	if c := name[0]; !(c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') || name == "ENV" || name == "_" || name == "INC" || name == "STDERR" || name == "STDOUT" {
		return "main::" + name
	}
	return in.pkg + "::" + name
}

// global gives a package variable by its sigil and full name.
func (in *Interp) global(key string, create bool) any {
	v, ok := in.globals[key]
	if !ok && create {
		switch key[0] {
		case '$':
			v = &Scalar{}
		case '@':
			v = &Array{}
		default:
			v = NewHash()
		}
		in.globals[key] = v
	}
	return v
}

// variable finds a variable by sigil and name: lexical, else of the package.
func (in *Interp) variable(sigil byte, name string) any {
	key := string(sigil) + name
	for s := in.scope; s != nil; s = s.parent {
		if v, ok := s.vars[key]; ok {
			return v
		}
	}
	return in.global(string(sigil)+in.qualified(name), true)
}

// declare makes a lexical variable.
func (in *Interp) declare(sigil byte, name string) any {
	var v any
	switch sigil {
	case '$':
		v = &Scalar{}
	case '@':
		v = &Array{}
	default:
		v = NewHash()
	}
	in.scope.vars[string(sigil)+name] = v
	return v
}

// sub finds a sub by its name.
func (in *Interp) sub(name string) *Code {
	if c := in.subs[in.qualified(name)]; c != nil {
		return c
	}
	if i := strings.LastIndex(name, "::"); i >= 0 {
		return in.subs["main::"+name[i+2:]]
	}
	return in.subs["main::"+name]
}

// maxDepth bounds recursion of subs.
const maxDepth = 500

func (in *Interp) call(c *Code, args []Value, list bool) (out []Value) {
	if c.host != nil {
		out, err := c.host(args)
		if err != nil {
			if e, ok := err.(*Error); ok {
				panic(e)
			}
			panic(&Error{Reason: err.Error()})
		}
		return out
	}
	if c.body == nil {
		panic(&Error{Reason: "sub " + c.Name + " is declared and not defined"})
	}
	if in.depth++; in.depth > maxDepth {
		panic(&Error{Reason: "subs call each other more than " + fmt.Sprint(maxDepth) + " deep"})
	}
	saved, pkg := in.scope, in.pkg
	in.scope, in.pkg = &scope{vars: map[string]any{"@_": List(args...)}, parent: c.scope}, c.pkg
	defer func() {
		in.scope, in.pkg = saved, pkg
		in.depth--
		if r := recover(); r != nil {
			if ctl, ok := r.(control); ok && ctl.kind == "return" {
				out = ctl.values
				return
			}
			panic(r)
		}
	}()
	return in.runBlock(c.body, list)
}

// control is a return, next or last on its way out.
type control struct {
	kind   string
	values []Value
}

// Env is %ENV as it is now.
func (in *Interp) Env() map[string]string {
	out := map[string]string{}
	for _, k := range in.env.keys {
		if v := in.env.items[k].V; v != nil {
			out[k] = String(v)
		}
	}
	return out
}
