package soak

import (
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tidegate/conformance/bench/mix"
	"tidegate/conformance/bench/proc"
	"tidegate/conformance/bench/system"
	"tidegate/conformance/ports"
)

// patience bounds every wait.
const patience = 30 * time.Second

// world is the server with everything around it.
type world struct {
	t       *testing.T
	prefix  *system.Prefix
	server  *system.Server
	ports   map[string]string // by the name in the configuration
	tls     *tls.Config
	steady  *echo
	flaky   [2]*echo
	reloads int

	mu     sync.Mutex
	reload chan struct{} // closed at the next reload
}

// configuration has a server for each kind of session. {NAME} is an address.
const configuration = `{USER}daemon off;
worker_processes 2;
error_log logs/error.log notice;
pid logs/nginx.pid;
events {
    worker_connections 4096;
}
stream {
    log_format soak '$server_port $status $bytes_sent $bytes_received $session_time';
    access_log logs/access.log soak;
    lua_shared_dict soak 256k;
    lua_socket_log_errors off;
    proxy_connect_timeout 2s;
    proxy_timeout 60s;
    proxy_half_close on;

    upstream steady {
        server {STEADY};
    }
    upstream flaky {
        zone flaky 64k;
        server {FLAKY-A} max_fails=1 fail_timeout=1s;
        server {FLAKY-B} max_fails=1 fail_timeout=1s;
    }

    server {
        listen {READY};
        return {ANSWER};
    }
    server {
        listen {PLAIN};
        proxy_pass steady;
    }
    server {
        listen {FLAKY};
        proxy_pass flaky;
    }
    server {
        listen {DEAD};
        proxy_pass {NOBODY};
    }
    server {
        listen {TLS} ssl;
        ssl_certificate ecdsa.crt;
        ssl_certificate_key ecdsa.key;
        proxy_pass steady;
    }
    server {
        listen {PROXIED} proxy_protocol;
        proxy_pass steady;
    }
    server {
        listen {PREREAD};
        preread_by_lua_block {
            local sock = ngx.req.socket()
            local first = assert(sock:peek(1))
            ngx.shared.soak:incr("first " .. first, 1, 0, 10)
        }
        proxy_pass steady;
    }
    server {
        listen {LUA};
        content_by_lua_block {
            local client = ngx.req.socket(true)
            client:settimeouts(60000, 60000, 60000)
            local zone = ngx.shared.soak
            while true do
                local line = client:receive("*l")
                if not line then return end
                zone:set(line, line:rep(#line % 7), 0.5)
                if line:find("^%x+$") then -- not for each line of those who send anything and do not wait
                    ngx.timer.at(0, function() zone:get(line) end)
                end
                ngx.say(line)
                ngx.flush(true)
            end
        }
    }
    server {
        listen {COSOCKET};
        content_by_lua_block {
            local host, port = ("{STEADY}"):match("(.*):(.*)")
            local client = ngx.req.socket(true)
            client:settimeouts(60000, 60000, 60000)
            while true do
                local line = client:receive("*l")
                if not line then return end
                local sock = ngx.socket.tcp()
                sock:settimeouts(5000, 5000, 5000)
                assert(sock:connect(host, tonumber(port)))
                assert(sock:send(line .. "\n"))
                ngx.say(assert(sock:receive("*l")))
                ngx.flush(true)
                if #line % 3 == 0 then sock:close() else sock:setkeepalive(60000, 8) end
            end
        }
    }
    server {
        listen {ZONE};
        content_by_lua_block {
            local zone = ngx.shared.soak
            zone:flush_all()
            zone:flush_expired()
            ngx.say(zone:free_space())
        }
    }
    server {
        listen {UDP} udp;
        proxy_pass {ECHOUDP};
        proxy_responses 1;
    }
}
`

func newWorld(t *testing.T, nursery *proc.Nursery, program string) *world {
	t.Helper()
	w := &world{t: t, ports: map[string]string{}, steady: newEcho(t), reload: make(chan struct{})}
	w.ports["STEADY"], w.ports["ECHOUDP"] = w.steady.addr, echoUDP(t)
	for i, name := range []string{"FLAKY-A", "FLAKY-B"} {
		w.flaky[i] = newEcho(t)
		w.ports[name] = w.flaky[i].addr
	}
	for _, m := range regexp.MustCompile(`\{([A-Z]+)\}`).FindAllStringSubmatch(configuration, -1) {
		if name := m[1]; w.ports[name] == "" && name != "ANSWER" && name != "USER" {
			w.ports[name] = freePort(t)
		}
	}
	certificate, err := mix.NewCertificate()
	if err != nil {
		t.Fatal(err)
	}
	w.tls = certificate.Client
	if w.prefix, err = system.NewPrefix(w.text(), certificate.Files); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.prefix.Remove() })
	s := system.System{Name: "tidegate", Binary: program}
	w.server, err = s.Start(t.Context(), nursery, proc.Options{}, w.prefix, netip.MustParseAddrPort(w.ports["READY"]), w.answer())
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// freePort is an address that nobody listens at, for TCP nor UDP.
func freePort(t *testing.T) string {
	t.Helper()
	port, err := free.Take(1)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
}

