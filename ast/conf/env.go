package conf

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// maxFindings is how many findings are kept of one configuration. A file that is
// wrong through and through has millions, which nobody reads.
const maxFindings = 10_000

// Report implements catalog.Env. Past the limit only the first finding is kept
// that decides whether nginx takes the configuration.
func (c *checker) Report(d diag.Diagnostic) {
	if len(c.diags) >= maxFindings && (c.fatal || !d.Fatal()) {
		c.unshown++
		return
	}
	c.fatal = c.fatal || d.Fatal()
	c.diags = append(c.diags, d)
}

// full reports whether what a finding says besides need not be worked out.
func (c *checker) full() bool { return len(c.diags) >= maxFindings && c.fatal }

// sayUnshown tells how many findings are not shown.
func (c *checker) sayUnshown() {
	if c.unshown > 0 {
		end := len(c.tree.Config.Main.Src)
		c.diags = append(c.diags, diag.Diagnostic{Severity: diag.Warn, Stage: diag.Advice, Rule: "too-many-errors",
			Message: fmt.Sprintf("%d more findings are not shown", c.unshown), Subject: ast.Range{File: c.tree.Config.Main, Start: end, End: end}})
	}
}

// Refuse implements catalog.Env.
func (c *checker) Refuse(d diag.Diagnostic) {
	if !c.unserved && len(c.tree.Refused) < maxFindings {
		c.tree.Refused = append(c.tree.Refused, d)
	}
}

// resolution is a remembered answer of Options.Resolve.
type resolution struct {
	ips []netip.Addr
	err error
}

// unresolved stands for the address of a name when there is no resolver.
var unresolved = []netip.Addr{}

// Resolve implements catalog.Env. Each name is asked for once.
func (c *checker) Resolve(host string) ([]netip.Addr, error) {
	if ip, ok := numeric(host); ok {
		return []netip.Addr{ip}, nil
	}
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

// numeric reads the forms of IPv4 addresses that getaddrinfo takes without
// asking anybody, as inet_aton does: one to four numbers, decimal, octal or
// hexadecimal, of which the last fills the remaining bytes ("127.1").
func numeric(host string) (netip.Addr, bool) {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return netip.Addr{}, false
	}
	var v uint64
	for i, p := range parts {
		if p == "" || p[0] < '0' || p[0] > '9' || strings.IndexByte(p, '_') >= 0 || len(p) > 1 && (p[1] == 'b' || p[1] == 'o' || p[1] == 'B' || p[1] == 'O') {
			return netip.Addr{}, false
		}
		n, err := strconv.ParseUint(p, 0, 32)
		switch {
		case err != nil:
			return netip.Addr{}, false
		case i < len(parts)-1 && n > 255, n>>(8*(4-i)) != 0:
			return netip.Addr{}, false
		case i < len(parts)-1:
			v |= n << (8 * (3 - i))
		default:
			v |= n
		}
	}
	return netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}), true
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

// File implements catalog.Env.
func (c *checker) File(name string) error {
	if c.opt.Open == nil {
		return nil
	}
	return c.opt.Open(name)
}

// Contents implements catalog.Env.
func (c *checker) Contents(name string) (text []byte, ok bool) {
	if c.opt.ReadFile == nil {
		return nil, false
	}
	text, err := c.opt.ReadFile(name)
	return text, err == nil
}

// Older implements catalog.Env. nginx compares seconds.
func (c *checker) Older(name, than string) bool {
	if c.opt.ModTime == nil {
		return false
	}
	a, errA := c.opt.ModTime(name)
	b, errB := c.opt.ModTime(than)
	return errA == nil && errB == nil && a.Unix() < b.Unix()
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
	if message == "" {
		c.names.definedVariables = append(c.names.definedVariables, c.mention(catalog.Lower(v.Name), v.At))
	}
	return message
}

// UseVariable implements catalog.Env. It follows ngx_stream_get_variable_index.
func (c *checker) UseVariable(name string, at ast.Range) {
	if name = catalog.Lower(name); c.vars.see(name, indexed) {
		c.vars.refs = append(c.vars.refs, reference{name, at})
	}
	c.MentionVariable(name, at)
}

// MentionVariable implements catalog.Env.
func (c *checker) MentionVariable(name string, at ast.Range) {
	if name = catalog.Lower(name); c.vars.see(name, mentioned) {
		c.names.usedVariables = append(c.names.usedVariables, c.mention(name, at))
	}
}

// Open implements catalog.Env.
func (c *checker) Open(l catalog.Level) bool {
	in, ok := l.(*Level)
	return ok && in.synthetic
}
