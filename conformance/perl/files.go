package perl

import (
	"os"
	"path/filepath"
	"strings"
)

// open opens a file, or a string by its reference, for reading.
func open(in *Interp, n builtin) []Value {
	p, ok := n.args[0].(place)
	if !ok {
		panic(&Error{Reason: "open needs a variable for its handle"})
	}
	mode, what := "<", n.arg(in, 1)
	if len(n.args) > 2 {
		mode, what = strings.TrimSpace(String(what)), n.args[2].scalar(in)
	} else if s := strings.TrimSpace(String(what)); strings.HasPrefix(s, "<") {
		what = strings.TrimSpace(s[1:])
	} else if strings.ContainsAny(s, ">|") {
		panic(&Error{Reason: "open of " + s + " is not supported"})
	}
	if !strings.HasPrefix(mode, "<") {
		panic(&Error{Reason: "open with mode " + mode + " is not supported"})
	}
	if s, ok := what.(*Scalar); ok {
		p.slot(in).V = &handle{rest: String(s.V)}
		return []Value{float64(1)}
	}
	data, err := os.ReadFile(in.path(String(what)))
	if err != nil {
		in.SetScalar("main::!", "No such file or directory")
		return []Value{float64(0)}
	}
	p.slot(in).V = &handle{rest: string(data)}
	return []Value{float64(1)}
}

func system(in *Interp, n builtin) []Value {
	var words []string
	for _, v := range n.values(in) {
		words = append(words, String(v))
	}
	if in.conf.Command == nil {
		panic(&Error{Reason: "commands are not run here"})
	}
	_, status := in.conf.Command(strings.Join(words, " "))
	in.SetScalar("main::?", float64(status))
	return []Value{float64(status)}
}

func unlink(in *Interp, n builtin) []Value {
	count := 0.0
	for _, v := range n.values(in) {
		if os.Remove(in.path(String(v))) == nil {
			count++
		}
	}
	return []Value{count}
}

func mkdir(in *Interp, n builtin) []Value {
	return []Value{boolean(os.Mkdir(in.path(String(n.arg(in, 0))), 0o777) == nil)}
}

func pathFunc(f func(string) string) func(*Interp, builtin) []Value {
	return func(in *Interp, n builtin) []Value { return []Value{f(String(n.arg(in, 0)))} }
}

func absolute(in *Interp, n builtin) []Value {
	p, err := filepath.EvalSymlinks(in.path(String(n.arg(in, 0))))
	if err != nil {
		return []Value{nil}
	}
	return []Value{p}
}
