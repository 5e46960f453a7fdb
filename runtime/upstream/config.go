package upstream

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Method is how a group picks a peer.
type Method int

// The balancing methods of nginx's stream upstream modules.
const (
	RoundRobin     Method = iota // no directive
	LeastConn                    // least_conn
	Hash                         // hash KEY
	HashConsistent               // hash KEY consistent
	Random                       // random
	RandomTwo                    // random two [least_conn]
	LeastTime                    // least_time METRIC [inflight]
)

// TimeMetric is what least_time compares.
type TimeMetric int

// The arguments of least_time.
const (
	TimeConnect   TimeMetric = iota // connect
	TimeFirstByte                   // first_byte
	TimeLastByte                    // last_byte
)

// Addr is the address of a peer: an IP and port, or the path of a unix socket
// when Unix is not empty.
type Addr struct {
	IP   netip.AddrPort
	Unix string
}

// String formats the address as ngx_sock_ntop does: "127.0.0.1:80",
// "[::1]:80", "unix:/run/app.sock".
func (a Addr) String() string {
	if a.Unix != "" {
		return "unix:" + a.Unix
	}
	return a.IP.String()
}

// IsValid reports whether the address names anything.
func (a Addr) IsValid() bool {
	return a.Unix != "" || a.IP.IsValid()
}

// Network is the Go network for a stream connection to the address.
func (a Addr) Network() string {
	if a.Unix != "" {
		return "unix"
	}
	return "tcp"
}

// Server is one "server" directive.
type Server struct {
	Name  string // the address as written; the ketama hash is computed from it
	Addrs []Addr // what the name resolved to at start; empty with Host

	// Host is set for a server with "resolve": the name to look up while
	// running. Port goes with the addresses found; Service makes it an SRV
	// look-up, which brings ports and weights of its own.
	Host    string
	Service string
	Port    uint16

	Weight      int           // at least 1
	MaxConns    int           // 0: no limit
	MaxFails    int           // 0: failures are not counted against it
	FailTimeout time.Duration // whole seconds
	Backup      bool
	Down        bool
}

// Config describes a group. Weight, MaxFails and FailTimeout are taken as
// given: the defaults 1, 1 and 10s belong to whoever reads the configuration.
type Config struct {
	Name    string
	Where   string // FILE:LINE of the upstream block, for New's errors
	Servers []Server
	Method  Method

	Metric   TimeMetric // for LeastTime
	Inflight bool       // for LeastTime

	// Zone is the name of the shared memory zone, empty without "zone". Only a
	// zoned group may resolve names while running.
	Zone string

	// Balancer, when set, is asked before the method; see Balancer.
	Balancer Balancer

	// Now and Rand are for tests; nil means the clock and a random source.
	Now  func() time.Time
	Rand func() uint32
}

// ErrNoLive means that no peer may be tried now. nginx's word for the value is
// NGX_BUSY, its log line is this text.
var ErrNoLive = errors.New("no live upstreams")

// ErrDeclined is what a Balancer returns for ngx.exit(ngx.DECLINED): this
// attempt found no peer, the next one may.
var ErrDeclined = errors.New("balancer declined")

// StatusError is what a Balancer returns for ngx.exit with a status of 300 or
// more: the session ends with it.
type StatusError int

func (e StatusError) Error() string {
	return fmt.Sprintf("balancer exited with status %d", int(e))
}

// check repeats what ngx_stream_upstream_init_round_robin refuses, in its
// words.
func (c *Config) check() error {
	resolve, primary := false, 0
	for i := range c.Servers {
		s := &c.Servers[i]
		if s.Host != "" {
			resolve = true
		}
		if s.Backup {
			continue
		}
		primary += len(s.Addrs)
		if s.Host != "" {
			primary++
		}
	}
	switch {
	case resolve && c.Zone == "":
		return fmt.Errorf("resolving names at run time requires upstream \"%s\" in %s to be in shared memory", c.Name, c.Where)
	case resolve && c.Balancer != nil:
		return fmt.Errorf("load balancing method does not support resolving names at run time in upstream \"%s\" in %s", c.Name, c.Where)
	case primary == 0:
		return fmt.Errorf("no servers in upstream \"%s\" in %s", c.Name, c.Where)
	}
	return nil
}
