package catalog

// Variable declares a built-in variable of one subsystem.
type Variable struct {
	// Name is without "$". For a Prefix variable it is the fixed beginning
	// ("proxy_protocol_tlv_").
	Name   string
	Prefix bool
	// In is Stream or HTTP.
	In Context
	// Changeable variables may be redefined by set, map and the like.
	Changeable bool
	// Volatile variables are evaluated anew at each use (NGX_*_VAR_NOCACHEABLE).
	Volatile bool
	// Unhashed variables are not in the hash of names (NGX_*_VAR_NOHASH).
	Unhashed bool
	// Assignable variables have a setter of their own.
	Assignable bool
	Since      string
	Origin     Origin
	Runs       Support
	Doc        string
	// Module is filled in by WithVariables.
	Module string
}
