// Package relay is the data path: it owns sockets. It opens listeners, accepts, dials, and moves bytes between a client and an
// upstream at the price nginx pays for it: few system calls, no buffer and no goroutine while nothing moves.
//
// The flow, in order:
//
//	NewEngine      one epoll loop per Config.Loops; a loop blocks in epoll_wait and serves every socket registered with it
//	Engine.Listen  opens sockets as ngx_open_listening_sockets does; a Listener calls its Handler on the loop for each connection
//	Conn           one socket. Goroutines use it as a blocking net.Conn: a call tries the system call first and parks only on
//	               EAGAIN; the socket joins its loop's epoll set at the first park and stays there until it is closed
//	Engine.Dial    connects (DialAsync does so without a goroutine); a connection made at once costs no epoll registration
//	Engine.Relay   takes a client and an upstream Conn: from here the loop alone drives the session, as
//	               ngx_stream_proxy_process does, until done(Result) is called; the calling goroutine may end
//	Engine.ListenUDP, Engine.RelayUDP
//	               the same for datagrams: a UDPListener has a table of its clients; a UDPConn is one of them, read by a goroutine
//	               or relayed to a connected datagram Conn
//
// A side of a relay may carry a filter, such as a *tls.Conn whose transport is the Conn: the loop then reads and writes through
// it. Filters see a transport that never blocks; what a write could not place is kept and flushed when the socket is writable.
//
// A handler of Listener.Accept that finds it has to wait after all may hand the loop on first: see Turn.
//
// Callbacks (handlers, done, OnError, the functions given to DialAsync and OnReadable) run on a loop, or on the goroutine whose
// call made them due. They must not block: whoever may block starts a goroutine. An engine wants GOMAXPROCS to exceed its number
// of loops, because a loop keeps its processor for a moment while it waits.
//
// Linux only. The package knows bytes, addresses, time and error numbers. It refuses to know configuration, phases, variables, log
// formats and TLS; it logs nothing itself except through hooks that carry nginx's own words.
package relay
