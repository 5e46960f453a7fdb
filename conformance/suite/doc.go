// Package suite runs the cases of Test::Nginx files and judges what came of them.
//
// The flow, for one case:
//
//	place     a server root of its own, in a folder that shows the suite's t/ around it, and ports of its own
//	config    the nginx.conf that Test::Nginx would write, with an http block only when the case gives it something to do
//	observe   start the server, play the clients and the servers that the case asks for, collect bytes and log lines: an Observation
//	judge     hold the observation against the case's sections: Checks, and from them a Result
//
// Observing and judging are apart: two systems can be compared by their observations, for cases that expect nothing as well, and a
// recorded observation can be judged without a server.
//
// A case of a stream suite is played by a client of our own, over TCP or UDP, where Test::Nginx has the same server's http Lua connect
// and send. What that client would have answered over HTTP (the concatenated responses, or a sentence about what failed) is the answer here.
//
// Where Test::Nginx sleeps before it reads the log, the runner waits until what the case expects is there, and until the log is quiet.
package suite
