package catalog

import (
	"fmt"
	"math"
	"time"

	"tidegate/ast/diag"
)

// directive makes the handle of a row without a block.
func directive[T any](kind string, s Spec, decode func(*Call) (T, bool)) Directive[T] {
	return Directive[T]{newRow(kind, s, NoBody, decode)}
}

func newRow[T any](kind string, s Spec, body Body, decode func(*Call) (T, bool)) *Row {
	return &Row{Spec: s, Kind: kind, Body: body, decode: func(c *Call) (any, bool) {
		v, ok := decode(c)
		return v, ok
	}}
}

// Custom declares a directive whose arguments have a structure of their own;
// decode turns them into a typed value.
func Custom[T any](s Spec, decode func(*Call) (T, bool)) Directive[T] {
	return directive("custom", s, decode)
}

// Check adds a check of the decoded value (ngx_conf_post_t); it reports what is
// wrong.
func (d Directive[T]) Check(post func(c *Call, v T) bool) Directive[T] {
	decode := d.decode
	d.decode = func(c *Call) (any, bool) {
		v, ok := decode(c)
		t, _ := v.(T)
		return v, ok && post(c, t)
	}
	return d
}

// WithValues lists the words that a decoder of its own accepts.
func (d Directive[T]) WithValues(words ...string) Directive[T] {
	d.Values = words
	return d
}

// RefuseIf makes the runtime refuse values for which why is not empty. nginx
// accepts them, and so does the checker.
func (d Directive[T]) RefuseIf(why func(T) string) Directive[T] {
	decode := d.decode
	d.decode = func(c *Call) (any, bool) {
		v, ok := decode(c)
		if t, typed := v.(T); ok && typed && c.Node != nil {
			if reason := why(t); reason != "" {
				c.Refuse(min(1, c.Len()-1), reason)
			}
		}
		return v, ok
	}
	return d
}

// Time declares a time with millisecond resolution (ngx_conf_set_msec_slot).
func Time(s Spec) Directive[time.Duration] {
	return directive("time", s, func(c *Call) (time.Duration, bool) {
		v, ok := ParseTime(c.Text(1))
		return v, ok || c.FailDirective(1, "invalid value")
	})
}

// Seconds declares a time with second resolution (ngx_conf_set_sec_slot).
func Seconds(s Spec) Directive[time.Duration] {
	return directive("time", s, func(c *Call) (time.Duration, bool) {
		v, ok := ParseSeconds(c.Text(1))
		return v, ok || c.FailDirective(1, "invalid value")
	})
}

// Size declares a number of bytes with unit k or m (ngx_conf_set_size_slot).
func Size(s Spec) Directive[int64] {
	return directive("size", s, func(c *Call) (int64, bool) {
		v, ok := ParseSize(c.Text(1))
		return v, ok || c.FailDirective(1, "invalid value")
	})
}

// Offset declares a number of bytes with unit k, m or g
// (ngx_conf_set_off_slot).
func Offset(s Spec) Directive[int64] {
	return directive("offset", s, func(c *Call) (int64, bool) {
		v, ok := ParseOffset(c.Text(1))
		return v, ok || c.FailDirective(1, "invalid value")
	})
}

// Int declares a number (ngx_conf_set_num_slot).
func Int(s Spec) Directive[int] { return IntRange(s, 0, math.MaxInt) }

// IntRange declares a number with bounds (ngx_conf_check_num_bounds); most is
// math.MaxInt for no upper bound.
func IntRange(s Spec, least, most int) Directive[int] {
	return directive("number", s, func(c *Call) (int, bool) {
		v, ok := ParseInt(c.Text(1))
		switch {
		case !ok:
			return 0, c.FailDirective(1, "invalid number")
		case v < least && most == math.MaxInt:
			return v, c.Fail(1, "value must be equal to or greater than %d", least)
		case v < least || v > most:
			return v, c.Fail(1, "value must be between %d and %d", least, most)
		}
		return v, true
	})
}

// Flag declares an on/off switch (ngx_conf_set_flag_slot). Args is implied.
func Flag(s Spec) Directive[bool] {
	if s.Args == "" {
		s.Args = "on|off"
	}
	return directive("flag", s, func(c *Call) (bool, bool) { return c.OnOff(1) })
}

