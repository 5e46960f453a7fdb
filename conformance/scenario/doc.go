// Package scenario drives a real server process over real sockets, as its users do.
//
// Each test takes a configuration from testdata (guide-lua and guide-proxy hold the scenarios of the two guides, limits what must
// not break the server), and goes through the same steps:
//
//	load     copy the configuration into a directory of its own, with every fixed port exchanged for a free one
//	backends listen where the configuration points: echoes, sinks, name servers, TLS ends, recorders
//	start    run the server on the directory in the foreground and wait for its pid file
//	talk     connect, send, receive, and compare with what the guide promises; wait for lines in the logs
//	end      the server ends in time with status 0, and its error log holds no [alert], [emerg] or panic that the test does not expect
//
// Nothing waits for time to pass: conditions are awaited, with deadlines.
//
// The server is Tidegate, built once per run. SCENARIO_BINARY names another program that takes nginx's command line and
// configurations: the expectations hold for OpenResty as well, and a test that is about Tidegate alone says so and is skipped there.
// When the tests run with the race detector the server is built with it too, and a race it reports fails the test.
//
// The package is tests only. It knows the server by its command line, its sockets, its signals and its files, and nothing of its
// insides.
package scenario
