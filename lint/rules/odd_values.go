package rules

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// rowsOfKind lists the directives of nginx whose value has one of these forms.
func rowsOfKind(kinds ...string) []*catalog.Row {
	var out []*catalog.Row
	for _, m := range conf.Catalog.Modules() {
		for _, r := range m.Rows {
			if slices.Contains(kinds, r.Kind) {
				out = append(out, r)
			}
		}
	}
	return out
}

// Rules on numbers that are probably meant in another unit.
var (
	// TimeInMilliseconds flags hours where seconds are meant.
	TimeInMilliseconds = &lint.Rule{
		Name: "time-in-milliseconds", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A time without a unit looks like milliseconds, and is taken for seconds.",
		Why: `A number without a unit counts seconds. 30000 is more than eight hours; whoever came from another program often meant 30 seconds.
With a unit there is no doubt: "30s", "30000ms", "8h".`,
		Bad:  []lint.Example{{In: "stream.server", Text: "proxy_timeout 30000;\nproxy_pass 10.0.0.1:80;\n"}},
		Good: []lint.Example{{In: "stream.server", Text: "proxy_timeout 3600;\nproxy_connect_timeout 30000ms;\nproxy_pass 10.0.0.1:80;\n"}},
		On:   rowsOfKind("time"),
		Use: func(p *lint.Pass, u lint.Use) {
			n, err := strconv.Atoi(u.Node.Arg(0))
			if err != nil || n < 10000 || n%1000 != 0 || n%3600 == 0 {
				return
			}
			p.Report(u.Node.WordRange(1), "%d without a unit is %v: are %dms meant?", n, time.Duration(n)*time.Second, n)
		},
	}
	// SizeWithoutUnit flags bytes where kilobytes are meant.
	SizeWithoutUnit = &lint.Rule{
		Name: "size-without-unit", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A size without a unit is a handful of bytes.",
		Why: `A number without a unit counts bytes. "client_max_body_size 10" refuses every upload of more than ten bytes, and a buffer of
four bytes holds nothing. "k", "m" and "g" are the units.`,
		Bad:  []lint.Example{{In: "http", Text: "client_max_body_size 10;\n"}},
		Good: []lint.Example{{In: "http", Text: "client_max_body_size 10m;\ngzip_min_length 20;\nlimit_rate 0;\n"}},
		On:   rowsOfKind("size", "offset", "size template", "buffers"),
		Use: func(p *lint.Pass, u lint.Use) {
			if countsBytes(u.Row.Name) {
				return
			}
			i := 1
			if u.Row.Kind == "buffers" {
				i = 2
			}
			if n, err := strconv.Atoi(u.Node.Arg(i - 1)); err == nil && n > 0 && n < 256 {
				p.Report(u.Node.WordRange(i), "%d without a unit is %d bytes: is %dk or %dm meant?", n, n, n, n)
			}
		},
	}
	// ConnectTimeoutLong flags times that the system does not wait.
	ConnectTimeoutLong = &lint.Rule{
		Name: "connect-timeout-long", Severity: diag.Info, Group: lint.Unused,
		Summary: "A timeout for connecting is longer than the system tries.",
		Why: `Linux gives a connection up when its last repeated SYN has not been answered, about 127 seconds after the first
(net.ipv4.tcp_syn_retries). A longer ..._connect_timeout changes nothing; often the time for answers was meant. It also keeps clients
waiting when a server is gone: a few seconds are enough within a network.`,
		Bad:  []lint.Example{{In: "stream.server", Text: "proxy_connect_timeout 10m;\nproxy_pass 10.0.0.1:80;\n"}},
		Good: []lint.Example{{In: "stream.server", Text: "proxy_connect_timeout 5s;\nproxy_timeout 10m;\nproxy_pass 10.0.0.1:80;\n"}},
		On:   rowsOfKind("time"),
		Use: func(p *lint.Pass, u lint.Use) {
			if d, _ := u.Arg.(time.Duration); strings.HasSuffix(u.Row.Name, "_connect_timeout") && d > lastSYN && !passesToSocket(u.Level) {
				p.Report(u.Node.WordRange(1), "the system gives up after about two minutes")
			}
		},
	}
)

// passesToSocket reports whether a level passes requests to a socket of this
// machine, which knows of no SYN.
func passesToSocket(l *conf.Level) bool {
	if p, ok := site.PassOf(l); ok && p.Target != nil {
		return p.Target.Addr.Unix != ""
	}
	return false
}

// lastSYN is when Linux gives up with its default of six repetitions: 1 + 2 + 4
// + ... + 64 seconds, and some.
const lastSYN = 130 * time.Second

// countsBytes tells that small numbers make sense for a directive.
func countsBytes(name string) bool {
	return name == "gzip_min_length" || name == "postpone_output" || strings.HasSuffix(name, "_lowat") || strings.HasSuffix(name, "_min_length")
}
