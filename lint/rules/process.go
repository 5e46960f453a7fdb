package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on how the processes run.
var (
	// UserRoot flags workers that run as root.
	UserRoot = &lint.Rule{
		Name: "workers-run-as-root", Severity: diag.Error, Group: lint.Security,
		Summary: "The workers run as root.",
		Why: `Workers parse what strangers send. A mistake in one of them, or in a script, then has the whole machine. The master keeps root
to open ports and logs; workers need an account that can do nothing else.`,
		Bad:  []lint.Example{{In: "main", Text: "user root;"}},
		Good: []lint.Example{{In: "main", Text: "user www-data;"}},
		On:   rowsOf(ngxcore.User),
		Use: func(p *lint.Pass, u lint.Use) {
			if a, _ := u.Arg.(ngxcore.UserArgs); a.Name == "root" {
				p.Report(u.Node.WordRange(1), "whoever takes over a worker is root")
			}
		},
	}
	// MasterProcessOff flags a mode for developers.
	MasterProcessOff = &lint.Rule{
		Name: "master-process-off", Severity: diag.Warn, Group: lint.Reliability,
		Summary: "master_process is off, which is meant for developers of nginx.",
		Why: `A single process does everything: it uses one processor, runs with the rights it was started with, serves nobody while it
reloads, and nothing starts it again when it ends. For containers and supervisors "daemon off" is enough.`,
		Bad:  []lint.Example{{In: "main", Text: "master_process off;"}},
		Good: []lint.Example{{In: "main", Text: "daemon off;"}},
		On:   rowsOf(ngxcore.MasterProcess),
		Use: func(p *lint.Pass, u lint.Use) {
			if !isOn(u.Value) {
				p.Report(u.Node.HeadRange(), `a single process is for development; "daemon off" keeps nginx in the foreground`)
			}
		},
	}
	// DebuggingLeft flags settings for finding errors in nginx.
	DebuggingLeft = &lint.Rule{
		Name: "debugging-left-on", Severity: diag.Warn, Group: lint.Reliability,
		Summary: "Settings for finding errors in nginx itself are left on.",
		Why: `debug_points stops or aborts a worker where nginx would log a message and go on. A core file, which worker_rlimit_core allows,
holds the memory of a worker: secret keys, passwords and what clients sent.`,
		Bad: []lint.Example{{In: "main", Text: "debug_points abort;"}, {In: "main", Text: "worker_rlimit_core 500m;\nworking_directory /tmp;"}},
		Good: []lint.Example{{In: "main", Text: "worker_rlimit_core 0;"},
			{In: "main", Text: "worker_processes auto;"}},
		On: append(rowsOf(ngxcore.WorkerRlimitCore), ngxcore.DebugPoints.Row),
		Use: func(p *lint.Pass, u lint.Use) {
			switch size, _ := u.Arg.(int64); {
			case u.Row == ngxcore.DebugPoints.Row:
				p.Report(u.Node.HeadRange(), "a worker ends where it could go on")
			case size > 0:
				p.Report(u.Node.HeadRange(), "core files hold secret keys and what clients sent")
			}
		},
	}
	// SlowEventMethod flags select and poll.
	SlowEventMethod = &lint.Rule{
		Name: "slow-event-method", Severity: diag.Warn, Group: lint.Reliability,
		Summary: "An event method is chosen whose cost grows with the number of connections.",
		Why: `select and poll look at every connection for each event, and select knows 1024 descriptors only. Without "use" nginx takes the
best method that the system has: epoll on Linux.`,
		Bad:  []lint.Example{{In: "events", Text: "use select;"}},
		Good: []lint.Example{{In: "events", Text: "use epoll;"}},
		On:   rowsOf(ngxcore.Use),
		Use: func(p *lint.Pass, u lint.Use) {
			if m := u.Node.Arg(0); m == "select" || m == "poll" {
				p.Report(u.Node.HeadRange(), "%s looks at every connection for each event; leave the choice to nginx", m)
			}
		},
	}
	// FileInSharedFolder flags files that the master writes where everybody may.
	FileInSharedFolder = &lint.Rule{
		Name: "file-in-shared-folder", Severity: diag.Warn, Group: lint.Security,
		Summary: "A file that nginx writes as root lies in a folder in which everybody may create files.",
		Why: `The master opens its pid file, lock file and error log before it gives up its rights. In /tmp, /var/tmp or /dev/shm any local
account can put a symbolic link of that name there first, and root then writes where the link points. Reported where "user" says that
nginx is started as root.`,
		Bad:  []lint.Example{{In: "main", Text: "user nginx;\npid /tmp/nginx.pid;"}},
		Good: []lint.Example{{In: "main", Text: "user nginx;\npid /run/nginx.pid;"}, {In: "main", Text: "pid /tmp/nginx.pid;"}},
		On:   append(rowsOf(ngxcore.Pid, ngxcore.LockFile), ngxcore.ErrorLog.Row),
		Use: func(p *lint.Pass, u lint.Use) {
			shared := []string{"/tmp/", "/var/tmp/", "/dev/shm/"}
			name := u.Node.Arg(0)
			if ngxcore.User.Set(p.Tree.Main) && slices.ContainsFunc(shared, func(dir string) bool { return strings.HasPrefix(name, dir) }) {
				p.Report(u.Node.WordRange(1), "any local account can put a link at %s, and root writes through it", name)
			}
		},
	}
	// LoadModuleOrder flags modules that are loaded before what they need.
	LoadModuleOrder = &lint.Rule{
		Name: "load-module-order", Severity: diag.Error, Group: lint.Correctness,
		Summary: "A dynamic module is loaded before the one whose functions it needs.",
		Why: `A module is linked when it is loaded. The Lua modules need ndk_http_module, and the stream Lua module as it is packaged also
needs ngx_http_lua_module and ngx_stream_module; loaded earlier they fail with "undefined symbol".`,
		Bad:  []lint.Example{{In: "main", Text: "load_module modules/ngx_http_lua_module.so;\nload_module modules/ndk_http_module.so;"}},
		Good: []lint.Example{{In: "main", Text: "load_module modules/ndk_http_module.so;\nload_module modules/ngx_http_lua_module.so;"}},
		On:   rowsOf(ngxcore.LoadModule),
		Use: func(p *lint.Pass, u lint.Use) {
			below := false
			for _, v := range u.Level.Values(u.Row) {
				if v.Node == u.Node {
					below = true
				} else if below && slices.Contains(neededBy[moduleName(u.Node.Arg(0))], moduleName(v.Node.Arg(0))) {
					p.Report(u.Node.WordRange(1), "%s must be loaded first", moduleName(v.Node.Arg(0))).
						Related = []diag.Related{{Range: v.Node.HeadRange(), Message: "it is loaded here"}}
				}
			}
		},
	}
)

