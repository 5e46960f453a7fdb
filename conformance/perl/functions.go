package perl

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// functions are Perl's: unary ones of one argument bind closer than comparisons, the others take a list.
type functions struct {
	unary map[string]func(in *Interp, n builtin) Value
	list  map[string]func(in *Interp, n builtin) []Value
}

func stringFunc(f func(string) Value) func(*Interp, builtin) Value {
	return func(in *Interp, n builtin) Value { return f(String(n.arg(in, 0))) }
}

func numberFunc(f func(float64) float64) func(*Interp, builtin) Value {
	return func(in *Interp, n builtin) Value { return f(Number(n.arg(in, 0))) }
}

func newFunctions() functions {
	return functions{unaryFunctions(), listFunctions()}
}

func unaryFunctions() map[string]func(*Interp, builtin) Value {
	return map[string]func(*Interp, builtin) Value{
		"defined": defined, "ref": func(in *Interp, n builtin) Value { return RefKind(n.arg(in, 0)) },
		"scalar": func(in *Interp, n builtin) Value { return n.args[0].scalar(in) },
		"shift":  shift, "pop": shift, "undef": undef, "exists": exists, "delete": deleteKey, "close": func(*Interp, builtin) Value { return float64(1) },
		"chomp": chomp, "chop": chomp, "exit": func(*Interp, builtin) Value { panic(&Error{Reason: "exit"}) },
		"lc": stringFunc(func(s string) Value { return strings.ToLower(s) }), "uc": stringFunc(func(s string) Value { return strings.ToUpper(s) }),
		"lcfirst": stringFunc(func(s string) Value { return strings.ToLower(s[:min(1, len(s))]) + s[min(1, len(s)):] }),
		"ucfirst": stringFunc(func(s string) Value { return strings.ToUpper(s[:min(1, len(s))]) + s[min(1, len(s)):] }),
		"length":  stringFunc(func(s string) Value { return float64(len(s)) }), "quotemeta": stringFunc(func(s string) Value { return quotemeta(s) }),
		"hex": stringFunc(func(s string) Value { return parseInt(strings.TrimPrefix(s, "0x"), 16) }),
		"oct": stringFunc(func(s string) Value { return parseInt(s, 8) }),
		"ord": stringFunc(func(s string) Value { return float64(at(s, 0)) }), "chr": func(in *Interp, n builtin) Value {
			return string([]byte{byte(int(Number(n.arg(in, 0))))})
		},
		"int": numberFunc(math.Trunc), "abs": numberFunc(math.Abs), "sqrt": numberFunc(math.Sqrt),
		"rand": numberFunc(func(f float64) float64 {
			if f == 0 {
				f = 1
			}
			return rand.Float64() * f
		}),
		"srand": numberFunc(func(float64) float64 { return 0 }),
		"sleep": numberFunc(func(f float64) float64 { time.Sleep(time.Duration(f * float64(time.Second))); return f }),
		"rmdir": stringFunc(func(s string) Value { return boolean(os.Remove(s) == nil) }),
	}
}

func listFunctions() map[string]func(*Interp, builtin) []Value {
	return map[string]func(*Interp, builtin) []Value{
		"die": die, "warn": func(*Interp, builtin) []Value { return []Value{float64(1)} }, "push": push, "unshift": push, "join": join, "split": split,
		"keys": keys, "values": keys, "reverse": reverse, "sprintf": sprintf, "substr": substr, "index": index, "open": open,
		"system": system, "pack": pack, "time": func(*Interp, builtin) []Value { return []Value{float64(time.Now().Unix())} },
		"binmode": func(*Interp, builtin) []Value { return []Value{float64(1)} }, "unlink": unlink, "mkdir": mkdir,
		"wantarray": func(*Interp, builtin) []Value { return []Value{float64(1)} }, "dirname": pathFunc(filepath.Dir), "basename": pathFunc(filepath.Base),
		"abs_path": absolute, "realpath": absolute, "cwd": func(in *Interp, _ builtin) []Value { return []Value{in.conf.Dir} },
		"getcwd": func(in *Interp, _ builtin) []Value { return []Value{in.conf.Dir} },
	}
}

func parseInt(s string, base int) Value {
	if base == 8 && len(s) > 1 && s[0] == '0' && (s[1] == 'x' || s[1] == 'b') {
		base = 0
	}
	n, err := strconv.ParseInt(s, base, 64)
	if err != nil {
		return float64(0)
	}
	return float64(n)
}

func defined(in *Interp, n builtin) Value {
	if len(n.args) == 0 {
		return boolean(scalarVar{"_"}.scalar(in) != nil)
	}
	switch a := n.args[0].(type) {
	case collection:
		return boolean(len(a.list(in)) > 0)
	case calling:
		if a.pass {
			return boolean(in.sub(a.name) != nil)
		}
	}
	return boolean(n.args[0].scalar(in) != nil)
}

