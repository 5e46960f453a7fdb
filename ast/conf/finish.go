package conf

import (
	"fmt"
	"net/netip"
	"slices"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// finishStream runs the checks at the end of the stream block in the order of
// ngx_stream_block: each module merges its settings into all servers or sets up
// its own, then come the modules' last words, then variables, then names.
func (c *checker) finishStream(stream *Level) {
	end := stream.node.EndPos()
	if c.tree.Fragment() {
		c.initGroupsOf(stream, c.tree.groups)
		c.initVariables(end)
		c.initServerNames(end)
		return
	}
	servers := blocks(stream, ngxstream.Server.Row)
	c.mergeProxy(servers, end)
	c.initGroupsOf(stream, c.tree.groups)
	c.mergeSSL(servers, end)
	c.mergeLua(servers, end)
	c.initSSL(end)
	if c.initVariables(end) {
		c.hashVariables(variablesLimits(stream, ngxstream.VariablesHashMaxSize, ngxstream.VariablesHashBucketSize), stream)
	}
	c.initServerNames(end)
}

// variablesLimits are the limits of the hash of variables of stream or http.
func variablesLimits(block *Level, maxSize, bucketSize catalog.Directive[int]) catalog.HashLimits {
	return catalog.HashLimits{Name: "variables_hash", MaxSize: maxSize.Get(block), BucketSize: bucketSize.Get(block)}.Aligned()
}

// initVariables follows ngx_stream_variables_init_vars: the first unknown one
// in the order of use is nginx's message.
func (c *checker) initVariables(end ast.Pos) (ok bool) {
	ok = true
	for _, ref := range c.vars.refs {
		if _, ok := c.vars.defined[ref.name]; ok {
			continue
		}
		b := c.vars.builtin().find(ref.name)
		if b == nil && c.fromLoaded(ref.name) {
			continue
		}
		if b == nil {
			c.unknownVariable(ref, end)
			ok = false
			continue
		}
		if b.Runs.Level == catalog.SupportRefused {
			c.Refuse(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleUnsupported, Subject: ref.at, At: ref.at.Pos(),
				Message: `"$` + ref.name + `" variable is not supported: ` + b.Runs.Why})
		}
	}
	return ok
}

// hashVariables builds the hash of all variables, as the end of
// ngx_stream_variables_init_vars does.
func (c *checker) hashVariables(limits catalog.HashLimits, block *Level) {
	var keys catalog.HashKeys
	bundle := len(c.opt.Built) == 0 // of OpenResty; else the modules that it was built with are known
	for name, v := range c.vars.builtin().byName {
		if !v.Unhashed && (v.Origin == catalog.Builtin || v.Origin == catalog.Bundled && bundle) {
			keys.Add(name)
		}
	}
	for m := range c.loaded {
		for _, v := range m.Variables {
			if v.In&block.in != 0 && !v.Prefix && !v.Unhashed {
				keys.Add(v.Name)
			}
		}
	}
	for name := range c.vars.defined {
		keys.Add(name)
	}
	subject := block.node.WordRange(0)
	if long := c.longestVariable(); long.At.IsValid() {
		subject = long.At
	}
	list, _ := limits.Diagnostics(&keys, subject, block.node.EndPos())
	c.diags = append(c.diags, list...)
}

// longestVariable finds the definition that needs the largest bucket.
func (c *checker) longestVariable() (longest Mention) {
	for _, d := range c.names.definedVariables {
		if len(d.Name) > len(longest.Name) {
			longest = d
		}
	}
	return longest
}

// unknownVariable reports a variable that nothing defines. In a fragment it may
// be defined elsewhere.
func (c *checker) unknownVariable(ref reference, end ast.Pos) {
	if c.tree.Fragment() {
		return
	}
	d := diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleVariable,
		Message: `unknown "` + ref.name + `" variable`, Subject: ref.at, Order: end}
	if s := c.vars.suggest(ref.name); s != "" {
		d.Detail = `did you mean "$` + s + `"?`
	}
	c.Report(d)
}

