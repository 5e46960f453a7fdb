package rules

import (
	"regexp"
	"slices"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/site"
)

// AutoindexOpen flags directories that anybody may list.
var AutoindexOpen = &lint.Rule{
	Name: "autoindex-open", Severity: diag.Info, Group: lint.Security,
	Summary: "Anybody may list the files of the directories that are served here.",
	Why: `A listing shows every file, the ones that no page links to as well: backups, uploads, drafts. It is right for an archive of downloads; allow the
finding there, and keep others out with "allow" and "deny" or a password.`,
	Bad:        []lint.Example{{In: "http.location", Text: "autoindex on;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "autoindex on;\nallow 10.0.0.0/8;\ndeny all;\n"}},
	References: []string{"autoindex"},
	On:         []*catalog.Row{ngxhttp.Autoindex.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		on, _ := u.Arg.(bool)
		s := siteOf(p)
		if on && s != nil && p.Complete() && !s.Guarded(u.Level) && servesLists(s, u.Level) {
			p.Report(u.Node.HeadRange(), "anybody may list the files here")
		}
	},
}

// servesLists reports whether a level, or one in it that inherits from it,
// answers with files.
func servesLists(s *site.Site, l *conf.Level) bool {
	found := false
	eachLevel(l, func(in *conf.Level) {
		if in.In()&(catalog.HTTPServer|catalog.HTTPLocation) != 0 && (in == l || len(in.Values(ngxhttp.Autoindex.Row)) == 0) && site.Static(in) {
			found = true
		}
	})
	return found
}

// StatusExposed flags counters that anybody may read.
var StatusExposed = &lint.Rule{
	Name: "status-exposed", Severity: diag.Warn, Group: lint.Security,
	Summary: "Anybody may read the counters of the server.",
	Why: `stub_status tells how busy the server is: to watch the effect of an attack, or to learn about a business. It is meant for a monitoring system; let
in its address and nobody else.`,
	Bad:        []lint.Example{{In: "http.server", Text: "location = /status {\n    stub_status;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "location = /status {\n    stub_status;\n    allow 127.0.0.1;\n    deny all;\n}\n"}},
	References: []string{"stub_status"},
	On:         []*catalog.Row{ngxhttp.StubStatus.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if s := siteOf(p); s != nil && p.Complete() && !s.Guarded(u.Level) && handles(s, u.Level) {
			p.Report(u.Node.HeadRange(), "anybody may read the counters of the server")
		}
	},
}

// handles reports whether requests come to what answers in a level: no "return"
// is before it, and if it stands in a server, not all requests are in locations.
func handles(s *site.Site, l *conf.Level) bool {
	v := s.ServerOf(l)
	if site.Ends(site.Program(l)) || v != nil && site.Ends(site.Program(v.Level)) {
		return false
	}
	return v == nil || v.Level != l || !slices.ContainsFunc(v.Locations, func(in *site.Location) bool {
		return in.Args.Name == "/" && (in.Args.Kind == ngxhttp.PrefixLocation || in.Args.Kind == ngxhttp.FirmLocation)
	})
}

// DAVOpen flags files that anybody may write.
var DAVOpen = &lint.Rule{
	Name: "dav-open", Severity: diag.Error, Group: lint.Security,
	Summary: "Anybody may write or delete files here.",
	Why: `dav_methods lets clients store, delete and move files below the root. Without a check of who they are the server is everybody's storage, and
whoever can store a script and have it run has the machine. Ask for a password, or put "limit_except GET { deny all; }" and the like around it.`,
	Bad:        []lint.Example{{In: "http.location", Text: "dav_methods PUT DELETE;\n"}},
	Good:       []lint.Example{{In: "http.location", Text: "dav_methods PUT DELETE;\nauth_basic files;\nauth_basic_user_file users;\n"}},
	References: []string{"dav_methods", "limit_except"},
	On:         []*catalog.Row{ngxhttp.DAVMethods.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		methods, _ := u.Arg.([]string)
		s := siteOf(p)
		if s == nil || len(methods) == 0 || slices.Contains(methods, "off") || !p.Complete() || s.Guarded(u.Level) {
			return
		}
		for _, in := range u.Level.Children() {
			if in.In() == catalog.HTTPLimitExcept && (site.Closed(site.OwnRules(in)) || setWithin(p, in, ngxhttp.AuthBasic.Row) || setWithin(p, in, ngxhttp.Deny.Row)) {
				return
			}
		}
		p.Report(u.Node.HeadRange(), "anybody may use %s here", strings.ToUpper(strings.Join(methods, " ")))
	},
}

// DotFiles flags sites that give hidden files away.
var DotFiles = &lint.Rule{
	Name: "dot-files-served", Severity: diag.Info, Group: lint.Security,
	Summary: "Files whose names begin with a dot are served when they are there.",
	Why: `A root that was copied or checked out may hold .git (the whole history, with what was once in it), .env (passwords), .htpasswd, .svn. Nothing keeps
them from anybody who asks. One location in front keeps all of them in: location ~ /\.(?!well-known) { deny all; }`,
	Bad:  []lint.Example{{In: "http.server", Text: "root /srv/www;\n"}},
	Good: []lint.Example{{In: "http.server", Text: "root /srv/www;\nlocation ~ /\\.(?!well-known) {\n    deny all;\n}\n"}},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			l := v.Level
			if loc := v.Find("/.git/config"); loc != nil {
				l = loc.Level
			}
			roots := ngxhttp.Root.Uses(l)
			if len(roots) == 0 || len(l.Values(ngxhttp.Alias.Row)) > 0 || !site.Static(l) || s.Guarded(l) || !triesURI(l) {
				continue
			}
			p.Report(roots[len(roots)-1].Node.HeadRange(), `a file like ".git/config" or ".env" in this directory is served to anybody`)
		}
	}),
}

// triesURI reports whether the file that a request names is looked for.
func triesURI(l *conf.Level) bool {
	a, given := ngxhttp.TryFiles.Own(l)
	return !given || slices.ContainsFunc(a.Files, func(t catalog.Template) bool { return strings.HasSuffix(t.Text, "$uri") })
}

// uploads are names of folders that visitors write to.
var uploads = regexp.MustCompile(`(?i)/(?:[a-z_-]*upload(?:s|ed)?|attachments?|avatars?|user[_-]?files|user[_-]?content|media)(?:/|$)`)

// UploadsExecuted flags folders of uploads whose scripts are run.
var UploadsExecuted = &lint.Rule{
	Name: "uploads-executed", Severity: diag.Warn, Group: lint.Security,
	Summary: "A script that somebody uploads into this folder is run.",
	Why: `The location holds files of visitors, and is a plain prefix: an address in it that ends in ".php" goes to the location for "\.php$" and is run. Who gets
a script into the folder has the application. Write the prefix with "^~", or deny scripts in it.`,
	Bad:        []lint.Example{{In: "http.server", Text: "root /srv;\nlocation /uploads/ {\n    expires 1d;\n}\nlocation ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "root /srv;\nlocation ^~ /uploads/ {\n    expires 1d;\n}\nlocation ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	References: []string{"location"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		for _, v := range s.Servers {
			v.All(func(l *site.Location) {
				if l.Args.Kind != ngxhttp.PrefixLocation || !uploads.MatchString(l.Args.Name) || !site.Static(l.Level) || l.Level.Synthetic() {
					return
				}
				script := strings.TrimSuffix(l.Args.Name, "/") + "/x.php"
				to := v.Find(script)
				if to == nil || to == l || s.Guarded(to.Level) {
					return
				}
				if pass, ok := site.OwnPass(to.Level); ok && pass.Row == ngxhttp.FastCGIPass.Row {
					p.Report(l.Level.Node().HeadRange(), "%q is run as a script, not sent as a file", script).
						Related = []diag.Related{{Range: to.Level.Node().HeadRange(), Message: "this location takes it"}}
				}
			})
		}
	}),
}

// AnyFileRun flags interpreters that are handed names of scripts that are not
// there.
var AnyFileRun = &lint.Rule{
	Name: "missing-script-run", Severity: diag.Info, Group: lint.Security,
	Summary: "The interpreter is asked to run scripts that are not there.",
	Why: `For /img/a.jpg/x.php the location hands /img/a.jpg/x.php to PHP. There is no such file, and PHP with cgi.fix_pathinfo on (its default) goes back to
/img/a.jpg and runs that; only security.limit_extensions of php-fpm, where it is set, keeps it from doing so. "try_files $fastcgi_script_name =404" in the location
lets only scripts through that are there.`,
	Bad:        []lint.Example{{In: "http.server", Text: "root /srv;\nlocation ~ \\.php$ {\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "root /srv;\nlocation ~ \\.php$ {\n    try_files $uri =404;\n    fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	References: []string{"fastcgi_pass", "try_files"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		s.Passes(func(pass site.Pass) {
			l := s.LocationOf(pass.Level)
			if pass.Row != ngxhttp.FastCGIPass.Row || l == nil || l.Level != pass.Level || !l.Regex() || !strings.Contains(l.Args.Name, "php") {
				return
			}
			if l.Server.Find("/img/a.jpg/x.php") != l || len(l.Level.Values(ngxhttp.TryFiles.Row)) > 0 || asksForFile(l.Level) || !scriptFromAddress(l.Level) {
				return
			}
			p.Report(pass.Node.HeadRange(), `"/img/a.jpg/x.php" goes to the interpreter, which may run the image`)
		})
	}),
}

// asksForFile reports whether a rule of a level looks whether a file is there.
func asksForFile(l *conf.Level) bool {
	found := false
	site.Each(site.Program(l), func(s *site.Step) {
		if c, ok := s.If(); ok && c.Variable == "" {
			found = true
		}
	})
	return found
}

// scriptFromAddress reports whether the script to run is named by the request.
func scriptFromAddress(l *conf.Level) bool {
	for _, u := range ngxhttp.FastCGIParam.Uses(l) {
		if strings.EqualFold(u.Arg.Name, "SCRIPT_FILENAME") {
			t := u.Arg.Value.Text
			return strings.Contains(t, "$fastcgi_script_name") || strings.Contains(t, "$uri") || strings.Contains(t, "$request_filename")
		}
	}
	return false
}

// ScriptFilenameMissing flags PHP that is not told which script to run.
var ScriptFilenameMissing = &lint.Rule{
	Name: "script-filename-missing", Severity: diag.Warn, Group: lint.Correctness,
	Summary: "PHP is not told which script to run.",
	Why: `php-fpm runs the script in SCRIPT_FILENAME. The file "fastcgi_params" that comes with nginx does not set it ("fastcgi.conf" does): without it visitors
get an empty page or "File not found.".`,
	Bad:        []lint.Example{{In: "http.server", Text: "root /srv;\nlocation ~ \\.php$ {\n    fastcgi_param QUERY_STRING $query_string;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "root /srv;\nlocation ~ ^/index\\.php$ {\n    fastcgi_param SCRIPT_FILENAME $document_root/index.php;\n    fastcgi_pass 127.0.0.1:9000;\n}\n"}},
	References: []string{"fastcgi_param"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		s.Passes(func(pass site.Pass) {
			l := s.LocationOf(pass.Level)
			if pass.Row != ngxhttp.FastCGIPass.Row || l == nil || !strings.Contains(l.Args.Name, "php") {
				return
			}
			for _, u := range ngxhttp.FastCGIParam.Uses(pass.Level) {
				if strings.EqualFold(u.Arg.Name, "SCRIPT_FILENAME") {
					return
				}
			}
			p.Report(pass.Node.HeadRange(), `there is no "fastcgi_param SCRIPT_FILENAME"`).
				Fixes = []diag.Fix{insertAfter(pass.Node.Range(), "\n"+indentOf(pass.Node)+"fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name;", "pass SCRIPT_FILENAME", false)}
		})
	}),
}

// VersionByDefault flags configurations that never say server_tokens.
var VersionByDefault = &lint.Rule{
	Name: "version-disclosure-default", Severity: diag.Info, Group: lint.Security,
	Summary:    "Nothing switches off that answers tell the version of nginx.",
	Why:        `server_tokens is on unless it is set: error pages and the Server header tell the version, and with it which published attacks to try.`,
	Bad:        []lint.Example{{In: "main", Text: "http {\n    server {\n        listen 80;\n    }\n}\n"}},
	Good:       []lint.Example{{In: "main", Text: "http {\n    server_tokens off;\n    server {\n        listen 80;\n    }\n}\n"}},
	References: []string{"server_tokens"},
	Whole: completeSite(func(p *lint.Pass, s *site.Site) {
		if len(s.Servers) == 0 || ngxhttp.ServerTokens.Set(s.HTTP) {
			return
		}
		for _, v := range s.Servers {
			if !ngxhttp.ServerTokens.Set(v.Level) && !v.Local() {
				d := p.Report(s.HTTP.Node().HeadRange(), `answers tell the version of nginx: "server_tokens" is on unless it is set`)
				d.Fixes = []diag.Fix{insertAfter(openBrace(s.HTTP.Node().OpenPos()), "\n    server_tokens off;", `add "server_tokens off"`, false)}
				return
			}
		}
	}),
}

// RequestBodiesKept flags request bodies that are written to disk and stay.
var RequestBodiesKept = &lint.Rule{
	Name: "request-bodies-kept", Severity: diag.Warn, Group: lint.Security,
	Summary: "Every request body is written to a file that nobody deletes.",
	Why: `"client_body_in_file_only on" is for finding mistakes: the files stay when the request is done. Passwords and uploads of all visitors gather on the
disk until it is full. "clean" deletes each file after its request.`,
	Bad:        []lint.Example{{In: "http.server", Text: "client_body_in_file_only on;\n"}},
	Good:       []lint.Example{{In: "http.server", Text: "client_body_in_file_only clean;\n"}},
	References: []string{"client_body_in_file_only"},
	On:         []*catalog.Row{ngxhttp.ClientBodyInFileOnly.Row},
	Use: func(p *lint.Pass, u lint.Use) {
		if u.Node.Arg(0) == "on" {
			p.Report(u.Node.ArgRange(0), "the files of all request bodies stay on the disk").
				Fixes = []diag.Fix{change(u.Node.ArgRange(0), "clean", `write "clean"`)}
		}
	},
}
