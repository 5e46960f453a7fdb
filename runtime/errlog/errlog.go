// Package errlog writes nginx's error log.
//
// A Log is the chain of destinations that one configuration level's error_log directives name; a Line is what nginx writes for
// one event:
//
//	2026/11/20 11:04:46 [error] 4242#4242: *7 message (111: Connection refused), client: 127.0.0.1, server: 0.0.0.0:9000
//
// The flow of a message: the caller asks Enabled (so that nothing is formatted for nobody), builds the text with the context
// that it alone knows (" while connecting to upstream, client: ..."), and hands it to Write, which adds time, level, process and
// connection number, cuts the line at nginx's limit and writes it with one system call per destination. Lines of level debug have a
// way of their own, DebugLog, which is nil where nobody reads them.
//
// Files are shared by path and reopened together (USR1). The package knows neither sessions nor directives.
package errlog

import (
	"io"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Level is the severity of a message: nginx's NGX_LOG_* numbers, so that ngx.ERR and its kin in Lua are the same numbers.
type Level uint8

// The levels of ngx_log.h, from the most to the least severe.
const (
	Stderr Level = iota
	Emerg
	Alert
	Crit
	Err
	Warn
	Notice
	Info
	Debug
)

var names = [...]string{"", "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug"}

// String is the word that stands between the brackets of a log line.
func (l Level) String() string {
	if int(l) < len(names) {
		return names[l]
	}
	return "level" + strconv.Itoa(int(l))
}

// ParseLevel reads the level argument of error_log. The debug_* words, which are no levels, are for
// ParseParts.
func ParseLevel(s string) (Level, bool) {
	for i, n := range names {
		if i > 0 && n == s {
			return Level(i), true
		}
	}
	return 0, false
}

// MaxLine is the longest line in bytes, line feed included (NGX_MAX_ERROR_STR, which OpenResty doubles to 4096).
const MaxLine = 4096

// Output is one destination of a Log and the least severe level that it takes.
type Output struct {
	W     io.Writer
	Level Level
	Parts Part // with Debug: whose debug lines; 0 for all
}

// Log is an immutable chain of destinations. A nil *Log discards everything.
type Log struct {
	outputs []Output
	level   Level // the least severe level that any output takes
	parts   Part  // whose debug lines are written; 0 for nobody's
	console *Console
	capture *Capture
}

// New makes a Log. console may be nil: it is where messages up to warn are repeated while the process still owns its terminal.
func New(console *Console, outputs ...Output) *Log {
	l := &Log{outputs: outputs, console: console}
	for _, o := range outputs {
		l.level = max(l.level, o.Level)
		if o.Level == Debug {
			if o.Parts == 0 {
				o.Parts = debugAll
			}
			// nginx asks only the first of a chain, which is ordered by these numbers (ngx_log_insert).
			l.parts = max(l.parts, o.Parts)
		}
	}
	return l
}

// Into has every line captured as well; c may be nil. It is for logs that nobody writes to yet.
func (l *Log) Into(c *Capture) *Log {
	l.capture = c
	return l
}

// Level is the least severe level that reaches any destination.
func (l *Log) Level() Level {
	if l == nil {
		return Stderr
	}
	return l.level
}

// Enabled tells whether a message of this level reaches any destination.
func (l *Log) Enabled(level Level) bool {
	return l != nil && (level <= l.level || l.console.wants(level))
}

var lines = sync.Pool{New: func() any { b := make([]byte, 0, MaxLine); return &b }}

// Write writes one line. conn is the connection number ("*7"); 0 leaves it out. A line that is too long is cut (ngx_log_error_core).
func (l *Log) Write(level Level, conn uint64, msg string) {
	if !l.Enabled(level) {
		return
	}
	bp := lines.Get().(*[]byte)
	b := appendHead((*bp)[:0], level, conn)
	if room := MaxLine - 1 - len(b); len(msg) > room {
		msg = msg[:room]
	}
	b = append(b, msg...)
	if l.capture != nil {
		l.capture.add(level, b)
	}
	b = append(b, '\n')
	for _, o := range l.outputs {
		if level > o.Level {
			continue
		}
		// A log that cannot be written has nowhere to say so.
		if lw, ok := o.W.(levelWriter); ok {
			_ = lw.WriteLevel(level, b)
		} else {
			_, _ = o.W.Write(b)
		}
	}
	*bp = b
	lines.Put(bp)
	if l.console.wants(level) {
		l.console.print(level, msg)
	}
}

// WriteErr is Write with the system error of err behind the message, as nginx prints it: "msg (111: Connection refused)".
func (l *Log) WriteErr(level Level, conn uint64, err error, msg string) {
	if l.Enabled(level) {
		l.Write(level, conn, msg+Errno(err))
	}
}

var pid = strconv.Itoa(os.Getpid())

// second caches the formatted wall-clock second, as nginx's cached time does.
type second struct {
	unix int64
	text string
}

var now atomic.Pointer[second]

func appendHead(b []byte, level Level, conn uint64) []byte {
	t := time.Now()
	s := now.Load()
	if s == nil || s.unix != t.Unix() {
		s = &second{unix: t.Unix(), text: t.Format("2006/01/02 15:04:05")}
		now.Store(s)
	}
	b = append(b, s.text...)
	b = append(b, " ["...)
	b = append(b, level.String()...)
	b = append(b, "] "...)
	b = append(b, pid...)
	b = append(b, '#')
	b = append(b, pid...)
	b = append(b, ": "...)
	if conn != 0 {
		b = append(b, '*')
		b = strconv.AppendUint(b, conn, 10)
		b = append(b, ' ')
	}
	return b
}

// Console repeats messages up to warn on the terminal in nginx's start-up form, "nginx: [emerg] message", until it is released:
// when the process has detached, or serves with its logs already on the terminal (ngx_use_stderr).
type Console struct {
	w        io.Writer
	released atomic.Bool
}

// NewConsole makes a Console that prints to w.
func NewConsole(w io.Writer) *Console { return &Console{w: w} }

// Release ends the repetition.
func (c *Console) Release() {
	if c != nil {
		c.released.Store(true)
	}
}

func (c *Console) wants(level Level) bool {
	return c != nil && level <= Warn && !c.released.Load()
}

func (c *Console) print(level Level, msg string) {
	head := "nginx: "
	if level != Stderr {
		head += "[" + level.String() + "] "
	}
	_, _ = io.WriteString(c.w, head+msg+"\n")
}
