package conf

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

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
	c.initVariables(end)
	c.initServerNames(end)
}

// initVariables follows ngx_stream_variables_init_vars: the first unknown one
// in the order of use is nginx's message.
func (c *checker) initVariables(end ast.Pos) {
	for _, use := range c.names.usedVariables {
		if _, ok := c.vars.defined[use.Name]; ok {
			continue
		}
		b := c.vars.builtin().find(use.Name)
		if b == nil {
			c.unknownVariable(use, end)
			continue
		}
		if b.Runs.Level == catalog.SupportRefused {
			c.Refuse(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleUnsupported, Subject: use.At, At: use.At.Pos(),
				Message: `"$` + use.Name + `" variable is not supported: ` + b.Runs.Why})
		}
	}
}

// unknownVariable reports a variable that nothing defines. In a fragment it may
// be defined elsewhere.
func (c *checker) unknownVariable(use Mention, end ast.Pos) {
	if c.tree.Fragment() {
		return
	}
	d := diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleVariable,
		Message: `unknown "` + use.Name + `" variable`, Subject: use.At, Order: end}
	if s := c.vars.suggest(use.Name); s != "" {
		d.Detail = `did you mean "$` + s + `"?`
	}
	c.Report(d)
}

// initServerNames follows ngx_stream_optimize_servers: addresses in nginx's
// order, and for each with several servers ngx_stream_server_names.
func (c *checker) initServerNames(end ast.Pos) {
	type port struct {
		number uint16
		udp    bool
		family int
	}
	var order []port
	byPort := map[port][]*Listening{}
	for _, a := range c.tree.Listening {
		p := port{a.Endpoint.Addr.Port(), a.UDP, family(a.Endpoint.Addr.Addr())}
		if byPort[p] == nil {
			order = append(order, p)
		}
		byPort[p] = append(byPort[p], a)
	}
	for _, p := range order {
		addrs := byPort[p]
		slices.SortStableFunc(addrs, compareListening)
		for _, a := range addrs {
			if len(a.Servers) > 1 || hasCaptures(a.Default, ngxstream.ServerName) {
				c.serverNames(a, end)
			}
		}
	}
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

// compareListening follows ngx_stream_cmp_conf_addrs: wildcards last, those
// with socket options of their own first.
func compareListening(a, b *Listening) int {
	wa, wb := a.wildcard(), b.wildcard()
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

func (a *Listening) wildcard() bool { return wildcard(a.Endpoint) }

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

// nameKey is a name in the form in which ngx_hash_add_key looks for conflicts.
type nameKey struct {
	kind ngxstream.ServerNameKind
	text string
}

// serverNames finds names that two servers of an address have, and malformed
// ones.
func (c *checker) serverNames(a *Listening, end ast.Pos) {
	c.nameConflicts(a.Endpoint, a.Servers, ngxstream.ServerName, end)
}

// nameConflicts is serverNames for the servers of stream or http.
func (c *checker) nameConflicts(at catalog.Endpoint, servers []*Level, names serverNames, end ast.Pos) {
	seen := map[nameKey]bool{}
	for _, s := range servers {
		for _, u := range serverNameUses(s, names) {
			keys, ok := nameKeys(u.name)
			if !ok {
				c.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleValue, Subject: u.at, Order: end,
					Message: fmt.Sprintf(`invalid server name or wildcard "%s" on %s`, u.name.Text, at)})
				continue
			}
			busy := false
			for _, k := range keys {
				busy = busy || seen[k]
				seen[k] = true
			}
			if busy {
				c.Report(diag.Diagnostic{Severity: diag.Warn, Rule: catalog.RuleConflict, Subject: u.at, Order: end,
					Message: fmt.Sprintf(`conflicting server name "%s" on %s, ignored`, u.name.Text, at)})
			}
		}
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

// nameKeys gives the keys under which ngx_hash_add_key keeps a name; ok is
// false for a malformed wildcard.
func nameKeys(n ngxstream.NamePattern) (keys []nameKey, ok bool) {
	s := n.Text
	if strings.Count(s, "*") > 1 || strings.Contains(s, "..") || strings.IndexByte(s, 0) >= 0 {
		return nil, false
	}
	switch {
	case len(s) > 1 && s[0] == '.':
		return []nameKey{{ngxstream.ExactName, s[1:]}, {ngxstream.LeadingName, s[1:]}}, true
	case len(s) > 2 && strings.HasPrefix(s, "*."):
		return []nameKey{{ngxstream.LeadingName, s[2:]}}, true
	case len(s) > 2 && strings.HasSuffix(s, ".*"):
		return []nameKey{{ngxstream.TrailingName, s[:len(s)-2]}}, true
	case strings.Contains(s, "*"):
		return nil, false
	}
	return []nameKey{{ngxstream.ExactName, s}}, true
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
	connections := ngxcore.WorkerConnections.Get(events.Level)
	if n := c.sockets(); connections < n+1 {
		late(diag.Emerg, "worker-connections", events.Node.WordRange(0),
			fmt.Sprintf("%d worker_connections are not enough for %d listening sockets", connections, n))
	}
	for _, z := range c.tree.Zones {
		if z.Size == 0 {
			late(diag.Emerg, catalog.RuleReference, z.At, `zero size shared memory zone "`+z.Name+`"`)
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

// sockets counts the sockets that nginx opens: an address on a port that is
// also listened on for all addresses needs none of its own unless it has socket
// options (ngx_stream_init_listening).
func (c *checker) sockets() int {
	type port struct {
		number uint16
		udp    bool
		family int
	}
	portOf := func(a *Listening) port {
		return port{a.Endpoint.Addr.Port(), a.UDP, family(a.Endpoint.Addr.Addr())}
	}
	wildcards := map[port]bool{}
	for _, a := range c.tree.Listening {
		if a.wildcard() {
			wildcards[portOf(a)] = true
		}
	}
	n := 0
	n += c.httpSockets()
	for _, a := range c.tree.Listening {
		if a.wildcard() || a.options || a.Endpoint.Unix != "" || !wildcards[portOf(a)] {
			n++
		}
	}
	return n
}

// nearest is catalog.Suggest with a stable answer.
func nearest(name string, candidates []string) string {
	slices.Sort(candidates)
	return catalog.Suggest(name, candidates)
}
