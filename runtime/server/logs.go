package server

import (
	"os"
	"slices"

	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxlua"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/runtime/errlog"
	"tidegate/runtime/stream"
)

// logs are the error logs of a cycle, one for each level that has error_log directives of its own.
type logs struct {
	files    *errlog.Files
	console  *errlog.Console
	fallback string // the file of a configuration without error_log

	byLevel map[catalog.Level]*errlog.Log
	root    *errlog.Log
	opened  []*errlog.File
	peers   []*errlog.Syslog
	capture *errlog.Capture // nil without lua_capture_error_log
}

// openAll opens the files of every level. The error is nginx's sentence.
func (l *logs) openAll(main catalog.Level) error {
	l.byLevel = map[catalog.Level]*errlog.Log{}
	args := ngxcore.ErrorLog.All(main)
	// Where the main level has no file, errors (4) go to the default one as well (ngx_log_open_default).
	if !slices.ContainsFunc(args, func(a ngxcore.ErrorLogArgs) bool { return a.File != "" || a.Stderr }) {
		args = append(slices.Clip(args), ngxcore.ErrorLogArgs{File: l.fallback, Stderr: l.fallback == "stderr", Level: 4})
	}
	st, ok := ngxcore.Stream.First(main)
	if ok {
		if size, ok := ngxlua.LuaCaptureErrorLog.Lookup(st.Level); ok {
			l.capture = errlog.NewCapture(size)
		}
	}
	var err error
	if l.root, err = l.open(args); err != nil {
		return err
	}
	for _, p := range l.peers { // which were made before it was
		p.Failures = l.root
	}
	if !ok {
		return nil
	}
	levels := []catalog.Level{st.Level}
	for _, srv := range ngxstream.Server.In(st.Level) {
		levels = append(levels, srv.Level)
	}
	for _, level := range levels {
		if _, own := ngxstream.ErrorLog.Own(level); !own {
			continue
		}
		if l.byLevel[level], err = l.open(ngxstream.ErrorLog.All(level)); err != nil {
			return err
		}
	}
	return nil
}

func (l *logs) open(args []ngxcore.ErrorLogArgs) (*errlog.Log, error) {
	var outs []errlog.Output
	for _, a := range args {
		level, parts := errlog.Level(a.Level), errlog.ParseParts(a.DebugParts)
		if a.Syslog != nil {
			outs = append(outs, errlog.Output{W: l.peer(a.Syslog), Level: level, Parts: parts})
			continue
		}
		if a.Memory > 0 {
			outs = append(outs, errlog.Output{W: errlog.NewMemory(a.Memory), Level: level, Parts: parts})
			continue
		}
		path := a.File
		if a.Stderr {
			path = "stderr"
		}
		f, err := l.file(path)
		if err != nil {
			return nil, err
		}
		outs = append(outs, errlog.Output{W: f, Level: level, Parts: parts})
	}
	return errlog.New(l.console, outs...).Into(l.capture), nil
}

// file opens a file for as long as the cycle lives.
func (l *logs) file(path string) (*errlog.File, error) {
	f, err := l.files.Open(path)
	if err == nil {
		l.opened = append(l.opened, f)
	}
	return f, err
}

// peer makes a syslog destination.
func (l *logs) peer(s *ngxcore.Syslog) *errlog.Syslog {
	host, _ := os.Hostname()
	p := stream.SyslogPeer(s, host)
	p.Failures = l.root
	l.peers = append(l.peers, p)
	return p
}

// of is the log of a level: its own, or the nearest enclosing one.
func (l *logs) of(level catalog.Level) *errlog.Log {
	for ; level != nil; level = level.Outer() {
		if log := l.byLevel[level]; log != nil {
			return log
		}
	}
	return l.root
}

// first is the first log file, nil when that is the terminal.
func (l *logs) first() *os.File {
	for _, f := range l.opened {
		return f.File()
	}
	return nil
}

func (l *logs) close() {
	for _, f := range l.opened {
		l.files.Release(f)
	}
	for _, p := range l.peers {
		_ = p.Close()
	}
	l.opened, l.peers = nil, nil
}
