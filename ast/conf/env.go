package conf

import (
	"net/netip"
	"strconv"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// Report implements catalog.Env.
func (c *checker) Report(d diag.Diagnostic) { c.diags = append(c.diags, d) }

// Refuse implements catalog.Env.
func (c *checker) Refuse(d diag.Diagnostic) { c.tree.Refused = append(c.tree.Refused, d) }

// resolution is a remembered answer of Options.Resolve.
type resolution struct {
	ips []netip.Addr
	err error
}

// unresolved stands for the address of a name when there is no resolver.
var unresolved = []netip.Addr{}

// Resolve implements catalog.Env. Each name is asked for once.
func (c *checker) Resolve(host string) ([]netip.Addr, error) {
	if c.opt.Resolve == nil {
		return unresolved, nil
	}
	if r, ok := c.resolved[host]; ok {
		return r.ips, r.err
	}
	ips, err := c.opt.Resolve(host)
	c.resolved[host] = resolution{ips, err}
	return ips, err
}

// FullName implements catalog.Env.
func (c *checker) FullName(name string, conf bool) string {
	switch {
	case strings.HasPrefix(name, "/"):
		return name
	case conf:
		return c.opt.ConfPrefix + name
	}
	return c.opt.Prefix + name
}

// Regex implements catalog.Env.
func (c *checker) Regex(pattern string, caseless bool) (int, []string, error) {
	return checkRegex(pattern, caseless)
}

// Lua implements catalog.Env.
func (c *checker) Lua(source, chunk string) (int, error) {
	if c.opt.Lua == nil {
		return 0, nil
	}
	err := c.opt.Lua(source, chunk)
	if err == nil {
		return 0, nil
	}
	return luaErrorLine(err.Error(), chunk), err
}

// luaErrorLine finds the line in "chunk:LINE: message"; 0 if there is none.
func luaErrorLine(text, chunk string) int {
	rest, ok := strings.CutPrefix(text, strings.TrimPrefix(chunk, "="))
	if !ok || !strings.HasPrefix(rest, ":") {
		return 0
	}
	digits, _, _ := strings.Cut(rest[1:], ":")
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// Hostname implements catalog.Env.
func (c *checker) Hostname() string { return c.opt.Hostname }

// DefineVariable implements catalog.Env.
func (c *checker) DefineVariable(v catalog.NewVariable) string {
	message := c.vars.define(v)
	if name := lowered(v.Name); message == "" {
		if _, ok := c.tree.Variables[name]; !ok {
			c.tree.Variables[name] = Variable{Name: name, At: v.At}
		}
	}
	return message
}

// UseVariable implements catalog.Env.
func (c *checker) UseVariable(name string, at ast.Range, _ ast.Pos) { c.vars.use(name, at) }

// lowered is ngx_strlow, which knows ASCII only.
func lowered(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for j := i; j < len(b); j++ {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] |= 0x20
				}
			}
			return string(b)
		}
	}
	return s
}
