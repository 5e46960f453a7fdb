// Package bigconf writes the large configurations that the benchmark reads: what a generator makes for a hoster with thousands of
// customers. The same Size gives the same bytes, always.
//
// Each customer has an upstream group and a server chosen by name, with two locations, quoted words, regular expressions,
// variables and a comment; every fourth server has a block of Lua. Everything is of a kind that all programs under comparison
// accept: the Lua has no braces in strings or comments, because not all of them read those.
package bigconf

import (
	"bytes"
	"fmt"
	"strings"
)

// Size says when to stop: after the customer with which either bound is reached. A bound of 0 is none.
type Size struct {
	Bytes      int
	Directives int
}

// Config is a configuration and what is in it.
type Config struct {
	Text       []byte
	Directives int // blocks included
	Lua        int // of these, blocks of Lua
}

// head is what nginx needs before the customers. The sizes of the hash are what its own warnings ask for.
const head = `worker_processes 1;
error_log logs/error.log error;
pid logs/nginx.pid;
events {
    worker_connections 1024;
}
http {
    server_names_hash_max_size 131072;
    server_names_hash_bucket_size 128;
    log_format main '$remote_addr [$time_local] "$request" $status $body_bytes_sent';
    access_log logs/access.log main;
`

// customer is the part of one customer; the verbs take his number and two bytes of an address.
const customer = `
    # customer %[1]d
    upstream backend_%[1]d {
        server 10.1.%[2]d.%[3]d:8080 weight=5 max_fails=3;
        server 10.2.%[2]d.%[3]d:8080 backup;
    }
    server {
        listen 127.0.0.1:18080;
        server_name host%[1]d.example.com "www.host%[1]d.example.com";
        client_max_body_size 8m;
        location ~* ^/static/(.+)\.(css|js)$ {
            root /srv/host%[1]d;
            expires 30d;
            add_header Cache-Control 'public, max-age=2592000';
        }
        location / {
            proxy_pass http://backend_%[1]d;
            proxy_set_header X-Real-IP $remote_addr;
            proxy_set_header Host "${host}";
            proxy_read_timeout 30s;
        }
`

// script is the Lua of every fourth customer.
const script = `        access_by_lua_block {
            local allowed = { GET = true, HEAD = true, POST = %[1]d %% 2 == 0 }
            if not allowed[ngx.req.get_method()] then -- the others are for the machines inside
                return ngx.exit(403)
            end
        }
`

// luaEvery is how many customers share one script.
const luaEvery = 4

// Generate writes a configuration of at least the given size.
func Generate(size Size) Config {
	c := Config{Directives: directives(head)}
	var b bytes.Buffer
	b.WriteString(head)
	for i := 0; !size.reached(b.Len(), c.Directives); i++ {
		fmt.Fprintf(&b, customer, i, i/256%256, i%256)
		c.Directives += directives(customer)
		if i%luaEvery == 0 {
			fmt.Fprintf(&b, script, i)
			c.Directives++
			c.Lua++
		}
		b.WriteString("    }\n")
	}
	b.WriteString("}\n")
	c.Text = b.Bytes()
	return c
}

func (s Size) reached(bytes, directives int) bool {
	return s.Bytes > 0 && bytes >= s.Bytes || s.Directives > 0 && directives >= s.Directives
}

// directives counts the directives of a text whose words and comments hold neither terminator.
func directives(text string) int {
	return strings.Count(text, ";") + strings.Count(text, "{") - strings.Count(text, "${")
}
