package rules

import (
	"regexp"
	"strings"

	"tidegate/ast/diag"
	"tidegate/ast/lua"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaSecret flags secrets that are written into the code.
var LuaSecret = &lint.Rule{
	Name: "lua-hardcoded-secret", Severity: diag.Warn, Group: lint.Security,
	Summary: "A password, key or token is written into the code.",
	Why: `Whoever can read the configuration, its history or a backup has the secret, and changing it means changing the code
everywhere. Read it in init_by_lua from the environment or from a file that only nginx may read.`,
	Bad: []lint.Example{
		{In: "http.location", Text: "access_by_lua_block {\n    local red = require(\"resty.redis\"):new()\n    red:set_timeouts(500, 1000, 1000)\n    assert(red:connect(\"127.0.0.1\", 6379))\n    assert(red:auth(\"s3cr3t-pa55\"))\n    red:set_keepalive(10000, 100)\n}\n"},
		{In: "http", Text: "init_by_lua_block {\n    jwt_secret = \"b7f1c09a44e2d83b\"\n}\n"},
	},
	Good: []lint.Example{{In: "http", Text: "init_by_lua_block {\n    jwt_secret = os.getenv(\"JWT_SECRET\")\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		f := secretFinder{p, s}
		lua.Inspect(s.Code.Chunk.Main, func(n lua.Node) bool {
			f.node(n)
			return true
		})
		for _, c := range s.Code.Calls {
			f.call(c)
		}
	},
}

type secretFinder struct {
	p *lint.Pass
	s *lint.Script
}

func (f *secretFinder) report(at lua.Expr, what string) {
	f.p.Report(f.s.Range(at.At()), "%s is written into the code", what).Detail = "read it in init_by_lua from the environment or a file"
}

func (f *secretFinder) node(n lua.Node) {
	switch n := n.(type) {
	case *lua.String:
		if what := knownSecret(n.Value); what != "" {
			f.report(n, what)
		}
	case *lua.Local:
		for i, v := range n.Vars {
			if i < len(n.Values) {
				f.named(v.Name, n.Values[i])
			}
		}
	case *lua.Assign:
		for i, t := range n.Targets {
			if i < len(n.Values) {
				f.named(lastName(t), n.Values[i])
			}
		}
	case *lua.Table:
		for _, field := range n.Fields {
			if key, ok := field.Key.(*lua.String); ok {
				f.named(key.Value, field.Value)
			}
		}
	}
}

// lastName returns the name that an assignment gives a value.
func lastName(e lua.Expr) string {
	switch e := e.(type) {
	case *lua.Name:
		return e.Text
	case *lua.Index:
		name, _ := luacode.Constant(e.Key)
		return name
	}
	return ""
}

// named looks at a value that gets a name.
func (f *secretFinder) named(name string, value lua.Expr) {
	// "os.getenv(...) or value": the value is what most people run.
	if b, ok := luacode.Strip(value).(*lua.Binary); ok && b.Op == lua.TokOr {
		value = b.R
	}
	text, ok := luacode.Constant(value)
	if !ok || !secretName(name) || knownSecret(text) != "" {
		return
	}
	if looksSecret(name, text) {
		f.report(value, "the value of "+name)
	}
}

// secretCalls are the arguments that are secrets, by function.
var secretCalls = map[string]int{"resty.redis:auth": 0, "ngx.hmac_sha1": 0, "resty.jwt.verify": 0, "resty.jwt.sign": 0, "resty.jwt.verify_jwt_obj": 0}

func (f *secretFinder) call(c *luacode.Call) {
	i, ok := 0, false
	if c.Entry != nil {
		i, ok = secretCalls[c.Entry.Name]
	} else if c.Method != nil && c.Method.Value == "auth" && len(c.Args) < 3 {
		i, ok = len(c.Args)-1, len(c.Args) > 0
	}
	if c.Is("resty.redis:auth") {
		i = len(c.Args) - 1 // a name may come first
	}
	text, constant := luacode.Constant(c.Arg(i))
	if ok && constant && text != "" && !placeholder(text) {
		f.report(c.Arg(i), "the secret of "+callName(c))
	}
}

func callName(c *luacode.Call) string {
	if c.Entry != nil {
		return c.Entry.Name
	}
	return c.Method.Value
}

var secretWords = regexp.MustCompile(`(?i)(^|[_\-.])(password|passwd|passphrase|secret|api_?key|apikey|private_?key|secret_?key|access_?key|signing_?key|auth_?token|access_?token|client_secret|encryption_?key)$`)

// secretName reports whether something of the name is a secret.
func secretName(name string) bool {
	// camelCase becomes snake_case.
	var b strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' && i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z' {
			b.WriteByte('_')
		}
		b.WriteRune(r)
	}
	return secretWords.MatchString(b.String())
}

var privateKey = regexp.MustCompile(`-----BEGIN (RSA |EC |DSA |OPENSSH |ENCRYPTED )?PRIVATE KEY-----\s*[A-Za-z0-9+/]{20}`)
var cloudKey = regexp.MustCompile(`^(AKIA|ASIA)[0-9A-Z]{16}$|^gh[pousr]_[A-Za-z0-9]{36}$|^xox[abp]-[0-9A-Za-z-]{20,}$|^sk_live_[0-9A-Za-z]{16,}$`)
var authHeader = regexp.MustCompile(`^(?i:bearer|basic) [A-Za-z0-9+/._=-]{12,}$`)

// knownSecret says what secret a text is by its form, "" for none.
func knownSecret(text string) string {
	switch {
	case len(text) > 60 && privateKey.MatchString(text):
		return "a private key"
	case len(text) >= 20 && cloudKey.MatchString(text):
		return "a key of a service"
	case len(text) >= 18 && authHeader.MatchString(text) && !placeholder(text):
		return "an Authorization header"
	}
	return ""
}

// looksSecret reports whether a text may be the value of a secret rather than a
// name, a path or a placeholder.
func looksSecret(name, text string) bool {
	if len(text) < 6 || placeholder(text) || strings.ContainsAny(text, " \t\n/$%{}<>:") {
		return false
	}
	plain := strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(text))
	key := strings.ReplaceAll(strings.ToLower(name), "_", "")
	if strings.Contains(plain, key) || strings.Contains(key, plain) || secretName(text) {
		return false // the name of a field, a header or a variable
	}
	if strings.Contains(strings.ToLower(name), "password") || strings.Contains(strings.ToLower(name), "passwd") {
		return true
	}
	letters := strings.ContainsAny(plain, "abcdefghijklmnopqrstuvwxyz")
	digits := strings.ContainsAny(plain, "0123456789")
	return letters && digits && len(text) >= 8 || len(text) >= 20 && !strings.ContainsAny(text, "_-.")
}

// placeholder reports whether a text stands for a secret that is filled in
// elsewhere.
func placeholder(text string) bool {
	low := strings.ToLower(text)
	for _, word := range []string{"change", "example", "your", "xxx", "todo", "placeholder", "dummy", "redacted", "secret-here", "***", "..."} {
		if strings.Contains(low, word) {
			return true
		}
	}
	return strings.Trim(low, "*x.-_") == ""
}
