package catalog

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// Env is what a decoder may ask of the checker: it is how the catalogue, which
// does no I/O, gets at names, paths and regular expressions.
type Env interface {
	// Report takes a finding.
	Report(diag.Diagnostic)
	// Refuse takes a finding about something that nginx does and the runtime does
	// not.
	Refuse(diag.Diagnostic)
	// Resolve turns a host name into addresses.
	Resolve(host string) ([]netip.Addr, error)
	// FullName makes a path absolute: against the directory of the main
	// configuration file if conf, else against the prefix. Both end in "/", and
	// the full name of "" is the directory itself.
	FullName(name string, conf bool) string
	// File tells whether a file can be opened for reading; it is nil if that is
	// not to be asked.
	File(name string) error
	// Contents returns what is in a file; ok is false if that is not to be asked
	// or cannot be had.
	Contents(name string) (text []byte, ok bool)
	// Older tells that a file was changed before another one; it is false if that is
	// not to be asked.
	Older(name, than string) bool
	// Regex compiles a regular expression to see whether it is valid, and returns
	// the number of its captures and the names of the named ones.
	Regex(pattern string, caseless bool) (captures int, names []string, err error)
	// Lua checks the syntax of Lua source without running it. The line of the
	// error counts from 1 and is 0 if it is not known.
	Lua(source, chunk string) (line int, err error)
	// Hostname returns the name of the machine.
	Hostname() string
	// DefineVariable notes that the directive creates a variable, and returns
	// nginx's message if that is not allowed.
	DefineVariable(v NewVariable) (message string)
	// UseVariable notes a reference to a variable by the given part of a word.
	UseVariable(name string, at ast.Range)
	// MentionVariable notes a reference that nginx meets only when it merges the
	// settings of levels.
	MentionVariable(name string, at ast.Range)
	// Open reports that more may stand in a level than is known, because only a
	// part of a configuration is checked.
	Open(l Level) bool
}

// NewVariable is a variable that a directive creates.
type NewVariable struct {
	Name string
	// Changeable variables may be created again by another directive.
	Changeable bool
	// Weak variables do not replace an earlier definition (NGX_*_VAR_WEAK).
	Weak bool
	// At is where it is created.
	At ast.Range
}

// Call is one directive, or one entry of an opaque block, being decoded. Words
// count as in nginx: 0 is the name, 1 the first argument.
type Call struct {
	Row  *Row
	Node *ast.Directive
	Env  Env
	// Level is where the directive stands; nil for a declared default.
	Level Level
	// Outer is the block directive when Node is an entry of it, else nil.
	Outer *ast.Directive

	synthetic []string // words of a declared default; Node is nil then
	failed    bool
}

// NewCall prepares the decoding of a directive.
func NewCall(r *Row, d *ast.Directive, l Level, env Env) Call {
	return Call{Row: r, Node: d, Level: l, Env: env}
}

// newDefaultCall prepares the decoding of a declared default.
func newDefaultCall(r *Row, words []string) *Call {
	return &Call{Row: r, Env: defaultEnv{}, synthetic: append([]string{r.Name}, words...)}
}

// Len returns the number of words, the name included (cf->args->nelts).
func (c *Call) Len() int {
	if c.Node == nil {
		return len(c.synthetic)
	}
	return c.Node.NumWords()
}

// Text returns word i, "" past the end.
func (c *Call) Text(i int) string {
	switch {
	case i >= c.Len():
		return ""
	case c.Node == nil:
		return c.synthetic[i]
	}
	return c.Node.Word(i).Text
}

// Failed reports whether the call has reported an error that makes nginx refuse
// the configuration.
func (c *Call) Failed() bool { return c.failed }

// At returns where nginx's read position stands when it runs the directive's
// handler: past ";", or past "{" for a block of directives or entries.
func (c *Call) At() ast.Pos {
	switch {
	case c.Node == nil:
		return ast.Pos{}
	case c.Node.HasBlock() && c.Row != nil && c.Row.Body != LuaCode && c.Outer == nil:
		return c.Node.OpenPos()
	}
	return c.Node.EndPos()
}

