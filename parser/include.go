package parser

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// Limits on what includes may bring in.
const (
	maxIncludeDepth = 1000 // nginx holds a descriptor for each and runs out of them near here
	maxFiles        = 1 << 16
	maxBytes        = 1 << 30 // of all files together, each as often as it is read
)

// Options say what Load reads and how.
type Options struct {
	// Main is the main configuration file, as the -c option names it.
	Main string
	// Prefix is put before Main if that is relative. nginx's own is the -p
	// option or the compiled-in one, with "/" at its end.
	Prefix string
	// ConfPrefix is put before relative names in include directives. If it is
	// empty it is the directory of the main file, as in nginx.
	ConfPrefix string
	// Within is the top block that the text of the main file stands in, for a
	// fragment: "stream", "http" or none. It matters to blocks of Lua only.
	Within string
	// ReadFile returns the content of a file; nil means the file system.
	// Of an *fs.PathError with Op "open" nginx's message is made from Err; any
	// other Op is taken for "read".
	ReadFile func(name string) ([]byte, error)
	// Glob returns the names that match a pattern as glob(3) does, in its
	// order; nil means the file system. nginx goes on when there are none.
	Glob func(pattern string) ([]string, error)
}

// Load reads the main file and, in nginx's order, everything it includes. The
// configuration is never nil; a file that could not be read is empty in it.
// The list is sorted.
func Load(o Options) (*ast.Config, diag.List) {
	l := &loader{o: o, active: map[string]ast.Pos{}}
	if l.o.ReadFile == nil {
		l.o.ReadFile = ReadFile
	}
	if l.o.Glob == nil {
		l.o.Glob = Glob
	}
	name := fullName(o.Prefix, o.Main)
	if l.o.ConfPrefix == "" {
		l.o.ConfPrefix = name[:strings.LastIndexByte(name, '/')+1]
	}
	main := &ast.File{Name: name}
	config := &ast.Config{Main: main}
	l.config = config
	l.load(main, site{in: subsystems[o.Within]})
	l.diags.Sort()
	return config, l.diags
}

// fullName is ngx_get_full_name: the prefix is put before relative names, and
// nothing is cleaned.
func fullName(prefix, name string) string {
	if strings.HasPrefix(name, "/") {
		return name
	}
	return prefix + name
}

type loader struct {
	o      Options
	config *ast.Config
	diags  diag.List
	active map[string]ast.Pos // the files being read and where they are included
	bytes  int
	full   bool // a limit is reached and reported
}

// site is where a file is included. The zero site is that of the main file.
type site struct {
	d     *ast.Directive
	depth int
	in    subsystem
}

// pos returns nginx's read position when it opens the file.
func (s site) pos() ast.Pos {
	if s.d == nil {
		return ast.Pos{}
	}
	return s.d.EndPos()
}

// load reads one file and what it includes. It reports whether the file could
// be read.
func (l *loader) load(f *ast.File, s site) {
	src, err := l.o.ReadFile(cString(f.Name))
	switch {
	case errors.Is(err, errDevice):
		d := l.fail("include", s, fmt.Sprintf(`nothing is read of "%s", which is a device`, cString(f.Name)), "")
		d.Severity, d.Stage = diag.Warn, diag.Advice
	case err != nil:
		l.unreadable(f.Name, s, err)
	}
	if l.bytes += len(src); l.bytes > maxBytes {
		l.limit(s, "the files are larger than %d bytes together", maxBytes)
		src = nil
	}
	f.Src = src
	l.config.Files = append(l.config.Files, f)
	_, list := parseFile(f, s.in)
	l.diags = append(l.diags, list...)

	l.active[f.Name] = s.pos()
	ast.Walk(f.Body(), func(d *ast.Directive, path []*ast.Directive) bool {
		if d.Kind == ast.Simple && d.NumWords() == 2 && d.Is("include") && !dataLine(path) {
			l.include(d, site{d, s.depth + 1, subsystemOf(path, s.in)})
		}
		return true
	})
	delete(l.active, f.Name)
}

// dataLine reports whether a directive is a line of a block in which nginx
// gives "include" no meaning.
func dataLine(path []*ast.Directive) bool {
	if len(path) == 0 {
		return false
	}
	parent := path[len(path)-1]
	return parent.Is("split_clients") || parent.Is("charset_map")
}

func subsystemOf(path []*ast.Directive, in subsystem) subsystem {
	for i := len(path) - 1; i >= 0; i-- {
		switch path[i].Name() {
		case "stream":
			return inStream
		case "http":
			return inHTTP
		}
	}
	return in
}

// include is ngx_conf_include.
func (l *loader) include(d *ast.Directive, s site) {
	name := fullName(l.o.ConfPrefix, d.Arg(0))
	names := []string{name}
	if strings.ContainsAny(cString(name), "*?[") {
		found, err := l.o.Glob(cString(name))
		if err != nil {
			l.fail("include", s, fmt.Sprintf(`glob() "%s" failed%s`, cString(name), errnoText(err)), "")
			return
		}
		names = found
	}
	for _, name := range names {
		if l.refuse(name, s) {
			return
		}
		g := &ast.File{Name: name}
		d.Include(g)
		l.load(g, s)
	}
}

