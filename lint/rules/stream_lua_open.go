package rules

import (
	"regexp"
	"strings"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
)

// StreamLuaOpen flags ports on which anybody may change what a script knows.
var StreamLuaOpen = &lint.Rule{
	Name: "stream-management-port-open", Severity: diag.Warn, Group: lint.Security,
	Summary: "Anybody who reaches the port may change the data by which other servers decide.",
	Why: `A stream server with content_by_lua has no authentication of its own. One that takes commands and writes them into a shared dictionary,
which the scripts of other servers read, is a management port. Let it listen on 127.0.0.1 or a unix socket, or put "allow" and "deny all"
or client certificates in front. Scripts that ask for a password or look at the client's address are not reported.`,
	Bad: []lint.Example{{In: "stream", Text: managementExample("9000", "")}},
	Good: []lint.Example{{In: "stream", Text: managementExample("127.0.0.1:9000", "")},
		{In: "stream", Text: managementExample("9000", "allow 10.0.0.0/8;\ndeny all;\n")}},
	Whole: func(p *lint.Pass) {
		if !p.Complete() {
			return
		}
		for _, s := range p.Scripts() {
			if s.Broken() || s.Foreign || !takesCommands(s) {
				continue
			}
			for _, u := range s.Uses {
				if isContent(u) && openToAll(p, u.Level) && readElsewhere(p, s) {
					p.Report(u.Node.WordRange(0), "anybody who reaches this port may change what other scripts read")
				}
			}
		}
	},
}

func managementExample(listen, access string) string {
	return "lua_shared_dict routes 1m;\nserver {\nlisten " + listen + ";\n" + access + `content_by_lua_block {
    local sock = assert(ngx.req.socket())
    sock:settimeout(1000)
    local line, err = sock:receive()
    if not line then
        ngx.log(ngx.INFO, "no command: ", err)
        return
    end
    ngx.shared.routes:set("target", line:sub(1, 64))
}
}
server {
    listen 1234;
    content_by_lua_block { ngx.say(ngx.shared.routes:get("target")) }
}
`
}

func isContent(u lint.Use) bool {
	for _, r := range ngxlua.ContentPhase.Rows() {
		if r == u.Row {
			return true
		}
	}
	return false
}

// checksClient finds words of scripts that decide who may do what.
var checksClient = regexp.MustCompile(`(?i)auth|passw|passphrase|token|secret|hmac|allow|permi|forbid|remote_addr|ssl_client`)

// takesCommands tells that a script reads from the client and writes to a
// shared dictionary, and asks nobody who he is.
func takesCommands(s *lint.Script) bool {
	reads, writes := false, false
	for _, c := range s.Code.Calls {
		if c.Entry == nil {
			continue
		}
		method, isDict := strings.CutPrefix(c.Entry.Name, "ngx.shared.DICT:")
		switch {
		case isDict && (method == "set" || method == "safe_set" || method == "add" || method == "safe_add" || method == "replace" ||
			method == "delete" || method == "flush_all"):
			writes = true
		case c.Is("ngx.req.socket"):
			reads = true
		}
	}
	return reads && writes && !checksClient.MatchString(s.Text)
}

// openToAll tells that a server listens on the network and lets everybody in.
func openToAll(p *lint.Pass, server *conf.Level) bool {
	if v, ok := valueAt(streamTLS.verifyClient, server); ok && v.Node.Arg(0) != "off" {
		return false
	}
	if _, preread := ngxlua.PrereadPhase.At(server); preread || server.Block() != ngxstream.Server.Row || len(streamAccess(server))+len(streamAccess(server.Parent())) > 0 {
		return false
	}
	return !servesThisMachine(p, []*conf.Level{server})
}

// readElsewhere tells that another script uses a dictionary of this one.
func readElsewhere(p *lint.Pass, s *lint.Script) bool {
	own := dictionariesOf(s)
	for _, other := range p.Scripts() {
		if other == s || other.Subsystem != s.Subsystem {
			continue
		}
		for name := range dictionariesOf(other) {
			if own[name] {
				return true
			}
		}
	}
	return false
}

func dictionariesOf(s *lint.Script) map[string]bool {
	out := map[string]bool{}
	for _, f := range s.Code.Fields {
		if f.Of.Name == "ngx.shared" && f.Name != "" {
			out[f.Name] = true
		}
	}
	return out
}
