package resolver

import (
	"container/list"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// The numbers of failures: DNS response codes, and the system's number for a
// time-out.
const (
	CodeFormat      = 1
	CodeServer      = 2
	CodeNotFound    = 3
	CodeUnsupported = 4
	CodeRefused     = 5
	CodeTimedOut    = 110
)

// codeText is ngx_resolver_strerror.
func codeText(code int) string {
	switch code {
	case CodeFormat:
		return "Format error"
	case CodeServer:
		return "Server failure"
	case CodeNotFound:
		return "Host not found"
	case CodeUnsupported:
		return "Unimplemented"
	case CodeRefused:
		return "Operation refused"
	case CodeTimedOut:
		return "Operation timed out"
	}
	return "Unknown error"
}

// Error is a name that could not be resolved.
type Error struct {
	Name string
	Code int
}

// Error is nginx's sentence.
func (e *Error) Error() string {
	return fmt.Sprintf("%s could not be resolved (%d: %s)", e.Name, e.Code, e.Text())
}

// Text is the word for the code.
func (e *Error) Text() string { return codeText(e.Code) }

// ErrNoServers is what a look-up gives where no name server is configured;
// nginx says "no resolver defined to resolve NAME".
var ErrNoServers = errors.New("no resolver defined")

// Config is a "resolver" directive.
type Config struct {
	Servers []netip.AddrPort
	Valid   time.Duration // instead of the TTL, 0 to keep to the TTL
	NoIPv4  bool          // ipv4=off
	NoIPv6  bool          // ipv6=off

	// Log receives what nginx logs about bad answers, and about system calls
	// that failed with err, on whose number the level depends; nil drops it.
	Log func(msg string, err error)

	// For tests: zero values are nginx's.
	Resend     time.Duration // 5s: until a query goes to the next server
	TCPTimeout time.Duration // 5s
	Now        func() time.Time
	Rand       func() uint32
	CacheLimit int // 10000 names
}

// Check gives the message of ngx_resolver_create for a configuration that makes
// no resolver.
func (c *Config) Check() error {
	if c.NoIPv4 && c.NoIPv6 {
		return errors.New(`"ipv4" and "ipv6" cannot both be "off"`)
	}
	if len(c.Servers) == 0 {
		return errors.New("no name servers defined")
	}
	return nil
}

// Resolver is a running resolver, safe for concurrent use.
//
// Locking: mu covers the cache and the fields of its nodes. A node's query runs
// on a goroutine of its own and takes mu only to publish what it found.
type Resolver struct {
	cfg Config

	mu    sync.Mutex
	nodes map[key]*node
	used  *list.List // of *node with an answer, the latest used first
	next  int        // server of the next query
}

// The life of what is known (r->expire) and the bound on following CNAMEs.
const (
	keepUnused   = 30 * time.Second
	maxRecursion = 50
)

// New makes a resolver. One without servers answers every look-up with
// ErrNoServers.
func New(cfg Config) *Resolver {
	if cfg.Log == nil {
		cfg.Log = func(string, error) {}
	}
	if cfg.Resend == 0 {
		cfg.Resend = 5 * time.Second
	}
	if cfg.TCPTimeout == 0 {
		cfg.TCPTimeout = 5 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Rand == nil {
		cfg.Rand = rand.Uint32
	}
	if cfg.CacheLimit == 0 {
		cfg.CacheLimit = 10000
	}
	return &Resolver{cfg: cfg, nodes: map[key]*node{}, used: list.New()}
}

// key names a cache entry.
type key struct {
	name string
	srv  bool
}

// node is a name: asked for, or known.
type node struct {
	key
	waiting int           // look-ups that wait for the query
	done    chan struct{} // closed when the query has ended; nil once known
	stop    func()        // ends the query

	code   int
	addrs4 []netip.Addr
	addrs6 []netip.Addr
	srvs   []srvRecord
	cname  string
	valid  time.Time
	expire time.Time
	at     *list.Element // in used
}

type srvRecord struct {
	name                   string
	priority, weight, port uint16
}

// Answer is a resolved name. Valid is when the answer should be asked for
// again.
type Answer struct {
	Addrs []netip.Addr
	Valid time.Time
}

// Lookup resolves a name, waiting at most timeout (resolver_timeout), or until
// ctx ends. An IPv4 address is its own answer.
func (r *Resolver) Lookup(ctx context.Context, name string, timeout time.Duration) (Answer, error) {
	if a, err := netip.ParseAddr(name); err == nil && a.Is4() {
		return Answer{Addrs: []netip.Addr{a}}, nil
	}
	if len(r.cfg.Servers) == 0 {
		return Answer{}, ErrNoServers
	}
	// nginx writes the small letters over the name, so errors show them too.
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	n, cached, err := r.find(ctx, key{name: name}, name, timeout)
	if err != nil {
		return Answer{Valid: r.failedUntil()}, err
	}
	return Answer{Addrs: r.export(n, cached), Valid: n.valid}, nil
}

// failedUntil is how long a failure stands for those who ask again by
// themselves.
func (r *Resolver) failedUntil() time.Time {
	d := r.cfg.Valid
	if d == 0 {
		d = 10 * time.Second
	}
	return r.cfg.Now().Add(d)
}

// find gives the node of the name or of what it is an alias for. asked is the
// name for error messages.
func (r *Resolver) find(ctx context.Context, k key, asked string, timeout time.Duration) (n *node, cached bool, err error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for range maxRecursion + 1 {
		if n, cached, err = r.wait(ctx, k, asked, timer.C); err != nil {
			return nil, false, err
		}
		switch {
		case n.code != 0:
			return nil, false, &Error{asked, n.code}
		case n.cname == "":
			return n, cached, nil
		}
		k.name = n.cname
	}
	return nil, false, &Error{asked, CodeNotFound}
}

// wait gives an answer from the cache or from a query, which it may have to
// start.
func (r *Resolver) wait(ctx context.Context, k key, asked string, expired <-chan time.Time) (*node, bool, error) {
	r.mu.Lock()
	n := r.nodes[k]
	// Like nginx's clock the cache counts whole seconds.
	now := r.cfg.Now().Truncate(time.Second)
	if n != nil && n.done == nil && !now.After(n.valid) {
		n.expire = now.Add(keepUnused)
		r.used.MoveToFront(n.at)
		r.expire()
		r.mu.Unlock()
		return n, true, nil
	}
	if n != nil && n.done != nil && n.waiting == 0 { // all who asked have given up: it is asked anew
		n.stop()
		r.forget(n)
		n = nil
	}
	if n == nil || n.done == nil {
		if !askable(k.name) {
			r.mu.Unlock()
			return nil, false, &Error{asked, CodeNotFound}
		}
		n = r.start(k, n)
	}
	n.waiting++
	done := n.done
	r.mu.Unlock()

	var err error
	select {
	case <-done:
	case <-expired:
		err = &Error{asked, CodeTimedOut}
	case <-ctx.Done():
		err = ctx.Err()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n.waiting--
	r.expire()
	return n, false, err
}

// askable tells names that fit into a query: no empty label, none too long.
func askable(name string) bool {
	if len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 {
			return false
		}
	}
	return true
}

// start begins a query; old is the node that is out of date, or nil.
func (r *Resolver) start(k key, old *node) *node {
	if old != nil {
		r.forget(old)
	}
	ctx, cancel := context.WithCancel(context.Background())
	n := &node{key: k, done: make(chan struct{}), stop: cancel}
	r.nodes[k] = n
	first := r.next
	if r.next++; r.next == len(r.cfg.Servers) {
		r.next = 0
	}
	q := newQuery(r, n, first)
	go q.run(ctx)
	return n
}

func (r *Resolver) forget(n *node) {
	if r.nodes[n.key] == n {
		delete(r.nodes, n.key)
	}
	if n.at != nil {
		r.used.Remove(n.at)
		n.at = nil
	}
}

// publish ends a query. A failure goes to those who wait and is forgotten; an
// answer stays.
func (r *Resolver) publish(n *node, ttl time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.cfg.Now().Truncate(time.Second)
	close(n.done)
	n.done = nil
	if n.code != 0 {
		r.forget(n)
		return
	}
	if r.cfg.Valid != 0 {
		ttl = r.cfg.Valid
	}
	n.valid = now.Add(ttl)
	n.expire = now.Add(keepUnused)
	n.at = r.used.PushFront(n)
	for r.used.Len() > r.cfg.CacheLimit {
		r.forget(r.used.Back().Value.(*node))
	}
}

// abandoned ends a query that nobody waits for; false if somebody does.
func (r *Resolver) abandoned(n *node) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n.waiting > 0 {
		return false
	}
	r.forget(n)
	close(n.done)
	n.code = CodeTimedOut
	return true
}

// expire forgets up to two answers not used for a while (ngx_resolver_expire).
func (r *Resolver) expire() {
	now := r.cfg.Now().Truncate(time.Second)
	for range 2 {
		last := r.used.Back()
		if last == nil || !now.After(last.Value.(*node).expire) {
			return
		}
		r.forget(last.Value.(*node))
	}
}

// export lists the addresses of an answer: the first time in the order sent,
// later turned at random, each family by itself and both together
// (ngx_resolver_export).
func (r *Resolver) export(n *node, rotate bool) []netip.Addr {
	all := len(n.addrs4) + len(n.addrs6)
	out := make([]netip.Addr, all)
	at := 0
	if rotate {
		at = r.turn(all)
	}
	for _, family := range [...][]netip.Addr{n.addrs4, n.addrs6} {
		from := 0
		if rotate {
			from = r.turn(len(family))
		}
		for i := range family {
			out[at] = family[(from+i)%len(family)]
			at = (at + 1) % all
		}
	}
	return out
}

func (r *Resolver) turn(n int) int {
	if n == 0 {
		return 0
	}
	return int(r.cfg.Rand() % uint32(n))
}

// Close ends all queries; their look-ups end with a time-out.
func (r *Resolver) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, n := range r.nodes {
		n.stop()
	}
}

