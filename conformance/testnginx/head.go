package testnginx

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	"tidegate/conformance/perl"
)

// World is what a case may ask of the place it runs in.
type World struct {
	ServerRoot string
	ServerPort int // of http; the stream servers have the ports behind it
	StreamPort int
	RandPort   func(name string) (int, error) // a port for TEST_NGINX_RAND_PORT_N
	Env        map[string]string
	Version    Version
}

// HTMLDir is where user files go.
func (w *World) HTMLDir() string { return filepath.Join(w.ServerRoot, "html") }

// Version is what a server says of itself with -V.
type Version struct{ Text string }

var (
	nginxVersion   = regexp.MustCompile(`(?:nginx|openresty)[^/]*/(\d+)\.(\d+)\.(\d+)`)
	otherVersion   = regexp.MustCompile(`\w+/(\d+)\.(\d+)\.(\d+)`)
	opensslVersion = regexp.MustCompile(`built with OpenSSL (\d+)\.(\d+)\.(\d+)([a-z])?`)
)

// Nginx is the version as a number such as 1.031001, the form in which Test::Nginx compares; 0 when there is none.
func (v Version) Nginx() float64 {
	m := nginxVersion.FindStringSubmatch(v.Text)
	if m == nil {
		m = otherVersion.FindStringSubmatch(v.Text)
	}
	return canonical(m)
}

// OpenSSL is that library's version in the same form, with its letter behind; 0 when there is none.
func (v Version) OpenSSL() float64 { return canonical(opensslVersion.FindStringSubmatch(v.Text)) }

func canonical(m []string) float64 {
	if len(m) < 4 {
		return 0
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1])
	}
	text := fmt.Sprintf("%d.%03d%03d", n[0], n[1], n[2])
	if len(m) > 4 && m[4] != "" {
		text += fmt.Sprintf("%03d", m[4][0]-'a')
	}
	f, _ := strconv.ParseFloat(text, 64)
	return f
}

// PCRE is 2 for PCRE2, 1 for the older library, 0 for none, by Test::Nginx's rule.
func (v Version) PCRE() int {
	switch {
	case v.Nginx() >= 1.025 && !strings.Contains(v.Text, "--without-pcre2"):
		return 2
	case strings.Contains(v.Text, "pcre"):
		return 1
	}
	return 0
}

// Settings are what a head sets for its cases.
type Settings struct {
	Stream, Dgram     bool // the file uses Test::Nginx::Socket::Lua::Stream, or Dgram
	Repeat            int
	Workers           int
	WorkerConnections int
	LogLevel          string
	Master            bool
	Accumulate        bool // check_accum_error_log
	NoRootLocation    bool
	ServerName        string
	ServerAddr        string
	Timeout           float64 // seconds
	EnvToNginx        []string
	ConfigPreamble    string
	UseHup            bool
	FastShutdown      bool
	EventType         string
	Plan              int // checks that the file expects to make; 0 when it does not say
	SkipAll           string
}

// Head is a head that was run.
type Head struct {
	Settings
	file         *File
	world        *World
	in           *perl.Interp
	preprocess   []*perl.Code
	configFilter *perl.Code
}

// skipAll ends the run of a head.
type skipAll struct{ why string }

func (s skipAll) Error() string { return "skip all: " + s.why }

type commandResult struct {
	out    string
	status int
}

