package suite

import (
	"context"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tidegate/conformance/ports"
	"tidegate/conformance/system"
	"tidegate/conformance/testnginx"
)

// Outcome is what became of a case.
type Outcome string

// The outcomes.
const (
	Pass Outcome = "pass"
	Fail Outcome = "fail"
	Skip Outcome = "skip"
)

// NeedsHTTP is the reason of a failure for want of a server for the http block.
const NeedsHTTP = "needs http"

// Result is what became of a case, and why.
type Result struct {
	File        string       `json:"file"` // relative to the suite's root
	Number      int          `json:"number"`
	Name        string       `json:"name"`
	Outcome     Outcome      `json:"outcome"`
	Reason      string       `json:"reason,omitempty"` // of a failure or of skipping, one line
	Checks      []Check      `json:"checks,omitempty"`
	Observation *Observation `json:"observation,omitempty"`
	Root        string       `json:"root,omitempty"` // the folder that was kept, for a failure
	Seconds     float64      `json:"seconds"`
	Before      []*Result    `json:"before,omitempty"` // the failures after which it was run again
	HTTP        string       `json:"http,omitempty"`   // the server that served the http block of the case beside the one under test
	Faults      bool         `json:"faults,omitempty"` // a library that the case has preloaded disturbs system calls, and Tidegate makes its own

	case_ *testnginx.Case
}

// ID names a case within its suite, as the ledger does.
func (r *Result) ID() string { return fmt.Sprintf("%s#%d", r.File, r.Number) }

// Broken tells that the server itself broke down or found a data race in itself. That may happen rarely, but never by being slow.
func (r *Result) Broken() bool {
	return slices.ContainsFunc(r.Checks, func(c Check) bool { return c.What == serverOutput && c.Failed != "" })
}

// Runner runs files of cases against a server.
type Runner struct {
	Server *system.Server
	// HTTP serves the http blocks of stream cases where Server, being Tidegate, does not; nil means that nobody does.
	HTTP *system.Server
	Dir  string // where the server roots go; the caller removes it
	Jobs int
	Keep bool // keep the folders of failures
	// Retries is how often a case that failed is run again, alone, after all others: on a busy machine its times may not hold. One
	// whose server broke down is not run again.
	Retries int
	// Hopeless tells that a failure is known, so that running the case again is no use; nil means that none is.
	Hopeless func(*Result) bool
	// Patience is how long what a case expects in the log may take to come. 0 means a time after which most cases that fail are known
	// to: a suite that is to pass may have far more.
	Patience time.Duration
	// Observations keeps what was observed of cases that passed, too.
	Observations bool
	// Filter picks cases by "file#number: name"; nil picks all.
	Filter func(id string) bool
	Env    map[string]string
	// Judge judges a case; nil means Judge.
	Judge func(*testnginx.Case, *Observation) []Check
	// Progress is told of each result as it comes.
	Progress func(*Result)

	ports *ports.Range
	mu    sync.Mutex
	wake  *sync.Cond
	count int
	held  map[string]bool
}

// unit is what runs as one: a case, or all cases of a file whose server is reloaded from one to the next.
type unit struct {
	file    *testnginx.File
	rel     string
	indices []int
	reload  bool
	claims  []string
	results []*Result
}

// Run runs all cases of the files and gives their results in order. An error means that the run itself could not go on.
func (r *Runner) Run(ctx context.Context, files []*testnginx.File) ([]*Result, error) {
	r.ports, r.held = ports.New(), map[string]bool{}
	defer r.ports.Close()
	r.wake = sync.NewCond(&r.mu)
	if r.Judge == nil {
		r.Judge = Judge
	}
	var units []*unit
	for _, f := range files {
		units = append(units, r.units(f)...)
	}
	pending := slices.Clone(units)
	stop := context.AfterFunc(ctx, r.interrupt)
	defer stop()
	var wait sync.WaitGroup
	for range max(r.Jobs, 1) {
		wait.Go(func() {
			for u := r.next(ctx, &pending); u != nil; u = r.next(ctx, &pending) {
				r.runUnit(u)
				for _, res := range u.results {
					if ctx.Err() == nil { // else the servers were ended, which is no result
						r.tell(res, r.Retries == 0 || !r.hopeful(res))
					}
				}
				r.release(u)
			}
		})
	}
	wait.Wait()
	for n := range r.Retries {
		for _, u := range units {
			if ctx.Err() == nil && slices.ContainsFunc(u.results, r.hopeful) {
				r.again(u, n == r.Retries-1)
			}
		}
	}
	var out []*Result
	for _, u := range units {
		out = append(out, u.results...)
	}
	return out, ctx.Err()
}

