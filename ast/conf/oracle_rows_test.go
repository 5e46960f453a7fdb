package conf_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
)

// TestRowsAgainstOracle writes directives with arguments at random, row by row
// of the catalogue, and compares with the nginx binary named by
// TIDEGATE_ORACLE_NGINX. TIDEGATE_ORACLE_ROWS sets how many times each row is
// tried (2), TIDEGATE_ORACLE_ROW the beginning of the names that are.
func TestRowsAgainstOracle(t *testing.T) {
	nginx := oracle(t)
	times, seed := number("TIDEGATE_ORACLE_ROWS", 2), number("TIDEGATE_ORACLE_SEED", 1)
	g := rowWriter{rand.New(rand.NewPCG(uint64(seed), 11))}
	tried, differ := 0, 0
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			if unfitModules[m.Name] || isAddon(m.Name) || !r.Origin.Known() && !slices.Contains(referenceModules, m.Name) || unfitRow(r) || !strings.HasPrefix(r.Name, os.Getenv("TIDEGATE_ORACLE_ROW")) {
				continue
			}
			for range times {
				s := sample{name: r.Name, source: g.source(r), files: map[string]string{}}
				tried++
				want, comparable := oracleAnswer(askNginx(t, nginx, s))
				if !comparable {
					continue
				}
				if got := s.check(); got != want {
					differ++
					t.Errorf("%s\nsaid:\n%s\nnginx says:\n%s", s.source, got, want)
				}
			}
		}
	}
	t.Logf("%d directives, %d differ", tried, differ)
}

// unfitModules are those that the reference is built without. What modules that
// are distributed apart check of their arguments is left to them.
var unfitModules = map[string]bool{"ngx_http_perl_module": true, "ngx_http_xslt_filter_module": true, "ngx_http_image_filter_module": true}

// unfitRow tells which rows cannot be tried: blocks of Lua, what needs a file of
// its own kind, what would have an effect outside the prefix, and what is newer
// than the reference.
func unfitRow(r *catalog.Row) bool {
	return r.Origin == catalog.Newer || r.Body == catalog.LuaCode || r.Body == catalog.Entries || r.Name == "load_module" || r.Name == "include" ||
		r.Name == "split_clients"
}

// oracle returns the nginx binary to compare with.
func oracle(t *testing.T) string {
	t.Helper()
	nginx := os.Getenv("TIDEGATE_ORACLE_NGINX")
	if nginx == "" {
		if os.Getenv("REQUIRE_ORACLE") != "" {
			t.Fatal("TIDEGATE_ORACLE_NGINX is not set")
		}
		t.Skip("TIDEGATE_ORACLE_NGINX is not set")
	}
	return nginx
}

// number reads a number from the environment.
func number(name string, otherwise int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return otherwise
}

// rowWriter writes directives.
type rowWriter struct{ *rand.Rand }

var anyWords = strings.Fields(`on off 0 1 2 3 -1 7 64 100 499 1000 99999999999 10k 1m 8m 1g 5s 1d 1M 10ms 1x $host $remote_addr ${host a$ $nope
/tmp/tidegate-x /tmp/tidegate-a/ a a.b a.b.c text/html * http://127.0.0.1 http://u http://u/x https://127.0.0.1:1/ 127.0.0.1 127.0.0.1:80 [::1]:80 ::1 unix:/tmp/tidegate-s unix: localhost
127.0.0.0/8 10.0.0.1/8 all ~x ~*x ~( = =404 x= x=y none blocked default any 200 301 404 600 100% 50% GET POST PUT nosuch zone=z zone=z:1m zone=z:1k z z:1m
shared:z:1m shared:z builtin builtin:100 max=10 inactive=5s valid=1m key=k levels=1:2 keys_zone=k:1m user:rw all:r +1d -1d epoch @a /tmp/b /tmp/c$x "" "a b" \; TLSv1.2 TLSv1.3
HIGH:!aNULL error timeout header plain login SSL`)

func (g rowWriter) pick(words []string) string { return words[g.IntN(len(words))] }

func (g rowWriter) word(r *catalog.Row) string {
	literals := append(append([]string{}, r.Shape().Literals...), r.Values...)
	if len(literals) > 0 && g.IntN(3) > 0 {
		w := g.pick(literals)
		if strings.HasSuffix(w, "=") || strings.HasSuffix(w, ":") {
			w += g.pick(anyWords)
		}
		return w
	}
	return g.pick(anyWords)
}

// directive writes one directive of a row.
func (g rowWriter) directive(r *catalog.Row) string {
	least, most := r.Shape().Counts()
	if most < 0 {
		most = least + 3
	}
	n := least + g.IntN(most-least+1)
	if g.IntN(20) == 0 {
		n++
	}
	words := []string{r.Name}
	for range n {
		words = append(words, g.word(r))
	}
	if r.Default != "" && g.IntN(6) == 0 {
		words = []string{r.Name, r.Default}
	}
	end := ";"
	if r.Body != catalog.NoBody {
		end = " { }"
	}
	return strings.Join(words, " ") + end + "\n"
}

// source writes a configuration around one or two directives of a row.
func (g rowWriter) source(r *catalog.Row) string {
	var places []catalog.Context
	for bit := catalog.Context(1); bit != 0; bit <<= 1 {
		if r.In&bit != 0 && surroundings[bit] != "" {
			places = append(places, bit)
		}
	}
	text := g.directive(r)
	if g.IntN(4) == 0 {
		text += g.directive(r)
	}
	in := places[g.IntN(len(places))]
	return strings.ReplaceAll(surroundings[in], "X", text)
}

var surroundings = map[catalog.Context]string{
	catalog.Main:            "X events {}\n",
	catalog.Events:          "events { X }\n",
	catalog.Stream:          "events {}\nstream { X server { listen 127.0.0.1:1; return a; } }\n",
	catalog.StreamServer:    "events {}\nstream { server { listen 127.0.0.1:1; X } }\n",
	catalog.StreamUpstream:  "events {}\nstream { upstream u { server 127.0.0.1:2; X } server { listen 127.0.0.1:1; proxy_pass u; } }\n",
	catalog.HTTP:            "events {}\nhttp { X server { listen 127.0.0.1:1; location / { } } }\n",
	catalog.HTTPServer:      "events {}\nhttp { server { listen 127.0.0.1:1; X location / { } } }\n",
	catalog.HTTPUpstream:    "events {}\nhttp { upstream u { server 127.0.0.1:2; X } server { listen 127.0.0.1:1; location / { proxy_pass http://u; } } }\n",
	catalog.HTTPLocation:    "events {}\nhttp { server { listen 127.0.0.1:1; location / { X } } }\n",
	catalog.HTTPServerIf:    "events {}\nhttp { server { listen 127.0.0.1:1; if ($host) { X } } }\n",
	catalog.HTTPLocationIf:  "events {}\nhttp { server { listen 127.0.0.1:1; location / { if ($host) { X } } } }\n",
	catalog.HTTPLimitExcept: "events {}\nhttp { server { listen 127.0.0.1:1; location / { limit_except GET { X } } } }\n",
	catalog.Mail:            "events {}\nmail { auth_http 127.0.0.1:9/; X server { listen 127.0.0.1:1; protocol smtp; } }\n",
	catalog.MailServer:      "events {}\nmail { auth_http 127.0.0.1:9/; server { listen 127.0.0.1:1; protocol smtp; X } }\n",
}