var free = ports.New()

// answer is what the ready server says in this generation.
func (w *world) answer() string { return fmt.Sprint("generation-", w.reloads) }

func (w *world) text() string {
	user := ""
	if os.Getuid() == 0 {
		user = "user root;\n" // a server with the race detector cannot keep what it needs of root's rights
	}
	text := strings.NewReplacer("{ANSWER}", w.answer(), "{USER}", user).Replace(configuration)
	for name, addr := range w.ports {
		text = strings.ReplaceAll(text, "{"+name+"}", addr)
	}
	return text
}

// reloadOnce exchanges the configuration and waits until the new one serves.
func (w *world) reloadOnce() error {
	w.reloads++
	if err := w.server.Write(w.text()); err != nil {
		return err
	}
	if err := w.server.Reload(); err != nil {
		return err
	}
	if err := w.server.Await(w.t.Context(), w.answer()); err != nil {
		return fmt.Errorf("reload %d: %w", w.reloads, err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.reload)
	w.reload = make(chan struct{})
	return nil
}

// nextReload is closed at the next reload.
func (w *world) nextReload() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.reload
}

// count is what the server holds.
type count struct {
	files       int // without pipes
	pipes       int // ends of pipes, which loops keep for the next bulk transfer
	goroutines  int
	connections int
	memory      int64
	zone        int // free bytes in the shared dictionary
}

func (c count) String() string {
	return fmt.Sprintf("%d files, %d ends of pipes, %d goroutines, %d connections, %.1f MiB, %d bytes free in the dictionary",
		c.files, c.pipes, c.goroutines, c.connections, float64(c.memory)/(1<<20), c.zone)
}

var ended = regexp.MustCompile(`an old configuration has ended: (\d+) more drain, (\d+) connections are open, (\d+) goroutines run`)

// settle lets everything end that can: it reloads until an old configuration ends as the last one with no connection open, and
// counts then.
func (w *world) settle() count {
	w.t.Helper()
	var c count
	for deadline := time.Now().Add(patience); ; {
		before := len(w.endings())
		if err := w.reloadOnce(); err != nil {
			w.t.Fatal(err)
		}
		await(w.t, "the end of the old configuration", func() bool { return len(w.endings()) > before })
		lines := w.endings()
		last := lines[len(lines)-1]
		drain, _ := strconv.Atoi(last[1])
		c.connections, _ = strconv.Atoi(last[2])
		c.goroutines, _ = strconv.Atoi(last[3])
		if drain == 0 && c.connections == 0 {
			break
		}
		if time.Now().After(deadline) {
			w.t.Fatalf("it does not come to rest: %s", last[0])
		}
	}
	usage, err := w.server.Settle()
	if err != nil {
		w.t.Fatalf("%v after %+v", err, usage)
	}
	conn, err := net.Dial("tcp4", w.ports["ZONE"])
	if err != nil {
		w.t.Fatal(err)
	}
	defer conn.Close()
	text, err := io.ReadAll(conn)
	if err != nil {
		w.t.Fatal(err)
	}
	if c.zone, err = strconv.Atoi(strings.TrimSpace(string(text))); err != nil {
		w.t.Fatal(err)
	}
	// The connection that asked may still be open on the other side.
	await(w.t, "a footprint", func() bool {
		f, err := w.server.Footprint()
		files := f.Files - f.Pipes
		steady := err == nil && files == c.files && f.Pipes == c.pipes
		c.files, c.pipes, c.memory = files, f.Pipes, f.PSS
		return steady
	})
	return c
}

// endings are the log's lines about the ends of old configurations.
func (w *world) endings() [][]string { return ended.FindAllStringSubmatch(w.log(), -1) }

func (w *world) log() string {
	text, err := os.ReadFile(filepath.Join(w.prefix.Dir, "logs", "error.log"))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(text)
}

// await waits until the condition holds.
func await(t testing.TB, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}
