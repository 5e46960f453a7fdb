package conf

import (
	"net/netip"
	"time"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf/pcre"
)

// Options are the surroundings of a configuration. A hook that is nil leaves
// out the checks that need it.
type Options struct {
	// Prefix is the directory of relative names of logs and the like, with "/" at
	// the end (the -p option).
	Prefix string
	// PrefixGuessed tells that Prefix is where the prefix of nginx may be: that a
	// file with a relative name is not there says nothing.
	PrefixGuessed bool
	// ModulesBuiltIn tells that the configuration is for Tidegate itself: what
	// load_module names need not be there where its function is built in.
	ModulesBuiltIn bool
	// ConfPrefix is the directory of relative names of certificates and the like,
	// with "/" at the end. If it is empty it is the directory of the main file.
	ConfPrefix string
	// Context is the place where the main file stands; 0 or catalog.Main for a
	// whole configuration. Anything else makes it a fragment: it is checked as if
	// it stood there, and what another file may hold is left out.
	Context catalog.Context
	// Built names the nginx modules that are compiled in besides those that nginx
	// has by default, such as ngx_http_geoip_module.
	Built []string
	// Extra are rows of directives that the catalogue does not have, made with
	// Origin catalog.Extra and listed in a module (catalog.NewModule).
	Extra []*catalog.Row
	// Params are the directives of the -g option, which come before the main
	// file; nil for none.
	Params *ast.File
	// Resolve turns a host name into addresses. If it is nil, names are accepted
	// and have no addresses.
	Resolve func(host string) ([]netip.Addr, error)
	// Open tells whether a file can be read; its error is an *fs.PathError.
	Open func(name string) error
	// ReadFile returns the contents of a file that Open could open, for the few
	// that nginx looks into while it reads the configuration: passphrases and
	// keys. An error leaves the check out.
	ReadFile func(name string) ([]byte, error)
	// ModTime tells when a file was changed, which matters for the binary bases of
	// geo.
	ModTime func(name string) (time.Time, error)
	// Lua checks the syntax of Lua source. The error's text begins as Lua's does:
	// with the chunk name, ":", the line and ":".
	Lua func(source, chunk string) error
	// Hostname is the name of the machine, for "server_name $hostname".
	Hostname string
	// Root tells that the process may change its user; LookupUser and LookupGroup
	// are asked only then.
	Root                    bool
	LookupUser, LookupGroup func(name string) error
}

// checkRegex compiles a pattern to see whether it is valid.
func checkRegex(pattern string, caseless bool) (captures int, names []string, err error) {
	re, cerr := pcre.Compile(pattern, pcre.Options{Caseless: caseless})
	if cerr != nil {
		return 0, nil, cerr
	}
	defer re.Close()
	for _, n := range re.Names() {
		names = append(names, n.Name)
	}
	return re.NumCaptures(), names, nil
}
