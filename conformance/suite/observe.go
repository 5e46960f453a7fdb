package suite

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

// Observation is what was seen of a server while it ran a case.
type Observation struct {
	Up       bool    `json:"up"`             // it started
	Exit     int     `json:"exit,omitempty"` // its exit status when it did not
	Rounds   []Round `json:"rounds,omitempty"`
	Shutdown string  `json:"shutdown,omitempty"` // what it logged after the last round
	Killed   bool    `json:"killed,omitempty"`   // it did not end when it was asked to
	Output   string  `json:"output,omitempty"`   // what it wrote to its standard streams
	Where    Where   `json:"where"`
}

// Round is one of the repetitions of a case.
type Round struct {
	Answers  []Answer `json:"answers"`
	TCPQuery *string  `json:"tcp_query,omitempty"`
	UDPQuery *string  `json:"udp_query,omitempty"`
}

// Answer is what a client got, and what the server logged since the answer before.
type Answer struct {
	Text    string `json:"text"`
	End     string `json:"end"`
	Printed string `json:"printed,omitempty"` // what --- log_stream_response or log_dgram_response has the client put into the log
	Log     string `json:"log,omitempty"`
	Access  string `json:"access,omitempty"` // the whole access log, where the case looks into it
}

// run is a case on its way.
type run struct {
	c        *testnginx.Case
	k        kind
	http     httpUse
	server   *system.Server
	beside   beside
	place    *place
	version  string        // of the configuration, for reloads
	patience time.Duration // for what is expected in the log; 0: logPatience
	live     *system.Instance
	logFile  string
	logged   int    // how much of the log was read
	before   string // what was read before, when the file judges all of it again
}

func (r *run) version_() string { return r.server.Version }

func (r *run) where() Where {
	return Where{Root: r.place.root, Dir: r.place.dir, Port: r.place.port, Ports: r.c.Ports(), Suite: r.c.Head.Root(), Home: r.server.Home()}
}

// prepare writes what the server reads.
func (r *run) prepare() error {
	c := r.c
	r.k = kindOf(c)
	r.http = httpUseOf(c, r.k)
	r.logFile = filepath.Join(r.place.root, "logs/error.log")
	if c.Has("post_setup_server_root") {
		if err := c.Eval("post_setup_server_root"); err != nil {
			return err
		}
	}
	if err := r.userFiles(); err != nil {
		return err
	}
	conf := r.configuration()
	if err := c.Err(); err != nil {
		return err
	}
	return r.place.write("conf/nginx.conf", conf)
}

// start starts the server and waits until it listens, that is until its pid file is there, or until it has ended.
func (r *run) start() (up bool, err error) {
	if err := r.startBeside(); err != nil {
		return false, err
	}
	r.live, err = r.server.Start(system.Run{Prefix: r.place.root, Conf: "conf/nginx.conf", Dir: r.c.Head.Root(), Env: r.c.Head.Environ(),
		Output: filepath.Join(r.place.dir, "output")})
	if err != nil {
		return false, err
	}
	pid := filepath.Join(r.place.root, "logs/nginx.pid")
	r.await(startPatience, func() bool {
		data, _ := os.ReadFile(pid)
		up = len(data) > 0
		return up || !r.live.Running()
	})
	return up && r.live.Running(), nil
}

const (
	startPatience = 30 * time.Second
	// logPatience is how long what a case expects in the log may take to come after the answer, where the Runner does not say.
	logPatience = 800 * time.Millisecond
	// quiet is how long the log must not grow before it is read.
	quiet = 20 * time.Millisecond
)

