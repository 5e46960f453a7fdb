package cli

import (
	"bytes"
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/cmd/tidegate/cli/project"
	"tidegate/parser"
)

// inputsHelp is the part of a command's help that tells of its inputs.
const inputsHelp = `FILE is a main configuration file, or what nginx -T prints, which is detected:
then includes are answered from it, and what else is on this machine does not
count. "-" is standard input. A file that is included in a block of another one
can be read alone when its place is named, by -context or in the file, by a
comment before the first directive:

  # tidegate:context http.server
`

// inputFlagsHelp describes the options of inputs.
const inputFlagsHelp = `  -project FILE      the project file instead of tidegate.toml beside the first FILE
                     or upwards from here; none for none
  -context PLACE     FILE is a fragment that stands in http.server, stream, ...
  -p DIR             where relative names of logs and the like begin (the prefix
                     of nginx); FILE's directory when left out
  -conf-dir DIR      where relative names of includes, certificates and the like
                     begin; FILE's directory when left out
  -elsewhere         the configuration is for another machine: do not look here
                     for users, host names, certificates and other files that
                     are not included
  -built-by FILE     the modules that nginx has are in FILE, which holds what
                     nginx -V prints (nginx -V 2>FILE); their directives are then
                     no unknown ones
  -T, -T=false       FILE is the output of nginx -T, or is not
  -stdin-name NAME   what standard input is called and where it would be
`

// inputs is how the commands that read configurations (check, lint, dump) are told what to read, and how they read it: for every
// operand one input, or a message on standard error.
type inputs struct {
	prefix    string
	confDir   string
	stdinName string
	context   catalog.Context
	elsewhere bool
	dump      triState

	builtBy string   // the file with the output of nginx -V
	built   []string // what is in it

	projectFile string
	project     project.Project // of begin

	names  []string  // of the inputs that each has read
	unread diag.List // the operands that it could not read
}

// register adds the options to a command's flags.
func (o *inputs) register(fs *flag.FlagSet) {
	fs.StringVar(&o.projectFile, "project", "", "")
	fs.StringVar(&o.prefix, "p", "", "")
	fs.StringVar(&o.confDir, "conf-dir", "", "")
	fs.Func("context", "", func(s string) (err error) {
		o.context, err = project.ParsePlace(s)
		return err
	})
	fs.StringVar(&o.stdinName, "stdin-name", "", "")
	fs.BoolVar(&o.elsewhere, "elsewhere", false, "")
	fs.StringVar(&o.builtBy, "built-by", "", "")
	fs.Var(&o.dump, "T", "")
}

// triState is an option that may be set, denied or left out.
type triState struct{ given, value bool }

func (t *triState) IsBoolFlag() bool { return true }
func (t *triState) String() string   { return strconv.FormatBool(t.value) }

func (t *triState) Set(s string) (err error) {
	t.given = true
	t.value, err = strconv.ParseBool(s)
	return err
}

// input is one configuration that a command was given.
type input struct {
	// name is what the user calls it.
	name string
	// stdin tells that it is standard input.
	stdin bool
	// project is what the project file says.
	project *project.Project
	place
}

// readingGCPercent lets the heap of a command that only reads grow further before garbage is collected: nearly all of it is the tree,
// which lives until the end, and looking through it again and again is a third of the time. For a large file memory is dearer.
func readingGCPercent(size int) int {
	if size > 32<<20 {
		return 100
	}
	return 300
}

// begin reads the project file and returns the operands of a command, which are the project's main file when none is given. What is wrong is
// said, and ok is false.
func (o *inputs) begin(env Env, operands []string, command string) (_ []string, ok bool) {
	if !o.readProject(env, operands) {
		return nil, false
	}
	if by := cmp.Or(o.builtBy, o.project.BuiltBy); by != "" {
		var err error
		if o.built, err = builtModules(by); err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			return nil, false
		}
	}
	if len(operands) == 0 && o.project.Main != "" {
		operands = []string{o.project.Main}
	}
	if len(operands) == 0 {
		misuse(env, command, "no FILE is given, and no tidegate.toml names the main one")
		return nil, false
	}
	return operands, true
}

// readProject reads the project file that is named, or found for the first operand.
func (o *inputs) readProject(env Env, operands []string) (ok bool) {
	name, err := o.projectFile, error(nil)
	if name == "" {
		beside := o.stdinName
		if len(operands) > 0 && operands[0] != "-" {
			beside = operands[0]
		}
		name, err = project.Find(beside)
	}
	var list diag.List
	if err == nil && name != "" && name != "none" {
		o.project, list, err = project.Load(name, everyRule())
	}
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return false
	}
	_ = report(env, env.Err, list)
	return len(list) == 0
}

// each reads the operands one after the other and calls do for each that could be read. It returns the exit status: the highest of do,
// or 2 when one of them could not be read, which it says.
func (o *inputs) each(env Env, operands []string, do func(*input) int) int {
	status := 0
	stdin := false
	for _, name := range operands {
		in, err := o.read(env, name)
		if name == "-" && stdin {
			err = errors.New(`standard input ("-") can be read only once`)
		}
		stdin = stdin || name == "-"
		if err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			o.unread = append(o.unread, diag.Diagnostic{Severity: diag.Emerg, Rule: "unreadable", Message: err.Error(),
				Subject: ast.Range{File: &ast.File{Name: name}}})
			status = 2
			continue
		}
		o.names = append(o.names, in.name)
		status = max(status, do(in))
	}
	return status
}

