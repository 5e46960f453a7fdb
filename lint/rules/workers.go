package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// manyConnections is a number that a single processor should not be alone with.
const manyConnections = 1000

// Rules on the number of workers and on what each of them may open.
var (
	// WorkerProcessesZero flags a master without workers.
	WorkerProcessesZero = &lint.Rule{
		Name: "worker-processes-zero", Severity: diag.Error, Group: lint.Correctness,
		Summary: "worker_processes is 0, so nothing accepts connections.",
		Why: `nginx accepts the number and starts a master process without workers. The ports are open and connections to them are never
answered.`,
		Bad:  []lint.Example{{In: "main", Text: "worker_processes 0;"}},
		Good: []lint.Example{{In: "main", Text: "worker_processes auto;"}},
		On:   []*catalog.Row{ngxcore.WorkerProcesses.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if n, _ := u.Arg.(ngxcore.Count); !n.Auto && n.N == 0 {
				p.Report(u.Node.WordRange(1), "no worker is started, and nothing accepts connections")
			}
		},
	}
	// WorkerProcessesMissing flags tuned configurations that use one processor.
	WorkerProcessesMissing = &lint.Rule{
		Name: "worker-processes-missing", Severity: diag.Info, Group: lint.Reliability,
		Summary: "A configuration that sets limits of workers leaves their number at one.",
		Why: `Without worker_processes there is one worker, which uses one processor however many the machine has. "auto" starts one for
each. Reported only where worker_connections or worker_rlimit_nofile allow a thousand connections or more.`,
		Bad:  []lint.Example{{In: "", Text: "events { worker_connections 4096; }\nhttp {}\n"}},
		Good: []lint.Example{{In: "", Text: "worker_processes auto;\nevents { worker_connections 4096; }\nhttp {}\n"}},
		On:   rowsOf(ngxcore.WorkerConnections, ngxcore.WorkerRlimitNofile),
		Use: func(p *lint.Pass, u lint.Use) {
			if n, _ := u.Arg.(int); n >= manyConnections && p.Complete() && !ngxcore.WorkerProcesses.Set(p.Tree.Main) {
				p.Report(u.Node.WordRange(0), "there is one worker for all processors: worker_processes is not set")
			}
		},
	}
	// WorkerConnectionsExceedFiles flags more connections than descriptors.
	WorkerConnectionsExceedFiles = &lint.Rule{
		Name: "worker-connections-exceed-files", Severity: diag.Warn, Group: lint.Reliability,
		Summary: "worker_rlimit_nofile is lower than worker_connections.",
		Why: `Each connection, to a client or to a proxied server, needs a descriptor, and logs, caches and files need more. When they run
out accept() fails with "too many open files", and so does everything else that opens one, long before worker_connections is reached.`,
		Bad:  []lint.Example{{In: "", Text: "worker_processes auto;\nworker_rlimit_nofile 1024;\nevents { worker_connections 4096; }\n"}},
		Good: []lint.Example{{In: "", Text: "worker_processes auto;\nworker_rlimit_nofile 8192;\nevents { worker_connections 4096; }\n"}},
		On:   rowsOf(ngxcore.WorkerConnections),
		Use: func(p *lint.Pass, u lint.Use) {
			connections, _ := u.Arg.(int)
			limit, ok := inForce(ngxcore.WorkerRlimitNofile, p.Tree.Main)
			if ok && limit.Arg < connections {
				p.Report(u.Node.WordRange(1), "%d connections need more than the %d descriptors of worker_rlimit_nofile", connections, limit.Arg).
					Related = []diag.Related{{Range: limit.Node.HeadRange(), Message: "the limit"}}
			}
		},
	}
)
