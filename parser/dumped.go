package parser

import (
	"bytes"
	"fmt"
	"io/fs"
	"syscall"
)

// Dump is what nginx -T prints: each file of a configuration once, behind a
// line with its name, the main file first. Its methods serve as the hooks of
// Options, so that includes are answered from the dump alone.
type Dump struct {
	// Main is the name of the main file.
	Main  string
	files map[string][]byte
	names Memory // without contents
}

const (
	dumpHead = "# configuration file "
	dumpTail = ":"
)

// IsDump reports whether a text looks like the output of nginx -T: it begins
// with the line that names a file. What nginx prints to its standard error,
// and empty lines, may come before.
func IsDump(src []byte) bool {
	for len(src) > 0 {
		line, rest := cutLine(src)
		if _, ok := dumpName(line); ok {
			return true
		}
		if len(bytes.TrimSpace(line)) > 0 && !bytes.HasPrefix(line, []byte("nginx: ")) {
			return false
		}
		src = rest
	}
	return false
}

// ReadDump takes the output of nginx -T apart. What is before the first name is
// skipped. The files share the memory of src. The error tells why the text is
// no such output.
func ReadDump(src []byte) (*Dump, error) {
	d := &Dump{files: map[string][]byte{}, names: Memory{}}
	first := map[string]int{} // the lines of the names
	name, start := "", -1
	line := 0
	// end keeps the file that ends before off. nginx prints a line end behind
	// each file, which does not belong to it.
	end := func(off int) {
		if start >= 0 {
			d.files[name] = bytes.TrimSuffix(src[start:off], []byte{'\n'})
			d.names[name] = ""
		}
	}
	for off := 0; off < len(src); {
		line++
		text, rest := cutLine(src[off:])
		next := len(src) - len(rest)
		if n, ok := dumpName(text); ok {
			if at, twice := first[n]; twice {
				return nil, fmt.Errorf("it holds %s twice, on lines %d and %d: nginx -T prints each file once", n, at, line)
			}
			end(off)
			if start < 0 {
				d.Main = n
			}
			name, start = n, next
			first[n] = line
		}
		off = next
	}
	if start < 0 {
		return nil, fmt.Errorf("no line %q in it: it is not the output of nginx -T", dumpHead+"NAME"+dumpTail)
	}
	end(len(src))
	return d, nil
}

// ReadFile returns the content of a file.
func (d *Dump) ReadFile(name string) ([]byte, error) {
	src, ok := d.files[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
	}
	return src, nil
}

// Glob returns the names that match a pattern, sorted as glob(3) does.
func (d *Dump) Glob(pattern string) ([]string, error) { return d.names.Glob(pattern) }

// cutLine returns the first line without its LF, and what comes after it.
func cutLine(src []byte) (line, rest []byte) {
	if i := bytes.IndexByte(src, '\n'); i >= 0 {
		return src[:i], src[i+1:]
	}
	return src, nil
}

// dumpName returns the file name in a line between files. The CR of a dump that
// went through Windows is not part of it.
func dumpName(line []byte) (string, bool) {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if !bytes.HasPrefix(line, []byte(dumpHead)) || !bytes.HasSuffix(line, []byte(dumpTail)) {
		return "", false
	}
	name := line[len(dumpHead) : len(line)-len(dumpTail)]
	return string(name), len(name) > 0
}