// OnOff reads word i as on or off in either case, with nginx's message for
// anything else.
func (c *Call) OnOff(i int) (value, ok bool) {
	switch s := c.Text(i); {
	case foldEqual(s, "on"):
		return true, true
	case foldEqual(s, "off"):
		return false, true
	default:
		return false, c.Fail(i, `invalid value "%s" in "%s" directive, it must be "on" or "off"`, s, c.Text(0))
	}
}

// Alias declares an old name of a directive (ngx_conf_deprecated): its value
// counts as the new one's, and the handle is only there to be listed.
func Alias[T any](s Spec, of Directive[T]) Directive[T] {
	s.Deprecated = of.Name
	d := directive(of.Kind, s, func(c *Call) (T, bool) {
		v, ok := of.decode(c)
		if ok && c.Node != nil {
			c.Report(diag.Warn, RuleDeprecate, c.Word(0),
				`the "`+s.Name+`" directive is deprecated, use the "`+of.Name+`" directive instead`)
		}
		t, _ := v.(T)
		return t, ok
	})
	d.Of = of.Row
	return d
}

// Choice is one word of an enum or bitmask with the value it stands for.
type Choice[T any] struct {
	Word  string
	Value T
}

// Enum declares one word out of several (ngx_conf_set_enum_slot; the words are
// compared without regard to case).
func Enum[T any](s Spec, choices ...Choice[T]) Directive[T] {
	d := directive("enum", s, func(c *Call) (T, bool) { return choose(c, 1, choices) })
	d.Values = choiceWords(choices)
	return d
}

func choose[T any](c *Call, i int, choices []Choice[T]) (T, bool) {
	for _, ch := range choices {
		if foldEqual(c.Text(i), ch.Word) {
			return ch.Value, true
		}
	}
	var zero T
	return zero, invalidChoice(c, i, choiceWords(choices))
}

func invalidChoice(c *Call, i int, words []string) bool {
	detail := ""
	if s := Suggest(c.Text(i), words); s != "" {
		detail = fmt.Sprintf("did you mean %q?", s)
	}
	c.ReportDetail(diag.Emerg, RuleValue, c.Word(i), `invalid value "`+c.Text(i)+`"`, detail)
	return false
}

func choiceWords[T any](choices []Choice[T]) []string {
	words := make([]string, len(choices))
	for i, ch := range choices {
		words[i] = ch.Word
	}
	return words
}

