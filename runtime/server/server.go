package server

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"sync"
	"syscall"

	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/runtime/errlog"
	"tidegate/runtime/relay"
	"tidegate/runtime/stream"
	"tidegate/runtime/tlsconf"
)

// Options are what a Server needs besides a configuration.
type Options struct {
	// Load reads and checks the configuration anew at a reload. When the list holds something fatal, the tree is not used.
	Load func() (*conf.Tree, diag.List)
	// Prefix and ConfDir are where relative names begin, with a slash at their ends.
	Prefix, ConfDir string
	// ErrorLog is the log file of a configuration without error_log ("stderr" for the terminal).
	ErrorLog string
	// Console repeats start-up messages on the terminal; nil for none.
	Console *errlog.Console
	// Version and Configure are $nginx_version and ngx.config.nginx_configure().
	Version     string
	VersionCode int // ngx.config.nginx_version
	Configure   string
	PidFile     string // the default of pid
	StayAs      bool   // keep the user that started the process, whatever user says
	Daemon      bool   // the process has no terminal, whose windows send SIGWINCH too
	// Ready is called once the first cycle serves and the pid file is written, before privileges are dropped. errorLog is the
	// file that standard error may go to, nil when that is the terminal itself.
	Ready func(errorLog *os.File)
	// Getenv is the environment that env directives draw from; nil: the process's.
	Getenv func(string) (string, bool)
}

// Server serves one configuration after the other.
type Server struct {
	opts        Options
	engine      *relay.Engine
	files       *errlog.Files
	connections *stream.Connections
	pacing      *pacing
	listeners   listeners
	caches      map[cacheKey]*tlsconf.SessionCache

	mu       sync.Mutex
	current  *Cycle
	draining map[*Cycle]struct{}
	signals  chan os.Signal // taken over as soon as the pid file tells others where to send them
	quit     chan struct{}  // closed to begin a graceful stop
	quitOnce sync.Once
	pidFile  string
	dropped  bool
}

// New makes a Server; nothing runs yet.
func New(opts Options) *Server {
	if opts.Getenv == nil {
		opts.Getenv = os.LookupEnv
	}
	return &Server{
		opts: opts, files: errlog.NewFiles(), connections: &stream.Connections{}, draining: map[*Cycle]struct{}{},
		quit: make(chan struct{}), listeners: listeners{open: map[string]*socket{}},
		caches: map[cacheKey]*tlsconf.SessionCache{},
	}
}

// StartError is why the first cycle could not be started. Its parts have been logged.
type StartError struct{ Diagnostics diag.List }

func (e *StartError) Error() string { return "the configuration could not be started" }

// Start builds and starts the first cycle of a configuration in which nothing fatal was found. After an error nothing is left open.
func (s *Server) Start(tree *conf.Tree) error {
	engine, err := relay.NewEngine(relay.Config{Loops: loops(tree), Panic: s.panicked})
	if err != nil {
		return err
	}
	s.engine = engine
	c, list := s.build(tree)
	if c == nil {
		_ = engine.Close()
		return &StartError{list}
	}
	if err := s.start(c); err != nil {
		c.Close()
		_ = engine.Close()
		return err
	}
	s.mu.Lock()
	s.current = c
	s.mu.Unlock()
	s.pacing = newPacing()
	return s.settle(c)
}

// loops is the number of event loops: one per worker, but no more than there are processors to run them. A loop that waits keeps its
// place among Go's running threads for a moment, so there has to be one more of these than loops.
func loops(tree *conf.Tree) int {
	n := max(1, min(workerProcesses(tree.Main), runtime.NumCPU()))
	if runtime.GOMAXPROCS(0) <= n {
		runtime.GOMAXPROCS(n + 1)
	}
	return n
}

// panicked reports a panic that the relay has confined to one session.
func (s *Server) panicked(v any, stack []byte) {
	if c := s.cycle(); c != nil {
		c.log.Write(errlog.Alert, 0, fmt.Sprintf("panic in event loop: %v\n%s", v, stack))
	}
}

