package luacode

import (
	"strings"

	"tidegate/ast/lua"
)

// Origin tells which part of what a client sends a value comes from.
type Origin uint8

// The origins.
const (
	FromArgument Origin = iota + 1 // of the query or of a form
	FromHeader
	FromCookie
	FromURI
	FromBody
	FromSocket
	FromHost // the Host header or the name in TLS, which nginx has checked for its characters
)

var originNames = [...]string{"", "an argument", "a header", "a cookie", "the URI", "the request's body", "the client's socket", "the host name"}

// String says what the origin is, for messages.
func (o Origin) String() string { return originNames[o] }

// Taint is what is known of a value that holds data of a client.
type Taint struct {
	Origin Origin
	// Source is where the data comes in.
	Source lua.Node
	// Lines tells that the data may hold line breaks.
	Lines bool
	// Bounded tells that the code has looked at its length.
	Bounded bool
	// Prefix is the constant text in front of the data, as far as it is known.
	Prefix string
	// Led tells that something that is not the client's stands in front.
	Led bool
	// Table tells that it is a table of such data.
	Table bool
}

// variableOrigin returns the taint of a variable of nginx, nil if it is not the
// client's to choose. nginx refuses line breaks in the request line and in
// headers; only what is decoded can have them.
func variableOrigin(name string) *Taint {
	name = strings.ToLower(name)
	switch {
	case strings.HasPrefix(name, "arg_"), name == "args", name == "query_string":
		return &Taint{Origin: FromArgument}
	case name == "http_host", name == "host", name == "ssl_server_name", name == "ssl_preread_server_name":
		return &Taint{Origin: FromHost}
	case strings.HasPrefix(name, "http_"), name == "content_type":
		return &Taint{Origin: FromHeader}
	case strings.HasPrefix(name, "cookie_"):
		return &Taint{Origin: FromCookie}
	case name == "request_uri":
		return &Taint{Origin: FromURI}
	case name == "uri", name == "document_uri":
		return &Taint{Origin: FromURI, Lines: true}
	case name == "request_body":
		return &Taint{Origin: FromBody, Lines: true}
	case name == "remote_user":
		return &Taint{Origin: FromHeader, Lines: true}
	}
	return nil
}

// callOrigin returns the taint of the first result of a function that gives
// data of the client.
func callOrigin(e *Entry, call *lua.Call) *Taint {
	switch e.Name {
	case "ngx.req.get_uri_args", "ngx.req.get_post_args":
		return &Taint{Origin: FromArgument, Lines: true, Table: true}
	case "ngx.req.get_headers":
		return &Taint{Origin: FromHeader, Table: true}
	case "ngx.req.get_body_data":
		return &Taint{Origin: FromBody, Lines: true}
	case "ngx.req.raw_header":
		return &Taint{Origin: FromHeader, Lines: true}
	case "reqsock:receive":
		return &Taint{Origin: FromSocket, Lines: !readsLine(call)}
	case "reqsock:receiveany", "reqsock:peek", "resty.websocket.server:recv_frame":
		return &Taint{Origin: FromSocket, Lines: true}
	}
	return nil
}

// readsLine reports whether receive reads one line, whose end it takes off.
func readsLine(call *lua.Call) bool {
	if len(call.Args) == 0 {
		return true
	}
	pattern, _ := Constant(call.Args[0])
	return pattern == "*l" || pattern == "l"
}

// hasSource reports whether a client's data comes into the code at all.
func (c *Code) hasSource() bool {
	for _, f := range c.Fields {
		if f.Of.Name == "ngx.var" && !f.Assigned && f.Name != "" && variableOrigin(f.Name) != nil {
			return true
		}
	}
	for _, call := range c.Calls {
		if call.Entry != nil && callOrigin(call.Entry, call.Call) != nil {
			return true
		}
	}
	return false
}
