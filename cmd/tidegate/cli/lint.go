package cli

import (
	"fmt"

	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/lint/rules"
	"tidegate/parser"
)

const lintHelp = `Usage: tidegate lint [options] FILE ...

Reports what tidegate check reports, and what nginx accepts and people regret:
mistakes, risks and what has no effect, in directives and in Lua. Comments
"# tidegate:allow RULE: reason" allow a finding.

` + inputsHelp + `
  -target PRODUCT=VERSION   the version that will run the configuration:
                            nginx=1.26, nginx=1.26.2 or openresty=1.27.1.2
` + inputFlagsHelp + `
Exit status: 0 nothing found, 1 findings, 2 a file could not be read.
`

func lintCommand(env Env, args []string) int {
	fs := flags(env, "lint")
	var o inputs
	o.register(fs)
	target := fs.String("target", "", "")
	files, ok := parseFlags(fs, args)
	if !ok || len(files) == 0 {
		fmt.Fprint(env.Err, lintHelp)
		return 2
	}
	options := lint.Options{Rules: rules.All(), ReadFile: parser.ReadFile}
	if *target != "" {
		var err error
		if options.Target, err = lint.ParseTarget(*target); err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			return 2
		}
	}
	var all diag.List
	status := o.each(env, files, func(in *input) int {
		all = append(all, in.lint(options)...)
		return 0
	})
	if err := report(env, env.Out, all); err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	if status == 0 && len(all) > 0 {
		return 1
	}
	return status
}

// lint checks the input and runs the rules on it: all findings, in nginx's order.
func (in *input) lint(o lint.Options) diag.List {
	o.Prefix, o.ConfPrefix = in.prefix, in.confDir
	tree, list := in.check()
	list = append(list, lint.Run(tree, o)...)
	list.Sort()
	return list
}
