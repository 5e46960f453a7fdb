package vm

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

func (vm *VM) openOS() {
	vm.openLib("os", []libFunc{
		{"execute", 124, osExecute}, {"remove", 125, osRemove}, {"rename", 126, osRename}, {"tmpname", 127, osTmpname},
		{"getenv", 128, osGetenv}, {"exit", 129, osExit}, {"clock", 130, osClock}, {"date", 131, osDate}, {"time", 132, osTime},
		{"difftime", 133, osDifftime}, {"setlocale", 134, osSetlocale},
	})
}

// fileResult pushes what io and os functions return for err: true, or nil, a message and the error number.
func (c *Call) fileResult(err error, name string) int {
	if err == nil {
		return c.Return(True)
	}
	no := 0
	var e syscall.Errno
	if errors.As(err, &e) {
		no = int(e)
	}
	msg := errnoText(err)
	if name != "" {
		msg = name + ": " + msg
	}
	return c.Return(Nil, String(msg), Int(no))
}

// exitResult pushes what a finished command returns: true or nil, "exit" or "signal", and the number.
func (c *Call) exitResult(err error) int {
	var ee *exec.ExitError
	switch {
	case err == nil:
		return c.Return(True, String("exit"), Int(0))
	case errors.As(err, &ee):
		if ws, ok := ee.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
			return c.Return(Nil, String("signal"), Int(int(ws.Signal())))
		}
		return c.Return(Nil, String("exit"), Int(ee.ExitCode()))
	}
	return c.fileResult(err, "")
}

func osExecute(c *Call) int {
	if c.IsNil(1) {
		_, err := os.Stat("/bin/sh")
		return c.Return(Bool(err == nil))
	}
	cmd := exec.Command("/bin/sh", "-c", c.String(1))
	o := &c.th.vm.opts
	cmd.Stdin, cmd.Stdout, cmd.Stderr = o.Stdin, o.Stdout, o.Stderr
	return c.exitResult(cmd.Run())
}

func osRemove(c *Call) int {
	name := c.String(1)
	return c.fileResult(os.Remove(name), name)
}

func osRename(c *Call) int {
	from := c.String(1)
	return c.fileResult(os.Rename(from, c.String(2)), from)
}

func osTmpname(c *Call) int {
	f, err := os.CreateTemp("", "lua_")
	if err != nil {
		c.Throw("unable to generate a unique filename")
	}
	name := f.Name()
	f.Close()
	return c.Return(String(name))
}

func osGetenv(c *Call) int {
	if v, ok := c.th.vm.opts.Getenv(c.String(1)); ok {
		return c.Return(String(v))
	}
	return c.Return(Nil)
}

func osExit(c *Call) int {
	status := 0
	if b, ok := c.Value(1).AsBool(); ok {
		if !b {
			status = 1
		}
	} else {
		status = c.OptInt(1, 0)
	}
	c.th.vm.opts.Exit(status)
	return 0
}

// osClock returns the CPU time of the process in seconds.
func osClock(c *Call) int {
	var ru syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &ru); err != nil {
		return c.Return(Int(-1))
	}
	d := time.Duration(ru.Utime.Nano() + ru.Stime.Nano())
	return c.Return(Number(d.Seconds()))
}

func osDifftime(c *Call) int { return c.Return(Number(c.Number(1) - c.OptNumber(2, 0))) }

func osSetlocale(c *Call) int {
	switch c.OptString(1, "C") {
	case "", "C", "POSIX":
		return c.Return(String("C"))
	}
	return c.Return(Nil)
}

func osTime(c *Call) int {
	if c.IsNil(1) {
		return c.Return(Number(float64(time.Now().Unix())))
	}
	t := c.Table(1)
	get := func(key string, def int) int {
		f, ok := t.GetString(key).ToNumber()
		if !ok {
			if def < 0 {
				c.Throw("field '%s' missing in date table", key)
			}
			return def
		}
		return toInt(f)
	}
	sec, minute, hour := get("sec", 0), get("min", 0), get("hour", 12)
	day, month, year := get("day", -1), get("month", -1), get("year", -1)
	at := time.Date(year, time.Month(month), day, hour, minute, sec, 0, time.Local)
	if t.GetString("isdst").Truth() && !at.IsDST() {
		at = at.Add(-time.Hour)
	}
	return c.Return(Number(float64(at.Unix())))
}

func osDate(c *Call) int {
	format := c.OptString(1, "%c")
	at := time.Now()
	if !c.IsNil(2) {
		at = time.Unix(int64(c.Number(2)), 0)
	}
	if format != "" && format[0] == '!' {
		format, at = format[1:], at.UTC()
	} else {
		at = at.Local()
	}
	if len(format) >= 2 && format[:2] == "*t" {
		t := NewTable(0, 9)
		for _, f := range []struct {
			key string
			val int
		}{
			{"sec", at.Second()}, {"min", at.Minute()}, {"hour", at.Hour()}, {"day", at.Day()}, {"month", int(at.Month())},
			{"year", at.Year()}, {"wday", int(at.Weekday()) + 1}, {"yday", at.YearDay()},
		} {
			t.SetString(f.key, Int(f.val))
		}
		t.SetString("isdst", Bool(at.IsDST()))
		return c.Return(t.Value())
	}
	var b []byte
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b = append(b, format[i])
			continue
		}
		i++
		b = appendTime(b, at, format[i])
	}
	return c.Return(Owned(b))
}

// timeLayouts are strftime's conversions that Go's layouts can express, in the C locale.
var timeLayouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'c': "Mon Jan _2 15:04:05 2006", 'd': "02", 'D': "01/02/06", 'e': "_2",
	'F': "2006-01-02", 'h': "Jan", 'H': "15", 'I': "03", 'm': "01", 'M': "04", 'p': "PM", 'r': "03:04:05 PM", 'R': "15:04", 'S': "05",
	'T': "15:04:05", 'x': "01/02/06", 'X': "15:04:05", 'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
}

func appendTime(b []byte, at time.Time, conv byte) []byte {
	if layout, ok := timeLayouts[conv]; ok {
		if conv == 'Z' && at.Location() == time.UTC {
			return append(b, "GMT"...)
		}
		return at.AppendFormat(b, layout)
	}
	year, week := at.ISOWeek()
	switch conv {
	case 'C':
		return fmt.Appendf(b, "%02d", at.Year()/100)
	case 'g':
		return fmt.Appendf(b, "%02d", year%100)
	case 'G':
		return fmt.Appendf(b, "%d", year)
	case 'j':
		return fmt.Appendf(b, "%03d", at.YearDay())
	case 'k':
		return fmt.Appendf(b, "%2d", at.Hour())
	case 'l':
		return fmt.Appendf(b, "%2d", (at.Hour()+11)%12+1)
	case 'n':
		return append(b, '\n')
	case 'P':
		return at.AppendFormat(b, "pm")
	case 's':
		return fmt.Appendf(b, "%d", at.Unix())
	case 't':
		return append(b, '\t')
	case 'u':
		return fmt.Appendf(b, "%d", (int(at.Weekday())+6)%7+1)
	case 'U':
		return fmt.Appendf(b, "%02d", (at.YearDay()+6-int(at.Weekday()))/7)
	case 'V':
		return fmt.Appendf(b, "%02d", week)
	case 'w':
		return fmt.Appendf(b, "%d", int(at.Weekday()))
	case 'W':
		return fmt.Appendf(b, "%02d", (at.YearDay()+6-(int(at.Weekday())+6)%7)/7)
	case '%':
		return append(b, '%')
	}
	return append(b, '%', conv)
}
