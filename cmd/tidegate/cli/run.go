package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"tidegate/ast/catalog"
	"tidegate/runtime/server"
)

const runHelp = `Usage: tidegate run [-p prefix] [FILE]

Serves FILE in the foreground. Without error_log in it, the error log goes to
the terminal; "daemon" is not looked at. Ctrl-C stops at once, SIGQUIT lets
sessions end first, SIGHUP reloads, SIGUSR1 reopens the logs.

Without FILE a small demonstration is served: a scripted echo, a counter that
connections share, and TLS. It says how to try each.

  -p prefix   where relative names of logs and the like begin (default: FILE's
              directory)
`

func runCommand(env Env, args []string) int {
	fs := flags("run")
	prefix := fs.String("p", "", "")
	files, ok := parseFlags(env, fs, args)
	if !ok {
		return 2
	}
	if len(files) > 1 {
		return misuse(env, "run", oneFile)
	}
	if len(files) == 0 {
		return runDemo(env)
	}
	p, err := beside(files[0])
	if err == nil {
		err = openable(p.conf)
	}
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 2
	}
	if *prefix != "" {
		p.prefix = newPlace(*prefix, p.conf, "", "").prefix
	}
	return foreground(env, p, nil)
}

func runDemo(env Env) int {
	dir, err := writeDemo()
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 1
	}
	defer os.RemoveAll(dir)
	p, err := beside(filepath.Join(dir, "nginx.conf"))
	if err != nil {
		fmt.Fprintf(env.Err, "tidegate: %v\n", err)
		return 1
	}
	return foreground(env, p, func() { showDemoHints(env.Out) })
}

// foreground serves p with its findings shown for people and its logs on the terminal.
func foreground(env Env, p place, started func()) int {
	tree, list := p.loadToRun()
	if err := report(env, env.Err, list); err != nil {
		return 2
	}
	if list.Fatal() != nil {
		return 1
	}
	s := server.New(server.Options{
		Load: p.loadToRun, Prefix: p.prefix, ConfDir: p.confDir, ErrorLog: "stderr", Version: catalog.NginxVersion,
		VersionCode: versionNumber(), Configure: configureArguments(), StayAs: true,
		Ready: func(*os.File) {
			if started != nil {
				started()
			}
		},
	})
	if err := s.Start(tree); err != nil {
		var se *server.StartError
		if errors.As(err, &se) {
			_ = report(env, env.Err, se.Diagnostics)
		}
		return 1
	}
	s.Run()
	return 0
}
