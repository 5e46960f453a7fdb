package ngxcore

import (
	"strings"

	"tidegate/ast/catalog"
)

// Include reads further files in its place. The parser has followed it; the
// row is there so that it is known everywhere.
var Include = catalog.String(catalog.Spec{
	Name: "include", In: catalog.AnyContext, Args: "<path>", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Reads the named file, or every file that matches a mask, in place of the directive.",
})

// Daemon makes the process detach from the terminal.
var Daemon = catalog.Flag(catalog.Spec{
	Name: "daemon", In: catalog.Main, Default: "on", Runs: catalog.Full,
	Doc: "Detaches from the terminal once the listeners are open.",
})

// MasterProcess chooses between a master with workers and a single process.
var MasterProcess = catalog.Flag(catalog.Spec{
	Name: "master_process", In: catalog.Main, Default: "on",
	Runs: catalog.Ignored("there is only one process in either case; signals and reload work the same"),
	Doc:  "Starts worker processes.",
})

// TimerResolution would limit how often the time is read.
var TimerResolution = catalog.Time(catalog.Spec{
	Name: "timer_resolution", In: catalog.Main, Args: "<time>",
	Runs: catalog.Ignored("it only saves system calls in nginx's event loop; reading the time is cheap here"),
	Doc:  "Limits how often worker processes read the time.",
})

// Pid is the file that holds the process number.
var Pid = catalog.Path(catalog.Spec{
	Name: "pid", In: catalog.Main, Args: "<path>", Default: "logs/nginx.pid", Runs: catalog.Full,
	Doc: "Names the file that holds the number of the main process.",
})

// LockFile is the file for nginx's accept mutex on some systems.
var LockFile = catalog.Path(catalog.Spec{
	Name: "lock_file", In: catalog.Main, Args: "<path>", Default: "logs/nginx.lock",
	Runs: catalog.Ignored("nginx itself has no use for it where atomic operations exist"),
	Doc:  "Names the file behind accept_mutex on systems without atomic operations.",
})

// Count is a number or "auto".
type Count struct {
	Auto bool
	N    int
}

// WorkerProcesses is the number of workers, here of Lua machines.
var WorkerProcesses = catalog.Custom(catalog.Spec{
	Name: "worker_processes", In: catalog.Main, Args: "<int>|auto", Default: "1", Runs: catalog.Full,
	Doc: "Sets the number of workers; each has a Lua machine of its own.",
}, func(c *catalog.Call) (Count, bool) {
	if c.Text(1) == "auto" {
		return Count{Auto: true}, true
	}
	n, ok := catalog.ParseInt(c.Text(1))
	return Count{N: n}, ok || c.FailDirective(1, "invalid value")
})

// DebugPoints would stop nginx when it finds an internal error.
var DebugPoints = catalog.Enum(catalog.Spec{
	Name: "debug_points", In: catalog.Main, Args: "stop|abort",
	Runs: catalog.Ignored("it is about nginx's own internal checks"),
	Doc:  "Says what happens when an internal error is found.",
}, catalog.Choice[string]{Word: "stop", Value: "stop"}, catalog.Choice[string]{Word: "abort", Value: "abort"})

// UserArgs is the account that workers run as.
type UserArgs struct{ Name, Group string }

// User sets the account that the process changes to after opening listeners.
var User = catalog.Custom(catalog.Spec{
	Name: "user", In: catalog.Main, Args: "<user> [<group>]", DefaultNote: "nobody nogroup", Runs: catalog.Full,
	Doc: "Sets the account that the process runs as.",
}, func(c *catalog.Call) (UserArgs, bool) {
	u := UserArgs{Name: c.Text(1), Group: c.Text(1)}
	if c.Len() > 2 {
		u.Group = c.Text(2)
	}
	return u, true
})

// WorkerPriority sets the scheduling priority.
var WorkerPriority = catalog.Custom(catalog.Spec{
	Name: "worker_priority", In: catalog.Main, Args: "<int>", Default: "0", Repeat: catalog.Own, Runs: catalog.Full,
	Doc: "Sets the scheduling priority as the nice command does.",
}, func(c *catalog.Call) (int, bool) {
	// ngx_set_priority takes 0 for "not set".
	if n, ok := catalog.Earlier[int](c); ok && n != 0 {
		return n, c.Duplicate()
	}
	digits, sign := c.Text(1), 1
	switch {
	case strings.HasPrefix(digits, "-"):
		digits, sign = digits[1:], -1
	case strings.HasPrefix(digits, "+"):
		digits = digits[1:]
	}
	n, ok := catalog.ParseInt(digits)
	return sign * n, ok || c.FailDirective(1, "invalid number")
})

// Affinity is the argument of worker_cpu_affinity.
type Affinity struct {
	// Auto binds workers to the processors of the only mask, or to all.
	Auto bool
	// Masks lists the processors of each worker.
	Masks [][]int
}

