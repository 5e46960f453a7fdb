package mix

import (
	"net/netip"
	"time"

	"tidegate/conformance/bench/backend"
	"tidegate/conformance/bench/load"
)

// transfer is the size of one bulk transfer in bytes; sessions carry one after another.
const transfer = 64 << 20

// spoken is the one message of an idle session.
var spoken = []byte("hello, and then nothing for a long time")

// List is every mix, in the order of the report.
func List() []Mix {
	var all []Mix
	for _, group := range [][]Mix{proxied(), datagrams(), secured(), scripted(), cosockets()} {
		all = append(all, group...)
	}
	for _, k := range Kernels() {
		all = append(all, k.mix())
	}
	return append(all, Mix{
		Name: "reload", Op: "message or connection", Metric: CPUPerOp, measure: reload,
		About:  "Sixteen long sessions and a stream of new connections while the configuration is reloaded five times a second.",
		Stream: proxy("@ECHO@"), HAProxy: listens("@ECHO@", ""),
	})
}

// proxy is the plainest TCP proxy.
func proxy(to string) string {
	return `
    server {
        listen @PORT@;
        proxy_pass ` + to + `;
    }
`
}

// listens is proxy for HAProxy; tls is what follows the address of a listener with TLS.
func listens(to, tls string) string {
	return `
listen mix
    bind @PORT@` + tls + `
    server backend ` + to + `
`
}

// echoOnce connects, has one byte echoed and closes.
func echoOnce(t Target, until load.Until) load.Workload {
	return load.Short{Target: t.TCP, Concurrency: 32, Send: []byte("x"), Want: []byte("x"), Until: until}
}

// messages has 64-byte messages echoed on 64 sessions.
func messages(t Target, until load.Until) load.Workload {
	return load.PingPong{Target: t.TCP, Sessions: 64, Size: 64, Until: until}
}

func bulk(down bool) func(Target, load.Until) load.Workload {
	return func(t Target, until load.Until) load.Workload {
		return load.Bulk{Target: t.TCP, Sessions: 4, Size: transfer, Down: down, Until: until}
	}
}

func echo(a backend.Addresses) netip.AddrPort   { return a.Echo }
func sink(a backend.Addresses) netip.AddrPort   { return a.Sink }
func source(a backend.Addresses) netip.AddrPort { return a.Source }

// proxied are the mixes of a TCP proxy without anything between.
func proxied() []Mix {
	return []Mix{
		{
			Name: "tcp-connect", Op: "connection", Metric: CPUPerOp, measure: throughput,
			About:  "New proxied TCP connections: connect, one byte there and back, close; 32 at a time.",
			Stream: proxy("@ECHO@"), HAProxy: listens("@ECHO@", ""), Load: echoOnce, Direct: echo,
		},
		{
			Name: "tcp-messages", Op: "message", Metric: CPUPerOp, measure: throughput,
			About:  "64-byte messages echoed on 64 long proxied sessions.",
			Stream: proxy("@ECHO@"), HAProxy: listens("@ECHO@", ""), Load: messages, Direct: echo,
		},
		{
			Name: "tcp-up", Op: "transfer", Metric: CPUPerGiB, measure: throughput,
			About:  "Bulk data from four clients to the backend.",
			Stream: proxy("@SINK@"), HAProxy: listens("@SINK@", ""), Load: bulk(false), Direct: sink,
		},
		{
			Name: "tcp-down", Op: "transfer", Metric: CPUPerGiB, measure: throughput,
			About:  "Bulk data from the backend to four clients.",
			Stream: proxy("@SOURCE@"), HAProxy: listens("@SOURCE@", ""), Load: bulk(true), Direct: source,
		},
		{
			Name: "idle-spoken", Op: "session", Metric: MemoryPerSession, measure: idle(spoken),
			About:  "Proxied sessions held open and silent after one message there and back.",
			Stream: proxy("@ECHO@"), HAProxy: listens("@ECHO@", ""),
		},
		{
			Name: "idle-silent", Op: "session", Metric: MemoryPerSession, measure: idle(nil),
			About:  "Proxied sessions held open on which nothing was ever said.",
			Stream: proxy("@ECHO@"), HAProxy: listens("@ECHO@", ""),
		},
	}
}

// datagrams are the UDP mixes.
func datagrams() []Mix {
	requests := func(t Target, until load.Until) load.Workload {
		return load.Datagrams{Target: t.UDP, Sockets: 64, Size: 64, Patience: 500 * time.Millisecond, Until: until}
	}
	direct := func(a backend.Addresses) netip.AddrPort { return a.EchoUDP }
	return []Mix{
		{
			Name: "udp-request", Op: "request", Metric: CPUPerOp, measure: throughput,
			About: "UDP requests with one response each, as of a name server: every one is a session of its own.",
			Stream: `
    server {
        listen @UDP@ udp;
        proxy_pass @ECHOUDP@;
        proxy_responses 1;
    }
`, Load: requests, Direct: direct,
		},
		{
			Name: "udp-session", Op: "datagram", Metric: CPUPerOp, measure: throughput,
			About: "Datagrams echoed on 64 long UDP sessions.",
			Stream: `
    server {
        listen @UDP@ udp;
        proxy_pass @ECHOUDP@;
    }
`, Load: requests, Direct: direct,
		},
	}
}

