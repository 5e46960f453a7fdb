package suite

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tidegate/conformance/system"
)

// beside is a server of its own for a case's http block. In a stream case that block is a backend, something that scripts connect to, so
// that a server that does not serve http can be asked all of the case but this. It has a prefix and a log of its own: what it logs is
// no line of the server under test, and is not judged.
type beside struct {
	server *system.Server
	live   *system.Instance
}

// splits tells that the http block goes to a server of its own. A case that expects the configuration to be refused, or asks the http
// server itself, is about more than a backend.
func (r *run) splits() bool {
	return r.beside.server != nil && r.server.IsTidegate() && r.k != httpCase && r.http != httpUnused && !r.c.Has("must_die")
}

// besideServer is the name of the server of the http block, empty where there is none.
func (r *run) besideServer() string {
	if !r.splits() {
		return ""
	}
	return r.beside.server.Name()
}

// besideConfiguration has the http block as the case's own configuration would have it.
func (r *run) besideConfiguration() string {
	h := r.c.Head
	var b strings.Builder
	fmt.Fprintf(&b, "worker_processes 1;\ndaemon off;\nmaster_process off;\nerror_log logs/error.log;\npid logs/nginx.pid;\n")
	for _, v := range h.EnvToNginx {
		if strings.ContainsAny(v, " \t\n") {
			v = "'" + v + "'"
		}
		fmt.Fprintf(&b, "env %s;\n", v)
	}
	fmt.Fprintf(&b, "%sevents { worker_connections %d; }\n", h.LoadModules(), h.WorkerConnections)
	if os.Getuid() == 0 {
		b.WriteString("user root;\n")
	}
	return b.String() + r.httpBlock()
}

// startBeside starts the http block's server and waits until it listens.
func (r *run) startBeside() error {
	if !r.splits() {
		return nil
	}
	prefix := filepath.Join(r.place.dir, "http")
	if err := os.MkdirAll(filepath.Join(prefix, "logs"), 0o755); err != nil {
		return err
	}
	pid := filepath.Join(prefix, "logs/nginx.pid")
	_ = os.Remove(pid)
	if err := r.place.write(filepath.Join(prefix, "nginx.conf"), r.besideConfiguration()); err != nil {
		return err
	}
	live, err := r.beside.server.Start(system.Run{Prefix: prefix, Conf: "nginx.conf", Dir: r.c.Head.Root(), Env: r.c.Head.Environ(),
		Output: filepath.Join(prefix, "output")})
	if err != nil {
		return err
	}
	r.beside.live = live
	up := r.await(startPatience, func() bool {
		data, _ := os.ReadFile(pid)
		return len(data) > 0 || !live.Running()
	})
	if up && live.Running() {
		return nil
	}
	r.stopBeside()
	log, _ := os.ReadFile(filepath.Join(prefix, "logs/error.log"))
	output, _ := os.ReadFile(filepath.Join(prefix, "output"))
	return fmt.Errorf("%s does not serve the case's http block: %s", r.besideServer(), firstProblem(string(log), string(output)))
}

func (r *run) stopBeside() {
	if r.beside.live != nil {
		r.beside.live.Stop(syscall.SIGTERM, time.Second)
		r.beside.live = nil
	}
}
