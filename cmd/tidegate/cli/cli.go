// Package cli is the command line: nginx's own letters without a subcommand, and Tidegate's subcommands.
//
// Main looks at the first argument. A subcommand's name goes to its function (one file per subcommand, table in commands); anything
// else is read as nginx reads its letters (letters.go) and does what nginx would do: test, dump, signal, or start and detach.
// Only this package renders diagnostics and decides on exit statuses: 0 done, 1 the configuration is wrong or the job failed,
// 2 the command line is wrong (nginx's letters answer 1 there, as nginx does).
package cli

import (
	"fmt"
	"io"
	"os"
	"strings"
)

// Env is what a command sees of its process.
type Env struct {
	In       io.Reader
	Out, Err io.Writer
	// Color tells whether Out and Err are terminals that want colour.
	Color bool
}

// Process is the Env of the running process. Colour needs a terminal on standard error and no NO_COLOR.
func Process() Env {
	return Env{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Color: os.Getenv("NO_COLOR") == "" && isTerminal(os.Stderr)}
}

func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

type command struct {
	name, brief, help string
	run               func(Env, []string) int
}

// commands is in the order in which the help shows it.
func commands() []command {
	return []command{
		{"run", "serve in the foreground, logs on the terminal; without a file, a small demonstration", runHelp, runCommand},
		{"check", "read a configuration and report every mistake, with its place", checkHelp, checkCommand},
		{"lint", "report what nginx accepts and people regret, in directives and in Lua", lintHelp, lintCommand},
		{"fmt", "print configurations in the canonical form", fmtHelp, fmtCommand},
		{"dump", "print the configuration with its includes, as it is or as JSON, and back", dumpHelp, dumpCommand},
		{"explain", "tell what a directive, variable or Lua function does and where it may stand", explainHelp, explainCommand},
		{"test", "run Test::Nginx cases against Tidegate or another server", testHelp, testCommand},
		{"version", "print the version", versionHelp, versionCommand},
	}
}

// Main runs the command line and gives the exit status.
func Main(env Env, args []string) int {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") && args[0] != "--help" {
		return letters(env, args)
	}
	name := args[0]
	if name == "help" && len(args) > 1 {
		name, args = args[1], []string{args[1], "--help"}
	}
	if name == "help" || name == "--help" {
		fmt.Fprint(env.Out, overview())
		return 0
	}
	for _, c := range commands() {
		if c.name == name {
			for _, a := range args[1:] {
				if a == "--help" || a == "-h" {
					fmt.Fprint(env.Out, c.help)
					return 0
				}
			}
			return c.run(env, args[1:])
		}
	}
	fmt.Fprintf(env.Err, "tidegate: there is no command %q; tidegate --help lists them\n", name)
	return 2
}

func overview() string {
	var b strings.Builder
	b.WriteString("Usage: tidegate COMMAND [options] [file]\n       tidegate [nginx's letters]\n\nCommands:\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-9s %s\n", c.name, c.brief)
	}
	b.WriteString("\ntidegate COMMAND --help tells more about one of them.\n\nnginx's letters (tidegate -? lists them) work as they do for nginx:\n" +
		"  tidegate -t -c your.conf     test a configuration\n" +
		"  tidegate -c your.conf        start and detach from the terminal\n" +
		"  tidegate -s reload           signal the running process\n")
	return b.String()
}
