//go:build pin

// Package pin keeps the module list whole while the first packages are written; it goes when they import what they need.
package pin

import (
	_ "github.com/alecthomas/participle/v2"
	_ "github.com/google/go-cmp/cmp"
	_ "github.com/hashicorp/go-multierror"
	_ "github.com/miekg/dns"
	_ "github.com/pires/go-proxyproto"
	_ "github.com/rogpeppe/go-internal/testscript"
	_ "github.com/yuin/gopher-lua"
	_ "golang.org/x/crypto/ssh"
	_ "golang.org/x/sys/unix"
)
