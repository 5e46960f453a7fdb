// Package server runs configurations: it builds a cycle from a checked tree, opens what the cycle needs, and exchanges one cycle for
// the next without losing a connection.
//
// A Cycle is what nginx calls by that name: an immutable tree made from one configuration, with its logs, scripts and listening
// addresses. Its life has four words:
//
//	Build  makes everything that can be made without side effects, and may fail
//	Start  opens logs and sockets, runs init_by_lua and init_worker_by_lua, and begins to accept
//	Drain  stops accepting and waits for the sessions that are left
//	Close  ends what is left and gives everything back
//
// Listening sockets, log files, shared dictionaries and TLS session caches outlive a cycle: the Server counts who uses them and the
// next cycle takes over what it declares again (listeners.go, zones.go). The state of upstream groups does not, as in nginx.
//
// Run handles nginx's signals: TERM and INT end at once, QUIT drains first, HUP builds and starts a new cycle and drains the old one,
// USR1 reopens the logs, WINCH stops a daemon's accepting until the next HUP. A configuration that cannot be started is logged, and the old cycle stays.
//
// A Server is a value: several can run in one process. The package wires stream and the Lua API together (scripts.go); it refuses to
// know the command line, the parser and how diagnostics are shown.
package server
