// Package cases holds cases of our own about stream servers and their Lua API, in the form of Test::Nginx, and the test that runs them.
//
// A file has a Perl head, a line __DATA__ and cases; a case has a name and sections:
//
//	=== TEST 1: what it is about
//	--- stream_server_config
//	    content_by_lua_block { ngx.say("hello") }
//	--- stream_response
//	hello
//
// The sections are Test::Nginx's (main_config, stream_config, stream_server_config, stream_request, stream_response, user_files, error_log,
// no_error_log, log_level, abort, timeout, must_die and their dgram_ forms; filters are chomp and eval of one string). One is
// our own: log is the whole error log of the case, without times, process and connection numbers, and with names in place of ports,
// pointers and the server's directory. It is not written by hand but recorded from a real OpenResty, as stream_response is:
//
//	CASES_BINARY=/usr/local/openresty/nginx/sbin/nginx go test ./conformance/cases -record
//
// tidegate.ledger names the cases in which Tidegate answers otherwise, with the reason.
//
// Without -record CASES_BINARY checks another server against the recordings; without it a Tidegate is built and tested. A case that
// waits for something to be logged says so in error_log: the server is stopped when all of its lines are there.
package cases