// refuse reports why a file is not read again, or not at all.
func (l *loader) refuse(name string, s site) bool {
	if _, loop := l.active[name]; loop {
		l.fail("include-loop", s, fmt.Sprintf(`include loop: "%s" includes itself`, cString(name)), l.loopDetail(name, s))
		return true
	}
	switch {
	case s.depth > maxIncludeDepth:
		l.fail("include", s, fmt.Sprintf(`open() "%s" failed (24: Too many open files)`, cString(name)),
			fmt.Sprintf("includes go deeper than %d files", maxIncludeDepth))
		return true
	case len(l.config.Files) >= maxFiles:
		l.limit(s, "more than %d files are included", maxFiles)
		return true
	}
	return l.full
}

// loopDetail tells the way from the first reading of a file to its include in
// itself.
func (l *loader) loopDetail(name string, s site) string {
	p := s.pos()
	steps := []string{fmt.Sprintf("%s:%d", cString(p.File.Name), p.Line())}
	for p.File.Name != name && len(steps) < 10 {
		p = l.active[p.File.Name]
		steps = append(steps, fmt.Sprintf("%s:%d", cString(p.File.Name), p.Line()))
	}
	for i, j := 0, len(steps)-1; i < j; i, j = i+1, j-1 {
		steps[i], steps[j] = steps[j], steps[i]
	}
	return "the includes go round: " + strings.Join(steps, ", then ")
}

func (l *loader) limit(s site, format string, n int) {
	if !l.full {
		l.fail("limit", s, fmt.Sprintf(format, n), "")
	}
	l.full = true
}

// fail records an [emerg] at an include directive.
func (l *loader) fail(rule string, s site, message, detail string) *diag.Diagnostic {
	d := diag.Diagnostic{
		Severity: diag.Emerg, Rule: rule, Message: message, At: s.pos(), Detail: detail,
	}
	if s.d != nil {
		d.Subject = s.d.ArgRange(0)
	}
	l.diags = append(l.diags, d)
	return &l.diags[len(l.diags)-1]
}

// unreadable records why a file could not be read, as ngx_conf_parse or
// ngx_read_file do.
func (l *loader) unreadable(name string, s site, err error) {
	var pathErr *fs.PathError
	reading := errors.As(err, &pathErr) && pathErr.Op != "open"
	if errors.Is(err, errNotRegular) {
		l.fail("include", s, fmt.Sprintf(`"%s" is not a regular file`, cString(name)),
			"it is not read because that could block for ever")
		return
	}
	if !reading {
		l.fail("include", s, fmt.Sprintf(`open() "%s" failed%s`, cString(name), errnoText(err)), "")
		return
	}
	// ngx_read_file logs by itself and knows no position.
	d := l.fail("include", s, fmt.Sprintf(`pread() "%s" failed%s`, cString(name), errnoText(err)), "")
	d.Severity = diag.Crit
	d.Order, d.At = d.At, ast.Pos{}
}

// errnoText formats an error number as ngx_log_errno does.
func errnoText(err error) string {
	var errno syscall.Errno
	if !errors.As(err, &errno) {
		return " (" + err.Error() + ")"
	}
	text := errno.Error()
	return fmt.Sprintf(" (%d: %s)", int(errno), strings.ToUpper(text[:1])+text[1:])
}

// cString returns what C sees of a string: it ends at the first NUL.
func cString(s string) string {
	if i := strings.IndexByte(s, 0); i >= 0 {
		return s[:i]
	}
	return s
}

var (
	errNotRegular = errors.New("not a regular file")
	errDevice     = errors.New("a device") // of which nginx reads as many bytes as its size says: none
)

// ReadFile returns the content of a file as nginx sees it: as many bytes as
// the file had when it was opened. It never blocks: FIFOs and sockets are
// refused. That a character device has no bytes is said by an error.
func ReadFile(name string) ([]byte, error) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EISDIR}
	case mode&fs.ModeCharDevice != 0:
		return nil, &fs.PathError{Op: "read", Path: name, Err: errDevice}
	case !mode.IsRegular():
		return nil, &fs.PathError{Op: "open", Path: name, Err: errNotRegular}
	case info.Size() > maxFileSize:
		return nil, &fs.PathError{Op: "read", Path: name, Err: syscall.EFBIG}
	}
	src := make([]byte, info.Size())
	for n := 0; n < len(src); {
		m, err := f.Read(src[n:])
		if n += m; err != nil {
			return src[:n], &fs.PathError{Op: "read", Path: name, Err: err}
		}
	}
	return src, nil
}

// Memory is a set of files by name, for tests and for sources that are not in
// the file system. Its methods serve as the hooks of Options.
type Memory map[string]string

// ReadFile returns the content of a file.
func (m Memory) ReadFile(name string) ([]byte, error) {
	src, ok := m[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: syscall.ENOENT}
	}
	return []byte(src), nil
}

// Glob returns the names that match a pattern, sorted as glob(3) does.
func (m Memory) Glob(pattern string) ([]string, error) {
	return glob(pattern, func(dir string) []string {
		var names []string
		if dir != "" {
			dir = strings.TrimRight(dir, "/") + "/"
		}
		seen := map[string]bool{}
		for name := range m {
			rest, ok := strings.CutPrefix(name, dir)
			if !ok {
				continue
			}
			if entry, _, _ := strings.Cut(rest, "/"); entry != "" && !seen[entry] {
				seen[entry] = true
				names = append(names, entry)
			}
		}
		return names
	}, func(name string) bool {
		for file := range m {
			if file == name || strings.HasPrefix(file, path.Clean(name)+"/") {
				return true
			}
		}
		return false
	}), nil
}
