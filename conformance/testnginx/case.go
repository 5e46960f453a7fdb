package testnginx

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tidegate/conformance/perl"
)

// Case is a case whose sections have their values.
type Case struct {
	Block  *Block
	Head   *Head
	Number int // in the file, from 1
	values map[string]perl.Value
	ports  map[string]int
	err    error // of an expansion
}

// Case evaluates the case of an index. The error says which part of it cannot be evaluated.
func (h *Head) Case(i int) (*Case, error) {
	c := &Case{Block: h.file.Blocks[i], Head: h, Number: i + 1, values: map[string]perl.Value{}, ports: map[string]int{}}
	for _, s := range c.Block.Sections {
		if strings.HasPrefix(s.Name, "stap") { // scripts for SystemTap, which the runner does not use
			continue
		}
		v, err := h.filtered(s)
		if err != nil {
			return nil, fmt.Errorf("perl: section %s: %w", s.Name, err)
		}
		name := s.Name
		if n := evaluated[name]; n != "" {
			name = n
		}
		c.values[name] = v // the last of several counts
	}
	for _, code := range h.preprocess {
		if _, err := h.in.Call(code, c); err != nil {
			return nil, fmt.Errorf("perl: add_block_preprocessor: %w", err)
		}
	}
	return c, nil
}

// Method makes a case an object for a head's preprocessors: a section's name gives its value, set_value sets it.
func (c *Case) Method(name string, args []perl.Value) ([]perl.Value, error) {
	switch name {
	case "set_value":
		if len(args) == 0 {
			return nil, fmt.Errorf("set_value needs a name")
		}
		if key := perl.String(args[0]); len(args) == 1 || args[1] == nil {
			delete(c.values, key)
		} else {
			c.values[key] = args[1]
		}
		return nil, nil
	case "name":
		return []perl.Value{c.Block.Name}, nil
	}
	return []perl.Value{c.values[name]}, nil
}

// Has tells whether the case has a section.
func (c *Case) Has(name string) bool { return c.values[name] != nil }

// HasAny tells whether it has one of several.
func (c *Case) HasAny(names ...string) bool {
	for _, n := range names {
		if c.Has(n) {
			return true
		}
	}
	return false
}

// Value is a section's value, nil without the section.
func (c *Case) Value(name string) perl.Value { return c.values[name] }

// Text is a section's value as a string.
func (c *Case) Text(name string) string { return perl.String(c.values[name]) }

// Expanded is a section's text with the variables of the environment in it replaced.
func (c *Case) Expanded(name string) string { return c.Expand(c.Text(name)) }

// Seconds is a section's value as a number of seconds, otherwise when there is no such section.
func (c *Case) Seconds(name string, otherwise float64) float64 {
	if !c.Has(name) {
		return otherwise
	}
	return Seconds(c.Text(name))
}

// Err is the first error of an expansion.
func (c *Case) Err() error { return c.err }

var envName = regexp.MustCompile(`\$TEST_NGINX_[_A-Z0-9]+`)

// Expand replaces $TEST_NGINX_… in a text. Random ports are given out once for each name.
func (c *Case) Expand(text string) string {
	return envName.ReplaceAllStringFunc(text, func(m string) string {
		name := m[1:]
		if strings.HasPrefix(name, "TEST_NGINX_RAND_PORT_") {
			port, ok := c.ports[name]
			if !ok {
				var err error
				if port, err = c.Head.world.RandPort(name); err != nil {
					c.fail(err)
				}
				c.ports[name] = port
			}
			return strconv.Itoa(port)
		}
		v, ok := c.Head.in.Getenv(name)
		if !ok {
			c.fail(fmt.Errorf("environment: %s is not set", name))
		}
		return v
	})
}

func (c *Case) fail(err error) {
	if c.err == nil {
		c.err = err
	}
}

// Ports are the random ports that the case has asked for, by name.
func (c *Case) Ports() map[string]int { return c.ports }

