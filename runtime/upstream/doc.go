// Package upstream chooses which server of a group gets a session, by nginx's
// own rules, and keeps the account of connections and failures that those
// rules need.
//
// The flow, in order:
//
//  1. New builds a Group from a Config: plain values, names already resolved
//     (Server.Addrs) or left to be resolved while running (Server.Host).
//     NewResolved builds the throw-away group of a run-time resolved
//     proxy_pass, NewImplicit the group of a proxy_pass that names a host.
//  2. A session calls Group.Init on its Selection (nginx's peer.init), then
//     Selection.Get (peer.get) for every attempt. Get answers with a *Peer, or
//     ErrNoLive, which nginx logs as "no live upstreams" and ends with 502.
//  3. When the attempt ends the session calls Selection.Free (peer.free) with
//     StateFailed or StateOK; after a connect, Selection.Notify (peer.notify).
//     Selection.Tries tells whether another Get is allowed.
//  4. With Server.Host set, Group.Resolve keeps the peers of those servers
//     equal to what the name resolves to, until its context ends.
//
// One Group serves every worker of the process: nginx keeps a group without
// "zone" once per worker, so that its round robin, its failures and its
// max_conns are per worker there and exact for the whole process here. A group
// is safe for concurrent use; a Selection belongs to its session.
//
// Time is counted in whole seconds where nginx does so (fail_timeout is
// compared with ngx_time()), in milliseconds for least_time.
//
// The package refuses to know configuration directives, sessions, sockets, DNS
// and Lua: a balancer_by_lua comes in as a Balancer, a resolver as a Lookup, a
// log as a function.
package upstream
