// Package mix is the list of what the benchmark does to a server: each Mix is a configuration, a load, and the one number that
// the systems are compared by.
//
// The flow of a sample: a Stage is made once per mix (ports, certificate, the configuration's final text), and every round of
// every system runs on it with Sample: start, warm up, measure, stop. The text is the same for all systems, to the byte: the
// ports stay the same for as long as the stage lives.
//
// What a sample counts: the processor time of the server's whole process tree from the first operation until the tree has fallen
// silent after the last one, so that the work of closing sessions, and a garbage collector's, is in it.
package mix

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"tidegate/conformance/bench/backend"
	"tidegate/conformance/bench/epoll"
	"tidegate/conformance/bench/load"
	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/system"
)

// Mix is one thing to measure.
type Mix struct {
	Name   string // lower-case words with hyphens
	About  string // one sentence
	Op     string // what one operation is, in the singular
	Metric Metric
	// Stream is the inside of the stream block. @PORT@ and @UDP@ are the addresses under load, @ECHO@, @SINK@, @SOURCE@,
	// @RESPONDER@ and @ECHOUDP@ the backend's.
	Stream string
	// HAProxy is what takes the place of Stream for HAProxy, with the same addresses; empty if it has nothing of the kind.
	HAProxy string
	// Load makes the clients.
	Load func(Target, load.Until) load.Workload
	// Direct is the backend service that Load can talk to without a server between: the ceiling that the clients and the backend
	// set by themselves. Nil where there is none.
	Direct func(backend.Addresses) netip.AddrPort
	// measure is how a sample is taken.
	measure func(*run) (Sample, error)
}

// Target is where a load goes.
type Target struct {
	TCP netip.AddrPort
	UDP netip.AddrPort
	TLS *tls.Config // trusts the stage's certificate
}

// Settings bound a sample.
type Settings struct {
	Time time.Duration // of the measured load
	Idle int           // sessions held open by the idle mixes
	CPUs []int         // processors for the server; empty means all
}

// Sample is one round's raw numbers. Durations are nanoseconds in JSON.
type Sample struct {
	Ops       int64         `json:"ops"`
	Bytes     int64         `json:"bytes"`
	Wall      time.Duration `json:"wall_ns"`
	CPU       time.Duration `json:"cpu_ns"` // the server's process tree
	User      time.Duration `json:"user_ns"`
	System    time.Duration `json:"system_ns"`
	Clients   time.Duration `json:"clients_cpu_ns"` // the load generator's own
	Backend   time.Duration `json:"backend_cpu_ns"`
	P50       time.Duration `json:"p50_ns"`
	P99       time.Duration `json:"p99_ns"`
	Lost      int64         `json:"lost"` // sessions that failed, datagrams without an answer
	Reloads   int64         `json:"reloads,omitempty"`
	PSS       int64         `json:"pss_bytes"`                // under load; the peak of a program that ends
	BasePSS   int64         `json:"base_pss_bytes,omitempty"` // idle mixes: before the sessions
	Files     int           `json:"files"`
	BaseFiles int           `json:"base_files,omitempty"`
	Threads   int           `json:"threads"`
	Processes int           `json:"processes"`
	IdleCPU   time.Duration `json:"idle_cpu_ns,omitempty"` // idle mixes: used in one second of silence
}

// Metric turns a sample into the number that systems are compared by. Lower is better, always.
type Metric struct {
	Name  string
	Unit  string
	Value func(Sample) float64
}

// The metrics.
var (
	CPUPerOp = Metric{"CPU per operation", "µs", func(s Sample) float64 {
		return float64(s.CPU) / float64(time.Microsecond) / float64(s.Ops)
	}}
	CPUPerGiB = Metric{"CPU per GiB", "ms", func(s Sample) float64 {
		return float64(s.CPU) / float64(time.Millisecond) / (float64(s.Bytes) / (1 << 30))
	}}
	CPUPerRun = Metric{"CPU per run", "ms", func(s Sample) float64 {
		return float64(s.CPU) / float64(time.Millisecond) / float64(s.Ops)
	}}
	PeakMemory = Metric{"peak memory", "MiB", func(s Sample) float64 {
		return float64(s.PSS) / (1 << 20)
	}}
	MemoryPerSession = Metric{"memory per session", "KiB", func(s Sample) float64 {
		return float64(s.PSS-s.BasePSS) / (1 << 10) / float64(s.Ops)
	}}
)

