package cli

import (
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"time"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/parser"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/server"
)

// Where nginx's own build looks when nothing else is said.
const (
	defaultPrefix   = "/usr/local/nginx/"
	defaultConf     = "conf/nginx.conf"
	defaultErrorLog = "logs/error.log"
	defaultPid      = "logs/nginx.pid"
)

// place is where a configuration and what it names are.
type place struct {
	prefix   string            // with a slash at its end
	guessed  bool              // prefix is only where it may be
	conf     string            // complete path of the main file
	confDir  string            // with a slash at its end
	errorLog string            // complete path, or "stderr"
	globals  string            // of -g
	source   []byte            // the main file's content when it has been read already; nil otherwise
	dump     *parser.Dump      // the files when they come from the output of nginx -T; nil otherwise
	edited   map[string][]byte // content that stands for files that have it on disk otherwise; nil for none
	// elsewhere tells that the configuration is for another machine, of which nothing is known but the files that are included.
	elsewhere bool
	// absent is set by load when something that the configuration names could not be had on this machine.
	absent bool
	// serves tells that Tidegate is to run the configuration, or to test it as if it were.
	serves bool
	// context is where the main file stands when it is a fragment; 0 or catalog.Main when it is not.
	context catalog.Context
	// extra are the directives that the project declares.
	extra []*catalog.Row
	// built names modules that nginx does not have by default and this one was built with.
	built []string
	// lua checks the syntax of Lua; nil for LuaJIT's.
	lua func(source, chunk string) error
}

func (p place) fragment() bool { return p.context&^catalog.Main != 0 }

// newPlace follows ngx_process_options.
func newPlace(prefix, confFile, errorLog, globals string) place {
	p := place{prefix: prefix, conf: confFile, errorLog: errorLog, globals: globals, serves: true}
	if p.prefix == "" {
		p.prefix = defaultPrefix
	}
	if !strings.HasSuffix(p.prefix, "/") {
		p.prefix += "/"
	}
	if p.conf == "" {
		p.conf = defaultConf
	}
	if !strings.HasPrefix(p.conf, "/") {
		p.conf = p.prefix + p.conf
	}
	p.confDir = p.conf[:strings.LastIndexByte(p.conf, '/')+1]
	if p.errorLog == "" {
		p.errorLog = defaultErrorLog
	}
	if p.errorLog != "stderr" && !strings.HasPrefix(p.errorLog, "/") {
		p.errorLog = p.prefix + p.errorLog
	}
	return p
}

// beside is the place of a file that is named alone: everything relative begins in its directory.
func beside(file string) (place, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return place{}, err
	}
	return newPlace(filepath.Dir(abs), abs, "stderr", ""), nil
}

// parse reads the configuration with everything it includes.
func (p place) parse() (*ast.Config, diag.List) {
	o := parser.Options{Main: p.conf, ConfPrefix: p.confDir, ReadFile: p.readFile}
	if p.dump != nil {
		o.Glob = p.dump.Glob
	}
	if p.fragment() {
		o.Within, _, _ = strings.Cut(p.context.String(), ".")
	}
	return parser.Load(o)
}

// readFile reads a file of the configuration from where it comes: what a fix has made of it, the dump, standard input, or the disk.
func (p place) readFile(name string) ([]byte, error) {
	if src, ok := p.edited[name]; ok {
		return src, nil
	}
	switch {
	case p.dump != nil:
		return p.dump.ReadFile(name)
	case p.source != nil && name == p.conf:
		return p.source, nil
	}
	return parser.ReadFile(name)
}

// load reads and checks the configuration: what the parser and the checker found, in nginx's order.
func (p *place) load() (*conf.Tree, diag.List) {
	config, list := p.parse()
	var params *ast.File
	if p.globals != "" {
		var more diag.List
		params, more = parser.ParseParam(p.globals)
		list = append(more, list...)
	}
	o := conf.Options{Prefix: p.prefix, ConfPrefix: p.confDir, Params: params, Context: p.context, Extra: p.extra, Built: p.built, Lua: luaSyntax, Root: true,
		PrefixGuessed: p.guessed, ModulesBuiltIn: p.serves}
	if p.lua != nil {
		o.Lua = p.lua
	}
	if !p.elsewhere {
		p.onThisMachine(&o)
	}
	tree, found := conf.Check(config, o)
	list = append(list, found...)
	if list.Fatal() == nil && !p.elsewhere && !p.fragment() {
		files := server.VerifyTLS(tree)
		// What a start would build can be seen only of what could be run.
		if tree.StreamRuns() {
			files = append(files, server.Verify(tree, p.prefix, p.confDir)...)
		}
		p.absent = p.absent || files.Fatal() != nil
		list = append(list, files...)
	}
	list.Sort()
	return tree, list
}

// onThisMachine lets a check look at what a configuration names.
func (p *place) onThisMachine(o *conf.Options) {
	noted := func(err error) error {
		p.absent = p.absent || err != nil
		return err
	}
	o.Hostname, _ = os.Hostname()
	o.Resolve = func(host string) ([]netip.Addr, error) {
		addrs, err := resolveHost(host)
		return addrs, noted(err)
	}
	o.Open = func(name string) error { return noted(openable(name)) }
	o.ReadFile, o.ModTime, o.Root = parser.ReadFile, modTime, os.Geteuid() == 0
	o.LookupUser = func(name string) error { return noted(lookupUser(name)) }
	o.LookupGroup = func(name string) error { return noted(lookupGroup(name)) }
}

// openable tells whether a file can be opened for reading, without waiting for a FIFO's other end.
func openable(name string) error {
	st, err := os.Stat(name)
	if err != nil {
		return &fs.PathError{Op: "open", Path: name, Err: underlying(err)}
	}
	if !st.Mode().IsRegular() {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return f.Close()
}

func modTime(name string) (time.Time, error) {
	st, err := os.Stat(name)
	if err != nil {
		return time.Time{}, err
	}
	return st.ModTime(), nil
}

func underlying(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

// luaSyntax checks Lua as LuaJIT would.
func luaSyntax(source, chunk string) error {
	if err := lua.Parse(source).Err; err != nil {
		return fmt.Errorf("%s:%d: %s", strings.TrimPrefix(chunk, "="), err.Line, err.Message)
	}
	return nil
}

// luaCompiles checks Lua for the runtime: its compiler has limits of its own.
func luaCompiles(source, chunk string) error {
	_, err := vm.Compile(source, chunk)
	return err
}

func lookupUser(name string) error {
	_, err := user.Lookup(name)
	return err
}

func lookupGroup(name string) error {
	_, err := user.LookupGroup(name)
	return err
}

// loadToRun is load with what the runtime refuses to serve among the findings.
func (p place) loadToRun() (*conf.Tree, diag.List) {
	p.lua = luaCompiles
	tree, list := p.load()
	list = append(list, tree.Refused...)
	list.Sort()
	return tree, list
}
