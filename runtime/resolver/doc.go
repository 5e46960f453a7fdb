// Package resolver is nginx's "resolver": it asks name servers for addresses
// while the server runs, without the system's resolver, and remembers answers.
//
// A look-up, in order:
//
//  1. Resolver.Lookup (or LookupService) answers from the cache, or joins the
//     query for the same name that is under way, or starts one.
//  2. A query sends A and AAAA, each with an identifier of its own, to one
//     server over UDP; after five seconds it goes on to the next server, and so
//     on, as long as somebody waits. A truncated answer is fetched over TCP.
//  3. Only an answer to the question asked, from the server asked, with the
//     right identifier counts; others are logged and dropped.
//  4. A CNAME without addresses leads to a query for its target.
//  5. The answer goes to everyone waiting; addresses are kept for their TTL, or
//     for "valid", and at most half a minute after their last use. Failures are
//     not kept, as in nginx.
//
// Errors are *Error with nginx's numbers and texts: "x could not be resolved
// (3: Host not found)". Format errors and unknown codes of a server are logged
// and waited out, again as in nginx.
//
// The package refuses to know upstreams, directives and sessions, and the
// system's resolver, which is asked for the names in a configuration at start
// (conf.Options.Resolve).
package resolver