// Stage is a mix made concrete.
type Stage struct {
	Mix      Mix
	Conf     string // the whole configuration
	settings Settings
	nursery  *proc.Nursery
	backend  *backend.Child
	target   Target
	ready    netip.AddrPort
	files    map[string][]byte
	reserved []int
}

// head is the part of the configuration that all mixes share. The first server is how a start and a reload are noticed.
const head = `daemon off;
worker_processes 1;
error_log logs/error.log error;
pid logs/nginx.pid;
events {
    worker_connections @CONNECTIONS@;
}
stream {
    server {
        listen @READY@;
        return @ANSWER@;
    }
`

// haproxyHead is head for HAProxy, whose ready server speaks HTTP.
const haproxyHead = `global
    maxconn @CONNECTIONS@
    nbthread 1
defaults
    mode tcp
    timeout connect 5s
    timeout client 10m
    timeout server 10m
frontend ready
    mode http
    bind @READY@
    http-request return status 200 content-type text/plain string @ANSWER@
`

// firstAnswer is what the ready server says before any reload.
const firstAnswer = "ready-0"

// NewStage reserves the ports and writes the configuration's text. It asks for the certificate only if the mix has TLS.
func NewStage(m Mix, settings Settings, n *proc.Nursery, b *backend.Child, certificate func() (*Certificate, error)) (*Stage, error) {
	s := &Stage{Mix: m, settings: settings, nursery: n, backend: b}
	if strings.Contains(m.Stream, "ssl_certificate ") {
		c, err := certificate()
		if err != nil {
			return nil, err
		}
		s.files, s.target.TLS = c.Files, c.Client
	}
	any4 := netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), 0)
	for _, at := range []*netip.AddrPort{&s.target.TCP, &s.ready} {
		fd, bound, err := epoll.ReserveTCP(any4)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.reserved = append(s.reserved, fd)
		*at = bound
	}
	// A UDP port cannot be reserved beside the server's own socket: datagrams would go to either.
	fd, bound, err := epoll.BindUDP(any4)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	epoll.Close(fd)
	s.target.UDP = bound
	s.Conf = s.text(s.Mix.Text(), firstAnswer)
	return s, nil
}

// Close gives the ports back.
func (s *Stage) Close() error {
	for _, fd := range s.reserved {
		epoll.Close(fd)
	}
	s.reserved = nil
	return nil
}

// text is a configuration with every address in its place.
func (s *Stage) text(conf, answer string) string {
	at := s.backend.Addresses
	return strings.NewReplacer(
		"@CONNECTIONS@", strconv.Itoa(2*s.settings.Idle+512),
		"@READY@", s.ready.String(), "@ANSWER@", answer,
		"@PORT@", s.target.TCP.String(), "@UDP@", s.target.UDP.String(),
		"@ECHO@", at.Echo.String(), "@SINK@", at.Sink.String(), "@SOURCE@", at.Source.String(),
		"@RESPONDER@", at.Responder.String(), "@ECHOUDP@", at.EchoUDP.String(),
	).Replace(conf)
}

// textFor is a system's configuration.
func (s *Stage) textFor(sys system.System, answer string) string {
	if sys.HAProxy {
		return s.text(s.Mix.haproxyText(), answer)
	}
	return s.text(s.Mix.Text(), answer)
}

// newPrefix makes the directory of one server.
func (s *Stage) newPrefix() (*system.Prefix, error) {
	files := map[string][]byte{"haproxy.cfg": []byte(s.text(s.Mix.haproxyText(), firstAnswer))}
	maps.Copy(files, s.files)
	return system.NewPrefix(s.Conf, files)
}

// Text is the configuration with the places of addresses and sizes still in it.
func (m Mix) Text() string { return head + strings.TrimPrefix(m.Stream, "\n") + "}\n" }

func (m Mix) haproxyText() string { return haproxyHead + strings.TrimPrefix(m.HAProxy, "\n") }