// settle does what comes once the first cycle serves: pid file, the signal to whoever waits, limits and privileges.
func (s *Server) settle(c *Cycle) error {
	s.pidFile = c.core.pid
	if s.pidFile == "" {
		s.pidFile = s.opts.PidFile
	}
	s.watchSignals()
	if s.pidFile != "" {
		if err := writePidFile(s.pidFile); err != nil {
			c.log.Write(errlog.Emerg, 0, err.Error())
			return err
		}
	}
	if err := c.core.applyLimits(nil, c.log); err != nil {
		return err
	}
	if s.opts.Ready != nil {
		s.opts.Ready(c.standardError())
	}
	if c.core.identity != nil && !s.opts.StayAs {
		if err := s.files.Chown(c.core.identity.uid); err != nil {
			c.log.Write(errlog.Emerg, 0, err.Error())
			return err
		}
		if err := c.core.identity.become(c.core.keepCaps); err != nil {
			c.log.Write(errlog.Emerg, 0, err.Error())
			return err
		}
		s.dropped = true
	}
	return nil
}

// watchSignals takes nginx's signals over. It comes before anybody can know where to send them: the default of most is to end the
// process.
func (s *Server) watchSignals() {
	s.signals = make(chan os.Signal, 16)
	signal.Notify(s.signals, syscall.SIGTERM, syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1,
		syscall.SIGUSR2, syscall.SIGWINCH)
	signal.Ignore(syscall.SIGPIPE)
}

// Reload exchanges the configuration. A new one that cannot be started is logged, and the old one stays.
func (s *Server) Reload() error {
	old := s.cycle()
	old.log.Write(errlog.Notice, 0, "signal 1 (SIGHUP) received, reconfiguring")
	var c *Cycle
	err := asMaster(func() error {
		tree, list := s.opts.Load()
		s.logList(old.log, list)
		if list.Fatal() != nil || tree == nil {
			return &StartError{list}
		}
		var built diag.List
		if c, built = s.build(tree); c == nil {
			s.logList(old.log, built)
			return &StartError{built}
		}
		c.stream.Adopt(old.stream)
		if err := s.start(c); err != nil {
			c.Close()
			return &StartError{}
		}
		_ = c.core.applyLimits(old.core, c.log) // what could not be set has been logged
		return nil
	})
	if err != nil {
		var se *StartError
		if !errors.As(err, &se) {
			old.log.Write(errlog.Emerg, 0, err.Error())
		}
		return err
	}
	s.mu.Lock()
	s.current = c
	s.draining[old] = struct{}{}
	s.mu.Unlock()
	s.movePidFile(c)
	go s.retire(old)
	return nil
}

// movePidFile follows a changed pid directive.
func (s *Server) movePidFile(c *Cycle) {
	path := c.core.pid
	if path == "" {
		path = s.opts.PidFile
	}
	if path == s.pidFile || path == "" {
		return
	}
	if err := asMaster(func() error { return writePidFile(path) }); err != nil {
		c.log.Write(errlog.Alert, 0, err.Error())
		return
	}
	_ = os.Remove(s.pidFile)
	s.pidFile = path
}

// retire drains and closes a cycle that another has replaced.
func (s *Server) retire(c *Cycle) {
	c.Drain()
	c.Close()
	s.mu.Lock()
	delete(s.draining, c)
	left := len(s.draining)
	s.mu.Unlock()
	// What grows from one such line to the next is not given back: nginx shows that by its old workers, which stay.
	s.cycle().log.Write(errlog.Notice, 0, fmt.Sprintf("an old configuration has ended: %d more drain, %d connections are open, %d goroutines run",
		left, s.connections.Open(), runtime.NumGoroutine()))
}

