package flow

import (
	"strings"

	"tidegate/lint/regex"
)

// Value is what a text can hold at a place of the configuration.
type Value struct {
	// Client tells that whoever sends the request chooses it, within Set.
	Client bool
	// Absent tells that it is the client who decides whether it is there at all.
	Absent bool
	// Set holds the bytes that can be in it, First those that it can begin with.
	// They matter for values that the client chooses.
	Set, First regex.Set
	// Empty tells that it can be empty.
	Empty bool
	// Host tells that all the client has chosen of it is the name of the host that
	// it asks, which leads nobody but the client itself.
	Host bool
	// Checked tells that a condition has looked at it.
	Checked bool
	// Unknown tells that something this package does not see, such as Lua code,
	// sets it.
	Unknown bool
}

var (
	// header is what the value of a header can hold: nginx takes any byte but
	// those that end it.
	header = regex.Bytes("\x00\r\n").Not()
	// target is what the line of a request can hold as an address before it is
	// decoded.
	target = regex.Span(0, ' ').Or(regex.Bytes("\x7f")).Not()
	// decoded is what an address can hold after it is decoded.
	decoded = regex.Bytes("\x00").Not()
	// hostname is what ngx_http_validate_host lets through, without the port and
	// the addresses in brackets.
	hostname = regex.Span('a', 'z').Or(regex.Span('0', '9')).Or(regex.Bytes("-._~!$&'()*+,;=%"))
	token    = regex.Span('A', 'Z').Or(regex.Bytes("-_"))
	slash    = regex.Bytes("/")
)

func chosen(set regex.Set) Value {
	return Value{Client: true, Absent: true, Set: set, First: set, Empty: true}
}

func ofHost(v Value) Value {
	v.Host = true
	return v
}

// builtins are the variables of nginx that a client has a hand in.
var builtins = map[string]Value{
	"uri":          {Client: true, Set: decoded, First: slash},
	"document_uri": {Client: true, Set: decoded, First: slash},
	"request_uri":  {Client: true, Set: target, First: slash},
	// The name of a file begins with the root, whatever that is.
	"request_filename":          {Client: true, Set: decoded, First: slash},
	"fastcgi_script_name":       {Client: true, Set: decoded, First: slash},
	"fastcgi_path_info":         {Client: true, Set: decoded, First: slash, Empty: true},
	"args":                      chosen(target),
	"query_string":              chosen(target),
	"host":                      {Client: true, Set: hostname, First: hostname, Host: true},
	"http_host":                 ofHost(chosen(header)),
	"ssl_server_name":           ofHost(chosen(header)),
	"ssl_preread_server_name":   chosen(header),
	"request":                   {Client: true, Set: header, First: token},
	"request_method":            {Client: true, Set: token, First: token},
	"request_body":              chosen(regex.All),
	"content_type":              chosen(header),
	"content_length":            chosen(regex.Span('0', '9')),
	"proxy_add_x_forwarded_for": {Client: true, Set: header, First: header},
	// The name of basic authentication comes out of base64.
	"remote_user": chosen(decoded.And(regex.Bytes(":").Not())),
}

// source returns the value of a built-in variable; ok is false for a name that
// nginx does not fill by itself.
func source(name string) (Value, bool) {
	if v, ok := builtins[name]; ok {
		return v, true
	}
	for _, p := range [...]string{"http_", "cookie_"} {
		if strings.HasPrefix(name, p) {
			return chosen(header), true
		}
	}
	if strings.HasPrefix(name, "arg_") {
		return chosen(target), true
	}
	return Value{}, false
}

// within narrows a value to what a part of a pattern can hold that was matched
// with it.
func (v Value) within(h regex.Hold) Value {
	out := Value{Client: v.Client, Unknown: v.Unknown, Host: v.Host, Set: v.Set.And(h.Set), Empty: h.Empty, Absent: h.Empty}
	out.First = v.Set.And(h.First)
	if h.AtStart && h.Before.Empty() {
		// It begins where the value does.
		out.First = v.First.And(h.First)
	}
	return out
}
