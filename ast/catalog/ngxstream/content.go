package ngxstream

import (
	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// Return sends a text and closes the session.
var Return = catalog.TemplateOf(catalog.Spec{
	Name: "return", In: catalog.StreamServer, Args: "<tmpl>", Since: "1.11.2", Runs: catalog.Full,
	Doc: "Sends a text to the client and closes the connection.",
})

// Set assigns a value to a variable when the session begins.
var Set = catalog.Custom(catalog.Spec{
	Name: "set", In: catalog.StreamServer, Args: "<var> <tmpl>", Since: "1.19.3", Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Sets a variable when a session begins.",
}, decodeSet)

// Assignment is one set directive.
type Assignment struct {
	Variable string // without "$"
	Value    catalog.Template
}

// decodeSet follows ngx_stream_set.
func decodeSet(c *catalog.Call) (Assignment, bool) {
	var a Assignment
	var ok bool
	if a.Variable, ok = c.VariableName(1); !ok {
		return a, false
	}
	if !c.Define(1, catalog.NewVariable{Name: a.Variable, Changeable: true, Weak: true}) {
		return a, false
	}
	a.Value, ok = c.Template(2)
	return a, ok
}

// Pass hands the connection to another listener.
var Pass = catalog.Custom(catalog.Spec{
	Name: "pass", In: catalog.StreamServer, Args: "<addr>", Since: "1.25.5", Runs: catalog.Full,
	Doc: "Hands the connection to another listening socket of the same process.",
}, decodePass)

// decodePass follows ngx_stream_pass.
func decodePass(c *catalog.Call) (*PassTarget, bool) {
	t, ok := c.Template(1)
	p := &PassTarget{Template: t}
	if !ok || t.HasVariables() {
		return p, ok
	}
	addr, phrase := c.URL(1, 0, catalog.URLOptions{NoResolve: true})
	p.Addr = addr
	switch {
	case phrase != "":
		c.Report(diag.Emerg, catalog.RuleAddress, c.Word(1), phrase+` in "`+addr.Text+`" of the "pass" directive`)
		return p, false
	case addr.IsName:
		return p, c.FailDirective(1, "has no addresses")
	case addr.NoPort:
		return p, c.FailDirective(1, "has no port")
	}
	return p, true
}

// SSLPreread reads the ClientHello without taking it from the session.
var SSLPreread = catalog.Flag(catalog.Spec{
	Name: "ssl_preread", In: both, Default: "off", Since: "1.11.5", Runs: catalog.Full,
	Doc: "Reads the server name, protocols and versions from the ClientHello without ending TLS.",
})
