package rules

import (
	"path"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/regex"
	"tidegate/lint/site"
)

// AliasTraversal flags locations through which a request leaves the directory of
// alias.
var AliasTraversal = &lint.Rule{
	Name: "alias-traversal", Severity: diag.Error, Group: lint.Security,
	Summary: "A request can leave the directory of alias and read files beside it.",
	Why: `alias replaces the text that the location has matched. With "location /img" and "alias /srv/img/" the request /img../secret becomes
/srv/img/../secret: the two dots were no segment of the address, so nginx did not resolve them, and are one of the file name.

End the location with a slash when alias does. In a regular expression, let the slash stand before the group that alias uses.`,
	Bad: []lint.Example{{In: "http.server", Text: "location /img {\n    alias /srv/img/;\n}\n"},
		{In: "http.server", Text: "location ~ ^/img(.*)$ {\n    alias /srv/img/$1;\n}\n"}},
	Good: []lint.Example{{In: "http.server", Text: "location /img/ {\n    alias /srv/img/;\n}\n"},
		{In: "http.server", Text: "location ~ ^/img/(.*)$ {\n    alias /srv/img/$1;\n}\n"}},
	References: []string{"alias"},
	On:         []*catalog.Row{ngxhttp.Alias.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l, t := aliasOf(p, u)
		if l == nil {
			return
		}
		name := l.Args.Name
		if l.Prefix() && !strings.HasSuffix(name, "/") && strings.HasSuffix(t.Text, "/") {
			if outside := name + "../"; l.Server.Find(outside+"x") != l {
				return
			}
			d := p.Report(u.Node.ArgRange(0), "%q reads %q: the location does not end with a slash and the alias does", name+"../x", t.Text+"../x")
			if node := l.Level.Node(); node.NumWords() <= 3 {
				at := node.WordRange(node.NumWords() - 1)
				d.Related = []diag.Related{{Range: at, Message: "the location"}}
				d.Fixes = []diag.Fix{change(at, name+"/", "end the location with a slash")}
				if node.NumWords() == 2 {
					d.Fixes[0].Edits[0].New = string(at.Text()) + "/"
				}
			}
			return
		}
		if i := escapingPart(l, t); i >= 0 {
			p.Report(partRange(u.Node, 1, t, i, 0), `what "%s" holds can begin with "../": no slash stands before the group in the regular expression`,
				t.Text[t.Parts[i].From:t.Parts[i].To])
		}
	},
}

// aliasOf returns the location of an alias, with the path as it is written.
func aliasOf(p *lint.Pass, u lint.Use) (*site.Location, catalog.Template) {
	s := siteOf(p)
	if s == nil {
		return nil, catalog.Template{}
	}
	l := s.LocationOf(u.Level)
	if l == nil || l.Level.Synthetic() || l.Level != u.Level {
		return nil, catalog.Template{}
	}
	t, err := catalog.ParseTemplate(u.Node.Arg(0))
	if err != nil {
		return nil, t
	}
	return l, t
}

// escapingPart returns the part of an alias that holds a group which can begin
// with "../" behind a slash; -1 if there is none.
func escapingPart(l *site.Location, t catalog.Template) int {
	if l.Pattern == nil {
		return -1
	}
	for i, part := range t.Parts {
		group := part.Capture
		if part.Variable != "" {
			group = l.Pattern.Named(part.Variable)
		}
		if group == 0 || i == 0 || !strings.HasSuffix(t.Parts[i-1].Literal, "/") {
			continue
		}
		h, ok := l.Pattern.Hold(group)
		if ok && h.First.Has('.') && h.Set.Has('/') && !h.AtStart && !h.Before.In(regex.Bytes("/")) {
			return i
		}
	}
	return -1
}

