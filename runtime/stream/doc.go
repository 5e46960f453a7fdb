// Package stream is nginx's stream subsystem: it carries sessions, one for each TCP or unix-domain connection and each UDP client,
// from their first byte to their line in the access log.
//
// The flow, in order:
//
//  1. Build turns the stream block of a configuration into a Stream: listening addresses, servers with their settings as plain
//     fields, variables, groups. It opens nothing and may fail. Start opens the logs.
//  2. The owner of the sockets calls Address.Serve, or ServePacket, on the relay's loop for each connection.
//  3. A Session passes the phases (run): PROXY protocol header, realip, set, allow and deny, TLS, preread, content. It stays on the
//     loop as long as nothing in its server can wait; otherwise a goroutine of its own runs it in blocking style. A content script
//     begins on the loop too and leaves it (Leave) before it first waits.
//  4. Content is proxy_pass, return, or a script. A proxied session connects (again, with another server of the group, when that
//     fails), then hands both sockets to the relay: from there no goroutine belongs to it, only the Session itself.
//  5. Finalize runs the log phase, the clean-up functions, and closes the client, in this order.
//
// Virtual servers: a session begins with the default server of its address; SNI may choose another, in the TLS handshake or in
// ssl_preread. All settings are looked at through Session.server, which changes then, log and scripts included.
//
// Locking: a Session belongs to one goroutine or loop at a time and is handed over, never shared, except for what is atomic: the
// counter of sent bytes, and ended, which decides who finalizes it. Settings are immutable after Build.
//
// Scripts come in through the interface Scripts, as functions of a Session; the package knows no Lua. It parses no configuration
// text, opens no listening sockets and handles no signals.
package stream
