package site

import (
	"strings"
	"sync"

	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/conf/pcre"
	"tidegate/lint/regex"
)

// Location is one location block.
type Location struct {
	Server *Server
	Outer  *Location // nil directly in a server
	Inner  []*Location
	Level  *conf.Level
	Args   *ngxhttp.LocationArgs
	// Pattern is the parsed regular expression; nil for other locations and for
	// patterns that lint/regex does not describe.
	Pattern *regex.Pattern

	compile sync.Once
	library *pcre.Regexp
	choice  choice
}

// choice is what a level has to choose from, ready to be looked up.
type choice struct {
	once     sync.Once
	few      []*Location // the static ones, if looking at each is quicker than maps
	exact    map[string]*Location
	prefixes map[string]*Location
	regexes  []*Location
}

// fewLocations is up to how many locations are looked at one by one.
const fewLocations = 8

func (c *choice) of(list []*Location) *choice {
	c.once.Do(func() {
		if len(list) > fewLocations {
			c.exact, c.prefixes = map[string]*Location{}, map[string]*Location{}
		}
		for _, l := range list {
			switch {
			case l.Regex():
				c.regexes = append(c.regexes, l)
			case c.exact == nil:
				c.few = append(c.few, l)
			case l.Args.Kind == ngxhttp.ExactLocation && c.exact[l.Args.Name] == nil:
				c.exact[l.Args.Name] = l
			case l.Prefix():
				c.prefixes[l.Args.Name] = l
			}
		}
	})
	return c
}

func (s *Site) locationsOf(v *Server, outer *Location, l *conf.Level) []*Location {
	var out []*Location
	for _, in := range l.Children() {
		a, ok := in.Arg().(*ngxhttp.LocationArgs)
		if !ok {
			continue
		}
		loc := &Location{Server: v, Outer: outer, Level: in, Args: a}
		if a.Kind == ngxhttp.RegexLocation {
			if p, err := regex.Parse(a.Name, a.Caseless); err == nil {
				loc.Pattern = p
			}
		}
		s.locations[in] = loc
		loc.Inner = s.locationsOf(v, loc, in)
		out = append(out, loc)
	}
	return out
}

// Prefix reports whether the location is chosen by the beginning of an address.
func (l *Location) Prefix() bool {
	return l.Args.Kind == ngxhttp.PrefixLocation || l.Args.Kind == ngxhttp.FirmLocation
}

// Regex reports whether the location is chosen by a regular expression.
func (l *Location) Regex() bool { return l.Args.Kind == ngxhttp.RegexLocation }

// Named reports whether the location is only for internal redirects.
func (l *Location) Named() bool { return l.Args.Kind == ngxhttp.NamedLocation }

// All calls visit for the location and those in it.
func (l *Location) All(visit func(*Location)) {
	visit(l)
	for _, in := range l.Inner {
		in.All(visit)
	}
}

// All calls visit for every location of the server.
func (v *Server) All(visit func(*Location)) {
	for _, l := range v.Locations {
		l.All(visit)
	}
}

// Matches reports whether the location's regular expression matches an address.
func (l *Location) Matches(uri string) bool {
	l.compile.Do(func() {
		if re, err := pcre.Compile(l.Args.Name, pcre.Options{Caseless: l.Args.Caseless}); err == nil {
			l.library = re
		}
	})
	return l.library != nil && l.library.MatchString(uri)
}

// Find returns the location that nginx chooses for a decoded address; nil if
// the request stays in the server itself.
func (v *Server) Find(uri string) *Location {
	if l, ok := v.found[uri]; ok {
		return l
	}
	l, _ := v.choice.of(v.Locations).find(nil, uri)
	if v.found == nil {
		v.found = map[string]*Location{}
	}
	v.found[uri] = l
	return l
}

// find follows ngx_http_core_find_location: final tells that an exact location
// or a regular expression has decided.
func (c *choice) find(current *Location, uri string) (best *Location, final bool) {
	static, exact := c.static(uri)
	if exact {
		return static, true
	}
	firm := false
	if static != nil {
		firm = static.Args.Kind == ngxhttp.FirmLocation
		if current, final = static.choice.of(static.Inner).find(static, uri); final {
			return current, true
		}
	}
	if firm {
		return current, false
	}
	for _, l := range c.regexes {
		if l.Matches(uri) {
			inner, _ := l.choice.of(l.Inner).find(l, uri)
			return inner, true
		}
	}
	return current, false
}

// static follows ngx_http_core_find_static_location: the exact location, else
// the longest prefix.
func (c *choice) static(uri string) (best *Location, exact bool) {
	for _, l := range c.few {
		switch {
		case l.Args.Kind == ngxhttp.ExactLocation && l.Args.Name == uri:
			return l, true
		case l.Prefix() && strings.HasPrefix(uri, l.Args.Name) && (best == nil || len(l.Args.Name) >= len(best.Args.Name)):
			best = l
		}
	}
	if c.exact == nil {
		return best, false
	}
	if l := c.exact[uri]; l != nil {
		return l, true
	}
	for n := len(uri); n >= 0; n-- {
		if l := c.prefixes[uri[:n]]; l != nil {
			return l, false
		}
	}
	return nil, false
}

// Siblings returns the locations that stand beside the location, itself
// included.
func (l *Location) Siblings() []*Location {
	if l.Outer != nil {
		return l.Outer.Inner
	}
	return l.Server.Locations
}

// NamedLocation returns the location with a name, which begins with "@".
func (v *Server) NamedLocation(name string) *Location {
	for _, l := range v.Locations {
		if l.Named() && l.Args.Name == name {
			return l
		}
	}
	return nil
}

// URI is the set of bytes that an address can hold once it is decoded.
var URI = regex.Bytes("\x00").Not()

// Addresses accepts what begins as every address does.
func Addresses() *regex.Automaton { return regex.Prefix("/") }
