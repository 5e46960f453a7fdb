package server

import (
	"fmt"
	"net"
	"testing"
)

// An address that a balancer script binds to goes before that of proxy_bind, for the attempt.
func TestBalancerBindsToLocalAddress(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
			_, _ = c.Write([]byte(host))
			c.Close()
		}
	}()
	r := serve(t, fmt.Sprintf(`stream {
		upstream u { server 0.0.0.1:1; balancer_by_lua_block {
			local balancer = require "ngx.balancer"
			assert(balancer.set_current_peer("127.0.0.1", %d))
			assert(balancer.bind_to_local_addr("127.0.0.9"))
		} }
		server { listen unix:DIR/a; proxy_bind 127.0.0.5; proxy_pass u; }
	}`, l.Addr().(*net.TCPAddr).Port), nil)
	r.answers("a", "127.0.0.9")
}

// resty.core leaves table.new and table.clear in the table library.
func TestTableExtensions(t *testing.T) {
	r := serve(t, `stream { server { listen unix:DIR/a; content_by_lua_block {
		local t = table.new(4, 0)
		t[1] = 1
		table.clear(t)
		ngx.print(#t, " ", require("table.new") == table.new, " ", require("table.clear") == table.clear)
	} } }`, nil)
	r.answers("a", "0 true true")
}