// interrupt ends the servers: the cases that are under way notice, and do not wait any longer.
func (r *Runner) interrupt() {
	r.mu.Lock()
	r.wake.Broadcast()
	r.mu.Unlock()
	for _, s := range []*system.Server{r.Server, r.HTTP} {
		if s != nil {
			s.Close()
		}
	}
}

// hopeful tells that a case may pass when it is run again.
func (r *Runner) hopeful(res *Result) bool {
	return res.Outcome == Fail && !res.Broken() && (r.Hopeless == nil || !r.Hopeless(res))
}

// again runs a unit once more and takes over what became of its failures. Final tells that there is no other time.
func (r *Runner) again(u *unit, final bool) {
	before := u.results
	u.results = nil
	r.runUnit(u)
	for i, res := range before {
		if !r.hopeful(res) {
			u.results[i] = res
			continue
		}
		now := u.results[i]
		now.Before, res.Before = append(res.Before, res), nil
		r.tell(now, final || !r.hopeful(now))
	}
}

// tell reports a result; a failure only when the case is not run again.
func (r *Runner) tell(res *Result, final bool) {
	if r.Progress == nil || res.Outcome == Fail && !final {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Progress(res)
}

// next gives the first unit that claims nothing another one holds; nil when there are no more.
func (r *Runner) next(ctx context.Context, pending *[]*unit) *unit {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(*pending) > 0 && ctx.Err() == nil {
		for i, u := range *pending {
			if slices.ContainsFunc(u.claims, func(c string) bool { return r.held[c] }) {
				continue
			}
			*pending = slices.Delete(*pending, i, i+1)
			for _, c := range u.claims {
				r.held[c] = true
			}
			return u
		}
		r.wake.Wait()
	}
	return nil
}

func (r *Runner) release(u *unit) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, c := range u.claims {
		delete(r.held, c)
	}
	r.wake.Broadcast()
}

// units takes a file apart.
func (r *Runner) units(f *testnginx.File) []*unit {
	rel := f.Name()
	all := &unit{file: f, rel: rel, reload: true}
	var singles []*unit
	for i, b := range f.Blocks {
		if r.Filter != nil && !r.Filter(fmt.Sprintf("%s#%d: %s", rel, i+1, b.Name)) {
			continue
		}
		claims := claimsOf(b)
		all.indices = append(all.indices, i)
		all.claims = append(all.claims, claims...)
		singles = append(singles, &unit{file: f, rel: rel, indices: []int{i}, claims: claims})
	}
	if len(singles) == 0 {
		return nil
	}
	h, err := f.Load(&testnginx.World{ServerRoot: r.Dir, Env: r.env(), Version: testnginx.Version{Text: r.Server.Version}, ServerPort: 1984, StreamPort: 1985})
	if err == nil && h.UseHup && h.SkipAll == "" {
		return []*unit{all}
	}
	return singles
}

func (r *Runner) env() map[string]string {
	env := map[string]string{}
	for _, kv := range os.Environ() {
		if k, v, ok := strings.Cut(kv, "="); ok {
			env[k] = v
		}
	}
	if r.Server != nil {
		env["TEST_NGINX_BINARY"] = r.Server.Binary
	}
	maps.Copy(env, r.Env)
	return env
}

var (
	literalPort = regexp.MustCompile(`\b[1-9]\d{3,4}\b`)
	literalPath = regexp.MustCompile(`unix:/[^;"'\s]+|/tmp/[\w./-]+|\$TEST_NGINX_\w+_PORT\b`)
)