// await polls a condition that another process brings about.
func (r *run) await(patience time.Duration, ok func() bool) bool {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !ok(); <-tick.C {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// observe runs the rounds on a server that is up.
func (r *run) observe() (rounds []Round, err error) {
	r.before = ""
	if r.c.Has("init") {
		if err := r.c.Eval("init"); err != nil {
			return nil, err
		}
	}
	for i := range max(r.c.Head.Repeat, 1) {
		if i > 0 {
			if err := r.userFiles(); err != nil {
				return rounds, err
			}
		}
		round, err := r.round(i)
		if err != nil {
			return rounds, err
		}
		rounds = append(rounds, round)
	}
	return rounds, nil
}

func (r *run) round(i int) (round Round, err error) {
	tcp, udp, err := mocks(r.c)
	if err != nil {
		return round, err
	}
	defer func() { round.TCPQuery, round.UDPQuery = tcp.stop(), udp.stop() }()
	if r.k != httpCase {
		client := newStreamClient(r.c, r.k, r.place.port+1)
		var a Answer
		if r.k == dgramCase {
			a = client.askDatagrams()
		} else {
			a = client.ask()
		}
		r.read(i, &a)
		round.Answers = []Answer{a}
		return round, nil
	}
	list, _, err := requests(r.c)
	if err != nil {
		return round, err
	}
	if len(list) == 0 {
		return round, fmt.Errorf("the case asks for nothing: it has neither a request nor a stream server")
	}
	for _, packets := range list {
		a := askHTTP(r.c, r.place.port, packets)
		r.read(i, &a)
		round.Answers = append(round.Answers, a)
	}
	return round, nil
}

// read waits, as the case asks for and as long as what it expects is missing, and reads what was logged since the last time.
func (r *run) read(round int, a *Answer) {
	if r.c.Has("wait") {
		r.await(seconds(r.c.Seconds("wait", 0)), func() bool { return !r.live.Running() })
	}
	r.awaitQuiet(quiet, logPatience/5)
	r.await(cmp.Or(r.patience, logPatience), func() bool {
		return logExpected(r.c, round, r.before+r.peekLog()+printedLine(r.c, *a), r.accessLog()) || !r.live.Running()
	})
	a.Log, a.Access = r.peekLog(), r.accessLog()
	r.logged += len(a.Log)
	if r.c.Head.Accumulate {
		r.before += a.Log
	}
}

// accessLog is the access log for cases that look into it.
func (r *run) accessLog() string {
	if !r.c.HasAny("access_log", "no_access_log") {
		return ""
	}
	return r.place.read("logs/access.log")
}

func (r *run) peekLog() string {
	data, err := os.ReadFile(r.logFile)
	if err != nil || len(data) < r.logged {
		return ""
	}
	return string(data[r.logged:])
}

// awaitQuiet waits until the log has not grown for a while.
func (r *run) awaitQuiet(still, patience time.Duration) {
	size, since := int64(-1), time.Now()
	r.await(patience, func() bool {
		st, err := os.Stat(r.logFile)
		if err == nil && st.Size() != size {
			size, since = st.Size(), time.Now()
		}
		return time.Since(since) >= still
	})
}

// stop ends the server and collects what it said on its way out.
func (r *run) stop(o *Observation) {
	if r.live.Running() {
		sig := syscall.SIGQUIT
		if r.c.Head.FastShutdown {
			sig = syscall.SIGTERM
		}
		o.Killed = r.live.Stop(sig, seconds(r.c.Head.Timeout))
	}
	r.stopBeside()
	o.Shutdown = r.peekLog()
	data, _ := os.ReadFile(filepath.Join(r.place.dir, "output"))
	o.Output = string(data)
	o.Where = r.where()
}

// play runs the case from beginning to end.
func (r *run) play() (*Observation, error) {
	if err := r.prepare(); err != nil {
		return nil, err
	}
	o := &Observation{}
	defer r.stopBeside()
	up, err := r.start()
	if err != nil {
		return nil, err
	}
	defer func() {
		if r.live.Running() {
			r.live.Stop(syscall.SIGKILL, time.Second)
		}
	}()
	o.Up = up
	if !up || r.c.Has("must_die") {
		r.await(logPatience, func() bool { return !r.live.Running() })
		if o.Up = r.live.Running(); !o.Up {
			o.Exit = r.live.Exit()
		}
		r.stop(o)
		return o, nil
	}
	if r.c.Head.Workers > 1 { // the pid file comes before the workers
		r.awaitQuiet(quiet, logPatience)
	}
	if o.Rounds, err = r.observe(); err != nil {
		return nil, err
	}
	r.stop(o)
	return o, nil
}

// printedLine is the line that those sections have the client of Test::Nginx log.
func printedLine(c *testnginx.Case, a Answer) string {
	if !c.HasAny("log_stream_response", "log_dgram_response") || a.End != endEOF {
		return ""
	}
	return "[notice] 0#0: *1 [lua] content_by_lua: stream response: " + strings.TrimRight(a.Printed, "\n") +
		", client: 127.0.0.1, server: localhost, request: \"GET /t HTTP/1.1\", host: \"localhost\"\n"
}