// Report hands over a finding about a range.
func (c *Call) Report(s diag.Severity, rule string, subject ast.Range, message string) {
	d := diag.Diagnostic{Severity: s, Rule: rule, Message: message, Subject: subject, At: c.At()}
	c.failed = c.failed || d.Fatal()
	c.Env.Report(d)
}

// ReportDetail is Report with a sentence on why and what to do.
func (c *Call) ReportDetail(s diag.Severity, rule string, subject ast.Range, message, detail string) {
	d := diag.Diagnostic{Severity: s, Rule: rule, Message: message, Detail: detail, Subject: subject, At: c.At()}
	c.failed = c.failed || d.Fatal()
	c.Env.Report(d)
}

// ReportWhole hands over a finding that has more than Report can say.
func (c *Call) ReportWhole(d diag.Diagnostic) {
	c.failed = c.failed || d.Fatal()
	c.Env.Report(d)
}

// Word returns the range of word i.
func (c *Call) Word(i int) ast.Range {
	if c.Node == nil {
		return ast.Range{}
	}
	return c.Node.WordRange(i)
}

// Part returns the range of bytes from to to of the value of word i.
func (c *Call) Part(i, from, to int) ast.Range {
	if c.Node == nil {
		return ast.Range{}
	}
	return c.Node.TextRange(i, from, to)
}

// Rules that decoders report under.
const (
	RuleValue     = "invalid-value"
	RuleDuplicate = "duplicate"
	RuleArgs      = "argument-count"
	RuleVariable  = "unknown-variable"
	RuleReference = "unknown-reference"
	RuleAddress   = "invalid-address"
	RuleConflict  = "conflict"
	RuleFile      = "missing-file"
	RuleRegex     = "invalid-regex"
	RuleDeprecate = "deprecated"
	RuleHash      = "hash-size"
	// RuleUnsupported is for what nginx does and the runtime does not.
	RuleUnsupported = "unsupported"
)

// Fail reports an [emerg] about word i in nginx's words and returns false.
func (c *Call) Fail(i int, format string, args ...any) bool {
	c.Report(diag.Emerg, RuleValue, c.Word(i), fmt.Sprintf(format, args...))
	return false
}

// FailPart is Fail about bytes from to to of word i.
func (c *Call) FailPart(i, from, to int, format string, args ...any) bool {
	c.Report(diag.Emerg, RuleValue, c.Part(i, from, to), fmt.Sprintf(format, args...))
	return false
}

// FailDirective reports `"NAME" directive TEXT` about word i, the form that
// ngx_conf_handler gives to a string returned by a handler.
func (c *Call) FailDirective(i int, text string) bool {
	return c.Fail(i, `"%s" directive %s`, c.Text(0), text)
}

// Duplicate reports `"NAME" directive is duplicate`.
func (c *Call) Duplicate() bool {
	c.Report(diag.Emerg, RuleDuplicate, c.Word(0), `"`+c.Text(0)+`" directive is duplicate`)
	return false
}

// ReportPassing reports an [emerg] about word i after which nginx goes on.
func (c *Call) ReportPassing(i int, message string) {
	c.Env.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: RuleValue, Message: message,
		Subject: c.Word(i), At: c.At(), Passes: true})
}

// Refuse notes that the runtime does not have what word i asks for. The
// configuration is right, and does not start.
func (c *Call) Refuse(i int, why string) {
	c.Env.Refuse(diag.Diagnostic{Severity: diag.Emerg, Rule: RuleUnsupported,
		Message: `"` + c.Text(i) + `" is not supported: ` + why, Subject: c.Word(i), At: c.At()})
}