// neededBy lists what must be loaded before a module.
var neededBy = map[string][]string{
	"ngx_http_lua_module":       {"ndk_http_module"},
	"ngx_http_set_misc_module":  {"ndk_http_module"},
	"ngx_http_array_var_module": {"ndk_http_module"},
	"ngx_stream_lua_module":     {"ndk_http_module", "ngx_http_lua_module", "ngx_stream_module"},
	"ngx_stream_js_module":      {"ngx_stream_module"},
	"ngx_stream_geoip_module":   {"ngx_stream_module"},
	"ngx_stream_geoip2_module":  {"ngx_stream_module"},
}

func moduleName(file string) string {
	return strings.TrimSuffix(file[strings.LastIndexByte(file, '/')+1:], ".so")
}

// ThreadPoolUnused flags pools without work.
var ThreadPoolUnused = &lint.Rule{
	Name: "thread-pool-unused", Severity: diag.Info, Group: lint.Unused,
	Summary: "A thread pool is declared, and no aio directive uses it.",
	Why:     `A pool reads files for "aio threads" or "aio threads=NAME". Without one that names it, its threads wait for nothing.`,
	Bad:     []lint.Example{{In: "main", Text: "thread_pool disks threads=8;\nhttp {\nsendfile on;\n}"}},
	Good:    []lint.Example{{In: "main", Text: "thread_pool disks threads=8;\nhttp {\naio threads=disks;\n}"}},
	On:      []*catalog.Row{ngxcore.ThreadPool.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		name := u.Node.Arg(0)
		if p.Complete() && !poolUsed(p, name) {
			p.Report(u.Node.WordRange(1), `no "aio threads=%s" uses this pool`, name)
		}
	},
}
