// Package soak runs a real server under load and faults for as long as is wanted, and then looks for what it lost or did not give
// back.
//
// The flow:
//
//	start    Tidegate on one configuration with a server for everything: plain, TLS, PROXY protocol, preread, Lua, cosockets, UDP
//	warm up  each fault once, and a reload: what is set up once exists now
//	before   count descriptors, goroutines, connections, memory, and what is free in the shared dictionary
//	soak     all faults at once, over and over (faults_test.go lists them), and a reload each second
//	after    the faults end, two reloads let the old configurations end, and everything is counted again
//
// A fault is what a client or a backend does; what it was promised it checks itself: bytes come whole and in order, or, where the
// backend was killed, not wrong. The counts after must be those before, give or take what a pool may keep.
//
// The goroutines and connections are told by the server's own log, in the line that it writes when an old configuration has ended.
// A soak of some seconds runs with the tests; `make soak` runs a long one: -soak 10m.
//
// The package is tests only. It knows the server by its command line, its sockets, its signals and its logs.
package soak
