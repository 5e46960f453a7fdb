package diag

import (
	"bufio"
	"fmt"
	"io"

	"tidegate/ast"
)

// maxConfError is NGX_MAX_CONF_ERRSTR, the size to which nginx cuts a message
// before it adds the position.
const maxConfError = 1024

// NginxOptions say how Nginx renders.
type NginxOptions struct {
	// File is the main configuration file as nginx prints it.
	File string
	// Test adds the lines of the -t option.
	Test bool
	// Quiet is the -q option.
	Quiet bool
}

// Nginx renders a sorted list as nginx prints it to its standard error: what
// is at least a warning, up to the first finding that ends the reading. It
// returns whether nginx would accept the configuration, which is also whether
// nginx -t exits with status 0.
func Nginx(w io.Writer, list List, o NginxOptions) (ok bool, err error) {
	b := bufio.NewWriter(w)
	ok = true
	stage := Syntax
	say := func(format string) {
		fmt.Fprintf(b, "nginx: "+format+"\n", o.File)
	}
	for i := range list {
		d := &list[i]
		if d.Stage == Advice {
			continue
		}
		if d.Stage == Init && stage == Syntax {
			stage = Init
			if o.Test && !o.Quiet {
				say("the configuration file %s syntax is ok")
			}
		}
		if d.Severity <= Warn && !d.Unsaid {
			fmt.Fprintf(b, "nginx: %s\n", d.NginxLine())
		}
		if d.Fatal() {
			ok = false
			break
		}
	}
	if o.Test {
		switch {
		case !ok:
			say("configuration file %s test failed")
		case !o.Quiet:
			if stage == Syntax {
				say("the configuration file %s syntax is ok")
			}
			say("configuration file %s test is successful")
		}
	}
	return ok, b.Flush()
}

// NginxLine returns "[level] message in file:line" as ngx_conf_log_error
// writes it into a log.
func (d *Diagnostic) NginxLine() string { return "[" + d.Severity.String() + "] " + d.NginxText() }

// NginxText returns "message in file:line", for a log that writes the level
// itself.
func (d *Diagnostic) NginxText() string {
	message := d.Message
	if len(message) > maxConfError {
		message = message[:maxConfError]
	}
	return message + nginxPlace(d.At)
}

// nginxPlace returns the end of a message as ngx_conf_log_error formats it.
func nginxPlace(p ast.Pos) string {
	switch {
	case !p.IsValid():
		return ""
	case p.File.CommandLine:
		return " in command line"
	}
	return fmt.Sprintf(" in %s:%d", p.File.Name, p.Line())
}
