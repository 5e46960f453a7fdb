package ngx

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tidegate/ast/catalog"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/codec"
	"tidegate/runtime/lua/cosocket"
	"tidegate/runtime/lua/sched"
	"tidegate/runtime/lua/vm"
	"tidegate/runtime/phase"
	"tidegate/runtime/shdict"
)

// Config is what a Program is made of: the directives that hold for a whole stream block, and its surroundings.
type Config struct {
	Workers           int // worker_processes: the number of VMs
	PackagePath       string
	PackageCPath      string
	Init, InitWorker  *Script // nil: none
	MaxPendingTimers  int
	MaxRunningTimers  int
	RegexCacheEntries int
	RegexMatchLimit   uint32
	Zones             []*shdict.Zone
	Settings          *Settings // of the stream level, for init_worker and its timers

	Log            *errlog.Log
	Capture        *errlog.Capture // nil without lua_capture_error_log
	NextConnection func() uint64   // the number of a fake connection
	Getenv         func(name string) (string, bool)
	Prefix         string // ngx.config.prefix()
	NginxVersion   int    // 1031001
	Configure      string // ngx.config.nginx_configure()
	Pid            int
	Now            func() time.Time
	// Quit begins a graceful stop of the process (ngx.process.signal_graceful_exit).
	Quit func()
}

// Settings are the Lua directives of a server.
type Settings struct {
	Sockets   cosocket.Settings
	Network   *cosocket.Network
	TLS       TLSSettings
	CodeCache bool
	// Log is the error log of the server; nil: Config.Log.
	Log *errlog.Log
}

// log is where timers of the server write.
func (s *Settings) log(w *Worker) *errlog.Log {
	if s.Log != nil {
		return s.Log
	}
	return w.prog.cfg.Log
}

// Program is the Lua of one configuration: its workers and what they share.
type Program struct {
	cfg     Config
	workers []*Worker
	started time.Time
	next    atomic.Uint32
	exiting atomic.Bool
	killed  atomic.Bool

	debug   *errlog.DebugLog              // of the process
	refused map[string][]*catalog.LuaFunc // see refusedFunctions

	mu      sync.Mutex
	private map[*Worker]struct{} // VMs of sessions with lua_code_cache off
}

// New makes a Program. It runs nothing.
func New(cfg Config) *Program {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Program{cfg: cfg, debug: cfg.Log.Debug(0), started: cfg.Now(), private: map[*Worker]struct{}{}, refused: refusedFunctions()}
}

// Start makes the workers and runs init_by_lua in each. Its error is nginx's sentence; the process must not serve then.
func (p *Program) Start() error {
	for i := range p.cfg.Workers {
		w, err := p.newWorker(i)
		if err != nil {
			return err
		}
		p.workers = append(p.workers, w)
	}
	return nil
}

// InitWorkers runs init_worker_by_lua in every worker: after the sockets are open, before the first session. Errors are logged.
func (p *Program) InitWorkers() {
	for _, w := range p.workers {
		w.initWorker()
	}
}

// Exiting tells whether a graceful stop has begun (ngx.worker.exiting).
func (p *Program) Exiting() bool { return p.exiting.Load() }

// Exit begins the end: idle connections are closed, pending timers run with premature set, and Exit waits for them.
func (p *Program) Exit() {
	p.exiting.Store(true)
	var all sync.WaitGroup
	for _, w := range p.workers {
		all.Go(func() {
			if n := w.timers.Pending(); n > 0 {
				p.debug.Line(errlog.DebugStream, "lua abort pending timers")
				p.debug.Num(errlog.DebugStream, "stream lua found %i pending timers to be aborted prematurely", n)
			}
			w.timers.Exit()
		})
	}
	for _, w := range p.everyVM() {
		all.Go(func() { w.sched.Hold(w.pools.CloseIdle) })
	}
	all.Wait()
}

// Kill interrupts whatever Lua code runs: a fast stop.
func (p *Program) Kill() {
	if !p.killed.CompareAndSwap(false, true) {
		return
	}
	for _, w := range p.everyVM() {
		w.sched.Stop("the process stops")
	}
}

// everyVM lists the workers and the VMs that lua_code_cache off made.
func (p *Program) everyVM() []*Worker {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := slices.Clone(p.workers)
	for w := range p.private {
		all = append(all, w)
	}
	return all
}

// Close closes what the workers keep. No session may be left.
func (p *Program) Close() {
	for _, w := range p.workers {
		p.debug.Num(errlog.DebugStream, "stream lua decrementing the reference count for Lua VM: %i", 1)
		w.close()
	}
}

// pick chooses the worker of a session: in turn.
func (p *Program) pick() *Worker { return p.workers[int(p.next.Add(1)-1)%len(p.workers)] }

// Worker is one VM with the API in it.
type Worker struct {
	prog   *Program
	id     int
	vm     *vm.VM
	sched  *sched.Worker
	timers *sched.Timers
	pools  *cosocket.Pools
	regex  *codec.RegexCache
	users  atomic.Int64 // of a VM made by lua_code_cache off: its session and its timers; 0 for others

	functions map[*Script]*vm.Function // loaded inline code
	files     map[string]*vm.Function  // loaded files by their paths
	ctxRefs   ctxRefs
	scratch   []byte // for building output; used between two waits

	tcpMeta, reqMeta, udpMeta, reqUDPMeta, semaphoreMeta, gmatchMeta *vm.Table
}