// Call calls a sub that a section holds.
func (c *Case) Call(code *perl.Code, args ...perl.Value) ([]perl.Value, error) {
	return c.Head.in.Call(code, args...)
}

// Eval runs the Perl code of a section. An error of Perl that is not known begins with "perl: ", that of code which dies does not.
func (c *Case) Eval(section string) error {
	_, err := c.Head.in.Eval(c.Text(section), c.line(section))
	var broken *perl.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &broken) && broken.Died:
		return fmt.Errorf("section %s: %s", section, strings.TrimSpace(broken.Reason))
	}
	return fmt.Errorf("perl: section %s: %w", section, err)
}

// line is where the value of a section stands.
func (c *Case) line(section string) int {
	if s := c.Block.Get(section); s != nil {
		return s.Line
	}
	return c.Block.Line
}

// Skip tells why Test::Nginx would not run the case, empty when it would: its SKIP, and conditions on versions and on Perl code.
func (c *Case) Skip() (string, error) {
	v := c.Head.world.Version
	switch {
	case c.Has("SKIP"):
		return "SKIP", nil
	case c.Has("skip_eval"):
		if m := skipEval.FindStringSubmatch(c.Text("skip_eval")); m != nil {
			out, err := c.Head.in.Eval("package Test::Nginx::Util; "+m[2], c.line("skip_eval"))
			if err != nil {
				return "", fmt.Errorf("perl: section skip_eval: %w", err)
			}
			if len(out) > 0 && perl.True(out[len(out)-1]) {
				return "skip_eval: " + strings.TrimSpace(m[2]), nil
			}
		}
	}
	for _, s := range []struct {
		name    string
		version float64
	}{{"skip_nginx", v.Nginx()}, {"skip_nginx2", v.Nginx()}, {"skip_openssl", v.OpenSSL()}} {
		if !c.Has(s.name) {
			continue
		}
		skip, err := versionSkips(c.Text(s.name), s.version)
		if err != nil {
			return "", fmt.Errorf("section %s: %w", s.name, err)
		}
		if skip {
			return s.name + ": " + strings.TrimSpace(c.Text(s.name)), nil
		}
	}
	if c.Has("todo_nginx") { // like skip_nginx, without the number of checks in front
		todo, err := versionSkips("0:"+c.Text("todo_nginx"), v.Nginx())
		if err != nil {
			return "", fmt.Errorf("section todo_nginx: %w", err)
		}
		if todo {
			return "todo_nginx: " + strings.TrimSpace(c.Text("todo_nginx")), nil
		}
	}
	if c.Has("todo") {
		return "todo: " + strings.TrimSpace(c.Text("todo")), nil
	}
	return "", nil
}

var (
	skipEval      = regexp.MustCompile(`(?s)^\s*(\d+)\s*:\s*(.*)`)
	skipCondition = regexp.MustCompile(`^\s*\d+\s*:\s*([<>]=?)\s*(\d+)\.(\d+)\.(\d+)([a-z])?\s*(?:(or|and)\s*([<>]=?)\s*(\d+)\.(\d+)\.(\d+)([a-z])?)?\s*(?::.*)?$`)
)

// versionSkips reads "checks: operator version", with a second condition perhaps.
func versionSkips(text string, have float64) (bool, error) {
	m := skipCondition.FindStringSubmatch(strings.TrimSpace(text))
	if m == nil {
		return false, fmt.Errorf("%q is no condition on a version", strings.TrimSpace(text))
	}
	if have == 0 {
		return true, nil
	}
	skip := compare(m[1], have, canonical(m[1:6]))
	switch m[6] {
	case "or":
		skip = skip || compare(m[7], have, canonical(m[7:12]))
	case "and":
		skip = skip && compare(m[7], have, canonical(m[7:12]))
	}
	return skip, nil
}

func compare(op string, a, b float64) bool {
	switch op {
	case "<":
		return a < b
	case "<=":
		return a <= b
	case ">":
		return a > b
	}
	return a >= b
}