// AliasWithoutSlash flags an alias that joins names without a slash.
var AliasWithoutSlash = &lint.Rule{
	Name: "alias-without-slash", Severity: diag.Error, Group: lint.Correctness,
	Summary: "The location ends with a slash and its alias does not, so no file is found.",
	Why: `alias replaces the text that the location has matched, slash included. With "location /img/" and "alias /srv/img" the request
/img/a.png looks for /srv/imga.png.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location /img/ {\n    alias /srv/img;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location /img/ {\n    alias /srv/img/;\n}\n"}, {In: "http.server", Text: "location = /img/ {\n    alias /srv/index.html;\n}\n"}},
	References: []string{"alias"},
	On:         []*catalog.Row{ngxhttp.Alias.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l, t := aliasOf(p, u)
		if l == nil || !l.Prefix() || !strings.HasSuffix(l.Args.Name, "/") || strings.HasSuffix(t.Text, "/") {
			return
		}
		if n := len(t.Parts); n == 0 || t.Parts[n-1].Literal == "" {
			return // a variable may end with a slash
		}
		d := p.Report(u.Node.ArgRange(0), "%q looks for %q: the alias has no slash at its end", l.Args.Name+"x", t.Text+"x")
		if u.Node.Word(1).Quote == 0 {
			d.Fixes = []diag.Fix{insertAfter(u.Node.ArgRange(0), "/", "end the alias with a slash", true)}
		}
	},
}

// AliasWithoutCapture flags an alias that is the same directory for every
// address.
var AliasWithoutCapture = &lint.Rule{
	Name: "alias-without-capture", Severity: diag.Error, Group: lint.Correctness,
	Summary: "In a location by regular expression the alias is a directory, whatever the address.",
	Why: `In a location by regular expression alias is the whole file name: nothing of the address is appended. Take the part of the
address that is to be appended into a group and use it: "alias /srv/img/$1".`,
	Bad:        []lint.Example{{In: "http.server", Text: "location ~ \\.png$ {\n    alias /srv/img/;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location ~ ^/(?<file>[^/]+\\.png)$ {\n    alias /srv/img/$file;\n}\n"}, {In: "http.server", Text: "location ~ ^/favicon {\n    alias /srv/favicon.ico;\n}\n"}},
	References: []string{"alias"},
	On:         []*catalog.Row{ngxhttp.Alias.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		l, t := aliasOf(p, u)
		if l == nil || !l.Regex() || t.HasVariables() || !strings.HasSuffix(t.Text, "/") {
			return
		}
		p.Report(u.Node.ArgRange(0), "every address of this location is the directory %q itself", t.Text)
	},
}

// exposed are directories whose files are for nobody.
var exposed = map[string]string{
	"/": "the whole file system", "/etc": "the configuration of the machine", "/proc": "the memory and environment of processes",
	"/sys": "the state of the kernel", "/dev": "devices", "/root": "the administrator's files", "/boot": "the boot loader", "/var": "logs, mail and databases",
	"/usr": "installed programs", "/home": "everybody's files", "/run": "sockets and secrets", "/tmp": "everybody's temporary files",
	"/etc/nginx": "the configuration of nginx", "/etc/ssl": "keys and certificates", "/etc/letsencrypt": "keys and certificates", "/opt": "installed programs",
}

// FilesystemRoot flags directories of the system that are served.
var FilesystemRoot = &lint.Rule{
	Name: "filesystem-root-exposed", Severity: diag.Error, Group: lint.Security,
	Summary: "A directory of the system is served to everybody.",
	Why: `Whatever the worker processes may read below root or alias is a request away: configuration, keys, databases, the environment of
processes. Point root at the directory that holds the site and nothing else.`,
	Bad:        []lint.Example{{In: "http.server", Text: "root /;\nlocation / {\n    index index.html;\n}\n"}, {In: "http.server", Text: "location /files/ {\n    alias /etc/;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "root /srv/www;\n"}, {In: "http.server", Text: "location /protected/ {\n    internal;\n    alias /;\n}\n"}},
	References: []string{"root", "alias"},
	On:         []*catalog.Row{ngxhttp.Root.Row, ngxhttp.Alias.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		text := u.Node.Arg(0)
		what, bad := exposed[path.Clean(text)]
		s := siteOf(p)
		if !bad || !strings.HasPrefix(text, "/") || s == nil || !p.Complete() {
			return
		}
		if !servesFiles(s, u.Level, u.Row) {
			return
		}
		p.Report(u.Node.ArgRange(0), "%s, %s, is served to everybody", text, what)
	},
}

// servesFiles reports whether some level in which the root or alias of a level
// is in force answers strangers with files.
func servesFiles(s *site.Site, l *conf.Level, row *catalog.Row) bool {
	switch l.In() {
	case catalog.HTTPServer, catalog.HTTPLocation, catalog.HTTPLocationIf:
		exact := false
		if loc := s.LocationOf(l); loc != nil {
			exact = loc.Args.Kind == ngxhttp.ExactLocation && row == ngxhttp.Root.Row
		}
		if !exact && site.Static(l) && !s.Guarded(l) && !coveredByRoot(s, l) {
			return true
		}
	}
	for _, in := range l.Children() {
		if len(in.Values(ngxhttp.Root.Row)) > 0 || len(in.Values(ngxhttp.Alias.Row)) > 0 {
			continue
		}
		if servesFiles(s, in, row) {
			return true
		}
	}
	return false
}

// coveredByRoot reports whether no request stays in a server itself, because a
// location takes them all.
func coveredByRoot(s *site.Site, l *conf.Level) bool {
	if l.In() != catalog.HTTPServer {
		return false
	}
	v := s.ServerOf(l)
	for _, o := range v.Locations {
		if o.Prefix() && o.Args.Name == "/" {
			return true
		}
	}
	return false
}
