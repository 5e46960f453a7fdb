package rules

import (
	"regexp"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// serverNameRows are the server_name directives of stream and http.
var serverNameRows = []*catalog.Row{ngxstream.ServerName.Row, ngxhttp.ServerName.Row}

// Rules on names of servers.
var (
	// ServerNameRegexWithoutTilde flags names that are meant as regular
	// expressions.
	ServerNameRegexWithoutTilde = &lint.Rule{
		Name: "server-name-regex-without-tilde", Severity: diag.Error, Group: lint.Correctness,
		Summary: "A server_name looks like a regular expression, but is compared as it is written.",
		Why: `In server_name a regular expression begins with "~". Without it the name is compared with the host that the client asks for
byte by byte, and no host has such a name.`,
		Bad:  []lint.Example{{In: "http.server", Text: "server_name ^www\\.(.+)$;\n"}},
		Good: []lint.Example{{In: "http.server", Text: "server_name ~^www\\.(.+)$ www.example.com;\n"}},
		On:   serverNameRows,
		Use: func(p *lint.Pass, u lint.Use) {
			eachServerName(u, func(name string, at ast.Range) {
				if nameLikeRegex.MatchString(name) && !strings.Contains(name, "\n") { // see backslash-newline
					p.Report(at, `"%s" is compared as it is written; a regular expression begins with "~"`, name)
				}
			})
		},
	}
	// ServerNameNeverMatches flags names that no host has.
	ServerNameNeverMatches = &lint.Rule{
		Name: "server-name-never-matches", Severity: diag.Warn, Group: lint.Correctness,
		Summary: "A server_name holds something that the name of a host never holds.",
		Why: `nginx compares server_name with the host alone: the port that a client sends is cut off, and so is a dot at the end. Names are
separated by white space, so a comma becomes part of a name. Of all variables only $hostname has a meaning.`,
		Bad: []lint.Example{{In: "http.server", Text: "server_name www.example.com, example.net;\n"},
			{In: "http.server", Text: "server_name www.example.com:8080;\n"}},
		Good: []lint.Example{{In: "http.server", Text: "server_name www.example.com $hostname [::1] _;\n"}},
		On:   serverNameRows,
		Use: func(p *lint.Pass, u lint.Use) {
			eachServerName(u, func(name string, at ast.Range) {
				if why := neverAsked(name); why != "" && !substituted.MatchString(name) {
					p.Report(at, `no client asks for "%s": %s`, name, why)
				}
			})
		},
	}
)

var (
	nameLikeRegex = regexp.MustCompile(`^\^|\\|[(|+]|\$$`)
	portAtEnd     = regexp.MustCompile(`:[0-9]+$`)
	// substituted is what envsubst and the like fill before nginx reads the file:
	// nginx's own variables are written in small letters.
	substituted = regexp.MustCompile(`\$\{[A-Z][A-Z0-9_]*\}`)
)

// eachServerName visits the names that are not regular expressions.
func eachServerName(u lint.Use, visit func(name string, at ast.Range)) {
	names, _ := u.Arg.([]ngxstream.NamePattern)
	for i, n := range names {
		if n.Kind != ngxstream.RegexName && !n.Hostname {
			visit(u.Node.Arg(i), u.Node.ArgRange(i))
		}
	}
}

// neverAsked says why no host has a name, "" if one may.
func neverAsked(name string) string {
	switch {
	case nameLikeRegex.MatchString(name), strings.HasPrefix(name, "["):
		return ""
	case strings.ContainsAny(name, ",;"):
		return "names are separated by white space"
	case strings.Contains(name, "$"):
		return "variables other than $hostname are not evaluated here"
	case portAtEnd.MatchString(name):
		return "the port is not part of the name"
	case len(name) > 1 && strings.HasSuffix(name, "."):
		return "a dot at the end is cut off before names are compared"
	}
	return ""
}