// foldEqual compares two words as ngx_strcasecmp does.
func foldEqual(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := 0; i < len(a); i++ {
		x, y := a[i], b[i]
		if x != y && lower(x) != lower(y) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// Lower is ngx_strlow, which knows ASCII only.
func Lower(s string) string {
	for i := 0; i < len(s); i++ {
		if lower(s[i]) == s[i] {
			continue
		}
		b := []byte(s)
		for ; i < len(b); i++ {
			b[i] = lower(b[i])
		}
		return string(b)
	}
	return s
}

// Bitmask declares a set of words (ngx_conf_set_bitmask_slot); T holds one bit
// per word.
func Bitmask[T ~uint32](s Spec, choices ...Choice[T]) Directive[T] {
	s.Repeat = AddsUp
	d := directive("bitmask", s, func(c *Call) (T, bool) {
		set, _ := Earlier[T](c) // several directives add up
		ok := true
	words:
		for i := 1; i < c.Len(); i++ {
			for _, ch := range choices {
				if !foldEqual(c.Text(i), ch.Word) {
					continue
				}
				if set&ch.Value != 0 {
					c.Warn(i, `duplicate value "%s"`, c.Text(i))
				} else {
					set |= ch.Value
				}
				continue words
			}
			ok = invalidChoice(c, i, choiceWords(choices))
		}
		return set, ok
	})
	d.Values = choiceWords(choices)
	return d
}

// Others returns what the same directive was set to further above in the level.
func Others[T any](c *Call) []T {
	if c.Level == nil {
		return nil
	}
	vs := c.Level.Values(c.Row)
	out := make([]T, len(vs))
	for i, v := range vs {
		out[i] = argOf[T](v)
	}
	return out
}

// Earlier is the last of Others.
func Earlier[T any](c *Call) (T, bool) {
	var zero T
	if c.Level == nil {
		return zero, false
	}
	vs := c.Level.Values(c.Row)
	if len(vs) == 0 {
		return zero, false
	}
	return argOf[T](vs[len(vs)-1]), true
}

// String declares one word taken as it is (ngx_conf_set_str_slot).
func String(s Spec) Directive[string] {
	return directive("string", s, func(c *Call) (string, bool) { return c.Text(1), true })
}

// Strings declares one or more words taken as they are.
func Strings(s Spec) Directive[[]string] {
	return directive("strings", s, func(c *Call) ([]string, bool) { return c.Texts(1), true })
}

// Texts returns the words from i on.
func (c *Call) Texts(i int) []string {
	out := make([]string, 0, c.Len()-i)
	for ; i < c.Len(); i++ {
		out = append(out, c.Text(i))
	}
	return out
}

// Path declares a file name relative to the prefix; the value is absolute.
func Path(s Spec) Directive[string] {
	return directive("path", s, func(c *Call) (string, bool) {
		return c.Env.FullName(c.Text(1), false), true
	})
}

// ConfPath declares a file name relative to the configuration directory; the
// value is absolute.
func ConfPath(s Spec) Directive[string] {
	return directive("path", s, func(c *Call) (string, bool) {
		return c.Env.FullName(c.Text(1), true), true
	})
}

// TemplateOf declares a complex value (ngx_stream_set_complex_value_slot).
func TemplateOf(s Spec) Directive[Template] {
	return directive("template", s, func(c *Call) (Template, bool) { return c.Template(1) })
}

// SizeTemplate is a size that may contain variables. Size holds the value when
// it does not.
type SizeTemplate struct {
	Template
	Size int64
}

// SizeTemplateOf declares a size that may contain variables
// (ngx_stream_set_complex_value_size_slot).
func SizeTemplateOf(s Spec) Directive[SizeTemplate] {
	return directive("size template", s, func(c *Call) (SizeTemplate, bool) {
		t, ok := c.Template(1)
		v := SizeTemplate{Template: t}
		if !ok || t.HasVariables() {
			return v, ok
		}
		v.Size, ok = ParseSize(c.Text(1))
		return v, ok || c.FailDirective(1, "invalid value")
	})
}

// Pair is a name with a value (ngx_conf_set_keyval_slot).
type Pair struct{ Name, Value string }

// KeyValue declares two words, a name and a value.
func KeyValue(s Spec) Directive[Pair] {
	return directive("pair", s, func(c *Call) (Pair, bool) { return Pair{c.Text(1), c.Text(2)}, true })
}

// NoArg is the argument type of blocks without arguments.
type NoArg struct{}

// BlockOf declares a block of directives; decode reads its arguments.
func BlockOf[T any](s Spec, decode func(*Call) (T, bool)) Block[T] {
	return Block[T]{newRow("block", s, Directives, decode)}
}

// PlainBlock declares a block of directives without arguments.
func PlainBlock(s Spec) Block[NoArg] {
	return BlockOf(s, func(*Call) (NoArg, bool) { return NoArg{}, true })
}

// EntryBlock declares a block whose body is data; decode reads arguments and
// body into one value.
func EntryBlock[T any](s Spec, decode func(*Call) (T, bool)) Directive[T] {
	return Directive[T]{newRow("block", s, Entries, decode)}
}

// LuaBlock declares a block of Lua source; decode turns its text into T.
func LuaBlock[T any](s Spec, decode func(*Call) (T, bool)) Directive[T] {
	return Directive[T]{newRow("lua", s, LuaCode, decode)}
}

// Unavailable declares a directive that nginx as it is published does not have:
// it is recognised, so that a message can say where it comes from (Origin), and
// refused before its arguments are looked at.
func Unavailable(s Spec) Directive[NoArg] {
	return directive("custom", unavailable(s), noArg)
}

// UnavailableBlock is Unavailable for a block whose content is skipped.
func UnavailableBlock(s Spec) Directive[NoArg] {
	s.Opens = Unserved
	return EntryBlock(unavailable(s), noArg)
}

// UnavailableVariable is Unavailable for a directive that makes the variable that
// its first argument names.
func UnavailableVariable(s Spec) Directive[string] {
	return directive("custom", unavailable(s), func(c *Call) (string, bool) {
		name, ok := c.VariableName(1)
		return name, ok && c.Define(1, NewVariable{Name: name, Changeable: true})
	})
}

func noArg(*Call) (NoArg, bool) { return NoArg{}, true }

func unavailable(s Spec) Spec {
	why := "it " + s.Origin.Explain()
	s.Repeat, s.Runs = Many, Refused(why)
	if s.Doc == "" {
		s.Doc = "Not part of open-source nginx: " + why + "."
	}
	return s
}
