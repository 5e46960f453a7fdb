package perl

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Value is what a Perl scalar holds: nil (undef), a string, a float64, or a reference: *Scalar, *Array, *Hash, *Code, *Regexp, Object.
type Value any

// Scalar is a variable that holds one value.
type Scalar struct{ V Value }

// Array is a Perl array.
type Array struct{ Items []*Scalar }

// Hash is a Perl hash. Unlike Perl's it remembers the order of insertion.
type Hash struct {
	keys  []string
	items map[string]*Scalar
}

// Code is a sub.
type Code struct {
	Name  string
	body  *block
	scope *scope
	pkg   string // in which its names are looked up
	host  Func
}

// Func is a sub of the host.
type Func func(args []Value) ([]Value, error)

// Object is a reference to something of the host that has methods.
type Object interface {
	Method(name string, args []Value) ([]Value, error)
}

// handle is an open file or string.
type handle struct{ rest string }

// List makes an array of values.
func List(values ...Value) *Array {
	a := &Array{}
	for _, v := range values {
		a.Items = append(a.Items, &Scalar{v})
	}
	return a
}

// Values are the values of the array.
func (a *Array) Values() []Value {
	out := make([]Value, len(a.Items))
	for i, s := range a.Items {
		out[i] = s.V
	}
	return out
}

// at gives an element for reading or writing; an index below zero counts from the end.
func (a *Array) at(i int) *Scalar {
	if i < 0 {
		i += len(a.Items)
	}
	if i < 0 {
		return &Scalar{}
	}
	for i >= len(a.Items) {
		a.Items = append(a.Items, &Scalar{})
	}
	return a.Items[i]
}

// NewHash makes a hash without elements.
func NewHash() *Hash { return &Hash{items: map[string]*Scalar{}} }

// At gives an element for reading or writing.
func (h *Hash) At(key string) *Scalar {
	s, ok := h.items[key]
	if !ok {
		s = &Scalar{}
		h.items[key] = s
		h.keys = append(h.keys, key)
	}
	return s
}

// Get gives the value of a key, nil when there is none.
func (h *Hash) Get(key string) Value {
	if s, ok := h.items[key]; ok {
		return s.V
	}
	return nil
}

// Keys are the keys in the order in which they came.
func (h *Hash) Keys() []string { return h.keys }

func (h *Hash) delete(key string) {
	delete(h.items, key)
	for i, k := range h.keys {
		if k == key {
			h.keys = append(h.keys[:i:i], h.keys[i+1:]...)
			return
		}
	}
}

// String is a value as a string, as Perl converts it.
func String(v Value) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return number(v)
	case *Regexp:
		return v.String()
	case *Array:
		return fmt.Sprintf("ARRAY(%p)", v)
	case *Hash:
		return fmt.Sprintf("HASH(%p)", v)
	case *Code:
		return fmt.Sprintf("CODE(%p)", v)
	}
	return fmt.Sprintf("SCALAR(%p)", v)
}

// number prints a number as Perl does, with 15 significant digits.
func number(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	s := strconv.FormatFloat(f, 'g', 15, 64)
	if mantissa, exp, ok := strings.Cut(s, "e"); ok && strings.Contains(mantissa, ".") {
		return strings.TrimRight(strings.TrimRight(mantissa, "0"), ".") + "e" + exp
	} else if !ok && strings.Contains(s, ".") {
		return strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Number is a value as a number: the longest prefix of a string that is one, or 0.
func Number(v Value) float64 {
	switch v := v.(type) {
	case float64:
		return v
	case string:
		return prefixNumber(v)
	}
	return 0
}

func prefixNumber(s string) float64 {
	s = strings.TrimLeft(s, " \t\n\r\f")
	end, digits := 0, false
	for i, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits = true
			end = i + 1
			continue
		case (c == '+' || c == '-') && (i == 0 || (s[i-1]|0x20) == 'e'):
			continue
		case c == '.' && !strings.ContainsAny(s[:i], ".eE"):
			continue
		case (c == 'e' || c == 'E') && digits && !strings.ContainsAny(s[:i], "eE"):
			continue
		}
		break
	}
	f, err := strconv.ParseFloat(s[:end], 64)
	if err != nil {
		return 0
	}
	return f
}

// True tells whether a value is true.
func True(v Value) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != "" && v != "0"
	case float64:
		return v != 0
	}
	return true
}

// RefKind is what ref() says of a value.
func RefKind(v Value) string {
	switch v.(type) {
	case *Array:
		return "ARRAY"
	case *Hash:
		return "HASH"
	case *Code:
		return "CODE"
	case *Regexp:
		return "Regexp"
	case *Scalar:
		return "SCALAR"
	case Object:
		return "OBJECT"
	}
	return ""
}

func boolean(b bool) Value {
	if b {
		return float64(1)
	}
	return ""
}
