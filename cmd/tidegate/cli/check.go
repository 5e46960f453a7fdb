package cli

import (
	"flag"
	"fmt"
	"io"

	"tidegate/ast/diag"
)

const checkHelp = `Usage: tidegate check [-json] [-p prefix] FILE

Reads a configuration with everything it includes and reports every mistake at
once: what nginx -t would find, Lua syntax errors, which nginx finds at the
first connection, and what Tidegate would not run. FILE is "-" for standard
input. Relative names begin in FILE's directory, or in the prefix.

Exit status: 0 nothing found, 1 mistakes, 2 the file could not be read.
nginx's own form of the answer is tidegate -t.

  -json       print the findings as JSON
  -p prefix   where relative names of logs and the like begin
`

// flags makes a flag set that answers errors on env.Err.
func flags(env Env, name string) *flag.FlagSet {
	fs := flag.NewFlagSet("tidegate "+name, flag.ContinueOnError)
	fs.SetOutput(env.Err)
	fs.Usage = func() {}
	return fs
}

// parseFlags parses args, which may mix options and operands; ok is false when they are wrong, which has been said.
func parseFlags(fs *flag.FlagSet, args []string) (operands []string, ok bool) {
	for {
		if err := fs.Parse(args); err != nil {
			return nil, false
		}
		if fs.NArg() == 0 {
			return operands, true
		}
		operands = append(operands, fs.Arg(0))
		args = fs.Args()[1:]
	}
}

func checkCommand(env Env, args []string) int {
	fs := flags(env, "check")
	asJSON := fs.Bool("json", false, "")
	prefix := fs.String("p", "", "")
	files, ok := parseFlags(fs, args)
	if !ok || len(files) != 1 {
		fmt.Fprint(env.Err, checkHelp)
		return 2
	}
	p, err := readInput(env, files[0])
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	if *prefix != "" {
		p.prefix = newPlace(*prefix, p.conf, "", "").prefix
	}
	_, list := p.loadToRun()
	if *asJSON {
		err = diag.JSON(env.Out, list)
	} else {
		err = report(env, env.Out, list)
		if len(list) == 0 {
			fmt.Fprintf(env.Out, "%s: no mistakes found\n", files[0])
		}
	}
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	for i := range list {
		if list[i].Severity <= diag.Error {
			return 1
		}
	}
	return 0
}

// report prints findings for people.
func report(env Env, w io.Writer, list diag.List) error {
	return diag.Text(w, list, diag.TextOptions{Color: env.Color})
}
