package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"tidegate/ast"
	"tidegate/ast/crossplane"
	"tidegate/ast/diag"
)

const dumpHelp = `Usage: tidegate dump [options] FILE
       tidegate dump -back [JSON]

Prints the configuration with everything it includes: as it is, each file
behind a line with its name, as nginx -T does, or with -json as the payload of
the crossplane tools. -back reads such a payload, from a file or standard
input, and prints the configuration.

` + inputsHelp + `
  -json              print crossplane's JSON
  -indent n          spaces for each level of the JSON; 0, the default, is one
                     line
  -no-check          do not check the directives, only the syntax
  -back              from JSON to a configuration
` + inputFlagsHelp + `
Exit status: 0 done, 1 the configuration is wrong, 2 it could not be read.
`

func dumpCommand(env Env, args []string) int {
	fs := flags("dump")
	var o inputs
	o.register(fs)
	asJSON := fs.Bool("json", false, "")
	indent := fs.Int("indent", 0, "")
	noCheck := fs.Bool("no-check", false, "")
	back := fs.Bool("back", false, "")
	files, ok := parseFlags(env, fs, args)
	if !ok {
		return 2
	}
	if len(files) > 1 {
		return misuse(env, "dump", oneFile)
	}
	if *back {
		return dumpBack(env, files)
	}
	if files, ok = o.begin(env, files, "dump"); !ok {
		return 2
	}
	return o.each(env, files, func(in *input) int {
		config, list := dumped(in, !*noCheck)
		status := 0
		if list.Fatal() != nil {
			status = 1
		}
		if *asJSON {
			if err := printJSON(env.Out, *indent, func(w io.Writer) error { return crossplane.Encode(w, config, list) }); err != nil {
				fmt.Fprintf(env.Err, "tidegate: %v\n", err)
				return 2
			}
			return status
		}
		if status != 0 {
			_ = report(env, env.Err, list)
			return status
		}
		printFiles(env.Out, config)
		return 0
	})
}

func dumped(in *input, check bool) (*ast.Config, diag.List) {
	if !check {
		return in.parse()
	}
	tree, list := in.check()
	return tree.Config, list
}

// printJSON prints what encode writes, indented when asked for.
func printJSON(w io.Writer, indent int, encode func(io.Writer) error) error {
	if indent <= 0 {
		return encode(w)
	}
	r, pw := io.Pipe()
	go func() { pw.CloseWithError(encode(pw)) }()
	var v json.RawMessage
	if err := json.NewDecoder(r).Decode(&v); err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", fmt.Sprintf("%*s", indent, ""))
	return enc.Encode(v)
}

func dumpBack(env Env, files []string) int {
	name := "-"
	if len(files) == 1 {
		name = files[0]
	}
	_, src, err := new(inputs).source(env, name)
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	config, err := crossplane.Decode(bytes.NewReader(src))
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 1
	}
	if len(config.Files) == 1 {
		_, err = env.Out.Write(config.Main.Src)
	} else {
		printFiles(env.Out, config)
	}
	if err != nil {
		return 2
	}
	return 0
}