// newWorker makes a VM, installs the API and runs init_by_lua.
func (p *Program) newWorker(id int) (*Worker, error) {
	clock := sched.NewClock()
	timers := sched.NewTimers(clock, p.cfg.MaxPendingTimers, p.cfg.MaxRunningTimers)
	timers.Due, timers.Dropped, timers.Gone = timerDue, timerDropped, timerGone
	return p.newVM(id, clock, timers)
}

// newVM makes a worker's VM, or one beside it for a session with lua_code_cache off.
func (p *Program) newVM(id int, clock *sched.Clock, timers *sched.Timers) (*Worker, error) {
	m := vm.New(vm.Options{Path: p.cfg.PackagePath, CPath: p.cfg.PackageCPath, Getenv: p.cfg.Getenv})
	w := &Worker{
		prog: p, id: id, vm: m, sched: sched.NewWorker(m, clock), timers: timers,
		regex:     codec.NewRegexCache(p.cfg.RegexCacheEntries, p.cfg.RegexMatchLimit),
		functions: map[*Script]*vm.Function{}, files: map[string]*vm.Function{},
	}
	w.pools = cosocket.NewPools(w.sched.Post)
	w.pools.Debug = p.debug
	var err error
	w.sched.Hold(func() {
		w.installAPI()
		err = w.init()
	})
	return w, err
}

// private makes a VM for one session: init_by_lua runs again, nothing is shared with other sessions but the dictionaries. It lives
// until the session, and the timers that it made, have ended.
func (w *Worker) private() (*Worker, error) {
	p := w.prog
	own, err := p.newVM(w.id, w.sched.Clock(), w.timers)
	if err != nil {
		own.close()
		return nil, err
	}
	own.sched.Hold(own.guardGlobals)
	p.mu.Lock()
	p.private[own] = struct{}{}
	p.mu.Unlock()
	own.users.Store(1)
	return own, nil
}

// ref and unref count who uses a private VM.
func (w *Worker) ref() {
	if w.users.Load() > 0 {
		w.users.Add(1)
	}
}

func (w *Worker) unref() {
	if w.users.Load() <= 0 {
		return
	}
	n := w.users.Add(-1)
	w.prog.debug.Num(errlog.DebugStream, "stream lua decrementing the reference count for Lua VM: %i", int(n+1))
	if n == 0 {
		w.prog.mu.Lock()
		delete(w.prog.private, w)
		w.prog.mu.Unlock()
		w.close()
	}
}

// close gives back what the VM keeps: idle connections and goroutines.
func (w *Worker) close() {
	if d := w.prog.debug; d != nil {
		d.Log(errlog.DebugStream, "stream lua close the global Lua VM %p", errlog.Address(w.vm))
	}
	w.sched.Hold(func() {
		w.pools.CloseIdle()
		w.vm.Close()
	})
}

func (w *Worker) now() time.Time { return w.prog.cfg.Now() }

// init runs init_by_lua.
func (w *Worker) init() error {
	sc := w.prog.cfg.Init
	if sc == nil {
		return nil
	}
	rq := &request{w: w, script: phase.ScriptInit, conf: w.prog.cfg.Settings, state: &state{worker: w}, log: plainLog{w.prog.cfg.Log}}
	defer rq.release()
	fn, err := w.load(sc, nil)
	if err != nil {
		return fmt.Errorf("init_by_lua error: %w", err)
	}
	if err := w.callPlain(rq, fn); err != nil {
		return fmt.Errorf("init_by_lua error: %s", messageAndTraceback(err))
	}
	return nil
}

// initWorker runs init_worker_by_lua and then guards the globals.
func (w *Worker) initWorker() {
	w.sched.Hold(func() {
		if sc := w.prog.cfg.InitWorker; sc != nil {
			rq := &request{
				w: w, script: phase.ScriptInitWorker, conf: w.prog.cfg.Settings, state: &state{worker: w},
				log: contextLog{w.prog.cfg.Log, w.prog.cfg.NextConnection(), ", context: init_worker_by_lua*"},
			}
			defer rq.release()
			fn, err := w.load(sc, nil)
			if err != nil {
				w.prog.cfg.Log.Write(errlog.Err, 0, "init_worker_by_lua error: "+err.Error())
			} else if err := w.callPlain(rq, fn); err != nil {
				w.prog.cfg.Log.Write(errlog.Err, 0, "init_worker_by_lua error: "+messageAndTraceback(err))
			}
		}
		w.guardGlobals()
	})
}

// callPlain calls a function outside the scheduler's light threads: where Lua code cannot wait. The caller holds the baton.
func (w *Worker) callPlain(rq *request, fn *vm.Function, args ...vm.Value) *vm.Error {
	th := w.vm.NewThread()
	th.Owner = rq
	defer w.vm.Release(th)
	_, err := th.CallHandled(fn, args...)
	return err
}

func messageAndTraceback(err *vm.Error) string { return err.Message() + "\n" + err.Traceback }

// plainLog is the process's log.
type plainLog struct{ log *errlog.Log }

func (l plainLog) Enabled(level errlog.Level) bool    { return l.log.Enabled(level) }
func (l plainLog) Log(level errlog.Level, msg string) { l.log.Write(level, 0, msg) }

// contextLog is the log of a fake connection: it has a number, and says what runs.
type contextLog struct {
	log     *errlog.Log
	number  uint64
	context string
}

func (l contextLog) Enabled(level errlog.Level) bool    { return l.log.Enabled(level) }
func (l contextLog) Log(level errlog.Level, msg string) { l.log.Write(level, l.number, msg+l.context) }
