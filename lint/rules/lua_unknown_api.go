package rules

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/luacode"
)

// LuaUnknownAPI flags names that the tables of the API and of Lua's libraries
// do not have.
var LuaUnknownAPI = &lint.Rule{
	Name: "lua-unknown-api", Severity: diag.Error, Group: lint.Correctness,
	Summary: "Lua code uses a name that ngx or a library of Lua does not have.",
	Why: `A field that a table does not have is nil. To call it raises an error; as an argument it makes ngx.exit, ngx.log and
others fail, or silently do something else. Most of these are slips of the pen, functions of another Lua version, or
functions of http used in stream.`,
	Bad: []lint.Example{
		{In: "http.location", Text: "content_by_lua_block {\n    local res = ngx.locatin.capture(\"/sub\")\n    ngx.print(res.body)\n}\n"},
		{In: "stream.server", Text: "content_by_lua_block {\n    local headers = ngx.req.get_headers()\n    ngx.say(headers.host)\n}\n"},
	},
	Good: []lint.Example{{In: "http.location", Text: "content_by_lua_block {\n    local res = ngx.location.capture(\"/sub\")\n    ngx.print(res.body)\n}\n"}},
	Script: func(p *lint.Pass, s *lint.Script) {
		for _, f := range s.Code.Unknown {
			unknownField(p, s, f)
		}
		var where *bool
		for _, c := range s.Code.Calls {
			if c.Entry == nil || c.Entry.Func == nil || c.Method != nil || allowed(c.Entry, s.Subsystem) != 0 {
				continue
			}
			if where == nil {
				asks := s.Code.AsksWhere || tested(s.Code.Chunk, s.Code.Chunk.Text(c.Fn))
				where = &asks
			}
			if !*where {
				p.Report(s.Range(c.Fn.At()), "there is no %s in %s", c.Entry.Name, subsystemName(s.Subsystem))
			}
		}
	},
}

// successors are names that the API once had.
var successors = map[string]string{
	"ngx.req.get_query_args": "ngx.req.get_uri_args", "ngx.get_now": "ngx.localtime", "ngx.get_now_ts": "ngx.time", "ngx.get_today": "ngx.today",
	"ngx.throw_error": "error", "math.mod": "math.fmod", "string.gfind": "string.gmatch", "string.split": `require("ngx.re").split`,
	"ngx.re.split": `require("ngx.re").split`, "string.trim": `ngx.re.gsub(s, [[^\s+|\s+$]], "", "jo")`,
}

func unknownField(p *lint.Pass, s *lint.Script, f *luacode.Field) {
	name := f.Of.Name + "." + f.Name
	suggestion := catalog.Suggest(f.Name, fieldsIn(f.Of, s.Subsystem))
	successor := successors[name]
	switch {
	case f.Assigned, fieldsAssigned(p)[name]:
		return
	case strings.HasPrefix(f.Name, "_"):
		return // OpenResty keeps coroutine._yield and its kin for its own libraries
	case !f.Called && suggestion == "" && successor == "":
		return // it may be a question whether there is such a thing
	case f.Of.Func == nil && !inNgx(f.Of) && !p.Lua().Complete(s.Subsystem) && suggestion == "" && successor == "":
		return // code that is not known may add to Lua's libraries
	case tested(s.Code.Chunk, s.Code.Chunk.Text(f.Node)):
		return
	}
	d := p.Report(s.Range(f.Node.At()), "there is no %s", name)
	switch {
	case successor != "":
		d.Detail = "use " + successor
	case suggestion != "":
		d.Detail = "did you mean " + f.Of.Name + "." + suggestion + "?"
	}
}

func inNgx(e *luacode.Entry) bool {
	return e.Name == "ngx" || e.Name == "ndk" || len(e.Name) > 4 && e.Name[:4] == "ngx."
}

// fieldsIn lists the fields of a table that a subsystem has.
func fieldsIn(e *luacode.Entry, subsystem catalog.Context) []string {
	var out []string
	for _, n := range e.Fields() {
		if e.Field(n).In(subsystem) {
			out = append(out, n)
		}
	}
	return out
}
