package ngxcore

import (
	"net/netip"
	"slices"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// Events opens the block on the handling of connections.
var Events = catalog.PlainBlock(catalog.Spec{
	Name: "events", In: catalog.Main, Opens: catalog.Events, Runs: catalog.Full,
	Doc: "Holds what affects the handling of connections.",
})

// WorkerConnections bounds the connections of a worker.
var WorkerConnections = catalog.Custom(catalog.Spec{
	Name: "worker_connections", In: catalog.Events, Args: "<int>", Default: "512", Runs: catalog.Full,
	Doc: "Bounds the number of connections of a worker, to clients and to proxied servers.",
}, func(c *catalog.Call) (int, bool) {
	n, ok := catalog.ParseInt(c.Text(1))
	return n, ok || c.Fail(1, `invalid number "%s"`, c.Text(1))
})

const ownPoller = "the Go runtime's poller is used always"

// eventMethods are the methods of nginx builds for Linux.
var eventMethods = []string{"epoll", "select", "poll"}

// Use would choose the event method.
var Use = catalog.Custom(catalog.Spec{
	Name: "use", In: catalog.Events, Args: "<method>", Runs: catalog.Ignored(ownPoller),
	DefaultNote: "the most efficient method of the system",
	Doc:         "Chooses the method by which events are collected.",
}, func(c *catalog.Call) (string, bool) {
	for _, m := range eventMethods {
		if c.Text(1) == m {
			return m, true
		}
	}
	detail := ""
	if s := catalog.Suggest(c.Text(1), eventMethods); s != "" {
		detail = `did you mean "` + s + `"?`
	}
	c.ReportDetail(diag.Emerg, catalog.RuleValue, c.Word(1), `invalid event type "`+c.Text(1)+`"`, detail)
	return "", false
})

// MultiAccept would accept several connections per event.
var MultiAccept = catalog.Flag(catalog.Spec{
	Name: "multi_accept", In: catalog.Events, Default: "off",
	Runs: catalog.Ignored("all waiting connections are accepted always"),
	Doc:  "Accepts all waiting connections at once.",
})

// AcceptMutex would let workers accept in turn.
var AcceptMutex = catalog.Flag(catalog.Spec{
	Name: "accept_mutex", In: catalog.Events, Default: "off",
	Runs: catalog.Ignored("one process accepts, so there is nobody to take turns with"),
	Doc:  "Lets workers accept connections in turn.",
})

// AcceptMutexDelay belongs to accept_mutex.
var AcceptMutexDelay = catalog.Time(catalog.Spec{
	Name: "accept_mutex_delay", In: catalog.Events, Args: "<time>", Default: "500ms",
	Runs: catalog.Ignored("one process accepts, so there is nobody to take turns with"),
	Doc:  "Sets when a worker tries to accept while another one does.",
})

// DebugConnection logs chosen clients at debug level.
var DebugConnection = catalog.Custom(catalog.Spec{
	Name: "debug_connection", In: catalog.Events, Args: "<cidr>|<host>|unix:", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Logs the connections of chosen clients at debug level.",
}, decodeDebugConnection)

// DebugClients is one debug_connection directive.
type DebugClients struct {
	Unix bool
	Nets []netip.Prefix
}

// Contains tells whether a client is meant; one without an address has come
// over a unix-domain socket (ngx_debug_accepted_connection).
func (d DebugClients) Contains(client netip.Addr) bool {
	if !client.IsValid() {
		return d.Unix
	}
	return slices.ContainsFunc(d.Nets, func(p netip.Prefix) bool { return p.Contains(client) })
}

// decodeDebugConnection follows ngx_event_debug_connection.
func decodeDebugConnection(c *catalog.Call) (d DebugClients, ok bool) {
	if c.Text(1) == "unix:" {
		return DebugClients{Unix: true}, true
	}
	if p, exact, ok := catalog.ParseCIDR(c.Text(1)); ok {
		if !exact {
			c.Warn(1, "low address bits of %s are meaningless", c.Text(1))
		}
		return DebugClients{Nets: []netip.Prefix{p}}, true
	}
	ips, err := c.Env.Resolve(c.Text(1))
	if err != nil || len(ips) == 0 {
		return d, c.Fail(1, `host not found in debug_connection "%s"`, c.Text(1))
	}
	for _, ip := range ips {
		d.Nets = append(d.Nets, netip.PrefixFrom(ip, ip.BitLen()))
	}
	return d, true
}

// WorkerAioRequests bounds asynchronous file operations with epoll.
var WorkerAioRequests = catalog.Int(catalog.Spec{
	Name: "worker_aio_requests", In: catalog.Events, Args: "<int>", Default: "32", Since: "1.1.4",
	Runs: catalog.Ignored("file operations are not queued here"),
	Doc:  "Bounds the asynchronous file operations of a worker.",
})

// EpollEvents is the number of events taken from the kernel at once.
var EpollEvents = catalog.Int(catalog.Spec{
	Name: "epoll_events", In: catalog.Events, Args: "<int>", DefaultNote: "512", Runs: catalog.Ignored(ownPoller),
	Doc: "Sets how many events are taken from epoll at once.",
})

// otherPoller declares a directive of an event module for another system.
func otherPoller(name, args, doc string) catalog.Directive[int] {
	return catalog.Int(catalog.Spec{
		Name: name, In: catalog.Events, Args: args, Origin: catalog.OtherPlatform,
		Runs: catalog.Refused("the event module is not for Linux"), Doc: doc,
	})
}

// Directives of event modules for other systems.
var (
	DevpollChanges = otherPoller("devpoll_changes", "<int>", "Sets the number of changes passed to /dev/poll at once.")
	DevpollEvents  = otherPoller("devpoll_events", "<int>", "Sets the number of events taken from /dev/poll at once.")
	KqueueChanges  = otherPoller("kqueue_changes", "<int>", "Sets the number of changes passed to kqueue at once.")
	KqueueEvents   = otherPoller("kqueue_events", "<int>", "Sets the number of events taken from kqueue at once.")
	EventportEvent = otherPoller("eventport_events", "<int>", "Sets the number of events taken from an event port at once.")
	IocpThreads    = otherPoller("iocp_threads", "<int>", "Sets the number of threads behind a completion port.")
	PostAcceptex   = otherPoller("post_acceptex", "<int>", "Sets the number of accepts posted in advance.")
	AcceptexRead   = otherPoller("acceptex_read", "on|off", "Reads the first data together with the accept.")
)
