package ngx

import (
	"strconv"
	"strings"

	"tidegate/ast/catalog/ngxlua"
	"tidegate/runtime/errlog"
	"tidegate/runtime/lua/vm"
)

// ngx.log, print and the module ngx.errlog (ngx_stream_lua_log.c).

var logFuncs = []binding{{row: &ngxlua.Log, fn: ngxLog}}

var logLevels = []struct {
	name  string
	level errlog.Level
}{
	{"STDERR", errlog.Stderr}, {"EMERG", errlog.Emerg}, {"ALERT", errlog.Alert}, {"CRIT", errlog.Crit}, {"ERR", errlog.Err},
	{"WARN", errlog.Warn}, {"NOTICE", errlog.Notice}, {"INFO", errlog.Info}, {"DEBUG", errlog.Debug},
}

func ngxLog(c *vm.Call) int {
	level := c.Int(1)
	if level < int(errlog.Stderr) || level > int(errlog.Debug) {
		c.ArgError(1, "bad log level: "+strconv.Itoa(level))
	}
	return logArgs(c, errlog.Level(level), 2)
}

func luaPrint(c *vm.Call) int { return logArgs(c, errlog.Notice, 1) }

// logArgs writes arguments from first on, with the place of the call in front.
func logArgs(c *vm.Call, level errlog.Level, first int) int {
	rq := requestOf(c)
	if !rq.log.Enabled(level) {
		return 0
	}
	b := append(rq.w.scratch[:0], "stream [lua] "...)
	chunk, line, name := c.Caller(1)
	b = append(b, chunk[strings.LastIndexAny(chunk, "/\\")+1:]...)
	b = append(b, ':')
	b = strconv.AppendInt(b, int64(line), 10)
	b = append(b, ": "...)
	if name != "" {
		b = append(append(b, name...), "(): "...)
	}
	for i := first; i <= c.NArg(); i++ {
		b = appendLogged(c, b, i, i-first+1)
	}
	rq.w.scratch = b
	rq.log.Log(level, string(b))
	return 0
}

// appendLogged adds argument i; arg is its number in error messages, which do not count the level.
func appendLogged(c *vm.Call, b []byte, i, arg int) []byte {
	v := c.Value(i)
	switch v.Kind() {
	case vm.KindString, vm.KindNumber, vm.KindNil, vm.KindBool:
		return appendScalar(b, v)
	case vm.KindTable:
		if c.Metafield(v, "__tostring").IsNil() {
			c.ArgError(arg, "expected table to have __tostring metamethod")
		}
		return append(b, c.ToString(v)...)
	case vm.KindUserdata:
		if isNull(v) {
			return append(b, "null"...)
		}
	}
	c.ArgError(arg, "string, number, boolean, or nil expected, got "+v.TypeName())
	return nil
}
