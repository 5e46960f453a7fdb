package errlog

import (
	"errors"
	"strconv"
	"strings"
	"syscall"
)

// Errno is the tail that nginx adds to a message for a failed system call, " (2: No such file or directory)"; empty when err holds
// no errno. The words are those of strerror(3), which Go's table holds in lower case.
func Errno(err error) string {
	var no syscall.Errno
	if !errors.As(err, &no) {
		return ""
	}
	return " (" + strconv.Itoa(int(no)) + ": " + Strerror(no) + ")"
}

// Strerror is strerror(3)'s text for no.
func Strerror(no syscall.Errno) string {
	s := no.Error()
	if s == "" || strings.HasPrefix(s, "errno ") {
		return "Unknown error " + strconv.Itoa(int(no))
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