// Load runs the head.
func (f *File) Load(w *World) (*Head, error) {
	h := &Head{file: f, world: w, Settings: Settings{Repeat: 1, Workers: 1, WorkerConnections: 64, LogLevel: "debug",
		ServerName: "localhost", ServerAddr: "127.0.0.1", Timeout: 3}}
	env := maps.Clone(w.Env)
	if env == nil {
		env = map[string]string{}
	}
	if t := Seconds(env["TEST_NGINX_TIMEOUT"]); t > 0 {
		h.Timeout = t
	}
	env["TEST_NGINX_SERVER_ROOT"] = w.ServerRoot
	env["TEST_NGINX_SERVER_PORT"] = strconv.Itoa(w.ServerPort)
	env["TEST_NGINX_STREAM_PORT"] = strconv.Itoa(w.StreamPort)
	h.in = perl.New(perl.Config{Dir: f.Root, Env: env, Funcs: h.funcs(), Use: h.use, Command: f.command})
	h.in.SetScalar("Test::Nginx::Util::PcreVersion", float64(w.Version.PCRE()))
	h.in.SetScalar("Test::Nginx::Util::NginxVersion", w.Version.Nginx())
	h.in.SetScalar("Test::Nginx::Util::OpenSSLVersion", w.Version.OpenSSL())
	binary := env["TEST_NGINX_BINARY"]
	if binary == "" {
		binary = "nginx"
	}
	for name, path := range map[string]string{"NginxBinary": binary, "ServRoot": w.ServerRoot, "LogDir": w.ServerRoot + "/logs",
		"ErrLogFile": w.ServerRoot + "/logs/error.log", "AccLogFile": w.ServerRoot + "/logs/access.log", "PidFile": w.ServerRoot + "/logs/nginx.pid",
		"HtmlDir": w.HTMLDir(), "ConfDir": w.ServerRoot + "/conf", "ConfFile": w.ServerRoot + "/conf/nginx.conf"} {
		h.in.SetScalar("Test::Nginx::Util::"+name, path)
	}
	for _, name := range []string{"main", "Test::Nginx::Util"} {
		h.in.SetScalar(name+"::ServerPort", float64(w.ServerPort))
		h.in.SetScalar(name+"::ServerPortForClient", float64(w.ServerPort))
		h.in.SetScalar(name+"::ServerAddr", h.ServerAddr)
	}
	if err := h.in.Run(f.Name(), f.Head); err != nil && h.SkipAll == "" {
		return nil, fmt.Errorf("perl: %w", err)
	}
	h.fromEnv()
	return h, nil
}

// Name is the file's name as Perl would be given it, in the suite's root.
func (f *File) Name() string {
	if abs, err := filepath.Abs(f.Path); err == nil && f.Root != "" {
		if rel, err := filepath.Rel(f.Root, abs); err == nil {
			return rel
		}
	}
	return f.Path
}

// fromEnv reads the settings that a head, or whoever started the run, makes by environment variables.
func (h *Head) fromEnv() {
	on := func(name string) bool { v, _ := h.in.Getenv(name); return v != "" && v != "0" }
	h.UseHup = h.UseHup || on("TEST_NGINX_USE_HUP")
	h.FastShutdown = on("TEST_NGINX_FAST_SHUTDOWN")
	h.EventType, _ = h.in.Getenv("TEST_NGINX_EVENT_TYPE")
	h.Accumulate = h.Accumulate || on("TEST_NGINX_CHECK_ACCUM_ERR_LOG")
	if h.UseHup {
		h.Master = true // a reload needs one
	}
}

// LoadModules are the directives for the modules that TEST_NGINX_LOAD_MODULES names, on one line.
func (h *Head) LoadModules() string {
	names, _ := h.in.Getenv("TEST_NGINX_LOAD_MODULES")
	var b strings.Builder
	for _, name := range strings.Fields(names) {
		b.WriteString("load_module " + name + "; ")
	}
	return b.String()
}

// Faults tells whether the head has the server run under mockeagain, which makes system calls fail as on a slow network.
func (h *Head) Faults() bool {
	preload, _ := h.in.Getenv("LD_PRELOAD")
	mode, _ := h.in.Getenv("MOCKEAGAIN")
	return mode != "" && strings.Contains(preload, "mockeagain")
}

// Environ is the environment that the head leaves to the server, as os.Environ has it.
func (h *Head) Environ() []string {
	env := h.in.Env()
	out := make([]string, 0, len(env))
	for k, v := range env {
		out = append(out, k+"="+v)
	}
	return out
}