// ServiceAddr is an address of a service, with what its SRV record says.
type ServiceAddr struct {
	Addr     netip.AddrPort
	Name     string // the target of the record
	Priority uint16
	Weight   uint16 // at least 1
}

// ServiceAnswer is a resolved service. Failed are the targets that could not be
// resolved.
type ServiceAnswer struct {
	Addrs  []ServiceAddr
	Failed []*Error
	Valid  time.Time
}

// serviceName makes the name of an SRV record: "http" asks for
// "_http._tcp.NAME", anything with a dot is taken as it is.
func serviceName(name, service string) string {
	if strings.Contains(service, ".") {
		return service + "." + name
	}
	return "_" + service + "._tcp." + name
}

// LookupService resolves the SRV record of a service and its targets. Addresses
// come in order of priority; of one priority the target that comes first is
// drawn by weight (ngx_resolver_report_srv).
func (r *Resolver) LookupService(ctx context.Context, name, service string, timeout time.Duration) (ServiceAnswer, error) {
	if len(r.cfg.Servers) == 0 {
		return ServiceAnswer{}, ErrNoServers
	}
	name = strings.TrimSuffix(name, ".")
	k := key{strings.ToLower(serviceName(name, service)), true}
	n, _, err := r.find(ctx, k, name, timeout)
	if err != nil {
		return ServiceAnswer{Valid: r.failedUntil()}, err
	}
	targets := r.targets(ctx, n, timeout)
	out := ServiceAnswer{Valid: n.valid}
	total := 0
	for i := range targets {
		t := &targets[i]
		total += len(t.addrs)
		if t.err != nil {
			out.Failed = append(out.Failed, t.err)
		} else if t.valid.Before(out.Valid) {
			out.Valid = t.valid
		}
	}
	if err := ctx.Err(); err != nil {
		return out, err
	}
	if total == 0 {
		out.Valid = r.failedUntil()
		return out, &Error{name, worst(out.Failed)}
	}
	for _, group := range byPriority(targets) {
		out.Addrs = append(out.Addrs, r.draw(group)...)
	}
	return out, nil
}

