// Package tlsconf turns nginx's TLS settings into handshakes of crypto/tls, and
// what happens in them back into nginx's words.
//
// The server side, in order:
//
//  1. NewServer loads certificates, keys, authorities, revocation lists and
//     ticket keys; its errors are nginx's start-up messages, OpenSSL's error
//     queue included.
//  2. Server.Accept shakes hands on a connection. A Handshake brings the hooks
//     (choosing a server by name, certificate files with variables, Lua) and
//     keeps the outcome. Version, suite and certificate are chosen by OpenSSL's
//     rules, not by crypto/tls's.
//  3. Handshake.State verifies a client's certificate, with OpenSSL's result
//     codes; Server.CheckClient applies ssl_verify_client. As in nginx a bad
//     certificate ends the connection after the handshake, not in it.
//  4. State's methods are the $ssl_ variables.
//
// The client side is NewClient, Client.Handshake, Client.State, Client.Check.
// HandshakeError gives the log line for a failed handshake of either side.
//
// What crypto/tls cannot do is refused by name: suites, groups and commands of
// OpenSSL that have no counterpart, and any choice among TLSv1.3 suites. Where
// a cipher string names suites besides those crypto/tls has, the others are
// left out; it is an error if none is left. Two things differ and cannot be
// helped: crypto/tls picks the TLSv1.3 suite itself (AES-128 first on hardware
// with AES), and it resumes by ticket only, see SessionCache.
//
// The package refuses to know directives, sessions and Lua.
package tlsconf