// Root is the directory in which the server is started.
func (h *Head) Root() string { return h.file.Root }

// Port is the http server's.
func (h *Head) Port() int { return h.world.ServerPort }

// ConfigFilter is the sub that set_http_config_filter was given.
func (h *Head) ConfigFilter() *perl.Code { return h.configFilter }

// command runs a command of the head, once for all cases.
func (f *File) command(text string) (string, int) {
	if r, ok := f.commands[text]; ok {
		return r.out, r.status
	}
	cmd := exec.Command("/bin/sh", "-c", text)
	cmd.Dir = f.Root
	out, err := cmd.Output()
	r := commandResult{out: string(out)}
	if err != nil {
		r.status = 256
		if e, ok := err.(*exec.ExitError); ok {
			if ws, ok := e.Sys().(syscall.WaitStatus); ok {
				r.status = int(ws)
			}
		}
	}
	f.commands[text] = r
	return r.out, r.status
}

// use knows the modules of Test::Nginx and those whose functions the interpreter has of its own.
func (h *Head) use(module string, args []perl.Value) error {
	switch module {
	case "lib", "vars", "utf8", "feature", "Cwd", "File::Basename", "File::Spec", "List::Util", "Time::HiRes", "POSIX", "Test::More",
		"Data::Dumper", "Test::LongString", "Test::Nginx::Util", "Test::Nginx::Socket", "Test::Nginx::Socket::Lua":
	case "Test::Nginx::Socket::Lua::Stream":
		h.Stream = true
	case "Test::Nginx::Socket::Lua::Dgram":
		h.Dgram = true
	default:
		return fmt.Errorf("use %s: the module is not known", module)
	}
	if strings.HasPrefix(module, "Test::") && len(args) > 0 {
		return h.plan(args)
	}
	return nil
}

// plan reads the arguments of plan, or of a module that passes them on.
func (h *Head) plan(args []perl.Value) error {
	if len(args) < 2 {
		return nil
	}
	switch perl.String(args[0]) {
	case "tests":
		h.Plan = int(perl.Number(args[1]))
	case "skip_all":
		h.SkipAll = perl.String(args[1])
		return skipAll{h.SkipAll}
	}
	return nil
}