// Check reports whether a system accepts the configuration; a rejection is a *system.UnsupportedError.
func (s *Stage) Check(ctx context.Context, sys system.System) error {
	if sys.HAProxy && s.Mix.HAProxy == "" {
		return &system.UnsupportedError{Message: "it has nothing of the kind"}
	}
	prefix, err := s.newPrefix()
	if err != nil {
		return err
	}
	return errors.Join(sys.Check(ctx, prefix), prefix.Remove())
}

// run is one sample being taken.
type run struct {
	*Stage
	ctx    context.Context
	system system.System
	server *system.Server
}

// Sample runs one round of one system.
func (s *Stage) Sample(ctx context.Context, sys system.System) (sample Sample, err error) {
	prefix, err := s.newPrefix()
	if err != nil {
		return sample, err
	}
	defer func() { err = errors.Join(err, prefix.Remove()) }()
	server, err := sys.Start(ctx, s.nursery, proc.Options{CPUs: s.settings.CPUs}, prefix, s.ready, firstAnswer)
	if err != nil {
		return sample, err
	}
	defer func() { err = errors.Join(err, server.Stop()) }()

	sample, err = s.Mix.measure(&run{Stage: s, ctx: ctx, system: sys, server: server})
	if err != nil {
		return sample, err
	}
	complaints, err := server.Complaints()
	if err == nil && len(complaints) > 0 {
		err = fmt.Errorf("%d complaints in the error log, the first: %s", len(complaints), complaints[0])
	}
	return sample, err
}

// Ceiling runs the load against the backend itself. ok is false for a mix that has no such thing.
func (s *Stage) Ceiling(ctx context.Context) (sample Sample, ok bool, err error) {
	if s.Mix.Direct == nil {
		return sample, false, nil
	}
	at := s.Mix.Direct(s.backend.Addresses)
	work := s.Mix.Load(Target{TCP: at, UDP: at}, load.Until{Time: s.settings.Time})
	meter, err := s.startMeter(nil)
	if err != nil {
		return sample, true, err
	}
	result, err := work.Run(ctx)
	if err == nil {
		err = verdict(result)
	}
	if err != nil {
		return sample, true, err
	}
	err = meter.stop(&sample)
	sample.fill(result)
	return sample, true, err
}

// fill takes over what the clients counted.
func (s *Sample) fill(r load.Result) {
	s.Ops, s.Bytes, s.Wall, s.Lost = r.Ops, r.Bytes, r.Wall, r.Failed+r.Lost
	s.P50, s.P99 = r.Latency.Quantile(0.5), r.Latency.Quantile(0.99)
}

// verdict is the error of a load that did not do what it should: no operation, or failed ones.
func verdict(r load.Result) error {
	if r.Failed > 0 {
		return fmt.Errorf("%d of %d sessions failed, the first: %w", r.Failed, r.Failed+r.Ops, r.Cause)
	}
	if r.Ops == 0 {
		return errors.New("no operation was completed")
	}
	return nil
}

// meter reads everybody's processor time before and after.
type meter struct {
	stage                  *Stage
	server                 *system.Server
	serverBefore, backends proc.Usage
	clients                time.Duration
}

// startMeter waits for silence first; server may be nil.
func (s *Stage) startMeter(server *system.Server) (m meter, err error) {
	m = meter{stage: s, server: server}
	if server != nil {
		if m.serverBefore, err = server.Settle(); err != nil {
			return m, err
		}
	}
	if m.backends, err = s.backend.Usage(); err != nil {
		return m, err
	}
	m.clients, err = proc.Self()
	return m, err
}

// stop reads the clients' share first: waiting for the server's silence is not part of it.
func (m meter) stop(s *Sample) error {
	clients, err := proc.Self()
	if err != nil {
		return err
	}
	s.Clients = clients - m.clients
	if m.server != nil {
		after, err := m.server.Settle()
		if err != nil {
			return err
		}
		used := after.Sub(m.serverBefore)
		s.CPU, s.User, s.System = used.CPU, used.User, used.System
	}
	backends, err := m.stage.backend.Usage()
	if err != nil {
		return err
	}
	s.Backend = backends.Sub(m.backends).CPU
	return nil
}
