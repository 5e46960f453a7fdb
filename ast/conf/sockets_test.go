package conf_test

import (
	"slices"
	"testing"
)

// TestWhatAStartOpens holds sockets and directories against the system calls of the nginx -t of 1.31.1, in their order.
func TestWhatAStartOpens(t *testing.T) {
	tr := tree(t, `
events {}
mail { server { listen 192.0.2.9:25; protocol smtp; auth_http 127.0.0.1/a; } }
http {
	client_body_temp_path /a/body/;
	proxy_cache_path cache keys_zone=z:1m;
	server {
		listen 192.0.2.1:8081; listen 192.0.2.2:8080; listen 192.0.2.3:8081; listen unix:/s;
		location / { fastcgi_temp_path fast 1 2; }
	}
	server { listen 80; listen 192.0.2.4:80; listen 192.0.2.5:80 bind; }
}
stream { server { listen 192.0.2.6:53 udp; return a; } server { listen 192.0.2.6:53; return a; } }
`)
	var sockets, directories []string
	for _, s := range tr.Sockets {
		name := s.Endpoint.String()
		if s.Datagram {
			name += " udp"
		}
		sockets = append(sockets, name)
	}
	for _, d := range tr.Directories {
		directories = append(directories, d.Name)
	}
	if want := []string{"192.0.2.9:25", "192.0.2.1:8081", "192.0.2.3:8081", "192.0.2.2:8080", "unix:/s", "192.0.2.5:80", "0.0.0.0:80",
		"192.0.2.6:53 udp", "192.0.2.6:53"}; !slices.Equal(sockets, want) {
		t.Errorf("sockets %q, want %q", sockets, want)
	}
	if want := []string{"/a/body/", "/p/cache", "/p/fast", "/p/proxy_temp", "/p/fastcgi_temp", "/p/uwsgi_temp", "/p/scgi_temp"}; !slices.Equal(directories, want) {
		t.Errorf("directories %q, want %q", directories, want)
	}
}