// funcs are the subs that Test::Nginx exports.
func (h *Head) funcs() map[string]perl.Func {
	one := func(v perl.Value) ([]perl.Value, error) { return []perl.Value{v}, nil }
	integer := func(to *int) perl.Func {
		return func(args []perl.Value) ([]perl.Value, error) {
			if len(args) > 0 {
				*to = int(perl.Number(args[0]))
			}
			return one(float64(*to))
		}
	}
	text := func(to *string) perl.Func {
		return func(args []perl.Value) ([]perl.Value, error) {
			if len(args) > 0 {
				*to = perl.String(args[0])
			}
			return one(*to)
		}
	}
	flag := func(to *bool, value bool) perl.Func {
		return func([]perl.Value) ([]perl.Value, error) { *to = value; return nil, nil }
	}
	nothing := func([]perl.Value) ([]perl.Value, error) { return nil, nil }
	code := func(to *[]*perl.Code) perl.Func {
		return func(args []perl.Value) ([]perl.Value, error) {
			if c, ok := args[0].(*perl.Code); ok {
				*to = append([]*perl.Code{c}, *to...)
			}
			return nil, nil
		}
	}
	ignored := false
	f := map[string]perl.Func{
		"repeat_each": integer(&h.Repeat), "workers": integer(&h.Workers), "worker_connections": integer(&h.WorkerConnections),
		"log_level": text(&h.LogLevel), "server_name": text(&h.ServerName), "server_addr": text(&h.ServerAddr), "config_preamble": text(&h.ConfigPreamble),
		"master_on": flag(&h.Master, true), "master_off": flag(&h.Master, false), "no_root_location": flag(&h.NoRootLocation, true),
		"use_hup": flag(&h.UseHup, true), "check_accum_error_log": flag(&h.Accumulate, true), "no_long_string": flag(&ignored, true),
		"no_shuffle": nothing, "no_diff": nothing, "run_tests": nothing, "no_nginx_manager": nothing, "add_cleanup_handler": nothing,
		"add_test_cleanup_handler": nothing, "diag": nothing,
		"add_block_preprocessor":  code(&h.preprocess),
		"add_response_body_check": unknown("add_response_body_check"), "filters": unknown("filters"), "filters_delay": unknown("filters_delay"),
		"plan":             func(args []perl.Value) ([]perl.Value, error) { return nil, h.plan(args) },
		"blocks":           func([]perl.Value) ([]perl.Value, error) { return one(float64(h.file.count())) },
		"html_dir":         func([]perl.Value) ([]perl.Value, error) { return one(h.world.HTMLDir()) },
		"server_root":      func([]perl.Value) ([]perl.Value, error) { return one(h.world.ServerRoot) },
		"server_port":      func([]perl.Value) ([]perl.Value, error) { return one(float64(h.world.ServerPort)) },
		"timeout":          h.timeout,
		"env_to_nginx":     func(args []perl.Value) ([]perl.Value, error) { h.envToNginx(args); return nil, nil },
		"is_tcp_port_used": portUsed("/proc/net/tcp"),
		"is_udp_port_used": portUsed("/proc/net/udp"),
		"set_http_config_filter": func(args []perl.Value) ([]perl.Value, error) {
			h.configFilter, _ = args[0].(*perl.Code)
			return nil, nil
		},
		"master_process_enabled": func(args []perl.Value) ([]perl.Value, error) {
			if len(args) > 0 {
				h.Master = perl.True(args[0])
			}
			return nil, nil
		},
		"get_nginx_version":      func([]perl.Value) ([]perl.Value, error) { return one(h.world.Version.Nginx()) },
		"get_pcre_version":       func([]perl.Value) ([]perl.Value, error) { return one(float64(h.world.Version.PCRE())) },
		"server_port_for_client": func([]perl.Value) ([]perl.Value, error) { return one(float64(h.world.ServerPort)) },
	}
	return f
}

// unknown is a sub that would change what cases mean in a way that is not followed.
func unknown(name string) perl.Func {
	return func([]perl.Value) ([]perl.Value, error) { return nil, fmt.Errorf("%s is not supported", name) }
}

// portUsed tells whether a socket of the machine has a port.
func portUsed(table string) perl.Func {
	return func(args []perl.Value) ([]perl.Value, error) {
		if len(args) == 0 {
			return nil, errors.New("is a port used: which?")
		}
		want := fmt.Sprintf("%04X", int(perl.Number(args[0])))
		data, err := os.ReadFile(table)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			if f := strings.Fields(line); len(f) > 1 {
				if _, port, ok := strings.Cut(f[1], ":"); ok && port == want {
					return []perl.Value{float64(1)}, nil
				}
			}
		}
		return []perl.Value{float64(0)}, nil
	}
}

func (h *Head) timeout(args []perl.Value) ([]perl.Value, error) {
	if len(args) > 0 {
		h.Timeout = Seconds(perl.String(args[0]))
	}
	return []perl.Value{h.Timeout}, nil
}

func (h *Head) envToNginx(args []perl.Value) {
	for _, a := range args {
		h.EnvToNginx = append(h.EnvToNginx, perl.String(a))
	}
}

// count is the number of cases that Test::Base would give out.
func (f *File) count() int {
	n := 0
	for i := range f.Blocks {
		if f.LeftOut(i) == "" {
			n++
		}
	}
	return n
}

// Seconds reads a time as Test::Nginx does: a number of seconds, or of milliseconds with ms behind it.
func Seconds(text string) float64 {
	text = strings.TrimSpace(text)
	if ms, ok := strings.CutSuffix(text, "ms"); ok {
		return perl.Number(ms) / 1000
	}
	return perl.Number(text)
}
