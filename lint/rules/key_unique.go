package rules

import (
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// Rules on keys that no two connections share.
var (
	// HashKeyUnique flags hash with a key that never comes again.
	HashKeyUnique = &lint.Rule{
		Name: "hash-key-unique", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "The key of hash is another one each time, so it keeps nothing together.",
		Why: `hash is for sending what has the same key to the same server. With a number of the connection or the time in the key nothing has
the same one, and the server is as good as random; "random" or the default method do that with less work and know about the load.`,
		Bad:  []lint.Example{{In: "stream.upstream", Text: "hash $remote_addr$remote_port;\nserver 10.0.0.1:80;\nserver 10.0.0.2:80;\n"}},
		Good: []lint.Example{{In: "stream.upstream", Text: "hash $remote_addr;\nserver 10.0.0.1:80;\nserver 10.0.0.2:80;\n"}},
		On:   []*catalog.Row{ngxstream.Hash.Row, ngxhttp.Hash.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			if name := uniqueIn(u.Arg.(ngxstream.HashArgs).Key, u.Row == ngxhttp.Hash.Row); name != "" {
				p.Report(u.Node.WordRange(1), `"$%s" is another one each time, so the server is random`, name)
			}
		},
	}
	// LimitKeyUnique flags limits that count to one.
	LimitKeyUnique = &lint.Rule{
		Name: "limit-key-unique", Severity: diag.Error, Group: lint.Security,
		Summary: "The key of a limit is another one each time, so nobody is limited.",
		Why: `What has the same key is counted together. With a number of the connection or the time in the key everything is counted on its
own, and no count gets beyond one, while the zone fills up with them.`,
		Bad:  []lint.Example{{In: "stream", Text: "limit_conn_zone $binary_remote_addr$remote_port zone=a:1m;\nserver { listen 1; limit_conn a 1; return a; }\n"}},
		Good: []lint.Example{{In: "stream", Text: "limit_conn_zone $binary_remote_addr zone=a:1m;\nserver { listen 1; limit_conn a 1; return a; }\n"}},
		On:   []*catalog.Row{ngxstream.LimitConnZone.Row, ngxhttp.LimitConnZone.Row, ngxhttp.LimitReqZone.Row},
		Use: func(p *lint.Pass, u lint.Use) {
			var key catalog.Template
			switch z := u.Arg.(type) {
			case ngxstream.LimitZone:
				key = z.Key
			case ngxhttp.RateZone:
				key = z.Key
			}
			// In http a key of the connection limits the requests of each connection.
			if name := uniqueIn(key, u.Row != ngxstream.LimitConnZone.Row); name != "" {
				p.Report(u.Node.WordRange(1), `"$%s" is another one each time, so no two are counted together`, name)
			}
		},
	}
)

// uniqueIn returns a variable in a key that makes the key of each session its
// own; of each request, if requests of one connection count too.
func uniqueIn(key catalog.Template, requests bool) string {
	unique := []string{"request_id", "msec"}
	if !requests {
		unique = append(unique, "connection", "remote_port", "proxy_protocol_port", "realip_remote_port")
	}
	for _, part := range key.Parts {
		if name := strings.ToLower(part.Variable); slices.Contains(unique, name) {
			return name
		}
	}
	return ""
}
