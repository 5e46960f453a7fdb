package cli

import (
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"tidegate/ast"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
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
	prefix   string // with a slash at its end
	conf     string // complete path of the main file
	confDir  string // with a slash at its end
	errorLog string // complete path, or "stderr"
	globals  string // of -g
	source   []byte // the main file's content when it does not come from the file system; nil otherwise
}

// newPlace follows ngx_process_options.
func newPlace(prefix, confFile, errorLog, globals string) place {
	p := place{prefix: prefix, conf: confFile, errorLog: errorLog, globals: globals}
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

// asNamed is beside for commands that only read: files are named as the user named them, not by their complete paths.
func asNamed(file string) place {
	dir := file[:strings.LastIndexByte(file, '/')+1]
	return place{prefix: dir, conf: file, confDir: dir, errorLog: "stderr"}
}

// parse reads the configuration with everything it includes.
func (p place) parse() (*ast.Config, diag.List) {
	o := parser.Options{Main: p.conf, ConfPrefix: p.confDir}
	if p.source != nil {
		o.ReadFile = func(name string) ([]byte, error) {
			if name == p.conf {
				return p.source, nil
			}
			return parser.ReadFile(name)
		}
	}
	return parser.Load(o)
}

// syntaxOnly is what is wrong with the syntax alone.
func (p place) syntaxOnly() diag.List {
	_, list := p.parse()
	return list
}

// load reads and checks the configuration: what the parser and the checker found, in nginx's order.
func (p place) load() (*conf.Tree, diag.List) {
	config, list := p.parse()
	var params *ast.File
	if p.globals != "" {
		var more diag.List
		params, more = parser.ParseParam(p.globals)
		list = append(more, list...)
	}
	host, _ := os.Hostname()
	tree, found := conf.Check(config, conf.Options{
		Prefix: p.prefix, ConfPrefix: p.confDir, Params: params, Resolve: resolveHost, Open: openable, Lua: luaSyntax, Hostname: host,
		Root: os.Geteuid() == 0, LookupUser: lookupUser, LookupGroup: lookupGroup,
	})
	list = append(list, found...)
	if list.Fatal() == nil {
		list = append(list, server.Verify(tree, p.prefix, p.confDir)...)
	}
	list.Sort()
	return tree, list
}

// resolveHost is gethostbyname for names in the configuration.
func resolveHost(host string) ([]netip.Addr, error) {
	ips, err := net.LookupIP(host)
	if err != nil {
		return nil, err
	}
	var out []netip.Addr
	for _, ip := range ips {
		if a, ok := netip.AddrFromSlice(ip); ok {
			out = append(out, a.Unmap())
		}
	}
	return out, nil
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

func underlying(err error) error {
	if pe, ok := err.(*fs.PathError); ok {
		return pe.Err
	}
	return err
}

func luaSyntax(source, chunk string) error {
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
	tree, list := p.load()
	list = append(list, tree.Refused...)
	list.Sort()
	return tree, list
}

// openInput opens a file that a subcommand names.
func openInput(name string) (*os.File, error) {
	if err := openable(name); err != nil {
		return nil, err
	}
	return os.Open(name)
}

// readInput reads the configuration that a subcommand names: a file, or standard input for "-".
func readInput(env Env, name string) (place, error) {
	if name != "-" {
		return asNamed(name), openable(name)
	}
	src, err := io.ReadAll(env.In)
	if err != nil {
		return place{}, err
	}
	p := asNamed("stdin")
	p.source = append([]byte{}, src...)
	return p, nil
}