// claimsOf are the names that a case has in common with others if they write the same: port numbers, socket files, and services that
// the environment names. Cases that claim the same do not run side by side.
func claimsOf(b *testnginx.Block) []string {
	seen := map[string]bool{}
	for _, s := range b.Sections {
		switch {
		case strings.HasSuffix(s.Name, "_response"), strings.HasSuffix(s.Name, "log"), strings.HasPrefix(s.Name, "stap"), s.Name == "response_body":
			continue
		}
		for _, text := range literalPort.FindAllString(s.Value, -1) {
			if n, _ := strconv.Atoi(text); n >= 1024 && n < 65536 {
				seen[text] = true
			}
		}
		for _, text := range literalPath.FindAllString(s.Value, -1) {
			if !strings.Contains(text, "SERVER_PORT") && !strings.Contains(text, "STREAM_PORT") {
				seen[text] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(seen))
}

func (r *Runner) runUnit(u *unit) {
	r.mu.Lock()
	r.count++
	number := r.count
	r.mu.Unlock()
	port, err := r.ports.Take(4)
	var p *place
	if err == nil {
		p, err = newPlace(r.Dir, u.file.Root, number, port)
	}
	var live *run
	failed := false
	for _, i := range u.indices {
		began := time.Now()
		b := u.file.Blocks[i]
		res := &Result{File: u.rel, Number: i + 1, Name: b.Name}
		if err != nil {
			res.Outcome, res.Reason = Fail, "the runner: "+err.Error()
		} else {
			live = r.runCase(u, i, p, live, res)
		}
		res.Seconds = time.Since(began).Seconds()
		if res.Outcome == Fail && r.Keep && p != nil {
			res.Root, failed = p.root, true
		}
		if res.Outcome == Pass && !r.Observations {
			res.Observation = nil
		}
		u.results = append(u.results, res)
	}
	if live != nil {
		live.stop(&Observation{})
	}
	if p != nil && !failed {
		p.remove()
	}
}

// runCase runs one case and fills in its result. With reloads it gives the run whose server the next case goes on with.
func (r *Runner) runCase(u *unit, i int, p *place, before *run, res *Result) (live *run) {
	w := &testnginx.World{ServerRoot: p.root, ServerPort: p.port, StreamPort: p.port + 1, Env: r.env(),
		Version: testnginx.Version{Text: r.Server.Version}, RandPort: func(string) (int, error) { return r.ports.Take(1) }}
	c := prepareCase(u.file, i, w, res)
	if c == nil {
		return before
	}
	res.Faults = c.Head.Faults() && r.Server.IsTidegate()
	var err error
	this := &run{c: c, server: r.Server, beside: beside{server: r.HTTP}, place: p, version: fmt.Sprintf("v%d", i+1), patience: r.Patience}
	if u.reload {
		res.Observation, live, err = this.reload(before)
	} else {
		res.Observation, err = this.play()
	}
	if err == nil {
		err = c.Err()
	}
	if err != nil {
		if strings.HasPrefix(err.Error(), "environment: ") || strings.HasPrefix(err.Error(), "perl: ") {
			res.Outcome, res.Reason = Skip, err.Error()
			return live
		}
		res.Outcome, res.Reason = Fail, "the runner: "+err.Error()
		return live
	}
	r.settle(res)
	res.HTTP = this.besideServer()
	if res.HTTP == "" && res.Outcome == Fail && r.Server.IsTidegate() && this.lacksHTTP(res.Observation) {
		res.Reason = NeedsHTTP
	}
	return live
}

// lacksHTTP tells that a server without http cannot pass the case: it did not start, or nobody listens where the case connects to.
func (r *run) lacksHTTP(o *Observation) bool {
	switch r.http {
	case httpServes:
		return !o.Up
	case httpNamed:
		refused := func(text string) bool { return strings.Contains(strings.ToLower(text), "connection refused") }
		return refused(o.WholeLog()) || slices.ContainsFunc(o.Rounds, func(r Round) bool {
			return slices.ContainsFunc(r.Answers, func(a Answer) bool { return refused(a.Text) })
		})
	}
	return false
}

// prepareCase evaluates a case. It gives none when the case cannot be run, or should not; then the result says why.
func prepareCase(f *testnginx.File, i int, w *testnginx.World, res *Result) *testnginx.Case {
	skip := func(why string) *testnginx.Case { res.Outcome, res.Reason = Skip, why; return nil }
	if why := f.LeftOut(i); why != "" {
		return skip(why)
	}
	h, err := f.Load(w)
	if err != nil {
		return skip(err.Error())
	}
	if h.SkipAll != "" {
		return skip(h.SkipAll)
	}
	c, err := h.Case(i)
	if err != nil {
		return skip(err.Error())
	}
	why, err := c.Skip()
	if err != nil && !strings.HasPrefix(err.Error(), "perl: ") { // the case is written wrong
		res.Outcome, res.Reason = Fail, err.Error()
		return nil
	}
	if err != nil {
		return skip(err.Error())
	}
	if why = firstOf(why, unplayed(c)); why != "" {
		return skip(why)
	}
	res.case_ = c
	return c
}

// unplayed tells what of a case the runner has no part for, though it would change what the case means.
func unplayed(c *testnginx.Case) string {
	for _, s := range [][2]string{
		{"http2", "requests are not made by HTTP/2"}, {"http3", "requests are not made by HTTP/3"},
		{"charset", "texts are not converted"}, {"write_resp_body_file", "bodies are not written into files"},
		{"gen_dgram_request", "the client does not run Lua"},
	} {
		if c.Has(s[0]) {
			return fmt.Sprintf("section %s: %s", s[0], s[1])
		}
	}
	if kindOf(c) == httpCase && !c.HasAny("config", "must_die") {
		return "there is no section config: the server of the case before is not kept for this one"
	}
	return ""
}

// settle judges what was observed.
func (r *Runner) settle(res *Result) {
	res.Checks = r.Judge(res.case_, res.Observation)
	res.Outcome = Pass
	for _, check := range res.Checks {
		if check.Failed != "" {
			first, _, _ := strings.Cut(check.Failed, "\n")
			res.Outcome, res.Reason = Fail, check.What+": "+first
			return
		}
	}
}
