package server

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"

	"tidegate/runtime/errlog"
)

// TestResolverLog: the level is ngx_connection_error's: an alert for what no peer can cause.
func TestResolverLog(t *testing.T) {
	for _, c := range []struct {
		err   error
		level string
	}{
		{nil, "[error]"},
		{errors.New("short DNS response"), "[error]"},
		{syscall.ECONNREFUSED, "[error]"},
		{syscall.EPERM, "[alert]"},
	} {
		var log bytes.Buffer
		cycle := &Cycle{log: errlog.New(nil, errlog.Output{W: &log, Level: errlog.Err})}
		cycle.resolverLog("send() failed", c.err)
		if got := log.String(); !strings.Contains(got, " "+c.level+" ") {
			t.Errorf("%v: %q, want %s", c.err, got, c.level)
		}
	}
}
