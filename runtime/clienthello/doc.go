// Package clienthello reads the first message of a TLS client from bytes that
// are only looked at, not consumed.
//
// What records and messages are made of is read in one way, for two needs:
//
//   - Peek is ssl_preread: exactly as strict or lax as nginx's own reader,
//     because what it lets through becomes $ssl_preread_ variables and decides
//     where a connection goes. It may be asked again with more bytes.
//   - Parse is for code that wants all of the message (ssl_client_hello_by_lua):
//     strict, every length checked, every extension by its number.
//
// Both readers are bounded by the bytes they are given: the caller's preread
// buffer is the limit. The package refuses to know connections, variables and
// cryptography.
package clienthello
