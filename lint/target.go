package lint

import (
	"fmt"
	"strconv"
	"strings"

	"tidegate/ast/catalog"
)

// Version is a version of nginx. A part that was not said is Latest, so that
// "1.26" stands for the newest release of that branch.
type Version struct{ Major, Minor, Patch int }

// Latest stands for the newest release of a branch.
const Latest = 1 << 20

// ParseVersion reads "1.26" or "1.26.2".
func ParseVersion(s string) (Version, error) {
	parts := strings.Split(s, ".")
	if len(parts) < 2 || len(parts) > 3 {
		return Version{}, fmt.Errorf("version %q is not of the form 1.26 or 1.26.2", s)
	}
	v := [3]int{2: Latest}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n >= Latest {
			return Version{}, fmt.Errorf("version %q is not of the form 1.26 or 1.26.2", s)
		}
		v[i] = n
	}
	return Version{v[0], v[1], v[2]}, nil
}

// Compare returns a negative number if v is older than w, 0 if they are the
// same, and a positive one if v is newer.
func (v Version) Compare(w Version) int {
	switch {
	case v.Major != w.Major:
		return v.Major - w.Major
	case v.Minor != w.Minor:
		return v.Minor - w.Minor
	}
	return v.Patch - w.Patch
}

// Before reports whether v is older than w.
func (v Version) Before(w Version) bool { return v.Compare(w) < 0 }

// String writes the version as ParseVersion reads it.
func (v Version) String() string {
	if v.Patch == Latest {
		return fmt.Sprintf("%d.%d", v.Major, v.Minor)
	}
	return fmt.Sprintf("%d.%d.%d", v.Major, v.Minor, v.Patch)
}

// Target is what a configuration is meant to run on.
type Target struct {
	// OpenResty tells that it is OpenResty rather than plain nginx.
	OpenResty bool
	// Nginx is the version of nginx, also that inside of OpenResty.
	Nginx Version
	// Release is the last number of an OpenResty version, Latest if it was not
	// said.
	Release int
	text    string
}

// ParseTarget reads "nginx=1.26", "nginx=1.26.2" or "openresty=1.27.1.2".
func ParseTarget(s string) (Target, error) {
	product, version, ok := strings.Cut(s, "=")
	t := Target{OpenResty: product == "openresty", Release: Latest, text: s}
	if !ok || product != "nginx" && product != "openresty" {
		return Target{}, fmt.Errorf("target %q is not of the form nginx=1.26 or openresty=1.27.1.2", s)
	}
	if t.OpenResty && strings.Count(version, ".") == 3 {
		// The first three parts are those of the nginx inside.
		last := strings.LastIndexByte(version, '.')
		n, err := strconv.Atoi(version[last+1:])
		if err != nil || n < 0 || n >= Latest {
			return Target{}, fmt.Errorf("target %q is not of the form nginx=1.26 or openresty=1.27.1.2", s)
		}
		version, t.Release = version[:last], n
	}
	var err error
	t.Nginx, err = ParseVersion(version)
	return t, err
}

// Known reports whether a target was said.
func (t Target) Known() bool { return t.text != "" }

// String writes the target as it was said; "" without one.
func (t Target) String() string { return t.text }

// Lacks reports whether the target is known to be older than the version that
// brought a row. A branch's stable releases are numbered after the mainline
// release that it began with, so comparing numbers is enough.
func (t Target) Lacks(r *catalog.Row) bool {
	if !t.Known() || r.Since == "" {
		return false
	}
	since, err := ParseVersion(r.Since)
	return err == nil && t.Nginx.Before(since)
}
