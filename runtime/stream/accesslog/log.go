package accesslog

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"tidegate/runtime/errlog"
	"tidegate/runtime/vars"
)

// Files opens log files by path; *errlog.Files is one.
type Files interface {
	Open(path string) (*errlog.File, error)
	Release(*errlog.File)
}

// Set is the log files and syslog peers of one configuration.
type Set struct {
	sinks  map[string]*sink
	caches []*pathCache
	peers  []*errlog.Syslog
	files  Files
	report func(error)
}

// NewSet makes an empty Set. report is told of failures that no session suffers from, such as that of a timed flush; the text is
// nginx's message, of level alert.
func NewSet(report func(error)) *Set { return &Set{sinks: map[string]*sink{}, report: report} }

// Open opens the files (ngx_conf_open_file's at the end of ngx_init_cycle). After an error Close must be called.
func (set *Set) Open(files Files) error {
	set.files = files
	for _, c := range set.caches {
		c.files = files
	}
	for _, k := range set.sinks {
		f, err := files.Open(k.path)
		if err != nil {
			return err
		}
		k.file = f
	}
	return nil
}

// Flush writes all buffers out, before the files are reopened and at the end.
func (set *Set) Flush() {
	for _, k := range set.sinks {
		k.mu.Lock()
		if k.file != nil {
			if err := k.flush(); err != nil {
				set.report(err)
			}
		}
		k.mu.Unlock()
	}
}

// Close flushes and gives the files back. No Log of the Set may be written to any more.
func (set *Set) Close() {
	set.Flush()
	for _, k := range set.sinks {
		if k.file != nil {
			set.files.Release(k.file)
			k.file = nil
		}
	}
	for _, c := range set.caches {
		c.close()
	}
	for _, p := range set.peers {
		_ = p.Close()
	}
}

// Forget closes the files whose names have variables: the next line opens them anew (USR1).
func (set *Set) Forget() {
	for _, c := range set.caches {
		c.close()
	}
}

// Config is one access_log.
type Config[S vars.Session] struct {
	Format   *Format[S]
	Path     *vars.Complex[S] // full name of the file; one with variables is opened for each line, or by Cache
	Syslog   *errlog.Syslog   // in place of Path
	Severity int              // of Syslog; 6 is info, nginx's default
	Buffer   Buffer           // of a Path without variables
	If       *vars.Complex[S] // nil: always
	Cache    FileCache        // of a Path with variables
}

// Log is a compiled access_log.
type Log[S vars.Session] struct {
	format *Format[S]
	cond   *vars.Complex[S]
	sink   *sink
	path   *vars.Complex[S]
	cache  *pathCache
	syslog *errlog.Syslog
	severe int // of syslog's lines

	fullAt atomic.Int64 // the second in which the disk was found full
	saidAt atomic.Int64 // the second of the last report
}

// New makes a Log. The error is nginx's, of two access_logs that want the same file with other buffers.
func New[S vars.Session](set *Set, cfg Config[S]) (*Log[S], error) {
	l := &Log[S]{format: cfg.Format, cond: cfg.If}
	if cfg.Syslog != nil {
		l.syslog, l.severe = cfg.Syslog, cfg.Severity
		set.peers = append(set.peers, cfg.Syslog)
		return l, nil
	}
	path, constant := cfg.Path.Constant()
	if !constant {
		l.path = cfg.Path
		l.cache = newPathCache(cfg.Cache)
		set.caches = append(set.caches, l.cache)
		return l, nil
	}
	k := set.sinks[path]
	switch {
	case k == nil:
		k = &sink{path: path, opts: cfg.Buffer, report: set.report}
		set.sinks[path] = k
	case cfg.Buffer == (Buffer{}) || k.opts == cfg.Buffer:
		// A log without a buffer writes through the one that the file has.
	case k.opts == (Buffer{}):
		k.opts = cfg.Buffer
	default:
		return nil, fmt.Errorf("access_log %q already defined with conflicting parameters", path)
	}
	l.sink = k
	return l, nil
}

var lines = sync.Pool{New: func() any { b := make([]byte, 0, 512); return &b }}

// Write writes the session's line, unless its condition says no. The error is for the session's log: its text is nginx's message, its
// level alert, or warn for an *errlog.SyslogError and crit for an *OpenError; failures of a file are reported once a minute.
func (l *Log[S]) Write(s S) error {
	if l.cond != nil && !l.cond.True(s) {
		return nil
	}
	now := time.Now().Unix()
	if l.fullAt.Load() == now {
		return nil // writing to a full disk can block for long; nginx too leaves it alone for the rest of the second
	}
	bp := lines.Get().(*[]byte)
	defer lines.Put(bp)
	b := (*bp)[:0]
	if l.syslog != nil {
		b = l.format.Append(s, l.syslog.AppendHead(b, l.severe))
		*bp = b
		return l.syslog.Send(b)
	}
	b = append(l.format.Append(s, b), '\n')
	*bp = b
	return l.complain(l.put(s, b), now)
}

func (l *Log[S]) put(s S, line []byte) error {
	if l.sink != nil {
		return l.sink.write(line)
	}
	return l.cache.write(l.path.String(s), line)
}

// complain lets one error a minute through.
func (l *Log[S]) complain(err error, now int64) error {
	if err == nil {
		return nil
	}
	if _, open := err.(*OpenError); open {
		return err
	}
	if diskFull(err) {
		l.fullAt.Store(now)
	}
	if said := l.saidAt.Load(); now-said <= 59 || !l.saidAt.CompareAndSwap(said, now) {
		return nil
	}
	return err
}