// initServerNames follows ngx_stream_optimize_servers: for each address with
// several servers ngx_stream_server_names.
func (c *checker) initServerNames(end ast.Pos) {
	stream := c.tree.Stream()
	limits := catalog.HashLimits{Name: "server_names_hash", MaxSize: ngxstream.ServerNamesHashMaxSize.Get(stream), BucketSize: catalog.CacheLine}
	if n, ok := ngxstream.ServerNamesHashBucketSize.Lookup(stream); ok {
		limits.BucketSize = n
	}
	named := func(a *Listening) bool { return len(a.Servers) > 1 || hasCaptures(a.Default, ngxstream.ServerName) }
	for _, a := range inPortOrder(c.tree.Listening, named) {
		c.nameConflicts(a.Endpoint, a.Servers, ngxstream.ServerName, limits.Aligned(), end)
	}
}

// boundAddress is what an address of stream or http is sorted by.
type boundAddress struct {
	endpoint catalog.Endpoint
	datagram bool
	options  bool // it has socket options
}

func (a *Listening) address() boundAddress     { return boundAddress{a.Endpoint, a.UDP, a.options} }
func (a *HTTPListening) address() boundAddress { return boundAddress{a.Endpoint, a.QUIC, a.options} }
func (a boundAddress) address() boundAddress   { return a }

// port is what nginx groups addresses by.
type port struct {
	number   uint16
	datagram bool
	family   int
}

func (a boundAddress) port() port {
	return port{a.endpoint.Addr.Port(), a.datagram, family(a.endpoint.Addr.Addr())}
}

// inPortOrder sorts addresses as nginx goes through them: port by port in the
// order of the file, and within a port as ngx_stream_cmp_conf_addrs does. The
// addresses for which wanted is false are left out.
func inPortOrder[T interface{ address() boundAddress }](list []T, wanted func(T) bool) []T {
	if !slices.ContainsFunc(list, wanted) {
		return nil
	}
	var order []port
	byPort := map[port][]T{}
	for _, a := range list {
		p := a.address().port()
		if byPort[p] == nil {
			order = append(order, p)
		}
		byPort[p] = append(byPort[p], a)
	}
	var out []T
	for _, p := range order {
		addresses := byPort[p]
		slices.SortStableFunc(addresses, func(a, b T) int { return compareAddresses(a.address(), b.address()) })
		for _, a := range addresses {
			if wanted(a) {
				out = append(out, a)
			}
		}
	}
	return out
}

func family(ip netip.Addr) int {
	switch {
	case ip.Is4():
		return 4
	case ip.Is6():
		return 6
	}
	return 0
}

// compareAddresses follows ngx_stream_cmp_conf_addrs: wildcards last, those with
// socket options of their own first.
func compareAddresses(a, b boundAddress) int {
	wa, wb := wildcard(a.endpoint), wildcard(b.endpoint)
	switch {
	case wa && !wb:
		return 1
	case !wa && wb:
		return -1
	case a.options && !b.options:
		return -1
	case !a.options && b.options:
		return 1
	}
	return 0
}

func wildcard(e catalog.Endpoint) bool { return e.Unix == "" && e.Addr.Addr().IsUnspecified() }

func hasCaptures(l *Level, names serverNames) bool {
	captures := false
	for _, list := range names.All(l) {
		for _, n := range list {
			if n.Kind == ngxstream.RegexName {
				captures = n.Captures > 0
			}
		}
	}
	return captures
}

// nameConflicts finds names that two servers of an address have, malformed
// ones, and those that the hash has no room for.
func (c *checker) nameConflicts(at catalog.Endpoint, servers []*Level, names serverNames, limits catalog.HashLimits, end ast.Pos) {
	var keys catalog.HashKeys
	malformed := false
	for _, s := range servers {
		for _, u := range serverNameUses(s, names) {
			switch keys.AddName(u.name.Text) {
			case catalog.HashDeclined:
				malformed = true
				c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleValue, Subject: u.at, Order: end,
					Message: fmt.Sprintf(`invalid server name or wildcard "%s" on %s`, u.name.Text, at)})
			case catalog.HashBusy:
				c.Report(diag.Diagnostic{Severity: diag.Warn, Rule: catalog.RuleConflict, Subject: u.at, Order: end,
					Message: fmt.Sprintf(`conflicting server name "%s" on %s, ignored`, u.name.Text, at)})
			}
		}
	}
	if !malformed {
		list, _ := limits.Diagnostics(&keys, servers[0].node.WordRange(0), end)
		c.diags = append(c.diags, list...)
	}
}