func shift(in *Interp, n builtin) Value {
	a := collection{sigil: '@', name: "_"}
	if len(n.args) > 0 {
		c, ok := n.args[0].(collection)
		if !ok {
			panic(&Error{Reason: n.name + " needs an array"})
		}
		a = c
	}
	arr := a.array(in)
	if len(arr.Items) == 0 {
		return nil
	}
	if n.name == "pop" {
		v := arr.Items[len(arr.Items)-1].V
		arr.Items = arr.Items[:len(arr.Items)-1]
		return v
	}
	v := arr.Items[0].V
	arr.Items = arr.Items[1:]
	return v
}

func undef(in *Interp, n builtin) Value {
	if len(n.args) == 0 {
		return nil
	}
	switch a := n.args[0].(type) {
	case collection:
		if a.sigil == '@' {
			a.array(in).Items = nil
		} else {
			*a.hash(in) = *NewHash()
		}
	case member: // in %ENV an undefined variable is none
		a.of.hash(in).delete(String(a.key.scalar(in)))
	case place:
		a.slot(in).V = nil
	}
	return nil
}

func exists(in *Interp, n builtin) Value {
	switch a := n.args[0].(type) {
	case member:
		_, ok := a.of.hash(in).items[String(a.key.scalar(in))]
		return boolean(ok)
	case element:
		i := int(Number(a.index.scalar(in)))
		return boolean(i >= 0 && i < len(a.of.array(in).Items))
	}
	panic(&Error{Reason: "exists needs an element"})
}

func deleteKey(in *Interp, n builtin) Value {
	m, ok := n.args[0].(member)
	if !ok {
		panic(&Error{Reason: "delete needs an element of a hash"})
	}
	h, key := m.of.hash(in), String(m.key.scalar(in))
	v := h.Get(key)
	h.delete(key)
	return v
}

func chomp(in *Interp, n builtin) Value {
	var target node = scalarVar{"_"}
	if len(n.args) > 0 {
		target = n.args[0]
	}
	if a, ok := target.(assignment); ok {
		a.scalar(in)
		target = a.target
		if d, ok := target.(declaration); ok {
			target = d.vars[0]
		}
	}
	p, ok := target.(place)
	if !ok {
		panic(&Error{Reason: n.name + " needs a variable"})
	}
	s := p.slot(in)
	if s.V == nil {
		return float64(0)
	}
	text := String(s.V)
	if n.name == "chop" {
		s.V = text[:max(len(text)-1, 0)]
	} else {
		s.V = strings.TrimSuffix(text, "\n")
	}
	return float64(len(text) - len(String(s.V)))
}

func (n builtin) values(in *Interp) []Value {
	var out []Value
	for _, a := range n.args {
		out = append(out, a.list(in)...)
	}
	return out
}

func die(in *Interp, n builtin) []Value {
	var b strings.Builder
	for _, v := range n.values(in) {
		b.WriteString(String(v))
	}
	text := b.String()
	if !strings.HasSuffix(text, "\n") {
		text += fmt.Sprintf(" at %s line %d.\n", in.file, n.line)
	}
	panic(&Error{Reason: text, Died: true})
}

func push(in *Interp, n builtin) []Value {
	c, ok := n.args[0].(collection)
	if !ok {
		panic(&Error{Reason: n.name + " needs an array"})
	}
	a := c.array(in)
	items := List(builtin{args: n.args[1:]}.values(in)...).Items
	if n.name == "push" {
		a.Items = append(a.Items, items...)
	} else {
		a.Items = append(items, a.Items...)
	}
	return []Value{float64(len(a.Items))}
}

func join(in *Interp, n builtin) []Value {
	values := n.values(in)
	var parts []string
	for _, v := range values[1:] {
		parts = append(parts, String(v))
	}
	return []Value{strings.Join(parts, String(values[0]))}
}

func split(in *Interp, n builtin) []Value {
	text := String(builtin{args: n.args[1:]}.arg(in, 0))
	limit := -1
	if len(n.args) > 2 {
		limit = int(Number(n.args[2].scalar(in)))
	}
	var re *Regexp
	var err error
	switch a := n.args[0].(type) {
	case pattern:
		re = a.compile(in)
	default:
		if sep := a.scalar(in); String(sep) == " " {
			text = strings.TrimLeft(text, " \t\r\n\f")
			re, err = Compile(`\s+`, "")
		} else if r, ok := sep.(*Regexp); ok {
			re = r
		} else {
			re, err = Compile(String(sep), "")
		}
	}
	if err != nil {
		panic(&Error{Reason: err.Error()})
	}
	return splitBy(re, text, limit)
}

func splitBy(re *Regexp, text string, limit int) []Value {
	var out []Value
	begin := 0
	for from := 0; from <= len(text) && (limit <= 0 || len(out) < limit-1); {
		m := re.Find(text, from)
		if m == nil {
			break
		}
		if m[0] == m[1] { // an empty match splits between characters
			if int(m[0]) >= len(text) {
				break
			}
			if int(m[0]) == begin {
				from = begin + 1
				if m = re.Find(text, from); m == nil || int(m[0]) >= len(text) {
					break
				}
			}
		}
		if m[1] > 0 {
			out = append(out, text[begin:m[0]])
		}
		for i := 2; i < len(m); i += 2 {
			if m[i] >= 0 {
				out = append(out, text[m[i]:m[i+1]])
			}
		}
		begin, from = int(m[1]), int(m[1])
	}
	if begin < len(text) || limit > 0 {
		out = append(out, text[begin:])
	}
	for limit <= 0 && len(out) > 0 && String(last(out)) == "" {
		out = out[:len(out)-1]
	}
	return out
}