// secured are the mixes in which the server ends TLS.
func secured() []Mix {
	handshakes := func(key string) Mix {
		return Mix{
			Name: "tls-handshake-" + key, Op: "handshake", Metric: CPUPerOp, measure: throughput,
			About: "Full TLS handshakes, then three bytes from the server and close; 8 at a time.",
			Stream: `
    server {
        listen @PORT@ ssl;
        ssl_certificate ` + key + `.crt;
        ssl_certificate_key ` + key + `.key;
        return ok!;
    }
`,
			Load: func(t Target, until load.Until) load.Workload {
				return load.Handshakes{Target: t.TCP, Config: t.TLS, Concurrency: 8, Want: []byte("ok!"), Until: until}
			},
		}
	}
	bulkTLS := func(name, about, to string, down bool) Mix {
		return Mix{
			Name: name, Op: "transfer", Metric: CPUPerGiB, measure: throughput, About: about, HAProxy: listens(to, " ssl crt conf/ecdsa.pem"),
			Stream: `
    server {
        listen @PORT@ ssl;
        ssl_certificate ecdsa.crt;
        ssl_certificate_key ecdsa.key;
        proxy_pass ` + to + `;
    }
`,
			Load: func(t Target, until load.Until) load.Workload {
				return load.BulkTLS{Config: t.TLS, Bulk: load.Bulk{Target: t.TCP, Sessions: 4, Size: transfer / 4, Down: down, Until: until}}
			},
		}
	}
	return []Mix{
		handshakes("ecdsa"),
		handshakes("rsa"),
		bulkTLS("tls-up", "Bulk data from four TLS clients to the plain backend.", "@SINK@", false),
		bulkTLS("tls-down", "Bulk data from the plain backend to four TLS clients.", "@SOURCE@", true),
	}
}

// hello reads what the server says of itself until it closes.
func hello(want string, concurrency int) func(Target, load.Until) load.Workload {
	return func(t Target, until load.Until) load.Workload {
		return load.Short{Target: t.TCP, Concurrency: concurrency, Want: []byte(want), UntilEOF: true, Until: until}
	}
}

// scripted are the mixes in which Lua handles the connection.
func scripted() []Mix {
	return []Mix{
		{
			Name: "lua-hello", Op: "connection", Metric: CPUPerOp, measure: throughput,
			About: "New connections that Lua answers with one line.",
			Stream: `
    server {
        listen @PORT@;
        content_by_lua_block { ngx.say("hello") }
    }
`, Load: hello("hello\n", 32),
		},
		{
			Name: "lua-messages", Op: "message", Metric: CPUPerOp, measure: throughput,
			About: "64-byte messages that Lua reads and sends back, on 64 long sessions.",
			Stream: `
    server {
        listen @PORT@;
        content_by_lua_block {
            local sock = ngx.req.socket(true)
            while true do
                local message = sock:receive(64)
                if not message then return end
                sock:send(message)
            end
        }
    }
`, Load: messages,
		},
		{
			Name: "lua-preread", Op: "connection", Metric: CPUPerOp, measure: throughput,
			About: "New proxied connections whose first byte Lua looks at and counts in a shared dictionary.",
			Stream: `
    lua_shared_dict seen 1m;
    server {
        listen @PORT@;
        preread_by_lua_block {
            local sock = ngx.req.socket()
            local first = sock:peek(1)
            ngx.shared.seen:incr(first, 1, 0)
        }
        proxy_pass @ECHO@;
    }
`, Load: echoOnce, Direct: echo,
		},
		{
			Name: "lua-balancer", Op: "connection", Metric: CPUPerOp, measure: throughput,
			About: "New proxied connections whose peer Lua chooses.",
			Stream: `
    upstream chosen {
        server 0.0.0.1:1;
        balancer_by_lua_block {
            local address = "@ECHO@"
            local colon = address:find(":", 1, true)
            local ok, err = require("ngx.balancer").set_current_peer(address:sub(1, colon - 1), tonumber(address:sub(colon + 1)))
            if not ok then error(err) end
        }
    }
    server {
        listen @PORT@;
        proxy_pass chosen;
    }
`, Load: echoOnce, Direct: echo,
		},
	}
}

// cosockets are the mixes in which Lua speaks to the backend itself: an HTTP request for every message of a long session.
func cosockets() []Mix {
	one := func(name, about, finish string) Mix {
		return Mix{
			Name: name, Op: "request", Metric: CPUPerOp, measure: throughput, About: about,
			Stream: `
    server {
        listen @PORT@;
        lua_socket_log_errors off;
        content_by_lua_block {
            local address = "@RESPONDER@"
            local colon = address:find(":", 1, true)
            local host, port = address:sub(1, colon - 1), tonumber(address:sub(colon + 1))
            local client = ngx.req.socket(true)
            while client:receive(64) do
                local sock = ngx.socket.tcp()
                assert(sock:connect(host, port))
                assert(sock:send("GET / HTTP/1.1\r\nHost: bench\r\n\r\n"))
                local status = assert(sock:receive("*l"))
                local length
                while true do
                    local line = assert(sock:receive("*l"))
                    if line == "" then break end
                    length = line:match("^Content%-Length: (%d+)$") or length
                end
                local body = assert(sock:receive(tonumber(length)))
                assert(` + finish + `)
                client:send(status .. body)
            end
        }
    }
`,
			Load: func(t Target, until load.Until) load.Workload {
				return load.PingPong{Target: t.TCP, Sessions: 32, Size: 64, Reply: []byte("HTTP/1.1 200 OKok"), Until: until}
			},
		}
	}
	return []Mix{
		one("lua-cosocket", "HTTP requests from Lua to the backend, a new connection for each.", "sock:close()"),
		one("lua-cosocket-pool", "HTTP requests from Lua to the backend over pooled connections.", "sock:setkeepalive(10000, 64)"),
	}
}
