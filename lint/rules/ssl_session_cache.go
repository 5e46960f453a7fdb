package rules

import (
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on resuming TLS sessions.
var (
	// SessionCacheBuiltin flags a cache of its own for each worker.
	SessionCacheBuiltin = &lint.Rule{
		Name: "ssl-session-cache-builtin", Severity: diag.Warn, Group: lint.Reliability,
		Summary: "Each worker keeps TLS sessions for itself, so most clients cannot resume theirs.",
		Why: `The builtin cache of OpenSSL belongs to one worker. A client that comes back is likely to meet another one, which does not
know the session and makes a full handshake; the memory that the caches take becomes fragmented. "shared:NAME:SIZE" is one cache for
all workers; one megabyte holds about 4000 sessions.`,
		Bad:  []lint.Example{{In: "main", Text: "worker_processes 4;\nhttp {\nssl_session_cache builtin;\n}"}},
		Good: []lint.Example{{In: "main", Text: "worker_processes 4;\nhttp {\nssl_session_cache shared:tls:10m;\n}"}},
		On:   eachTLS(func(t tlsRows) *catalog.Row { return t.sessionCache }),
		Use: func(p *lint.Pass, u lint.Use) {
			c, _ := u.Arg.(ngxstream.SessionCache)
			workers := ngxcore.WorkerProcesses.Get(p.Tree.Main)
			if c.Builtin && c.Shared.Name == "" && (workers.Auto || workers.N > 1) {
				p.Report(u.Node.HeadRange(), "a client that meets another worker cannot resume its session: use a shared cache")
			}
		},
	}
	// SessionTicketKeyStatic flags a single key for tickets.
	SessionTicketKeyStatic = &lint.Rule{
		Name: "ssl-session-ticket-key-static", Severity: diag.Info, Group: lint.Security,
		Summary: "Session tickets are encrypted with one key from a file, which cannot be changed without breaking tickets.",
		Why: `Whoever gets the key can read all recorded sessions that were resumed with it, and with TLS 1.2 all that sent a ticket. It has
to be changed often, and the old one has to stay known for a while: as a second ssl_session_ticket_key, which only decrypts. Without the
directive nginx makes keys itself, and with a shared session cache it also changes them (since 1.23.2).`,
		Bad: []lint.Example{{In: "http", Text: "ssl_session_ticket_key ticket.key;\n"}},
		Good: []lint.Example{{In: "http", Text: "ssl_session_ticket_key today.key;\nssl_session_ticket_key yesterday.key;\n"},
			{In: "http", Text: "ssl_session_cache shared:tls:10m;\n"}},
		On: eachTLS(func(t tlsRows) *catalog.Row { return t.ticketKey }),
		Use: func(p *lint.Pass, u lint.Use) {
			if len(u.Level.Values(u.Row)) == 1 {
				p.Report(u.Node.HeadRange(), "one key alone cannot be changed without breaking the tickets that are out")
			}
		},
	}
)