// serverNames is the server_name of stream or http.
type serverNames = catalog.Directive[[]ngxstream.NamePattern]

type nameUse struct {
	name ngxstream.NamePattern
	at   ast.Range
}

// serverNameUses lists the names of a server that are not regular expressions;
// a server without names has one empty name.
func serverNameUses(l *Level, names serverNames) []nameUse {
	var out []nameUse
	any := false
	for _, u := range names.Uses(l) {
		for i, n := range u.Arg {
			any = true
			if n.Kind != ngxstream.RegexName {
				out = append(out, nameUse{n, u.Node.ArgRange(i)})
			}
		}
	}
	if !any {
		out = append(out, nameUse{at: l.node.WordRange(0)})
	}
	return out
}

// finishFiles runs the checks that nginx makes after "syntax is ok", in the
// order of ngx_init_cycle.
func (c *checker) finishFiles() {
	late := func(s diag.Severity, rule string, subject ast.Range, message string) {
		c.Report(diag.Diagnostic{Severity: s, Rule: rule, Stage: diag.Init, Message: message, Subject: subject})
	}
	main := c.tree.Main
	c.checkAffinity(late)
	events, ok := ngxcore.Events.First(main)
	if !ok {
		late(diag.Emerg, "no-events", ast.Range{}, `no "events" section in configuration`)
		return
	}
	c.threadPools()
	connections := ngxcore.WorkerConnections.Get(events.Level)
	if n := len(c.tree.Sockets); connections < n+1 {
		late(diag.Emerg, "worker-connections", events.Node.WordRange(0),
			fmt.Sprintf("%d worker_connections are not enough for %d listening sockets", connections, n))
	}
	for _, z := range c.tree.Zones {
		if z.Size == 0 {
			late(diag.Emerg, catalog.RuleReference, z.At, `zero size shared memory zone "`+z.Name+`"`)
		}
	}
}

// poolUse is a directive that names a thread pool.
type poolUse struct {
	name    string
	subject ast.Range
	at      ast.Pos
}

// threadPools follows ngx_thread_pool_init_conf.
func (c *checker) threadPools() {
	declared := map[string]bool{"default": true}
	for _, p := range ngxcore.ThreadPool.All(c.tree.Main) {
		declared[p.Name] = true
	}
	for _, u := range c.pools {
		if !declared[u.name] {
			c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleReference, Stage: diag.Init, Subject: u.subject, At: u.at,
				Message: `unknown thread pool "` + u.name + `"`})
			declared[u.name] = true
		}
	}
}

// checkAffinity follows ngx_core_module_init_conf.
func (c *checker) checkAffinity(late func(diag.Severity, string, ast.Range, string)) {
	a, ok := ngxcore.WorkerCPUAffinity.Own(c.tree.Main)
	workers := ngxcore.WorkerProcesses.Get(c.tree.Main)
	if !ok || a.Auto || len(a.Masks) == 1 || workers.Auto || len(a.Masks) == workers.N {
		return
	}
	use := ngxcore.WorkerCPUAffinity.Uses(c.tree.Main)[0]
	late(diag.Warn, catalog.RuleConflict, use.Node.WordRange(0),
		`the number of "worker_processes" is not equal to the number of "worker_cpu_affinity" masks, `+
			`using last mask for remaining worker processes`)
}

// nearest is catalog.Suggest with a stable answer.
func nearest(name string, candidates []string) string {
	slices.Sort(candidates)
	return catalog.Suggest(name, candidates)
}
