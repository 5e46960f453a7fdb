package cli

import (
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"

	"tidegate/ast/catalog"
)

// build is set by the linker: what git describes.
var build = "unknown"

// version is Tidegate's own version.
const version = "0.1.0"

// openSSLLevel is the OpenSSL release whose names and messages Tidegate's TLS follows. Tools look for "built with OpenSSL" in -V.
const openSSLLevel = "3.0.2"

const versionHelp = `Usage: tidegate version

Prints the version, and the nginx release that is followed.
`

func versionCommand(env Env, args []string) int {
	if len(args) != 0 {
		return misuse(env, "version", "it takes nothing")
	}
	fmt.Fprintf(env.Out, "tidegate %s (%s), follows nginx %s and stream-lua-nginx-module 0.0.19, %s %s/%s\n",
		version, build, catalog.NginxVersion, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return 0
}

// nginxVersionLine is what -v prints; tools take the number behind the slash.
func nginxVersionLine() string {
	return "nginx version: nginx/" + catalog.NginxVersion + " (tidegate/" + version + ")"
}

// configureArguments are the parts of nginx that are built in, in the words of nginx's configure.
func configureArguments() string {
	return "--prefix=" + strings.TrimSuffix(defaultPrefix, "/") + " --with-stream --with-stream_ssl_module " +
		"--with-stream_ssl_preread_module --with-stream_realip_module --with-pcre --with-threads --with-debug " +
		"--add-module=ngx_devel_kit --add-module=ngx_stream_lua"
}

// printVersion is -v and, with configure, -V: both on standard error, as nginx prints them.
func printVersion(w io.Writer, configure bool) {
	fmt.Fprintln(w, nginxVersionLine())
	if !configure {
		return
	}
	fmt.Fprintf(w, "built by %s %s/%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
	fmt.Fprintf(w, "built with OpenSSL %s (its names and messages; the TLS itself is Go's)\n", openSSLLevel)
	fmt.Fprintln(w, "TLS SNI support enabled")
	fmt.Fprintln(w, "configure arguments: "+configureArguments())
}

// versionNumber is ngx.config.nginx_version: 1031001 for 1.31.1.
func versionNumber() int {
	n := 0
	for _, part := range strings.Split(catalog.NginxVersion, ".") {
		d, _ := strconv.Atoi(part)
		n = n*1000 + d
	}
	return n
}
