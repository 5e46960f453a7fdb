package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// Constructors for the forms that http directives have and stream ones lack.

// OneOf declares one word out of several whose meaning is the word itself
// (ngx_conf_set_enum_slot); the value is the word as declared.
func OneOf(s Spec, words ...string) Directive[string] {
	d := directive("enum", s, func(c *Call) (string, bool) {
		for _, w := range words {
			if foldEqual(c.Text(1), w) {
				return w, true
			}
		}
		return "", invalidChoice(c, 1, words)
	})
	d.Values = words
	return d
}

// SetOf declares a set of words (ngx_conf_set_bitmask_slot); the value holds
// them as declared, in the order of the file.
func SetOf(s Spec, words ...string) Directive[[]string] {
	s.Repeat = AddsUp
	d := directive("bitmask", s, func(c *Call) ([]string, bool) {
		set, _ := Earlier[[]string](c) // several directives add up
		set = slices.Clip(set)
		ok := true
	arguments:
		for i := 1; i < c.Len(); i++ {
			for _, w := range words {
				if !foldEqual(c.Text(i), w) {
					continue
				}
				if slices.Contains(set, w) {
					c.Warn(i, `duplicate value "%s"`, c.Text(i))
				} else {
					set = append(set, w)
				}
				continue arguments
			}
			ok = invalidChoice(c, i, words)
		}
		return set, ok
	})
	d.Values = words
	return d
}

// BufferList is a number of buffers of one size.
type BufferList struct {
	Count int
	// Size is in bytes.
	Size int64
}

// Buffers declares a number and a size (ngx_conf_set_bufs_slot).
func Buffers(s Spec) Directive[BufferList] {
	s.Args = "<int> <size>"
	return directive("buffers", s, func(c *Call) (b BufferList, ok bool) {
		if b.Count, ok = ParseInt(c.Text(1)); !ok || b.Count == 0 {
			return b, c.FailDirective(1, "invalid value")
		}
		if b.Size, ok = ParseSize(c.Text(2)); !ok || b.Size == 0 {
			return b, c.FailDirective(2, "invalid value")
		}
		return b, true
	})
}

// Conditions declares one or more complex values of which one must be neither
// empty nor "0" (ngx_http_set_predicate_slot).
func Conditions(s Spec) Directive[[]Template] {
	s.Args, s.Repeat = "<tmpl>...", Many
	return directive("conditions", s, func(c *Call) ([]Template, bool) {
		return c.Templates(1, c.Len())
	})
}

// MediaTypes declares a list of media types, "*" for all
// (ngx_http_types_slot). First is the type that is always among them.
func MediaTypes(s Spec, first string) Directive[[]string] {
	s.Args, s.Repeat = "<media_type>...", Many
	return directive("types", s, func(c *Call) ([]string, bool) {
		seen := map[string]bool{first: true}
		for _, o := range Others[[]string](c) {
			for _, t := range o {
				seen[t] = true
			}
		}
		out := make([]string, 0, c.Len()-1)
		for i := 1; i < c.Len() && !seen["*"]; i++ {
			t := Lower(c.Text(i))
			if seen[t] {
				c.Warn(i, `duplicate MIME type "%s"`, t)
				continue
			}
			seen[t] = true
			out = append(out, t)
		}
		return out, true
	})
}

// HashedDir is a directory whose files lie in up to three levels of
// directories.
type HashedDir struct {
	Path   string
	Levels []int
}

// TempPath declares such a directory (ngx_conf_set_path_slot).
func TempPath(s Spec) Directive[HashedDir] {
	s.Args = "<path> [<int> [<int> [<int>]]]"
	return directive("path", s, func(c *Call) (HashedDir, bool) {
		d := HashedDir{Path: c.Env.FullName(strings.TrimSuffix(c.Text(1), "/"), false)}
		total := 0
		for i := 2; i < c.Len(); i++ {
			n, ok := ParseInt(c.Text(i))
			if !ok || n == 0 {
				return d, c.FailDirective(i, "invalid value")
			}
			d.Levels = append(d.Levels, n)
			total += n + 1
		}
		if total > 10+len(d.Levels) {
			return d, c.FailDirective(0, "invalid value")
		}
		return d, true
	})
}

// Permissions declares rights of files (ngx_conf_set_access_slot); the value is
// the mode.
func Permissions(s Spec) Directive[uint32] {
	s.Args = "<access> [<access> [<access>]]"
	return directive("access", s, func(c *Call) (uint32, bool) {
		mode, user := uint32(0), uint32(0o600)
		for i := 1; i < c.Len(); i++ {
			who, what, _ := cutColon(c.Text(i))
			shift, known := map[string]uint{"user": 6, "group": 3, "all": 0}[who]
			right, given := map[string]uint32{"rw": 6, "r": 4}[what]
			if !known || !given {
				return mode, c.Fail(i, `invalid value "%s"`, c.Text(i))
			}
			if who == "user" {
				user = 0
			}
			mode |= right << shift
		}
		mode |= user
		return mode, true
	})
}

func cutColon(s string) (before, after string, found bool) {
	for i := 0; i < len(s); i++ {
		if s[i] == ':' {
			return s[:i], s[i+1:], true
		}
	}
	return s, "", false
}

// LateTemplateOf declares a complex value that nginx compiles when it merges the
// settings of levels.
func LateTemplateOf(s Spec) Directive[LateTemplate] {
	return directive("template", s, func(c *Call) (LateTemplate, bool) { return c.LateTemplate(1), true })
}

// Words declares a directive whose arguments are counted and not looked at: the
// value is what was written. Repeat is up to the declaration.
func Words(s Spec) Directive[[]string] {
	return directive("words", s, func(c *Call) ([]string, bool) { return c.Texts(1), true })
}

// Obsolete declares a directive that nginx accepts and ignores with a warning
// (ngx_http_v2_obsolete); instead is what to use, "" for nothing.
func Obsolete(s Spec, instead string) Directive[NoArg] {
	s.Repeat = Many
	s.Deprecated = instead
	if instead == "" {
		s.Deprecated = "nothing"
	}
	return directive("obsolete", s, func(c *Call) (NoArg, bool) {
		message := "the " + strconv.Quote(s.Name) + " directive is obsolete, "
		if instead == "" {
			message += "ignored"
		} else {
			message += "use the " + strconv.Quote(instead) + " directive instead"
		}
		if c.Node != nil {
			c.Warn(0, "%s", message)
		}
		return NoArg{}, true
	})
}