// worst is the code for a service none of whose targets has an address: "not
// found" if one is that, else the first one's.
func worst(failed []*Error) int {
	if slices.ContainsFunc(failed, func(e *Error) bool { return e.Code == CodeNotFound }) {
		return CodeNotFound
	}
	return failed[0].Code
}

type target struct {
	srvRecord
	addrs []netip.Addr
	valid time.Time
	err   *Error
}

// targets resolves the targets of a service at once.
func (r *Resolver) targets(ctx context.Context, n *node, timeout time.Duration) []target {
	out := make([]target, len(n.srvs))
	var wg sync.WaitGroup
	for i, s := range n.srvs {
		wg.Go(func() {
			a, err := r.Lookup(ctx, s.name, timeout)
			t := target{srvRecord: s, addrs: a.Addrs, valid: a.Valid}
			if err != nil && !errors.As(err, &t.err) {
				t.err = &Error{s.name, CodeTimedOut}
			}
			out[i] = t
		})
	}
	wg.Wait()
	return out
}

// byPriority cuts the targets, which are sorted, into groups.
func byPriority(targets []target) [][]target {
	var out [][]target
	for i := 0; i < len(targets); {
		j := i + 1
		for j < len(targets) && targets[j].priority == targets[i].priority {
			j++
		}
		out = append(out, targets[i:j])
		i = j
	}
	return out
}

// draw lists the addresses of a group, beginning with a target drawn by weight.
func (r *Resolver) draw(group []target) []ServiceAddr {
	sum := 0
	for _, t := range group {
		sum += len(t.addrs) * int(t.weight)
	}
	if sum == 0 {
		return nil
	}
	w, first := r.turn(sum), 0
	for w >= len(group[first].addrs)*int(group[first].weight) {
		w -= len(group[first].addrs) * int(group[first].weight)
		first++
	}
	var out []ServiceAddr
	for i := range group {
		t := group[(first+i)%len(group)]
		for _, a := range t.addrs {
			out = append(out, ServiceAddr{netip.AddrPortFrom(a, t.port), t.name, t.priority, t.weight})
		}
	}
	return out
}
