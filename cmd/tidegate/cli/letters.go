package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/runtime/errlog"
	"tidegate/runtime/server"
)

// letters is nginx's main(): what happens without a subcommand.
func letters(env Env, args []string) int {
	o, err := parseLetters(args)
	if err != nil {
		fmt.Fprintf(env.Err, "nginx: %v\n", err)
		return 1
	}
	if o.version {
		printVersion(env.Err, o.configure)
		if o.help {
			fmt.Fprint(env.Err, lettersHelp())
		}
		if !o.test {
			return 0
		}
	}
	p := newPlace(o.prefix, o.conf, o.errorLog, o.globals)
	log := startLog(env, p)
	if o.test {
		return testConf(env, p, o, log)
	}
	read := p.loadToRun
	if o.signal != "" {
		read = p.load
	}
	tree, list := read()
	child := daemonChild()
	if child == nil { // the parent of a daemon has shown them already
		_, _ = diag.Nginx(env.Err, list, diag.NginxOptions{File: p.conf})
	}
	logList(log, list)
	if list.Fatal() != nil {
		return 1
	}
	switch {
	case o.signal != "":
		return sendSignal(env, p, tree, o.signal, log)
	case ngxcore.Daemon.Get(tree.Main) && child == nil:
		return detach(env, args)
	}
	return serve(env, p, tree, child, log)
}

// startLog is the log of -e, in which nginx repeats what it says while it starts.
func startLog(env Env, p place) *errlog.Log {
	if p.errorLog == "stderr" {
		return nil
	}
	f, err := errlog.NewFiles().Open(p.errorLog)
	if err != nil {
		fmt.Fprintf(env.Err, "nginx: [alert] could not open error log file: %v\n", err)
		return nil
	}
	return errlog.New(nil, errlog.Output{W: f, Level: errlog.Notice})
}

func logList(log *errlog.Log, list diag.List) {
	for i := range list {
		d := &list[i]
		if d.Stage == diag.Advice {
			continue
		}
		log.Write(errlog.Level(d.Severity), 0, d.NginxText())
		if d.Fatal() {
			return // nginx stops there
		}
	}
}

// testConf is -t and -T.
func testConf(env Env, p place, o options, log *errlog.Log) int {
	tree, list := p.load()
	if list.Fatal() == nil {
		list = append(list, server.VerifyStart(tree, p.prefix, p.errorLog)...)
	}
	logList(log, list)
	ok, err := diag.Nginx(env.Err, list, diag.NginxOptions{File: p.conf, Test: true, Quiet: o.quiet})
	if err != nil || !ok {
		return 1
	}
	if o.dump {
		printFiles(env.Out, tree.Config)
	}
	return 0
}

// printFiles prints each file once, behind its name (ngx_show_configure's part for -T).
func printFiles(w io.Writer, config *ast.Config) {
	seen := map[string]bool{}
	for _, f := range config.Files {
		if seen[f.Name] {
			continue
		}
		seen[f.Name] = true
		fmt.Fprintf(w, "# configuration file %s:\n", f.Name)
		_, _ = w.Write(f.Src)
		_, _ = io.WriteString(w, "\n")
	}
}

// pidFile is where the process id is written.
func pidFile(p place, tree *conf.Tree) string {
	if path, ok := ngxcore.Pid.Lookup(tree.Main); ok {
		return path
	}
	return p.prefix + defaultPid
}

func sendSignal(env Env, p place, tree *conf.Tree, name string, log *errlog.Log) int {
	if err := server.Signal(pidFile(p, tree), name); err != nil {
		level := errlog.Err
		if strings.HasPrefix(err.Error(), "kill(") {
			level = errlog.Alert
		}
		fmt.Fprintf(env.Err, "nginx: [%s] %v\n", level, err)
		log.Write(level, 0, err.Error())
		return 1
	}
	return 0
}

// serve runs the configuration in this process until a signal ends it. ready is the pipe to the process that waits for a daemon, log that
// of the start.
func serve(env Env, p place, tree *conf.Tree, ready *os.File, log *errlog.Log) int {
	console := errlog.NewConsole(env.Err)
	s := server.New(server.Options{
		Load:   p.loadToRun,
		Prefix: p.prefix, ConfDir: p.confDir, ErrorLog: p.errorLog, Console: console, PidFile: p.prefix + defaultPid,
		Version: catalog.NginxVersion, VersionCode: versionNumber(), Configure: configureArguments(), Daemon: ready != nil,
		Ready: func(errorLog *os.File) {
			console.Release()
			if ready != nil {
				release(ready, errorLog)
			}
		},
	})
	if err := s.Start(tree); err != nil {
		var se *server.StartError
		if errors.As(err, &se) {
			_, _ = diag.Nginx(env.Err, se.Diagnostics, diag.NginxOptions{File: p.conf})
			logList(log, se.Diagnostics)
		}
		return 1
	}
	s.Run()
	return 0
}

func lettersHelp() string {
	return `Usage: tidegate [-?hvVtTq] [-s signal] [-p prefix]
                [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a running process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: ` + defaultPrefix + `)
  -e filename   : set error log file (default: ` + defaultErrorLog + `)
  -c filename   : set configuration file (default: ` + defaultConf + `)
  -g directives : set global directives out of configuration file

tidegate --help shows Tidegate's own commands.
`
}