const maxCPUs = 1024 // CPU_SETSIZE

// WorkerCPUAffinity binds workers to processors.
var WorkerCPUAffinity = catalog.Custom(catalog.Spec{
	Name: "worker_cpu_affinity", In: catalog.Main, Args: "auto [<mask>] | <mask>...", Runs: catalog.Partial(
		"the process is bound to the union of the masks; single workers are not bound, because a worker is not a thread here"),
	Doc: "Binds workers to sets of processors.",
}, decodeAffinity)

// decodeAffinity follows ngx_set_cpu_affinity.
func decodeAffinity(c *catalog.Call) (Affinity, bool) {
	var a Affinity
	first := 1
	if c.Text(1) == "auto" {
		if c.Len() > 3 {
			return a, c.Fail(3, `invalid number of arguments in "worker_cpu_affinity" directive`)
		}
		a.Auto, first = true, 2
	}
	for i := first; i < c.Len(); i++ {
		word := c.Text(i)
		if len(word) > maxCPUs {
			return a, c.Fail(i, `"worker_cpu_affinity" supports up to %d CPUs only`, maxCPUs)
		}
		var mask []int
		bit := 0
		for p := len(word) - 1; p >= 0; p-- {
			switch word[p] {
			case ' ':
				continue
			case '1':
				mask = append(mask, bit)
			case '0':
			default:
				return a, c.FailPart(i, p, p+1, `invalid character "%c" in "worker_cpu_affinity"`, word[p])
			}
			bit++
		}
		a.Masks = append(a.Masks, mask)
	}
	return a, true
}

// WorkerRlimitNofile sets the limit of open files.
var WorkerRlimitNofile = catalog.Int(catalog.Spec{
	Name: "worker_rlimit_nofile", In: catalog.Main, Args: "<int>", Runs: catalog.Full,
	Doc: "Sets the limit of open files.",
})

// WorkerRlimitCore sets the limit of the size of a core file.
var WorkerRlimitCore = catalog.Offset(catalog.Spec{
	Name: "worker_rlimit_core", In: catalog.Main, Args: "<size>", Runs: catalog.Full,
	Doc: "Sets the limit of the size of a core file.",
})

// WorkerShutdownTimeout bounds a graceful shutdown.
var WorkerShutdownTimeout = catalog.Time(catalog.Spec{
	Name: "worker_shutdown_timeout", In: catalog.Main, Args: "<time>", Since: "1.11.11", Runs: catalog.Full,
	DefaultNote: "sessions may take as long as they like",
	Doc:         "Bounds the time that a graceful shutdown waits for sessions.",
})

// WorkingDirectory is the directory that the process changes to.
var WorkingDirectory = catalog.String(catalog.Spec{
	Name: "working_directory", In: catalog.Main, Args: "<path>", Runs: catalog.Full,
	Doc: "Sets the working directory.",
})

// EnvArgs is one env directive.
type EnvArgs struct {
	Name string
	// Value is the value to set; Set tells whether there is one. Without it the
	// variable is taken over from the environment.
	Value string
	Set   bool
}

// Env keeps or sets an environment variable.
var Env = catalog.Custom(catalog.Spec{
	Name: "env", In: catalog.Main, Args: "<name>[=<value>]", Default: "TZ", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Keeps a variable of the environment, which is otherwise emptied, or sets one.",
}, func(c *catalog.Call) (EnvArgs, bool) {
	var e EnvArgs
	e.Name, e.Value, e.Set = strings.Cut(c.Text(1), "=")
	return e, true
})

// LoadModule would load a module from a file.
var LoadModule = catalog.String(catalog.Spec{
	Name: "load_module", In: catalog.Main, Args: "<path>", Since: "1.9.11", Repeat: catalog.Many,
	Runs: catalog.Partial("modules whose function is built in are accepted: the stream, http and mail modules, ndk_http_module, " +
		"ngx_http_lua_module and ngx_stream_lua_module; all others are refused"),
	Doc: "Loads a dynamic module.",
}).RefuseIf(func(file string) string {
	if BuiltinModule(file) {
		return ""
	}
	return "nginx modules cannot be loaded, and the function of this one is not built in"
})

// builtinModules are the module files whose function is part of the binary.
var builtinModules = []string{
	"ngx_stream_module", "ngx_http_module", "ngx_mail_module",
	"ndk_http_module", "ngx_http_lua_module", "ngx_stream_lua_module",
}

// BuiltinModule tells whether a load_module argument names a module whose
// function is built in.
func BuiltinModule(file string) bool {
	base := file[strings.LastIndexByte(file, '/')+1:]
	base = strings.TrimSuffix(base, ".so")
	for _, m := range builtinModules {
		if m == base {
			return true
		}
	}
	return false
}