// withUnread adds what could not be read to the findings, and its names to those of the inputs. A report for machines is all that they
// read: without this it would say that nothing is wrong.
func (o *inputs) withUnread(list diag.List) (diag.List, []string) {
	names := o.names
	for _, d := range o.unread {
		names = append(names, d.Subject.File.Name)
	}
	return append(list, o.unread...), names
}

// read reads the main file of one input, or the dump that holds all of it.
func (o *inputs) read(env Env, name string) (*input, error) {
	shown, src, err := o.source(env, name)
	if err != nil {
		return nil, err
	}
	debug.SetGCPercent(readingGCPercent(len(src)))
	in := &input{name: shown, stdin: name == "-", project: &o.project, place: asNamed(shown)}
	in.source, in.elsewhere = src, o.elsewhere || o.project.Elsewhere
	if o.dump.value || !o.dump.given && parser.IsDump(src) {
		d, err := parser.ReadDump(src)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", shown, err)
		}
		in.place = asNamed(d.Main)
		in.dump, in.elsewhere = d, true
	}
	in.extra, in.built = o.project.Directives, o.built
	if in.context, err = o.contextOf(in); err != nil {
		return nil, err
	}
	o.directories(in)
	return in, nil
}

// directories says where relative names begin, unless that is beside the file: what a fragment includes is named as the main file would.
func (o *inputs) directories(in *input) {
	if main := o.project.Main; main != "" && in.fragment() {
		in.confDir = directory(filepath.Dir(main))
		in.prefix = in.confDir
	}
	if prefix := cmp.Or(o.prefix, o.project.Prefix); prefix != "" {
		in.prefix, in.guessed = directory(prefix), false
	}
	if o.confDir != "" {
		in.confDir = directory(o.confDir)
	}
}

// directory is a name with a slash at its end.
func directory(name string) string { return strings.TrimRight(name, "/") + "/" }

// contextOf is the place that an input stands in: the whole file unless an option or a comment in it says otherwise.
func (o *inputs) contextOf(in *input) (catalog.Context, error) {
	if in.dump != nil {
		if o.context&^catalog.Main != 0 {
			return 0, fmt.Errorf("%s: the output of nginx -T is no fragment, which -context asks for", in.name)
		}
		return catalog.Main, nil
	}
	if o.context != 0 {
		return o.context, nil
	}
	line := 0
	for text := range bytes.Lines(in.source) {
		line++
		text = bytes.TrimSpace(text)
		if len(text) > 0 && text[0] != '#' {
			break
		}
		place, found := bytes.CutPrefix(bytes.TrimLeft(text, "# "), []byte("tidegate:context"))
		if !found {
			continue
		}
		context, err := project.ParsePlace(string(bytes.TrimSpace(place)))
		if err != nil {
			err = fmt.Errorf("%s:%d: %w", in.name, line, err)
		}
		return context, err
	}
	return o.project.ContextOf(in.conf), nil
}

// source reads the bytes behind an operand.
func (o *inputs) source(env Env, name string) (shown string, src []byte, err error) {
	if name != "-" {
		src, err = readOperand(name)
		return name, src, err
	}
	shown = o.stdinName
	if shown == "" {
		shown = "stdin"
	}
	src, err = readStdin(env)
	return shown, src, err
}

// maxStdin is the most that is read of a standard input, which can be without end.
const maxStdin = 1 << 28

func readStdin(env Env) ([]byte, error) {
	src, err := io.ReadAll(io.LimitReader(env.In, maxStdin+1))
	if err != nil {
		return nil, fmt.Errorf("standard input: %w", err)
	}
	if len(src) > maxStdin {
		return nil, fmt.Errorf("standard input: more than %d MB; name the file instead", maxStdin>>20)
	}
	return src, nil
}

// readOperand reads a file that the user named. What is no file is refused with what to do instead: the content of a device or of a
// pipe could be without end, and nothing in it would not mean that nothing is wrong.
func readOperand(name string) ([]byte, error) {
	st, err := os.Stat(name)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: underlying(err)}
	}
	switch mode := st.Mode(); {
	case mode.IsDir():
		return nil, fmt.Errorf("%s is a directory: name the main file in it", name)
	case mode&fs.ModeNamedPipe != 0:
		return nil, fmt.Errorf("%s is a pipe: give its content on standard input, with - for the file's name", name)
	case !mode.IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	return parser.ReadFile(name)
}

// check reads everything that the input includes and checks it: what nginx -t and the Lua parser would say, in nginx's order. What the
// runtime alone refuses is in Tree.Refused.
func (in *input) check() (*conf.Tree, diag.List) { return in.load() }

// refusals is what only the runtime refuses of a configuration, said as no mistake: nginx runs it. Of one without a stream block nothing is
// said: there is nothing in it that could run here, and who only checks it would read the same notice with each file.
func refusals(tree *conf.Tree) diag.List {
	if tree.Stream() == nil {
		return nil
	}
	list := make(diag.List, len(tree.Refused))
	for i, d := range tree.Refused {
		d.Severity, d.Stage = diag.Notice, diag.Advice
		if d.Detail == "" {
			d.Detail = "nginx accepts it; tidegate run would not start"
		}
		list[i] = d
	}
	return list
}

// asNamed is beside for commands that only read: files are named as the user named them, not by their complete paths.
func asNamed(file string) place {
	dir := file[:strings.LastIndexByte(file, '/')+1]
	return place{prefix: dir, guessed: true, conf: file, confDir: dir, errorLog: "stderr"}
}
