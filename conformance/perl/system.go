package perl

import (
	"os"
	"path/filepath"
	"strings"
)

// command is `…`.
type command struct {
	line int
	text node
}

func (n command) scalar(in *Interp) Value {
	if in.conf.Command == nil {
		panic(&Error{File: in.file, Line: n.line, Reason: "commands are not run here"})
	}
	out, status := in.conf.Command(String(n.text.scalar(in)))
	in.SetScalar("main::?", float64(status))
	return out
}

func (n command) list(in *Interp) []Value {
	var out []Value
	for line := range strings.Lines(String(n.scalar(in))) {
		out = append(out, line)
	}
	return out
}

// readLine is <$handle>: a line, or with $/ undefined all that is left.
type readLine struct{ of node }

func (n readLine) handle(in *Interp) *handle {
	h, ok := n.of.scalar(in).(*handle)
	if !ok {
		panic(&Error{Reason: "reading from something that is no open file"})
	}
	return h
}

func (n readLine) scalar(in *Interp) Value {
	h := n.handle(in)
	if h.rest == "" {
		return nil
	}
	line := h.rest
	if sep := in.variable('$', "/").(*Scalar).V; sep != nil {
		if i := strings.Index(line, String(sep)); i >= 0 {
			line = line[:i+len(String(sep))]
		}
	}
	h.rest = h.rest[len(line):]
	return line
}

func (n readLine) list(in *Interp) []Value {
	var out []Value
	for v := n.scalar(in); v != nil; v = n.scalar(in) {
		out = append(out, v)
	}
	return out
}

// fileTest is -e and its kin.
type fileTest struct {
	op byte
	of node
}

func (n fileTest) scalar(in *Interp) Value {
	st, err := os.Stat(in.path(String(n.of.scalar(in))))
	if err != nil {
		return ""
	}
	switch n.op {
	case 'd':
		return boolean(st.IsDir())
	case 'f':
		return boolean(st.Mode().IsRegular())
	case 'x':
		return boolean(st.Mode()&0o111 != 0)
	case 's':
		return float64(st.Size())
	}
	return float64(1)
}
func (n fileTest) list(in *Interp) []Value { return one(n, in) }

func (in *Interp) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(in.conf.Dir, name)
}