// SSLEngine would choose a hardware accelerator.
var SSLEngine = catalog.String(catalog.Spec{
	Name: "ssl_engine", In: catalog.Main, Args: "<name>",
	Runs: catalog.Refused("there is no OpenSSL and so no engine"),
	Doc:  "Names the OpenSSL engine to use.",
})

// SSLObjectCacheInheritable keeps parsed certificates over a reload.
var SSLObjectCacheInheritable = catalog.Flag(catalog.Spec{
	Name: "ssl_object_cache_inheritable", In: catalog.Main, Default: "on", Since: "1.27.4",
	Runs: catalog.Ignored("certificates are parsed anew at each reload, which gives what the file holds in either case"),
	Doc:  "Keeps parsed certificates, keys and authorities over a reload when their files have not changed.",
})

// PCREJit turns just-in-time compilation of regular expressions on.
var PCREJit = catalog.Flag(catalog.Spec{
	Name: "pcre_jit", In: catalog.Main, Default: "off", Since: "1.1.12",
	Runs: catalog.Ignored("it changes the speed of regular expressions only, not what they match"),
	Doc:  "Compiles regular expressions to machine code.",
})

// ThreadPoolArgs is one thread_pool directive.
type ThreadPoolArgs struct {
	Name              string
	Threads, MaxQueue int
}

// ThreadPool declares a pool of threads for file reading.
var ThreadPool = catalog.Custom(catalog.Spec{
	Name: "thread_pool", In: catalog.Main, Args: "<name> (threads=<int>|max_queue=<int>) [max_queue=<int>|threads=<int>]",
	Default: "default threads=32 max_queue=65536", Since: "1.7.11", Repeat: catalog.Many,
	Runs: catalog.Ignored("files are read by the Go runtime's own threads"),
	Doc:  "Declares a pool of threads for reading and sending files.",
}, decodeThreadPool)

// decodeThreadPool follows ngx_thread_pool, which skips unknown parameters.
func decodeThreadPool(c *catalog.Call) (ThreadPoolArgs, bool) {
	p := ThreadPoolArgs{Name: c.Text(1), MaxQueue: 65536}
	for _, o := range catalog.Others[ThreadPoolArgs](c) {
		if o.Name == p.Name {
			return p, c.Fail(1, `duplicate thread pool "%s"`, p.Name)
		}
	}
	for i := 2; i < c.Len(); i++ {
		word, ok := c.Text(i), true
		switch {
		case strings.HasPrefix(word, "threads="):
			if p.Threads, ok = catalog.ParseInt(word[8:]); !ok || p.Threads == 0 {
				return p, c.Fail(i, `invalid threads value "%s"`, word)
			}
		case strings.HasPrefix(word, "max_queue="):
			if p.MaxQueue, ok = catalog.ParseInt(word[10:]); !ok {
				return p, c.Fail(i, `invalid max_queue value "%s"`, word)
			}
		}
	}
	if p.Threads == 0 {
		return p, c.Fail(0, `"thread_pool" must have "threads" parameter`)
	}
	return p, true
}

// QuicBPF would route QUIC packets with a kernel program.
var QuicBPF = catalog.Flag(catalog.Spec{
	Name: "quic_bpf", In: catalog.Main, Default: "off", Since: "1.25.0", Origin: catalog.NotBuilt,
	Runs: catalog.Refused("http is not served yet, and QUIC belongs to it"),
	Doc:  "Routes QUIC packets to workers with a kernel program.",
})

// GooglePerftoolsProfiles would write profiles of workers.
var GooglePerftoolsProfiles = catalog.Path(catalog.Spec{
	Name: "google_perftools_profiles", In: catalog.Main, Args: "<path>", Since: "0.6.29", Origin: catalog.NotBuilt,
	Runs: catalog.Refused("there are no Google performance tools in the binary"),
	Doc:  "Names the file for profiles of worker processes.",
})

// Stream opens the block of stream servers.
var Stream = catalog.PlainBlock(catalog.Spec{
	Name: "stream", In: catalog.Main, Opens: catalog.Stream, Runs: catalog.Full,
	Doc: "Holds the configuration of TCP and UDP proxying.",
})

// unserved is the reason that http and mail give. Their content is checked all
// the same.
const unserved = " is checked and not served"

// HTTP opens the block of web servers.
var HTTP = catalog.PlainBlock(catalog.Spec{
	Name: "http", In: catalog.Main, Opens: catalog.HTTP, Runs: catalog.Refused("http" + unserved),
	Doc: "Holds the configuration of web servers.",
})

// Mail opens the block of mail proxying.
var Mail = catalog.PlainBlock(catalog.Spec{
	Name: "mail", In: catalog.Main, Opens: catalog.Mail, Runs: catalog.Refused("mail" + unserved),
	Doc: "Holds the configuration of mail proxying.",
})