// FailFile reports that a system call on a file named by word i failed, in the
// form in which nginx's log shows the error's number.
func (c *Call) FailFile(i int, call, name string, err error) bool {
	c.Report(diag.Emerg, RuleFile, c.Word(i), call+` "`+name+`" failed`+ErrnoSuffix(err))
	return false
}

// FailUnsaid reports about word i what makes nginx refuse the configuration
// without a message.
func (c *Call) FailUnsaid(i int, message string) bool {
	c.ReportWhole(diag.Diagnostic{Severity: diag.Emerg, Rule: RuleValue, Message: message, Subject: c.Word(i), At: c.At(), Unsaid: true})
	return false
}

// Warn reports a [warn] about word i.
func (c *Call) Warn(i int, format string, args ...any) {
	c.Report(diag.Warn, RuleValue, c.Word(i), fmt.Sprintf(format, args...))
}

// InvalidParameter reports `invalid parameter "WORD"` about word i, with the
// nearest known parameter as a suggestion.
func (c *Call) InvalidParameter(i int) bool {
	return c.unknown(i, `invalid parameter "`+c.Text(i)+`"`)
}

// InvalidParameterOf is InvalidParameter where nginx's message names the directive too.
func (c *Call) InvalidParameterOf(i int) bool {
	return c.unknown(i, `invalid "`+c.Text(0)+`" parameter "`+c.Text(i)+`"`)
}

// unknown reports a parameter with msg, and what may have been meant.
func (c *Call) unknown(i int, msg string) bool {
	detail := ""
	if c.Row != nil {
		if s := Suggest(parameterName(c.Text(i)), c.Row.Shape().Literals); s != "" {
			detail = fmt.Sprintf("did you mean %q?", s)
		}
	}
	c.ReportDetail(diag.Emerg, RuleValue, c.Word(i), msg, detail)
	return false
}

// parameterName cuts "weigth=5" after the "=" for comparing with "weight=".
func parameterName(s string) string {
	if i := strings.IndexByte(s, '='); i >= 0 {
		return s[:i+1]
	}
	return s
}

// Template reads word i as a complex value and notes the variables it uses.
func (c *Call) Template(i int) (Template, bool) { return c.TemplateFrom(i, 0) }

// Templates reads the words from one to before another as complex values, up to
// the first that is none.
func (c *Call) Templates(from, to int) ([]Template, bool) {
	out := make([]Template, 0, max(to-from, 0))
	for i := from; i < to; i++ {
		t, ok := c.Template(i)
		if !ok {
			return out, false
		}
		out = append(out, t)
	}
	return out, true
}

// TemplateFrom reads word i from byte from on as a complex value.
func (c *Call) TemplateFrom(i, from int) (Template, bool) {
	t, err := ParseTemplate(c.Text(i)[from:])
	return c.template(t, err, i, from)
}

// LateTemplate reads word i as a complex value that nginx compiles when it
// merges the settings of levels: what is wrong with it is reported then.
func (c *Call) LateTemplate(i int) LateTemplate {
	t, err := ParseTemplate(c.Text(i))
	for _, p := range t.Parts {
		if p.Variable != "" {
			c.Env.MentionVariable(p.Variable, c.Part(i, p.From, p.To))
		}
	}
	return LateTemplate{t, i, err}
}

// LogTemplate reads word i as a part of a log format.
func (c *Call) LogTemplate(i int) (Template, bool) {
	t, err := ParseLogTemplate(c.Text(i))
	return c.template(t, err, i, 0)
}

// PathTemplate reads word i as a file name that may have variables, and makes
// it absolute as ngx_conf_full_name does.
func (c *Call) PathTemplate(i int, conf bool) (Template, bool) {
	t, ok := c.Template(i)
	if !ok || strings.HasPrefix(t.Text, "/") {
		return t, ok
	}
	prefix := c.Env.FullName("", conf)
	if len(t.Parts) > 0 && t.Parts[0].Literal != "" {
		t.Parts[0].Literal = prefix + t.Parts[0].Literal
	} else {
		t.Parts = append([]Part{{Literal: prefix}}, t.Parts...)
	}
	return t, true
}