func (s *Server) cycle() *Cycle {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// cycles are the current cycle and those that still drain.
func (s *Server) cycles() []*Cycle {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := []*Cycle{s.current}
	for c := range s.draining {
		all = append(all, c)
	}
	return all
}

// Reopen opens all log files anew (USR1).
func (s *Server) Reopen() {
	for _, c := range s.cycles() {
		c.stream.FlushLogs()
	}
	if err := asMaster(s.files.Reopen); err != nil {
		s.cycle().log.Write(errlog.Emerg, 0, err.Error())
	}
}

// Quit begins a graceful stop from inside.
func (s *Server) Quit() { s.quitOnce.Do(func() { close(s.quit) }) }

// Stop ends everything. Gracefully, sessions may end by themselves first, for as long as worker_shutdown_timeout says.
func (s *Server) Stop(graceful bool) {
	var wg sync.WaitGroup
	for _, c := range s.cycles() {
		wg.Go(func() {
			c.stopAccepting()
			if graceful {
				c.Drain()
			}
			c.endSessions()
		})
	}
	wg.Wait()
	s.listeners.closeAll()
	_ = s.engine.Close()
	s.pacing.end()
	if s.pidFile != "" {
		pid := s.pidFile
		if err := asMaster(func() error { return os.Remove(pid) }); err != nil && !errors.Is(err, os.ErrNotExist) {
			s.cycle().log.Write(errlog.Alert, 0, fmt.Sprintf("unlink() \"%s\" failed%s", pid, errlog.Errno(err)))
		}
	}
	s.cycle().log.Write(errlog.Notice, 0, "exit")
	for _, c := range s.cycles() {
		c.Close()
	}
}

// Run serves, after Start, until a signal ends it. A second TERM or INT during a graceful stop ends at once.
func (s *Server) Run() {
	defer signal.Stop(s.signals)
	for {
		select {
		case <-s.quit:
			s.stopOn("graceful exit requested")
			return
		case sig := <-s.signals:
			log := s.cycle().log
			switch sig {
			case syscall.SIGTERM, syscall.SIGINT:
				log.Write(errlog.Notice, 0, fmt.Sprintf("signal %d (%s) received, exiting", sig, signalName(sig)))
				s.Stop(false)
				return
			case syscall.SIGQUIT:
				s.stopOn(fmt.Sprintf("signal %d (%s) received, shutting down", sig, signalName(sig)))
				return
			case syscall.SIGHUP:
				_ = s.Reload() // what went wrong has been logged
			case syscall.SIGUSR1:
				log.Write(errlog.Notice, 0, fmt.Sprintf("signal %d (%s) received, reopening logs", sig, signalName(sig)))
				s.Reopen()
			case syscall.SIGUSR2:
				log.Write(errlog.Alert, 0, fmt.Sprintf("signal %d (%s) received, ignoring: the binary cannot be exchanged while it runs",
					sig, signalName(sig)))
			case syscall.SIGWINCH:
				if s.opts.Daemon {
					log.Write(errlog.Notice, 0, fmt.Sprintf("signal %d (%s) received, stop accepting connections", sig, signalName(sig)))
					s.listeners.pause()
				}
			}
		}
	}
}

// stopOn drains, unless a signal asks for the end at once.
func (s *Server) stopOn(why string) {
	s.cycle().log.Write(errlog.Notice, 0, why)
	done := make(chan struct{})
	go func() {
		s.Stop(true)
		close(done)
	}()
	for {
		select {
		case <-done:
			return
		case sig := <-s.signals:
			if sig == syscall.SIGTERM || sig == syscall.SIGINT {
				for _, c := range s.cycles() {
					c.hurry()
				}
			} else if sig == syscall.SIGUSR1 {
				s.Reopen()
			}
		}
	}
}

func signalName(sig os.Signal) string {
	return map[os.Signal]string{
		syscall.SIGTERM: "SIGTERM", syscall.SIGINT: "SIGINT", syscall.SIGQUIT: "SIGQUIT", syscall.SIGHUP: "SIGHUP",
		syscall.SIGUSR1: "SIGUSR1", syscall.SIGUSR2: "SIGUSR2", syscall.SIGWINCH: "SIGWINCH",
	}[sig]
}

// logList writes findings about a configuration to a log, as nginx does on a reload.
func (s *Server) logList(log *errlog.Log, list diag.List) {
	for i := range list {
		d := &list[i]
		if d.Stage == diag.Advice {
			continue
		}
		log.Write(errlog.Level(d.Severity), 0, d.NginxText())
	}
}
