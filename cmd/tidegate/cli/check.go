package cli

import (
	"flag"
	"fmt"
	"io"

	"tidegate/ast/diag"
)

const checkHelp = `Usage: tidegate check [options] FILE ...

Reads configurations with everything they include and reports every mistake at
once: what nginx -t would find, and Lua syntax errors, which nginx finds at the
first connection. Where there is a stream block, what only tidegate run would
refuse is told as a notice.
nginx's own form of the answer is tidegate -t.

` + inputsHelp + `
  -run               count what tidegate run would refuse as mistakes
` + formatsHelp + `  -json              the same as -format json
` + inputFlagsHelp + `
Exit status: 0 no mistakes, 1 mistakes, 2 a file could not be read.
`

// flags makes the flag set of a command, which prints nothing itself.
func flags(name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	return fs
}

// misuse says what is wrong with the command line of a command, and where the right ones are told: not the help itself, which is long and
// would push the reason off the screen.
func misuse(env Env, name, why string) int {
	fmt.Fprintf(env.Err, "tidegate %s: %s\ntidegate %s --help tells what it takes\n", name, why, name)
	return 2
}

// oneFile is what is wrong with several operands of a command for one.
const oneFile = "it takes one FILE"

// parseFlags parses args, which may mix options and operands; ok is false when they are wrong, which has been said.
func parseFlags(env Env, fs *flag.FlagSet, args []string) (operands []string, ok bool) {
	for {
		if err := fs.Parse(args); err != nil {
			misuse(env, fs.Name(), err.Error())
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
	fs := flags("check")
	var o inputs
	o.register(fs)
	var r reporting
	r.register(fs)
	asJSON := fs.Bool("json", false, "")
	run := fs.Bool("run", false, "")
	files, ok := parseFlags(env, fs, args)
	if !ok {
		return 2
	}
	if files, ok = o.begin(env, files, "check"); !ok {
		return 2
	}
	if *asJSON {
		r.format = diag.FormatJSON
	}
	var all diag.List
	status := o.each(env, files, func(in *input) int {
		tree, list := in.check()
		if *run {
			list = append(list, tree.Refused...)
		} else {
			list = append(list, refusals(tree)...)
		}
		list.Sort()
		mistakes := list.Count(diag.Error) > 0
		if r.text() {
			_ = report(env, env.Out, list)
			if !mistakes {
				fmt.Fprintf(env.Out, "%s: no mistakes found\n", in.name)
			} else if n := in.ofThisMachine(list); n > 0 {
				fmt.Fprintf(env.Out, "%s: %d of the mistakes %s about files, hosts and users of this machine; for a configuration of another one there is -elsewhere\n",
					in.name, n, isAre(n))
			}
		}
		all = append(all, list...)
		if mistakes {
			return 1
		}
		return 0
	})
	if !r.text() {
		list, names := o.withUnread(all)
		if err := r.write(env, list, names, nil); err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			return 2
		}
	}
	return status
}

// ofThisMachine counts the mistakes of list that there are only because the configuration is looked at here.
func (in *input) ofThisMachine(list diag.List) int {
	if !in.absent {
		return 0
	}
	other := *in
	other.elsewhere = true
	_, rest := other.check()
	return list.Count(diag.Error) - rest.Count(diag.Error)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// report prints findings for people.
func report(env Env, w io.Writer, list diag.List) error {
	return diag.Text(w, list, diag.TextOptions{Color: env.Color})
}