func (c *Call) template(t Template, err *TemplateError, i, from int) (Template, bool) {
	c.useVariables(t, i, from)
	if err != nil {
		return t, c.FailPart(i, from+err.From, from+err.To, "%s", err.Message)
	}
	return t, true
}

func (c *Call) useVariables(t Template, i, from int) {
	for _, p := range t.Parts {
		if p.Variable != "" {
			c.Env.UseVariable(p.Variable, c.Part(i, from+p.From, from+p.To))
		}
	}
}

// VariableName reads word i as "$name", the target or source variable of set,
// map, geo and the like, and returns the name without "$".
func (c *Call) VariableName(i int) (string, bool) {
	s := c.Text(i)
	if s == "" || s[0] != '$' {
		return "", c.Fail(i, `invalid variable name "%s"`, s)
	}
	return s[1:], true
}

// URL reads bytes from from on of word i as an address; see ParseURL. The
// phrase is nginx's; reporting it is up to the caller, whose sentence differs.
func (c *Call) URL(i, from int, o URLOptions) (Address, string) {
	return ParseURL(c.Text(i)[from:], o, c.Env.Resolve)
}

// Regex compiles bytes from to to of word i, and defines the variables of its
// named groups as ngx_stream_regex_compile does.
func (c *Call) Regex(i, from, to int, caseless bool) (captures int, groups []string, ok bool) {
	captures, groups, err := c.Env.Regex(c.Text(i)[from:to], caseless)
	if err != nil {
		c.Report(diag.Emerg, RuleRegex, c.Part(i, from, to), err.Error())
		return 0, nil, false
	}
	ok = true
	for _, g := range groups {
		ok = c.Define(i, NewVariable{Name: g, Changeable: true, At: c.Part(i, from, to)}) && ok
	}
	return captures, groups, ok
}

// BuildHash reports what nginx says when it builds a hash at the end of the
// block. It returns false if that fails.
func (c *Call) BuildHash(l HashLimits, h *HashKeys) bool {
	list, ok := l.Diagnostics(h, c.Node.HeadRange(), c.Node.EndPos())
	for _, d := range list {
		c.ReportWhole(d)
	}
	return ok
}

// Define creates a variable on behalf of word i.
func (c *Call) Define(i int, v NewVariable) bool {
	if !v.At.IsValid() {
		v.At = c.Word(i)
	}
	if message := c.Env.DefineVariable(v); message != "" {
		c.Report(diag.Emerg, RuleVariable, c.Word(i), message)
		return false
	}
	return true
}

// defaultEnv serves declared defaults, which must not need anything.
type defaultEnv struct{}

func (defaultEnv) Report(d diag.Diagnostic) { panic("catalog: declared default: " + d.Message) }
func (defaultEnv) Refuse(diag.Diagnostic)   {}
func (defaultEnv) Resolve(string) ([]netip.Addr, error) {
	return nil, errors.New("no resolver for declared defaults")
}
func (defaultEnv) FullName(name string, _ bool) string       { return path.Clean(name) }
func (defaultEnv) File(string) error                         { return nil }
func (defaultEnv) Contents(string) ([]byte, bool)            { return nil, false }
func (defaultEnv) Older(string, string) bool                 { return false }
func (defaultEnv) Lua(string, string) (int, error)           { return 0, nil }
func (defaultEnv) Hostname() string                          { return "localhost" }
func (defaultEnv) DefineVariable(NewVariable) string         { return "" }
func (defaultEnv) Regex(string, bool) (int, []string, error) { return 0, nil, nil }
func (defaultEnv) UseVariable(string, ast.Range)             {}
func (defaultEnv) MentionVariable(string, ast.Range)         {}
func (defaultEnv) Open(Level) bool                           { return false }