func keys(in *Interp, n builtin) []Value {
	c, ok := n.args[0].(collection)
	if !ok || c.sigil != '%' {
		panic(&Error{Reason: n.name + " needs a hash"})
	}
	h := c.hash(in)
	var out []Value
	for _, k := range h.keys {
		if n.name == "keys" {
			out = append(out, k)
		} else {
			out = append(out, h.items[k].V)
		}
	}
	return out
}

func reverse(in *Interp, n builtin) []Value {
	values := n.values(in)
	for i, j := 0, len(values)-1; i < j; i, j = i+1, j-1 {
		values[i], values[j] = values[j], values[i]
	}
	return values
}

// sprintf gives Go's Sprintf the arguments of the kinds that the verbs ask for.
func sprintf(in *Interp, n builtin) []Value {
	values := n.values(in)
	format := String(values[0])
	values = values[1:]
	var args []any
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			continue
		}
		for i++; i < len(format) && strings.IndexByte("-+ #0123456789.*", format[i]) >= 0; i++ {
			if format[i] == '*' {
				panic(&Error{Reason: "sprintf with * is not supported"})
			}
		}
		if i >= len(format) || format[i] == '%' {
			continue
		}
		var v Value
		if len(values) > 0 {
			v, values = values[0], values[1:]
		}
		switch format[i] {
		case 's':
			args = append(args, String(v))
		case 'd', 'x', 'X', 'o', 'c', 'b':
			args = append(args, int64(Number(v)))
		case 'f', 'g', 'e':
			args = append(args, Number(v))
		default:
			panic(&Error{Reason: fmt.Sprintf("sprintf with %%%c is not supported", format[i])})
		}
	}
	return []Value{fmt.Sprintf(format, args...)}
}

func substr(in *Interp, n builtin) []Value {
	text, from := String(n.arg(in, 0)), int(Number(n.arg(in, 1)))
	if from < 0 {
		from += len(text)
	}
	if from < 0 || from > len(text) {
		return []Value{nil}
	}
	to := len(text)
	if len(n.args) > 2 {
		if l := int(Number(n.args[2].scalar(in))); l < 0 {
			to += l
		} else {
			to = min(from+l, to)
		}
	}
	if len(n.args) > 3 {
		panic(&Error{Reason: "substr with a replacement is not supported"})
	}
	return []Value{text[from:max(from, to)]}
}

func index(in *Interp, n builtin) []Value {
	text, from := String(n.arg(in, 0)), 0
	if len(n.args) > 2 {
		from = min(max(int(Number(n.args[2].scalar(in))), 0), len(text))
	}
	if i := strings.Index(text[from:], String(n.arg(in, 1))); i >= 0 {
		return []Value{float64(i + from)}
	}
	return []Value{float64(-1)}
}

// pack knows the letters for bytes, numbers in network order and strings.
func pack(in *Interp, n builtin) []Value {
	values := n.values(in)
	letters := String(values[0])
	values = values[1:]
	var b []byte
	for i := 0; i < len(letters); i++ {
		c := letters[i]
		count, star := 1, false
		j := i + 1
		for j < len(letters) && isDigit(letters[j]) {
			j++
		}
		if j > i+1 {
			count, _ = strconv.Atoi(letters[i+1 : j])
			i = j - 1
		} else if at(letters, i+1) == '*' {
			star = true
			i++
		}
		if c == ' ' {
			continue
		}
		if c == 'a' || c == 'A' || c == 'H' {
			var v Value
			if len(values) > 0 {
				v, values = values[0], values[1:]
			}
			b = append(b, packString(c, String(v), count, star)...)
			continue
		}
		for k := 0; (star || k < count) && len(values) > 0; k++ {
			u := uint64(int64(Number(values[0])))
			values = values[1:]
			switch c {
			case 'C', 'c':
				b = append(b, byte(u))
			case 'n':
				b = append(b, byte(u>>8), byte(u))
			case 'N':
				b = append(b, byte(u>>24), byte(u>>16), byte(u>>8), byte(u))
			default:
				panic(&Error{Reason: fmt.Sprintf("pack with %c is not supported", c)})
			}
		}
	}
	return []Value{string(b)}
}

func packString(c byte, s string, count int, star bool) []byte {
	if c == 'H' {
		var b []byte
		for i := 0; i+1 < len(s); i += 2 {
			n, _ := strconv.ParseUint(s[i:i+2], 16, 8)
			b = append(b, byte(n))
		}
		return b
	}
	if star {
		return []byte(s)
	}
	pad := byte(0)
	if c == 'A' {
		pad = ' '
	}
	b := []byte(s)
	for len(b) < count {
		b = append(b, pad)
	}
	return b[:count]
}
